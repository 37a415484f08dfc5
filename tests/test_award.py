"""The result: recomputed, confirmed, checked and signed; custody, release and payment."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import days
import pytest
from days import BOND, BROKER, CHECKER, LEAD, OPERATOR, SUPERVISOR, SYSTEM, TECHNICIAN
from refusals import refusal, rules

from auction import events as e
from auction.commands import decide
from auction.commands.site import sealed_bytes
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import OutOfOrder, Unsigned
from auction.signoff import RESULT_TYPE, KeyHolder, PrivateKey, pae, seal_bytes, signature_of


def test_the_result_is_not_recomputed_before_the_system_has_delivered_it():
    day = days.standing(WindowPhase.CLOSED)
    recomputed = e.ResultRecomputed(at=day.now, seat=OPERATOR, window="W1", figures={})
    assert isinstance(refusal(day, recomputed), OutOfOrder)
    assert rules(day, recomputed) == ["result.recomputation"]


def test_a_system_result_that_differs_from_the_recomputation_is_not_accepted():
    day = days.standing(WindowPhase.CLOSED)
    figures = days.sample("result_delivered").figures[BOND]
    wrong = {BOND: figures.model_copy(update={"issued": figures.issued - 1000})}
    day = days.act(day, e.ResultDelivered(at=day.now, seat=SYSTEM, window="W1", figures=wrong))
    recomputed = e.ResultRecomputed(at=day.now, seat=OPERATOR, window="W1", figures={})
    assert rules(day, recomputed) == ["result.recomputation"]


def test_the_award_is_confirmed_by_the_operator_and_then_checked_by_the_checker():
    day = days.standing(WindowPhase.CLEARED)
    figures = days.sample("result_recomputed").figures
    checked = e.AwardChecked(at=day.now, seat=CHECKER, window="W1", figures=figures)
    confirmed = e.AwardConfirmed(at=day.now, seat=OPERATOR, window="W1", figures=figures)
    assert isinstance(refusal(day, checked), OutOfOrder)
    assert rules(day, checked) == ["site.dual_check"]
    assert rules(day, confirmed.model_copy(update={"seat": CHECKER})) == ["seat.role"]
    other = {BOND: figures[BOND].model_copy(update={"cutoff": Decimal("2.00")})}
    assert rules(day, confirmed.model_copy(update={"figures": other})) == ["site.dual_check"]
    day = days.act(day, confirmed)
    assert rules(day, checked.model_copy(update={"figures": other})) == ["site.dual_check"]
    assert days.act(day, checked).windows["W1"].phase is WindowPhase.CONFIRMED


def signing(seat: str, by: str | None = None) -> e.ResultSigned:
    """A seat hands in the signature of its person, or of somebody else."""
    day = days.standing(WindowPhase.CONFIRMED)
    signature = days.signed_by(by or seat, pae(RESULT_TYPE, day.windows["W1"].payload.encode()))
    return e.ResultSigned(at=day.now, seat=seat, window="W1", signature=signature)


def test_the_lead_officer_and_the_supervisor_together_sign_the_result():
    day = days.standing(WindowPhase.CONFIRMED)
    for first, second in ((LEAD, SUPERVISOR), (SUPERVISOR, LEAD)):
        half = days.act(day, signing(first))
        assert half.windows["W1"].phase is WindowPhase.CONFIRMED
        assert days.act(half, signing(second)).windows["W1"].phase is WindowPhase.SIGNED


def test_a_signer_who_signs_twice_counts_once():
    half = days.act(days.standing(WindowPhase.CONFIRMED), signing(LEAD))
    assert isinstance(refusal(half, signing(LEAD)), Unsigned)
    assert rules(half, signing(LEAD)) == ["result.signers.tender"]


def test_nobody_hands_in_the_signature_of_another():
    day = days.standing(WindowPhase.CONFIRMED)
    assert isinstance(refusal(day, signing(LEAD, by=SUPERVISOR)), Unsigned)
    assert rules(day, signing(LEAD, by=SUPERVISOR)) == ["result.signers.tender"]


def forgeries() -> dict[str, object]:
    """Signatures in the lead officer's name that are worth nothing."""
    day = days.standing(WindowPhase.CONFIRMED)
    good, over = signing(LEAD).signature, pae(RESULT_TYPE, day.windows["W1"].payload.encode())
    stolen = KeyHolder("许正言", PrivateKey.practice(1, "a thief"))
    return {
        "another key": signature_of(stolen, "lead-officer", over),
        "another key under the known id": replace(signature_of(stolen, "lead-officer", over), key=good.key),
        "another payload": days.signed_by(LEAD, pae(RESULT_TYPE, b"{}")),
        "another purpose": days.signed_by(LEAD, seal_bytes("result", {"payload": day.windows["W1"].payload})),
        "no hex": replace(good, sig="worthless"),
        "one bit off": replace(good, sig=f"{int(good.sig, 16) ^ 1:0128x}"),
    }


