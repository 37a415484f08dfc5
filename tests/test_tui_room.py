"""The room driven as people drive it: lobby, forms, signatures, to the verified end of the day."""

import os
from pathlib import Path

import pytest
from screens import assert_whole, screen_lines

os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select, SelectionList

from auction.language import speak
from auction.verify import verify
from tui.app import KaibiaoApp
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal
from tui.screens.lobby import Lobby
from tui.screens.room import Room

ROOMS = [
    ((80, 24), "zh_CN"),
    ((120, 40), "en"),
    ((200, 60), "zh_CN"),
    pytest.param((80, 24), "en", marks=pytest.mark.soak),
    pytest.param((120, 40), "zh_CN", marks=pytest.mark.soak),
    pytest.param((200, 60), "en", marks=pytest.mark.soak),
]
STAFF = 6
BANK = "underwriter:演练银行甲"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def app_for(folder: Path) -> KaibiaoApp:
    """The room on the first scenario, its day going into `folder/day`."""
    return KaibiaoApp(Path("first-tender"), seed=1, out=folder / "day")


async def take_seats(pilot: Pilot, *seats: str) -> None:
    """Pick exactly these seats in the lobby and begin; none given means everybody on the site."""
    assert isinstance(pilot.app.screen, Lobby)
    while not pilot.app.screen._all_read:
        await pilot.pause(0.02)
    await pilot.pause()
    listed = pilot.app.screen.query_one("#seats", SelectionList)
    listed.deselect_all()
    chosen = seats or [listed.get_option_at_index(n).value for n in range(STAFF)]
    for seat in chosen:
        listed.select(seat)
    await pilot.pause()
    pilot.app.screen.query_one("#start").focus()
    await pilot.press("enter")
    await pilot.pause()
    assert isinstance(pilot.app.screen, Room)


async def wait_for_turn(pilot: Pilot, room: Room) -> str | None:
    """Let the clock run until a person has something to do, or the day is over."""
    for _number in range(400):
        if room._player.finished:
            return None
        turn = room._player.turn()
        if turn and pilot.app.screen is room:
            return turn
        await pilot.pause(0.02)
    raise AssertionError(f"nobody's turn: {screen_lines(pilot.app)}")


async def sit(pilot: Pilot, room: Room, seat: str) -> None:
    """Switch to a seat by F2."""
    if room._seat == seat:
        return
    await pilot.press("f2")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ChoiceModal)
    await pilot.press("g")
    for _number in range(room._player.people.index(seat)):
        await pilot.press("down")
    await pilot.press("enter")
    await pilot.pause()
    assert room._seat == seat


async def fill_in(pilot: Pilot, room: Room, form: FormModal) -> None:
    """Type what belongs into the form, and hand it in."""
    documents = room._player.documents("2605101")
    benchmark = room._player.benchmark("2605101")
    known = {**documents, "low": benchmark["low"], "high": benchmark["high"], "devices": "1"}
    known |= {"people": "true", "communications": "true", "emergency": "true"}
    known |= {"level1": "1.85", "amount1": "3", "CCDC": "3"}
    for field in form._fields:
        widget = form.query_one(f"#f-{field.name}")
        if isinstance(widget, Select):
            widget.value = str(known[field.name])
        elif isinstance(widget, Input) and field.name in known:
            widget.focus()
            if field.name in ("tenor", "low"):
                await pilot.press(*str(known[field.name]))
            else:
                widget.value = str(known[field.name])
    await pilot.press("ctrl+s")
    await pilot.pause()


async def act(pilot: Pilot, room: Room) -> None:
    """Do the first thing on the desk, with its form or its signature."""
    room.redraw()
    await pilot.pause()
    room.query_one("#todos", OptionList).focus()
    await pilot.press("g", "enter")
    await pilot.pause()
    if isinstance(pilot.app.screen, FormModal):
        await fill_in(pilot, room, pilot.app.screen)
    while isinstance(pilot.app.screen, SignModal):
        await pilot.click("#sign")
        await pilot.pause()


def stray_words(lines: list[str], language: str) -> list[str]:
    """Lines that speak the wrong language, names and codes of the scenario apart."""
    if language != "en":
        return []
    own = set("".join(OWN_WORDS))
    return [line for line in lines if any("\u4e00" <= sign <= "\u9fff" and sign not in own for sign in line)]


OWN_WORDS = (
    "陈岚 周默 许正言 何平 罗一鸣 宋词 江苏省财政厅审计 演练银行证券甲乙丙丁戊己庚辛壬癸子丑寅卯辰",
    "2026年江苏省政府专项债券（一期，演练）",
    "各省招标发行规则（国债同）〔实务〕〔推定〕〔原文〕〔推导〕",
)
"""Names in the scenario and titles of documents, which no catalogue translates."""


@pytest.mark.parametrize(("size", "language"), ROOMS)
async def test_the_whole_day_is_played_by_hand_from_every_seat(folder: Path, size: tuple[int, int], language: str):
    speak(language)
    app = app_for(folder)
    async with app.run_test(size=size) as pilot:
        assert_whole(screen_lines(app), size[0])
        await take_seats(pilot)
        room = app.screen
        acts = 0
        while (seat := await wait_for_turn(pilot, room)) is not None:
            await sit(pilot, room, seat)
            count = room._player.rehearsal.day.head.count
            await act(pilot, room)
            assert_whole(screen_lines(app), size[0])
            assert stray_words(screen_lines(app), language) == []
            assert room._player.rehearsal.day.head.count > count, screen_lines(app)
            acts += 1
        await pilot.pause(0.3)
        assert isinstance(app.screen, ReadModal)
        lines = screen_lines(app)
        assert_whole(lines, size[0])
        verdict = {"zh_CN": "签名完好，身份未核实", "en": "identity not verified"}[language]
        assert any(verdict in line for line in lines)
    assert acts > 25
    assert not room._player.rehearsal.day.refusals
    found = verify([(folder / "day" / "result.json").read_bytes()], None, None)
    assert found.ok


