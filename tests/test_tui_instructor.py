"""The instructor's desk: incidents let happen, notes, the pace, steps back, the register; none of it anybody else's."""

import json
from pathlib import Path

import pytest
from people import BANK, BOND, CHECKER, LEAD, OPERATOR, SUPERVISOR, Person, person_at, person_in_room
from screens import assert_whole, cut_off, drawn_from, screen_lines, stray_words, texts
from test_player import act
from textual.app import App
from textual.widgets import OptionList

from auction.day import WindowPhase
from auction.errors import BadInput
from auction.journal import Row, read_rows
from auction.language import LANGUAGES, speak
from auction.plan import Role
from auction.verify import verify
from sim.branching import INSTRUCTOR
from sim.incidents import CATALOGUE
from sim.incidents.kind import About
from tui.actions import INSTRUCTOR as INSTRUCTORS_ACTIONS
from tui.actions import ROOM
from tui.app import Actions, KaibiaoApp
from tui.instructing import branch_player, inject, is_instructor, strikeable, targets
from tui.offers import scenario_offered
from tui.opening import Opening, open_player
from tui.player import Player, Speed
from tui.register import register_lines
from tui.screens.ask import ChoiceModal, FormModal, ReadModal
from tui.screens.room import Room

SIZES = ((80, 24), (120, 40), (200, 60))
FAST = {("zh_CN", (80, 24)), ("en", (120, 40))}
SCREENS = [
    pytest.param(language, size, marks=() if (language, size) in FAST else pytest.mark.soak)
    for language in LANGUAGES
    for size in SIZES
]
OF_THE_INSTRUCTOR = {"incident_occurred", "note_taken", "clock_set", "day_branched"}


def opened(folder: Path, *people: str) -> Player:
    """The first scenario with those people seated."""
    return open_player(Opening(Path("first-tender"), None, folder, 1, frozenset(people)))


def until(player: Player, kind: str) -> None:
    """Let the scripts act, and people where it is their turn, until something of that kind has happened."""
    while all(event.kind != kind for event in player._happened):
        if not player.step():
            act(player, player.turn() or "")


def played_out(player: Player) -> Player:
    """Let the scripts act to the end."""
    while not player.finished:
        assert player.step()
    return player


def whole(app: App[object]) -> None:
    """The screen is whole, and nothing on it is cut off."""
    assert_whole(screen_lines(app), app.size.width)
    assert cut_off(app) == []


def faultless(app: App[object]) -> None:
    """Besides, all of it speaks one language."""
    whole(app)
    assert stray_words(app, Path.cwd()) == set()


def prompts(person: Person) -> list[str]:
    """What can be chosen in front."""
    assert isinstance(person.app.screen, ChoiceModal)
    return [str(option.prompt) for option in person.app.screen.query_one(OptionList).options]


async def choose(person: Person, words: str) -> None:
    """Choose the line that has these words."""
    lines = prompts(person)
    (place,) = (number for number, line in enumerate(lines) if words in line)
    await person.press("g", *["j"] * place, "enter")


async def let_happen(person: Person, kind: str, whom: str) -> None:
    """Let an incident befall somebody, by the keys of the desk."""
    await person.press("e")
    await choose(person, str(CATALOGUE[kind].name))
    await choose(person, whom)


def in_front(person: Person) -> str:
    """What there is to read in front."""
    assert isinstance(person.app.screen, ReadModal)
    return drawn_from(person.app.screen.query_one(".beside Static"))


def body(row: Row) -> dict[str, object]:
    """What a row of the journal holds."""
    return dict(json.loads(row.body))


