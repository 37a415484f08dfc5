"""Wrong figures on the sheet: what the operator has in hand is wrong, and two people should find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from numpy.random import Generator

from auction import events as e
from auction.day import Incident, IssuanceDay, WindowPhase
from auction.desk import rules_on
from auction.language import Message, say
from auction.notice import Method
from auction.plan import Plan, Role, Terms, terms_of
from auction.quantities import print_amount
from auction.wording import FIELD_NAMES
from sim.incidents.kind import About, Befallen, Does, Kind, Past, Response, Verdict
from sim.incidents.stakes import NOTHING, due_terms, of_terms

if TYPE_CHECKING:
    from sim.scenario import Staged

PREPARED = frozenset({WindowPhase.PREPARED})
TIMES_TEN = 10
GROWS_TO = Decimal("1.04")
"""4.8 to 5.2 亿元: what an amount grows to, as a multiple of the limit above which a tender is required."""
LATER = timedelta(minutes=10)
FOUR_EYES = (Role.OPERATOR, Role.CHECKER)

Slip = Callable[[Befallen, Terms], Terms]


def mistypings(terms: Terms) -> Mapping[str, object]:
    """What each field looks like when the hand slips."""
    closing = datetime.combine(datetime.min.date(), terms.close) + LATER
    return {
        "offered": terms.offered * TIMES_TEN,
        "tenor": terms.tenor + 1,
        "frequency": 3 - terms.frequency if terms.frequency in (1, 2) else 1,
        "close": closing.time(),
    }


def mistyped(befallen: Befallen, terms: Terms) -> Terms:
    """One field typed wrong."""
    field = befallen.detail.get("field", "offered")
    return terms.model_copy(update={field: mistypings(terms)[field]})


def field_drawn(
    staged: Staged, day: IssuanceDay, place: str | None, subject: str, draw: Generator
) -> Mapping[str, str]:
    """Which field it is."""
    issue = day.plan.window_of(str(place)).issue(str(place))
    fields = sorted(mistypings(terms_of(issue, day.plan.window_of(str(place)))))
    return {"field": fields[int(draw.integers(len(fields)))]}


def too_much(befallen: Befallen, terms: Terms) -> Terms:
    """亿 typed for 万: ten times the amount."""
    return terms.model_copy(update={"offered": terms.offered * TIMES_TEN})


def annual(befallen: Befallen, terms: Terms) -> Terms:
    """One coupon a year, whatever the documents say."""
    return terms.model_copy(update={"frequency": 1})


def slipped_rows(befallen: Befallen, terms: Terms) -> Terms:
    """Every bond of the window with the next one's terms, the last with the first one's."""
    window = befallen.window
    bonds = [issue.bond for issue in window.issues]
    following = window.issues[(bonds.index(terms.bond) + 1) % len(bonds)]
    return terms_of(following, window).model_copy(update={"bond": terms.bond})


def grown(befallen: Befallen, terms: Terms) -> Terms:
    """An amount above what may be sold without a tender."""
    limit = int(rules_on(befallen.plan.issuer, befallen.plan.date)["tender.required_above"].value * GROWS_TO)
    return terms.model_copy(update={"offered": limit - limit % terms.lot})


def on_paper(slip: Slip) -> Callable[[Befallen], Message]:
    """What stands on the paper in the operator's hand."""

    def told(befallen: Befallen) -> Message:
        due = due_terms(befallen, befallen.issue.bond)
        wrong = slip(befallen, due)
        fields = [name for name in Terms.model_fields if getattr(wrong, name) != getattr(due, name)]
        field = fields[0] if fields else "bond"
        value = wrong.model_dump(mode="json")[field]
        facts = {"bond": befallen.place, "field": FIELD_NAMES[field], "value": value}
        return say("手头的参数表上，{bond} 的{field}写着 {value}", **facts)

    return told


