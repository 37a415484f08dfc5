"""Members that adapt play through the kernel exactly what was found for them, and know what the others do."""

import numpy as np
import pytest
from games import MEAN, demand, rule

from auction.errors import BadInput
from sim.lab.adapting import BEYOND_BP, RING, STRATEGIC, Adapted, adapted, game_of
from sim.lab.clearing import Bids
from sim.lab.draws import draw
from sim.lab.equilibrium import Equilibrium, equilibrium
from sim.lab.game import Game, Market, add_demand, standing_ticks
from sim.lab.kernel import bid, private
from sim.lab.population import Population, Seating, seat_all
from sim.lab.rule import MOST_STEPS, Rule
from sim.underwriters import FIELDS, TYPES, strategic

FEE_BP, AUCTIONS = 0.94, 4096
MARKET = Market(spread_bp=8.0, move_bp=3.0)
LEADS = {"name": "主承", "class": "lead-bank", "count": 8, "mandate": "6%", "favour_bp": "1", "noise_bp": "1.5"}
BANKS = {"name": "银行", "class": "bank", "count": 16, "mandate": "2.5%", "slope": "0.3", "absent": "5%"}
BROKERS = {"name": "券商", "class": "broker", "count": 6, "mandate": "1%", "slope": "0.3"}


def seated(arm: Rule, **mixes: dict[str, str]) -> Seating:
    """Members of three kinds; each kind's mix by the name of its class, else all strategic."""
    kinds = [
        {**each, "behaviour": mixes.get(str(each["class"]).replace("-", "_"), {"strategic": "100%"})}
        for each in (LEADS, BANKS, BROKERS)
    ]
    population = Population.model_validate({"name": "adapting", "title": "适应者", "institutions": kinds})
    return seat_all(population, arm, FEE_BP)


def solved(arm: Rule, seating: Seating) -> tuple[Game, Equilibrium]:
    """What the members that adapt play under the arm, near enough: that it is exact is not at stake here."""
    game = game_of(arm, seating, MARKET)
    return game, equilibrium(game, bound_bp=0.5)


def sent(arm: Rule, seating: Seating, how: Adapted) -> Bids:
    """What all members send in a chunk of auctions."""
    frozen = draw(11, 0, len(seating), AUCTIONS)
    market_bp = MARKET.spread_bp + MARKET.move_bp * frozen.shock
    views, mandates = private(frozen, market_bp, seating.noise_bp, seating.mandate, seating.mandate_sd)
    return bid(views, mandates, frozen.uniform, how.behaviour, how.members, arm)


def asked(bids: Bids, arm: Rule) -> np.ndarray:
    """The cumulative demand of each auction."""
    total = np.zeros((len(bids.ticks), arm.ticks), np.int64)
    steps = np.arange(bids.ticks.shape[2]) < bids.count[:, :, None]
    auction = np.broadcast_to(np.arange(len(total))[:, None, None], steps.shape)
    np.add.at(total, (auction[steps], bids.ticks[steps]), bids.lots[steps])
    return total.cumsum(axis=1)


def of_banks(bids: Bids) -> Bids:
    """What the sixteen banks send."""
    return Bids(bids.ticks[:, 8:24], bids.lots[:, 8:24], bids.count[:, 8:24])


def by_hand(how: Adapted, seat: int, view_bp: float, arm: Rule) -> np.ndarray:
    """The cumulative lots by tick that a member sends for a view."""
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    count = strategic(view_bp, 0.0, how.members[seat], arm, np.full(4, 0.5), ticks, lots)
    schedule = np.zeros(arm.ticks, np.int64)
    np.add.at(schedule, ticks[:count], lots[:count])
    return schedule.cumsum()


@pytest.mark.parametrize("floor_bp", [0, 8, 20])
def test_a_member_sends_what_the_game_says_a_bidder_of_its_view_bids(floor_bp):
    arm = rule(floor_bp)
    seating = seated(arm)
    game, found = solved(arm, seating)
    how = adapted(game, found, seating)
    variants = found.profile.variants
    for number, kind in enumerate(game.kinds):
        parts = game.rows_bp(kind, game.types * variants)
        for view_bp in np.arange(-6.0, 22.0, 0.37):
            required = np.array([view_bp - kind.bonus_bp])
            row = int(np.searchsorted((parts[1:] + parts[:-1]) / 2, required)[0])
            type_ = number * game.types + row // variants
            shift = game.first_tick(required) - standing_ticks(game)[type_]
            bids = np.zeros((1, arm.ticks), np.int64)
            rows = np.array([[number * game.types * variants + row]])
            add_demand(bids, found.profile.schedules, standing_ticks(game), rows, shift[:, None])
            assert by_hand(how, kind.seats[0], float(view_bp), arm).tolist() == bids[0].tolist()


