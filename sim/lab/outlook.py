"""The outlook of a population: where its coupons lie against the local curve, as a calibration found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

import numpy as np
from pydantic import Field

from auction.offer import Name, Strict
from auction.workdays import Day

FIRST_GAP_BP = -4.0
"""Where the gap is looked for first: before anything is known."""

BasisPoints = Annotated[Decimal, Field(ge=-200, le=200)]
Deviation = Annotated[Decimal, Field(gt=0, le=100)]


class Outlook(Strict):
    """Where members of a population see coupons against the local curve, and how surely."""

    note: str = ""
    own_sd_bp: Deviation = Decimal(3)
    """Standard deviation of what is an issue's own. The three by default are those with which days left out are
    predicted nearly best while covers keep to the local curve as they do (docs/calibration.md)."""
    drift_bp: Deviation = Decimal(2)
    """Standard deviation of the gap's change in a quarter."""
    issuer_sd_bp: Deviation = Decimal(2)
    """Standard deviation of the effects of issuers."""
    gaps: Mapping[Day, BasisPoints] = {}
    """The gap in bp by the first day of a quarter; between two the line, beyond the last the last."""
    floors: Mapping[Day, BasisPoints] = {}
    """From which day results show a lower floor than the nation's practice, bp over M: where no issuer's own rule and
    no later one of the nation says otherwise, auctions are looked back on with this one (derived)."""
    issuers: Mapping[Name, BasisPoints] = {}
    """What an issuer's coupons lie above the others', bp; of one not named 0."""

    def gap_bp(self, day: date, issuer: str) -> float:
        """The expected gap."""
        own = float(self.issuers.get(issuer, 0))
        if not self.gaps:
            return FIRST_GAP_BP + own
        days = sorted(self.gaps)
        known = [float(self.gaps[each]) for each in days]
        return float(np.interp(day.toordinal(), [each.toordinal() for each in days], known)) + own