@pytest.mark.parametrize("forgery", forgeries())
def test_a_forged_signature_is_refused(forgery):
    day = days.standing(WindowPhase.CONFIRMED)
    forged = signing(LEAD).model_copy(update={"signature": forgeries()[forgery]})
    assert isinstance(refusal(day, forged), Unsigned)
    assert rules(day, forged) == ["result.signers.tender"]


# Custody


def custody(day: IssuanceDay, split: dict[str, int] | None = None, member: str = "银行甲") -> e.CustodyFiled:
    """A winner's form, at CCDC whole where no split is given."""
    awards = {award.member: award.awarded for award in day.windows["W1"].results[BOND].members}
    filed = {"CCDC": awards[member]} if split is None else split
    return e.CustodyFiled(at=day.now, seat=f"underwriter:{member}", bond=BOND, member=member, split=filed)


def test_a_custody_form_adds_up_to_the_award_and_names_known_depositories():
    day = days.standing(WindowPhase.SIGNED)
    awarded = custody(day).split["CCDC"]
    for split in ({}, {"CCDC": awarded - 1000}, {"CCDC": awarded + 1000, "CSDC-SH": -1000}, {"BANK": awarded}):
        assert rules(day, custody(day, split)) == ["custody.minutes"]
    halves = {"CSDC-SH": 1000, "CSDC-SZ": awarded - 1000}
    assert days.act(day, custody(day, halves)).windows["W1"].custody == {BOND: {"银行甲": halves}}


def test_a_winner_files_for_itself_and_in_time():
    day = days.standing(WindowPhase.SIGNED)
    assert rules(day, custody(day).model_copy(update={"seat": BROKER})) == ["bid.syndicate"]
    late = custody(day).model_copy(update={"at": day.now + timedelta(minutes=20, seconds=1)})
    assert rules(day, late) == ["custody.minutes"]


def test_custody_closes_when_all_forms_are_in_or_the_time_is_up():
    day = days.standing(WindowPhase.SIGNED)
    closing = e.CustodyClosed(at=day.now + timedelta(minutes=20), seat=SYSTEM, window="W1", defaulted=())
    assert isinstance(refusal(day, closing), OutOfOrder)
    winners = tuple(f"{BOND}:{award.member}" for award in day.windows["W1"].results[BOND].members)
    late = closing.model_copy(update={"at": closing.at + timedelta(seconds=1)})
    assert decide(day, late).defaulted == winners
    complete = days.before("custody_closed")
    assert decide(complete, closing.model_copy(update={"at": complete.now})).defaulted == ()


# Release, and after


def test_the_register_is_not_closed_while_a_window_is_going_on():
    day = days.standing(WindowPhase.SIGNED)
    assert rules(day, e.RegisterClosed(at=day.now, seat=TECHNICIAN)) == ["site.register"]


def release(day: IssuanceDay, signers: tuple[str, ...] = (SUPERVISOR, TECHNICIAN)) -> e.SiteReleased:
    """The site released under a closing seal."""
    return under_seal(day, e.SiteReleased, signers)


def under_seal(day: IssuanceDay, kind: type, signers: tuple[str, ...], at: datetime | None = None):
    """An act that closes the journal so far, sealed by the people in those seats."""
    head = {"count": day.head.count, "head": day.head.hash}
    act = kind(at=at or day.now, seat=TECHNICIAN, **head, signatures=())
    signatures = tuple(days.signed_by(seat, sealed_bytes(day, act)) for seat in signers)
    return act.model_copy(update={"signatures": signatures})


def test_the_site_is_released_under_the_seal_of_supervisor_and_technician():
    day = days.before("site_released")
    assert days.act(day, release(day)).phase is Phase.RELEASED
    assert rules(day, release(day, (SUPERVISOR,))) == ["gate.signatures"]
    assert rules(day, release(day, (TECHNICIAN, TECHNICIAN))) == ["gate.signatures"]
    later = release(day).model_copy(update={"at": day.now + timedelta(seconds=1)})
    closing = under_seal(day, e.DayClosed, (SUPERVISOR, TECHNICIAN))
    assert rules(day, later) == ["gate.signatures", "gate.signatures"]
    assert rules(day, release(day).model_copy(update={"signatures": closing.signatures})) == rules(day, later)
    assert rules(day, release(day).model_copy(update={"count": day.head.count - 1})) == ["seal.head"]
    early = days.before("register_closed")
    assert rules(early, release(early)) == ["site.register"]


def test_winners_pay_what_they_owe_once_and_all_of_them_before_settlement():
    day = days.after("result_published")
    paid = days.sample("payment_received").model_copy(update={"at": day.now})
    for amount in ("1.00", "abc", paid.amount.rstrip("0") + "1"):
        assert rules(day, paid.model_copy(update={"amount": amount})) == ["payment.workdays"]
    after = days.act(day, paid)
    assert after.paid == {paid.member: paid.amount}
    assert rules(after, paid) == ["payment.workdays"]
    assert rules(after, paid.model_copy(update={"member": "银行庚"})) == ["payment.workdays"]
    settled = e.SettlementRecorded(at=day.now, seat=OPERATOR)
    assert isinstance(refusal(after, settled), OutOfOrder)
    assert rules(after, settled) == ["payment.workdays"]
