"""Commands after the release: announcement, payment, settlement, listing."""

from __future__ import annotations

from decimal import Decimal

from auction import events as e
from auction.canonical import digest
from auction.commands.guard import Command, CommandTable, ruled
from auction.day import IssuanceDay, Phase
from auction.errors import OutOfOrder, Refused
from auction.language import say
from auction.plan import Role
from auction.settlement import has_public_issue, listed_bonds, payments_due


def publish_result(day: IssuanceDay, event: e.ResultPublished) -> e.ResultPublished:
    """The announcement carries the digest of each signed result."""
    digests = {name: digest(state.payload.encode()) for name, state in day.windows.items() if state.payload}
    return event.model_copy(update={"digests": digests})


def receive_payment(day: IssuanceDay, event: e.PaymentReceived) -> e.PaymentReceived:
    """A winner's money, to the fen. Raises Refused for another sum, a second payment, or nobody's debt."""
    due = payments_due(day).get(event.member)
    if due is None or event.member in day.paid:
        sentence = say("{member} 没有待缴的款项", member=event.member)
        raise Refused([ruled(day, "payment.workdays", event.member, sentence)])
    if event.amount != money(due):
        sentence = say("{member} 应缴 {due} 元，到账 {got} 元", member=event.member, due=money(due), got=event.amount)
        raise Refused([ruled(day, "payment.workdays", event.member, sentence)])
    return event


def record_settlement(day: IssuanceDay, event: e.SettlementRecorded) -> e.SettlementRecorded:
    """Every winner has paid. Raises OutOfOrder."""
    owing = [member for member in payments_due(day) if member not in day.paid]
    if owing:
        sentence = say("还有 {count} 家未缴款", count=len(owing))
        raise OutOfOrder([ruled(day, "payment.workdays", owing[0], sentence)])
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
