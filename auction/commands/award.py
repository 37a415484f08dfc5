"""Commands after the clearing: award confirmed and checked, result signed, custody forms."""

from __future__ import annotations

from datetime import datetime, timedelta

from auction import events as e
from auction.commands.bidding import figures, require_own_book
from auction.commands.guard import SITE, Command, CommandTable, role_of, ruled, window_state
from auction.day import IssuanceDay, WindowPhase
from auction.desk import rules_of
from auction.errors import OutOfOrder, Refused, Unsigned
from auction.language import say
from auction.payload import RESULT_SIGNERS, result_gate
from auction.plan import Role
from auction.signoff import RESULT_TYPE, pae

DEPOSITORIES = ("CCDC", "CSDC-SH", "CSDC-SZ")
"""中央结算公司, 中国结算上海、深圳分公司."""


def confirm_award(day: IssuanceDay, event: e.AwardConfirmed) -> e.AwardConfirmed:
    """中标确认 by the operator, of the recomputed figures. Raises Refused where the confirmed figures differ."""
    return event.model_copy(update={"figures": _agreed(day, event)})


def check_award(day: IssuanceDay, event: e.AwardChecked) -> e.AwardChecked:
    """The checker checks what the operator confirmed. Raises OutOfOrder, Refused."""
    confirmed = window_state(day, event).confirmed
    if confirmed is None:
        sentence = say("经办人尚未确认中标结果，不能复核")
        raise OutOfOrder([ruled(day, "site.dual_check", event.window, sentence)])
    return event.model_copy(update={"figures": _agreed(day, event)})


def _agreed(day: IssuanceDay, event: e.AwardConfirmed | e.AwardChecked) -> dict[str, e.Figures]:
    own = dict(figures(day, event.window))
    if event.figures and dict(event.figures) != own:
        sentence = say("确认的数字与出标结果不一致")
        raise Refused([ruled(day, "site.dual_check", event.window, sentence)])
    return own


def sign_result(day: IssuanceDay, event: e.ResultSigned) -> e.ResultSigned:
    """One signer accepts the result. Raises Unsigned for a signature that does not count."""
    state = window_state(day, event)
    role, person = role_of(event.seat)
    if (event.signature.person, event.signature.role) != (person, role.value):
        sentence = say("{seat} 不能代 {person} 签字", seat=event.seat, person=event.signature.person)
        raise Unsigned([ruled(day, signers_rule(day), event.seat, sentence)])
    signed = pae(RESULT_TYPE, (state.payload or "").encode())
    gate = result_gate(day)
    before, after = gate.missing(state.signatures, signed), gate.missing((*state.signatures, event.signature), signed)
    if after == before:
        sentence = say("{person} 的签字无效或已经签过", person=person)
        raise Unsigned([ruled(day, signers_rule(day), event.seat, sentence)])
    return event


def signers_rule(day: IssuanceDay) -> str:
    """The rule that says who signs the day's results."""
    tender = day.plan.acting(Role.LEAD_OFFICER) is Role.LEAD_OFFICER
    return "result.signers.tender" if tender else "result.signers.underwriting"


def file_custody(day: IssuanceDay, event: e.CustodyFiled) -> e.CustodyFiled:
    """A winner says where its award is kept; the pieces make the whole. Raises Refused."""
    require_own_book(day, event.seat, event.member)
    state = day.window_of(event.bond)
    awarded = {award.member: award.awarded for award in state.results[event.bond].members}
    if event.at > custody_deadline(day, day.plan.window_of(event.bond).id):
        raise Refused([ruled(day, "custody.minutes", event.member, say("债权托管申请书的填报时间已过"))])
    unknown = [name for name in event.split if name not in DEPOSITORIES]
    if unknown or min(event.split.values(), default=-1) < 0 or sum(event.split.values()) != awarded.get(event.member):
        sentence = say("{member} 的债权托管申请书与中标额不符", member=event.member)
        raise Refused([ruled(day, "custody.minutes", event.member, sentence)])
    return event


def custody_deadline(day: IssuanceDay, window: str) -> datetime:
    """Minutes after the close; counted from the signing where that comes later (assumed)."""
    minutes = timedelta(minutes=int(rules_of(day.plan)["custody.minutes"].value))
    known = [day.since.get(f"{kind}:{window}") for kind in ("window_closed", "result_signed")]
    return max(at for at in known if at) + minutes


def waiting_for_custody(day: IssuanceDay, window: str) -> tuple[str, ...]:
    """Winners whose form is not in, as `bond:member`."""
    state = day.windows[window]
    return tuple(
        f"{bond}:{award.member}"
        for bond, result in state.results.items()
        for award in result.members
        if award.member not in state.custody.get(bond, {})
    )


def close_custody(day: IssuanceDay, event: e.CustodyClosed) -> e.CustodyClosed:
    """All forms in, or the deadline past: what is missing goes to CCDC whole. Raises OutOfOrder before that."""
    missing = waiting_for_custody(day, event.window)
    if missing and event.at <= custody_deadline(day, event.window):
        sentence = say("还有 {count} 份债权托管申请书未报，未到截止时间", count=len(missing))
        raise OutOfOrder([ruled(day, "custody.minutes", event.window, sentence)])
    return event.model_copy(update={"defaulted": missing})


CONFIRMED, SIGNED = frozenset({WindowPhase.CONFIRMED}), frozenset({WindowPhase.SIGNED})
CLEARED = frozenset({WindowPhase.CLEARED})

AWARD_COMMANDS: CommandTable = {
    e.AwardConfirmed: Command(confirm_award, frozenset({Role.OPERATOR}), SITE, CLEARED),
    e.AwardChecked: Command(check_award, frozenset({Role.CHECKER}), SITE, CLEARED),
    e.ResultSigned: Command(sign_result, frozenset(RESULT_SIGNERS), SITE, CONFIRMED),
    e.CustodyFiled: Command(file_custody, frozenset({Role.UNDERWRITER}), SITE, SIGNED),
    e.CustodyClosed: Command(close_custody, frozenset({Role.SYSTEM}), SITE, SIGNED),
}
