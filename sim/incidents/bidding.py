"""In the window: terminals and systems that fail, and members who err."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from auction import events as e
from auction.bond import accrued_interest
from auction.bondterms import schedule_of
from auction.checks import Desk
from auction.day import Incident, IssuanceDay, WindowPhase
from auction.language import say
from auction.notice import BiddingWindow, BidObject
from auction.plan import Plan, Role
from auction.quantities import half_up
from auction.reopening import settlement_of
from sim.incidents.kind import About, Kind, Past, Response, Verdict

OPEN = frozenset({WindowPhase.OPEN})
EXTENSION, PAUSE = timedelta(minutes=20), timedelta(minutes=15)
TO_TELL = timedelta(minutes=2)
"""What it takes to tell all members before the time has passed."""


def extended(day: IssuanceDay, incident: Incident, at: datetime, seat: str) -> e.WindowExtended | None:
    """The window is put off by twenty minutes, or to the next one's opening, while there is time to tell everybody."""
    window = day.plan.window(str(incident.occurred.place))
    later = [other.open for other in day.plan.windows if other.open > window.close]
    until = min([(datetime.combine(day.plan.date, window.close) + EXTENSION).time(), *later])
    if at + TO_TELL > datetime.combine(day.plan.date, window.close) or until <= window.close:
        return None
    reason = say("发行系统故障").in_chinese()
    return e.WindowExtended(at=at, seat=seat, window=window.id, until=until, reason=reason)


def voided(day: IssuanceDay, incident: Incident, at: datetime, seat: str) -> e.WindowVoided:
    """All is void and bid again a quarter of an hour later, for as long as before."""
    window, day_of = day.plan.window(str(incident.occurred.place)), day.plan.date
    lasts = datetime.combine(day_of, window.close) - datetime.combine(day_of, window.open)
    opens = (at + PAUSE).replace(second=0)
    times = BiddingWindow(open=opens.time(), close=(opens + lasts).time())
    reason = say("发行系统中断，本场全部作废").in_chinese()
    return e.WindowVoided(at=at, seat=seat, window=window.id, reason=reason, again=True, times=times)


def extended_or_voided(incident: Incident, past: Past) -> Verdict:
    """Right where the time was extended, or all was voided and bid again."""
    for event in past.after(incident):
        if isinstance(event, e.WindowExtended | e.WindowVoided) and event.window == incident.occurred.place:
            how = say("延长了招标时间") if isinstance(event, e.WindowExtended) else say("全部作废，重新招标")
            return Verdict(True, how, event.at, event.seat)
    neither, given = say("没有延长，也没有作废重来"), incident.answered
    at, seat = (given.at, given.seat) if given else (None, None)
    return Verdict(False, neither, at, seat, (Role.LEAD_OFFICER,), "bid.window")


def over_the_limit(desk: Desk, steps: tuple[e.Step, ...]) -> tuple[e.Step, ...]:
    """More than the member may bid in all; where nothing limits it, a level that lies outside the range."""
    member_max = max(desk.limits.member_max.values(), default=None)
    if member_max is not None:
        return (*steps[:-1], steps[-1].model_copy(update={"amount": member_max + desk.notice.marginal.lot}))
    span = desk.notice.range
    if span is None:
        return steps
    beyond = span.high if desk.notice.object is BidObject.RATE else span.low - 2 * desk.notice.tick
    return (*steps[:-1], steps[-1].model_copy(update={"level": beyond + desk.notice.tick}))


def fat_fingered(desk: Desk, steps: tuple[e.Step, ...]) -> tuple[e.Step, ...]:
    """All of it at the end of the range that is best for the issuer."""
    span = desk.notice.range
    if span is None:
        return steps
    best = span.low if desk.notice.object is BidObject.RATE else span.high
    most = desk.limits.level_max
    total = sum(step.amount for step in steps)
    return (e.Step(level=best, amount=total if most is None else min(total, most)),)


