"""An arm of an experiment: what it overrides, and the desk of the issue under it.

An override is a rule by its dotted key (range.floor) or a field of the notice (flexible). Everything an arm does not
override comes from the scenario's own desk, so that nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType

from pydantic import ValidationError

from auction.bidrange import BidRange, print_mean
from auction.bookbuilding import LEADS
from auction.breach import Basis
from auction.checks import Desk, limits_for
from auction.curve import Benchmark, Curve, benchmark_mean
from auction.desk import benchmark_tenor, desk_at, has_range, notice_from, range_by, rules_of
from auction.errors import BadInput, Fault
from auction.language import Message, say
from auction.notice import BidObject, LevelRange, Limits, MemberClass, Notice, Offer, parse_tenor
from auction.plan import Issue, Plan, RangeEntry, terms_of
from auction.rulebook import Rules
from auction.rulefile import Dated, RuleFile
from auction.rulekeys import KEYS, OTHER_TENORS, UNLIMITED, ByTenor, Value, read_value
from auction.tables import wrong_value
from auction.yamlfile import Document, Path_, Tree, dotted, sentence_for
from sim.scenario import Staged

OUR_OWN = "lab"
"""In the place of a curve's digest: nobody enters this range."""
SPLIT = "split"
RANGE = "range"
IN_NOTICE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tender.method": ("method",),
        "bid.tick": ("tick",),
        "bid.price_tick": ("tick",),
        "bid.lot": ("marginal", "lot"),
        "margin.tail": ("marginal", "tail"),
        "base_amount.share": ("base", "share"),
        "flexible.multiple": ("flexible", "multiple"),
        "flexible.rule": ("flexible", "rule"),
        "exclusion.bids": ("exclusion", "bids"),
        "exclusion.awards": ("exclusion", "awards"),
        "exclusion.average": ("exclusion", "average"),
        "coupon.frequency": ("frequency",),
        "underwriting.allotment": ("allotment",),
    }
)
"""The rules whose value the notice itself carries, and where."""

IN_RULES = (
    *("range.anchor", "range.floor", "range.cap"),
    *("underwriting.floor", "underwriting.cap", "underwriting.shortfall", "directed.floor", "directed.cap"),
    *("bid.level_span", "bid.level_min", "bid.level_max", "fee.permille"),
    *(key for key in KEYS if key.startswith(("min_bid_share", "max_bid_share", "min_underwriting_share"))),
)
"""The rules that the desk asks for."""

NOTICE_FIELDS = (
    *("method", "object", "reopening", "tick", "offered", "flexible", "marginal", RANGE, "base", "exclusion", "limits"),
    *("frequency", "allotment", SPLIT),
)
OVERRIDES = (*IN_RULES, *IN_NOTICE, *NOTICE_FIELDS)
"""Everything an arm may override: what the laboratory reckons with."""

OWN_LIMIT: Mapping[str, str] = MappingProxyType(
    {"min_bid_share": "member_min", "max_bid_share": "member_max"}
    | {f"bid.{name}": name for name in ("level_span", "level_min", "level_max")}
)
"""A limit the notice writes itself goes before the rule's, so a rule overridden lifts the notice's own."""

RANGE_RULES = (RANGE, *(key for key in IN_RULES if key.endswith((".anchor", ".floor", ".cap"))))
"""Where a range that cannot be is told, the first of them that the arm writes."""

MOST_ISSUES = 100

Overrides = Mapping[str, Tree]
"""What an arm overrides, as it is written."""

Members = Mapping[str, MemberClass]
"""Who may bid: a population's members take the place of the scenario's syndicate."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One arm as it stands: the desk of each of its issues."""

    name: str
    desk: Desk
    issues: int
    """Into how many issues of the same day, alike but for the amount, the whole is split."""
    mean: Fraction
    """五日均值 of the treasury curve in percent, the yardstick of every arm whatever curve anchors its range."""


def override_faults(document: Document, where: Path_, overrides: Overrides) -> Iterator[Fault]:
    """What can be seen to be wrong with an arm's overrides without its scenario."""
    for name, written in overrides.items():
        if name not in OVERRIDES:
            line, column = document.place((*where, name, "#key"))
            yield Fault(unknown(name), str(document.path), line, column, dotted((*where, name)))
        elif name in KEYS:
            try:
                read_rule(name, written)
            except ValueError as error:
                yield document.fault((*where, name), wrong_value(error, written))
    if not 1 <= _count(overrides.get(SPLIT, "1")) <= MOST_ISSUES:
        whole = say("应为 1 至 {most} 的整数（实际值 {got}）", most=MOST_ISSUES, got=repr(overrides[SPLIT]))
        yield document.fault((*where, SPLIT), whole)


