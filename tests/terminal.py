"""The real program in a terminal of its own: keys go in, the screen is read as a person reads it, signals end it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rich.cells import cell_len

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0
"""Seconds that a condition may take to come about on a busy machine."""

KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "end": "\x1b[F", "home": "\x1b[H",
    "ctrl+c": "\x03", "ctrl+s": "\x13", "ctrl+z": "\x1a", "f1": "\x1bOP", "f2": "\x1bOQ", "f4": "\x1bOS",
    "f5": "\x1b[15~", "f10": "\x1b[21~",
}  # fmt: skip
MODES = [(1049, "h", "l"), (25, "l", "h"), *((mode, "h", "l") for mode in (1000, 1003, 1006, 1015, 1004, 2004))]
"""The other screen, the cursor, the mouse, the focus, the paste: number, what turns it from the usual, and back."""
SEQUENCE = re.compile(r"\x1b\[([?>=<]?)([0-9;]*)[ -/]*([@-~])|\x1b[^\[]|([^\x1b]+)")


class Terminal:
    """One run of `kaibiao` under a pseudo-terminal, in `folder` as its working folder."""

    def __init__(
        self,
        folder: Path,
        *arguments: object,
        size: tuple[int, int] = (120, 40),
        prepare: Callable[[], object] = lambda: None,
    ) -> None:
        self._master, line = pty.openpty()
        self.resize(*size)
        self._attributes = termios.tcgetattr(line)
        self._line = line
        self._said = bytearray()
        command = [sys.executable, "-m", "tui.start", *map(str, arguments)]
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "KAIBIAO_LANG": "zh_CN"}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=line,
            stdout=line,
            stderr=line,
            start_new_session=True,
            preexec_fn=lambda: (_own_terminal(), prepare()),
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self.process.kill()
        self.process.wait()
        for each in (self._master, self._line):
            if each >= 0:
                os.close(each)

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._size = (width, height)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, text: str | bytes) -> None:
        """Type a text as it stands."""
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def press(self, *keys: str) -> None:
        """Press keys by name; an escape is waited out, as a hand does."""
        for key in keys:
            self.type(KEYS[key])

    def until(self, condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Read on until something has come about."""
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}\n" + "\n".join(self.screen()))
            self._read(0.02)

    def until_seen(self, *words: str) -> None:
        """Read on until all the words stand on the screen."""
        self.until(lambda: all(word in "\n".join(self.screen()) for word in words), f"never seen: {words}")

    def ended(self) -> int:
        """The exit code, once the program has ended by itself; everything it wrote to the end is read."""
        self.until(lambda: self.process.poll() is not None, "the program goes on")
        self._read(0)
        return self.process.returncode

    def send(self, number: signal.Signals) -> int:
        """Send the program a signal; the exit code."""
        self.process.send_signal(number)
        return self.ended()

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._line)
        os.close(self._master)
        self._line = self._master = -1

    @property
    def said(self) -> str:
        """Everything the program wrote so far."""
        self._read(0)
        return self._said.decode("utf-8", "ignore")

    @property
    def cooked(self) -> bool:
        """Whether the terminal's line is as the program found it."""
        return termios.tcgetattr(self._line) == self._attributes

    def left_as_found(self) -> bool:
        """Whether the terminal is as the program found it: its line, the screen, the cursor, no mouse, plain paste."""
        said = self.said
        off = all(said.rfind(f"\x1b[?{mode}{usual}") > said.rfind(f"\x1b[?{mode}{ours}") for mode, ours, usual in MODES)
        return off and self.cooked

    def screen(self) -> list[str]:
        """The lines on the screen, read from what was written: text and cursor moves, colours apart."""
        width, height = self._size
        grid = [[" "] * width for _ in range(height)]
        x = y = 0
        for found in SEQUENCE.finditer(self.said):
            mark, numbers, final, text = found.groups()
            if final == "H" and not mark:
                y, x = (int(number or 1) - 1 for number in (numbers.split(";") + ["", ""])[:2])
            for sign in text or "":
                if sign in "\r\n":
                    x, y = (0, y) if sign == "\r" else (x, y + 1)
                elif sign.isprintable() and y < height:
                    for column in range(x, min(x + cell_len(sign), width)):
                        grid[y][column] = sign if column == x else ""
                    x += cell_len(sign)
        return ["".join(line).rstrip() for line in grid]

    def _read(self, seconds: float) -> None:
        while self._master >= 0 and select.select([self._master], [], [], seconds)[0]:
            self._said += os.read(self._master, 65536)
            seconds = 0


def _own_terminal() -> None:
    """Make the line on stdin the controlling terminal of the new session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
