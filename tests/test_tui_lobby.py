"""The lobby: on the screen before anything is read, and what it offers once it is."""

import os
import shutil
from pathlib import Path

import pytest
from screens import assert_whole, cut_off, screen_lines

os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from textual.pilot import Pilot
from textual.widgets import OptionList, Select, SelectionList, Static

from auction.journal import read_rows
from auction.language import speak
from sim.scenario import shipped_scenarios
from tui.app import KaibiaoApp
from tui.offers import Offer, offers
from tui.opening import Opening, open_player
from tui.screens.lobby import OWN, Lobby
from tui.screens.room import Room

OPERATOR = "operator:陈岚"
ON_SITE = 6
BROKEN = "kind: scenario\nname: broken\ntitle: 坏的\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begun(name: str, ticks: int, *people: str) -> Path:
    """A day in the working folder, begun by those people and left."""
    folder = Path("rehearsals") / name
    player = open_player(Opening(Path("first-tender"), None, folder, 1, frozenset(people)))
    for _number in range(ticks):
        player.tick(0.1)
    player.journal.close()
    return folder


async def read(pilot: Pilot[None]) -> Lobby:
    """The lobby once all is read."""
    lobby = pilot.app.screen
    assert isinstance(lobby, Lobby)
    while not lobby._all_read:
        await pilot.pause(0.02)
    await pilot.pause()
    return lobby


def listed(lobby: Lobby) -> list[str]:
    """The days offered, as they stand in the list."""
    return [str(option.prompt) for option in lobby.query_one("#days", OptionList).options]


def chosen(lobby: Lobby) -> set[str]:
    return set(lobby.query_one("#seats", SelectionList).selected)


