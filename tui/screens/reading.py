"""What people read beside a form, before a signature, at the end of a day, and under F1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from textual.content import Content

from auction.commands.guard import role_of
from auction.day import BEFORE_CLOSE
from auction.errors import KaibiaoError, bad_input
from auction.language import _, say
from auction.plan import Role
from auction.seat import DESK
from auction.verify import verify
from auction.wording import PHASE_NAMES, ROLE_NAMES
from sim.debrief import debrief, markdown
from tui.about import payload_lines
from tui.actions import Action
from tui.player import Player
from tui.readable import readable
from tui.todo import Seen, Todo

DUTIES = {
    Role.OPERATOR: say("经办人：按发行文件录入标书，按前一晚的曲线录入区间，发标；截标后复算、确认中标，公告并结算。"),
    Role.CHECKER: say("复核人：独立再录一遍标书和区间，与经办人逐项核对；复核中标。"),
    Role.LEAD_OFFICER: say("发行人员负责人：封闭现场；看过结果与复算后签字；必要时作废重来。"),
    Role.SUPERVISOR: say("监督员：检查人员、通讯、应急操作并会签；看过结果后签字；封存日志。"),
    Role.TECHNICIAN: say("支持部门人员：登记、收存设备、开屏蔽、测录音；结束登记，解除封闭。"),
    Role.UNDERWRITER: say("承销团成员：在时间内投标，可以替换或撤回；中标后报债权托管申请书。"),
    Role.OBSERVER: say("观察员：看着。"),
    Role.INSTRUCTOR: say("教员：让突发情况发生，记一笔，调钟，退回某一步另走；不在现场，也看不到投标。时钟不等教员。"),
    Role.BOOKRUNNER: say("簿记管理人：组织承销现场，录入标书和区间，发标、复算、确认，与监督员一起签字。"),
}


def payload_text(player: Player, seen: Seen, todo: Todo) -> str:
    """What is about to be signed, in words and then to the letter."""
    window = next((w for w in seen["windows"] if w["id"] == todo.fixed.get("window")), None)
    if window is None or "payload" not in window:
        return _("以监督员和支持部门人员的签名封存到此为止的日志。")
    payload = json.loads(window["payload"])
    whole = json.dumps(payload, ensure_ascii=False, indent=1)
    return "\n".join([*payload_lines(player, window["payload"]), "", _("签字的全文："), whole])


def ending(player: Player) -> str:
    """The files of the finished day and their verification."""
    try:
        played = player.write_up()
    except KaibiaoError as error:
        return str(error)
    results = [file.read_bytes() for file in played.files if file.name == "result.json"]
    found = verify(results, player.journal.rows(), None)
    verdict = _("签名完好，身份未核实") if found.ok else _("核验未通过")
    facts = {"phase": PHASE_NAMES[player.rehearsal.day.phase], "score": played.score}
    lines = [_("终态：{phase}，得分 {score} / 100").format(**facts), verdict, ""]
    lines += [f"✘ {problem}" for problem in found.problems]
    return "\n".join([*lines, *(str(file) for file in played.files), "", _("返回之后按 D 看复盘")])


def debrief_text(player: Player, seat: str) -> Content:
    """The debrief, for the instructor once the windows are closed, for the others once all is over. Raises BadInput."""
    role, _name = role_of(seat)
    day = player.rehearsal.day
    closed = all(state.phase not in BEFORE_CLOSE for state in day.windows.values())
    if not player.finished and role is not Role.INSTRUCTOR and not (closed and role in DESK):
        raise bad_input(say("截标之前不能复盘；成员要等演练结束"))
    return readable(markdown(debrief(player.journal.rows())))


def help_text(seat: str, actions: Sequence[Action]) -> str:
    """What the seat is for, and every key."""
    role, _name = role_of(seat)
    keys = [f"{action.key.upper():<5} {action.words}  {action.help}" for action in actions]
    moves = [
        _("↑ ↓ 或 j k  在清单里移动；Enter 办理；g G 到头到尾"),
        _("Tab  在席位台与公示板之间移动；Ctrl+P  命令面板"),
    ]
    return "\n".join([str(DUTIES.get(role, ROLE_NAMES[role])), "", *keys, "", *moves])


