"""`kaibiao lab calibrate` and `lab backtest`: the laboratory against real auctions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from auction.errors import bad_input
from auction.language import Message, _, say
from tui.extras import CALIBRATION, require_laboratory
from tui.options import FILE, json_option
from tui.output import one_line, print_json, print_note, print_table

if TYPE_CHECKING:
    from sim.lab.backtest import Backtest
    from sim.lab.calibrate import Calibrated
    from sim.lab.evening import Evening
    from sim.lab.history import Skipped
    from sim.lab.population import Population

NATIONAL = "national"
MOST_TRIALS = 100_000
TOLD_EVERY = 50
SHOWN_SKIPPED = 12

treasury_option = click.option(
    "--treasury", type=FILE, required=True, multiple=True, help=_("国债收益率曲线文件；可写几个，接成一条。")
)
local_option = click.option("--local", type=FILE, required=True, help=_("地方政府债券收益率曲线文件。"))
population_option = click.option("--population", default=NATIONAL, help=_("承销机构构成：文件或自带的名字。"))
results_argument = click.argument("results", type=FILE, metavar=_("招标结果"))


@click.command("calibrate", help=_("用真实招标结果校准承销机构构成，并列出真实与模拟的矩。"))
@results_argument
@treasury_option
@local_option
@population_option
@click.option("--regions", type=FILE, help=_("各地估值利差文件（province,spread_bp），作为各地强弱的先验。"))
@click.option("--trials", type=click.IntRange(1, MOST_TRIALS), default=600, show_default=True, help=_("试几组参数。"))
@click.option("--out", type=FILE, help=_("把校准得到的承销机构构成写到这个文件。"))
@json_option
def calibrate_command(
    results: Path,
    treasury: tuple[Path, ...],
    local: Path,
    population: str,
    regions: Path | None,
    trials: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Fit the population and print its moments beside the real ones."""
    require_laboratory(CALIBRATION)
    from sim.lab.calibrate import calibrate, prior
    from sim.lab.regions import read_regions
    from sim.lab.written import write_population

    begun = monotonic()
    if out and out.exists():
        raise bad_input(say("已有这个文件，不覆盖"), out)
    chosen = population_named(population)
    evenings, skipped = evenings_in(results, treasury, local, chosen)
    strength = read_regions(regions) if regions else {}

    def tell(done: int, whole: int) -> None:
        if done % TOLD_EVERY == 0:
            print_note(_("校准：已试 {done}/{whole} 组参数").format(done=done, whole=whole))

    floors = chosen.outlook.floors if chosen.outlook else {}
    found = calibrate(evenings, chosen, prior(strength, floors), trials, tell)
    if out:
        write_population(found.population, out)
    if as_json:
        moments = [moment.as_dict() for moment in found.moments]
        lines = [each.as_dict() for each in skipped]
        seconds = round(monotonic() - begun, 1)
        counts = {"n": len(evenings), "trials": trials, "loss": round(found.loss, 2), "seconds": seconds}
        print_json({**counts, "moments": moments, "skipped": lines, "population": None if out is None else str(out)})
    else:
        print_calibrated(found, len(evenings), skipped)
        if out:
            print_note(_("已写入 {file}").format(file=out))
    return 0


@click.command("backtest", help=_("用前一晚已知的信息预测每期真实招标，看准不准。"))
@results_argument
@treasury_option
@local_option
@population_option
@json_option
def backtest_command(results: Path, treasury: tuple[Path, ...], local: Path, population: str, as_json: bool) -> int:
    """Predict every past auction from its evening and print how well."""
    require_laboratory()
    from sim.lab.backtest import backtest
    from sim.lab.history import Skipped

    chosen = population_named(population)
    evenings, skipped = evenings_in(results, treasury, local, chosen)
    near = [evening for evening in evenings if not evening.proxied]
    reason = say("地方债曲线还没有开始")
    early = [Skipped(evening.auction.line, reason) for evening in evenings if evening.proxied]
    done = backtest(near, sorted([*skipped, *early], key=lambda each: each.line), chosen)
    if as_json:
        print_json(done.as_dict())
    else:
        print_backtest(done)
    return 0


def population_named(name: str) -> Population:
    """A population file, or a shipped one by name. Raises BadInput."""
    from sim.lab.population import find_population, read_population

    found = find_population(name, Path())
    if found is None:
        raise bad_input(say("没有承销机构构成 {name}：既不是文件，也不是自带的名字", name=name), field="population")
    return read_population(found)


