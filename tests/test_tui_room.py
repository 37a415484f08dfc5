"""The room under the hand: a day by mouse alone, every action by key, palette and help, lists to walk, a still pen."""

from pathlib import Path

import pytest
from people import (
    BANK,
    LEAD,
    OPERATOR,
    SECOND_TECHNICIAN,
    SUPERVISOR,
    TECHNICIAN,
    Person,
    person_at,
    person_in_room,
)
from rich.cells import cell_len
from screens import drawn_from, screen_lines
from textual.geometry import Region
from textual.widgets import Input, OptionList, Select

from auction.day import Phase
from auction.language import LANGUAGES, Message, speak
from tui.actions import ROOM
from tui.app import Actions, KaibiaoApp
from tui.fieldhelp import help_for
from tui.player import Speed
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal
from tui.screens.room import Room
from tui.widgets.awards import Awards
from tui.widgets.listtable import ListTable
from tui.widgets.picklist import PickList


async def click_on(person: Person, words: str, within: Region | None = None) -> None:
    """Click on the first of these words on the screen, or in a part of it."""
    part = within or person.app.screen.region
    for y, line in enumerate(screen_lines(person.app)):
        before, found, _after = line.partition(words)
        while found and cell_len(before) < part.x:
            more, found, _after = _after.partition(words)
            before += words + more
        if found and part.contains(cell_len(before), y):
            await person.pilot.click(offset=(cell_len(before), y))
            await person.look()
            return
    raise AssertionError((words, screen_lines(person.app)))


async def choose_by_mouse(person: Person, field: str, words: str) -> None:
    """Open a field that offers some values and click on one."""
    select = person.form.query_one(f"#{field}", Select)
    await person.pilot.click(select)
    await person.look()
    await click_on(person, words, select.query_one(OptionList).region)


async def test_a_supervisor_plays_the_whole_day_with_the_mouse_alone(tmp_path: Path):
    app = KaibiaoApp(Path("first-tender"), seed=1, out=tmp_path / "day")
    async with person_at(app, (120, 40)) as person:
        await person.read_all()
        await click_on(person, "全不选")
        await click_on(person, "监督员 何平")
        await click_on(person, "开始", person.app.screen.query_one("#start").region)
        await click_on(person, "帮助")
        assert isinstance(person.app.screen, ReadModal)
        await click_on(person, "返回 Esc")
        for _act in range(10):
            if not await person.on():
                break
            await click_on(person, "► ")
            if isinstance(person.app.screen, FormModal):
                for field in ("f-people", "f-communications", "f-emergency"):
                    await choose_by_mouse(person, field, "是")
                await click_on(person, "录入 Ctrl+S")
            elif isinstance(person.app.screen, SignModal):
                await click_on(person, "签字确认")
        await person.ending()
        assert person.player.rehearsal.day.phase is Phase.SETTLED
        await click_on(person, "返回 Esc")
        assert isinstance(person.app.screen, Room)
        await click_on(person, "离开")
        assert not app.is_running or app._exit


def in_every_language(words: Message) -> list[str]:
    """The words in each language."""
    before = []
    for language in LANGUAGES:
        speak(language)
        before.append(str(words))
    return before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_action_is_bound_is_in_the_palette_in_every_language_and_in_the_help(tmp_path: Path, language: str):
    words = {action.id: in_every_language(action.words) for action in ROOM}
    speak(language)
    async with person_in_room(tmp_path, OPERATOR) as person:
        room, found = person.room, Actions(person.room)
        listed = {command.title: command for command in person.app.get_system_commands(room)}
        await person.press("f1")
        told = drawn_from(person.app.screen.query_one(".beside Static"))
        assert len(listed) == len(ROOM)
        for action in ROOM:
            assert room.active_bindings[action.key].binding.action == action.id
            assert callable(getattr(room, f"action_{action.id}"))
            assert (listed[action.words.in_every_language()].help) == str(action.help)
            assert all([part in told for part in (action.key.upper(), str(action.words), str(action.help))])
            for each in words[action.id]:
                hits = [hit async for hit in found.search(each)]
                assert action.words.in_every_language() in [str(hit.text) for hit in hits]


