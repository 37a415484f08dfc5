"""How the screens look: readable in every theme, in grey without any colour, plain where the terminal asks for it."""

import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from people import person_at
from rich.segment import Segment
from rich.style import Style
from screens import screen_lines
from textual.app import App
from textual.color import Color
from textual.theme import Theme

os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from tui.app import KaibiaoApp
from tui.opening import Opening
from tui.plain import plain
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal
from tui.screens.lobby import Lobby
from tui.screens.room import Room
from tui.theme import GREY, THEMES, after

SEATS = frozenset({"operator:陈岚", "lead-officer:许正言", "underwriter:演练银行甲"})
SCREENS = {Lobby, Room, FormModal, SignModal, ReadModal, ChoiceModal}
LEAST_CONTRAST = 4.5

Look = Callable[[App[object]], None]


async def every_screen(app: KaibiaoApp, folder: Path, look: Look, size: tuple[int, int] = (80, 24)) -> set[type]:
    """Look at each kind of screen as a day is played by people; the kinds that were seen."""
    seen: set[type] = set()

    def looked(shown: App[object]) -> None:
        seen.add(type(shown.screen))
        look(shown)

    async with person_at(app, size, looked) as person:
        while not app.screen._all_read:
            await person.pilot.pause(0.02)
        for key in ("j", "tab", "a", "n", "f5"):
            await person.press(key)
        app.open_room(Opening(Path("first-tender"), None, folder / "day", 1, SEATS))
        await person.look()
        for key in ("f1", "escape", "f2", "escape", "f3", "f3", "ctrl+c"):
            await person.press(key)
        while not seen >= SCREENS and await person.on():
            await person.act()
    return seen


def pieces(app: App[object]) -> Iterator[tuple[Segment, Style]]:
    """Every piece of the screen in front, as it is written to the terminal; what lies behind a modal is apart."""
    place = app.screen.query_one(".box").region if app.screen.is_modal else app.screen.region
    for strip in app.screen._compositor.render_strips()[place.y : place.bottom]:
        for segment in strip.crop(place.x, place.right):
            if segment.style:
                yield segment, segment.style


def colours(style: Style) -> list[Color]:
    """Of the ink and of the ground, where the terminal is told them."""
    return [Color.from_rich_color(colour) for colour in (style.color, style.bgcolor) if colour]


def contrast(ink: Color, ground: Color) -> float:
    """By WCAG: 1 for the same colour, 21 for black on white."""
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_text(text: str) -> bool:
    """Whether there is something to read in it; frames and bars are none."""
    return any(sign.isalnum() for sign in text)


def is_doubtful(sign: str) -> bool:
    """Whether some terminals draw it two cells wide, or cannot draw it."""
    return unicodedata.east_asian_width(sign) == "A" or "\u2500" <= sign <= "\u259f" or "\u2800" <= sign <= "\u28ff"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_every_text_can_be_read_in_every_theme_and_grey_has_no_colour(tmp_path: Path, theme: Theme):
    faint: set[tuple[str, str, str, str]] = set()
    coloured: set[tuple[str, str]] = set()

    def look(app: App[object]) -> None:
        for segment, style in pieces(app):
            if any(len(set(colour.rgb)) > 1 for colour in colours(style)):
                coloured.add((type(app.screen).__name__, segment.text))
            if is_text(segment.text):
                ink, ground = colours(style)
                if contrast(ink, ground) < LEAST_CONTRAST:
                    faint.add((type(app.screen).__name__, segment.text.strip(), ink.hex, ground.hex))

    app = KaibiaoApp()
    app.theme = theme.name
    assert await every_screen(app, tmp_path, look) >= SCREENS
    assert faint == set()
    assert (coloured == set()) is (theme is GREY)


async def test_no_color_in_the_environment_takes_every_colour_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = KaibiaoApp()
    async with person_at(app) as person:
        await person.look()
        assert {len(set(colour.rgb)) for _segment, style in pieces(app) for colour in colours(style)} == {1}


async def test_where_the_terminal_asks_for_it_every_sign_is_of_certain_width(tmp_path: Path):
    doubtful: set[tuple[str, str]] = set()

    def look(app: App[object]) -> None:
        text = "".join(screen_lines(app))
        doubtful.update((type(app.screen).__name__, sign) for sign in text if is_doubtful(sign))

    app = KaibiaoApp()
    app.draw_plainly(True)
    assert await every_screen(app, tmp_path, look) >= SCREENS
    assert doubtful == set()


async def test_a_frame_of_plain_signs_is_a_frame():
    app = KaibiaoApp()
    app.draw_plainly(True)
    async with person_at(app, (80, 24)) as person:
        while not app.screen._all_read:
            await person.pilot.pause(0.02)
        await person.look()
        lines = screen_lines(app)
        assert lines[2].split() == ["+" + "-" * 36 + "+"] * 2
        assert {line[:2] + line[-2:] for line in lines[3:17]} == {" || "}
        assert [note.message for note in app._notifications] == ["这个终端把框线画成两格宽，已改用普通字符"]


async def test_a_terminal_that_answers_late_is_heard():
    app = KaibiaoApp()
    async with person_at(app, (80, 24)) as person:
        while not app.screen._all_read:
            await person.pilot.pause(0.02)
        for column, doubted in ((2, False), (1, True)):
            app.on_cursor_position(type("Answer", (), {"x": column})())
            await person.look()
            assert any(map(is_doubtful, "".join(screen_lines(app)))) is doubted


def test_plain_text_takes_the_cells_it_took():
    assert plain("┌─“甲”…·×█▌─┐→←é①Ж") == '+-"甲"..x#]-+><e??'
    assert plain("first-tender 甲（乙）✔") == "first-tender 甲（乙）✔"


async def test_f9_goes_through_the_themes_in_turn():
    app = KaibiaoApp()
    async with person_at(app) as person:
        shown = [app.theme]
        for _number in THEMES:
            await person.press("f9")
            shown.append(app.theme)
    assert shown == ["kaibiao-night", "kaibiao-paper", "kaibiao-grey", "kaibiao-night"]
    assert after("textual-dark") == "kaibiao-night"


def test_a_colour_on_itself_cannot_be_read_and_black_on_white_is_read_best():
    assert contrast(Color.parse("#777777"), Color.parse("#777777")) == 1
    assert round(contrast(Color.parse("black"), Color.parse("white")), 6) == 21