def staked_on(slip: Slip) -> Callable[[Befallen, Past], Decimal]:
    """`of_terms` of every bond that the slip changes."""

    def cost(befallen: Befallen, past: Past) -> Decimal:
        whole = befallen.place == befallen.window.id
        issues = befallen.window.issues if whole else (befallen.issue,)
        due = {issue.bond: due_terms(befallen, issue.bond) for issue in issues}
        costs = (of_terms(i, due[i.bond], slip(befallen, due[i.bond]), past) for i in issues)
        return sum(costs, NOTHING)

    return cost


def slip_found(rule: str) -> Callable[[Incident, Past], Verdict]:
    """Right where people found the difference, or typed what the documents say, before the sheet was sent.

    What the system refused to send was found by the system, not by people.
    """

    def verdict(incident: Incident, past: Past) -> Verdict:
        window = Befallen(past.day.plan, incident.occurred.place, "", {}).window
        whole = incident.occurred.place == window.id
        bonds = {issue.bond for issue in window.issues} if whole else {str(incident.occurred.place)}
        entered: dict[str, Terms] = {}
        for event in past.told:
            if isinstance(event, e.NoticeEntered) and event.bond in bonds:
                entered[event.bond] = event.terms
            if past_it(event, incident):
                continue
            if isinstance(event, e.NoticeChecked) and event.bond in bonds and event.differences:
                return Verdict(True, say("复核时发现不一致"), event.at, event.seat)
            if stopped(event, window.id, bonds, ".documents"):
                how = say("两人都没有发现，发标时被系统拦下")
                return Verdict(False, how, event.at, event.seat, FOUR_EYES, rule)
            if isinstance(event, e.NoticesSent) and event.window == window.id:
                break
        if entered and all(terms in published(past, bond) for bond, terms in entered.items()):
            return Verdict(True, say("经办人没有照抄，按发行文件录入"))
        return Verdict(False, say("错误的标书发了出去"), missed_by=FOUR_EYES, rule=rule)

    return verdict


def past_it(event: e.AnyEvent, incident: Incident) -> bool:
    """Whether an event lies before the incident."""
    return event.at < incident.occurred.at


def stopped(event: e.AnyEvent, window: str, bonds: set[str], ending: str) -> bool:
    """Whether the system refused to send a window's sheets because of one of these bonds."""
    if not isinstance(event, e.ActionRefused) or (event.action, event.place) != ("notices_sent", window):
        return False
    return any(breach.subject in bonds and breach.rule.endswith(ending) for breach in event.breaches)


def published(past: Past, bond: str) -> tuple[Terms, ...]:
    """What the documents say of a bond, before and after its window's times were changed."""
    plans = [event.plan for event in past.told if isinstance(event, e.DayPlanned)] + [past.day.plan]
    return tuple(terms_of(plan.window_of(bond).issue(bond), plan.window_of(bond)) for plan in plans)


def semi_annual(plan: Plan, bond: str) -> bool:
    """Whether the documents say two coupons a year."""
    return plan.window_of(bond).issue(bond).coupons_a_year == 2


def several(plan: Plan, window: str) -> bool:
    """Whether the window has rows that can slip."""
    return len(plan.window(window).issues) > 1


def book_build(plan: Plan, bond: str) -> bool:
    """Whether the issue is sold by public underwriting."""
    return plan.window_of(bond).issue(bond).method is Method.PUBLIC_UNDERWRITING


def rows_told(befallen: Befallen) -> Message:
    """What the operator means to do."""
    facts = {"window": befallen.window.id, "count": len(befallen.window.issues)}
    return say("{window} 的 {count} 期参数从表格整块粘贴过来", **facts)


def growth_told(befallen: Befallen) -> Message:
    """What the paper in hand says of an amount that has grown."""
    wrong = grown(befallen, due_terms(befallen, befallen.issue.bond)).offered
    facts = {
        "bond": befallen.place,
        "before": print_amount(befallen.issue.offered),
        "after": print_amount(wrong),
    }
    return say("刚接到通知：{bond} 的发行额由 {before} 亿元调增到 {after} 亿元", **facts)


