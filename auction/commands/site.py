"""Commands on the site: seats, register, devices, shielding, recorded line, inspection, sealing and release."""

from __future__ import annotations

from auction import events as e
from auction.breach import Breach, Severity
from auction.commands.guard import SITE, Command, CommandTable, role_of, ruled
from auction.day import FINISHED, IssuanceDay, Phase
from auction.errors import NotYourSeat, Refused
from auction.language import say
from auction.payload import seal_gate
from auction.plan import ON_SITE, Person, Role
from auction.signoff import seal_bytes, usable_key
from auction.wording import ROLE_NAMES


def take_seat(day: IssuanceDay, event: e.SeatTaken) -> e.SeatTaken:
    """A person of the roster sits down. Raises NotYourSeat: one person, one seat; a supervisor from outside."""
    on_roster = [p for p in day.plan.roster if (p.name, p.role) == (event.person, event.role)]
    if not on_roster or role_of(event.seat) != (event.role, event.person):
        sentence = say("{person} 不在 {role} 的岗位名册上", person=event.person, role=ROLE_NAMES[event.role])
        raise NotYourSeat([ruled(day, "site.register", event.seat, sentence)])
    if event.person in day.seats:
        taken = ROLE_NAMES[day.seats[event.person].person.role]
        seats = {"person": event.person, "role": taken}
        sentence = say("{person} 已在 {role} 的席位上：经办与复核等岗位须由不同的人担任", **seats)
        raise NotYourSeat([ruled(day, "seat.distinct", event.seat, sentence)])
    if not usable_key(event.key) or any(seated.key == event.key for seated in day.seats.values()):
        sentence = say("{person} 的签名密钥不可用或与他人相同", person=event.person)
        raise NotYourSeat([ruled(day, "seat.distinct", event.seat, sentence)])
    breach = supervisor_from_outside(day, on_roster[0])
    if breach and breach.severity is Severity.BREACH:
        raise NotYourSeat([breach])
    return event.model_copy(update={"warnings": (breach,) if breach else ()})


def supervisor_from_outside(day: IssuanceDay, person: Person) -> Breach | None:
    """监督员由审计或监察等非财政部门派出, and the sending unit is on record.

    A discipline group stationed in the finance department (派驻、驻) is debatable: a warning.
    """
    if person.role is not Role.SUPERVISOR:
        return None
    if not person.sending_unit:
        sentence = say("监督员 {person} 没有登记派出单位", person=person.name)
    else:
        units = (person.sending_unit, person.organisation)
        inside = [unit for unit in units if unit.startswith(day.plan.department) or is_finance_unit(unit)]
        stationed = [unit for unit in units if is_stationed(unit)]
        if not inside and stationed:
            whose = {"person": person.name, "unit": stationed[0]}
            sentence = say("监督员 {person} 来自派驻财政部门的 {unit}，算不算非财政部门有争议", **whose)
            breach = ruled(day, "site.supervisor", person.name, sentence)
            return breach.model_copy(update={"severity": Severity.WARNING})
        if not inside:
            return None
        whose = {"person": person.name, "unit": inside[0]}
        sentence = say("监督员 {person} 由财政部门（{unit}）派出，应由非财政部门派出", **whose)
    return ruled(day, "site.supervisor", person.name, sentence)


FINANCE = ("财政厅", "财政局", "财政部门")


def is_finance_unit(unit: str) -> bool:
    """Whether a unit is a finance department's own."""
    return any(word in unit for word in FINANCE) and "驻" not in unit


def is_stationed(unit: str) -> bool:
    """Whether a unit is stationed in a finance department by somebody else."""
    return any(word in unit for word in FINANCE) and "驻" in unit


def register_person(day: IssuanceDay, event: e.PersonRegistered) -> e.PersonRegistered:
    """The technician enters a person in the register. Raises Refused for somebody who is not on the roster."""
    if event.person not in day.seats or event.person in day.registered:
        sentence = say("{person} 不在岗位名册上，或已经登记", person=event.person)
        raise Refused([ruled(day, "site.register", event.person, sentence)])
    return event


def hand_in_devices(day: IssuanceDay, event: e.DevicesHandedIn) -> e.DevicesHandedIn:
    """A registered person's devices go into the locker."""
    if event.person not in day.registered or event.devices < 0:
        sentence = say("{person} 尚未登记，不能存放通讯设备", person=event.person)
        raise Refused([ruled(day, "site.devices", event.person, sentence)])
    return event


def as_proposed(day: IssuanceDay, event: e.AnyEvent) -> e.AnyEvent:
    """Nothing but seat and phase stands in the way."""
    return event


def inspect_site(day: IssuanceDay, event: e.SiteInspected) -> e.SiteInspected:
    """The supervisor countersigns what the technicians did; what was found wanting is recorded as it is.

    Raises Refused, naming all that is missing, where the checklist says that all is in order and it is not.
    """
    if event.in_order:
        _require(unfit_for_inspection(day))
    return event


def raise_objection(day: IssuanceDay, event: e.ObjectionRaised) -> e.ObjectionRaised:
    """The supervisor objects, for a stated reason. Raises Refused without one, or while another stands."""
    if not event.reason.strip():
        raise Refused([ruled(day, "site.supervision", event.seat, say("提出异议须写明理由"))])
    if day.objection:
        sentence = say("前一项异议尚未了结：{reason}", reason=day.objection.reason)
        raise Refused([ruled(day, "site.supervision", event.seat, sentence)])
    return event


