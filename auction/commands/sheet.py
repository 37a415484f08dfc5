"""Commands on the sheet: terms and range entered by the operator, checked by the checker, sent as the notice."""

from __future__ import annotations

from fractions import Fraction

from auction import events as e
from auction.breach import Breach, Severity
from auction.checks import blocking
from auction.commands.guard import SITE, Command, CommandTable, ruled, window_state
from auction.day import IssuanceDay, Sheet, WindowPhase
from auction.desk import desk_at, has_range, published_notice, range_due
from auction.errors import BadInput, Refused
from auction.language import listed, say
from auction.notice import LevelRange, Method
from auction.plan import Issue, RangeEntry, Role, Terms, Window, terms_of
from auction.quantities import parse_number, print_rate
from auction.underwriting import check_offer
from auction.wording import FIELD_NAMES
from auction.workdays import INTERBANK


def sheet_of(day: IssuanceDay, bond: str) -> Sheet:
    """The sheet of one issue. Raises KeyError."""
    return day.window_of(bond).sheets[bond]


def enter_notice(day: IssuanceDay, event: e.NoticeEntered) -> e.NoticeEntered:
    """The operator enters the terms; an earlier check no longer counts."""
    return event


def check_terms(day: IssuanceDay, event: e.NoticeChecked) -> e.NoticeChecked:
    """The checker's terms against the operator's, field by field (双人核对). Raises Refused with nothing to check."""
    entered = sheet_of(day, event.bond).terms
    if entered is None:
        raise Refused([ruled(day, "site.dual_check", event.bond, say("经办人尚未录入标书，不能复核"))])
    return event.model_copy(update={"differences": differences(entered, event.terms)})


def enter_range(day: IssuanceDay, event: e.RangeEntered) -> e.RangeEntered:
    """The operator enters the range computed from the evening's curve. Raises Refused where none is due."""
    _require_a_range(day, event.bond)
    return event


def _require_a_range(day: IssuanceDay, bond: str) -> None:
    issue = day.plan.window_of(bond).issue(bond)
    if not has_range(day.plan, issue):
        raise Refused([ruled(day, "range.floor", bond, say("{bond} 不设投标区间", bond=bond))])


def check_range(day: IssuanceDay, event: e.RangeChecked) -> e.RangeChecked:
    """The checker's own computation against the operator's. Raises Refused where there is nothing to check."""
    _require_a_range(day, event.bond)
    entered = sheet_of(day, event.bond).range
    if entered is None:
        raise Refused([ruled(day, "site.dual_check", event.bond, say("经办人尚未录入投标区间，不能复核"))])
    return event.model_copy(update={"differences": differences(entered, event.entry)})


def differences(entered: Terms | RangeEntry, checked: Terms | RangeEntry) -> tuple[str, ...]:
    """The names of the fields that differ."""
    ours, theirs = entered.model_dump(), checked.model_dump()
    return tuple(field for field in ours if ours[field] != theirs[field])


def send_notices(day: IssuanceDay, event: e.NoticesSent) -> e.NoticesSent:
    """发标, with what speaks against it and does not forbid it. Raises Refused with every breach that is open."""
    window_state(day, event)
    found = judged(day, day.plan.window(event.window))
    if blocking(found):
        raise Refused(blocking(found))
    return event.model_copy(update={"warnings": found})


def unfit_for_sending(day: IssuanceDay, window: Window) -> tuple[Breach, ...]:
    """What stands between a window's sheets and their sending."""
    return blocking(judged(day, window))


def judged(day: IssuanceDay, window: Window) -> tuple[Breach, ...]:
    """What speaks against the sending of a window's sheets, be it a warning only."""
    return tuple(breach for issue in window.issues for breach in judged_sheet(day, window, issue))


