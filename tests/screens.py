"""Screens as plain text: what stands on each line, what else can be reached, what of it is cut off or ill spoken."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text
from textual.app import App
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Button, DataTable, Input, OptionList, Select, Static

from auction.checks import marked
from auction.commands.guard import unruled
from auction.desk import in_force
from auction.language import SOURCE_LANGUAGE, _, say, spoken
from auction.plan import Plan
from sim.scenario import read_scenario, shipped_scenarios


def screen_lines(app: App[object]) -> list[str]:
    """The text of every line of the screen in front."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def assert_whole(lines: Iterable[str], width: int) -> None:
    """Every line takes exactly the cells of the screen, and no sign in it could not be drawn."""
    assert [(line, cell_len(line)) for line in lines if cell_len(line) != width or "\ufffd" in line] == []


def texts(app: App[object]) -> Iterator[str]:
    """Every text that can be reached in the program as it stands, on all screens, beyond their edges, hidden or not."""
    yield from (text for each in app._notifications for text in (each.title, each.message))
    for screen in app.screen_stack:
        for widget in screen.walk_children(with_self=True):
            yield from _texts_of(widget)


def _texts_of(widget: Widget) -> Iterator[str]:
    yield from (str(each) for each in (widget.border_title, widget.border_subtitle, widget.tooltip) if each)
    match widget:
        case OptionList():
            yield from (str(option.prompt) for option in widget.options)
        case DataTable():
            yield from (str(column.label) for column in widget.columns.values())
            yield from (str(cell) for row in widget.rows for cell in widget.get_row(row))
        case Input():
            yield from (widget.value, widget.placeholder)
        case Select():
            yield from (str(prompt) for prompt, _value in widget._options)
        case Button():
            yield str(widget.label)
        case _:
            yield drawn_from(widget)


def drawn_from(widget: Widget) -> str:
    """What a widget draws, as text, however little of it there is room for."""
    if type(widget).render is Widget.render:
        return ""
    rendered = widget.content if isinstance(widget, Static) else widget.render()
    return str(rendered) if isinstance(rendered, str | Content | Text) else ""


def cut_off(app: App[object]) -> list[str]:
    """Texts of the screen in front that are not drawn to their end for want of room."""
    found = []
    for widget in app.screen.query("Static, Label, Button, FooterKey"):
        if not (widget.is_on_screen and widget.size.area and widget.visible):
            continue
        text = str(widget.label) if isinstance(widget, Button) else drawn_from(widget)
        drawn = "".join(strip.text for strip in widget.render_lines(Region(0, 0, *widget.outer_size)))
        if squeezed(widget) or bare(text) not in bare(drawn):
            found.append(text)
    titled = [(str(each.border_title or ""), each) for each in app.screen.query("*") if each.is_on_screen]
    return found + [title for title, each in titled if title and each.outer_size.width < cell_len(title) + 4]


def squeezed(widget: Widget) -> bool:
    """Whether a widget sticks out of one around it where nobody can scroll to it."""
    fixed_x = fixed_y = True
    for around in widget.ancestors:
        if isinstance(around, Widget):
            fixed_x = fixed_x and around.styles.overflow_x == "hidden"
            fixed_y = fixed_y and around.styles.overflow_y == "hidden"
            right, bottom = widget.region.right > around.region.right, widget.region.bottom > around.region.bottom
            if (fixed_x and right) or (fixed_y and bottom) or widget.region.right > widget.screen.size.width:
                return True
    return False


def bare(text: str) -> str:
    """A text without its spaces and without what a terminal cannot show."""
    return re.sub(r"\s", "", text)


CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*", re.ASCII)
KEYS = frozenset({*(f"F{number}" for number in range(1, 11)), "Esc", "Enter", "Tab", "Ctrl+S", "Ctrl+P"})
"""What stands on the keys of a keyboard."""
LETTERS = frozenset("anijkgGBDENOPW")
"""Keys that are letters."""
CHINESE_USES = frozenset({"W1", "bp"})
"""The window's name in the scenario; the unit in which the rules state the floor."""


def stray_words(app: App[object], *paths: Path) -> set[str]:
    """What can be read in the wrong language, names and paths apart; a payload shown to the letter is no language."""
    strays = stray_in_chinese if spoken() == SOURCE_LANGUAGE else stray_in_english
    found = set[str]()
    for text in texts(app):
        own, _heading, _letters = text.partition(_("签字的全文："))
        for path in paths:
            own = re.sub(re.escape(str(path)) + r"[\w./-]*", "", own)
        for name in shipped_names():
            own = own.replace(name, "")
        found |= strays(own)
    return found


def stray_in_chinese(text: str) -> set[str]:
    """Latin words that a Chinese reader is not used to."""
    return set(LATIN.findall(text)) - KEYS - LETTERS - CHINESE_USES


def stray_in_english(text: str) -> set[str]:
    """Lines with a Chinese sign, be it a comma."""
    return {line for line in text.splitlines() if CHINESE.search(line)}


@cache
def shipped_names() -> tuple[str, ...]:
    """What nobody translates in the scenarios that come with the program, longest first."""
    shipped = [read_scenario(file).scenario for file in shipped_scenarios()]
    told = {text for each in shipped for text in (each.title, each.aim)}
    names = {name for each in shipped for name in names_in(each.plan)}
    return tuple(sorted(told | names, key=len, reverse=True))


def names_in(plan: Plan) -> set[str]:
    """Names of a plan, and titles of the documents that its rules cite."""
    people = [text for person in plan.roster for text in (person.name, person.organisation, person.sending_unit)]
    issues = [issue.name for window in plan.windows for issue in window.issues]
    rules = [text for known in in_force(plan) for text in (marked(known.citation, known.basis), known.citation)]
    order = unruled("", "", say("")).citation
    known = {*people, *issues, *rules, order, *plan.members, plan.issuer, plan.department, plan.venue}
    return {name for name in known if name}
