"""Commands on the sheet: terms and range entered by the operator, checked by the checker, sent as the notice."""

from __future__ import annotations

from fractions import Fraction

from auction import events as e
from auction.breach import Breach
from auction.checks import blocking, check_notice
from auction.commands.guard import SITE, Command, CommandTable, ruled, window_state
from auction.day import IssuanceDay, Sheet, WindowPhase
from auction.desk import published_notice, range_due, rules_of
from auction.errors import BadInput, Refused
from auction.language import listed, say
from auction.plan import Issue, RangeEntry, Role, Terms, Window, terms_of
from auction.quantities import parse_number, print_rate
from auction.wording import FIELD_NAMES


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
    """The operator enters the range computed from the evening's curve."""
    return event


def check_range(day: IssuanceDay, event: e.RangeChecked) -> e.RangeChecked:
    """The checker's own computation against the operator's. Raises Refused where there is nothing to check."""
    entered = sheet_of(day, event.bond).range
    if entered is None:
        raise Refused([ruled(day, "site.dual_check", event.bond, say("经办人尚未录入投标区间，不能复核"))])
    return event.model_copy(update={"differences": differences(entered, event.entry)})


def differences(entered: Terms | RangeEntry, checked: Terms | RangeEntry) -> tuple[str, ...]:
    """The names of the fields that differ."""
    ours, theirs = entered.model_dump(), checked.model_dump()
    return tuple(field for field in ours if ours[field] != theirs[field])


def send_notices(day: IssuanceDay, event: e.NoticesSent) -> e.NoticesSent:
    """发标. Raises Refused with every breach that is open."""
    window_state(day, event)
    open_breaches = unfit_for_sending(day, day.plan.window(event.window))
    if open_breaches:
        raise Refused(open_breaches)
    return event


def unfit_for_sending(day: IssuanceDay, window: Window) -> tuple[Breach, ...]:
    """What stands between a window's sheets and their sending."""
    return tuple(breach for issue in window.issues for breach in unfit_sheet(day, window, issue))


def unfit_sheet(day: IssuanceDay, window: Window, issue: Issue) -> tuple[Breach, ...]:
    """What stands between one sheet and its sending."""
    sheet = day.windows[window.id].sheets[issue.bond]
    if sheet.terms is None or not sheet.terms_checked:
        return (ruled(day, "site.dual_check", issue.bond, say("{bond} 的标书尚未经双人核对一致", bond=issue.bond)),)
    if sheet.range is None or not sheet.range_checked:
        return (ruled(day, "site.dual_check", issue.bond, say("{bond} 的投标区间尚未经双人核对一致", bond=issue.bond)),)
    notice = published_notice(day.plan, window, issue)
    found = [against_documents(day, window, issue, sheet.terms), range_arithmetic(day, issue, sheet.range)]
    return (*(breach for breach in found if breach), *blocking(check_notice(notice, rules_of(day.plan))))


def against_documents(day: IssuanceDay, window: Window, issue: Issue, terms: Terms) -> Breach | None:
    """The sheet must say what the published documents say."""
    different = differences(terms_of(issue, window), terms)
    if not different:
        return None
    fields = listed([FIELD_NAMES[field] for field in different])
    sentence = say("{bond} 的标书与已公布的发行文件不一致：{fields}", bond=issue.bond, fields=fields)
    return ruled(day, "notice.documents", issue.bond, sentence)


def range_arithmetic(day: IssuanceDay, issue: Issue, entry: RangeEntry) -> Breach | None:
    """The range must follow from its mean by the floor and the cap in force."""
    try:
        due = range_due(day.plan, issue, Fraction(parse_number(entry.mean))).range
    except BadInput as error:
        return ruled(day, "range.floor", issue.bond, error.message)
    if (entry.low, entry.high) == (due.low, due.high):
        return None
    values = {"low": print_rate(entry.low), "high": print_rate(entry.high), "mean": entry.mean}
    expected = {"due_low": print_rate(due.low), "due_high": print_rate(due.high)}
    sentence = say("区间 {low} 至 {high} 与均值 {mean} 算出的 {due_low} 至 {due_high} 不符", **values, **expected)
    return ruled(day, "range.floor", issue.bond, sentence)


OPERATOR, CHECKER = frozenset({Role.OPERATOR}), frozenset({Role.CHECKER})
PREPARED = frozenset({WindowPhase.PREPARED})

SHEET_COMMANDS: CommandTable = {
    e.NoticeEntered: Command(enter_notice, OPERATOR, SITE, PREPARED),
    e.NoticeChecked: Command(check_terms, CHECKER, SITE, PREPARED),
    e.RangeEntered: Command(enter_range, OPERATOR, SITE, PREPARED),
    e.RangeChecked: Command(check_range, CHECKER, SITE, PREPARED),
    e.NoticesSent: Command(send_notices, OPERATOR, SITE, PREPARED),
}