def settle_objection(day: IssuanceDay, event: e.ObjectionSettled) -> e.ObjectionSettled:
    """The supervisor lifts the objection. Raises Refused where none stands, or without a word on how."""
    if day.objection is None or not event.answer.strip():
        raise Refused([ruled(day, "site.supervision", event.seat, say("没有待了结的异议，或没有写明如何了结"))])
    return event


def unfit_for_inspection(day: IssuanceDay) -> tuple[Breach, ...]:
    """What the technicians have still to do."""
    missing: list[Breach] = []
    for seated in day.seats.values():
        name = seated.person.name
        if name not in day.registered:
            missing.append(ruled(day, "site.register", name, say("{person} 尚未登记", person=name)))
        elif name not in day.devices:
            missing.append(ruled(day, "site.devices", name, say("{person} 尚未存放通讯设备", person=name)))
    if not day.shielding:
        missing.append(ruled(day, "site.shielding", "site", say("无线电屏蔽尚未开启")))
    if not day.recorded_line:
        missing.append(ruled(day, "site.recording", "site", say("录音电话尚未测试")))
    return tuple(missing)


def seal_site(day: IssuanceDay, event: e.SiteSealed) -> e.SiteSealed:
    """现场封闭. Raises Refused, naming all that is missing."""
    _require(unfit_for_sealing(day))
    return event


def unfit_for_sealing(day: IssuanceDay) -> tuple[Breach, ...]:
    """What stands between the site and its sealing."""
    missing = list(unfit_for_inspection(day))
    for person in day.plan.roster:
        if person.name not in day.seats:
            absent = say("{role} {person} 不在现场", role=ROLE_NAMES[person.role], person=person.name)
            missing.append(ruled(day, _presence_rule(person.role), person.name, absent))
    for role in day.plan.needed:
        if not day.sitting(role):
            empty = say("{role} 的席位上没有人", role=ROLE_NAMES[role])
            missing.append(ruled(day, _presence_rule(role), role.value, empty))
    if not day.inspected:
        missing.append(ruled(day, "site.supervision", "site", say("监督员尚未检查并会签现场")))
    return tuple(missing)


def _presence_rule(role: Role) -> str:
    return "site.supervisor" if role is Role.SUPERVISOR else "site.dual_check"


def close_register(day: IssuanceDay, event: e.RegisterClosed) -> e.RegisterClosed:
    """Everyone accounted for, once every window is closed or cancelled. Raises Refused."""
    going_on = [name for name, state in day.windows.items() if state.phase not in FINISHED]
    if going_on:
        sentence = say("场次 {windows} 尚未结束，不能结束登记", windows="、".join(going_on))
        raise Refused([ruled(day, "site.register", event.seat, sentence)])
    return event


def release_site(day: IssuanceDay, event: e.SiteReleased) -> e.SiteReleased:
    """解除封闭 under the closing seal. Raises Refused, Unsigned."""
    if not day.register_closed:
        raise Refused([ruled(day, "site.register", event.seat, say("登记尚未结束，不能解除封闭"))])
    require_seal(day, event)
    return event


def close_day(day: IssuanceDay, event: e.DayClosed) -> e.DayClosed:
    """The journal's last row. Raises Refused, Unsigned."""
    require_seal(day, event)
    return event


def require_seal(day: IssuanceDay, event: e.SiteReleased | e.DayClosed) -> None:
    """Supervisor and technician have signed the journal as it stands. Raises Refused, Unsigned."""
    if (event.count, event.head) != (day.head.count, day.head.hash):
        sentence = say("封存的是第 {got} 行，日志已到第 {count} 行", got=event.count, count=day.head.count)
        raise Refused([ruled(day, "seal.head", event.seat, sentence)])
    seal_gate(day).require(event.signatures, sealed_bytes(day, event))


def sealed_bytes(day: IssuanceDay, event: e.SiteReleased | e.DayClosed) -> bytes:
    """What a seal is over: the journal, its length and head, and the very act that closes it."""
    facts = {"journal": day.planned.journal, "at": event.at.isoformat(), "seat": event.seat}
    return seal_bytes(event.kind, {**facts, "count": event.count, "head": event.head})


def _require(missing: tuple[Breach, ...]) -> None:
    if missing:
        raise Refused(missing)


TECHNICIAN, SUPERVISOR = frozenset({Role.TECHNICIAN}), frozenset({Role.SUPERVISOR})
PLANNED = frozenset({Phase.PLANNED})

SITE_COMMANDS: CommandTable = {
    e.SeatTaken: Command(take_seat, frozenset(ON_SITE), PLANNED),
    e.PersonRegistered: Command(register_person, TECHNICIAN, PLANNED),
    e.DevicesHandedIn: Command(hand_in_devices, TECHNICIAN, PLANNED),
    e.ShieldingSwitchedOn: Command(as_proposed, TECHNICIAN, PLANNED),
    e.RecordedLineTested: Command(as_proposed, TECHNICIAN, PLANNED),
    e.SiteInspected: Command(inspect_site, SUPERVISOR, PLANNED),
    e.ObjectionRaised: Command(raise_objection, SUPERVISOR, PLANNED | SITE),
    e.ObjectionSettled: Command(settle_objection, SUPERVISOR, PLANNED | SITE),
    e.SiteSealed: Command(seal_site, frozenset({Role.LEAD_OFFICER}), PLANNED),
    e.RegisterClosed: Command(close_register, TECHNICIAN, SITE),
    e.SiteReleased: Command(release_site, TECHNICIAN, SITE),
    e.DayClosed: Command(close_day, TECHNICIAN, frozenset({Phase.SETTLED, Phase.LISTED})),
}
