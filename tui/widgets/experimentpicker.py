"""Which experiment, and which of its arms: the experiments at the left, question and arms at the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from auction.errors import bad_input
from auction.language import _, say
from tui.output import one_line
from tui.screens.lobby import SeatList
from tui.widgets.picklist import PickList

if TYPE_CHECKING:
    from sim.lab.experiment import Prepared
    from tui.experiments import Offered


class ExperimentPicker(Horizontal):
    """The experiments and the arms of the one under the cursor."""

    def __init__(self, left_out: dict[Path, frozenset[int]]) -> None:
        """`left_out` keeps the places of the arms that take no part, by experiment file."""
        super().__init__(id="floor")
        self._left_out = left_out
        self._experiments: Sequence[Offered] = ()
        self._shown: Offered | None = None
        """The experiment whose arms stand at the right."""

    def compose(self) -> ComposeResult:
        """Two columns."""
        with Vertical(id="left"):
            yield Label(_("实验：自带的，以及本文件夹里的"), classes="title")
            yield PickList(id="experiments", markup=False)
            yield Label(_("正在读取…"), id="reading")
        with Vertical(id="right"):
            with VerticalScroll(id="question", can_focus=False):
                yield Static(markup=False)
            yield Label(_("方案（空格选取，选中的第一个是基准）"), classes="title")
            yield SeatList(id="arms")

    def chosen(self) -> Prepared:
        """The experiment under the cursor with the arms that are ticked. Raises BadInput."""
        from tui.experiments import with_arms

        self._catch_up()
        if self._shown is None or self._shown.prepared is None:
            raise bad_input(say("这个实验做不了：原因写在上面"))
        if not self._places():
            raise bad_input(say("请至少选一个方案"))
        return with_arms(self._shown.prepared, self._places())

    def offer(self, experiments: Sequence[Offered], all_read: bool) -> None:
        """Add what is not listed yet."""
        self._experiments = experiments
        listed = self.query_one("#experiments", PickList)
        listed.add_options([Option(line_of(each)) for each in experiments[listed.option_count :]])
        self.query_one("#reading").display = not all_read
        if listed.highlighted is None and experiments:
            listed.highlighted = 0

    @on(OptionList.OptionHighlighted, "#experiments")
    def _catch_up(self) -> None:
        """Show the experiment under the cursor, however fast keys came."""
        place = self.query_one("#experiments", PickList).highlighted
        if place is not None and self._experiments[place] is not self._shown:
            self._show(self._experiments[place])

    def _show(self, offered: Offered) -> None:
        """Its question and its arms, or what is wrong with it."""
        self.remember()
        self._shown = offered
        arms = self.query_one("#arms", SeatList)
        arms.clear_options()
        told = str(offered.wrong or "")
        if offered.prepared:
            told = one_line(offered.prepared.experiment.question)
            left_out = self._left_out.get(offered.file, frozenset())
            for place, arm in enumerate(offered.prepared.experiment.arms):
                arms.add_option(Selection(Content(one_line(arm.name)), str(place), place not in left_out))
        self.query_one("#question Static", Static).update(told)
        self.query_one("#question").scroll_home(animate=False)

    def remember(self) -> None:
        """Keep which arms of the experiment at the right take no part."""
        if self._shown and self._shown.prepared:
            arms = range(len(self._shown.prepared.experiment.arms))
            self._left_out[self._shown.file] = frozenset(arms) - frozenset(self._places())

    def _places(self) -> list[int]:
        return sorted(map(int, self.query_one("#arms", SelectionList).selected))

    @on(OptionList.OptionSelected, "#experiments")
    def to_arms(self) -> None:
        """Enter on an experiment goes on to its arms."""
        arms = self.query_one("#arms", SeatList)
        arms.focus()
        if arms.highlighted is None and arms.option_count:
            arms.highlighted = 0


def line_of(offered: Offered) -> str:
    """An experiment in the list."""
    return f"{offered.title}\n  {_('打不开，原因见右')}" if offered.wrong else offered.title
