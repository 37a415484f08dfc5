"""The answer of a study on the screen: what each arm comes to, what each change brings, and what that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from auction.language import _, say
from tui.commands.lab import ARM, CHANGES, gain_of, measured, plus_minus, side_words
from tui.commands.lab import Column as Figure
from tui.output import one_line
from tui.widgets.intervals import Estimate, Intervals
from tui.widgets.listtable import Column, ListTable

if TYPE_CHECKING:
    from sim.lab.answer import Answer, ArmAnswer, PairAnswer

T = TypeVar("T")

ARMS: tuple[Figure[ArmAnswer], ...] = (
    *ARM,
    Figure(say("票面利率%"), lambda arm: plus_minus(arm.coupon, 4)),
    measured(say("贴下限%"), "floor_hit", 1, 100),
    measured(say("全场倍数"), "cover", 2),
    measured(say("未招满%"), "short", 1, 100),
    Figure(say("还能多得bp"), gain_of),
)


class AnswerView(VerticalScroll):
    """Tables, pictures and sentences, one below the other."""

    DEFAULT_CSS = """
    AnswerView { height: 1fr; padding: 0 1; }
    AnswerView ListTable { height: auto; margin-bottom: 1; }
    AnswerView Static { width: 1fr; height: auto; }
    AnswerView .note { margin-top: 1; }
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(id="figures")
        self._answer = answer

    def compose(self) -> ComposeResult:
        """The arms, the pairs where there are any, the notes."""
        answer = self._answer
        yield Static(one_line(answer.question), classes="title", markup=False)
        told = _("每个方案 {n} 场；± 后是区间的一半，什么时候停下都有 95% 的把握")
        yield Static(told.format(n=answer.n), markup=False)
        yield ListTable(id="arm-figures")
        yield Static(_("票面利率与它的区间"), classes="title", markup=False)
        yield Intervals(id="coupons")
        if answer.pairs:
            yield ListTable(id="pair-figures")
            yield Static(_("票面利率的变动与它的区间"), classes="title", markup=False)
            yield Intervals(id="changes")
            yield Static(_("各对比的区间合起来有 95% 的把握，单独看更高"), markup=False)
        for note in answer.notes():
            yield Static(one_line(str(note)), classes="note", markup=False)

    def on_mount(self) -> None:
        """Put the figures into the tables and the pictures."""
        answer = self._answer
        fill(self.query_one("#arm-figures", ListTable), ARMS, answer.arms)
        self.query_one("#coupons", Intervals).show([coupon_of(arm) for arm in answer.arms], "%")
        if answer.pairs:
            fill(self.query_one("#pair-figures", ListTable), CHANGES, answer.pairs)
            self.query_one("#changes", Intervals).show([change_of(pair) for pair in answer.pairs], "bp", 0.0)


def fill(table: ListTable, figures: Sequence[Figure[T]], rows: Sequence[T]) -> None:
    """These figures of these rows, words to the left."""
    columns = [Column(str(figure.heading), "left" if figure.words else "right") for figure in figures]
    table.fill(columns, {str(at): tuple((figure.cell(row), "") for figure in figures) for at, row in enumerate(rows)})


def coupon_of(arm: ArmAnswer) -> Estimate:
    """An arm's coupon, percent."""
    coupon = arm.coupon
    name = f"{one_line(arm.name)} {side_words(arm.adapts)}"
    return Estimate(name, plus_minus(coupon, 4), coupon.mean, coupon.low, coupon.high)


def change_of(pair: PairAnswer) -> Estimate:
    """What a pair's coupon gains, bp."""
    gained = pair.figures["spread_bp"]
    name = f"{one_line(pair.from_)} -> {one_line(pair.to)} {side_words(pair.adapts)}"
    return Estimate(name, plus_minus(gained, 3), gained.mean, gained.low, gained.high)
