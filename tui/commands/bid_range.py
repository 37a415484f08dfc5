"""`kaibiao range`: the range bids must keep to, from a yield-curve file and the rules of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from auction.bidrange import BidRange, Offset, bid_range, print_mean
from auction.breach import Basis
from auction.checks import marked
from auction.curve import Benchmark, benchmark_mean, read_curve
from auction.language import _
from auction.notice import print_tenor
from auction.quantities import decimals, half_up, print_rate
from auction.rulebook import InForce, Rules, load_rulebook
from auction.workdays import INTERBANK, read_workdays
from tui.options import BASIS_POINTS, DAY, FILE, PERCENT, TENOR, json_option
from tui.output import print_json, print_table

USUAL_DAYS = 5
"""Where no rule of the day says otherwise."""

FROM_STRONGEST = tuple(Basis)


@dataclass(frozen=True, slots=True)
class Bound:
    """A floor or a cap, and what it rests on."""

    offset: Offset
    citation: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Answer:
    """A range with everything that went into it."""

    day: date
    tenor: Decimal
    issuer: str
    benchmark: Benchmark
    range: BidRange
    floor: Bound
    cap: Bound
    anchor: InForce | None

    def as_dict(self) -> dict[str, object]:
        """The answer as the contract has it."""
        bounds = (self.floor, self.cap)
        return {
            "date": self.day.isoformat(),
            "tenor": print_tenor(self.tenor),
            "curve_days": [each.isoformat() for each in self.benchmark.days],
            "mean": print_mean(self.benchmark.mean),
            "low": print_rate(self.range.low),
            "high": print_rate(self.range.high),
            "floor": str(self.floor.offset),
            "cap": str(self.cap.offset),
            "basis": max((bound.basis for bound in bounds), key=FROM_STRONGEST.index).value,
            "citation": "；".join(dict.fromkeys(bound.citation for bound in bounds)),
            "issuer": self.issuer,
            "anchor": self.anchor.value if self.anchor else None,
            "interpolated": self.benchmark.interpolated,
        }


@click.command("range", help=_("由收益率曲线计算投标区间：发行日前五个工作日均值，加规则或选项给出的下限与上限。"))
@click.option("--date", "day", type=DAY, required=True, help=_("发行日。"))
@click.option("--tenor", type=TENOR, required=True, help=_("期限（年），可带小数。"))
@click.option("--curve", "curve_file", type=FILE, required=True, help=_("收益率曲线文件，CSV 或 XLSX。"))
@click.option("--issuer", help=_("发行人，如 江苏；不给则用全国规则。"))
@click.option("--floor-bp", type=BASIS_POINTS, help=_("下限加点（bp），可为负。"))
@click.option("--floor-pct", type=PERCENT, help=_("下限幅度（%），可为负。"))
@click.option("--cap-pct", type=PERCENT, help=_("上限幅度（%），可为负。"))
@click.option("--cap-bp", type=BASIS_POINTS, help=_("上限加点（bp），可为负。"))
@click.option("--workdays", "workdays_file", type=FILE, help=_("工作日补充文件（kind: workdays）。"))
@json_option
def range_command(
    day: date,
    tenor: Decimal,
    curve_file: Path,
    issuer: str | None,
    floor_bp: Decimal | None,
    floor_pct: Decimal | None,
    cap_pct: Decimal | None,
    cap_bp: Decimal | None,
    workdays_file: Path | None,
    as_json: bool,
) -> None:
    """Print the range of one tenor on one day."""
    floor, cap = _asked("floor", floor_bp, floor_pct), _asked("cap", cap_bp, cap_pct)
    rules = load_rulebook().for_(issuer, day)
    workdays = read_workdays(workdays_file) if workdays_file else INTERBANK
    days = rules.get("range.days")
    benchmark = benchmark_mean(read_curve(curve_file), day, tenor, workdays, days.value if days else USUAL_DAYS)
    floor, cap = floor or _ruled("range.floor", rules, tenor), cap or _ruled("range.cap", rules, tenor)
    levels = bid_range(benchmark.mean, floor.offset, cap.offset)
    answer = Answer(day, tenor, rules.issuer, benchmark, levels, floor, cap, rules.get("range.anchor"))
    if as_json:
        print_json(answer.as_dict())
    else:
        _tell(answer)


def _asked(end: str, in_bp: Decimal | None, in_percent: Decimal | None) -> Bound | None:
    """The end as the command line gives it. Raises click.UsageError where it is given twice."""
    if in_bp is not None and in_percent is not None:
        option = f"--{end}-bp"
        raise click.BadOptionUsage(option, _("--{end}-bp 与 --{end}-pct 只能给一个").format(end=end))
    if in_bp is not None:
        return Bound(Offset(in_bp, "bp"), _("命令行给出"), Basis.ASSUMED)
    if in_percent is not None:
        return Bound(Offset(in_percent, "pct"), _("命令行给出"), Basis.ASSUMED)
    return None


def _ruled(key: str, rules: Rules, tenor: Decimal) -> Bound:
    rule = rules.at(key, tenor)
    return Bound(rule.value, rule.citation, rule.basis)


def _tell(answer: Answer) -> None:
    tenor = _("{tenor} 年").format(tenor=print_tenor(answer.tenor))
    click.echo(f"{answer.day}  {tenor}  {answer.issuer}")
    yields = zip(answer.benchmark.days, answer.benchmark.yields, strict=True)
    rows: list[Sequence[str]] = [(f"  {day}", decimals(half_up(level, 4), 4)) for day, level in yields]
    print_table(["", "%"], rows, right={1})
    click.echo(_("五日均值 {mean}%").format(mean=print_mean(answer.benchmark.mean)))
    if answer.benchmark.interpolated:
        click.echo(_("曲线没有这个期限，每日由相邻两个期限按直线内插〔推定〕"))
    low, high = print_rate(answer.range.low), print_rate(answer.range.high)
    click.echo(_("投标区间 {low}% 至 {high}%").format(low=low, high=high))
    for line, bound in ((_("  下限 {offset}：{text}"), answer.floor), (_("  上限 {offset}：{text}"), answer.cap)):
        click.echo(line.format(offset=bound.offset, text=marked(bound.citation, bound.basis)))
    if answer.anchor:
        text = marked(answer.anchor.citation, answer.anchor.basis)
        click.echo(_("  按规则应依据：{anchor}（{text}）").format(anchor=answer.anchor.text, text=text))
