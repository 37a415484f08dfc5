"""Whether a played day came to what its scenario expects."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from auction.counter import CounterResult
from auction.day import IssuanceDay
from auction.desk import counter_of
from auction.language import Message, say
from auction.outcome import Result
from auction.quantities import YI
from auction.takeup import taken_in
from sim.blocks import Expectation, ExpectedResult


def unmet(expected: Expectation, day: IssuanceDay, score: int) -> tuple[Message, ...]:
    """Everything that came out otherwise, in sentences; nothing where all is as expected."""
    return tuple(_day(expected, day, score))


def _day(expected: Expectation, day: IssuanceDay, score: int) -> Iterator[Message]:
    if day.phase.value != expected.phase:
        yield say("终态应为 {expected}，实为 {got}", expected=expected.phase, got=day.phase.value)
    if score < expected.least_score:
        yield say("得分应不低于 {expected}，实为 {got}", expected=expected.least_score, got=score)
    refused = {breach.rule for event in day.refusals for breach in event.breaches}
    for rule in expected.refused:
        if rule not in refused:
            yield say("应有操作因 {rule} 被拒绝，实际没有", rule=rule)
    warned = {breach.rule for warning in day.warnings for breach in warning.breaches}
    for rule in expected.warned:
        if rule not in warned:
            yield say("应有操作因 {rule} 受到提醒，实际没有", rule=rule)
    results = day.results()
    for bond, wanted in expected.results.items():
        if bond not in results:
            yield say("{bond} 应有结果，实际没有", bond=bond)
        else:
            yield from _result(bond, wanted, results[bond], counter_of(day, bond, results[bond]))


def _result(bond: str, wanted: ExpectedResult, got: Result, counter: CounterResult | None) -> Iterator[Message]:
    for what, expected, is_so in (("short", wanted.short, got.short), ("failed", wanted.failed, got.failed)):
        if expected is not None and expected != is_so:
            yield say("{bond} 的 {what} 应为 {expected}", bond=bond, what=what, expected=str(expected).lower())
    for what, between, value in (
        ("cutoff", wanted.cutoff, got.cutoff),
        ("cover", wanted.cover, got.cover),
        ("marginal_cover", wanted.marginal_cover, got.marginal_cover),
        ("price", wanted.price, got.price),
        ("weighted_average", wanted.weighted_average, got.weighted_average),
        ("issued", wanted.issued, Decimal(got.issued) / YI),
        ("taken", wanted.taken, Decimal(taken_in(got)) / YI),
        ("counter", wanted.counter, Decimal(counter.issued) / YI if counter else None),
    ):
        if between and not between.holds(value):
            bounds = {"low": between.low, "high": between.high, "got": value}
            yield say("{bond} 的 {what} 应在 {low} 至 {high}，实为 {got}", bond=bond, what=what, **bounds)
