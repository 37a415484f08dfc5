"""What all facts of an issuance day share."""

from __future__ import annotations

from pydantic import NaiveDatetime

from auction.notice import Strict
from auction.quantities import Amount, Level


class Event(Strict):
    """A fact: `at` is Beijing time in whole seconds, `seat` is who acted, `role:name`."""

    at: NaiveDatetime
    seat: str


class Step(Strict):
    """One line of a submission: a level and the amount bid there."""

    level: Level
    amount: Amount
