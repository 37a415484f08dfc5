"""Gaps to the local curve: known ones are found again, a floor shows only a bound, the unknown stays uncertain."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from sim.lab.gap import Learnt, Seen, learn, quarters_over
from sim.lab.outlook import Outlook

SURE = Outlook(own_sd_bp=Decimal("0.5"))
FIRST = date(2023, 1, 10)


def auctions(gap_bp: float, days: int, issuer: str = "江苏", at_floor: bool = False) -> list[Seen]:
    return [Seen(FIRST + timedelta(days=7 * n), issuer, gap_bp, at_floor) for n in range(days)]


def known(seen: list[Seen], outlook: Outlook = SURE) -> Learnt:
    return learn(seen, outlook, [FIRST, FIRST + timedelta(days=400)])


def test_a_steady_gap_is_found_again() -> None:
    mean, sd = known(auctions(-7.0, 30)).expected(FIRST + timedelta(days=100), "江苏")
    assert mean == pytest.approx(-7.0, abs=0.1)
    assert sd == pytest.approx(0.5, abs=0.2)


def test_two_issuers_are_told_apart_by_what_they_differ() -> None:
    learnt = known([*auctions(-10.0, 30, "江苏"), *auctions(-2.0, 30, "新疆")])
    day = FIRST + timedelta(days=100)
    assert learnt.expected(day, "新疆")[0] - learnt.expected(day, "江苏")[0] == pytest.approx(8.0, abs=0.3)


def test_a_floor_that_lies_above_says_little_and_one_below_lowers_the_expectation() -> None:
    before = known([])
    high = known(auctions(30.0, 5, at_floor=True))
    low = known(auctions(-15.0, 5, at_floor=True))
    day = FIRST + timedelta(days=20)
    assert high.expected(day, "江苏") == pytest.approx(before.expected(day, "江苏"), rel=0.3)
    assert low.expected(day, "江苏")[0] < -14.0


def test_nothing_seen_leaves_what_was_known_before() -> None:
    gaps = {date(2023, 1, 1): Decimal(-9), date(2023, 7, 1): Decimal(-3)}
    outlook = Outlook(gaps=gaps, issuers={"江苏": Decimal(-2)})
    mean, sd = known([], outlook).expected(date(2023, 4, 2), "江苏")
    assert mean == pytest.approx(-8.0, abs=0.1)
    assert sd > float(outlook.own_sd_bp)


def test_what_is_written_down_says_the_same_again() -> None:
    learnt = known([*auctions(-10.0, 30, "江苏"), *auctions(-2.0, 30, "新疆")])
    kept = learnt.outlook(date(2022, 1, 1))
    day = FIRST + timedelta(days=100)
    assert kept.gap_bp(day, "江苏") == pytest.approx(learnt.expected(day, "江苏")[0], abs=0.05)
    assert kept.gap_bp(day, "西藏") == pytest.approx(learnt.expected(day, "西藏")[0], abs=0.05)


def test_known_parameters_are_recovered_from_simulated_results() -> None:
    draw = np.random.default_rng(5)
    issuers = {f"第{n}": float(effect) for n, effect in enumerate(draw.normal(0, 4, 12))}
    seen = []
    for n in range(600):
        issuer = f"第{draw.integers(12)}"
        gap = -6.0 + issuers[issuer] + draw.normal(0, 3)
        floor = draw.normal(-8, 4)
        seen.append(Seen(FIRST + timedelta(days=int(n / 2)), issuer, max(gap, floor), gap <= floor))
    learnt = learn(seen, Outlook(own_sd_bp=Decimal(3)), [])
    errors = [learnt.expected(date(2023, 6, 1), issuer)[0] + 6.0 - effect for issuer, effect in issuers.items()]
    assert abs(float(np.mean(errors))) < 0.5
    assert float(np.abs(errors).max()) < 1.5


def test_quarters_reach_from_the_first_day_past_the_last() -> None:
    assert quarters_over([date(2023, 12, 31), date(2023, 5, 2)]) == tuple(
        date(year, month, 1) for year, month in ((2023, 4), (2023, 7), (2023, 10), (2024, 1))
    )
