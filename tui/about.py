"""What a thing to do is about: the papers, figures and states that a person looks at before doing it.

Each page is text made from what the seat may see and from the published papers; it stands on the desk and beside
the form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from auction.breach import Basis
from auction.language import _, listed, say
from auction.plan import Role
from auction.quantities import parse_amount, print_amount
from auction.wording import FIELD_NAMES, ROLE_NAMES, VALUE_NAMES
from tui.output import aligned, cited
from tui.played import mark
from tui.player import Player
from tui.todo import Seen, Todo
from tui.troublepages import PAGES as TROUBLE_PAGES
from tui.troublepages import troubles_here

DONE, LACKING, EMPTY = "✔", "✘", "—"

LIMIT_NAMES = {
    "bid.level_span": lambda: _("最高、最低标位差（个标位）"),
    "bid.level_min": lambda: _("每个标位最少（亿元）"),
    "bid.level_max": lambda: _("每个标位最多（亿元）"),
    "min_bid": lambda: _("合计最少（亿元）"),
    "max_bid": lambda: _("合计最多（亿元）"),
}


def about(player: Player, seen: Seen, todo: Todo) -> str:
    """The page of one thing to do; empty where there is nothing to look at."""
    page = PAGES.get(todo.kind)
    return "\n".join([*troubles_here(seen, todo), *page(player, seen, todo)]) if page else ""


def issue_of(seen: Seen, todo: Todo) -> Seen:
    """The issue that the thing to do is about."""
    issues = (issue for window in seen["windows"] for issue in window["issues"])
    return next(issue for issue in issues if issue["documents"]["bond"] == todo.fixed["bond"])


def window_of(seen: Seen, todo: Todo) -> Seen:
    """The window that the thing to do is about."""
    return next(window for window in seen["windows"] if window["id"] == todo.fixed["window"])


def shown_value(value: object) -> str:
    """A field's value in words where it is a word of ours."""
    return EMPTY if value is None else str(VALUE_NAMES.get(str(value), str(value)))


def _tick(done: object) -> str:
    return DONE if done else LACKING


def _breaches(breaches: Iterable[Seen], nothing: str) -> list[str]:
    lines = [f"{LACKING} {cited(breach['message'], breach['citation'])}" for breach in breaches]
    return lines or [f"{DONE} {nothing}"]


def _register(player: Player, seen: Seen, todo: Todo) -> list[str]:
    site = seen["site"]
    rows = [[_("姓名"), _("登记"), _("设备")]]
    for seated in site["seats"]:
        name = seated["person"]
        who = f"{ROLE_NAMES[Role(seated['role'])]} {name}"
        rows.append([who, _tick(name in site["registered"]), str(site["devices"].get(name, EMPTY))])
    return [*aligned(rows), "", *_equipment(site)]


def _equipment(site: Seen) -> list[str]:
    return [f"{_tick(site['shielding'])} {_('无线电屏蔽')}", f"{_tick(site['recorded_line'])} {_('录音电话')}"]


