"""The real program killed at twenty moments, in forms and in the window: what was typed is there when it is resumed."""

import json
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from commandline import kaibiao
from test_player import OPERATOR, PLAN, act

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is POSIX", allow_module_level=True)

from terminal import Terminal

from auction.journal import Row, chain_problems, read_rows
from tui.opening import Opening, open_player
from tui.player import DRAFTS, Player
from tui.todo import BID_FORM, RANGE_FORM, TERMS_FORM

BOND = PLAN.windows[0].issues[0].bond
OUT = Path("rehearsals/day")
BROKER = "underwriter:演练证券乙"
EARLY = 3
"""A seed by which this broker bids soon after the opening."""

NOTICE, RANGE = f"{OPERATOR}/notice_entered/{BOND}", f"{OPERATOR}/range_entered/{BOND}"
BID = f"{BROKER}/bid_received/{BOND}"
LABELS = {field.name: str(field.row or field.label) for field in (*TERMS_FORM, *RANGE_FORM, *BID_FORM)}

Moment = tuple[int, str, str, str]
"""A line of the form, its field, what is typed there and waited for, and what in the breath before the kill."""

IN_THE_NOTICE: Sequence[Moment] = (
    (2, "tenor", "1", "7.25"),
    (2, "tenor", "17.25", ""),
    (3, "offered", "31.5", ""),
    (5, "tick", "0.02", "5"),
    (6, "lot", "0", ".3"),
    (6, "lot", "0.3", ""),
    (8, "open", "10:31:07", ""),
    (9, "close", "11:1", "2:13"),
)
IN_THE_RANGE: Sequence[Moment] = (
    (0, "low", "3", ".14"),
    (0, "low", "3.1", ""),
    (0, "low", "3.14", "159265"),
    (1, "high", "3.2", "6"),
    (1, "high", "3.58", ""),
)
IN_THE_WINDOW: Sequence[Moment] = (
    (0, "level1", "1", ".85"),
    (0, "level1", "1.85", ""),
    (1, "amount1", "3.7", "1"),
    (1, "amount1", "3", ""),
    (2, "level2", "1.8", "6"),
    (2, "level2", "1.86", ""),
)


def kept(folder: Path, place: str) -> dict[str, str]:
    """What the disk has of a form: the lines that are not empty."""
    file = folder / OUT / DRAFTS
    typed = json.loads(file.read_text("utf-8")).get(place, {}) if file.exists() else {}
    return {name: text for name, text in typed.items() if text}


def rows_after(folder: Path, before: Sequence[Row] = ()) -> tuple[Row, ...]:
    """The journal's rows: their chain holds, and every row that was there before is there still."""
    rows = read_rows(folder / OUT / "journal.db")
    assert chain_problems(rows) == ()
    assert rows[: len(before)] == tuple(before)
    return rows


def wait_for_form(terminal: Terminal, folder: Path, place: str) -> None:
    """Open what is due; the form has on the screen what the disk has."""
    terminal.press("enter")
    terminal.until_seen("Ctrl+S")
    for name, text in kept(folder, place).items():
        line = re.compile(rf"{LABELS[name]}.*\s{re.escape(text)}\s")
        terminal.until(lambda: line.search("\n".join(terminal.screen())), f"{line.pattern} is not shown")  # noqa: B023


def kill_in_form(terminal: Terminal, folder: Path, place: str, moment: Moment) -> None:
    """Type into the form and kill; the disk has what was typed, and a beginning of what came in the last breath."""
    line, field, text, breath = moment
    others = {name: value for name, value in kept(folder, place).items() if name != field}
    terminal.type("\t" * line + text)
    terminal.until(lambda: kept(folder, place).get(field) == text, f"{field} is not kept")
    terminal.type(breath)
    assert terminal.send(signal.SIGKILL) == -signal.SIGKILL
    beginnings = [breath[:length] for length in range(len(breath) + 1)]
    assert kept(folder, place) in [{**others, field: text + beginning} for beginning in beginnings]


def assert_open_and_whole(folder: Path) -> None:
    """The journal verifies, as that of an unfinished day."""
    answer = kaibiao("verify", folder / OUT / "journal.db", "--json")
    assert (answer.code, answer.json["ok"], answer.json["journal"]) == (0, True, "open")


def prepared(folder: Path, seat: str, seed: int) -> Player:
    """A day with one person, as the lobby opens it."""
    return open_player(Opening(Path("first-tender"), None, folder / OUT, seed, frozenset({seat})))


