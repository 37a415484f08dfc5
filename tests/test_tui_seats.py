"""The whole day as every seat lives it: from the lobby to the verified files, in both languages, at three sizes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from people import (
    BANK,
    BOND,
    CHECKER,
    LEAD,
    OPERATOR,
    STAFF,
    SUPERVISOR,
    TECHNICIAN,
    Person,
    first_tender,
    person_at,
    person_in_room,
    typed_for,
)
from screens import assert_whole, cut_off, drawn_from, screen_lines, stray_words, texts
from textual.app import App

from auction.day import Phase, WindowPhase
from auction.language import LANGUAGES, SOURCE_LANGUAGE, speak
from auction.verify import verify
from tui.app import KaibiaoApp
from tui.player import Speed
from tui.screens.room import Room
from tui.todo import RANGE_FORM, TERMS_FORM, FormField

SEATS = ((OPERATOR,), (CHECKER,), (LEAD,), (SUPERVISOR,), (TECHNICIAN,), (BANK,), (*STAFF, BANK))
SIZES = ((80, 24), (120, 40), (200, 60))
FAST = {
    ((OPERATOR,), "zh_CN", (80, 24)),
    ((CHECKER,), "en", (80, 24)),
    ((LEAD,), "en", (200, 60)),
    ((BANK,), "zh_CN", (120, 40)),
    ((*STAFF, BANK), "en", (120, 40)),
}
"""Both languages, every size, every seat in one day or another; the rest is soaked."""
DAYS = [(seats, language, size) for seats in SEATS for language in LANGUAGES for size in SIZES]
VERDICT = {SOURCE_LANGUAGE: "签名完好，身份未核实", "en": "Signatures intact, identity not verified"}


def faultless(app: App[object]) -> None:
    """The screen is whole, nothing on it is cut off, and all of it speaks one language."""
    assert_whole(screen_lines(app), app.size.width)
    assert cut_off(app) == []
    assert stray_words(app, Path.cwd()) == set()


async def play_on(person: Person) -> None:
    """Do what has to be done, to the end of the day."""
    for _act in range(100):
        if not await person.on():
            return
        await person.act()
    raise AssertionError(f"the day does not end: {screen_lines(person.app)}")


async def look_around(person: Person) -> None:
    """Whoever sits down looks at the board, into the help, and at who else could sit there."""
    for keys in (("f3",), ("f3",), ("f1",), ("escape",), ("f2",), ("escape",)):
        await person.press(*keys)


@pytest.mark.parametrize(
    ("seats", "language", "size"),
    [pytest.param(*day, marks=() if day in FAST else pytest.mark.soak) for day in DAYS],
)
async def test_a_person_lives_through_the_day_to_its_verified_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seats: tuple[str, ...], language: str, size: tuple[int, int]
):
    monkeypatch.chdir(tmp_path)
    speak(language)
    app = KaibiaoApp(Path("first-tender"), seed=1, out=tmp_path / "day")
    async with person_at(app, size, faultless) as person:
        await person.take_seats(*seats)
        await look_around(person)
        await play_on(person)
        told = "\n".join(texts((await person.ending()).app))
        player = person.player
    files = {name: tmp_path / "day" / name for name in ("journal.db", "result.json", "debrief.md")}
    assert [name for name, file in files.items() if not (file.is_file() and str(file) in told)] == []
    assert VERDICT[language] in told
    found = verify([files["result.json"].read_bytes()], player.journal.rows(), None)
    assert (found.ok, found.journal, found.problems) == (True, "closed", ())
    assert set(seats) <= {row.seat for row in player.journal.rows()}
    assert player.rehearsal.day.refusals == ()


def on_desk(person: Person) -> list[str]:
    """The page on the desk, line by line, without the spaces between."""
    return [" ".join(line.split()) for line in drawn_from(person.room.query_one("#about Static")).splitlines()]


def in_form(person: Person) -> dict[str, str]:
    """What stands in the form."""
    return person.form.typed()


def as_typed(entry: Mapping[str, object], form: Sequence[FormField]) -> dict[str, str]:
    """An entry as it stands in a form."""
    return {field.name: str(entry[field.name]) for field in form}


async def sit_down_as(person: Person, seat: str) -> None:
    """Change seats by F2."""
    await person.press("f2")
    await person.press("g", *["j"] * person.player.people.index(seat), "enter")


async def test_a_checker_who_reviews_finds_the_entry_in_the_form_and_one_key_checks_it(tmp_path: Path):
    scenario = first_tender(tmp_path, {"checking: blind": "checking: review"})
    async with person_in_room(tmp_path, CHECKER, scenario=scenario) as person:
        player = person.player
        for form, entry in ((TERMS_FORM, player.documents(BOND)), (RANGE_FORM, player.benchmark(BOND))):
            assert await person.on()
            await person.press("enter")
            assert in_form(person) == as_typed(entry, form)
            await person.press("ctrl+s")
        sheet = player.rehearsal.day.windows["W1"].sheets[BOND]
    assert (sheet.terms_checked, sheet.range_checked) == (True, True)


async def test_a_blind_checker_who_differs_sets_both_values_side_by_side_and_the_operator_begins_again(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, CHECKER) as person:
        player = person.player
        await person.on()
        await person.act()
        await person.on()
        await sit_down_as(person, CHECKER)
        await person.press("enter")
        assert set(in_form(person).values()) == {""}
        await person.fill_in(typed_for(person.player) | {"offered": "31"})
        assert isinstance(person.app.screen, Room)
        await person.pick("复核标书")
        await person.press("escape")
        assert on_desk(person)[-2:] == ["✘ 两人录入不同 经办人 复核人", "计划发行面值 30.0 31.0"]
        assert await person.on()
        await sit_down_as(person, OPERATOR)
        assert on_desk(person)[-2:] == ["✘ 两人录入不同 经办人 复核人", "计划发行面值 30.0 31.0"]
        await person.press("enter")
        assert in_form(person) == as_typed(person.player.documents(BOND), TERMS_FORM)
        await person.press("ctrl+s")
        while player.rehearsal.day.windows["W1"].phase is WindowPhase.PREPARED:
            await person.on()
            await person.act()
    assert [row.kind for row in player.journal.rows()].count("notice_checked") == 2


async def test_a_supervisor_finds_something_wanting_objects_and_settles(tmp_path: Path):
    async with person_in_room(tmp_path, LEAD, SUPERVISOR) as person:
        await person.on()
        await sit_down_as(person, SUPERVISOR)
        await person.press("enter")
        wanting = {"people": "true", "communications": "true", "emergency": "false", "remark": "录音电话没有应答"}
        await person.fill_in(wanting)
        player = person.player
        last = json.loads(player.journal.rows()[-1].body)
        assert {name: last[name] for name in wanting} == wanting | {
            "people": True, "communications": True, "emergency": False,
        }
        assert not player.rehearsal.day.inspected
        await person.pick("提出异议")
        await person.fill_in({"reason": "有外人在场"})
        player.speed = Speed.SIXTY
        await person.pick("检查并会签现场")
        await person.fill_in(wanting | {"emergency": "true", "remark": ""})
        for _minute in range(60):
            player.tick(1)
        await sit_down_as(person, LEAD)
        await person.pick("现场封闭")
        assert (player.rehearsal.day.inspected, player.rehearsal.day.phase) == (True, Phase.PLANNED)
        assert "有外人在场" in "".join(str(breach.message) for breach in player.rehearsal.day.refusals[-1].breaches)
        await sit_down_as(person, SUPERVISOR)
        player.speed = Speed.FULL
        await person.pick("异议了结")
        await person.fill_in({"answer": "外人已请离"})
        await play_on(person)
        await person.ending()
    signed = json.loads(player.rehearsal.day.windows["W1"].payload or "")
    assert [(each["reason"], each["answer"]) for each in signed["objections"]] == [("有外人在场", "外人已请离")]


async def test_a_member_bids_sees_its_book_and_limits_replaces_withdraws_and_bids_again(tmp_path: Path):
    scenario = first_tender(tmp_path, {"issuer: 江苏": "issuer: 上海"})
    async with person_in_room(tmp_path, BANK, scenario=scenario) as person:
        await person.on()
        person.player.speed = Speed.REAL
        assert "本机构尚未投标" in on_desk(person)
        (limit,) = (line for line in on_desk(person) if line.startswith("合计最多"))
        assert "还可投 9.0（" in limit
        await person.press("enter")
        await person.fill_in({"level1": "１．８５", "amount1": "3", "level2": "1.88", "amount2": "2.1"})
        assert [line for line in on_desk(person) if line[:4] in ("1.85", "1.88")] == ["1.85 3.0", "1.88 2.1"]
        assert any("合计 5.1 亿元" in line for line in on_desk(person))
        assert any("还可投 3.9（" in line for line in on_desk(person))
        await person.pick("替换投标")
        assert [in_form(person)[name] for name in ("level1", "amount1", "level2")] == ["1.85", "3.0", "1.88"]
        await person.fill_in({"level1": "1.86"})
        assert [line for line in on_desk(person) if line[:4] in ("1.85", "1.86", "1.88")] == ["1.86 3.0", "1.88 2.1"]
        await person.pick("撤回投标")
        assert "本机构尚未投标" in on_desk(person)
        await person.pick("投标")
        await person.fill_in({"level1": "1.87", "amount1": "4"})
        kinds = [row.kind for row in person.player.journal.rows() if row.seat == BANK]
        assert kinds == ["member_played", "bid_received", "bid_received", "bid_withdrawn", "bid_received"]


async def test_the_lead_officer_voids_a_window_and_it_is_bid_again_at_other_times(tmp_path: Path):
    async with person_in_room(tmp_path, LEAD) as person:
        await person.on()
        await person.act()
        player = person.player
        await person.on(lambda player: player.rehearsal.day.arrivals >= 5)
        player.speed = Speed.REAL
        await person.pick("本场作废")
        times = {"open": "14:00:00", "close": "14:40:00"}
        await person.fill_in({"reason": "系统时钟不准", "again": "true", **times})
        state = player.rehearsal.day.windows["W1"]
        assert (state.phase, len(state.attempts), state.submissions[BOND]) == (WindowPhase.PREPARED, 1, {})
        player.speed = Speed.FULL
        await play_on(person)
        await person.ending()
    opened = [row.at[11:19] for row in player.journal.rows() if row.kind == "window_opened"]
    assert opened == ["10:30:00", "14:00:00"]
    assert player.rehearsal.day.phase is Phase.SETTLED
