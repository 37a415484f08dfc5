"""The instructor's questions: what is to go wrong and with whom, which step to go back to, at which pace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auction.language import Message, _, say
from tui.instructing import inject, steps_told, strikeable, targets
from tui.player import Player, Told
from tui.screens.ask import ChoiceModal

if TYPE_CHECKING:
    from textual.app import App


async def let_happen(app: App[object], player: Player) -> Told | None:
    """Ask what is to go wrong, then with whom; None where nothing was chosen. Raises BadInput, JournalError."""
    kinds = {kind.id: kind for kind in strikeable(player)}
    if not kinds:
        app.notify(_("此刻没有会发生的突发情况"))
        return None
    names = [(name, str(kind.name)) for name, kind in kinds.items()]
    chosen = await app.push_screen_wait(ChoiceModal(_("让什么发生？"), names))
    if chosen is None:
        return None
    kind = kinds[chosen]
    able = targets(player, kind)
    target = able[0][0] if len(able) == 1 else ""
    if len(able) > 1:
        asked = await choose(app, say("{name}：落在谁身上、哪里？", name=kind.name), able)
        if asked is None:
            return None
        target = asked
    return inject(player, kind, target)


async def choose_step(app: App[object], player: Player) -> int | None:
    """Ask which row of the journal to go back to; the last stands first under the pen."""
    steps = steps_told(player)
    chosen = await app.push_screen_wait(ChoiceModal(_("退回到哪一步之后？（/ 查找）"), steps, len(steps) - 1))
    return None if chosen is None else int(chosen)


async def choose(app: App[object], title: Message, choices: Sequence[tuple[str, Message]]) -> str | None:
    """Ask for one of several."""
    return await app.push_screen_wait(ChoiceModal(str(title), [(value, str(words)) for value, words in choices]))
