"""Take the pictures of the room for README and docs: `make screenshots` writes docs/images/*.svg.

The first scenario is played with seed 1, so that the pictures change only where the room does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from textual.pilot import Pilot

from auction.day import IssuanceDay, WindowPhase
from auction.language import speak
from tui.app import KaibiaoApp
from tui.opening import Opening, open_player
from tui.player import Player, Speed
from tui.screens.room import Room
from tui.svg import fixed_svg

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LANGUAGES = {"zh": "zh_CN", "en": "en"}
OPERATOR, LEAD, BANK = "operator:陈岚", "lead-officer:许正言", "underwriter:演练银行甲"
PEOPLE = frozenset({OPERATOR, LEAD, BANK})
WINDOW, BOND = "W1", "2605101"
DESK_SIZE, BOARD_SIZE = (118, 32), (150, 46)

Reached = Callable[[IssuanceDay], bool]


def main() -> int:
    """Write every picture in both languages."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for short, language in LANGUAGES.items():
        speak(language)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            asyncio.run(take_all(Path(folder), short))
    return 0


async def take_all(folder: Path, short: str) -> None:
    """The pictures of one language."""
    app = KaibiaoApp(Path("first-tender"), seed=1)
    async with app.run_test(size=DESK_SIZE) as pilot:
        await settled(pilot)
        shoot(app, f"lobby-{short}")
    scenes: tuple[tuple[str, str, tuple[int, int], Reached, tuple[str, ...]], ...] = (
        ("range", OPERATOR, DESK_SIZE, lambda day: "notice_checked" in day.since, ("enter",)),
        ("bid", BANK, DESK_SIZE, lambda day: members_bid(day) >= 9, ("enter",)),
        ("result", LEAD, BOARD_SIZE, lambda day: day.windows[WINDOW].phase is WindowPhase.CONFIRMED, ()),
        ("sign", LEAD, DESK_SIZE, lambda day: day.windows[WINDOW].phase is WindowPhase.CONFIRMED, ("enter",)),
    )
    for name, seat, size, reached, keys in scenes:
        player = open_player(Opening(Path("first-tender"), None, folder / name, 1, PEOPLE))
        play_until(player, reached, seat)
        await take(player, seat, size, keys, f"{name}-{short}")


def members_bid(day: IssuanceDay) -> int:
    """How many members have a standing bid."""
    return len(day.windows[WINDOW].submissions[BOND])


def play_until(player: Player, reached: Reached, seat: str) -> None:
    """Let scripts and people, who do as scripts would, play until the day is there and it is the seat's turn."""
    while not (reached(player.rehearsal.day) and player.duty(seat)):
        turn, script = player.turn(), player.rehearsal.next_due
        duty = player.rehearsal.duty(turn) if turn and not (turn == BANK and player.duty(BANK)) else None
        if duty and (script is None or duty.due <= script):
            player.rehearsal.perform(duty.event)
        else:
            player.step()
    player.speed = Speed.PAUSED


async def take(player: Player, seat: str, size: tuple[int, int], keys: tuple[str, ...], name: str) -> None:
    """One picture of the room from one seat."""
    app = KaibiaoApp()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        room = Room(player)
        await app.push_screen(room)
        room.sit(seat)
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)
        shoot(app, name)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until what was asked for is drawn: the lobby reads its scenarios after it is shown."""
    for _number in range(20):
        await pilot.pause(0.1)


def shoot(app: KaibiaoApp, name: str) -> None:
    """Write the picture, Chinese in its place."""
    file = IMAGES / f"{name}.svg"
    file.write_text(fixed_svg(app.export_screenshot(title="kaibiao 开标")), "utf-8")
    print(file.relative_to(IMAGES.parents[1]))


if __name__ == "__main__":
    sys.exit(main())
