"""Chinese text under and over other widgets: drawn whole, in full and in part."""

import re

import pytest
from rich.cells import cell_len
from screens import assert_whole, screen_lines
from textual import screen
from textual._compositor import Compositor, CompositorUpdate
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Select, Static
from textual.widgets._select import SelectOverlay
from textual.widgets._toast import Toast

from tui.compositor import CjkCompositor, install

NOTICE = "投标已被拒绝：标位不在区间之内，请核对后重新录入"
OPTIONS = ["1号演练银行股份有限公司", "2号演练证券股份有限公司"]
LIST = "请选择承销团成员" + "".join(name[1:] for name in OPTIONS)
ESCAPE = re.compile(r"\x1b\[(?:(\d+);(\d+)H|[\d;?]*[A-Za-z])|\n|[^\x1b\n]+")
SIZE = (74, 18)


class Paper:
    """A terminal of the plainest kind: writing over half a wide character blanks the other half."""

    def __init__(self, width: int, height: int) -> None:
        self.rows = [[" "] * width for _ in range(height)]

    def write(self, sequence: str) -> None:
        x = y = 0
        for found in ESCAPE.finditer(sequence):
            if found[2]:
                x, y = int(found[2]) - 1, int(found[1]) - 1
            elif found[0] == "\n":
                x, y = 0, y + 1
            elif not found[0].startswith("\x1b"):
                for sign in found[0]:
                    x += self._put(self.rows[y], x, sign)

    def _put(self, row: list[str], x: int, sign: str) -> int:
        wide = cell_len(sign) == 2
        end = x + 1 + wide
        if row[x] == "":
            row[x - 1] = " "
        if end < len(row) and row[end] == "":
            row[end] = " "
        row[x:end] = [sign, ""] if wide else [sign]
        return end - x

    def lines(self) -> list[str]:
        return ["".join(row) for row in self.rows]


class Busy(App[None]):
    """Columns of Chinese whose edges fall under a toast and a drop-down, as odd and as even cells."""

    CSS = """
    Screen { layout: grid; grid-size: 5 6; }
    Static { height: 3; }
    #shifted { padding-left: 1; }
    Select { column-span: 4; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper(*SIZE)

    def compose(self) -> ComposeResult:
        yield Static("标位", id="shifted")
        yield Select([(name, name) for name in OPTIONS], prompt="请选择承销团成员")
        for number in range(25):
            yield Static("边际中标标位投标量" * 2, id=f"cell{number}")

    def _display(self, screen: object, renderable: object) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.paper.write(renderable.render_segments(self.console))


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "Compositor", Compositor)
    install()


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "Compositor", Compositor)


async def overlaid() -> tuple[str, str]:
    """What can be read in a toast and in a drop-down."""
    app = Busy()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        app.notify(NOTICE, timeout=60)
        await pilot.pause(0.1)
        toast = written_in(app, Toast)
        assert_whole(screen_lines(app), SIZE[0])
        app.clear_notifications()
        await pilot.click(Select)
        await pilot.pause(0.1)
        assert_whole(screen_lines(app), SIZE[0])
        return toast, written_in(app, SelectOverlay)


def written_in(app: App[None], kind: type[Widget]) -> str:
    """The Chinese that stands where the first widget of that kind does."""
    place = app.screen.query(kind).first().region
    strips = app.screen._compositor.render_strips()[place.y : place.bottom]
    text = "".join(segment.text for strip in strips for segment in strip.crop(place.x, place.right))
    return re.sub(r"[^\u4e00-\u9fff，：]", "", text)


async def test_a_toast_and_a_drop_down_over_chinese_columns_are_drawn_whole(mended):
    assert await overlaid() == (NOTICE, LIST)


async def test_textual_itself_still_loses_characters_where_widgets_overlap(plain):
    toast, dropped = await overlaid()
    mended = "Textual draws wide characters whole now (issue 6357): take tui/compositor.py away"
    assert toast != NOTICE and dropped != LIST, mended


async def test_every_part_redrawn_leaves_the_terminal_as_a_full_redraw_would(mended):
    app = Busy()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        for number in range(25):
            app.notify(NOTICE[: number % 20 + 3], timeout=60)
            await pilot.pause()
            app.query_one(f"#cell{number}", Static).update("甲a乙b丙c丁d戊e己f")
            await pilot.pause()
            assert app.paper.lines() == screen_lines(app)
            app.clear_notifications()
            await pilot.pause()
            assert app.paper.lines() == screen_lines(app)


async def test_screens_are_drawn_by_the_mended_compositor_once_it_is_installed(mended):
    app = Busy()
    async with app.run_test(size=SIZE):
        assert type(app.screen._compositor) is CjkCompositor
