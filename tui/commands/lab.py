"""`kaibiao lab`: the policy laboratory, which compares sets of rules over many thousand auctions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, isfinite
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from auction.errors import bad_input
from auction.language import Message, _, say
from auction.rulekeys import CLASSES
from tui.commands.lab_history import backtest_command, calibrate_command
from tui.commands.lab_report import report_beside, report_command, tell_files
from tui.commands.screen import screen_command
from tui.extras import require_cluster, require_laboratory
from tui.options import BASIS_POINTS, FILE, json_option
from tui.output import one_line, print_json, print_note, print_table

if TYPE_CHECKING:
    from decimal import Decimal

    from sim.lab.answer import Answer, ArmAnswer, PairAnswer
    from sim.lab.interval import Interval
    from sim.lab.pool import Workers
    from sim.lab.sensitivity import Influence
    from sim.lab.study import Progress

T = TypeVar("T")

INTERRUPTED = 130
MOST_JOBS = 256
EVERY_S = 0.5
"""How often progress is told to a terminal; elsewhere ten times more rarely."""


@click.group("lab", help=_("政策实验室：同一批模拟招标下，比较几套规则。"))
def lab_group() -> None:
    """Hold the laboratory's commands."""


for command in (report_command, calibrate_command, backtest_command, screen_command):
    lab_group.add_command(command)


@lab_group.command("run", help=_("做一个实验，直到达到精度、场数或预算。"))
@click.argument("experiment", type=FILE, metavar=_("实验"))
@click.option("--out", type=FILE, required=True, help=_("结果文件夹：study.json 与进度都在里面。"))
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), default=1, help=_("几个进程；结果与个数无关。"))
@click.option("--cluster", metavar="tcp://HOST:PORT", help=_("改由这个 dask 集群来算；结果逐位相同。"))
@click.option("--resume", is_flag=True, help=_("接着做 --out 文件夹里没做完的研究。"))
@click.option("--auctions", type=click.IntRange(1, 10**9), help=_("每个方案的场数，代替实验里写的精度。"))
@click.option("--precision", type=BASIS_POINTS, help=_("票面利率之差的区间半宽（bp），代替实验里写的。"))
@json_option
def run_command(
    experiment: Path,
    out: Path,
    jobs: int,
    cluster: str | None,
    resume: bool,
    auctions: int | None,
    precision: Decimal | None,
    as_json: bool,
) -> int:
    """Run the experiment and print what it answers."""
    require_laboratory()
    if auctions is not None and precision is not None:
        raise bad_input(say("--auctions 与 --precision 只能给一个"), field="auctions")
    if cluster is not None and jobs > 1:
        raise bad_input(say("--jobs 与 --cluster 只能给一个"), field="cluster")
    if precision is not None and precision <= 0:
        raise bad_input(say("精度应大于 0"), field="precision")
    from sim.lab.experiment import aimed, read_experiment
    from sim.lab.study import run_study

    prepared = aimed(read_experiment(experiment), auctions, precision)
    teller = Teller()
    with workers(jobs, cluster, teller.note) as pool:
        answer = run_study(prepared, out, pool=pool, resume=resume, tell=teller.tell)
    teller.finish()
    reports = () if answer.interrupted else report_beside(out)
    if as_json:
        print_json(answer.as_dict())
    else:
        print_answer(answer)
        if reports:
            click.echo()
            tell_files(reports)
    if answer.interrupted:
        told = _("已停下，什么都没有丢。接着做：kaibiao lab run {file} --out {out} --resume")
        print_note(told.format(file=experiment, out=out))
    return INTERRUPTED if answer.interrupted else 0


@contextmanager
def workers(jobs: int, cluster: str | None, tell: Callable[[Message], None]) -> Iterator[Workers]:
    """So many processes of this machine, or those of a cluster, telling who is lost. Raises BadInput."""
    if cluster is None:
        from sim.lab.pool import Pool

        yield Pool(jobs)
        return
    require_cluster()
    from sim.lab.cluster import cluster_at

    with cluster_at(cluster, tell) as found:
        yield found


class Teller:
    """Tells on stderr how far a study is: on a terminal over and over on one line, elsewhere now and then."""

    def __init__(self) -> None:
        self._terminal = click.get_text_stream("stderr").isatty()
        self._told = 0.0
        self._open = False

    def tell(self, progress: Progress) -> None:
        """Tell, unless the last time was just now."""
        now = monotonic()
        if now - self._told < (EVERY_S if self._terminal else 10 * EVERY_S):
            return
        self._told = now
        if self._terminal:
            click.echo(f"\r\x1b[K{progress_line(progress)}", err=True, nl=False)
            self._open = True
        else:
            print_note(progress_line(progress))

    def note(self, sentence: Message) -> None:
        """Tell something on a line of its own."""
        self.finish()
        print_note(sentence)

    def finish(self) -> None:
        """Clear the line."""
        if self._open:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._open = False


def progress_line(progress: Progress) -> str:
    """How far a study is, in one line."""
    line = f"{progress.stage} {progress.done}/{progress.whole}"
    if isfinite(progress.half_width_bp):
        line = _("{line}，现为 ±{half} bp").format(line=line, half=f"{progress.half_width_bp:.3f}")
    if progress.left_s is not None:
        line = _("{line}，约剩 {left} 秒").format(line=line, left=ceil(progress.left_s))
    return line


def print_answer(answer: Answer) -> None:
    """The answer for people: the arms, who wins, the pairs, and what to make of it."""
    click.echo(one_line(answer.question))
    click.echo(_("每个方案 {n} 场；± 后是区间的一半，什么时候停下都有 95% 的把握").format(n=answer.n))
    for columns in (PRICES, WINNERS):
        click.echo()
        print_figures(columns, answer.arms)
    if answer.pairs:
        click.echo()
        print_figures(CHANGES, answer.pairs)
        click.echo(_("各对比的区间合起来有 95% 的把握，单独看更高"))
    if answer.sensitivity:
        print_influences(answer, answer.sensitivity)
    for note in answer.notes():
        click.echo()
        click.echo(one_line(str(note)))