def evenings_in(
    results: Path, treasury: Sequence[Path], local: Path, population: Population
) -> tuple[tuple[Evening, ...], tuple[Skipped, ...]]:
    """The evening of every auction of a results file, and the lines passed over. Raises BadInput where none is left."""
    from auction.curve import read_curve
    from sim.lab.calibrate import evenings_of
    from sim.lab.evening import joined
    from sim.lab.history import read_history

    history = read_history(results)
    curve = joined([read_curve(each) for each in treasury])
    evenings, skipped = evenings_of(history, curve, read_curve(local), population)
    return evenings, skipped


def print_calibrated(found: Calibrated, used: int, skipped: Sequence[Skipped]) -> None:
    """The moments, real against simulated."""
    click.echo(_("校准用了 {n} 期，试了 {trials} 组参数；真实值后面是标准误").format(n=used, trials=found.trials))
    click.echo()
    cells = [
        [str(each.label), str(each.n), figure(each.real), figure(each.error), figure(each.simulated)]
        for each in found.moments
    ]
    print_table([_("矩"), _("期数"), _("真实"), _("标准误"), _("模拟")], cells, right=range(1, 5))
    print_skipped(skipped)


def print_backtest(done: Backtest) -> None:
    """How well, beside plain guesses; then every auction."""
    if not done.rows:
        click.echo(_("没有一期可以预测"))
        print_skipped(done.skipped)
        return
    score, gains = done.scores(), {name: done.gain(name) for name in BASELINES}
    click.echo(_("预测了 {n} 期，每期只用前一晚已知的信息").format(n=len(done.rows)))
    click.echo()
    for label, name in SCORES:
        click.echo(f"{label}  {figure(score[name])}")
    click.echo()
    rows = [
        [str(label), figure(_of(score["baselines"], name)), plus_minus(gains[name])]
        for name, label in BASELINES.items()
    ]
    print_table([_("简单猜法"), _("平均绝对误差bp"), _("本模型少错bp（按日自助法 95% 区间）")], rows, right=(1, 2))
    click.echo()
    heads = [_("行"), _("日期"), _("发行人"), _("期限"), _("实际%"), _("预测%"), _("八成区间%"), _("下限%")]
    print_table(heads, [_row(each.as_dict()) for each in done.rows], right=(0, 3, 4, 5, 6, 7))
    print_skipped(done.skipped)


def _row(row: dict[str, object]) -> list[str]:
    between = f"{row['low80']:.2f}–{row['high80']:.2f}"
    levels = [f"{row['actual']:.2f}", f"{row['mean']:.3f}", between, f"{row['floor']:.2f}"]
    return [str(row["line"]), str(row["date"]), one_line(str(row["province"])), f"{row['tenor']:g}", *levels]


def _of(figures: object, name: str) -> object:
    return figures[name] if isinstance(figures, dict) else None


def figure(value: object) -> str:
    """A figure, or a dash where there is none."""
    return f"{value:.3f}" if isinstance(value, float) and value == value else "—"


def plus_minus(gain: dict[str, float]) -> str:
    """A gain with its interval."""
    return f"{gain['mean']:+.2f} ({gain['low']:+.2f}…{gain['high']:+.2f})"


def print_skipped(skipped: Sequence[Skipped]) -> None:
    """The lines passed over, with their reasons, on stderr."""
    for each in skipped[:SHOWN_SKIPPED]:
        print_note(_("第 {line} 行跳过：{reason}").format(line=each.line, reason=one_line(str(each.reason))))
    if len(skipped) > SHOWN_SKIPPED:
        print_note(_("另有 {count} 行跳过").format(count=len(skipped) - SHOWN_SKIPPED))


SCORES: tuple[tuple[Message, str], ...] = (
    (say("票面平均绝对误差 bp"), "coupon_mae_bp"),
    (say("票面平均误差 bp（正为实际更高）"), "coupon_bias_bp"),
    (say("八成区间实际覆盖"), "interval80_coverage"),
    (say("CRPS bp"), "crps_bp"),
    (say("全场倍数对数的平均绝对误差"), "log_cover_mae"),
)
BASELINES = {
    "floor": say("区间下限"),
    "local": say("地方债曲线五日均值"),
    "focal": say("地方债曲线减惯常差距，取 5bp 整数位"),
}
