"""Where an issue may be offered: the venues as the regulations open them one after another.

Issues offshore and in free-trade zones are known by name and refused: another room sells them by other rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from auction.errors import BadInput, bad_input
from auction.language import Message, say
from auction.offer import Market
from auction.plan import Issue, Plan
from auction.rulebook import Rules, load_rulebook

OPEN = "open"


class Venue(StrEnum):
    """A venue, by the name its rule bears."""

    INTERBANK = "interbank"
    SSE = "sse"
    SZSE = "szse"
    BSE = "bse"
    COUNTER = "counter"
    OFFSHORE = "offshore"
    FREE_TRADE_ZONE = "free_trade_zone"

    @property
    def rule(self) -> str:
        """The rule that opens it."""
        return f"venue.{self.value}"


NAMES: Mapping[Venue, tuple[str, ...]] = MappingProxyType(
    {
        Venue.INTERBANK: (
            "银行间",
            "银行间债券市场",
            "全国银行间债券市场",
            "银行间市场",
            "财政部政府债券发行系统",
        ),
        Venue.SSE: ("上交所", "上海证券交易所", "上海交易所"),
        Venue.SZSE: ("深交所", "深圳证券交易所", "深圳交易所"),
        Venue.BSE: ("北交所", "北京证券交易所", "北京交易所"),
        Venue.COUNTER: ("柜台", "商业银行柜台", "银行柜台", "柜台市场"),
        Venue.OFFSHORE: ("离岸", "香港", "澳门", "境外"),
        Venue.FREE_TRADE_ZONE: ("自贸区", "自由贸易试验区", "自贸试验区", "上海自贸区"),
    }
)
"""What people call each venue, the usual name first."""

VENUES_OF: Mapping[Market, tuple[Venue, ...]] = MappingProxyType(
    {
        Market.INTERBANK: (Venue.INTERBANK,),
        Market.EXCHANGE: (Venue.SSE, Venue.SZSE, Venue.BSE),
        Market.COUNTER: (Venue.COUNTER,),
    }
)
"""The venues of a market; it is open where any of them is."""

ROOM = re.compile(r"[（(][^（）()]*[）)]$")
"""What stands behind a venue's name in brackets: the room."""


def venues_on(rules: Rules) -> tuple[Venue, ...]:
    """The venues where an issue may be offered by the rules of the day."""
    return tuple(venue for venue in Venue if (rule := rules.get(venue.rule)) and rule.value == OPEN)


def venue_on(written: str, rules: Rules) -> Venue:
    """The venue that `written` names. Raises BadInput for one nobody knows, not yet open, or of another room."""
    found = _named(written)
    if found is None:
        known = "、".join(NAMES[venue][0] for venue in venues_on(rules))
        raise bad_input(say("没有发行场所 {venue}，当日可用 {known}", venue=written, known=known), field="venue")
    rule, name = rules.get(found.rule), NAMES[found][0]
    if rule is None:
        raise bad_input(_not_yet(found, rules), field="venue")
    if rule.value != OPEN:
        sentence = say("{venue} 发行另有办法，演练室不办理（{citation}）", venue=name, citation=rule.citation)
        raise bad_input(sentence, field="venue")
    return found


def venues_named(plan: Plan, issue: Issue) -> frozenset[Venue]:
    """The venues where the plan offers an issue, as far as they are known by name."""
    own = _named(plan.venue)
    return frozenset([*([own] if own else []), *(venue for market in markets_of(issue) for venue in VENUES_OF[market])])


def markets_of(issue: Issue) -> tuple[Market, ...]:
    """The markets an issue names, and the counter where it has a tranche for it."""
    return tuple(dict.fromkeys((*(issue.markets or ()), *((Market.COUNTER,) if issue.counter else ()))))


def venue_faults(plan: Plan, rules: Rules) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """Every place where the plan offers what may not be offered there on the day, by its path in the plan."""
    try:
        venue_on(plan.venue, rules)
    except BadInput as error:
        yield ("venue",), error.message
    opened = venues_on(rules)
    for number, window in enumerate(plan.windows):
        for place, issue in enumerate(window.issues):
            for market in markets_of(issue):
                if not set(VENUES_OF[market]) & set(opened):
                    field = "markets" if market in (issue.markets or ()) else "counter"
                    yield ("windows", number, "issues", place, field), _not_yet(VENUES_OF[market][0], rules)


def _named(written: str) -> Venue | None:
    name = ROOM.sub("", written.strip())
    return next((venue for venue, names in NAMES.items() if name in (venue.value, *names)), None)


def _not_yet(venue: Venue, rules: Rules) -> Message:
    """That a venue is not open yet, and since when by which text it is."""
    sentence = say("{day} 尚不能在 {venue} 发行", day=rules.day, venue=NAMES[venue][0])
    later = [rule for rule in load_rulebook().history(venue.rule, rules.issuer) if rule.since > rules.day]
    if not later:
        return sentence
    places = {"since": later[0].since, "citation": later[0].citation}
    return say("{sentence}：{since} 起才有规定（{citation}）", sentence=sentence, **places)
