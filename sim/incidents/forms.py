"""Emergency bid forms: a terminal that is down, and forms that are not what they should be.

A form is to be keyed in where it is good and set aside where it is not; what the system had to refuse, people missed.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from auction import events as e
from auction.book import Bid
from auction.checks import Desk, blocking, judge_bids
from auction.commands.emergency import unfit_form
from auction.day import EmergencyForm, Head, Incident, IssuanceDay, WindowPhase
from auction.desk import desk_of
from auction.fold import replay
from auction.language import Message, say
from auction.notice import BidObject
from auction.plan import Role
from auction.testkey import electronic_test_key
from sim.incidents.kind import About, Befallen, Forms, Kind, Past, Verdict
from sim.incidents.stakes import of_missing

OPEN = frozenset({WindowPhase.OPEN})
ON_THE_DESK = (Role.OPERATOR, Role.SUPERVISOR)
AFTER_CLOSE = timedelta(seconds=2)
A_MINUTE = timedelta(minutes=1)

Form = e.EmergencyFormReceived


def as_meant(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """A good form."""
    return (form,)


def badly_sealed(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """A form with another seal than the one on file."""
    return (form.model_copy(update={"seal_right": False}),)


def wrongly_keyed(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """A form whose test key has its last digit wrong."""
    last = (int(form.test_key[-1]) + 1) % 10
    return (form.model_copy(update={"test_key": f"{form.test_key[:-1]}{last}"}),)


def too_late(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """A form that comes in when the time has passed."""
    closes = datetime.combine(day.plan.date, day.plan.window_of(form.bond).close)
    return (form.model_copy(update={"at": closes + AFTER_CLOSE}),)


def contradicting(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """Two good forms that say different things, a minute apart: the last valid one counts."""
    steps = varied(desk_of(day, form.bond), form.member, form.steps)
    key = electronic_test_key(day.planned.journal, form.member, form.bond, steps)
    second = form.model_copy(update={"at": form.at + A_MINUTE, "steps": steps, "test_key": key})
    return (form, second)


def varied(desk: Desk, member: str, steps: tuple[e.Step, ...]) -> tuple[e.Step, ...]:
    """The same submission with one amount a lot off, such that no rule is broken."""
    lot, last = desk.notice.marginal.lot, steps[-1]
    for amount in (last.amount - lot, last.amount + lot):
        other = (*steps[:-1], last.model_copy(update={"amount": amount}))
        if amount > 0 and stands(desk, member, other):
            return other
    return steps


def stands(desk: Desk, member: str, steps: tuple[e.Step, ...]) -> bool:
    """Whether no rule is broken by a submission that comes in time."""
    at = desk.notice.window.open if desk.notice.window else time()
    bids = [Bid(n, member, step.level, step.amount, at) for n, step in enumerate(steps, start=1)]
    return not any(blocking(found) for found in judge_bids(bids, desk).values())


def modest(desk: Desk, member: str) -> tuple[e.Step, ...]:
    """The least that a member can bid, at the end of the range that is worst for the issuer; nothing where none may."""
    span, limits = desk.notice.range, desk.limits
    member_class = (desk.syndicate or {}).get(member)
    if span is None or member_class is None:
        return ()
    level = span.high if desk.notice.object is BidObject.RATE else span.low
    least = max(desk.notice.marginal.lot, limits.level_min or 0, limits.member_min.get(member_class, 0))
    steps = (e.Step(level=level, amount=least),)
    return steps if stands(desk, member, steps) else ()


def identical(day: IssuanceDay, form: Form) -> tuple[Form, ...]:
    """A form that says what already stands; nothing where nothing stands."""
    standing = day.window_of(form.bond).submissions[form.bond].get(form.member)
    if standing is None:
        return ()
    key = electronic_test_key(day.planned.journal, form.member, form.bond, standing.steps)
    return (form.model_copy(update={"steps": standing.steps, "test_key": key}),)


def forms_processed(incident: Incident, past: Past) -> Verdict:
    """Right where every form of the member was keyed in or set aside, as it deserved, and nobody had to be stopped."""
    received = [f for f in past.after(incident) if isinstance(f, Form) and f.member == incident.occurred.subject]
    if not received:
        return Verdict(True, say("没有应急投标书到达，电子投标照常"))
    done = [handled(form, incident, past) for form in received]
    return next((verdict for verdict in done if not verdict.right), done[-1])


def handled(form: Form, incident: Incident, past: Past) -> Verdict:
    """What became of one form."""
    refused = past_refusal(form, incident, past)
    keyed = any(isinstance(event, e.EmergencyBidKeyed) and event.number == form.number for event in past.told)
    if refused and not keyed:
        how, rule = say("要录入不该录入的应急投标书，被系统拦下"), refused.breaches[0].rule
        return Verdict(False, how, refused.at, refused.seat, ON_THE_DESK, rule)
    for event in past.after(incident):
        if isinstance(event, e.WindowVoided) and event.window == incident.occurred.place and event.at >= form.at:
            return Verdict(True, say("应急投标书随本场作废"), event.at, event.seat)
        if isinstance(event, e.EmergencyBidKeyed) and event.number == form.number:
            how = say("应急投标书录错被系统拦下，改正后录入") if refused else say("应急投标书核对无误后录入")
            return Verdict(True, how, event.at, event.seat)
        if isinstance(event, e.EmergencyFormSetAside) and event.number == form.number:
            return deserved(event, form, past)
    return Verdict(False, say("应急投标书没有人处理"), missed_by=ON_THE_DESK, rule="emergency.form")


def deserved(event: e.EmergencyFormSetAside, form: Form, past: Past) -> Verdict:
    """Right where there was something against the form that was set aside, as the day stood then."""
    before = past.told[: past.told.index(event)]
    day = replay((each, Head(count, "")) for count, each in enumerate(before, start=1))
    if day and unfit_form(day, EmergencyForm(form)):
        return Verdict(True, say("应急投标书不予处理，写明原因"), event.at, event.seat)
    how = say("有效的应急投标书没有录入")
    return Verdict(False, how, event.at, event.seat, ON_THE_DESK, "emergency.last_valid")


def past_refusal(form: Form, incident: Incident, past: Past) -> e.ActionRefused | None:
    """The refusal of keying a form of that member in, after the incident."""
    for event in past.after(incident):
        if not isinstance(event, e.ActionRefused) or event.action != e.kind_of(e.EmergencyBidKeyed):
            continue
        if event.at >= form.at and any(breach.subject == form.member for breach in event.breaches):
            return event
    return None


def calls(befallen: Befallen) -> Message:
    """What the desk hears whatever the form turns out to be."""
    return say("{who} 用录音电话告知：终端连不上，要传应急投标书", who=befallen.subject)


def form_kind(id: str, name: Message, form: Forms, lesson: Message) -> Kind:
    """A member that sends such forms beside what it bids electronically."""
    return Kind(
        id=id,
        name=name,
        about=About.MEMBER,
        moments=OPEN,
        symptom=calls,
        seen_by=(*ON_THE_DESK, Role.UNDERWRITER),
        form=form,
        verdict=forms_processed,
        at_stake=of_missing,
        consequence=say("无效的应急投标计入结果，须更正，通报"),
        lesson=lesson,
    )


FORMS = (
    Kind(
        id="terminal-down",
        name=say("成员终端故障"),
        about=About.MEMBER,
        moments=OPEN,
        symptom=calls,
        seen_by=(*ON_THE_DESK, Role.UNDERWRITER),
        holds=("bid_received", "bid_withdrawn"),
        holds_subject=True,
        form=as_meant,
        verdict=forms_processed,
        at_stake=of_missing,
        consequence=say("一家成员的有效投标没有计入，结果会被质疑"),
        lesson=say("核对印鉴、密押，监督员在场，再录入"),
    ),
    form_kind(
        "form-bad-seal",
        say("应急投标书印鉴不符"),
        badly_sealed,
        say("印鉴与预留的逐处比对，不符即退"),
    ),
    form_kind(
        "form-bad-test-key",
        say("应急投标书密押不符"),
        wrongly_keyed,
        say("十六位密押逐位核对，差一位也不录"),
    ),
    form_kind(
        "form-late",
        say("应急投标书逾时"),
        too_late,
        say("以收到时间为准，截止之后不受理，宣布延长的除外"),
    ),
    form_kind(
        "form-contradicting",
        say("应急投标书前后不一"),
        contradicting,
        say("以最后一份有效的为准，先后都录、都记"),
    ),
    form_kind(
        "form-identical",
        say("应急投标书与已有投标相同"),
        identical,
        say("内容相同的不重复录入，告知成员以免其再投"),
    ),
)
