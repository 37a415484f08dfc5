"""Commands after the release: announcement, payment, settlement, listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from auction import events as e
from auction.breach import Breach, Severity
from auction.canonical import digest
from auction.commands.guard import Command, CommandTable, ruled
from auction.commands.trouble import announced_as_signed
from auction.day import IssuanceDay, Phase
from auction.errors import OutOfOrder, Refused
from auction.language import say
from auction.plan import Role
from auction.settlement import has_public_issue, late_interest, listed_bonds, owing, payment_date

PAYMENT = "payment.workdays"
YUAN = re.compile(r"\d{1,18}\.\d{2}", re.ASCII)


def publish_result(day: IssuanceDay, event: e.ResultPublished) -> e.ResultPublished:
    """The announcement carries the digest of each signed result, and says of each bond what is put into it."""
    digests = {name: digest(state.payload.encode()) for name, state in day.windows.items() if state.payload}
    return event.model_copy(update={"digests": digests, "announced": {**announced_as_signed(day), **event.announced}})


def receive_payment(day: IssuanceDay, event: e.PaymentReceived) -> e.PaymentReceived:
    """A winner's money, to the fen: all that is left to pay, or a part that the bank names as such.

    What is late or a part is warned of. Raises Refused for another sum, a payment too many, or nobody's debt.
    """
    due = owing(day).get(event.member)
    if due is None:
        sentence = say("{member} 没有待缴的款项", member=event.member)
        raise Refused([ruled(day, PAYMENT, event.member, sentence)])
    got = yuan(event.amount)
    if got is None or got > due or (got < due and not event.part):
        sentence = say("{member} 应缴 {due} 元，到账 {got} 元", member=event.member, due=money(due), got=event.amount)
        raise Refused([ruled(day, PAYMENT, event.member, sentence)])
    warnings = tuple(_warning(breach) for breach in (*_late(day, event, got), *_short(day, event, due - got)))
    return event.model_copy(update={"warnings": warnings})


def yuan(written: str) -> Decimal | None:
    """A sum above zero written with two decimals; None for anything else."""
    return Decimal(written) if YUAN.fullmatch(written) and Decimal(written) > 0 else None


def _late(day: IssuanceDay, event: e.PaymentReceived, got: Decimal) -> Iterator[Breach]:
    """Money after the day of payment bears interest."""
    days = (event.at.date() - payment_date(day)).days
    if days > 0:
        owed = money(late_interest(day, event.member, got, days))
        facts = {"member": event.member, "days": days, "got": event.amount, "owed": owed}
        sentence = say("{member} 的 {got} 元晚到 {days} 天，应计违约金 {owed} 元", **facts)
        yield ruled(day, "late.multiple", event.member, sentence)


def _short(day: IssuanceDay, event: e.PaymentReceived, left: Decimal) -> Iterator[Breach]:
    if left:
        sentence = say("{member} 还欠 {left} 元", member=event.member, left=money(left))
        yield ruled(day, PAYMENT, event.member, sentence)


def _warning(breach: Breach) -> Breach:
    return breach.model_copy(update={"severity": Severity.WARNING})


def record_settlement(day: IssuanceDay, event: e.SettlementRecorded) -> e.SettlementRecorded:
    """Every winner has paid. Raises OutOfOrder."""
    unpaid = tuple(owing(day))
    if unpaid:
        sentence = say("还有 {count} 家未缴款", count=len(unpaid))
        raise OutOfOrder([ruled(day, PAYMENT, unpaid[0], sentence)])
    return event


def list_bonds(day: IssuanceDay, event: e.BondsListed) -> e.BondsListed:
    """What was issued publicly is listed. Raises OutOfOrder on a day of directed issues only."""
    if not has_public_issue(day.plan):
        raise OutOfOrder([ruled(day, "directed.interbank", event.seat, say("定向承销的债券不上市"))])
    return event.model_copy(update={"bonds": listed_bonds(day)})


def money(amount: Decimal) -> str:
    """Yuan with two decimals."""
    return f"{amount:.2f}"


OPERATOR, SYSTEM = frozenset({Role.OPERATOR}), frozenset({Role.SYSTEM})

AFTER_COMMANDS: CommandTable = {
    e.ResultPublished: Command(publish_result, OPERATOR, frozenset({Phase.RELEASED})),
    e.PaymentReceived: Command(receive_payment, SYSTEM, frozenset({Phase.PUBLISHED})),
    e.SettlementRecorded: Command(record_settlement, OPERATOR, frozenset({Phase.PUBLISHED})),
    e.BondsListed: Command(list_bonds, SYSTEM, frozenset({Phase.SETTLED})),
}
