"""What docs/studies.md tells of a study that has been run, in Chinese and in English: its figures and their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from sim.lab.answer import Answer, ArmAnswer
from sim.lab.experiment import Prepared
from sim.lab.interval import Interval
from sim.lab.rule import rule_of

Said = tuple[str, str]
"""In Chinese and in English."""

SETTLED_BP = 0.1
"""A coupon that moves by no more stays where it is, for whoever decides."""
MOVES_BP = 0.2
"""What an input must move the answer by to be named."""
WIDE_BP = 0.5
"""How wide a band must be to be told."""


class Unborne(Exception):
    """A sentence of the page that the figures do not bear."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study that has been run."""

    prepared: Prepared
    answer: Answer

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.prepared.experiment.name

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms by name."""
        return tuple(arm.name for arm in self.prepared.experiment.arms)

    @property
    def astray(self) -> bool:
        """Whether the bids of any arm did not settle."""
        return any(arm.converged is False for arm in self.answer.arms)

    def arm(self, name: str, adapts: bool = True) -> ArmAnswer:
        """One side of an arm."""
        return next(arm for arm in self.answer.arms if (arm.name, arm.adapts) == (name, adapts))

    def figure(self, name: str, measure: str, adapts: bool = True) -> Interval:
        """A measure of an arm."""
        return self.arm(name, adapts).figures[measure]

    def change(self, first: str, second: str, measure: str = "spread_bp", adapts: bool = True) -> Interval:
        """What the second arm brings over the first."""
        wanted = (first, second, adapts)
        return next(p for p in self.answer.pairs if (p.from_, p.to, p.adapts) == wanted).figures[measure]

    def floor_bp(self, name: str) -> float:
        """Where the floor of an arm lies over the mean of the treasury curve."""
        setting = self.prepared.settings[self.arms.index(name)]
        return rule_of(setting.desk, setting.mean).floor_bp

    def unsure(self) -> Iterator[Said]:
        """What the bids do not identify, and which uncertain inputs move the first pair's coupon."""
        wide = [band for band in self.answer.bands if band.adapts and WIDE_BP <= band.high - band.low < inf]
        if wide:
            least, most = wide[0].outside
            zh = "；".join(f"“{b.from_}”改为“{b.to}”，{signed(b.low, 1)} 至 {signed(b.high, 1)} bp" for b in wide)
            en = "; ".join(
                f"“{english(b.from_)}” to “{english(b.to)}”, {signed(b.low, 1)} to {signed(b.high, 1)} bp" for b in wide
            )
            yield (
                f"多半贴着下限的方案，投标本身看不出债券真实的价位，多招几次也看不出来。二级市场利差若在 {least:g} "
                f"至 {most:g} bp 之间，适应后的变动只能说在这个范围里：{zh}。",
                "Where most sales end at the floor, bids do not tell what the bond is worth, however many there "
                f"are. With the secondary spread between {least:g} and {most:g} bp, the change once adapted lies "
                f"somewhere within: {en}.",
            )
        yield self.moved_by()

    def moved_by(self) -> Said:
        """Which uncertain inputs move the first pair's coupon most."""
        pair = self.answer.pairs[0]
        found = [each for each in self.answer.sensitivity or () if abs(each.move_bp) >= MOVES_BP][:2]
        zh = "、".join(f"{INPUTS[each.range.name][0]}（{abs(each.move_bp):.1f}bp）" for each in found)
        en = ", ".join(f"{INPUTS[each.range.name][1]} ({abs(each.move_bp):.1f} bp)" for each in found)
        where = f"“{pair.from_}”与“{pair.to}”", f"“{english(pair.from_)}” and “{english(pair.to)}”"
        if not found:
            return (
                f"不确定的输入里，没有哪一项单独能把{where[0]}的票面利率之差推动 {MOVES_BP}bp 以上（刚改时）。",
                f"No uncertain input by itself moves the difference between {where[1]} by {MOVES_BP} bp or more "
                "(at first).",
            )
        return (
            f"最能推动{where[0]}票面利率之差的不确定输入（刚改时，由最低到最高）：{zh}。",
            f"What moves the difference between {where[1]} most among the uncertain inputs (at first, from lowest "
            f"to highest): {en}.",
        )


INPUTS: dict[str, Said] = {
    "spread": ("二级市场利差", "the secondary spread"),
    "move": ("五日均值以来的市场变动", "the market's move since the five-day mean"),
    "noise": ("各家看法的分歧", "how far views differ"),
    "mandate": ("各家想要的量", "how much members want"),
    "slope": ("多要一份、多要的利差", "what each further share must yield"),
    "inflation": ("贴下限时放大投标的程度", "how far bids at the floor are inflated"),
    "fee": ("手续费计入投标的比重", "how much of the fee counts"),
    "favour": ("存款与往来关系折合的让利", "what deposits and the relationship are worth"),
    "focal": ("按 5bp 整数标位投标的习惯", "the habit of bidding at multiples of 5 bp"),
    "absence": ("另有多少机会不来投标", "how many more stay away"),
}