SHEETS = (
    Kind(
        id="parameter-mistyped",
        name=say("参数录错"),
        about=About.ISSUE,
        moments=PREPARED,
        symptom=on_paper(mistyped),
        seen_by=(Role.OPERATOR,),
        detail=field_drawn,
        terms=mistyped,
        verdict=slip_found("site.dual_check"),
        at_stake=staked_on(mistyped),
        consequence=say("标书与发行文件不符，须作废重来"),
        lesson=say("每一栏都对着发行文件录入，不凭手头的表"),
    ),
    Kind(
        id="checker-copies",
        name=say("复核人照抄"),
        about=About.ISSUE,
        moments=PREPARED,
        symptom=lambda befallen: say("复核人对着经办人的屏幕，把 {bond} 照样再点一遍", bond=befallen.place),
        seen_by=(Role.SUPERVISOR, Role.LEAD_OFFICER),
        answered_by=(Role.SUPERVISOR,),
        responses=(
            Response("stop", say("叫停，由复核人只看发行文件、重新录入"), right=True),
            Response("let-be", say("时间紧，由他照着点"), right=False, rule="site.dual_check"),
        ),
        holds=("notice_checked", "range_checked"),
        does=Does.COPY,
        consequence=say("双人核对流于形式，通报"),
        lesson=say("复核人只看发行文件，不看经办人的录入"),
    ),
    Kind(
        id="rows-slipped",
        name=say("多期参数错行"),
        about=About.WINDOW,
        moments=PREPARED,
        fits=several,
        symptom=rows_told,
        seen_by=(Role.OPERATOR,),
        terms=slipped_rows,
        verdict=slip_found("site.dual_check"),
        at_stake=staked_on(slipped_rows),
        consequence=say("标书与发行文件不符，须作废重来"),
        lesson=say("粘贴之后逐期核对债券代码与期限，至少核对首行和末行"),
    ),
    Kind(
        id="amount-times-ten",
        name=say("金额错一位"),
        about=About.ISSUE,
        moments=PREPARED,
        symptom=on_paper(too_much),
        seen_by=(Role.OPERATOR,),
        terms=too_much,
        verdict=slip_found("site.dual_check"),
        at_stake=staked_on(too_much),
        consequence=say("发行额与批准的计划不符，须作废重来，通报"),
        lesson=say("按发行文件录入，不照抄转来的参数表"),
    ),
    Kind(
        id="frequency-annual",
        name=say("半年付息录成按年付息"),
        about=About.ISSUE,
        moments=PREPARED,
        fits=semi_annual,
        symptom=on_paper(annual),
        seen_by=(Role.OPERATOR,),
        terms=annual,
        verdict=slip_found("coupon.frequency"),
        at_stake=staked_on(annual),
        consequence=say("标书与发行文件不符，须作废重来"),
        lesson=say("十年以上按半年付息：付息频率单独读一遍"),
    ),
    Kind(
        id="method-outgrown",
        name=say("发行额超过公开承销的界限"),
        about=About.ISSUE,
        moments=PREPARED,
        fits=book_build,
        symptom=growth_told,
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER),
        terms=grown,
        verdict=slip_found("tender.required_above"),
        at_stake=staked_on(grown),
        consequence=say("须改用招标方式，另行公布发行文件"),
        lesson=say("公布之后不改发行额；超过界限须改用招标"),
    ),
    Kind(
        id="wrong-venue",
        name=say("标书要发到另一场所"),
        about=About.WINDOW,
        moments=PREPARED,
        symptom=lambda befallen: say(
            "{window} 的发行场所栏选的不是公布的 {venue}", window=befallen.window.id, venue=befallen.plan.venue
        ),
        seen_by=(Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response("correct", say("改回公布的场所，两人核对后再发标"), right=True),
            Response("send", say("先发标，再电话通知成员换系统"), right=False, rule="slot.workdays"),
        ),
        holds=("notices_sent",),
        consequence=say("与公布的发行场所不符，须作废重来"),
        lesson=say("发标之前把发行场所当作一栏来核对"),
    ),
)
