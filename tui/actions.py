"""Every action of the room, once: its id, its key, its words. Bindings, palette and help are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding

from auction.language import Message, say


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can ask of the room."""

    id: str
    key: str
    words: Message
    help: Message
    shown: bool = True
    """Whether the footer has room for it; help and palette always do."""

    @property
    def on_desk(self) -> Message:
        """The words with the key before them."""
        return say("{key}  {words}", key=self.key.upper(), words=self.words)

    def binding(self) -> Binding:
        """The binding; its words are put into the language of the moment by the screen that shows it."""
        return Binding(
            self.key,
            self.id,
            self.words.text,
            show=self.shown,
            key_display=self.key.upper(),
            tooltip=self.help.text,
            id=self.id,
        )


def bindings(actions: Iterable[Action]) -> list[Binding]:
    """The bindings of actions; a letter does the same whether it is typed small or large."""
    actions = tuple(actions)
    letters = [action for action in actions if len(action.key) == 1]
    large = [Binding(action.key.upper(), action.id, show=False, system=True) for action in letters]
    return [*(action.binding() for action in actions), *large]


SHOW_INCIDENTS = Action("incidents", "o", say("突发情况"), say("出了什么事，怎么处置的"), shown=False)
SHOW_WAITING = Action("waiting", "w", say("谁在等谁"), say("谁有事要办、从什么时候起，谁在等"), shown=False)
SHOW_DEBRIEF = Action("debrief", "d", say("复盘"), say("截标之后，或演练结束之后，回头看这一天"), shown=False)
INJECT = Action("inject", "e", say("让突发情况发生"), say("挑一种此刻会发生的情况，再挑落在谁身上"), shown=False)
NOTE = Action("note", "n", say("记一笔"), say("记下此刻看到的，复盘时按时刻列出"), shown=False)
PACE = Action("pace", "p", say("调钟"), say("停住、实时、五倍、六十倍、全速，记入日志"), shown=False)
BACK = Action("back", "b", say("退回另走"), say("退回某一步另走一条路；原来的日志原样留着"), shown=False)

ROOM: tuple[Action, ...] = (
    Action("help", "f1", say("帮助"), say("说明这里能做什么")),
    Action("seat", "f2", say("换席位"), say("换一个人坐下：日志会记下谁坐在哪里")),
    Action("board", "f3", say("公示板"), say("窄屏时在席位台与公示板之间切换")),
    Action("speed", "f4", say("快慢"), say("实时、五倍、六十倍、能走多快走多快")),
    Action("pause", "f5", say("暂停"), say("停住或继续走钟")),
    Action("step", "f6", say("一步"), say("走到脚本席位的下一个动作"), shown=False),
    Action("waive", "f7", say("不等我"), say("时钟不再等你现在该做的这件事")),
    Action("language", "f8", say("语言"), say("换一种语言")),
    Action("theme", "f9", say("深浅"), say("深色、浅色、单色"), shown=False),
    Action("leave", "f10", say("离开"), say("离开演练室；什么都不会丢，下次可以续演")),
    SHOW_INCIDENTS,
    SHOW_WAITING,
    SHOW_DEBRIEF,
)
INSTRUCTOR: tuple[Action, ...] = (INJECT, NOTE, PACE, BACK)
"""What only the instructor can ask of the room."""

OPEN_LABORATORY = Action("laboratory", "f6", say("实验室"), say("比较几套规则：同一批模拟招标，看票面利率差多少"))
LABORATORY: tuple[Action, ...] = (
    Action("help", "f1", say("帮助"), say("说明这里能做什么")),
    Action("answer", "f3", say("答案"), say("在实验与答案之间切换")),
    Action("run", "f5", say("做实验"), say("用勾选的方案做；做过的接着做")),
    Action("stop", "f7", say("停下"), say("停下实验：做完的留着，并说明它值多少")),
    Action("language", "f8", say("语言"), say("换一种语言")),
    Action("theme", "f9", say("深浅"), say("深色、浅色、单色")),
    Action("leave", "f10", say("返回"), say("回到大厅；做完的都留在 studies 文件夹里")),
)
"""What can be asked of the laboratory."""