def clean(desk: Desk, steps: tuple[e.Step, ...]) -> tuple[e.Step, ...]:
    """Each price without the accrued interest that it has to hold."""
    reopening, settlement, tick = desk.notice.reopening, settlement_of(desk), desk.notice.tick
    if reopening is None or settlement is None:
        return steps
    accrued = accrued_interest(schedule_of(reopening.first_issue), settlement)
    ticks = half_up(Fraction(accrued) / Fraction(tick), 0)
    return tuple(step.model_copy(update={"level": step.level - ticks * tick}) for step in steps)


def sold_by_dirty_price(plan: Plan, window: str) -> bool:
    """Whether something in the window is re-opened by price."""
    return any(i.reopening and i.object is BidObject.PRICE for i in plan.window(window).issues)


BIDDING = (
    Kind(
        id="system-down",
        name=say("发行系统中断"),
        about=About.WINDOW,
        moments=OPEN,
        symptom=lambda befallen: say("{window} 的发行系统先慢后断，多家成员来电说投不进", window=befallen.place),
        seen_by=(Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.TECHNICIAN),
        answered_by=(Role.LEAD_OFFICER,),
        responses=(
            Response(
                "extend",
                say("报监督员，延长招标时间，通知全体成员"),
                right=True,
                deed=extended,
                deed_kind=e.kind_of(e.WindowExtended),
            ),
            Response(
                "void-again",
                say("报监督员，本场全部作废，另定时间重新招标"),
                right=True,
                deed=voided,
                deed_kind=e.kind_of(e.WindowVoided),
            ),
            Response("press-on", say("按时截标"), right=False, rule="bid.window"),
        ),
        holds=("bid_received", "bid_withdrawn", "counter_ordered", "window_closed"),
        verdict=extended_or_voided,
        consequence=say("部分成员未能投标，结果会被质疑"),
        lesson=say("要么延长，要么全部作废重来，不能让一部分成员投不进"),
    ),
    Kind(
        id="bid-above-limit",
        name=say("投标超过限额或区间"),
        about=About.MEMBER,
        moments=OPEN,
        symptom=lambda befallen: say("{who} 来电：投标被系统退回，要求现场放行", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("explain", say("说明限额和区间，请其在截止之前改投"), right=True),
            Response("waive", say("答应这次先放行，事后补手续"), right=False, rule="bid.range"),
        ),
        bid=over_the_limit,
        consequence=say("超限部分是无效投标"),
        lesson=say("限额写在发行文件里，现场无权放宽"),
    ),
    Kind(
        id="fat-finger",
        name=say("成员误投"),
        about=About.MEMBER,
        moments=OPEN,
        symptom=lambda befallen: say("{who} 来电：标位按错了，请现场帮忙撤掉", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("replace", say("告知其在截止之前自行改投，以最后一次有效投标为准"), right=True),
            Response("after", say("答应截标之后替它改"), right=False, rule="bid.last_valid_counts"),
        ),
        bid=fat_fingered,
        consequence=say("截标后改动投标，结果无效"),
        lesson=say("现场不替成员改投标；截标之前由成员自己改"),
    ),
    Kind(
        id="clean-for-dirty",
        name=say("续发行按净价投标"),
        about=About.MEMBER,
        moments=OPEN,
        fits=sold_by_dirty_price,
        symptom=lambda befallen: say("{who} 来电：按净价报的价格不对，问应该投多少", who=befallen.subject),
        seen_by=(Role.OPERATOR, Role.LEAD_OFFICER, Role.UNDERWRITER),
        answered_by=(Role.OPERATOR,),
        responses=(
            Response("explain", say("只说明招标价格是含息价格，应计利息在发行文件里"), right=True),
            Response("tell", say("替它算一个价，让它照着投"), right=False, rule="conduct.guided_bidding"),
        ),
        bid=clean,
        consequence=say("净价投标按含息价格处理，多半落空"),
        lesson=say("发标时提醒：续发行投的是含息价格"),
    ),
)
