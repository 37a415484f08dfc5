"""The time left until the window opens or closes, in large digits, and to what it runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Digits, Label

from auction.day import WindowPhase
from auction.language import Message, say
from tui.widgets.reword import reword
from tui.widgets.signs import drawn_plainly

SOON_S = 60


class Countdown(Vertical):
    """Large digits over a line of words; the last minute is coloured and said."""

    DEFAULT_CSS = """
    Countdown { width: 1fr; height: auto; }
    Countdown Digits { width: 1fr; text-align: center; color: $foreground; text-style: bold; }
    Countdown.-soon Digits { color: $warning; }
    Countdown.-over Digits { display: none; }
    Countdown Label { width: 1fr; text-align: center; color: $foreground 80%; }
    Countdown.-soon Label { color: $warning; }
    """

    def compose(self) -> ComposeResult:
        """Digits and words."""
        yield Digits("00:00:00")
        yield Label("", markup=False)

    def show(self, now: datetime, opens: datetime, closes: datetime, phase: WindowPhase, window: str) -> None:
        """Count down to the opening, then to the close; afterwards say when it closed."""
        left, sentence = _left(now, opens, closes, phase, window)
        written = "" if left is None else _clock(left)
        soon = left is not None and 0 < left.total_seconds() <= SOON_S
        plainly = drawn_plainly(self)
        self.set_class(left is None or plainly, "-over")
        self.set_class(soon, "-soon")
        if soon:
            sentence = say("{sentence}：最后一分钟", sentence=sentence)
        digits = self.query_one(Digits)
        if written != digits.value:
            digits.update(written)
        reword(self.query_one(Label), f"{written}  {sentence}" if plainly and written else str(sentence))


def _left(
    now: datetime, opens: datetime, closes: datetime, phase: WindowPhase, window: str
) -> tuple[timedelta | None, Message]:
    """The time left, if any is counted, and what it leads to."""
    nothing = timedelta(0)
    match phase:
        case WindowPhase.CANCELLED:
            return None, say("{window} 已取消", window=window)
        case WindowPhase.PREPARED | WindowPhase.SENT if now < opens:
            return opens - now, say("{window} 距开始投标（{time}）", window=window, time=f"{opens:%H:%M:%S}")
        case WindowPhase.PREPARED | WindowPhase.SENT:
            return nothing, say("{window} 已到投标时间（{time}），尚未开始", window=window, time=f"{opens:%H:%M:%S}")
        case WindowPhase.OPEN:
            left = max(nothing, closes - now)
            return left, say("{window} 距截标（{time}）", window=window, time=f"{closes:%H:%M:%S}")
        case _:
            return None, say("{window} 已于 {time} 截标", window=window, time=f"{closes:%H:%M:%S}")


def _clock(left: timedelta) -> str:
    """Hours, minutes and seconds; a second begun counts whole, so that zero means over."""
    seconds = -int(-left.total_seconds() // 1)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