def judged_sheet(day: IssuanceDay, window: Window, issue: Issue) -> tuple[Breach, ...]:
    """What speaks against the sending of one sheet."""
    sheet = day.windows[window.id].sheets[issue.bond]
    if sheet.terms is None or not sheet.terms_checked:
        unchecked = say("{bond} 的标书尚未经双人核对一致", bond=issue.bond)
        return (_binding(ruled(day, "site.dual_check", issue.bond, unchecked)),)
    ranged = has_range(day.plan, issue)
    if ranged and (sheet.range is None or not sheet.range_checked):
        unchecked = say("{bond} 的投标区间尚未经双人核对一致", bond=issue.bond)
        return (_binding(ruled(day, "site.dual_check", issue.bond, unchecked)),)
    notice, entry = published_notice(day.plan, window, issue), sheet.range if ranged else None
    found = [] if day.planned.by_eye else [against_documents(day, window, issue, sheet.terms)]
    if entry:
        wrong = range_arithmetic(day, issue, entry)
        found += [wrong] if wrong or day.planned.by_eye else [against_curve(day, issue, entry)]
        span = None if wrong else LevelRange(low=entry.low, high=entry.high)
        notice = notice.model_copy(update={"range": span, "mean": parse_number(entry.mean)})
    offer = check_offer(desk_at(day.plan, issue, notice), day.plan.register)
    return (*(breach for breach in found if breach), *offer)


def against_documents(day: IssuanceDay, window: Window, issue: Issue, terms: Terms) -> Breach | None:
    """The sheet must say what the published documents say."""
    different = differences(terms_of(issue, window), terms)
    if not different:
        return None
    fields = listed([FIELD_NAMES[field] for field in different])
    sentence = say("{bond} 的标书与已公布的发行文件不一致：{fields}", bond=issue.bond, fields=fields)
    return ruled(day, "notice.documents", issue.bond, sentence)


def against_curve(day: IssuanceDay, issue: Issue, entry: RangeEntry) -> Breach | None:
    """The range must come from the evening's curve and from the five working days before the day."""
    due = INTERBANK.before(day.plan.date, MEAN_OF)
    if entry.curve != (day.planned.curve or entry.curve):
        sentence = say("{bond} 的区间不是用前一晚的收益率曲线文件算出的", bond=issue.bond)
    elif entry.days != due:
        days = {"due": "、".join(map(str, due)), "got": "、".join(map(str, entry.days))}
        sentence = say("{bond} 的五个工作日应为 {due}，录入的是 {got}", bond=issue.bond, **days)
    else:
        return None
    return _binding(ruled(day, RANGE_RULES.get(issue.method, "range.floor"), issue.bond, sentence))


def range_arithmetic(day: IssuanceDay, issue: Issue, entry: RangeEntry) -> Breach | None:
    """The range must follow from its mean by the floor and the cap in force."""
    rule = RANGE_RULES.get(issue.method, "range.floor")
    try:
        due = range_due(day.plan, issue, Fraction(parse_number(entry.mean))).range
    except BadInput as error:
        return _binding(ruled(day, rule, issue.bond, error.message))
    if (entry.low, entry.high) == (due.low, due.high):
        return None
    values = {"low": print_rate(entry.low), "high": print_rate(entry.high), "mean": entry.mean}
    expected = {"due_low": print_rate(due.low), "due_high": print_rate(due.high)}
    sentence = say("区间 {low} 至 {high} 与均值 {mean} 算出的 {due_low} 至 {due_high} 不符", **values, **expected)
    return _binding(ruled(day, rule, issue.bond, sentence))


def _binding(breach: Breach) -> Breach:
    """What no sheet is sent without, however mild the words of its rule."""
    return breach.model_copy(update={"severity": Severity.BREACH})


MEAN_OF = 5
"""Working days."""

RANGE_RULES = {
    Method.PUBLIC_UNDERWRITING: "underwriting.floor",
    Method.DIRECTED_UNDERWRITING: "directed.floor",
}
"""Which rule a range breaks that does not follow from its mean; of a tender `range.floor`."""

OPERATOR, CHECKER = frozenset({Role.OPERATOR}), frozenset({Role.CHECKER})
PREPARED = frozenset({WindowPhase.PREPARED})

SHEET_COMMANDS: CommandTable = {
    e.NoticeEntered: Command(enter_notice, OPERATOR, SITE, PREPARED),
    e.NoticeChecked: Command(check_terms, CHECKER, SITE, PREPARED),
    e.RangeEntered: Command(enter_range, OPERATOR, SITE, PREPARED),
    e.RangeChecked: Command(check_range, CHECKER, SITE, PREPARED),
    e.NoticesSent: Command(send_notices, OPERATOR, SITE, PREPARED),
}
