"""Scripted people at the site: how they err, how a day with errors still ends, and what no script can mend."""

from decimal import Decimal

import days
import pytest
from days import BOND

from auction import events as e
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.journal import MemoryJournal
from auction.settlement import custody_of
from sim.staff import MOST_TRIES

MISTYPING = {"typing_error": "30%"}


def kinds(log: MemoryJournal) -> list[str]:
    """What was written down, in order."""
    return [row.kind for row in log.rows()]


def play_out(*windows: dict, seed: int = days.SEED, **blocks: object) -> tuple[IssuanceDay, MemoryJournal]:
    """The day of a small scenario at its end."""
    log = MemoryJournal()
    return days.play(days.begin(days.stage(*windows, **blocks), seed, log)), log


@pytest.mark.parametrize("checking", ["blind", "review"])
@pytest.mark.parametrize("seed", range(6))
def test_mistyped_sheets_are_found_entered_again_and_in_the_end_sent(seed, checking):
    rehearsal = days.begin(days.stage(staff=MISTYPING, checking=checking), seed)
    found = [event for event, _ in days.states(rehearsal) if getattr(event, "differences", ())]
    assert found
    assert rehearsal.day.phase is Phase.SETTLED
    assert rehearsal.day.windows["W1"].sheets[BOND].ready


def test_who_never_mistypes_enters_everything_once():
    _, log = play_out()
    assert [kinds(log).count(kind) for kind in ("notice_entered", "range_entered", "notices_sent")] == [1, 1, 1]
    assert kinds(log).count("action_refused") == 0


def test_a_range_that_both_mistyped_is_sent_back_and_entered_again():
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: "range_entered" in day.since)
    wrong = days.sample("range_entered").entry.model_copy(update={"low": Decimal("1.81")})
    for kind, seat in ((e.RangeEntered, days.OPERATOR), (e.RangeChecked, days.CHECKER)):
        more = {"differences": ()} if kind is e.RangeChecked else {}
        rehearsal.perform(kind(at=rehearsal.day.now, seat=seat, bond=BOND, entry=wrong, **more))
    day = days.play(rehearsal)
    assert [breach.rule for refused in day.refusals for breach in refused.breaches] == ["range.floor"]
    assert day.windows["W1"].sheets[BOND].range == days.sample("range_entered").entry
    assert day.phase is Phase.SETTLED


def test_people_who_never_get_it_right_give_up_and_the_day_stands_still():
    day, log = play_out(staff={"typing_error": "100%"})
    assert [refused.action for refused in day.refusals] == ["notices_sent"] * MOST_TRIES
    assert day.windows["W1"].phase is WindowPhase.PREPARED
    assert kinds(log)[-1] == "action_refused"


def test_a_sheet_that_no_typing_can_mend_is_not_entered_again():
    day, log = play_out(days.window(days.issue(method="public-underwriting")))
    assert [[breach.rule for breach in refused.breaches] for refused in day.refusals] == [["tender.required_above"]]
    assert kinds(log).count("notice_entered") == 1


TWO_SEATS = [
    *(person for person in days.ROSTER if person["role"] != "checker"),
    {"name": "陈岚", "role": "checker", "organisation": "江苏省财政厅"},
]


@pytest.mark.parametrize("seed", range(8))
def test_a_roster_with_one_person_as_operator_and_checker_never_gets_its_site_sealed(seed):
    day, _ = play_out(roster=TWO_SEATS, seed=seed)
    assert day.phase is Phase.PLANNED
    refused = [(r.action, r.seat.partition(":")[2], [b.rule for b in r.breaches]) for r in day.refusals]
    assert refused == [("seat_taken", "陈岚", ["seat.distinct"])]


def test_a_supervisor_from_the_finance_department_never_gets_a_seat_and_the_site_is_never_sealed():
    inside = {"name": "何平", "role": "supervisor", "organisation": "江苏省财政厅", "sending_unit": "江苏省财政厅"}
    day, _ = play_out(roster=[inside, *(person for person in days.ROSTER if person["role"] != "supervisor")])
    assert day.phase is Phase.PLANNED
    assert [(r.seat, r.breaches[0].rule) for r in day.refusals] == [(days.SUPERVISOR, "site.supervisor")]


