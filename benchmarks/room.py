"""How the room feels: how soon it shows, how soon a key is answered, how often it draws, how much memory it keeps.

The first two are measured on whole processes under a pseudo-terminal of 120 by 40 that answers as terminals do, up to
the moment the changed content has been written. Needs Linux.

Limits: first paint 1.5 times that of an empty Textual app in the same run; key to repaint 50 ms (median) while 90
members bid; 4 redraws a second; 150 MB resident after 20 days in one process.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

RUNS, MEMBERS, DAYS, KEYS = 9, 90, 20, 40
MOST_RATIO, MOST_MS, MOST_REDRAWS, MOST_MB = 1.5, 50, 4, 150
PATIENCE_S, GONE_S, WATCHED_S = 60.0, 0.5, 3.0
SHIPPED = "first-tender"
SIGN = "开标"
EMPTY = f"""
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("{SIGN}")
Empty().run()
"""
OPERATOR, BANK = "operator:陈岚", "underwriter:演练机构000"
BOND, BID = "2605101", [{"level": "1.85", "amount": "0.5"}]
WITHDRAW, LEVEL = "撤回投标", "标位"
ESCAPE = re.compile(rb"\x1b\[[0-9;?<>=$]*[A-Za-z]")


def main() -> None:
    """Measure, and print each figure with its limit."""
    with tempfile.TemporaryDirectory() as folder:
        report_first_paint(Path(folder))
        for speed in ("SIXTY", "FULL"):
            report_keys(Path(folder) / speed, speed)
        report_memory(Path(folder) / "days")


def report_first_paint(folder: Path) -> None:
    """The two in turn, so that a busy machine is busy for both."""
    empty, lobby = [], []
    for _run in range(RUNS):
        empty.append(first_paint([sys.executable, "-c", EMPTY], folder))
        lobby.append(first_paint([sys.executable, "-m", "tui.start", "rehearse", SHIPPED], folder))
    ratio = median(lobby) / median(empty)
    print(f"first paint, {RUNS} runs: empty app {median(empty):.3f} s, lobby {median(lobby):.3f} s (medians)")
    print(f"  ratio {ratio:.2f}: {verdict(ratio, MOST_RATIO)}")


def first_paint(command: list[str], folder: Path) -> float:
    """Seconds from the start of a process to the first of its own words on the screen."""
    began = perf_counter()
    terminal = Terminal(command, folder)
    terminal.until(SIGN)
    taken = perf_counter() - began
    terminal.kill()
    return taken


def report_keys(folder: Path, speed: str) -> None:
    """Moves in a list and letters in a form, while the window is open and the clock runs at that speed."""
    folder.mkdir()
    terminal = Terminal([sys.executable, __file__, speed, str(folder)], folder)
    terminal.until(WITHDRAW)
    moves = [terminal.answered(key, WITHDRAW) for key in "jk" * (KEYS // 2)]
    terminal.answered("\r", LEVEL)
    letters = [terminal.answered("Z", "Z") for _number in range(KEYS)]
    terminal.watch(WATCHED_S)
    terminal.press("\x11")
    terminal.wait()
    counted = json.loads((folder / "counted.json").read_text("utf-8"))
    print(f"{MEMBERS} members bidding, clock at {speed}; key to repaint:")
    for name, taken in (("move in a list", moves), ("letter in a form", letters)):
        times = [1000 * each for each in taken if each is not None]
        late = f"median {median(times):.1f} ms, 95 % within {quantiles(times, n=20)[-1]:.1f} ms"
        print(f"  {name} ({len(times)} keys): {late}: {verdict(median(times), MOST_MS)} ms")
    for name, count in counted["counts"].items():
        rate = count / counted["seconds"]
        print(f"  {name}: {rate:.1f} a second over {counted['seconds']:.1f} s: {verdict(rate, MOST_REDRAWS)}")


def report_memory(folder: Path) -> None:
    """Resident memory of one process that plays day after day."""
    command = [sys.executable, __file__, "days", str(folder)]
    sizes = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    shown = ", ".join(f"day {day}: {size:.0f} MB" for day, size in sizes)
    print(f"resident memory after {shown}\n  {verdict(sizes[-1][1], MOST_MB)} MB")


def verdict(figure: float, limit: float) -> str:
    """Whether a figure keeps its limit."""
    return f"{'within' if figure <= limit else 'OVER'} {limit:g}"


class Terminal:
    """A program under a pseudo-terminal that answers what terminals are asked."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._terminal, line = pty.openpty()
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "KAIBIAO_LANG": "zh"}
        environment["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
        streams = {"stdin": line, "stdout": line, "stderr": line}
        self._process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **streams)
        os.close(line)
        self._written = b""

    def until(self, words: str) -> None:
        """Read on until the words have been written."""
        if self._wait_for(words, PATIENCE_S) is None:
            raise SystemExit(f"never shown: {words}\n{self._written.decode(errors='replace')[-4000:]}")

    def answered(self, key: str, words: str) -> float | None:
        """Seconds from a key to words written anew; None where the screen has no place for them any more."""
        while self._read(0):
            pass
        self._written = b""
        self.press(key)
        return self._wait_for(words, GONE_S)

    def press(self, key: str) -> None:
        """Send a key as a terminal does."""
        os.write(self._terminal, key.encode())

    def watch(self, seconds: float) -> None:
        """Read what the program writes for so long."""
        until = perf_counter() + seconds
        while perf_counter() < until:
            self._read(0.05)

    def wait(self) -> None:
        """Read on until the program has ended."""
        while self._process.poll() is None:
            self._read(0.05)
        os.close(self._terminal)

    def kill(self) -> None:
        """End the program where it stands."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def _wait_for(self, words: str, patience: float) -> float | None:
        began = perf_counter()
        while words.encode() not in ESCAPE.sub(b"", self._written):
            if not self._read(max(0, began + patience - perf_counter())):
                return None
        return perf_counter() - began

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        try:
            part = os.read(self._terminal, 65536)
        except OSError:  # the program has closed its end
            return b""
        if b"\x1b[6n" in part:
            os.write(self._terminal, b"\x1b[1;2R")
        self._written += part
        return part


def play_keys(speed: str, folder: Path) -> None:
    """In a process of its own: the room of a member that has bid, among ninety that are bidding."""
    from day import crowded_scenario
    from textual import screen

    from auction.day import WindowPhase
    from tui.app import KaibiaoApp
    from tui.compositor import CjkCompositor
    from tui.opening import Opening, open_player
    from tui.player import Speed
    from tui.screens.room import Room

    scenario = crowded_scenario(folder, MEMBERS)
    scenario.write_text(scenario.read_text("utf-8").replace("revises: 25%", "revises: 100%"), "utf-8")
    player = open_player(Opening(scenario, None, folder / "day", 1, frozenset({BANK})))
    while player.turn() is None:
        player.tick(0.1)
    player.propose(BANK, "bid_received", {"bond": BOND, "member": BANK.partition(":")[2], "steps": BID})
    player.speed = Speed[speed]
    moments: dict[str, list[float]] = {"redraws of the room": [], "whole screens written": []}

    def count(name: str) -> None:
        if player.rehearsal.day.windows["W1"].phase is WindowPhase.OPEN:
            moments[name].append(perf_counter())

    class WatchedRoom(Room):
        def redraw(self) -> None:
            super().redraw()
            count("redraws of the room")

    class WatchedCompositor(CjkCompositor):
        def render_full_update(self, simplify: bool = False) -> object:
            count("whole screens written")
            return super().render_full_update(simplify)

    class WatchedApp(KaibiaoApp):
        def on_mount(self) -> None:
            screen.Compositor = WatchedCompositor  # type: ignore[misc]
            self.push_screen(WatchedRoom(player))

    app = WatchedApp()
    app.run()
    if app.fault:
        raise app.fault
    first, *_others, last = moments["redraws of the room"]
    counts = {name: sum(first < moment <= last for moment in seen) for name, seen in moments.items()}
    (folder / "counted.json").write_text(json.dumps({"counts": counts, "seconds": last - first}), "utf-8")


async def play_days(folder: Path) -> None:
    """In a process of its own: day after day in the room, the operator acting as a script would."""
    from tui.app import KaibiaoApp
    from tui.opening import Opening, open_player
    from tui.screens.room import Room

    sizes = []
    app = KaibiaoApp()
    async with app.run_test(size=(120, 40)) as pilot:
        for day in range(1, DAYS + 1):
            opening = Opening(Path(SHIPPED), None, folder / str(day), day, frozenset({OPERATOR}))
            player = open_player(opening)
            await app.push_screen(Room(player))
            while not player.finished:
                duty = player.rehearsal.duty(OPERATOR)
                if player.turn() and duty:
                    player.rehearsal.perform(duty.event)
                await pilot.pause(0.05)
            await pilot.pause(0.5)
            while len(app.screen_stack) > 1:
                await app.pop_screen()
            player.journal.close()
            if day in (1, DAYS // 2, DAYS):
                sizes.append((day, resident_mb()))
    print(json.dumps(sizes))


def resident_mb() -> float:
    """What the process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["days", folder]:
            asyncio.run(play_days(Path(folder)))
        case [speed, folder]:
            play_keys(speed, Path(folder))
