"""The real program left in every way: nothing is lost, the terminal is as it was, the next start offers to go on."""

import json
import signal
import sys
from pathlib import Path

import pytest
from test_player import OPERATOR

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is POSIX", allow_module_level=True)

from terminal import Terminal

from tui.keyboard import HUNG_UP
from tui.player import DRAFTS

OUT = Path("rehearsals/day")
NOTICE = f"{OPERATOR}/notice_entered/2605101"


def begin(folder: Path, **options: object) -> Terminal:
    """A new day, begun with what the lobby proposes."""
    terminal = Terminal(folder, "rehearse", "first-tender", "--seed", 1, "--out", OUT, **options)
    terminal.until_seen("经办人 陈岚")
    terminal.press("f5")
    return terminal


def type_notice(terminal: Terminal, folder: Path, text: str | bytes, kept: str) -> None:
    """Open the notice form and type the amount."""
    terminal.until_seen("录入标书")
    terminal.press("enter")
    terminal.until_seen("Ctrl+S")
    terminal.type("\t\t\t")
    terminal.type(text)
    terminal.until(lambda: draft(folder) == kept, f"{kept} is not kept")


def draft(folder: Path) -> str:
    """The amount the disk has."""
    file = folder / OUT / DRAFTS
    return json.loads(file.read_text("utf-8")).get(NOTICE, {}).get("offered", "") if file.exists() else ""


def test_whatever_ends_the_program_the_day_is_offered_again_with_all_that_was_typed(tmp_path: Path):
    with begin(tmp_path) as terminal:
        type_notice(terminal, tmp_path, "31", "31")
        terminal.hang_up()
        assert terminal.process.wait() in (-signal.SIGHUP, HUNG_UP)
    with Terminal(tmp_path, "rehearse", "first-tender") as terminal:
        terminal.until_seen("续演 rehearsals/day", "经办人 陈岚")
        terminal.until(lambda: "正在读" not in "\n".join(terminal.screen()), "the lobby goes on reading")
        drawn = len(terminal.said)
        terminal.press("down")
        terminal.until(lambda: len(terminal.said) > drawn, "the last day is not chosen")
        terminal.press("f5")
        type_notice(terminal, tmp_path, "32", "32")
        assert (terminal.send(signal.SIGTERM), terminal.left_as_found()) == (0, True)
    with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
        type_notice(terminal, tmp_path, b"33\xb2", "33\ufffd")
        assert (terminal.send(signal.SIGINT), terminal.left_as_found()) == (0, True)
    with Terminal(tmp_path, "rehearse", "--resume", OUT) as terminal:
        type_notice(terminal, tmp_path, "34", "34")
        terminal.press("escape")
        terminal.until(lambda: "Ctrl+S" not in "\n".join(terminal.screen()), "the form stays")
        terminal.press("ctrl+c")
        terminal.until_seen("要离开请按 Ctrl+Q")
        terminal.press("f10")
        assert (terminal.ended(), terminal.left_as_found(), draft(tmp_path)) == (0, True, "34")


def test_a_closed_terminal_ends_even_a_program_that_is_told_to_outlive_it(tmp_path: Path):
    with begin(tmp_path, prepare=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as terminal:
        type_notice(terminal, tmp_path, "31", "31")
        terminal.hang_up()
        assert terminal.process.wait(30) == HUNG_UP