def test_everybody_on_the_roster_has_a_script():
    more = [
        {"name": "钱有度", "role": "bookrunner", "organisation": "演练证券"},
        {"name": "孙见", "role": "observer", "organisation": "江苏省人大"},
        {"name": "李工", "role": "technician", "organisation": "演练支持部门"},
        {"name": "吴副", "role": "supervisor", "organisation": "江苏省监委", "sending_unit": "江苏省监委"},
    ]
    day, _ = play_out(roster=[*days.ROSTER, *more])
    assert (len(day.seats), day.phase, day.refusals) == (10, Phase.SETTLED, ())


@pytest.mark.parametrize("role", ["instructor", "underwriter", "system"])
def test_the_roster_lists_those_on_site_only(role):
    elsewhere = {"name": "方教员", "role": role, "organisation": "演练中心"}
    with pytest.raises(ValueError, match="不是现场岗位"):
        days.stage(roster=[*days.ROSTER, elsewhere])


def test_a_market_far_above_the_ceiling_parks_the_bids_there_and_leaves_the_issue_short():
    timid = {"mandate": {name: "15%" for name in days.MANDATE}}
    day, _ = play_out(market={"spread_bp": "60"}, underwriters=timid)
    result = day.results()[BOND]
    assert {bid.bid.level for bid in result.bids} == {result.cutoff} == {day.windows["W1"].sheets[BOND].range.high}
    assert (result.short, result.failed, day.phase) == (True, False, Phase.SETTLED)
    assert result.issued == result.total_bids < result.offered


def test_a_window_without_a_bid_fails_and_the_day_goes_on():
    day, log = play_out(underwriters={"absent": "100%"}, end="LISTED")
    result = day.results()[BOND]
    assert (result.failed, result.cutoff, result.issued, result.members) == (True, None, 0, ())
    assert (day.phase, day.paid, day.closed) == (Phase.LISTED, {}, True)
    assert "custody_closed" in kinds(log)


def test_one_window_may_fail_while_another_sells():
    dear = days.issue("2605102", tenor="30")
    quiet = days.window(dear, id="W2", open="14:00:00", close="14:40:00")
    rehearsal = days.begin(days.stage(days.window(), quiet))
    days.play(rehearsal, until=lambda day: day.windows["W2"].phase is WindowPhase.OPEN)
    for _, day in days.states(rehearsal):
        for member, sent in day.windows["W2"].submissions["2605102"].items():
            if day.windows["W2"].phase is WindowPhase.OPEN and sent.at == day.now:
                seat = f"underwriter:{member}"
                rehearsal.perform(e.BidWithdrawn(at=day.now, seat=seat, bond="2605102", member=member))
    results = rehearsal.day.results()
    assert (results[BOND].issued, results["2605102"].failed) == (100_000, True)
    assert (rehearsal.day.phase, rehearsal.day.refusals) == (Phase.SETTLED, ())


def test_forgotten_custody_forms_default_at_the_deadline():
    day, log = play_out(staff={"custody_missed": "100%"})
    awards = {award.member: award.awarded for award in day.results()[BOND].members}
    assert day.windows["W1"].defaulted == tuple(f"{BOND}:{member}" for member in awards)
    assert custody_of(day, BOND) == {member: {"CCDC": awarded} for member, awarded in awards.items()}
    assert "custody_filed" not in kinds(log)


def test_nobody_acts_faster_than_the_shortest_delay():
    rehearsal = days.begin(days.stage(staff={"delay_s": [45, 50]}))
    last: dict[str, object] = {}
    for event, _ in days.states(rehearsal):
        if not event.seat.startswith(("underwriter", "system")):
            earlier = last.get(event.seat, rehearsal.day.planned.at)
            assert (event.at - earlier).total_seconds() >= 45
            last[event.seat] = event.at
    assert len(last) == len(days.ROSTER)