def test_what_the_kernel_plays_is_the_equilibrium_that_was_found():
    arm = rule(8)
    seating = seated(arm)
    game, found = solved(arm, seating)
    played = asked(sent(arm, seating, adapted(game, found, seating)), arm)
    _move, expected = demand(game, found, AUCTIONS)
    assert found.converged
    assert (played >= 500).argmax(axis=1).mean() == pytest.approx((expected >= 500).argmax(axis=1).mean(), abs=0.1)
    assert played[:, -1].mean() == pytest.approx(expected[:, -1].mean(), rel=0.02)


def test_who_does_not_adapt_bids_as_ever_and_who_does_knows():
    arm = rule(8)
    seating = seated(arm, bank={"focal": "100%"})
    game, found = solved(arm, seating)
    how = adapted(game, found, seating)
    assert [kind.bidders for kind in game.kinds] == [8, 6]
    assert how.behaviour.tolist() == seating.behaviour.tolist()
    before, after = (of_banks(sent(arm, seating, each)) for each in (Adapted(seating.behaviour, seating.members), how))
    assert asked(before, arm).tolist() == asked(after, arm).tolist()
    expected = game.others(MARKET.move_bp * draw(11, 0, 1, AUCTIONS).shock, np.random.default_rng(1))
    assert expected.mean(axis=0) == pytest.approx(asked(after, arm).mean(axis=0), rel=0.05, abs=1.0)


def test_a_ring_is_one_bidder_with_the_limits_of_all_and_each_sends_its_part():
    arm = rule(8)
    seating = seated(arm, lead_bank={"ring": "100%"})
    game, found = solved(arm, seating)
    ring = game.kinds[0]
    assert (ring.bidders, ring.limits.most, ring.mandate) == (1, 8 * 150, 8 * 30)
    assert ring.beyond_bp == BEYOND_BP / 8
    how = adapted(game, found, seating)
    assert set(how.behaviour[:8].tolist()) == {STRATEGIC}
    assert set(seating.behaviour[:8].tolist()) == {RING}
    sent_by_all = sum(by_hand(how, seat, 8.0, arm) for seat in range(8))
    schedules = found.profile.schedules[: game.types].reshape(-1, arm.ticks)
    assert min(np.abs(sent_by_all - schedule).max() for schedule in schedules) <= 8 * 5


def test_a_member_that_no_schedule_keeps_within_its_limits_takes_no_part():
    arm = rule(8)._replace(member_min=(200, 0, 0, 0))
    seating = seated(arm)
    game, found = solved(arm, seating)
    assert [kind.bidders for kind in game.kinds] == [16, 6]
    bids = sent(arm, seating, adapted(game, found, seating))
    assert bids.count[:, :8].max() == 0


def test_where_nobody_can_adapt_nobody_could_gain():
    arm = rule(8)
    seating = seated(arm, **dict.fromkeys(("lead_bank", "bank", "broker"), {"true-value": "100%"}))
    game, found = solved(arm, seating)
    assert (game.kinds, found.exploitability_bp, found.converged) == ((), 0.0, True)
    assert adapted(game, found, seating).members[:, :FIELDS].tolist() == seating.members.tolist()


def test_members_hold_as_many_types_as_the_game_has():
    arm = rule(8)
    seating = seated(arm, broker={"true-value": "100%"})
    game, found = solved(arm, seating)
    rows = adapted(game, found, seating).members
    assert rows[:, TYPES].tolist() == [float(game.types * found.profile.variants)] * 24 + [0.0] * 6
    assert rows[:, :TYPES].tolist() == seating.members[:, :TYPES].tolist()
    assert rows.shape[1] > FIELDS


def test_an_arm_whose_best_responses_cannot_be_sought_is_refused():
    modified = rule(method="modified-multiple-price")
    with pytest.raises(BadInput, match="modified-multiple-price 下的最优反应无法求解"):
        game_of(modified, seated(modified), MARKET)
    fine = rule(ticks=41, tick="0.01", range={"low": str(MEAN), "high": "13.00"})
    with pytest.raises(BadInput, match="区间有 1101 个标位"):
        game_of(fine, seated(fine), MARKET)