def unknown(name: str) -> Message:
    """Why a name cannot be overridden, with the nearest one that can."""
    if name in KEYS:
        return say("规则 {name} 不影响实验室的结果，不能用来比较", name=name)
    if name in Offer.model_fields:
        return say("标书的 {name} 不能在方案里改", name=name)
    near = get_close_matches(name, OVERRIDES, 1, 0.5)
    if near:
        return say("没有可以改的值 {name}，是否想写 {near}？", name=name, near=near[0])
    return say("没有可以改的值 {name}：应为规则名（如 range.floor）或标书的字段（如 flexible）", name=name)


def read_rule(key: str, written: Tree) -> Value | ByTenor:
    """A rule's value, or one for each tenor. Raises ValueError in the user's words."""
    kind = KEYS[key].kind
    if isinstance(written, dict):
        read = {tenor: read_value(kind, str(text)) for tenor, text in written.items()}
        others = tuple(value for tenor, value in read.items() if tenor == OTHER_TENORS)
        steps = [(parse_tenor(tenor), value) for tenor, value in read.items() if tenor != OTHER_TENORS]
        return ByTenor(tuple(sorted(steps, key=lambda step: step[0])), others)
    if not isinstance(written, str):
        raise ValueError(say("应为一个值，或 期限: 值"))
    return read_value(kind, written)


def setting_of(
    name: str, overrides: Overrides, staged: Staged, members: Members, issue: Issue, document: Document, where: Path_
) -> Setting:
    """The arm on the scenario's day, with `members` for its syndicate.

    Raises BadInput with every fault at its place in the experiment.
    """
    plan = staged.scenario.plan.model_copy(update={"members": members})
    try:
        changed = _changed(issue, overrides, plan)
        issues = _count(overrides.get(SPLIT, "1"))
        changed = _split(changed, issues)
        rules = _overlaid(rules_of(plan), name, overrides, document)
        mean = _mean(staged.treasury, plan, changed)
        notice = _notice(staged, plan, changed, rules, overrides.get(RANGE))
    except ValidationError as error:
        raise BadInput(
            [_fault(document, where, tuple(detail["loc"]), sentence_for(detail)) for detail in error.errors()]
        ) from None
    except BadInput as error:
        written = next(((*where, name) for name in RANGE_RULES if name in overrides), where)
        raise BadInput([_placed(fault, document, written) for fault in error.faults]) from None
    except ValueError as error:
        raise BadInput([document.fault(where, _reason(error))]) from None
    desk = desk_at(plan, changed, notice)
    return Setting(name, replace(desk, rules=rules, limits=limits_for(notice, rules)), issues, mean.mean)


def _changed(issue: Issue, overrides: Overrides, plan: Plan) -> Issue:
    """The issue with what the arm writes of its notice. Raises ValidationError, ValueError."""
    leads = [member for member, member_class in plan.members.items() if member_class in LEADS]
    written: dict[str, object] = {**issue.model_dump(), "leads": None, "creditors": None, "affiliates": None}
    if issue.base or "base_amount.share" in overrides:
        written["base"] = {**_mapping(written["base"]), "holders": leads}
    if isinstance(overrides.get("limits"), dict) and {"member_min", "member_max"} & set(overrides["limits"] or ()):
        raise ValueError(say("成员限额请写规则 min_bid_share、max_bid_share"))
    for key, (field, *inner) in IN_NOTICE.items():
        if key not in overrides or (key == "bid.tick") is (issue.object is BidObject.PRICE) and field == "tick":
            continue
        value = _at(read_rule(key, overrides[key]), issue.tenor)
        if not inner:
            written[field] = value
        elif not written[field] and field == "flexible":
            raise ValueError(say("基准方案没有弹性区间，请写 flexible: {{low, high, multiple}}"))
        else:
            written[field] = {**_mapping(written[field]), inner[0]: value}
    for field in NOTICE_FIELDS:
        if field in overrides and field in Issue.model_fields:
            written[field] = _merged(written[field], overrides[field])
    if issue.flexible and "offered" in overrides and "flexible" not in overrides:
        raise ValueError(say("弹性招标改计划发行额时，须同时写 flexible"))
    if issue.limits:
        written["limits"] = _mapping(written["limits"]) | _lifted(issue.limits, overrides)
    return Issue.model_validate(written)


