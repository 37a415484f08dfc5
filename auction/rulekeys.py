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
        own = tuple(value for step, value in self.steps if step == tenor)
        lower = tuple(value for step, value in self.steps if step < tenor)
        return own or self.others or lower[-1:]


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
PERMILLE = Kind(_permille, lambda permille: decimals(permille, 0))
DUTY = _word({"required": say("须遵守")})

YI_YUAN, STEPS, DAYS, MINUTES = say("亿元"), say("个标位"), say("个工作日"), say("分钟")

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
    "range.days": Key(say("计算收益率均值的工作日数"), COUNT, DAYS),
    "range.floor": Key(say("投标区间下限"), OFFSET),
    "range.cap": Key(say("投标区间上限"), OFFSET),
    "underwriting.floor": Key(say("公开承销申购区间下限"), OFFSET),
    "directed.floor": Key(say("定向承销区间下限"), OFFSET),
    "directed.cap": Key(say("定向承销区间上限"), OFFSET),
}

_BIDS = {
    "bid.tick": Key(say("标位变动幅度"), STEP, say("%")),
    "bid.lot": Key(say("投标量的基本单位"), AMOUNT, YI_YUAN),
    "bid.level_span": Key(say("最高、最低标位差"), COUNT_LIMIT, STEPS),
    "bid.level_min": Key(say("单一标位最低投标量"), AMOUNT_LIMIT, YI_YUAN),
    "bid.level_max": Key(say("单一标位最高投标量"), AMOUNT_LIMIT, YI_YUAN),
    **_by_class("min_bid_share", say("最低投标限额")),
    **_by_class("max_bid_share", say("最高投标限额")),
    **_by_class("min_underwriting_share", say("最低承销额")),
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
    "site.bookrunner": Key(say("承销发行由簿记管理人组织发行现场，地方财政部门配合"), DUTY),
    "result.recomputation": Key(say("发行系统的结果须与现场独立复算一致"), DUTY),
    "result.signers.tender": Key(say("招标结果由发行人员负责人、监督员共同签字确认"), DUTY),
    "result.signers.underwriting": Key(say("承销结果由簿记管理人、监督员共同签字确认"), DUTY),
    "conduct.guided_bidding": Key(say("不得以“指导投标”“商定利率”等方式干预发行定价"), DUTY),
    "conduct.collusion": Key(say("不得以串标等方式扰乱发行定价"), DUTY),
}

KEYS: Mapping[str, Key] = MappingProxyType({**_RANGE, **_BIDS, **_AWARD, **_AFTER, **_SITE})
"""Every rule that can be written and asked, in the order people read them."""
