"""Every fact of an issuance day: frozen, past tense, told apart by `kind`.

`at` is Beijing time, whole seconds. `seat` is who acted: `role:name`. A refused action is a fact too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from auction.breach import Breach
from auction.event import Event as Event
from auction.event import Step as Step
from auction.notice import BiddingWindow, Strict
from auction.plan import Plan, RangeEntry, Role, Terms
from auction.quantities import Amount, Level
from auction.signoff import Signature
from auction.trouble import Announced as Announced
from auction.trouble import AnnouncementCorrected as AnnouncementCorrected
from auction.trouble import Answer as Answer
from auction.trouble import ClockSet as ClockSet
from auction.trouble import DayBranched as DayBranched
from auction.trouble import EmergencyBidKeyed as EmergencyBidKeyed
from auction.trouble import EmergencyFormReceived as EmergencyFormReceived
from auction.trouble import EmergencyFormSetAside as EmergencyFormSetAside
from auction.trouble import IncidentAnswered as IncidentAnswered
from auction.trouble import IncidentOccurred as IncidentOccurred
from auction.trouble import NoteTaken as NoteTaken
from auction.trouble import WindowExtended as WindowExtended


class DayPlanned(Event):
    """The day begins: the plan, the scenario it came from, and the seed nobody may see."""

    kind: Literal["day_planned"] = "day_planned"
    journal: str
    scenario: str
    scenario_digest: str
    rules: str
    """The digest of the rules in force."""
    seed: int
    run: int
    plan: Plan
    blind: bool
    """Whether the checker enters the sheet blind, or reviews it."""
    by_eye: bool = False
    """Whether people alone compare the sheet with the documents and the range with the curve, as on a real site."""
    curve: str | None = None
    """The digest of the evening's curve file."""


class SeatTaken(Event):
    """A person, or a script in the person's name, sits down with a key."""

    kind: Literal["seat_taken"] = "seat_taken"
    person: str
    role: Role
    key: str
    practice: bool
    played_by: Literal["person", "script"]
    warnings: tuple[Breach, ...] = ()


class MemberPlayed(Event):
    """A person, not a script, bids for this member from here on."""

    kind: Literal["member_played"] = "member_played"
    member: str


class PersonRegistered(Event):
    """人员出入登记."""

    kind: Literal["person_registered"] = "person_registered"
    person: str


class DevicesHandedIn(Event):
    """通讯设备存放."""

    kind: Literal["devices_handed_in"] = "devices_handed_in"
    person: str
    devices: int


class ShieldingSwitchedOn(Event):
    """无线电屏蔽."""

    kind: Literal["shielding_switched_on"] = "shielding_switched_on"


class RecordedLineTested(Event):
    """电话录音 works."""

    kind: Literal["recorded_line_tested"] = "recorded_line_tested"


class SiteInspected(Event):
    """The supervisor's checklist: 人员、通讯、应急操作, each in order or not; countersigned where all are."""

    kind: Literal["site_inspected"] = "site_inspected"
    people: bool
    communications: bool
    emergency: bool
    remark: str = ""

    @property
    def in_order(self) -> bool:
        """Whether everything was found in order."""
        return self.people and self.communications and self.emergency


class ObjectionRaised(Event):
    """The supervisor objects: nothing is sent, confirmed, signed or released until that is settled."""

    kind: Literal["objection_raised"] = "objection_raised"
    reason: str


class ObjectionSettled(Event):
    """The supervisor lifts the objection, saying how it was settled."""

    kind: Literal["objection_settled"] = "objection_settled"
    answer: str


class SiteSealed(Event):
    """现场封闭."""

    kind: Literal["site_sealed"] = "site_sealed"


class NoticeEntered(Event):
    """The operator entered the terms of one issue."""

    kind: Literal["notice_entered"] = "notice_entered"
    bond: str
    terms: Terms


class NoticeChecked(Event):
    """The checker compared the terms; `differences` names the fields that differ."""

    kind: Literal["notice_checked"] = "notice_checked"
    bond: str
    terms: Terms
    differences: tuple[str, ...]


class RangeEntered(Event):
    """The operator entered the range of one issue."""

    kind: Literal["range_entered"] = "range_entered"
    bond: str
    entry: RangeEntry


class RangeChecked(Event):
    """The checker computed the range again."""

    kind: Literal["range_checked"] = "range_checked"
    bond: str
    entry: RangeEntry
    differences: tuple[str, ...]


class NoticesSent(Event):
    """发标: every sheet of the window."""

    kind: Literal["notices_sent"] = "notices_sent"
    window: str
    warnings: tuple[Breach, ...] = ()


class WindowOpened(Event):
    """The window opened."""

    kind: Literal["window_opened"] = "window_opened"
    window: str


class BidReceived(Event):
    """A member's submission for one issue; it replaces the member's earlier one."""

    kind: Literal["bid_received"] = "bid_received"
    bond: str
    member: str
    steps: tuple[Step, ...]
    warnings: tuple[Breach, ...] = ()


class BidWithdrawn(Event):
    """A member took its submission back."""

    kind: Literal["bid_withdrawn"] = "bid_withdrawn"
    bond: str
    member: str