def _checklist(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """人员、通讯、应急操作: what the supervisor looks at."""
    site = seen["site"]
    people, registered, stored = len(site["seats"]), len(site["registered"]), len(site["devices"])
    counts = {"people": people, "registered": registered, "stored": stored}
    return [
        _("人员"),
        f"  {_tick(registered == people)} " + _("就位 {people} 人，登记 {registered} 人").format(**counts),
        _("通讯"),
        f"  {_tick(stored == people)} " + _("就位 {people} 人，设备入柜 {stored} 人").format(**counts),
        f"  {_tick(site['shielding'])} {_('无线电屏蔽')}",
        _("应急操作"),
        f"  {_tick(site['recorded_line'])} {_('录音电话已测试，可接应急投标')}",
    ]


def _sealing(player: Player, seen: Seen, todo: Todo) -> list[str]:
    return _breaches(seen.get("unfit_for_sealing", ()), _("人员、设备、屏蔽、录音齐备，监督员已会签"))


def _documents(player: Player, seen: Seen, todo: Todo) -> list[str]:
    bond = todo.fixed["bond"]
    marks = player.marks()
    rows = [
        [str(FIELD_NAMES[name]), shown_value(value) + marks.get(name, "")]
        for name, value in player.documents(bond).items()
    ]
    issue = issue_of(seen, todo)
    return [_("发行文件"), *aligned(rows), *_offer(issue["documents"]), *_differing(issue["sheet"], "terms")]


def _offer(documents: Seen) -> list[str]:
    """What the published documents say beyond the sheet: flexible amount, base, counter, the bond re-opened, leads."""
    lines = []
    if flexible := documents.get("flexible"):
        facts = {name: flexible[name] for name in ("low", "high", "multiple")}
        lines.append(_("弹性发行 {low} 至 {high} 亿元，触发倍数 {multiple}").format(**facts))
    if exclusion := documents.get("exclusion"):
        shown = {name: shown_value(exclusion.get(name)) for name in ("bids", "awards")}
        lines.append(_("投标剔除 {bids} 个标位，中标剔除 {awards} 个标位").format(**shown))
    if base := documents.get("base"):
        lines.append(_("基数 {share}，由 {holders} 承担").format(share=base["share"], holders=_names(base["holders"])))
    if counter := documents.get("counter"):
        lines.append(_("柜台另发 {amount} 亿元，按招标结果数量招标").format(amount=counter["amount"]))
    if reopening := documents.get("reopening"):
        first = reopening["first_issue"]
        facts = {"of": reopening["of"], "number": reopening["number"], "coupon": first["coupon"]}
        lines.append(_("续发行 {of}，第 {number} 次，票面利率 {coupon} %，标的为含息价格").format(**facts))
    if documents.get("leads"):
        lines.append(_("主承销商 {names}").format(names=_names(documents["leads"])))
    return lines


def _names(shares: Sequence[Sequence[str | None]]) -> str:
    """Names with their shares, where they are written."""
    return str(listed([say("{name}", name=" ".join(part for part in named if part)) for named in shares]))


def _calculator(player: Player, seen: Seen, todo: Todo) -> list[str]:
    benchmark: Seen = player.benchmark(todo.fixed["bond"])
    lines = [_("五日均值计算")]
    lines += [f"{each['day']}  {each['yield']} %" for each in benchmark["days"]]
    lines += [f"{FIELD_NAMES['mean']}  {benchmark['mean']} %", ""]
    for name, words in (("floor", _("下限加点")), ("cap", _("上限幅度"))):
        rule = benchmark[name]
        lines += [f"{words}  {rule['value']}{mark(Basis(rule['basis']))}", f"  {rule['citation']}"]
    ends = {"low": benchmark["low"], "high": benchmark["high"]}
    lines += ["", _("算得区间 {low} 至 {high}").format(**ends)]
    lines += [_("由均值加减后四舍五入到 0.01 %，上限用未取整的均值。")]
    return [*lines, *_differing(issue_of(seen, todo)["sheet"], "range")]


def _differing(sheet: Seen, part: str) -> list[str]:
    """The fields in which two people differ, side by side with both values."""
    fields, second = sheet.get(f"{part}_differences"), sheet.get(f"second_{part}")
    if not fields or not second:
        return []
    first = sheet[part]
    rows = [[f"{LACKING} {_('两人录入不同')}", str(ROLE_NAMES[Role.OPERATOR]), str(ROLE_NAMES[Role.CHECKER])]]
    rows += [[f"  {FIELD_NAMES[name]}", _brief(first[name]), _brief(second[name])] for name in fields]
    return ["", *aligned(rows)]


def _brief(value: object) -> str:
    """A value short enough to stand beside another: a digest by its first signs."""
    written = "、".join(map(str, value)) if isinstance(value, list) else shown_value(value)
    return written if len(written) < 64 else written[:8] + "…"


def _sending(player: Player, seen: Seen, todo: Todo) -> list[str]:
    window = window_of(seen, todo)
    lines = []
    for issue in window["issues"]:
        sheet = issue["sheet"]
        span = sheet.get("range")
        told = f"{span['low']}–{span['high']}" if span else EMPTY
        states = [_tick(sheet["terms_checked"]), _("标书"), _tick(sheet["range_checked"]), _("投标区间"), told]
        lines.append("  ".join([issue["documents"]["bond"], " ".join(states)]))
    return [*lines, "", *_breaches(window.get("unfit_for_sending", ()), _("双人核对一致，可以发标"))]


def _bidding(player: Player, seen: Seen, todo: Todo) -> list[str]:
    issue = issue_of(seen, todo)
    documents, span = player.documents(todo.fixed["bond"]), issue["sheet"].get("range")
    offer = {"tenor": documents["tenor"], "offered": documents["offered"]}
    ends = _("投标区间 {low} 至 {high}").format(low=span["low"], high=span["high"]) if span else _("没有投标区间")
    lines = [ends, _("{tenor} 年，计划发行 {offered} 亿元").format(**offer), *_offer(issue["documents"]), ""]
    own = issue.get("own")
    total = sum(parse_amount(step["amount"]) for step in own["steps"]) if own else 0
    lines += _own_book(own, total)
    lines += ["", _("限额")]
    for limit in issue.get("limits", ()):
        left = ""
        if limit["rule"] == "max_bid":
            room = print_amount(max(0, parse_amount(limit["value"]) - total))
            left = _("，还可投 {left}").format(left=room)
        told = f"{LIMIT_NAMES[limit['rule']]()}  {limit['value']}{left}"
        lines.append(f"  {cited(told, limit['citation'])}")
    if not issue.get("limits"):
        lines.append("  " + _("没有限额"))
    return lines


def _counter(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """The tranche that banks sell over their counters, and what this one has ordered."""
    issue = issue_of(seen, todo)
    ordered = issue.get("own_counter")
    own = _("本机构已报 {amount} 亿元").format(amount=ordered["amount"]) if ordered else _("本机构尚未报量")
    return [*_offer(issue["documents"]), "", own]


def _own_book(own: Seen | None, total: int) -> list[str]:
    if not own:
        return [_("本机构尚未投标")]
    head = _("本机构现有投标（{time}），合计 {total} 亿元")
    rows = [[str(FIELD_NAMES["level"]), str(FIELD_NAMES["amount"])]]
    rows += [[step["level"], step["amount"]] for step in own["steps"]]
    lines = aligned(rows, right={0, 1})
    return [head.format(time=own["at"][11:19], total=print_amount(total)), *(f"  {line}" for line in lines)]


def _result(player: Player, seen: Seen, todo: Todo) -> list[str]:
    """The issuing system's figures beside the desk's own recomputation."""
    lines: list[str] = []
    for issue in window_of(seen, todo)["issues"]:
        system, own = issue.get("system"), issue.get("result")
        rows = [[issue["documents"]["bond"], _("系统"), _("本台复算")]]
        for name, words in FIGURES:
            theirs = shown_value(system[name]) if system else EMPTY
            rows.append([words(), theirs, shown_value(own[name]) if own else EMPTY])
        lines += [*aligned(rows, right={1, 2}), f"{DONE} {_('逐手一致')}" if own else _("尚未复算"), ""]
    return lines


FIGURES: Sequence[tuple[str, Callable[[], str]]] = (
    ("cutoff", lambda: _("边际中标标位")),
    ("issued", lambda: _("实际发行（亿元）")),
    ("cover", lambda: _("投标倍数")),
)


def payload_lines(player: Player, payload: str) -> list[str]:
    """What is about to be signed, in words."""
    document = json.loads(payload)
    lines = []
    for bond, result in document["results"].items():
        price = result.get("coupon") or result.get("price") or _("流标")
        figures = {"bond": bond, "price": price, "issued": result["issued"], "cover": result["cover"] or EMPTY}
        lines.append(_("{bond}：{price}，实际发行 {issued} 亿元，投标倍数 {cover}").format(**figures))
    lines += ["", _("推定的取值：")]
    lines += [f"  {cited(words, citation)}" for words, citation in _assumed(player, document["assumed"])]
    if document["objections"]:
        lines += ["", _("监督员的异议：")]
        lines += [f"  {entry['reason']} → {entry['answer'] or EMPTY}" for entry in document["objections"]]
    return lines


def _assumed(player: Player, entries: Sequence[Seen]) -> list[tuple[str, str]]:
    """Each assumed value in words with its citation; what holds for all classes of members is said once."""
    said = {entry["rule"] for entry in entries}
    words = player.rules_in_words()
    return [
        (words[entry["rule"]], entry["citation"])
        for entry in entries
        if entry["rule"].rpartition(".")[0] not in said
    ]


def _signing(player: Player, seen: Seen, todo: Todo) -> list[str]:
    window = window_of(seen, todo)
    return [*_result(player, seen, todo), *payload_lines(player, window["payload"])] if "payload" in window else []


def _custody(player: Player, seen: Seen, todo: Todo) -> list[str]:
    bids = issue_of(seen, todo).get("result", {}).get("own_bids", ())
    won = sum(parse_amount(bid["awarded"]) for bid in bids)
    window = next(w for w in seen["windows"] if any(i["documents"]["bond"] == todo.fixed["bond"] for i in w["issues"]))
    facts = {"won": print_amount(won), "time": str(window.get("custody_deadline", ""))[11:19]}
    lines = [_("中标 {won} 亿元：三处登记之和须等于它").format(**facts)]
    return [*lines, _("{time} 之前不报，全部登记在中央结算公司").format(**facts)]


def _voiding(player: Player, seen: Seen, todo: Todo) -> list[str]:
    return [_("本场全部投标作废，不能恢复。重新招标须给出尚未到的时间；不重新招标即取消本场。")]


def _objecting(player: Player, seen: Seen, todo: Todo) -> list[str]:
    lines = [_("异议期间不封闭、不发标、不确认、不签字、不解除封闭；已开始的投标照常进行。")]
    return [*lines, *([_("待了结：{reason}").format(reason=seen["objection"])] if seen.get("objection") else [])]


def _publishing(player: Player, seen: Seen, todo: Todo) -> list[str]:
    lines = []
    for window in seen["windows"]:
        lines += payload_lines(player, window["payload"])[: len(window["issues"])] if "payload" in window else []
    return lines


PAGES: Mapping[str, Callable[[Player, Seen, Todo], list[str]]] = {
    "person_registered": _register,
    "devices_handed_in": _register,
    "shielding_switched_on": _register,
    "recorded_line_tested": _register,
    "register_closed": _register,
    "site_inspected": _checklist,
    "site_sealed": _sealing,
    "notice_entered": _documents,
    "notice_checked": _documents,
    "range_entered": _calculator,
    "range_checked": _calculator,
    "notices_sent": _sending,
    "bid_received": _bidding,
    "bid_withdrawn": _bidding,
    "counter_ordered": _counter,
    "result_recomputed": _result,
    "award_confirmed": _result,
    "award_checked": _result,
    "result_signed": _signing,
    "custody_filed": _custody,
    "window_voided": _voiding,
    "objection_raised": _objecting,
    "objection_settled": _objecting,
    "result_published": _publishing,
    "settlement_recorded": _publishing,
    **TROUBLE_PAGES,
}