@pytest.mark.parametrize("moments", [IN_THE_NOTICE[:3], pytest.param(IN_THE_NOTICE[3:], marks=pytest.mark.soak)])
def test_a_notice_is_in_the_form_through_every_kill(tmp_path: Path, moments: Sequence[Moment]):
    with Terminal(tmp_path, "rehearse", "first-tender", "--seed", 1, "--out", OUT) as terminal:
        terminal.until_seen("经办人 陈岚")
        terminal.press("f5")
        terminal.until_seen("录入标书")
        wait_for_form(terminal, tmp_path, NOTICE)
        kill_in_form(terminal, tmp_path, NOTICE, moments[0])
    rows = rows_after(tmp_path)
    for moment in moments[1:]:
        with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
            terminal.until_seen("录入标书")
            wait_for_form(terminal, tmp_path, NOTICE)
            kill_in_form(terminal, tmp_path, NOTICE, moment)
        rows = rows_after(tmp_path, rows)
    assert_open_and_whole(tmp_path)


@pytest.mark.parametrize("moments", [IN_THE_RANGE[:2], pytest.param(IN_THE_RANGE[2:], marks=pytest.mark.soak)])
def test_a_range_is_in_the_form_through_every_kill(tmp_path: Path, moments: Sequence[Moment]):
    player = prepared(tmp_path, OPERATOR, seed=1)
    while (player.duty(OPERATOR) or {"kind": ""})["kind"] != "range_entered":
        player.tick(0.1)
        if player.turn() and player.duty(OPERATOR)["kind"] == "notice_entered":
            act(player, OPERATOR)
    player.journal.close()
    rows = rows_after(tmp_path)
    for moment in moments:
        with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
            terminal.until_seen("录入投标区间")
            wait_for_form(terminal, tmp_path, RANGE)
            kill_in_form(terminal, tmp_path, RANGE, moment)
        rows = rows_after(tmp_path, rows)
    assert_open_and_whole(tmp_path)


def enter_window(terminal: Terminal, folder: Path) -> None:
    """Open the bid form while the clock runs at sixty times."""
    terminal.until_seen(f"投标 {BOND}")
    terminal.press("f4", "f4", "f4")
    terminal.until_seen("60×")
    wait_for_form(terminal, folder, BID)


def bids(rows: Sequence[Row], member: str = "") -> list[dict[str, object]]:
    """The bids in a journal, of one member or of all."""
    received = (json.loads(row.body) for row in rows if row.kind == "bid_received")
    return [bid for bid in received if member in bid["member"]]


def opened_window(folder: Path) -> tuple[Row, ...]:
    """The rows of a day that stands at the opening of its window."""
    player = prepared(folder, BROKER, EARLY)
    while player.rehearsal.day.windows["W1"].phase.value != "OPEN":
        player.step()
    player.journal.close()
    return rows_after(folder)


@pytest.mark.parametrize("moments", [IN_THE_WINDOW[:2], pytest.param(IN_THE_WINDOW[2:], marks=pytest.mark.soak)])
def test_a_bid_is_in_the_form_through_every_kill_while_the_clock_runs(tmp_path: Path, moments: Sequence[Moment]):
    rows = opened_window(tmp_path)
    for moment in moments:
        with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
            enter_window(terminal, tmp_path)
            kill_in_form(terminal, tmp_path, BID, moment)
            shown = re.findall(r"已有 (\d+) / 24", "\n".join(terminal.screen()))
        rows = rows_after(tmp_path, rows)
        assert int(shown[0]) <= len({bid["member"] for bid in bids(rows)})
    assert_open_and_whole(tmp_path)


def test_a_bid_that_is_said_to_be_sent_is_in_the_journal_whatever_happens_then(tmp_path: Path):
    rows = opened_window(tmp_path)
    with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
        enter_window(terminal, tmp_path)
        terminal.type("1.85\t3\t1.86\t2.5")
        terminal.press("ctrl+s")
        terminal.until_seen("已办")
        assert terminal.send(signal.SIGKILL) == -signal.SIGKILL
    steps = [{"level": "1.85", "amount": "3.0"}, {"level": "1.86", "amount": "2.5"}]
    assert [bid["steps"] for bid in bids(rows_after(tmp_path, rows), "演练证券乙")] == [steps]
    assert_open_and_whole(tmp_path)
