"""The lobby is painted before anything heavy is imported, and the terminal is asked how it draws meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("this system has no pseudo-terminals", allow_module_level=True)

from terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"pydantic", "numpy", "simpy", "yaml", "cryptography", "chinese_calendar", "sqlite3", "openpyxl", "sim"}
PAINT = """
import asyncio, json, sys
import tui.start, tui.cli, tui.commands.rehearse
from tui.app import KaibiaoApp
from tui.screens.lobby import Lobby

async def paint():
    app = KaibiaoApp()
    Lobby._begin_reading = lambda lobby: app.exit()
    async with app.run_test(size=(120, 40)):
        while app.is_running:
            await asyncio.sleep(0)

asyncio.run(paint())
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_nothing_heavy_is_imported_before_the_lobby_is_painted_whole():
    painted = subprocess.run([sys.executable, "-c", PAINT], cwd=ROOT, capture_output=True, text=True, check=True)
    packages = set(json.loads(painted.stdout))
    assert "textual" in packages
    assert packages & HEAVY == set()


@pytest.mark.parametrize(("column", "frame"), [(2, "╭──"), (3, "+--")])
def test_a_terminal_that_draws_frames_two_cells_wide_gets_plain_ones(tmp_path: Path, column: int, frame: str):
    with Terminal(tmp_path, "rehearse", "first-tender", size=(80, 24)) as terminal:
        terminal.until(lambda: "\x1b[6n" in terminal.said, "never asked")
        terminal.type(f"\x1b[1;{column}R")
        terminal.until_seen("第一场招标", frame)


def test_a_terminal_that_never_says_how_it_draws_is_not_waited_for(tmp_path: Path):
    with Terminal(tmp_path, "rehearse", size=(80, 24)) as terminal:
        terminal.until_seen("第一场招标", "╭──")
        terminal.press("f10")
        assert terminal.ended() == 0
        assert terminal.cooked


def test_a_terminal_that_says_it_late_is_heard(tmp_path: Path):
    with Terminal(tmp_path, "rehearse", size=(80, 24)) as terminal:
        terminal.until_seen("第一场招标", "╭──")
        terminal.type("\x1b[1;3R")
        terminal.until_seen("+--")
