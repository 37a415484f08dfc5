"""Screens that speak the language of the moment: bindings are re-worded whenever they are shown."""

from __future__ import annotations

from dataclasses import replace

from textual.screen import ActiveBinding, ModalScreen, Screen, ScreenResultType

from auction.language import Message


def reworded(bindings: dict[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """The bindings in the language in force."""
    return {
        key: active._replace(
            binding=replace(active.binding, description=str(Message(active.binding.description))),
            tooltip=str(Message(active.tooltip)) if active.tooltip else "",
        )
        for key, active in bindings.items()
    }


class SpokenScreen(Screen[None]):
    """A screen whose footer and help speak the language in force."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings in the language in force."""
        return reworded(super().active_bindings)


class SpokenModal(ModalScreen[ScreenResultType]):
    """A modal whose footer speaks the language in force."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings in the language in force."""
        return reworded(super().active_bindings)
