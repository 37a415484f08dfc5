"""What people read beside a form, before a signature, at the end of a day, and under F1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from auction.breach import Basis
from auction.commands.guard import role_of
from auction.errors import KaibiaoError
from auction.language import _, say
from auction.plan import Role
from auction.verify import verify
from auction.wording import FIELD_NAMES, PHASE_NAMES, ROLE_NAMES, VALUE_NAMES
from tui.actions import Action
from tui.played import mark
from tui.player import Player
from tui.todo import Seen, Todo

DUTIES = {
    Role.OPERATOR: say("经办人：按发行文件录入标书，按前一晚的曲线录入区间，发标；截标后复算、确认中标，公告并结算。"),
    Role.CHECKER: say("复核人：独立再录一遍标书和区间，与经办人逐项核对；复核中标。"),
    Role.LEAD_OFFICER: say("发行人员负责人：封闭现场；看过结果与复算后签字；必要时作废重来。"),
    Role.SUPERVISOR: say("监督员：检查人员、通讯、应急操作并会签；看过结果后签字；封存日志。"),
    Role.TECHNICIAN: say("支持部门人员：登记、收存设备、开屏蔽、测录音；结束登记，解除封闭。"),
    Role.UNDERWRITER: say("承销团成员：在时间内投标，可以替换或撤回；中标后报债权托管申请书。"),
    Role.OBSERVER: say("观察员：看着。"),
}


def beside_form(player: Player, todo: Todo) -> str:
    """What the form is filled from: the published documents, the benchmark calculator, the range, the award."""
    bond = todo.fixed.get("bond")
    if todo.kind in ("notice_entered", "notice_checked") and bond:
        return _("发行文件") + "\n\n" + _documents(player, bond)
    if todo.kind in ("range_entered", "range_checked") and bond:
        return _calculator(player, bond)
    if todo.kind == "bid_received" and bond:
        benchmark = player.benchmark(bond)
        span = {"low": benchmark["low"], "high": benchmark["high"]}
        return _("投标区间 {low} 至 {high}").format(**span) + "\n\n" + _documents(player, bond)
    return ""


def _documents(player: Player, bond: str) -> str:
    terms = player.documents(bond)
    return "\n".join(f"{FIELD_NAMES[name]}  {shown_value(str(value))}" for name, value in terms.items())


def shown_value(value: str) -> str:
    """A field's value in words where it is a word of ours."""
    return str(VALUE_NAMES.get(value, value))


def _calculator(player: Player, bond: str) -> str:
    benchmark: Seen = player.benchmark(bond)
    lines = [_("五日均值计算"), ""]
    lines += [f"{each['day']}  {each['yield']} %" for each in benchmark["days"]]
    lines += ["", f"{FIELD_NAMES['mean']}  {benchmark['mean']} %"]
    for name, words in (("floor", _("下限加点")), ("cap", _("上限幅度"))):
        rule = benchmark[name]
        lines += ["", f"{words}  {rule['value']}{mark(Basis(rule['basis']))}", f"  {rule['citation']}"]
    return "\n".join([*lines, "", _("区间由均值加减后四舍五入到 0.01 %，上限用未取整的均值。")])


def payload_text(seen: Seen, todo: Todo) -> str:
    """What is about to be signed, in words and then to the letter."""
    window = next((w for w in seen["windows"] if w["id"] == todo.fixed.get("window")), None)
    if window is None or "payload" not in window:
        return _("以监督员和支持部门人员的签名封存到此为止的日志。")
    payload = json.loads(window["payload"])
    lines = []
    for bond, result in payload["results"].items():
        price = result.get("coupon") or result.get("price") or _("流标")
        figures = {"bond": bond, "price": price, "issued": result["issued"], "cover": result["cover"] or "—"}
        lines.append(_("{bond}：{price}，实际发行 {issued} 亿元，投标倍数 {cover}").format(**figures))
    lines += ["", _("推定的取值：")]
    lines += [f"  {entry['rule']} = {entry['value']}（{entry['citation']}）" for entry in payload["assumed"]]
    return "\n".join([*lines, "", _("签字的全文："), json.dumps(payload, ensure_ascii=False, indent=1)])


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
    return "\n".join([*lines, *(str(file) for file in played.files)])


def help_text(seat: str, actions: Sequence[Action]) -> str:
    """What the seat is for, and every key."""
    role, _name = role_of(seat)
    keys = [f"{action.key.upper():<5} {action.words}  {action.help}" for action in actions]
    moves = [
        _("↑ ↓ 或 j k  在清单里移动；Enter 办理；g G 到头到尾"),
        _("Tab  在席位台与公示板之间移动；Ctrl+P  命令面板"),
    ]
    return "\n".join([str(DUTIES.get(role, ROLE_NAMES[role])), "", *keys, "", *moves])