def aim(lobby: Lobby) -> str:
    return str(lobby.query_one("#aim Static", Static).content)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is ever read."""
    monkeypatch.setattr(Lobby, "_read", lambda self: None)


async def test_the_lobby_stands_before_anything_is_read_and_keys_do_no_harm(unread):
    app = KaibiaoApp(Path("first-tender"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = "".join(screen_lines(app))
        assert "开标" in shown and "正在读取…" in shown and "签字用" in shown
        await pilot.press("enter", "f5", "a", "n", "j", "k", "g", "G", "tab", "enter", "f9", "f8", "f5", "f8")
        await pilot.pause()
        assert isinstance(app.screen, Lobby)
        assert "正在读取…" in "".join(screen_lines(app))


async def test_the_scenarios_the_aim_the_seats_the_keys_and_the_language_are_shown():
    app = KaibiaoApp(Path("first-tender"))
    async with app.run_test(size=(80, 24)) as pilot:
        lobby = await read(pilot)
        lines = screen_lines(app)
        assert_whole(lines, 80)
        assert set(cut_off(app)) <= {"▼"}
        for words in (
            "第一场招标：一期十年新增专项债券",
            "定向承销：向存量债务的债权人置换",
            "从现场封闭到结果签字，完整走一遍一场安",
            "▐✔▌ 经办人 陈岚",
            "承销团成员 演练银行甲",
            "签字用 〔演练〕演练密钥，不用口令",
            "语言：中文",
        ):
            assert any(words in line for line in lines), words
        assert "正在读取…" not in "".join(lines)
        assert chosen(lobby) == {OPERATOR}
        shown = lines[-1].split()
        assert shown == "a 现场全部 n 全不选 F1 帮助 F5 开始 F6 实验室 F8 语言 F9 深浅 F10 离开".split()


async def test_the_scenario_asked_for_stands_first_and_once():
    app = KaibiaoApp(Path("weak-day"))
    async with app.run_test() as pilot:
        titles = listed(await read(pilot))
        assert titles[0] == "冷清的一天：三十年期未招满"
        assert len(titles) == len(set(titles)) >= 3


async def test_days_begun_say_where_they_stand_the_latest_first(folder: Path):
    early = begun("early", 0, OPERATOR)
    late = begun("late", 30, "underwriter:演练银行甲")
    damaged = begun("damaged", 0, OPERATOR)
    lost = begun("lost", 0, OPERATOR)
    alone = begun("alone", 0)
    finished = begun("finished", 0, OPERATOR)
    for number, each in enumerate((early, late, damaged, lost, alone, finished)):
        os.utime(each / "journal.db", (number, number))
    (damaged / "journal.db").write_bytes(b"no journal")
    os.utime(damaged / "journal.db", (2, 2))
    shutil.rmtree(lost / "scenario")
    (finished / "debrief.md").write_text("", "utf-8")
    left = read_rows(late / "journal.db")[-1].at
    app = KaibiaoApp()
    async with app.run_test(size=(80, 40)) as pilot:
        lobby = await read(pilot)
        title = "第一场招标：一期十年新增专项债券"
        assert [line.split("\n") for line in listed(lobby)[1 : 1 - len(shipped_scenarios())]] == [
            [title, "  续演 rehearsals/alone", "  打不开，原因见下"],
            ["lost", "  续演 rehearsals/lost", "  打不开，原因见下"],
            [title, "  续演 rehearsals/damaged", "  打不开，原因见下"],
            [title, "  续演 rehearsals/late", f"  {left[11:19]} 现场封闭 W1 投标中"],
            [title, "  续演 rehearsals/early", "  08:30:00 待封闭"],
        ]
        await pilot.press("g", "j", "j", "j")
        assert "damaged/journal.db 不是开标日志" in aim(lobby)
        await pilot.press("f5")
        await pilot.pause()
        assert app.screen is lobby
        await pilot.press("k", "k")
        assert "没有真人席位" in aim(lobby)


async def test_a_day_begun_is_gone_on_with_by_its_people():
    begun("late", 30, "underwriter:演练银行甲")
    app = KaibiaoApp()
    async with app.run_test() as pilot:
        lobby = await read(pilot)
        await pilot.press("j")
        assert chosen(lobby) == {"underwriter:演练银行甲"}
        await pilot.press("a", "n")
        assert chosen(lobby) == {"underwriter:演练银行甲"}
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Room)
        assert app.screen._player.people == ("underwriter:演练银行甲",)


async def test_a_broken_scenario_says_every_fault_and_opens_no_room(folder: Path):
    (folder / "broken.yaml").write_text(BROKEN, "utf-8")
    app = KaibiaoApp(Path("broken.yaml"))
    async with app.run_test(size=(80, 24)) as pilot:
        lobby = await read(pilot)
        assert listed(lobby)[0] == "broken.yaml\n  打不开，原因见下"
        missing = ("aim", "plan", "curves")
        assert aim(lobby).split("\n") == [f"broken.yaml:1:1: {field}: 缺少必填项" for field in missing]
        for key in ("f5", "enter"):
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is lobby
        assert not Path("rehearsals").exists()


async def test_a_scenario_that_is_not_there_says_so():
    app = KaibiaoApp(Path("nowhere"))
    async with app.run_test() as pilot:
        assert aim(await read(pilot)) == "nowhere: 没有这个文件，也没有这个名字的场景"


async def test_lists_are_walked_with_letters_and_seats_taken_at_a_stroke():
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        lobby = await read(pilot)
        days, seats = lobby.query_one("#days", OptionList), lobby.query_one("#seats", SelectionList)
        places = []
        for key in ("j", "j", "k", "G", "g"):
            await pilot.press(key)
            places.append(days.highlighted)
        assert places == [1, 2, 1, len(shipped_scenarios()) - 1, 0]
        await pilot.press("a")
        assert chosen(lobby) == {seats.get_option_at_index(n).value for n in range(ON_SITE)}
        await pilot.press("n")
        assert chosen(lobby) == set()
        await pilot.press("enter", "G", "space", "g", "j", "space")
        assert chosen(lobby) == {"underwriter:演练证券壬", "checker:周默"}


async def test_the_mouse_chooses_a_day_a_seat_and_the_start():
    app = KaibiaoApp(seed=1)
    async with app.run_test(size=(80, 24)) as pilot:
        lobby = await read(pilot)
        await pilot.click("#days", offset=(5, 2))
        await pilot.pause()
        assert lobby._shown.title == listed(lobby)[1]
        await pilot.click("#seats", offset=(8, 2))
        assert len(chosen(lobby)) == 2
        await pilot.click("#start")
        await pilot.pause()
        assert isinstance(app.screen, Room)


async def test_the_seats_chosen_are_kept_while_one_looks_at_other_days():
    app = KaibiaoApp()
    async with app.run_test() as pilot:
        lobby = await read(pilot)
        await pilot.press("n", "j")
        await pilot.pause()
        assert chosen(lobby) != set()
        await pilot.press("k")
        await pilot.pause()
        assert chosen(lobby) == set()


async def test_the_other_language_leaves_what_was_chosen_as_it_was():
    app = KaibiaoApp()
    async with app.run_test(size=(120, 30)) as pilot:
        lobby = await read(pilot)
        await pilot.press("j", "a")
        lobby.query_one("#keys", Select).value = OWN
        before = chosen(lobby)
        await pilot.press("f8")
        await pilot.pause()
        assert "underwriter" in "".join(screen_lines(app))
        assert (lobby.query_one("#days", OptionList).highlighted, chosen(lobby)) == (1, before)
        assert lobby.query_one("#keys", Select).value == OWN
        await pilot.press("f8")
        await pilot.pause()
        assert "语言：中文" in screen_lines(app)[0]


async def test_days_that_arrive_while_the_language_changes_are_all_listed():
    speak("en")
    app = KaibiaoApp()
    async with app.run_test(size=(120, 30)) as pilot:
        lobby = app.screen
        while not lobby._all_read:
            await pilot.press("f8")
            await pilot.pause()
        await pilot.pause()
        assert len(listed(lobby)) == len(lobby._offers) >= 3


async def test_nobody_in_a_seat_opens_no_room():
    app = KaibiaoApp()
    async with app.run_test(notifications=True) as pilot:
        lobby = await read(pilot)
        await pilot.press("n", "f5")
        await pilot.pause()
        assert app.screen is lobby
        assert "请至少选一个席位" in next(iter(app._notifications)).message


async def test_reading_that_breaks_off_leaves_the_lobby_standing(monkeypatch):
    def fails(_asked: Path | None) -> list[Offer]:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr("tui.offers.offers", fails)
    app = KaibiaoApp()
    async with app.run_test(notifications=True) as pilot:
        await read(pilot)
        assert app.fault is None
        assert "正在读取…" not in "".join(screen_lines(app))
        assert len(app._notifications) == 1


def test_offers_are_plain_data_the_scenario_asked_for_first():
    found = list(offers(Path("weak-day")))
    others = [file.stem for file in shipped_scenarios() if file.stem != "weak-day"]
    assert [offer.file.stem for offer in found] == ["weak-day", *others]
    assert {offer.wrong for offer in found} == {None}
    assert {offer.folder for offer in found} == {None}
    assert [sorted(offer.taken) for offer in found[1:2]] == [[OPERATOR]]


async def test_ctrl_c_loses_nothing_and_says_how_to_leave(folder: Path):
    app = KaibiaoApp(seed=1)
    async with app.run_test(notifications=True) as pilot:
        await read(pilot)
        await pilot.press("f5")
        await pilot.pause()
        room = app.screen
        count = room._player.rehearsal.day.head.count
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.is_running and app.screen is room
        assert room._player.rehearsal.day.head.count >= count
        assert [note.message for note in app._notifications] == ["要离开请按 Ctrl+Q；演到哪里都已记下，下次可以续演"]


async def test_the_palette_says_in_our_words_that_nothing_fits():
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        await pilot.press("ctrl+p", *"qqqqq")
        while "没有这样的动作" not in "".join(screen_lines(app)):
            await pilot.pause(0.02)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Lobby)


def test_nothing_that_textual_says_is_left_in_english():
    app = KaibiaoApp()
    own = {key: binding.description for key, bindings in app._bindings.key_to_bindings.items() for binding in bindings}
    assert own["ctrl+q"] == "离开"


async def test_the_head_names_the_language_in_either_on_a_narrow_screen():
    speak("en")
    app = KaibiaoApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot)
        lines = screen_lines(app)
        assert_whole(lines, 80)
        assert lines[0].rstrip().endswith("English")
        assert lines[-1].split()[-1] == "leave"
        assert any("sign with [practice]" in line for line in lines)


async def test_a_day_chosen_and_opened_in_one_breath_is_the_one_that_opens(folder: Path, monkeypatch):
    opened: list[Opening] = []
    monkeypatch.setattr(KaibiaoApp, "open_room", lambda app, opening: opened.append(opening))
    async with KaibiaoApp().run_test(size=(120, 40)) as pilot:
        lobby = await read(pilot)
        lobby.query_one("#days", OptionList).highlighted = 1
        lobby.action_start()
        await pilot.pause()
        assert [opening.scenario for opening in opened] == [lobby._offers[1].file]