class CounterOrdered(Event):
    """A bank's order of an amount for its counter; it replaces the bank's earlier one."""

    kind: Literal["counter_ordered"] = "counter_ordered"
    bond: str
    member: str
    amount: Amount


class WindowClosed(Event):
    """截标."""

    kind: Literal["window_closed"] = "window_closed"
    window: str


class Figures(Strict):
    """The result of one issue in short, and the digest of the whole."""

    cutoff: Level | None
    issued: Amount
    cover: str | None
    digest: str


class ResultDelivered(Event):
    """The issuing system's result."""

    kind: Literal["result_delivered"] = "result_delivered"
    window: str
    figures: Mapping[str, Figures]


class ResultRecomputed(Event):
    """The desk's own recomputation, lot for lot the same: 出标."""

    kind: Literal["result_recomputed"] = "result_recomputed"
    window: str
    figures: Mapping[str, Figures]
    warnings: tuple[Breach, ...] = ()


class WindowVoided(Event):
    """The window's bids are void; it is bid again, or cancelled."""

    kind: Literal["window_voided"] = "window_voided"
    window: str
    reason: str
    again: bool
    times: BiddingWindow | None = None
    """When it is bid again, where its own times are past."""


class AwardConfirmed(Event):
    """The operator confirmed the award."""

    kind: Literal["award_confirmed"] = "award_confirmed"
    window: str
    figures: Mapping[str, Figures]


class AwardChecked(Event):
    """The checker checked the confirmed award."""

    kind: Literal["award_checked"] = "award_checked"
    window: str
    figures: Mapping[str, Figures]


class ResultSigned(Event):
    """One of the signers signed the result."""

    kind: Literal["result_signed"] = "result_signed"
    window: str
    signature: Signature


class CustodyFiled(Event):
    """A winner's 债权托管申请书: how much where."""

    kind: Literal["custody_filed"] = "custody_filed"
    bond: str
    member: str
    split: Mapping[str, Amount]


class CustodyClosed(Event):
    """The custody forms are in, or defaulted."""

    kind: Literal["custody_closed"] = "custody_closed"
    window: str
    defaulted: tuple[str, ...]


class RegisterClosed(Event):
    """Everyone on site accounted for."""

    kind: Literal["register_closed"] = "register_closed"


class SiteReleased(Event):
    """解除封闭, with the closing seal over the journal so far."""

    kind: Literal["site_released"] = "site_released"
    count: int
    head: str
    signatures: tuple[Signature, ...]


class ResultPublished(Event):
    """The announcement; `digest` is the announced payload's."""

    kind: Literal["result_published"] = "result_published"
    digests: Mapping[str, str]
    announced: Mapping[str, Announced] = {}
    """What the announcement says, by bond."""


class PaymentReceived(Event):
    """A winner's money, in yuan with two decimals: all that is left to pay, or a part of it."""

    kind: Literal["payment_received"] = "payment_received"
    member: str
    amount: str
    part: bool = False
    """Whether the bank names it as a part only."""
    warnings: tuple[Breach, ...] = ()


class SettlementRecorded(Event):
    """Every winner has paid."""

    kind: Literal["settlement_recorded"] = "settlement_recorded"


class BondsListed(Event):
    """The bonds are listed; those of a directed issue are not."""

    kind: Literal["bonds_listed"] = "bonds_listed"
    bonds: tuple[str, ...] = ()


class DayClosed(Event):
    """The journal's last row: supervisor and technician sign its count and head."""

    kind: Literal["day_closed"] = "day_closed"
    count: int
    head: str
    signatures: tuple[Signature, ...]


class ActionRefused(Event):
    """Somebody tried what the rules do not allow."""

    kind: Literal["action_refused"] = "action_refused"
    action: str
    place: str | None = None
    """The window or bond it was about."""
    breaches: tuple[Breach, ...]


AnyEvent = (
    DayPlanned | SeatTaken | MemberPlayed | PersonRegistered | DevicesHandedIn | ShieldingSwitchedOn
    | RecordedLineTested | SiteInspected | ObjectionRaised | ObjectionSettled | SiteSealed
    | NoticeEntered | NoticeChecked | RangeEntered | RangeChecked | NoticesSent
    | WindowOpened | BidReceived | BidWithdrawn | CounterOrdered | WindowClosed | ResultDelivered | ResultRecomputed
    | WindowVoided
    | AwardConfirmed | AwardChecked | ResultSigned | CustodyFiled | CustodyClosed | RegisterClosed | SiteReleased
    | ResultPublished | PaymentReceived | SettlementRecorded | BondsListed | DayClosed | ActionRefused
    | IncidentOccurred | IncidentAnswered | WindowExtended | EmergencyFormReceived | EmergencyBidKeyed
    | EmergencyFormSetAside | AnnouncementCorrected | NoteTaken | ClockSet | DayBranched
)  # fmt: skip

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Field(discriminator="kind")])


def place_of(event: AnyEvent) -> str | None:
    """The window or bond an event is about, or None for one about the whole day."""
    return getattr(event, "window", None) or getattr(event, "bond", None) or getattr(event, "place", None)


def kind_of(event: type[Event]) -> str:
    """The `kind` of an event class."""
    return str(event.model_fields["kind"].default)
