"""The laboratory: which experiment, which of its arms; run in a thread, stopped at will, and its answer in pictures.

It stands on the screen at once; the experiments come from a thread, one after another, and so does a study.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message import Message as Posted
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from auction.errors import KaibiaoError
from auction.language import Message, _, say
from tui.actions import LABORATORY
from tui.screens.base import SpokenScreen, help_here
from tui.widgets.experimentpicker import ExperimentPicker
from tui.widgets.keybar import KeyBar
from tui.widgets.picklist import PickList
from tui.widgets.signs import signs_for

if TYPE_CHECKING:
    from sim.lab.answer import Answer
    from sim.lab.study import Progress
    from tui.experiments import Offered, Run

READING, STUDY = "reading", "study"
"""The groups of workers."""


class Laboratory(SpokenScreen):
    """Where sets of rules are compared."""

    BINDINGS = [action.binding() for action in LABORATORY]
    actions = LABORATORY

    class Read(Posted):
        """One more experiment has been read; none when there are no more."""

        def __init__(self, offered: Offered | None) -> None:
            super().__init__()
            self.offered = offered

    class Told(Posted):
        """How far the study is."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Answered(Posted):
        """What the study comes to; nothing where it was stopped too early."""

        def __init__(self, answer: Answer | None, folder: Path) -> None:
            super().__init__()
            self.answer, self.folder = answer, folder

    def __init__(self) -> None:
        super().__init__()
        self._experiments: list[Offered] = []
        self._all_read = False
        self._left_out: dict[Path, frozenset[int]] = {}
        """The places of the arms that take no part, by experiment file."""
        self._stands = False
        self._run: Run | None = None
        self._leaving = False
        """Whether the screen goes as soon as the study has stopped."""
        self._answer: Answer | None = None
        self._line = say("F5 做实验")
        """What stands at the foot."""

    def compose(self) -> ComposeResult:
        """The experiments and their arms, how far the study is below."""
        yield Static(_(" 开标 · 政策实验室    同一批模拟招标下比较几套规则"), id="head", markup=False)
        yield ExperimentPicker(self._left_out)
        yield Static(id="progress", markup=False)
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Show, then read."""
        self._stand()
        read = partial(self.run_worker, self._read, group=READING, thread=True, exit_on_error=False)
        self.call_after_refresh(read)

    def _stand(self) -> None:
        """Everything is composed; put into it what is known."""
        self._stands = True
        self._list()
        self._say(self._line)
        self.query_one("#experiments").focus()

    @property
    def _picker(self) -> ExperimentPicker:
        return self.query_one(ExperimentPicker)

    def _list(self) -> None:
        if self._stands:
            self._picker.offer(self._experiments, self._all_read)

    def _read(self) -> None:
        """In a thread: every experiment there is."""
        from tui.experiments import experiments

        for offered in experiments():
            if get_current_worker().is_cancelled:
                return
            self.post_message(self.Read(offered))
        self.post_message(self.Read(None))

    @on(Read)
    def take_in(self, read: Read) -> None:
        """One more experiment to choose."""
        if read.offered is None:
            self._all_read = True
        else:
            self._experiments.append(read.offered)
        self._list()

    def action_run(self) -> None:
        """Run the experiment with the arms that are ticked, or say why not."""
        from tui.experiments import Run
        from tui.extras import require_laboratory

        if self._run or not self._experiments:
            return
        try:
            chosen = self._picker.chosen()
            require_laboratory()
        except KaibiaoError as error:
            self._say(say("{reason}", reason=str(error)))
            return
        self._say(say("正在准备…（第一次要编译，约半分钟）"))
        self._run = run = Run(chosen, lambda progress: self.post_message(self.Told(progress)))
        self.run_worker(partial(self._study, run), group=STUDY, thread=True, exit_on_error=False)

    def _study(self, run: Run) -> None:
        """In a thread: the whole study."""
        worker = get_current_worker()
        self.post_message(self.Answered(run.answer(lambda: worker.is_cancelled), run.folder))

    @on(Told)
    def show_progress(self, told: Told) -> None:
        """A bar, how far it is, and the time left."""
        from tui.experiments import progress_told

        if self._run and not self._run.stopping:
            self._say(progress_told(told.progress, signs_for(self)))

    def action_stop(self) -> None:
        """Stop the study; what is done is kept."""
        if self._run:
            self._run.stop()
            self._say(say("正在停下，做完的都留着…"))

    @on(Answered)
    async def show_answer(self, answered: Answered) -> None:
        """The answer, or that there is none yet."""
        from tui.experiments import answered_told

        self._answer = answered.answer or self._answer
        self._end(answered_told(answered.answer, answered.folder))
        if answered.answer and self._stands and not self._leaving:
            await self._open_answer()

    def _end(self, line: Message) -> None:
        """No study is under way any more."""
        self._run = None
        self._say(line)
        if self._leaving and self.is_current:
            self.dismiss()

    @on(Worker.StateChanged)
    def stop_working(self, changed: Worker.StateChanged) -> None:
        """Where a worker broke off nothing more will come of it; the screen has said why."""
        if changed.state is not WorkerState.ERROR:
            return
        if changed.worker.group == READING:
            self.take_in(self.Read(None))
        else:
            self._end(say("这次没有做成；F5 再做"))

    async def _open_answer(self) -> None:
        """The answer in the place of the experiments."""
        from tui.widgets.answerview import AnswerView

        await self.query("AnswerView").remove()
        if self._answer is None:
            return
        view = AnswerView(self._answer)
        await self.mount(view, before="#progress")
        self.query_one("#floor").display = False
        view.focus()

    async def action_answer(self) -> None:
        """From the experiments to the answer, and back."""
        floor = self.query_one("#floor")
        if not floor.display:
            await self.query("AnswerView").remove()
            floor.display = True
            self.query_one("#experiments").focus()
        elif self._answer is None:
            self._say(say("还没有答案：F5 做实验"))
        else:
            await self._open_answer()

    async def action_language(self) -> None:
        """The other language, at once; what was chosen stays chosen, and the study goes on."""
        if not self._stands:
            return
        self._picker.remember()
        place = self.query_one("#experiments", PickList).highlighted
        answering = not self.query_one("#floor").display
        self._stands = False
        self.app.other_language()  # type: ignore[attr-defined]
        await self.recompose()
        self._stand()
        self.query_one("#experiments", PickList).highlighted = place
        if answering:
            await self._open_answer()
        self.refresh_bindings()

    def _say(self, line: Message) -> None:
        """Let this stand at the foot."""
        self._line = line
        if self._stands:
            self.query_one("#progress", Static).update(str(line))

    def action_help(self) -> None:
        """What the part that has the pen is for, and every key."""
        from tui.screens.ask import ReadModal

        self.app.push_screen(ReadModal(_("帮助"), help_here(self)))

    def action_theme(self) -> None:
        """The next theme."""
        self.app.next_theme()  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Back to the lobby; a study under way is stopped first."""
        if self._run:
            self._leaving = True
            self.action_stop()
        else:
            self.dismiss()
