"""Every action of the room, once: its id, its key, its words. Bindings, palette and help are made from it."""

from __future__ import annotations

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
)
