"""What every screen does: it speaks the language of the moment, asks for room, and owns up to its workers' faults."""

from __future__ import annotations

from dataclasses import replace

from textual.screen import ActiveBinding, ModalScreen, Screen, ScreenResultType
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from auction.errors import KaibiaoError
from auction.language import Message, _
from tui.errorlog import in_words
from tui.fieldhelp import help_for

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


def reworded(bindings: dict[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """The bindings in the language in force."""
    return {
        key: active._replace(
            binding=replace(active.binding, description=str(Message(active.binding.description))),
            tooltip=str(Message(active.tooltip)) if active.tooltip else "",
        )
        for key, active in bindings.items()
    }


def help_here(screen: Screen[ScreenResultType]) -> str:
    """What the part that has the pen wants, and the keys of the screen."""
    wants = help_for(str(screen.focused.id).removeprefix("f-")) if screen.focused else ""
    shown = (active.binding for active in screen.active_bindings.values() if active.binding.show)
    keys = [f"{binding.key_display or binding.key:<8} {binding.description}" for binding in shown]
    return "\n".join([wants, "", *keys] if wants else keys)


class MoreRoom(Static):
    """Asks for a larger window; it lies over the screen, so that what is below keeps focus, cursor and text."""

    DEFAULT_CSS = "MoreRoom { layer: above; width: 100%; height: 100%; padding: 1 2; background: $background; }"

    def __init__(self) -> None:
        least = {"width": LEAST_WIDTH, "height": LEAST_HEIGHT}
        super().__init__(_("请把窗口放大到至少 {width}×{height}；什么都没有丢。").format(**least), markup=False)


def ask_for_room(screen: Screen[ScreenResultType]) -> None:
    """Ask for a larger window while this one is too small."""
    tiny = screen.size.width < LEAST_WIDTH or screen.size.height < LEAST_HEIGHT
    asking = screen.query(MoreRoom)
    if tiny and not asking:
        screen.mount(MoreRoom())
    elif not tiny:
        asking.remove()


def own_up(screen: Screen[ScreenResultType], changed: Worker.StateChanged) -> None:
    """Tell of a worker that failed, once; the room goes on."""
    if changed.state is WorkerState.ERROR and changed.worker.error:
        error = changed.worker.error
        title = _("没有办成") if isinstance(error, KaibiaoError) else _("这一步出错，演练继续")
        screen.notify(str(in_words(error)), title=title, severity="error", timeout=15, markup=False)


class SpokenScreen(Screen[None]):
    """A screen whose footer and help speak the language in force."""

    DEFAULT_CSS = "SpokenScreen { layers: base above; }"

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings in the language in force."""
        return reworded(super().active_bindings)

    def on_resize(self) -> None:
        """Ask for a larger window while this one is too small."""
        ask_for_room(self)

    def on_worker_state_changed(self, changed: Worker.StateChanged) -> None:
        """Tell of a worker that failed."""
        own_up(self, changed)


class SpokenModal(ModalScreen[ScreenResultType]):
    """A modal whose footer speaks the language in force."""

    DEFAULT_CSS = "SpokenModal { layers: base above; }"

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings in the language in force."""
        return reworded(super().active_bindings)

    def on_resize(self) -> None:
        """Ask for a larger window while this one is too small."""
        ask_for_room(self)

    def on_worker_state_changed(self, changed: Worker.StateChanged) -> None:
        """Tell of a worker that failed."""
        own_up(self, changed)
