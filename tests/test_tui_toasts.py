"""A message that is shown late goes away again, and keeps nothing busy."""

import pytest
from textual.app import App
from textual.notifications import Notification
from textual.widgets._toast import Toast

from tui.toasts import LEAST_S, install

UPSTREAM = Toast._on_mount


async def waits_of_a_late_toast(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long a toast asks to be shown whose time was up before it came onto the screen."""
    waits: list[float] = []
    monkeypatch.setattr(Toast, "set_timer", lambda toast, seconds, callback: waits.append(seconds))
    async with App().run_test() as pilot:
        await pilot.app.mount(Toast(Notification("迟到的话", timeout=-1)))
        await pilot.pause()
    return waits


async def test_a_late_toast_is_shown_for_a_moment(monkeypatch):
    monkeypatch.setattr(Toast, "_on_mount", UPSTREAM)
    install()
    assert await waits_of_a_late_toast(monkeypatch) == [LEAST_S]


async def test_textual_itself_still_lets_a_late_toast_run_a_timer_of_less_than_nothing(monkeypatch):
    monkeypatch.setattr(Toast, "_on_mount", UPSTREAM)
    mended = "Textual gives late toasts a time of their own now: take tui/toasts.py away"
    assert all(seconds < 0 for seconds in await waits_of_a_late_toast(monkeypatch)), mended
