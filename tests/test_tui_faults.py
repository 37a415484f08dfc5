"""The room when something goes wrong: odd input, a small window, a full disk, a fault of its own, a closed terminal."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import days
import pytest
from people import BANK, LEAD, OPERATOR, Person, person_at, person_in_room
from screens import bare, screen_lines
from test_player import opened
from textual import events
from textual.widgets import Input

from auction.errors import BadInput, JournalError
from auction.journal import Journal
from sim.playing import JOURNAL
from tui.app import KaibiaoApp
from tui.keyfolder import new_key
from tui.opening import Opening
from tui.pasting import LONGEST_CELL
from tui.player import DRAFTS, Player, Speed, read_drafts
from tui.screens.base import LEAST_HEIGHT, LEAST_WIDTH, MoreRoom

SMALL = (80, 24)
BID = f"{BANK}/bid_received/2605101"
WRONG_KEY, OWN_KEY = "wrong horse battery", "correct horse battery"


def bidding(player: Player) -> bool:
    """Whether the bank's turn to bid has come."""
    return (player.duty(BANK) or {}).get("kind") == "bid_received" and player.turn() == BANK


def notices(person: Person) -> list[str]:
    """Every notification on the screen."""
    return [each.message for each in person.app._notifications]


def wrong(person: Person) -> str:
    """What the form in front says is wrong."""
    return str(person.form.query_one("#wrong").content)


async def to_bid(person: Person) -> None:
    """Go on to the bid form."""
    await person.on(bidding)
    await person.pick("投标")


async def paste(person: Person, text: str) -> None:
    """Paste into the field that has the pen."""
    person.app.post_message(events.Paste(text))
    await person.look()


def filled(person: Person) -> dict[str, str]:
    """The lines of the form that are not empty."""
    return {name: text for name, text in person.form.typed().items() if text}


def sent(person: Person) -> list[list[dict[str, str]]]:
    """The steps of every bid of the bank in the journal."""
    rows = person.player.journal.rows()
    return [json.loads(row.body)["steps"] for row in rows if (row.kind, row.seat) == ("bid_received", BANK)]


# Input

UNREADABLE = {
    ("1.85%", "３x"): "标位 1: 应为数字（实际值 '1.85%'）\n投标量 1: 应为数字（亿元）（实际值 '３x'）",
    ("9" * 30, "1,000"): (
        f"标位 1: 应为数字（实际值 '{'9' * 30}'）\n投标量 1: 数字里不要逗号：应写 1000（实际值 '1,000'）"
    ),
    ("一.八五", "3亿吨"): "标位 1: 应为数字（实际值 '一.八五'）\n投标量 1: 应为数字（亿元）（实际值 '3亿吨'）",
    ("1.85", "😀"): "投标量 1: 应为数字（亿元）（实际值 '😀'）",
    ("1.85", ""): "投标量 1: 缺少必填项",
    ("", "3"): "标位 1: 缺少必填项",
    ("2.", "３．"): "标位 1: 小数点后还应有数字（实际值 '2.'）\n投标量 1: 小数点后还应有数字（实际值 '３．'）",
    ("", ""): "投标书里没有标位（地方债招标惯例〔实务〕）",
    ("1.855", "3"): "标位 1.855 不是标位变动幅度 0.01 的整数倍（各省招标发行规则（上海 2021 年等）〔实务〕）",
}
"""What a level and an amount are answered with."""


async def bid(person: Person, level: str, amount: str) -> None:
    """Put a level and an amount in place of those in the form, and hand it in."""
    for name, text in (("level1", level), ("amount1", amount)):
        person.form.query_one(f"#f-{name}").focus()
        await person.pilot.press("end", "ctrl+u")
        await paste(person, text)
    await person.press("ctrl+s")