ARMS = {
    "加 40bp": "+40 bp",
    "加 25bp": "+25 bp",
    "加 10bp": "+10 bp",
    "加 5bp": "+5 bp",
    "加 3bp": "+3 bp",
    "均值": "the mean itself",
    "国债均值加 25bp": "treasury mean +25 bp",
    "国债均值加 10bp": "treasury mean +10 bp",
    "国债均值加 5bp": "treasury mean +5 bp",
    "地方债均值 -3% 至 +10%": "local mean −3 % to +10 %",
    "5bp，不设上限": "+5 bp, no cap",
    "5bp，上限 30%": "+5 bp, cap 30 %",
    "5bp，上限 20%": "+5 bp, cap 20 %",
    "5bp，单一标位 10%": "+5 bp, one level at most 10 %",
    "15bp，不设上限": "+15 bp, no cap",
    "15bp，上限 30%": "+15 bp, cap 30 %",
    "15bp，上限 20%": "+15 bp, cap 20 %",
    "15bp，单一标位 10%": "+15 bp, one level at most 10 %",
    "现行档次": "present duties",
    "减半": "halved",
    "移给证券公司": "shifted to brokers",
    "取消": "abolished",
    "一期 30 亿元": "one of 3 billion",
    "五期各 6 亿元": "five of 0.6 billion",
    "十期各 3 亿元": "ten of 0.3 billion",
    "续发行 30 亿元": "a re-opening of 3 billion",
}
REGIONS: dict[str, Said] = {
    "floor-by-strength-strong": ("强", "strong"),
    "floor-by-strength-middle": ("中", "middle"),
    "floor-by-strength-weak": ("弱", "weak"),
}


def english(arm: str) -> str:
    """An arm's name in English. Raises KeyError for one that nobody has put into English."""
    return ARMS[arm]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures."""

    heading: Said
    cell: Callable[[Study, str], str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One of the six studies, made of one experiment or of several."""

    title: Said
    asked: Said
    studies: tuple[str, ...]
    columns: tuple[Column, ...]
    says: Callable[..., list[Said]]
    unknown: tuple[Said, ...]


def row_of(study: Study, arm: str, columns: Sequence[Column], language: int) -> list[str]:
    """An arm's row, with a dagger where its bids did not settle."""
    named = (arm, english(arm))[language]
    region = f"{REGIONS[study.name][language]}：{named}" if study.name in REGIONS else named
    dagger = " †" if study.arm(arm).converged is False else ""
    return [region + dagger, *(column.cell(study, arm) for column in columns)]


def signed(value: float, places: int) -> str:
    """A figure with its sign, and nothing below zero that is shown as zero."""
    return f"{round(value, places) + 0.0:+.{places}f}"


def pm(interval: Interval, places: int, times: int = 1) -> str:
    """A mean and half its interval."""
    return f"{interval.mean * times:.{places}f} ±{interval.half_width * times:.{places}f}"


def measured(heading: Said, measure: str, places: int, times: int = 1) -> Column:
    """A measure of each arm, after adapting."""
    return Column(heading, lambda study, arm: pm(study.figure(arm, measure), places, times))


AT_FIRST = Column(
    ("票面利率 %（刚改时）", "Coupon % (at first)"), lambda study, arm: pm(study.arm(arm, False).coupon, 4)
)
ADAPTED = Column(("票面利率 %（适应后）", "Coupon % (adapted)"), lambda study, arm: pm(study.arm(arm).coupon, 4))
FLOOR = measured(("贴下限 %", "At the floor %"), "floor_hit", 1, 100)
COVER = measured(("全场倍数", "Cover"), "cover", 2)
SHORT = measured(("未招满 %", "Short %"), "short", 1, 100)
COST = measured(("利息成本 亿元", "Interest, 100 million yuan"), "cost_yi", 3)
LEADS = measured(("主承销银行中标 %", "Lead banks' awards %"), "lead-bank", 1, 100)
LEAD_BROKERS = measured(("主承销证券公司中标 %", "Lead brokers' awards %"), "lead-broker", 1, 100)
BROKERS = measured(("一般证券公司中标 %", "Other brokers' awards %"), "broker", 1, 100)
TOP = measured(("前五家中标 %", "Top five's awards %"), "top_five", 1, 100)
SURPLUS = measured(("投标人剩余 bp", "Bidders' surplus bp"), "surplus_bp", 2)


def require(borne: bool, sentence: str) -> None:
    """Raises Unborne where the figures say otherwise."""
    if not borne:
        raise Unborne(f"数字不支持这句话，请改写：{sentence}")


def moved(change: Interval) -> Said:
    """What a change of the coupon comes to, in words."""
    zh, en = f"{abs(change.mean):.1f}bp", f"{abs(change.mean):.1f} bp"
    low, high = signed(change.low, 2), signed(change.high, 2)
    ends = f"{low} 至 {high}", f"{low} to {high}"
    if abs(change.mean) <= SETTLED_BP or change.low <= 0 <= change.high:
        return f"几乎不变（{ends[0]} bp）", f"hardly moves ({ends[1]} bp)"
    if change.mean < 0:
        return f"低 {zh}（{ends[0]}）", f"falls by {en} ({ends[1]})"
    return f"高 {zh}（{ends[0]}）", f"rises by {en} ({ends[1]})"


def both(study: Study, first: str, second: str) -> Said:
    """The change of a pair's coupon, at first and adapted."""
    at_first, adapted = (moved(study.change(first, second, adapts=adapts)) for adapts in (False, True))
    return (
        f"刚改时票面利率{at_first[0]}，适应后{adapted[0]}",
        f"at first the coupon {at_first[1]}, adapted it {adapted[1]}",
    )