@pytest.mark.parametrize("asked", ["暂停", "pause"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_action_is_found_and_done_by_typing_it_in_either_language(tmp_path: Path, language: str, asked: str):
    speak(language)
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.press("ctrl+p")
        await person.type(asked)
        palette = person.app.screen.query_one(OptionList)
        await person.wait(lambda: any(asked in str(option.prompt) for option in palette.options[:1]))
        await person.press("enter")
        await person.wait(lambda: person.app.screen is person.room)
        assert person.player.speed is Speed.PAUSED


async def test_f1_tells_of_the_field_that_has_the_pen(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.on()
        await person.press("enter")
        for widget in person.form.query("Input, Select"):
            assert person.app.focused is widget
            wanted = help_for(str(widget.id).removeprefix("f-"))
            await person.press("f1")
            assert isinstance(person.app.screen, ReadModal)
            told = drawn_from(person.app.screen.query_one(".beside Static")).splitlines()
            assert wanted and told[0] == wanted
            assert "Ctrl+S   录入" in told
            await person.press("escape", "tab")
        await person.press("f1")
        assert drawn_from(person.app.screen.query_one(".beside Static")).startswith("F1       帮助")


async def test_f1_tells_of_each_part_of_the_lobby(tmp_path: Path):
    async with person_at(KaibiaoApp(Path("first-tender"))) as person:
        await person.read_all()
        parts = []
        for _part in range(4):
            assert person.app.focused
            parts.append(str(person.app.focused.id))
            await person.press("f1")
            told = drawn_from(person.app.screen.query_one(".beside Static")).splitlines()
            assert told[0] == help_for(parts[-1]) != ""
            assert "a        现场全部" in told
            await person.press("escape", "tab")
        assert parts == ["days", "seats", "keys", "start"]


async def walked(person: Person, listed: OptionList | ListTable) -> list[int | None]:
    """Where one stands after each of G g j j k."""
    assert person.app.focused is listed
    places = []
    for key in "Ggjjk":
        await person.press(key)
        places.append(listed.cursor_row if isinstance(listed, ListTable) else listed.highlighted)
    return places


async def found_by(person: Person, listed: OptionList, signs: str) -> str:
    """The line one stands on after looking for these signs."""
    await person.press("slash")
    await person.type(signs)
    await person.press("enter")
    assert person.app.focused is listed and listed.highlighted is not None
    return str(listed.get_option_at_index(listed.highlighted).prompt).strip()


async def test_the_lists_of_the_lobby_are_walked_by_letters_and_searched_in_full_width_signs():
    speak("en")
    async with person_at(KaibiaoApp(Path("first-tender"))) as person:
        await person.read_all()
        days = person.app.screen.query_one("#days", OptionList)
        assert await walked(person, days) == [days.option_count - 1, 0, 1, 2, 1]
        assert await found_by(person, days, "一期") == str(days.get_option_at_index(0).prompt)
        await person.press("tab")
        seats = person.app.screen.query_one("#seats", OptionList)
        assert await walked(person, seats) == [seats.option_count - 1, 0, 1, 2, 1]
        assert await found_by(person, seats, "ＬＥＡＤ") == "lead officer 许正言"


async def test_the_choice_of_a_seat_is_walked_by_letters_and_searched_in_full_width_signs(tmp_path: Path):
    speak("en")
    async with person_in_room(tmp_path, OPERATOR, SUPERVISOR, BANK) as person:
        await person.press("f2")
        choice = person.app.screen.query_one(PickList)
        assert isinstance(person.app.screen, ChoiceModal)
        assert await walked(person, choice) == [2, 0, 1, 2, 1]
        assert await found_by(person, choice, "ｗｒｉｔｅｒ") == "underwriter 演练银行甲"


async def test_the_desk_is_walked_by_letters_and_searched_in_full_width_signs(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.on()
        person.player.speed = Speed.PAUSED
        desk = person.room.query_one("#todos", OptionList)
        assert await walked(person, desk) == [2, 0, 1, 2, 1]
        assert await found_by(person, desk, "间　２６０５１０１") == "录入投标区间 2605101"


async def test_the_awards_are_walked_by_letters_and_filtered_in_full_width_signs(tmp_path: Path):
    async with person_in_room(tmp_path, LEAD) as person:
        await person.on()
        await person.act()
        await person.on()
        table = person.room.query_one(Awards).query_one(ListTable)
        await person.to(table)
        whole = table.row_count
        assert await walked(person, table) == [whole - 1, 0, 1, 2, 1]
        await person.press("slash")
        await person.type("１．８８")
        await person.press("enter")
        shown = {table.get_row_at(row)[2].plain for row in range(table.row_count)}
        assert (shown, person.app.focused is table) == ({"1.88"}, True)


async def test_while_the_clock_runs_the_pen_stays_where_it_is_in_a_form(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, BANK) as person:
        await person.on()
        await person.press("enter", "tab", "tab")
        await person.type("1234")
        await person.press("left", "left")
        person.player.speed = Speed.SIXTY
        entry, before = person.app.focused, person.player.now
        await person.pilot.pause(2)
        assert isinstance(entry, Input)
        assert (person.app.focused is entry, entry.value, entry.cursor_position) == (True, "1234", 2)
        assert (person.player.now - before).total_seconds() > 60
        await person.type("5")
        assert entry.value == "12534"


async def test_while_the_clock_runs_the_pen_stays_in_the_line_one_searches_with(tmp_path: Path):
    async with person_in_room(tmp_path, TECHNICIAN) as person:
        await person.on()
        await person.press("slash")
        await person.type("宋词")
        await person.press("left")
        entry, count = person.app.focused, person.player.rehearsal.day.head.count
        person.player.speed = Speed.SIXTY
        await person.pilot.pause(2)
        assert isinstance(entry, Input)
        assert (person.app.focused is entry, entry.value, entry.cursor_position) == (True, "宋词", 1)
        assert person.player.rehearsal.day.head.count > count


async def test_while_the_clock_runs_one_stays_on_ones_line_of_the_desk(tmp_path: Path):
    async with person_in_room(tmp_path, SECOND_TECHNICIAN) as person:
        await person.on()
        desk = person.room.query_one("#todos", OptionList)
        lines = [str(option.prompt)[2:] for option in desk.options]
        await person.press("G")
        person.player.speed = Speed.SIXTY
        await person.pilot.pause(2.5)
        now = [str(option.prompt)[2:] for option in desk.options]
        assert len(now) < len(lines)
        assert (person.app.focused is desk, desk.highlighted) == (True, now.index(lines[-1]))


async def test_while_the_clock_runs_one_stays_on_ones_row_of_the_board(tmp_path: Path):
    async with person_in_room(tmp_path, LEAD) as person:
        await person.on()
        await person.act()
        await person.on()
        table = person.room.query_one(Awards).query_one(ListTable)
        await person.to(table)
        await person.press("j", "j", "j")
        chosen, count = table.chosen, person.player.rehearsal.day.head.count
        person.player.speed = Speed.SIXTY
        await person.pilot.pause(2.5)
        assert (person.app.focused is table, table.cursor_row, table.chosen) == (True, 3, chosen)
        assert person.player.rehearsal.day.head.count > count