async def test_what_cannot_be_bid_is_told_by_field_and_stays_in_the_form(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        answers = {}
        for level, amount in UNREADABLE:
            await bid(person, level, amount)
            answers[level, amount] = wrong(person)
            assert filled(person) == {name: text for name, text in (("level1", level), ("amount1", amount)) if text}
        assert answers == UNREADABLE
        assert (sent(person), person.player.turn()) == ([], BANK)


async def test_what_means_the_same_is_read_the_same(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await person.on(bidding)
        person.player.speed = Speed.PAUSED
        for level, amount in (("１．８５", "３０亿元\r\n"), (" 1.85 ", "30亿"), ("1.850\n", "30.0")):
            await person.pick("投标")
            await bid(person, level, amount)
        assert sent(person) == [[{"level": "1.85", "amount": "30.0"}]] * 3


# Pasting


async def test_a_table_is_pasted_over_the_steps_and_taken_back_at_once(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        await person.press(*"1.84")
        await person.press("tab")
        await paste(person, "1.85\t3\r\n1.86\t2.5\r\n1.87\t１\r\n")
        first, second = {"level1": "1.85", "amount1": "3"}, {"level2": "1.86", "amount2": "2.5"}
        assert filled(person) == {**first, **second, "level3": "1.87", "amount3": "１"}
        assert person.player.draft(BID) == person.form.typed()
        await person.press("ctrl+z")
        assert filled(person) == {"level1": "1.84"}


async def test_a_column_is_pasted_down_its_own_column(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        await person.press("tab", "tab", "tab")
        await paste(person, "3\n2.5\n")
        assert filled(person) == {"amount2": "3", "amount3": "2.5"}


UNPASTED = {
    "1.85\t3\n" * 11: "标位 1: 粘贴了 22 格，从这里起只放得下 20 格；没有粘贴",
    "甲\t1.85\t3": "标位 1: 表格每行应为 2 格（实际 3 格）；没有粘贴",
    "1.85\t3\n1.86": "标位 1: 表格每行应为 2 格（实际 1、2 格）；没有粘贴",
    "1.85\t3\x07": "投标量 1: 应为看得见的字（实际值 '3\\x07'）；没有粘贴",
    "\x1b[2J1.85": "标位 1: 应为看得见的字（实际值 '\\x1b[2J1.85'）；没有粘贴",
    "9" * 10_000: f"标位 1: 最多 {LONGEST_CELL} 个字（实际 10000 个）；没有粘贴",
}
"""What a text that is pasted is answered with."""


async def test_what_cannot_be_pasted_whole_is_not_pasted_at_all(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        await person.press(*"1.8")
        answers = {}
        for text in UNPASTED:
            await paste(person, text)
            answers[text] = wrong(person)
            assert filled(person) == {"level1": "1.8"}
        assert answers == UNPASTED


async def test_choices_are_pasted_by_their_words_or_refused(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.on()
        await person.pick("录入标书")
        await person.press("tab", "tab")
        await paste(person, "10\n30\n2\n0.01\n0.1\n按时间逐手轮流\n10:30\n11:10\n")
        in_order = {"tenor": "10", "offered": "30", "frequency": "2", "tick": "0.01", "lot": "0.1"}
        assert filled(person) == {**in_order, "tail": "round-robin", "open": "10:30", "close": "11:10"}
        await paste(person, "10\t30\t4")
        assert wrong(person) == "付息频率: 应为 1、2 之一（实际值 '4'）；没有粘贴"


# Size


async def resized(person: Person, width: int, height: int) -> None:
    """Give the window that size; the form takes it up a moment later."""
    await person.pilot.resize_terminal(width, height)
    asks = width < LEAST_WIDTH or height < LEAST_HEIGHT
    while person.form.size != (width, height) or bool(person.form.query(MoreRoom)) != asks:
        await person.pilot.pause(0.01)
    await person.look()


async def test_a_window_too_small_asks_for_room_and_loses_nothing(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        await person.press(*"1.85", "tab", *"3.14", "left", "left")
        line = person.app.focused
        assert isinstance(line, Input)
        before = (line.id, line.cursor_position, line.selection, filled(person))
        for small in ((40, 10), (59, 40), (80, 15)):
            await resized(person, *small)
            assert "请把窗口放大到至少60×16；什么都没有丢。" in bare("".join(screen_lines(person.app)))
            await resized(person, *SMALL)
            assert person.app.focused is line
            assert (line.id, line.cursor_position, line.selection, filled(person)) == before
        await person.press("5")
        assert filled(person) == {"level1": "1.85", "amount1": "3.514"}


# A disk that is full


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows and none begins, until the block ends."""
    resource = pytest.importorskip("resource")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)


def test_a_day_whose_every_write_fails_once_ends_as_the_undisturbed_one(tmp_path: Path):
    day, undisturbed = days.played(days.busy(), 5)
    with Journal.create(tmp_path / JOURNAL) as journal:
        rehearsal = days.Rehearsal(days.busy(), journal, seed=5)
        while not rehearsal.day.closed:
            before = (rehearsal.day, rehearsal.next_due, journal.rows())
            with full_disk(), pytest.raises(JournalError):
                rehearsal.step()
            assert (rehearsal.day, rehearsal.next_due, journal.rows()) == before
            rehearsal.step()
        assert rehearsal.day == day
        assert journal.rows() == undisturbed


async def test_a_full_disk_takes_no_bid_says_so_and_keeps_what_was_typed_until_there_is_room(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        rows = person.player.journal.rows()
        with full_disk():
            await bid(person, "1.85", "3")
            assert wrong(person) == f"日志读写失败：{tmp_path / 'day' / JOURNAL}（disk I/O error）"
            assert filled(person) == {"level1": "1.85", "amount1": "3"}
            assert person.player.journal.rows() == rows
            assert len([told for told in notices(person) if "存不进磁盘" in told]) == 1
        await person.press("ctrl+s")
        assert sent(person) == [[{"level": "1.85", "amount": "3.0"}]]


async def test_a_full_disk_stops_the_clock_until_it_is_started_again(tmp_path: Path):
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        person.player.speed = Speed.SIXTY
        person.player.tick(60)
        shown = len(person.player.journal.rows())
        with full_disk():
            while person.player.speed is not Speed.PAUSED:
                await person.pilot.pause(0.02)
            await person.press("f6")
            assert len([told for told in notices(person) if "disk I/O error" in told]) == 2
            assert len(person.player.journal.rows()) == shown
        await person.press("f5")
        while len(person.player.journal.rows()) == shown:
            await person.pilot.pause(0.02)
        assert person.player.speed is Speed.SIXTY


def test_a_draft_the_disk_refuses_is_told_once_and_written_with_the_next_that_it_takes(tmp_path: Path):
    player = opened(tmp_path, BANK)
    player.keep_draft(BID, {"level1": "1"})
    (tmp_path / DRAFTS).with_suffix(".part").mkdir()
    with pytest.raises(BadInput, match="暂时只在内存里"):
        player.keep_draft(BID, {"level1": "1."})
    player.keep_draft(BID, {"level1": "1.8"})
    assert (player.draft(BID), read_drafts(tmp_path / DRAFTS)) == ({"level1": "1.8"}, {BID: {"level1": "1"}})
    (tmp_path / DRAFTS).with_suffix(".part").rmdir()
    player.keep_draft("another", {"low": "2"})
    assert read_drafts(tmp_path / DRAFTS) == {BID: {"level1": "1.8"}, "another": {"low": "2"}}


@pytest.mark.parametrize("damaged", ["", "[]", '{"a": 1}', "{", "\\ud800", "[" * 100_000])
def test_damaged_drafts_are_no_drafts(tmp_path: Path, damaged: str):
    (tmp_path / DRAFTS).write_text(damaged, "utf-8")
    assert read_drafts(tmp_path / DRAFTS) == {}


# Faults of the program


async def test_a_fault_of_the_program_is_told_once_with_its_log_and_the_room_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    async with person_in_room(tmp_path, BANK, size=SMALL) as person:
        await to_bid(person)
        with monkeypatch.context() as broken:
            broken.setattr(Player, "propose", lambda *_: 1 // 0)
            await bid(person, "1.85", "3")
        assert notices(person) == [f"程序内部出错，详情写在 {tmp_path / 'home' / 'errors.log'}"]
        assert "ZeroDivisionError" in (tmp_path / "home" / "errors.log").read_text("utf-8")
        assert filled(person) == {"level1": "1.85", "amount1": "3"}
        await person.press("ctrl+s")
        assert sent(person) == [[{"level": "1.85", "amount": "3.0"}]]


async def sign_with(person: Person, passphrase: str) -> None:
    """Sign the result with an own key."""
    await person.pick("结果签字")
    person.app.screen.query_one("#passphrase").focus()
    await person.press(*passphrase, "enter")


async def test_a_passphrase_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    new_key(tmp_path / "home", "许正言", OWN_KEY)
    async with person_at(KaibiaoApp(), SMALL) as person:
        person.app.open_room(Opening(Path("first-tender"), None, tmp_path / "day", 1, frozenset({LEAD}), True))
        await person.look()
        while await person.on() and person.player.duty(LEAD)["kind"] != "result_signed":
            await person.act()
        await sign_with(person, WRONG_KEY)
        with monkeypatch.context() as broken:
            broken.setattr(Player, "sign", lambda *_: 1 // 0)
            await sign_with(person, OWN_KEY)
        told = notices(person)
        person.player.keys.clear()
        await sign_with(person, OWN_KEY)
        signatures = person.player.rehearsal.day.windows["W1"].signatures
        assert [each.person for each in signatures if each.person == "许正言"] == ["许正言"]
    key = tmp_path / "home" / "keys" / "许正言.pem"
    log = tmp_path / "home" / "errors.log"
    assert {f"{key}: 口令不对，或密钥文件已损坏", f"程序内部出错，详情写在 {log}"} <= set(told)
    written = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {"journal.db", "errors.log", "许正言.pem"} <= {file.name for file in written}
    assert [file for file, data in written.items() if b"horse" in data] == []