@pytest.mark.parametrize(("language", "size"), SCREENS)
async def test_the_desk_and_all_it_opens_stand_whole_in_every_size_and_language(
    tmp_path: Path, language: str, size: tuple[int, int]
):
    speak(language)
    async with person_in_room(tmp_path, LEAD, INSTRUCTOR, size=size, look=faultless) as person:
        await person.press("f5", "f2", "G", "enter")
        until(person.player, "result_delivered")
        person.room.redraw()
        for place in range(7):
            await person.to_desk()
            await person.press("g", *["j"] * place)
        for keys in (("e", "enter", "escape"), ("n", "escape"), ("p", "escape"), ("b", "escape"), ("w", "escape")):
            for key in keys:
                await person.press(key)
        await person.press("e", "enter", "enter")
        for keys in (("o", "escape"), ("f1", "escape"), ("f2", "escape"), ("f3",), ("f3",)):
            for key in keys:
                await person.press(key)
        person._look = whole
        await person.press("b", "k", "enter")
        assert person.player.folder.name == "day-2"


async def test_an_incident_is_let_happen_to_whom_the_instructor_says(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR) as person:
        await person.press("f5")
        await person.press("e")
        assert str(CATALOGUE["phone-found"].name) not in prompts(person)
        await person.press("escape")
        until(person.player, "site_sealed")
        await let_happen(person, "phone-found", "陈岚")
        row = person.player.journal.rows()[-1]
        assert (row.kind, row.seat) == ("incident_occurred", INSTRUCTOR)
        happened = body(row)
        assert [happened[name] for name in ("incident", "subject", "planned", "number")] == [
            "phone-found", "陈岚", None, 1,
        ]
        await person.press("o")
        told = in_front(person)
        right = next(str(response.words) for response in CATALOGUE["phone-found"].responses if response.right)
        assert str(CATALOGUE["phone-found"].name) in told and right in told


async def test_the_clock_stands_while_the_instructor_makes_up_their_mind(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR) as person:
        assert person.player.speed is Speed.SIXTY
        await person.press("b")
        now = person.player.now
        person.room._tick()
        assert person.player.now == now
        await person.press("escape")
        person.room._tick()
        assert person.player.now > now


async def test_a_note_is_tied_to_its_moment_and_read_again_on_the_desk(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR, LEAD) as person:
        await person.press("f2", "G", "enter", "f5")
        until(person.player, "site_inspected")
        await person.press("n")
        assert isinstance(person.app.screen, FormModal)
        await person.fill_in({"text": "监督员没有看锁柜"})
        row = person.player.journal.rows()[-1]
        assert (row.kind, row.seat, row.at, body(row)) == (
            "note_taken", INSTRUCTOR, person.player.now.isoformat(), {"text": "监督员没有看锁柜"},
        )
        await person.pick("记一笔")
        assert drawn_from(person.form.query_one(".beside Static")) == f"{row.at[11:19]}  监督员没有看锁柜"


async def test_every_hand_on_the_clock_is_recorded_where_an_instructor_plays(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR) as person:
        await person.press("f5", "f6", "f5", "f4", "p")
        await choose(person, "五倍")
        told = [body(row)["pace"] for row in person.player.journal.rows() if row.kind == "clock_set"]
        assert told == ["sixty", "paused", "step", "sixty", "full", "five"]
        assert person.player.speed is Speed.FIVE


