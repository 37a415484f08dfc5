"""Calibration: what is known of simulated auctions is found again, and a loss is what it says."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from auction.language import say
from sim.lab import calibrate as c
from sim.lab.draws import draw
from sim.lab.evening import unbound
from sim.lab.forecast import SEED, Players, players_of
from sim.lab.gap import Seen, learn
from sim.lab.moments import TAIL_AT, Moment, as_they_came_out, real_moments
from sim.lab.outlook import Outlook
from sim.lab.population import Population, read_population
from sim.lab.written import population_text, write_population

SHIPPED = Path("scenarios/populations/national.yaml")
FIRST = date(2024, 1, 2)


@pytest.fixture(scope="module")
def population() -> Population:
    return read_population(SHIPPED)


def test_market_values_are_recovered_from_simulated_books_where_no_floor_binds(population: Population) -> None:
    members = players_of(population, 1)
    others = (draw(SEED + 1, 0, len(members.classes)),)
    played = Players(population, members.classes, others)
    values = {f"第{n}": 1.25 * n for n in range(20)}
    seen: list[Seen] = []
    for issuer, value in values.items():
        coupons = played.play_rule(unbound(), 1.0, value, 1.0).coupon_bp
        seen += [Seen(FIRST + timedelta(days=n // 4), issuer, float(bp), False) for n, bp in enumerate(coupons)]
    learnt = learn(seen, Outlook(own_sd_bp=Decimal("1.5"), issuer_sd_bp=Decimal(20)), [FIRST])
    under = members.under_bp()
    middle = FIRST + timedelta(days=64)
    errors = [learnt.expected(middle, issuer)[0] + under - value for issuer, value in values.items()]
    assert abs(float(np.mean(errors))) <= 0.1
    assert float(np.abs(errors).mean()) <= 0.3


def test_the_knobs_that_made_a_loss_least_are_found() -> None:
    wanted = {knob.name: float(np.sqrt(knob.low * knob.high)) for knob in c.KNOBS}

    def loss(turned: dict[str, float]) -> float:
        return float(sum((np.log(turned[name]) - np.log(wanted[name])) ** 2 for name in wanted))

    begin = {knob.name: knob.start or 1.0 for knob in c.KNOBS}
    found = c.search(loss, begin, 600, lambda done, whole: None)
    assert [found[name] / wanted[name] for name in wanted] == pytest.approx([1.0] * len(wanted), rel=0.1)


def test_knobs_turn_every_institution_and_stop_at_what_may_be(population: Population) -> None:
    turned = {knob.name: 2.0 if knob.start is None else knob.start for knob in c.KNOBS}
    lead = c.adjusted(population, turned).institutions[0]
    before = population.institutions[0]
    assert lead.mandate == min(Decimal("0.5"), 2 * before.mandate)
    assert lead.cap_use == min(Decimal(1), 2 * before.cap_use)
    assert lead.fill == Decimal("0.018")
    assert lead.behaviour == before.behaviour


def moment(name: str, real: float, simulated: float, error: float = 1.0) -> Moment:
    return Moment(name, say("名称"), 5, real, error, simulated)


def test_the_loss_counts_in_standard_errors_and_leaves_out_what_the_outlook_fits() -> None:
    assert c.loss([moment("2023-05.spread", 5.0, 9.0)]) == 0.0
    assert c.loss([moment("short", 5.0, 5.0)]) == 0.0
    assert c.loss([moment("short", 5.0, 6.0)]) == pytest.approx(1 / (1 + 1 / c.LARGE**2))
    assert c.loss([moment("short", 5.0, float("nan"))]) == c.LARGE**2
    assert c.loss([moment("2023-05.cover50", 2.0, 4.0)]) == pytest.approx(c.loss([moment("2023-05.cover50", 2.0, 1.0)]))


@pytest.fixture
def written(tmp_path: Path, population: Population) -> Iterator[Path]:
    outlook = Outlook(gaps={FIRST: Decimal("-3.25")}, issuers={"江苏": Decimal("-2.5")}, note="记")
    file = tmp_path / "p.yaml"
    write_population(population.model_copy(update={"outlook": outlook}), file)
    yield file


def test_a_population_written_down_reads_the_same_again(written: Path, population: Population) -> None:
    again = read_population(written)
    assert again.institutions == population.institutions
    assert again.outlook is not None
    assert again.outlook.gaps == {FIRST: Decimal("-3.25")}
    assert population_text(again) == written.read_text("utf-8")


def test_the_real_moments_are_those_of_the_domain_notes(real_evenings: tuple[object, ...]) -> None:
    real = real_moments(real_evenings)
    values = {name: round(value, 2) for name, (value, _error) in real.values.items()}
    counts = {name: len(places) for name, places in real.places.items()}
    assert {at: values[f"tail.{at:g}"] for at in TAIL_AT} == {1.5: 1.41, 2: 1.55, 3: 1.75, 5: 1.72, 10: 2.09, 20: 1.79}
    assert (values["cover.correlation"], values["cover.slope"], counts["cover.slope"]) == (0.63, 0.07, 19)
    assert (values["2022-01.spread"], values["2022-01.spread_sd"], counts["2022-01.spread"]) == (15.84, 6.68, 28)
    assert as_they_came_out(real_evenings).coupon.shape == (127, 1)


@pytest.fixture(scope="module")
def real_evenings(population: Population) -> tuple[object, ...]:
    from auction.curve import read_curve
    from sim.lab.evening import joined
    from sim.lab.history import read_history

    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not data.is_dir():
        pytest.skip("no shared data beside this checkout")
    treasury = ("cgb_ytm_daily_2016_2026.csv", "cgb_ytm_daily_2006_2016_cn_treasury_curve.csv")
    curves = joined([read_curve(data / name) for name in treasury]), read_curve(data / "lgb_ytm_daily_2022_2026.csv")
    return c.evenings_of(read_history(data / "local_bond_results.csv"), *curves, population)[0]
