"""The pages of what goes wrong: an incident and its answers, an emergency form, an announcement, the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auction.commands.guard import role_of
from auction.language import _
from auction.plan import Role
from auction.wording import FIELD_NAMES
from sim.incidents import CATALOGUE
from tui.forms import Seen, Todo
from tui.instructing import strikeable
from tui.output import aligned, one_line
from tui.player import Player
from tui.register import register_lines
from tui.trouble import FORM, INCIDENTS, WAITING

DONE, LACKING, EMPTY = "✔", "✘", "—"
MISLED = frozenset(
    {
        *("notice_entered", "notice_checked", "range_entered", "range_checked", "notices_sent"),
        *("bid_received", "emergency_form_received", "window_extended", "window_voided", "announcement_corrected"),
    }
)
"""The acts beside which one should have in sight what went wrong with their window or bond."""


def troubles_here(seen: Seen, todo: Todo) -> list[str]:
    """What the seat knows to have gone wrong with the window or bond that a thing to do is about."""
    places = {todo.fixed.get("bond"), todo.fixed.get("window")} - {None}
    if todo.kind not in MISLED:
        return []
    told = [each for each in seen.get("incidents", ()) if each["place"] in places and each["answer"] is None]
    return [f"! {each['at'][11:19]} {each['symptom']}" for each in told if each["symptom"]]


def _incident(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """The incident that is to be answered."""
    incident = next(each for each in seen["incidents"] if str(each["number"]) == todo.fixed["number"])
    lines = [f"{incident['at'][11:19]}  {incident['symptom'] or EMPTY}", ""]
    lines += [_("回车选一种处置；选定之后记入日志，不能改。"), ""]
    return [*lines, *(f"- {words}" for _id, words in todo.choices)]


def _incidents(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """Everything that went wrong, as far as the seat knows; the instructor sees what lies behind it."""
    lines: list[str] = []
    for incident in reversed(seen.get("incidents", ())):
        lines.append(f"{incident['at'][11:19]}  {incident['symptom'] or EMPTY}")
        if incident["waiting"] or incident["answer"]:
            state = _("待处置") if incident["waiting"] else _("处置：{answer}").format(answer=incident["answer"])
            lines.append(f"  {state}")
        lines += _behind(incident) if "detail" in incident else []
        lines.append("")
    return lines or [_("还没有突发情况")]


def _behind(incident: Seen) -> list[str]:
    """What only the instructor sees: the kind, its hidden facts, the right way and the lesson."""
    kind = CATALOGUE.get(incident["incident"])
    if kind is None:
        return []
    where = " ".join(str(part) for part in (incident["place"], incident["subject"]) if part)
    lines = [f"  {kind.name}  {where}".rstrip()]
    lines += [f"  {FIELD_NAMES.get(name, name)}  {one_line(value)}" for name, value in incident["detail"].items()]
    right = [str(response.words) for response in kind.responses if response.right]
    lines += [f"  {_('应当')}  {words}" for words in right]
    return [*lines, *([f"  {_('要点')}  {kind.lesson}"] if kind.lesson else [])]


def _form(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """An emergency form as it lies on the desk, its test key beside the one that its content calls for."""
    form = next((each for each in seen.get("forms", ()) if str(each["number"]) == todo.fixed["number"]), None)
    if form is None:
        return []
    same = form["test_key"] == form["test_key_due"]
    numbers = {"number": form["number"], "bond": form["bond"], "member": form["member"], "at": form["at"][11:19]}
    rows = [[str(FIELD_NAMES["level"]), str(FIELD_NAMES["amount"])]]
    rows += [[step["level"], step["amount"]] for step in form["steps"]]
    checks = [
        (form["announced"], _("已用录音电话告知"), _("没有先用录音电话告知")),
        (form["seal_right"], _("印鉴与预留的相符"), _("印鉴与预留的不符")),
        (same, _("电子密押核对相符"), _("电子密押核对不符")),
    ]
    return [
        _("第 {number} 号应急投标书  {member}  {bond}  {at} 收到").format(**numbers),
        *(f"  {line}" for line in aligned(rows, right={0, 1})),
        *(f"{DONE if good else LACKING} {right if good else wrong}" for good, right, wrong in checks),
        *aligned([[f"  {_('表上的密押')}", form["test_key"]], [f"  {_('应有的密押')}", form["test_key_due"]]]),
        *_processed(form),
        "",
        _("录入须监督员在场，标位、投标量照书面一字不差。"),
        _("内容与已有投标相同的不予处理；录入之后该成员不再用电子方式投标。"),
    ]


def _processed(form: Seen) -> list[str]:
    if form["keyed"]:
        return [f"{DONE} {_('已录入')}"]
    return [] if form["set_aside"] is None else [_("不予处理：{reason}").format(reason=form["set_aside"])]


def _extension(player: Player, seen: Seen, todo: Todo) -> list[str]:
    window = next(each for each in seen["windows"] if each["id"] == todo.fixed["window"])
    times = {"open": window["open"], "close": window["close"]}
    return [
        _("现在的招标时间 {open} 至 {close}").format(**times),
        _("须在截止之前提出，晚于原截止时间，不跨下一场；写明原因，告知全体成员。"),
    ]


def _correction(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """What was announced beside what was signed."""
    figures = seen["announced"][todo.fixed["bond"]]
    said, signed = figures["announced"], figures["signed"]
    rows = [
        ["", _("公告"), _("签字结果")],
        [_("票面利率或价格"), said["price"] or EMPTY, signed["price"] or EMPTY],
        [_("实际发行（亿元）"), said["issued"], signed["issued"]],
    ]
    same = said == signed
    verdict = f"{DONE} {_('公告与签字结果一致')}" if same else f"{LACKING} {_('公告与签字结果不一致')}"
    return [*aligned(rows, right={1, 2}), verdict, _("更正公告追加在后，不替换原公告。")]


def _own_form(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """What a member has to know of its form, and what it sent already."""
    lines = [_("先用录音电话告知，再传真盖有预留印鉴的应急投标书；电子密押由本机按内容算出。")]
    lines += [_("录入之后本机构不再用电子方式投标；内容与已有投标相同的不予处理。")]
    states = {True: _("已录入"), False: _("待处理")}
    for form in seen.get("own_forms", ()):
        if form["bond"] == todo.fixed["bond"]:
            reason = form["set_aside"]
            state = _("不予处理：{reason}").format(reason=reason) if reason else states[form["keyed"]]
            lines.append(_("第 {number} 号：{state}").format(number=form["number"], state=state))
    return lines


def _injecting(player: Player, seen: Seen, todo: Todo) -> list[str]:
    kinds = [f"- {kind.name}" for kind in strikeable(player)]
    return [_("此刻会发生的："), *kinds] if kinds else [_("此刻没有会发生的突发情况")]


def _notes(player: Player, seen: Seen, todo: Todo) -> list[str]:
    taken = [each for each in seen["happened"] if each["kind"] == "note_taken"]
    return [f"{each['at'][11:19]}  {each['told']}" for each in reversed(taken)] or [_("还没有记事")]


def _branching(player: Player, seen: Seen, todo: Todo) -> list[str]:
    return [_("挑一步，从它之后另走一条路：写进旁边的新文件夹，原来的日志原样留着，签字结果里写明。")]


def _waiting(player: Player, seen: Seen, todo: Todo) -> list[str]:
    role, _name = role_of(seen["seat"])
    return [] if role is Role.UNDERWRITER else register_lines(player)


PAGES: Mapping[str, Callable[[Player, Seen, Todo], list[str]]] = {
    "incident_answered": _incident,
    INCIDENTS: _incidents,
    FORM: _form,
    "emergency_bid_keyed": _form,
    "emergency_form_set_aside": _form,
    "emergency_form_received": _own_form,
    "window_extended": _extension,
    "announcement_corrected": _correction,
    "incident_occurred": _injecting,
    "note_taken": _notes,
    "day_branched": _branching,
    WAITING: _waiting,
}
