"""Wrong figures in the range: another five days, another evening's curve. The arithmetic that follows is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from numpy.random import Generator

from auction import events as e
from auction.bidrange import print_mean
from auction.canonical import digest
from auction.curve import benchmark_mean
from auction.day import Incident, IssuanceDay
from auction.desk import benchmark_tenor, has_range, range_due
from auction.language import Message, say
from auction.plan import Issue, Plan, RangeEntry, Role
from auction.quantities import parse_number
from auction.workdays import INTERBANK
from sim.incidents.kind import About, Befallen, Detail, Kind, Past, Verdict
from sim.incidents.sheets import FOUR_EYES, PREPARED, past_it, stopped
from sim.incidents.stakes import of_mean

if TYPE_CHECKING:
    from sim.scenario import Staged

MEAN_OF = 5
"""Working days."""
SATURDAY = 5


def wrong_days(staged: Staged, day: date) -> tuple[date, ...]:
    """The five days without a made-up weekend day, or, where there is none, shifted by one; as the curve has them."""
    six = INTERBANK.before(day, MEAN_OF + 1)
    made_up = [each for each in six[1:] if each.weekday() >= SATURDAY]
    left_out = made_up[-1] if made_up else six[-1]
    return tuple(each for each in six if each != left_out and staged.anchor.has(each))


def days_before(staged: Staged, day: date) -> tuple[date, ...]:
    """The five days of the evening before, as the curve has them."""
    return tuple(each for each in INTERBANK.before(day, MEAN_OF + 1)[:-1] if staged.anchor.has(each))


def over(staged: Staged, plan: Plan, issue: Issue, entry: RangeEntry, days: tuple[date, ...]) -> RangeEntry:
    """The entry computed over other days, consistent in itself."""
    tenor = benchmark_tenor(plan, issue)
    mean = print_mean(sum((staged.anchor.yield_on(each, tenor) for each in days), Fraction(0)) / len(days))
    due = range_due(plan, issue, Fraction(parse_number(mean))).range
    return entry.model_copy(update={"days": days, "mean": mean, "low": due.low, "high": due.high})


def miscounted(staged: Staged, befallen: Befallen, entry: RangeEntry) -> RangeEntry:
    """The range over five other days."""
    plan = befallen.plan
    return over(staged, plan, befallen.issue, entry, wrong_days(staged, plan.date))


def outdated(staged: Staged, befallen: Befallen, entry: RangeEntry) -> RangeEntry:
    """The range from yesterday's file."""
    plan = befallen.plan
    old = over(staged, plan, befallen.issue, entry, days_before(staged, plan.date))
    return old.model_copy(update={"curve": old_file(staged)})


def old_file(staged: Staged) -> str:
    """The digest of yesterday's curve file."""
    return digest(f"{staged.anchor_digest} of the evening before".encode())


def means_over(days: Callable[[Staged, date], tuple[date, ...]]) -> Detail:
    """The right mean and the one over other days, with yesterday's file."""

    def drawn(staged: Staged, day: IssuanceDay, place: str | None, subject: str, draw: Generator) -> Mapping[str, str]:
        plan, issue = day.plan, day.plan.window_of(str(place)).issue(str(place))
        right = benchmark_mean(staged.anchor, plan.date, benchmark_tenor(plan, issue)).mean
        blank = RangeEntry(curve="", days=(plan.date,), mean="0", low=Decimal(0), high=Decimal(0))
        wrong = over(staged, plan, issue, blank, days(staged, plan.date))
        return {"mean": print_mean(right), "wrong_mean": wrong.mean, "file": old_file(staged)}

    return drawn


def range_slip_found(incident: Incident, past: Past) -> Verdict:
    """Right where people found the difference, or took the right days of the right file, before the sheet was sent."""
    bond, day = str(incident.occurred.place), past.day
    window, entered = day.plan.window_of(bond), list[RangeEntry]()
    for event in past.told:
        if isinstance(event, e.RangeEntered) and event.bond == bond:
            entered = [event.entry]
        if past_it(event, incident):
            continue
        if isinstance(event, e.RangeChecked) and event.bond == bond and event.differences:
            return Verdict(True, say("复核时发现不一致"), event.at, event.seat)
        if stopped(event, window.id, {bond}, ".floor"):
            how = say("两人都没有发现，发标时被系统拦下")
            return Verdict(False, how, event.at, event.seat, FOUR_EYES, "range.days")
        if isinstance(event, e.NoticesSent) and event.window == window.id:
            break
    due = INTERBANK.before(day.plan.date, MEAN_OF)
    if entered and entered[0].days == due and entered[0].curve == (day.planned.curve or entered[0].curve):
        return Verdict(True, say("经办人用对了曲线文件和五个工作日"))
    return Verdict(False, say("错误的投标区间发了出去"), missed_by=FOUR_EYES, rule="range.days")


def ranged(plan: Plan, bond: str) -> bool:
    """Whether a range is due."""
    return has_range(plan, plan.window_of(bond).issue(bond))


def days_told(befallen: Befallen) -> Message:
    """What the operator has in hand."""
    facts = {"bond": befallen.place, "mean": befallen.detail["wrong_mean"]}
    return say("同事算好的 {bond} 五日均值：{mean}，写明“按自然周数的工作日”", **facts)


def file_told(befallen: Befallen) -> Message:
    """What the operator has in hand."""
    facts = {"bond": befallen.place, "mean": befallen.detail["wrong_mean"], "file": befallen.detail["file"][:8]}
    return say("桌面上现成的曲线文件（校验码 {file}…）算出 {bond} 的均值：{mean}", **facts)


RANGES = (
    Kind(
        id="wrong-day-in-mean",
        name=say("五日均值取错一天"),
        about=About.ISSUE,
        moments=PREPARED,
        fits=ranged,
        symptom=days_told,
        seen_by=(Role.OPERATOR,),
        detail=means_over(wrong_days),
        entry=miscounted,
        verdict=range_slip_found,
        at_stake=of_mean,
        consequence=say("投标区间有误，须作废重来"),
        lesson=say("五个工作日按调休日历数：补班的周末也算"),
    ),
    Kind(
        id="old-curve-file",
        name=say("用了前一日的曲线文件"),
        about=About.ISSUE,
        moments=PREPARED,
        fits=ranged,
        symptom=file_told,
        seen_by=(Role.OPERATOR,),
        detail=means_over(days_before),
        entry=outdated,
        verdict=range_slip_found,
        at_stake=of_mean,
        consequence=say("投标区间有误，须作废重来"),
        lesson=say("两人各自下载曲线文件，先对文件日期和校验码再算"),
    ),
)
