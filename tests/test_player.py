"""The seat link: a whole day played by people through plain data, the clock, drafts, keys."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auction.commands.emergency import unfit_form
from auction.errors import BadInput
from auction.journal import read_rows
from auction.verify import verify
from sim.acting import seats_of
from sim.incidents import CATALOGUE
from sim.scenario import read_scenario, shipped_scenarios
from tui.keyfolder import new_key, unlock
from tui.opening import Opening, open_player
from tui.player import Player, Speed
from tui.todo import Todo, event_fields, todos
from tui.trouble import FORM_ACTS

PLAN = read_scenario(Path("first-tender")).scenario.plan
STAFF = tuple(seat for seat in seats_of(PLAN) if seat.split(":")[0] not in ("system", "underwriter"))
BANK = "underwriter:演练银行甲"
OPERATOR, CHECKER = "operator:陈岚", "checker:周默"


def stem(file: Path) -> str:
    """How a scenario is called."""
    return file.stem


def opened(folder: Path, *people: str, own_keys: bool = False) -> Player:
    """The first scenario with those people seated."""
    return open_player(Opening(Path("first-tender"), None, folder, 1, frozenset(people), own_keys))


def typed_for(player: Player, todo: Todo, seen: Mapping[str, Any]) -> dict[str, str]:
    """What a careful person types into the form."""
    if todo.kind.startswith("notice_"):
        return {name: str(value) for name, value in player.documents(todo.fixed["bond"]).items() if name != "bond"}
    if todo.kind.startswith("range_"):
        benchmark = player.benchmark(todo.fixed["bond"])
        return {"low": str(benchmark["low"]), "high": str(benchmark["high"])}
    if todo.kind == "emergency_bid_keyed":
        (form,) = (form for form in seen["forms"] if str(form["number"]) == todo.fixed["number"])
        steps = enumerate(form["steps"], start=1)
        return {f"{name}{number}": step[name] for number, step in steps for name in ("level", "amount")}
    own = seen["windows"][0]["issues"][0].get("result", {}).get("own_bids", [])
    forms = {
        "devices_handed_in": {"devices": "1"},
        "site_inspected": {"people": "true", "communications": "true", "emergency": "true"},
        "bid_received": {"level1": "１．８５", "amount1": "3", "level2": "1.88", "amount2": "2.1"},
        "custody_filed": {"CCDC": str(sum(float(bid["awarded"]) for bid in own))},
        "emergency_form_set_aside": {"reason": "核对不符"},
        "objection_raised": {"reason": "登记簿上有一栏未签"},
        "objection_settled": {"answer": "核实后了结"},
    }
    return forms.get(todo.kind, {})


def is_right(player: Player, todo: Todo) -> bool:
    """Whether it is the right one of the two things to do about an emergency form; anything else is."""
    if todo.kind not in FORM_ACTS:
        return True
    day = player.rehearsal.day
    (form,) = (form for form in day.forms if str(form.received.number) == todo.fixed["number"])
    return bool(unfit_form(day, form)) is (todo.kind == "emergency_form_set_aside")


def right_answer(player: Player, todo: Todo) -> str:
    """What should be answered to what went wrong."""
    happened = player.rehearsal.day.incidents[int(todo.fixed["number"]) - 1].occurred
    open_to = {answer for answer, _words in todo.choices}
    right = (response.id for response in CATALOGUE[happened.incident].responses if response.right)
    return next(answer for answer in right if answer in open_to)


def act(player: Player, seat: str) -> tuple[str, tuple[str, ...]]:
    """The person in the seat does what comes next."""
    seen = player.view(seat)
    todo = next(todo for todo in todos(seen) if todo.due and is_right(player, todo))
    if todo.choices:
        return todo.kind, player.propose(seat, todo.kind, {**todo.fixed, "answer": right_answer(player, todo)}).refused
    if todo.kind == "result_signed":
        return todo.kind, player.sign(seat, todo.fixed["window"]).refused
    if todo.kind in ("site_released", "day_closed"):
        return todo.kind, player.seal(seat, todo.kind).refused
    benchmark = player.benchmark(todo.fixed["bond"]) if todo.kind.startswith("range_") else None
    fields = event_fields(todo, typed_for(player, todo, seen), benchmark)
    return todo.kind, player.propose(seat, todo.kind, fields).refused


def play(player: Player) -> list[str]:
    """Play to the end; the kinds of act that people did."""
    done = []
    for _number in range(500):
        if player.finished:
            break
        player.tick(0.1)
        turn = player.turn()
        if turn:
            kind, refused = act(player, turn)
            assert refused == ()
            done.append(kind)
    return done


@pytest.mark.parametrize("people", [*((seat,) for seat in STAFF), (BANK,), (*STAFF, BANK)], ids="+".join)
def test_a_day_is_played_to_its_verified_end_by_whoever_sits_down(tmp_path: Path, people: tuple[str, ...]):
    player = opened(tmp_path / "day", *people)
    done = play(player)
    assert player.finished
    assert len(done) >= 2
    files = {file.name: file for file in player.write_up().files}
    found = verify([files["result.json"].read_bytes()], player.journal.rows(), None)
    assert (found.ok, found.journal, found.identity) == (True, "closed", "practice")


@pytest.mark.parametrize("scenario", [file for file in shipped_scenarios() if file.stem != "first-tender"], ids=stem)
def test_every_shipped_day_is_played_by_people_on_every_seat_of_the_site(tmp_path: Path, scenario: Path):
    plan = read_scenario(scenario).scenario.plan
    staff = frozenset(seat for seat in seats_of(plan) if seat.split(":")[0] not in ("system", "underwriter"))
    player = open_player(Opening(scenario, None, tmp_path / "day", 1, staff))
    play(player)
    assert player.finished
    files = {file.name: file for file in player.write_up().files}
    assert verify([files["result.json"].read_bytes()], player.journal.rows(), None).ok


def test_the_result_names_who_was_a_person_and_who_a_script(tmp_path: Path):
    player = opened(tmp_path, OPERATOR, BANK)
    play(player)
    payload = json.loads(player.rehearsal.day.windows["W1"].payload or "")
    assert {entry["person"]: entry["played_by"] for entry in payload["roster"]} == {
        "陈岚": "person",
        "周默": "script",
        "许正言": "script",
        "何平": "script",
        "罗一鸣": "script",
        "宋词": "script",
    }
    assert payload["members_played"] == ["演练银行甲"]


def test_an_own_key_signs_only_once_it_is_unlocked_and_is_not_a_practice_key(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    entry = new_key(tmp_path / "home", "许正言", "correct horse")
    lead = "lead-officer:许正言"
    player = opened(tmp_path / "day", lead, own_keys=True)
    while player.turn() != lead or (player.duty(lead) or {})["kind"] != "result_signed":
        player.tick(0.1)
        if player.turn() and (player.duty(lead) or {})["kind"] != "result_signed":
            act(player, lead)
    assert player.own_key_holders("许正言", "何平") == ("许正言",)
    assert player.sign(lead, "W1").refused != ()
    player.keys["许正言"] = unlock(tmp_path / "home", "许正言", "correct horse")
    assert player.sign(lead, "W1").refused == ()
    seated = player.rehearsal.day.seats["许正言"]
    assert (seated.key, seated.practice) == (entry.public, False)


def test_at_full_speed_the_clock_waits_for_a_person_and_no_longer_once_waived(tmp_path: Path):
    player = opened(tmp_path, BANK)
    for _number in range(200):
        player.tick(0.1)
    assert player.turn() == BANK
    assert player.rehearsal.day.windows["W1"].phase.value == "OPEN"
    player.waive(BANK)
    for _number in range(20):
        player.tick(0.1)
    assert player.rehearsal.day.windows["W1"].phase.value != "OPEN"


@pytest.mark.parametrize(("speed", "seconds"), [(Speed.REAL, 10), (Speed.FIVE, 50), (Speed.SIXTY, 600)])
def test_the_clock_runs_as_fast_as_it_is_told(tmp_path: Path, speed: Speed, seconds: int):
    player = opened(tmp_path, BANK)
    player.speed = speed
    began = player.now
    for _number in range(20):
        player.tick(0.5)
    assert player.now - began == timedelta(seconds=seconds)


def test_a_paused_clock_stands_still_and_a_step_goes_to_the_next_act(tmp_path: Path):
    player = opened(tmp_path, BANK)
    player.speed = Speed.PAUSED
    before = (player.now, player.rehearsal.day.head.count)
    player.tick(3600)
    assert (player.now, player.rehearsal.day.head.count) == before
    assert player.step()
    assert player.rehearsal.day.head.count == before[1] + 1


def test_a_person_acts_at_the_moment_of_the_clock_never_before_the_journal(tmp_path: Path):
    player = opened(tmp_path, OPERATOR)
    while player.turn() != OPERATOR:
        player.tick(0.1)
    act(player, OPERATOR)
    times = [datetime.fromisoformat(row.at) for row in player.journal.rows()]
    assert times == sorted(times)


def test_what_cannot_be_read_is_told_by_field_and_records_nothing(tmp_path: Path):
    player = opened(tmp_path, OPERATOR)
    while player.turn() != OPERATOR:
        player.tick(0.1)
    count = player.rehearsal.day.head.count
    terms = {**player.documents("2605101"), "offered": "30亿吨", "tenor": "", "open": "半夜"}
    with pytest.raises(BadInput) as caught:
        player.propose(OPERATOR, "notice_entered", {"bond": "2605101", "terms": terms})
    assert [fault.field for fault in caught.value.faults] == ["期限", "计划发行面值", "开始时间"]
    assert player.rehearsal.day.head.count == count


def test_a_refused_act_says_why_with_its_rule_and_is_recorded(tmp_path: Path):
    player = opened(tmp_path, OPERATOR)
    while player.turn() != OPERATOR:
        player.tick(0.1)
    told = player.propose(OPERATOR, "notices_sent", {"window": "W1"})
    assert "尚未经双人核对一致（财库〔2018〕61号" in told.refused[0]
    assert player.rehearsal.day.refusals[-1].action == "notices_sent"


def test_drafts_are_kept_on_the_disk_by_seat_and_survive_a_crash(tmp_path: Path):
    player = opened(tmp_path, OPERATOR)
    player.keep_draft(f"{OPERATOR}/notice_entered/2605101", {"tenor": "10", "offered": "3"})
    player.journal.close()
    again = open_player(Opening(resumed=tmp_path))
    assert again.draft(f"{OPERATOR}/notice_entered/2605101") == {"tenor": "10", "offered": "3"}
    assert again.draft(f"{CHECKER}/notice_entered/2605101") == {}
    again.keep_draft(f"{OPERATOR}/notice_entered/2605101", {})
    assert json.loads((tmp_path / "drafts.json").read_text("utf-8")) == {}


def test_a_day_gone_on_with_knows_its_people(tmp_path: Path):
    player = opened(tmp_path, OPERATOR, BANK)
    for _number in range(10):
        player.tick(0.1)
    player.journal.close()
    again = open_player(Opening(resumed=tmp_path))
    assert again.people == (OPERATOR, BANK)
    play(again)
    assert again.finished


def test_a_day_without_people_is_not_gone_on_with_in_the_room(tmp_path: Path):
    player = opened(tmp_path)
    player.journal.close()
    with pytest.raises(BadInput, match="没有真人席位"):
        open_player(Opening(resumed=tmp_path))


def test_before_the_close_the_link_gives_no_sealed_bid_to_anybody(tmp_path: Path):
    player = opened(tmp_path, *STAFF, BANK)
    seen_open = 0
    while not player.finished:
        player.tick(0.1)
        state = player.rehearsal.day.windows["W1"]
        if state.phase.value == "OPEN":
            seen_open += 1
            others = [sent for member, sent in state.submissions["2605101"].items() if member != "演练银行甲"]
            for seat in (*STAFF, BANK):
                told = json.dumps([player.view(seat), player.duty(seat)], ensure_ascii=False)
                assert player.rehearsal.day.head.hash not in told
                assert '"steps"' not in told or seat == BANK
                assert len(others) == 0 or "own_bids" not in told
        turn = player.turn()
        if turn:
            act(player, turn)
    assert seen_open >= 2


def test_the_folder_of_a_played_day_holds_the_journal_that_was_lived(tmp_path: Path):
    player = opened(tmp_path, OPERATOR)
    play(player)
    rows = player.journal.rows()
    player.journal.close()
    assert read_rows(tmp_path / "journal.db") == rows
    with sqlite3.connect(tmp_path / "journal.db") as database:
        assert database.execute("select count(*) from event").fetchone() == (len(rows),)
