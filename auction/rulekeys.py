"""The rules this program knows by name: what each is called, how its value is written and how it is shown.

A value is written in YAML as plain text; `none` lifts a limit; a mapping {5: +20bp, 30: +15bp, default: +25bp}
lets it differ by tenor in years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from auction.bidrange import Offset, parse_offset
from auction.language import Message, _, say
from auction.notice import MemberClass
from auction.quantities import decimals, parse_amount, parse_number, parse_rate, parse_share, print_amount, print_rate

UNLIMITED = "none"
OTHER_TENORS = "default"

Value = Decimal | int | str | Offset | None
"""What one rule says, as its kind reads it; None is no limit."""


@dataclass(frozen=True, slots=True)
class ByTenor:
    """A value that differs by tenor: (years, value) ascending, and at most one value for all other tenors."""

    steps: tuple[tuple[Decimal, Value], ...]
    others: tuple[Value, ...] = ()

    def at(self, tenor: Decimal) -> tuple[Value, ...]:
        """The tenor's own value, else the default, else the nearest lower tenor's; empty below them all."""
        lower = tuple(value for step, value in self.steps if step < tenor)
        return self.stated(tenor) or lower[-1:]

    def stated(self, tenor: Decimal) -> tuple[Value, ...]:
        """The tenor's own value, else the default; empty where the text is silent on it."""
        return tuple(value for step, value in self.steps if step == tenor) or self.others


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value is read from text (ValueError in the user's words) and shown to people."""

    read: Callable[[str], Value]
    show: Callable[[Any], str]
    limit: bool = False
    """Whether `none`, no limit, may be written."""


@dataclass(frozen=True, slots=True)
class Key:
    """A rule by name; where its own key is not written, `family` speaks for it."""

    label: Message
    kind: Kind
    unit: Message | None = None
    family: str | None = None


def read_value(kind: Kind, written: str) -> Value:
    """One written value. Raises ValueError in the user's words."""
    if written != UNLIMITED:
        return kind.read(written)
    if not kind.limit:
        raise ValueError(say("这条规则须有取值，不能写 none"))
    return None


def written(value: Value | ByTenor) -> str:
    """A value in one plain spelling, the same in every language: amounts in whole 万元, shares as decimals."""
    if isinstance(value, ByTenor):
        steps = [f"{decimals(tenor, 0)}: {written(step)}" for tenor, step in value.steps]
        return "{" + ", ".join(steps + [f"default: {written(other)}" for other in value.others]) + "}"
    if value is None:
        return UNLIMITED
    return decimals(value, 0) if isinstance(value, Decimal) else str(value)


def show_value(kind: Kind, value: Value | ByTenor) -> str:
    """A value as people write it, without its unit."""
    if isinstance(value, ByTenor):
        steps = [_("{tenor}年 {value}").format(tenor=decimals(t, 0), value=show_value(kind, v)) for t, v in value.steps]
        others = [_("其余 {value}").format(value=show_value(kind, v)) for v in value.others]
        return "；".join(steps + others)
    return _("不限") if value is None else kind.show(value)


def _count(text: str) -> int:
    number = parse_number(text)
    if number < 0 or number != number.to_integral_value():
        raise ValueError(say("应为不小于 0 的整数"))
    return int(number)


def _step(text: str) -> Decimal:
    step = parse_rate(text)
    if step <= 0:
        raise ValueError(say("应大于 0"))
    return step


def _multiple(text: str) -> Decimal:
    multiple = parse_number(text)
    if multiple <= 0:
        raise ValueError(say("应大于 0"))
    return multiple


def _permille(text: str) -> Decimal:
    permille = parse_number(text, ("‰",))
    if permille < 0:
        raise ValueError(say("应不小于 0"))
    return permille


def _percent(share: Decimal) -> str:
    return f"{decimals(share * 100, 0)}%"


def _word(words: Mapping[str, Message]) -> Kind:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(say("取值应为 {expected}", expected="、".join(words)))
        return text

    return Kind(read, lambda word: str(words[word]))


OFFSET = Kind(parse_offset, str)
SHARE = Kind(parse_share, _percent, limit=True)
AMOUNT = Kind(parse_amount, print_amount)
AMOUNT_LIMIT = replace(AMOUNT, limit=True)
COUNT = Kind(_count, str)
COUNT_LIMIT = replace(COUNT, limit=True)
STEP = Kind(_step, print_rate)
MULTIPLE = Kind(_multiple, lambda multiple: decimals(multiple, 0))
PERMILLE = Kind(_permille, lambda permille: decimals(permille, 0))
DUTY = _word({"required": say("须遵守")})
METHOD = _word(
    {
        "single-price": say("单一价格"),
        "multiple-price": say("多重价格"),
        "modified-multiple-price": say("修正的多重价格"),
    }
)
OBJECT = _word({"rate": say("利率"), "price": say("价格")})
VENUE = _word({"open": say("可以发行"), "elsewhere": say("另有办法，演练室不办理")})

YI_YUAN, YUAN, STEPS = say("亿元"), say("元"), say("个标位")
DAYS, MINUTES, YEARS, TIMES = say("个工作日"), say("分钟"), say("年"), say("次")

CLASSES: Mapping[MemberClass, Message] = MappingProxyType(
    {
        MemberClass.LEAD_BANK: say("主承销商（银行）"),
        MemberClass.LEAD_BROKER: say("主承销商（证券公司）"),
        MemberClass.BANK: say("一般成员（银行）"),
        MemberClass.BROKER: say("一般成员（证券公司）"),
    }
)


def _by_class(family: str, label: Message) -> dict[str, Key]:
    """The family's key, which speaks for every class, and one key for each class of members."""
    each = {
        f"{family}.{name.value}": Key(say("{label}：{members}", label=label, members=members), SHARE, family=family)
        for name, members in CLASSES.items()
    }
    return {family: Key(label, SHARE), **each}


_RANGE = {
    "range.anchor": Key(
        say("投标区间所依据的收益率曲线"),
        _word({"treasury": say("财政部-中国国债收益率曲线"), "local": say("财政部-中国地方政府债券收益率曲线")}),
    ),
    "range.local_curve": Key(
        say("参考地方债收益率曲线设定投标区间"),
        _word({"allowed": say("可以"), "encouraged": say("鼓励具备条件的地区采用")}),
    ),
    "range.days": Key(say("计算收益率均值的工作日数"), COUNT, DAYS),
    "range.floor": Key(say("投标区间下限"), OFFSET),
    "range.cap": Key(say("投标区间上限"), OFFSET),
    "range.rounding": Key(say("投标区间两端取整"), _word({"half-up": say("四舍五入到标位变动幅度")})),
}

_UNDERWRITING = {
    "underwriting.floor": Key(say("公开承销申购区间下限"), OFFSET),
    "underwriting.cap": Key(say("承销利率区间上限（定向承销）"), OFFSET),
    "underwriting.agreed": Key(say("申购区间由发行人、簿记管理人与其他主承销商协商确定"), DUTY),
    "underwriting.bookrunner": Key(say("簿记管理人须是主承销商"), DUTY),
    "underwriting.leads": Key(say("主承销商须是承销团成员"), DUTY),
    "underwriting.price_cap": Key(say("续发行的公开承销价格不高于按收益率均值计算的含息价格"), DUTY),
    "underwriting.allotment": Key(
        say("公开承销的配售"),
        _word({"pro-rata": say("先配低于最终利率的申购，等于的按申购量比例"), "leads-first": say("先配主承销商")}),
    ),
    "underwriting.shortfall": Key(
        say("承销额不足计划发行额时"),
        _word({"lead-underwriters": say("由主承销商包销差额"), "short": say("按实际承销额发行")}),
    ),
    "directed.floor": Key(say("定向承销区间下限"), OFFSET),
    "directed.cap": Key(say("定向承销区间上限"), OFFSET, family="underwriting.cap"),
    "directed.creditors": Key(say("定向承销只面向存量债务的特定债权人"), DUTY),
    "directed.swap_ceiling": Key(say("定向承销不超过下达的置换债券限额"), DUTY),
    "directed.interbank": Key(say("定向承销只在银行间债券市场发行"), DUTY),
}

_BIDS = {
    "tender.method": Key(say("招标方式"), METHOD),
    "tender.object": Key(say("招标标的"), OBJECT),
    "bid.tick": Key(say("标位变动幅度"), STEP, say("%")),
    "bid.price_tick": Key(say("价格招标的标位变动幅度"), STEP, YUAN),
    "bid.lot": Key(say("投标量的基本单位"), AMOUNT, YI_YUAN),
    "bid.level_span": Key(say("最高、最低标位差"), COUNT_LIMIT, STEPS),
    "bid.contiguous": Key(say("投标标位是否须连续"), _word({"free": say("无须连续"), "required": say("须连续")})),
    "bid.level_min": Key(say("单一标位最低投标量"), AMOUNT_LIMIT, YI_YUAN),
    "bid.level_max": Key(say("单一标位最高投标量"), AMOUNT_LIMIT, YI_YUAN),
    **_by_class("min_bid_share", say("最低投标限额")),
    **_by_class("max_bid_share", say("最高投标限额")),
    **_by_class("min_underwriting_share", say("最低承销额")),
    "base_amount.share": Key(say("主承销商基本承销额"), SHARE),
    "bid.window": Key(say("投标须在招标时间之内提交"), DUTY),
    "bid.range": Key(say("投标标位须在投标区间之内"), DUTY),
    "bid.syndicate": Key(say("只有承销团成员可以投标"), DUTY),
    "bid.last_valid_counts": Key(say("同一成员多次投标的，以最后一次有效投标为准"), DUTY),
}

_AWARD = {
    "fill.price_priority": Key(say("按利率由低到高（价格由高到低）募入，募满为止"), DUTY),
    "fill.margin": Key(say("边际标位按各成员在该标位的投标量比例分配"), DUTY),
    "margin.rounding": Key(say("边际分配取整方式"), _word({"floor": say("向下取整到基本单位")})),
    "margin.tail": Key(
        say("边际分配尾数"),
        _word(
            {
                "round-robin": say("按投标时间先后每次分一个基本单位"),
                "earliest-first": say("全部分给最早的投标，至其投标量为止"),
            }
        ),
    ),
    "tender.required_above": Key(say("须采用招标方式的单期公开发行额"), AMOUNT, YI_YUAN),
    "tender.at_limit": Key(
        say("单期公开发行额恰为界限时"),
        _word({"exempt": say("可以不招标"), "required": say("须招标")}),
    ),
}

_EXCLUSION = {
    "exclusion.bids": Key(say("投标剔除：偏离加权平均投标标位的最多标位数"), COUNT_LIMIT, STEPS),
    "exclusion.awards": Key(say("中标剔除：劣于加权平均中标标位的最多标位数"), COUNT_LIMIT, STEPS),
    "exclusion.boundary": Key(say("恰在剔除界限上的标位"), _word({"kept": say("不剔除"), "excluded": say("剔除")})),
    "exclusion.refill": Key(
        say("中标剔除后空出的额度"), _word({"no-refill": say("不再补足"), "refill": say("由其余有效投标补足")})
    ),
    "exclusion.average": Key(
        say("剔除后的加权平均"),
        _word({"recomputed": say("剔除后重新计算一次"), "first": say("不重新计算")}),
    ),
    "addon.minutes": Key(say("追加投标的时间"), COUNT, MINUTES),
    "addon.award_share": Key(say("追加投标额不超过本成员中标额的比例"), SHARE),
    "addon.underwriting_share": Key(say("追加投标额不超过本成员最低承销额的比例"), SHARE),
}

_FLEXIBLE = {
    "flexible.allowed": Key(say("弹性招标"), _word({"allowed": say("可以采用")})),
    "flexible.method": Key(say("弹性招标的招标方式"), METHOD),
    "flexible.low_share": Key(say("弹性招标发行额下限不低于上限的比例"), SHARE),
    "flexible.multiple": Key(say("弹性招标的触发倍数"), MULTIPLE, say("倍")),
    "flexible.rule": Key(
        say("弹性招标实际发行额的确定"),
        _word(
            {
                "candidate": say("上下限之间投标倍数不低于触发倍数的最大额"),
                "two-state": say("达到触发倍数发上限，否则发下限"),
            }
        ),
    ),
}

_REOPENING = {
    "reopening.most": Key(say("每期债券最多续发行次数"), COUNT, TIMES),
    "reopening.same_terms": Key(say("续发行的代码、利率、期限、计息与首次发行一致"), DUTY),
    "reopening.object": Key(say("续发行的招标标的"), OBJECT),
    "reopening.price_object": Key(say("续发行价格的含义"), _word({"dirty": say("含息价格"), "clean": say("净价")})),
    "reopening.price_day": Key(say("续发行应计利息算至"), _word({"payment": say("缴款日")})),
}

_VENUE = {
    "venue.interbank": Key(say("发行场所：银行间债券市场"), VENUE),
    "venue.sse": Key(say("发行场所：上海证券交易所"), VENUE),
    "venue.szse": Key(say("发行场所：深圳证券交易所"), VENUE),
    "venue.bse": Key(say("发行场所：北京证券交易所"), VENUE),
    "venue.counter": Key(say("发行场所：商业银行柜台"), VENUE),
    "venue.offshore": Key(say("发行场所：离岸（香港、澳门）"), VENUE),
    "venue.free_trade_zone": Key(say("发行场所：自由贸易试验区"), VENUE),
    "counter.rate": Key(say("柜台部分不另定利率，按承销团首场招标确定的利率发行"), DUTY),
    "counter.amount": Key(say("柜台部分的招标标的"), _word({"quantity": say("数量")})),
    "counter.floor": Key(say("含柜台发行的债券的投标区间下限"), OFFSET),
    "counter.longest": Key(say("柜台发行优先安排的最长期限"), COUNT, YEARS),
    "counter.sales": Key(say("已开展过柜台发行的地区全年柜台发行次数"), COUNT, TIMES),
}

_AFTER = {
    "slot.workdays": Key(say("发行时间须提前与发行场所商定"), COUNT, DAYS),
    "disclosure.workdays": Key(say("发行文件须提前公布"), COUNT, DAYS),
    "window.minutes": Key(say("招标时间"), COUNT, MINUTES),
    "custody.minutes": Key(say("招标结束后填报债权托管申请书的时间"), COUNT, MINUTES),
    "custody.default": Key(
        say("逾时未填报债权托管申请书的托管处"),
        _word(
            {
                "CCDC": say("中央结算公司"),
                "CSDC-SH": say("中国结算上海分公司"),
                "CSDC-SZ": say("中国结算深圳分公司"),
            }
        ),
    ),
    "payment.workdays": Key(say("招标日至缴款日"), COUNT, DAYS),
    "listing.workdays": Key(say("缴款日至上市日"), COUNT, DAYS),
    "coupon.frequency": Key(say("每年付息次数"), COUNT, TIMES),
    "fee.permille": Key(say("发行手续费率"), PERMILLE, say("‰")),
    "late.multiple": Key(say("逾期缴款每日违约金相当于票面利率日息的倍数"), COUNT, say("倍")),
    "late.divisor": Key(say("逾期缴款日息的年天数"), COUNT, say("天")),
}

_SITE = {
    "site.dual_check": Key(say("经办人、复核人各一人，在双人核对的基础上发送标书、确认中标"), DUTY),
    "seat.distinct": Key(say("经办人与复核人不得为同一人"), DUTY),
    "seat.role": Key(say("各席位只做本席位职责之内的事"), DUTY),
    "site.supervisor": Key(say("发行现场应当有非财政部门派出的监督员"), DUTY),
    "site.supervision": Key(say("监督员监督现场人员、通讯、应急操作"), DUTY),
    "site.register": Key(say("发行现场人员出入登记"), DUTY),
    "site.devices": Key(say("发行现场通讯设备存放"), DUTY),
    "site.shielding": Key(say("发行现场无线电屏蔽"), DUTY),
    "site.recording": Key(say("发行现场电话录音"), DUTY),
    "emergency.form": Key(say("应急投标书先以录音电话告知，印鉴、电子密押须相符，按原样录入"), DUTY),
    "emergency.form_only": Key(say("应急投标书一经录入，该成员不得再以电子方式投标"), DUTY),
    "emergency.last_valid": Key(say("电子投标与应急投标以最后一次有效投标为准"), DUTY),
    "emergency.identical": Key(say("应急投标与已有投标内容相同的，不予处理"), DUTY),
    "emergency.late": Key(say("逾时的应急投标无效，宣布延长的除外"), DUTY),
    "site.bookrunner": Key(say("承销发行由簿记管理人组织发行现场，地方财政部门配合"), DUTY),
    "result.recomputation": Key(say("发行系统的结果须与现场独立复算一致"), DUTY),
    "result.signers.tender": Key(say("招标结果由发行人员负责人、监督员共同签字确认"), DUTY),
    "result.signers.underwriting": Key(say("承销结果由簿记管理人、监督员共同签字确认"), DUTY),
}

_CONDUCT = {
    "conduct.guided_bidding": Key(say("不得以“指导投标”“商定利率”等方式干预发行定价"), DUTY),
    "conduct.collusion": Key(say("不得以串标等方式扰乱发行定价"), DUTY),
    "conduct.cross_subscription": Key(say("公开承销不得以互投等方式操纵价格"), DUTY),
}

TOPICS: tuple[tuple[Message, Mapping[str, Key]], ...] = (
    (say("投标区间"), _RANGE),
    (say("招标与投标"), _BIDS),
    (say("中标"), _AWARD),
    (say("剔除与追加"), _EXCLUSION),
    (say("弹性招标"), _FLEXIBLE),
    (say("续发行"), _REOPENING),
    (say("公开承销与定向承销"), _UNDERWRITING),
    (say("发行场所与柜台发行"), _VENUE),
    (say("时间与款项"), _AFTER),
    (say("发行现场"), _SITE),
    (say("行为"), _CONDUCT),
)
"""The rules by topic, in the order people read them."""

KEYS: Mapping[str, Key] = MappingProxyType({name: key for _topic, keys in TOPICS for name, key in keys.items()})
"""Every rule that can be written and asked."""
