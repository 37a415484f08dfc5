"""Commands decide: they take an event as a seat proposes it and return it as it will stand, or raise Refused.

A person at the screen, a scripted seat and a test all come through `decide`.
"""

from __future__ import annotations

from auction import events as e
from auction.commands.after import AFTER_COMMANDS
from auction.commands.award import AWARD_COMMANDS
from auction.commands.bidding import BIDDING_COMMANDS
from auction.commands.emergency import EMERGENCY_COMMANDS
from auction.commands.guard import (
    CommandTable,
    require_no_hold,
    require_no_objection,
    require_phase,
    require_seat,
    unruled,
)
from auction.commands.sheet import SHEET_COMMANDS
from auction.commands.site import SITE_COMMANDS
from auction.commands.trouble import TROUBLE_COMMANDS
from auction.day import IssuanceDay
from auction.errors import NotYourSeat, OutOfOrder, Refused
from auction.language import say

COMMANDS: CommandTable = {
    **SITE_COMMANDS,
    **SHEET_COMMANDS,
    **BIDDING_COMMANDS,
    **EMERGENCY_COMMANDS,
    **AWARD_COMMANDS,
    **AFTER_COMMANDS,
    **TROUBLE_COMMANDS,
}


def decide(day: IssuanceDay, proposed: e.AnyEvent) -> e.AnyEvent:
    """The proposed event as it will stand. Raises Refused, OutOfOrder, NotYourSeat, Unsigned."""
    command = COMMANDS.get(type(proposed))
    if command is None:
        raise NotYourSeat([unruled("seat.role", proposed.seat, say("此事不由任何席位提出"))])
    if proposed.at < day.now:
        sentence = say("时间 {at} 早于日志已到的 {now}", at=proposed.at, now=day.now)
        raise OutOfOrder([unruled("order.day", proposed.seat, sentence)])
    require_seat(day, proposed, command)
    require_phase(day, proposed, command)
    require_no_objection(day, proposed)
    require_no_hold(day, proposed)
    return command.decide(day, proposed)


def decide_or_refuse(day: IssuanceDay, proposed: e.AnyEvent) -> e.AnyEvent:
    """The event as it will stand, or the refusal as an event: on a real site that is evidence."""
    try:
        return decide(day, proposed)
    except Refused as refused:
        at = max(proposed.at, day.now)
        place, breaches = e.place_of(proposed), refused.breaches
        return e.ActionRefused(at=at, seat=proposed.seat, action=proposed.kind, place=place, breaches=breaches)