def _lifted(own: Limits, overrides: Overrides) -> dict[str, object]:
    """The notice's own limits that give way to a rule the arm overrides."""
    out: dict[str, object] = {}
    for key in overrides:
        family, _dot, member_class = key.partition(".") if key.startswith(("min_bid", "max_bid")) else (key, "", "")
        field = OWN_LIMIT.get(family)
        if field and member_class:
            kept = {each: share for each, share in getattr(own, field).items() if each != MemberClass(member_class)}
            out[field] = kept
        elif field:
            out[field] = {} if field.startswith("member") else None
    return out


def _split(issue: Issue, issues: int) -> Issue:
    """One of the issues into which the whole is split, a lot the least. Raises ValueError where it does not divide."""
    lot = issue.marginal.lot
    if issues == 1:
        return issue
    if issue.offered % (issues * lot):
        raise ValueError(say("计划发行额分不成 {issues} 期同样大的整数个基本单位", issues=issues))
    if issue.flexible or issue.base:
        raise ValueError(say("弹性招标和有基数的发行不能拆成几期"))
    return issue.model_copy(update={"offered": issue.offered // issues})


def _overlaid(rules: Rules, name: str, overrides: Overrides, document: Document) -> Rules:
    """The rules of the day with the arm's own before them."""
    written = {key: read_rule(key, overrides[key]) for key in IN_RULES if key in overrides}
    own = {
        key: (Dated(rules.day, None, value, Basis.ASSUMED, name, None, None, rules.issuer, None, None),)
        for key, value in written.items()
    }
    layer = RuleFile(rules.issuer, {}, False, MappingProxyType(own), document.path, (1, 1))
    return replace(rules, layers=(layer, *rules.layers))


def _notice(staged: Staged, plan: Plan, issue: Issue, rules: Rules, written: Tree) -> Notice:
    """The notice of the arm, with the range that its rules or it itself make. Raises BadInput, ValidationError."""
    curve = staged.treasury if rules["range.anchor"].value == "treasury" else staged.local
    if curve is None:
        raise ValueError(say("方案以地方政府债券收益率曲线为锚，场景缺少 curves.local"))
    anchor = _mean(curve, plan, issue)
    if isinstance(written, dict):
        due: BidRange | None = _given(written)
    else:
        due = range_by(rules, plan, issue, anchor.mean).range if has_range(plan, issue) else None
    return notice_from(plan, issue, terms_of(issue, plan.window_of(issue.bond)), _entered(due, anchor))


def _given(written: Mapping[str, Tree]) -> BidRange:
    """The range as the arm writes it. Raises BadInput."""
    try:
        given = LevelRange.model_validate(written)
    except ValidationError as error:
        raise BadInput([Fault(sentence_for(detail)) for detail in error.errors()]) from None
    return BidRange(given.low, given.high)


def _entered(due: BidRange | None, anchor: Benchmark) -> RangeEntry | None:
    """The range as people would enter it."""
    if due is None:
        return None
    return RangeEntry(curve=OUR_OWN, days=anchor.days, mean=print_mean(anchor.mean), low=due.low, high=due.high)


def _mean(curve: Curve, plan: Plan, issue: Issue) -> Benchmark:
    return benchmark_mean(curve, plan.date, benchmark_tenor(plan, issue))


def _at(value: Value | ByTenor, tenor: Decimal) -> object:
    """What a value says of a tenor. Raises ValueError where nothing."""
    if not isinstance(value, ByTenor):
        return value
    for found in value.at(tenor):
        return found
    raise ValueError(say("没有写 {tenor} 年的取值", tenor=tenor))


def _merged(known: object, written: Tree) -> object:
    """A field of the notice as the arm writes it: a mapping fills up what is known, `none` lifts it."""
    if written is None or written == UNLIMITED:
        return None
    if isinstance(written, dict):
        return {**_mapping(known), **written}
    return written


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _count(written: Tree) -> int:
    """A whole number as written, 0 where it is none."""
    return int(written) if isinstance(written, str) and written.isascii() and written.isdigit() else 0


def _fault(document: Document, where: Path_, loc: Path_, message: Message) -> Fault:
    """A fault of the notice at the override that makes it; what no override writes is the arm's."""
    for rule, path in IN_NOTICE.items():
        if loc[: len(path)] == path and (*where, rule) in document.places:
            return document.fault((*where, rule), message)
    for depth in range(len(loc), 0, -1):
        if (*where, *loc[:depth]) in document.places:
            return document.fault((*where, *loc[:depth]), message)
    return document.fault(where, message)


def _placed(fault: Fault, document: Document, where: Path_) -> Fault:
    """A fault without a place in a file, at the arm that makes it."""
    return fault if fault.line is not None else document.fault(where, fault.message)


def _reason(error: ValueError) -> Message:
    reason = error.args[0] if error.args else error
    return reason if isinstance(reason, Message) else say("{reason}", reason=reason)
