"""After the signatures: custody forms, announcement, money."""

from __future__ import annotations

from decimal import Decimal

from auction import events as e
from auction.commands.trouble import announced_as_signed
from auction.day import Incident, Phase, WindowPhase
from auction.language import say
from auction.notice import BidObject
from auction.plan import Role
from auction.settlement import late_interest, payments_due
from sim.incidents.kind import About, Befallen, Does, Kind, Past, Response, Verdict
from sim.incidents.stakes import NOTHING, fen, interest

PUBLISHED = frozenset({Phase.PUBLISHED})
TWO_ON_THE_TEXT = (Role.OPERATOR, Role.CHECKER)


def corrected(incident: Incident, past: Past) -> Verdict:
    """Right where a correction was appended, or nothing wrong was announced."""
    bond = str(incident.occurred.place)
    published = [event for event in past.after(incident) if isinstance(event, e.ResultPublished)]
    if published and published[0].announced.get(bond) == announced_as_signed(past.day).get(bond):
        return Verdict(True, say("公告与签字结果一致"), published[0].at, published[0].seat)
    for event in past.after(incident):
        if isinstance(event, e.AnnouncementCorrected) and event.bond == bond:
            return Verdict(True, say("发现后追加更正公告"), event.at, event.seat)
    return Verdict(False, say("公告的错误没有更正"), missed_by=TWO_ON_THE_TEXT, rule="site.dual_check")


def misled_by(befallen: Befallen, past: Past) -> Decimal:
    """The amount issued × the wrong rate less the right one ÷ 100 × the tenor; of a price, the amount × it ÷ 100."""
    bond = str(befallen.place)
    result = past.day.results().get(bond)
    announced = [event.announced.get(bond) for event in past.told if isinstance(event, e.ResultPublished)]
    told = announced[0].price if announced and announced[0] else None
    if result is None or result.price is None or told is None:
        return NOTHING
    years = Decimal(1) if result.object is BidObject.PRICE else befallen.issue.tenor
    return interest(result.issued, abs(told - result.price), years)


def a_day_late(befallen: Befallen, past: Past) -> Decimal:
    """What one day's delay of all that the member owes costs it, by `late.multiple` and `late.divisor`."""
    due = payments_due(past.day).get(befallen.subject)
    return late_interest(past.day, befallen.subject, due, 1) if due else NOTHING


def unpaid(befallen: Befallen, past: Past) -> Decimal:
    """What was due less what came first."""
    for event in past.told:
        if isinstance(event, e.PaymentReceived) and event.member == befallen.subject and event.part:
            return fen(payments_due(past.day)[event.member] - Decimal(event.amount))
    return NOTHING


AFTER = (
    Kind(
        id="custody-late",
        name=say("托管申请书来不及"),
        about=About.MEMBER,
        moments=frozenset({WindowPhase.SIGNED}),
        symptom=lambda befallen: say("{who} 来电：债权托管申请书还没填，要求宽限", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("remind", say("告知剩余时间，到点不候，逾时全部托管在中央结算公司"), right=True),
            Response("grace", say("口头宽限十分钟"), right=False, rule="custody.minutes"),
        ),
        does=Does.KEEP_CUSTODY_FORM,
        consequence=say("逾时未报的，全部托管在中央结算公司"),
        lesson=say("截标时就提醒填报；时限由系统掌握，现场不宽限"),
    ),
    Kind(
        id="announcement-misprint",
        name=say("公告数字有误"),
        about=About.ISSUE,
        moments=frozenset({Phase.RELEASED}),
        symptom=lambda befallen: say("公告稿由旧稿改成，{bond} 的数字是照着草稿敲的", bond=befallen.place),
        seen_by=(Role.OPERATOR, Role.CHECKER),
        does=Does.MISPRINT,
        verdict=corrected,
        at_stake=misled_by,
        consequence=say("须追加更正公告，原公告不撤换"),
        lesson=say("公告稿与签字结果由两人逐字核对"),
    ),
    Kind(
        id="payment-late",
        name=say("款项晚到"),
        about=About.MEMBER,
        moments=PUBLISHED,
        symptom=lambda befallen: say("{who} 来电：头寸不足，款项要晚一天到", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("enforce", say("书面催缴，按日计违约金，按时通知登记机构暂不登记"), right=True),
            Response("forgive", say("答应晚一天不算逾期"), right=False, rule="late.multiple"),
        ),
        does=Does.PAY_LATE,
        at_stake=a_day_late,
        consequence=say("逾期按日计违约金；承销团考评扣分"),
        lesson=say("缴款日上午逐家对账，不等收市"),
    ),
    Kind(
        id="payment-short",
        name=say("款项不足"),
        about=About.MEMBER,
        moments=PUBLISHED,
        symptom=lambda befallen: say("{who} 来电：先付一部分，余款随后", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("dun", say("逐家逐分对账，催缴差额，缴齐之前不结算"), right=True),
            Response("settle", say("差得不多，先按缴齐结算"), right=False, rule="payment.workdays"),
        ),
        does=Does.PAY_SHORT,
        at_stake=unpaid,
        consequence=say("未缴部分按逾期计违约金"),
        lesson=say("到账要精确到分，缴齐才算"),
    ),
)
