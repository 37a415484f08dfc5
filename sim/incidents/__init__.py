"""What goes wrong on the site, and when. An incident is added by one entry in one of these files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from auction.day import Incident
from sim.incidents.after import AFTER
from sim.incidents.award import AWARD
from sim.incidents.bidding import BIDDING
from sim.incidents.forms import FORMS
from sim.incidents.judging import judged, staked
from sim.incidents.kind import Kind, Past, Verdict
from sim.incidents.people import PEOPLE
from sim.incidents.ranges import RANGES
from sim.incidents.sheets import SHEETS

CATALOGUE: Mapping[str, Kind] = MappingProxyType(
    {kind.id: kind for kind in (*SHEETS, *RANGES, *PEOPLE, *FORMS, *BIDDING, *AWARD, *AFTER)}
)
"""Every incident by its name."""


def judge(incident: Incident, past: Past) -> Verdict:
    """How the site came through an incident. Raises KeyError for a kind that is not in the catalogue."""
    return judged(CATALOGUE, incident, past)


def stake(incident: Incident, past: Past) -> Decimal | None:
    """Yuan that it would have cost over the bond's life; None where it is not about money. Raises KeyError."""
    return staked(CATALOGUE, incident, past)