async def test_without_an_instructor_no_hand_on_the_clock_is_recorded(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.press("f4", "f5", "f6", "f5")
        assert [row.kind for row in person.player.journal.rows() if row.kind in OF_THE_INSTRUCTOR] == []


async def test_a_step_back_goes_another_way_in_a_folder_beside_and_both_ways_verify(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR) as person:
        room, first = person.room, person.player
        until(first, "window_opened")
        rows = first.journal.rows()
        await person.press("b")
        assert "现场封闭" in "".join(prompts(person))
        await choose(person, "发标")
        second = person.player
        assert person.room is room and isinstance(person.app.screen, Room)
        assert (second.folder, second.speed) == (tmp_path / "day-2", Speed.PAUSED)
        assert "day-2" in "".join(each.message for each in person.app._notifications)
        assert second.rehearsal.day.windows["W1"].phase is WindowPhase.SENT
        assert read_rows(tmp_path / "day" / "journal.db") == rows
        await let_happen(person, "phone-found", "陈岚")
        played_out(second)
        result = next(file for file in second.write_up().files if file.name == "result.json").read_bytes()
    found = verify([result], second.journal.rows(), None)
    assert (found.ok, found.journal) == (True, "closed")
    (way,) = json.loads(second.rehearsal.day.windows["W1"].payload or "")["branches"]
    assert (way["left"], way["count"], way["head"]) == ("day", len(rows), rows[-1].hash)
    again = played_out(open_player(Opening(resumed=tmp_path / "day")))
    assert verify([], again.journal.rows(), None).ok


def test_a_finished_day_can_be_gone_back_into(tmp_path: Path):
    player = played_out(opened(tmp_path / "day", INSTRUCTOR))
    other = branch_player(player, 40)
    assert (other.folder, other.people) == (tmp_path / "day-2", (INSTRUCTOR,))
    assert played_out(other).finished


def test_a_step_that_is_not_there_leaves_the_day_where_it_is(tmp_path: Path):
    player = opened(tmp_path / "day", INSTRUCTOR)
    with pytest.raises(BadInput, match="没有第 900 行"):
        branch_player(player, 900)
    assert player.step()
    assert not (tmp_path / "day-2").exists()


def test_nobody_waits_for_the_instructor_and_a_day_gone_on_with_knows_them(tmp_path: Path):
    player = opened(tmp_path / "day", INSTRUCTOR, BANK)
    for _number in range(300):
        player.tick(0.1)
    assert (player.turn(), player.speed) == (BANK, Speed.FULL)
    player.journal.close()
    again = open_player(Opening(resumed=tmp_path / "day"))
    assert again.people == (INSTRUCTOR, BANK)


def test_the_lobby_offers_the_instructor_after_the_site(tmp_path: Path):
    seats = scenario_offered(Path("first-tender")).seats
    roles = [each.seat.partition(":")[0] for each in seats]
    place = roles.index("instructor")
    assert str(seats[place].role) == "教员"
    assert (set(roles[place + 1 :]), "underwriter" in roles[:place]) == ({Role.UNDERWRITER.value}, False)
    assert [each.on_site for each in seats[: place + 1]] == [*[True] * place, False]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_instructors_actions_are_in_help_and_palette_for_the_instructor_alone(tmp_path: Path, language: str):
    speak(language)
    async with person_in_room(tmp_path, LEAD, INSTRUCTOR) as person:
        for seat, actions in ((LEAD, ROOM), (INSTRUCTOR, (*ROOM, *INSTRUCTORS_ACTIONS))):
            person.room.sit(seat)
            listed = {command.title for command in person.app.get_system_commands(person.room)}
            assert listed == {action.words.in_every_language() for action in actions}
            await person.press("f1")
            told = in_front(person)
            await person.press("escape")
            assert [action.id for action in actions if str(action.help) not in told] == []
            bound = {active.binding.action for active in person.room.active_bindings.values()}
            assert {action.id for action in INSTRUCTORS_ACTIONS} & bound == (
                {action.id for action in INSTRUCTORS_ACTIONS} if is_instructor(seat) else set()
            )
        hits = [hit async for hit in Actions(person.room).search("退回")]
        assert len(hits) == 1


async def test_an_operators_keys_do_nothing_of_the_instructors(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, INSTRUCTOR) as person:
        await person.press("f5")
        rows = person.player.journal.rows()
        await person.press("e", "n", "b", "p")
        assert isinstance(person.app.screen, Room)
        assert person.player.journal.rows() == rows


def test_the_register_says_who_has_what_to_do_since_when_and_who_waits_but_not_what_is_in_it(tmp_path: Path):
    player = opened(tmp_path / "day", INSTRUCTOR)
    until(player, "notice_entered")
    lines = [" ".join(line.split()) for line in register_lines(player)]
    at = f"{player.now:%H:%M:%S}"
    assert lines[0] == "谁 要办的 从何时起 已有"
    assert f"复核人 周默 复核标书 {BOND} {at} 0:00" in lines
    assert any(line.endswith("在等 经办人 陈岚、复核人 周默") and "监督员 何平" in line for line in lines)
    until(player, "notices_sent")
    lines = [" ".join(line.split()) for line in register_lines(player)]
    assert (lines[0], lines[-1]) == ("现场此刻没有要办的事", "到点：06-10 10:30:00 开始投标 W1")
    until(player, "window_opened")
    assert not any("承销团成员" in line for line in register_lines(player))
    until(player, "result_signed")
    until(player, "custody_filed")
    members = [line for line in register_lines(player) if line.startswith("承销团成员 ")]
    assert [line.endswith(" 家：债权托管申请书") for line in members] == [True]


async def test_the_register_is_shown_on_the_site_and_to_the_instructor_not_to_a_member(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, INSTRUCTOR, BANK) as person:
        shown = {}
        for seat in person.player.people:
            person.room.sit(seat)
            await person.press("w")
            shown[seat] = "从何时起" in in_front(person) or "没有要办的事" in in_front(person)
            await person.press("escape")
        assert shown == {OPERATOR: True, INSTRUCTOR: True, BANK: False}


async def test_the_debrief_is_refused_until_the_close_and_then_shown(tmp_path: Path):
    async with person_in_room(tmp_path, INSTRUCTOR, CHECKER, BANK, size=(80, 24)) as person:
        player = person.player
        until(player, "window_opened")
        person.room.sit(INSTRUCTOR)
        await person.press("d")
        assert isinstance(person.app.screen, Room)
        assert any("截标之前不能复盘" in each.message for each in person.app._notifications)
        until(player, "result_recomputed")
        told = {}
        for seat in (INSTRUCTOR, CHECKER, BANK):
            person.room.sit(seat)
            await person.press("d")
            told[seat] = isinstance(person.app.screen, ReadModal)
            assert_whole(screen_lines(person.app), 80)
            assert cut_off(person.app) == [] or not told[seat]
            await person.press("escape")
        assert told == {INSTRUCTOR: True, CHECKER: True, BANK: False}


async def test_once_the_day_is_over_everybody_reads_the_debrief(tmp_path: Path):
    async with person_at(KaibiaoApp()) as person:
        person.app.open_room(Opening(Path("first-tender"), None, tmp_path / "day", 1, frozenset({BANK})))
        await person.look()
        played_out(person.player)
        await person.ending()
        await person.press("escape", "d")
        assert "复盘" in in_front(person)
        assert "#" not in in_front(person)


def test_every_kind_that_is_offered_can_be_let_happen_to_everybody_it_is_offered_for(tmp_path: Path):
    player = opened(tmp_path / "day", INSTRUCTOR)
    offered = set()
    while not player.finished:
        for kind in strikeable(player):
            able = targets(player, kind)
            assert able or kind.about is About.SITE, kind.id
            offered.add(kind.id)
        player.step()
    assert {"phone-found", "system-down", "award-disputed"} <= offered
    assert strikeable(player) == ()


async def test_screens_of_other_seats_show_nothing_of_the_instructors(tmp_path: Path):
    async with person_in_room(tmp_path, SUPERVISOR, INSTRUCTOR, size=(200, 60)) as person:
        await person.press("f5")
        player = person.player
        until(player, "site_sealed")
        player.propose(INSTRUCTOR, "note_taken", {"text": "只有教员看得到"})
        inject(player, CATALOGUE["phone-found"], "陈岚")
        person.room.sit(SUPERVISOR)
        await person.look()
        told = "\n".join(texts(person.app))
        assert "响起" in told
        assert not any(words in told for words in ("只有教员看得到", "教员调钟", str(CATALOGUE["phone-found"].name)))
        assert str(CATALOGUE["phone-found"].lesson) not in told