def print_influences(answer: Answer, found: Sequence[Influence]) -> None:
    """Which uncertain inputs move the first pair's coupon, or a lone arm's."""
    click.echo()
    if answer.pairs:
        pair = answer.pairs[0]
        told = _("哪些不确定的输入左右票面利率之差（“{first}”改为“{second}”，投标人{side}）：")
        click.echo(told.format(first=one_line(pair.from_), second=one_line(pair.to), side=side_words(pair.adapts)))
    else:
        told = _("哪些不确定的输入左右票面利率（“{arm}”）：")
        click.echo(told.format(arm=one_line(answer.arms[0].name)))
    print_figures(INFLUENCES, found)
    click.echo(_("占方差%是约数，连同与别的输入一起的作用；单独变动由最低到最高，其余照实验；投标策略不随之调整"))


def print_figures(columns: Sequence[Column[T]], rows: Sequence[T]) -> None:
    """A table of these columns, those of words to the left."""
    words = sum(1 for column in columns if column.words)
    cells = [[column.cell(row) for column in columns] for row in rows]
    print_table([str(column.heading) for column in columns], cells, right=range(words, len(columns)))


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table."""

    heading: Message
    cell: Callable[[T], str]
    words: bool = False


def measured(heading: Message, name: str, places: int, times: int = 1) -> Column[ArmAnswer]:
    """A figure of an arm with half its interval."""
    return Column(heading, lambda arm: plus_minus(arm.figures[name], places, times))


def changed(heading: Message, name: str, places: int, times: int = 1) -> Column[PairAnswer]:
    """What a pair's second arm brings over its first."""
    return Column(heading, lambda pair: plus_minus(pair.figures[name], places, times))


def side_words(adapts: bool) -> Message:
    """Which of the two sides of an arm it is."""
    return say("适应新规则") if adapts else say("照旧")


def plus_minus(interval: Interval, places: int, times: int = 1) -> str:
    """A mean and half its interval; a lone mean where the interval is not known."""
    if not isfinite(interval.mean):
        return "—"
    mean = f"{interval.mean * times:.{places}f}"
    return f"{mean} ±{interval.half_width * times:.{places}f}" if isfinite(interval.half_width) else mean


def gain_of(arm: ArmAnswer) -> str:
    """What somebody could still gain by bidding otherwise, where bidders adapt."""
    if arm.exploitability_bp is None:
        return "—"
    gain = f"{arm.exploitability_bp:.3f}"
    return gain if arm.converged else _("{gain} 未收敛").format(gain=gain)


ARM: tuple[Column[ArmAnswer], ...] = (
    Column(say("方案"), lambda arm: one_line(arm.name), words=True),
    Column(say("投标人"), lambda arm: str(side_words(arm.adapts)), words=True),
)
PRICES: tuple[Column[ArmAnswer], ...] = (
    *ARM,
    Column(say("票面利率%"), lambda arm: plus_minus(arm.coupon, 4)),
    measured(say("利差bp"), "spread_bp", 2),
    measured(say("贴下限%"), "floor_hit", 1, 100),
    measured(say("触上限%"), "ceiling", 1, 100),
    measured(say("未招满%"), "short", 1, 100),
    measured(say("全场倍数"), "cover", 2),
    measured(say("边际倍数"), "marginal_cover", 2),
    measured(say("利息成本亿元"), "cost_yi", 4),
    Column(say("还能多得bp"), gain_of),
)
WINNERS: tuple[Column[ArmAnswer], ...] = (
    *ARM,
    measured(say("高于市场bp"), "left_bp", 2),
    measured(say("投标人剩余bp"), "surplus_bp", 2),
    *(measured(label, member_class.value, 1, 100) for member_class, label in CLASSES.items()),
    measured(say("前五家%"), "top_five", 1, 100),
    measured(say("HHI"), "hhi", 4),
)
ORIGINS = {"experiment": say("实验所写"), "curves": say("两条曲线"), "assumed": say("推定")}
INFLUENCES: tuple[Column[Influence], ...] = (
    Column(say("输入"), lambda found: str(found.range.label), words=True),
    Column(say("取值"), lambda found: f"{found.range.low:.3g}–{found.range.high:.3g} {found.range.unit}", words=True),
    Column(say("依据"), lambda found: str(ORIGINS[found.range.origin]), words=True),
    Column(say("占方差%"), lambda found: f"{found.total * 100:.0f}"),
    Column(say("其中单独%"), lambda found: f"{found.first * 100:.0f}"),
    Column(say("单独变动bp"), lambda found: f"{found.move_bp:+.2f}"),
    Column(say("成本变动亿元"), lambda found: f"{found.move_cost_yi:+.4f}"),
)
CHANGES: tuple[Column[PairAnswer], ...] = (
    Column(say("由"), lambda pair: one_line(pair.from_), words=True),
    Column(say("改为"), lambda pair: one_line(pair.to), words=True),
    Column(say("投标人"), lambda pair: str(side_words(pair.adapts)), words=True),
    changed(say("票面利率bp"), "spread_bp", 3),
    changed(say("利息成本亿元"), "cost_yi", 4),
    changed(say("贴下限百分点"), "floor_hit", 1, 100),
    changed(say("全场倍数"), "cover", 2),
    changed(say("未招满百分点"), "short", 1, 100),
    changed(say("投标人剩余bp"), "surplus_bp", 2),
)
