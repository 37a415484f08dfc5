"""How a report says who bids, what is changed and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from auction.breach import Basis
from auction.checks import MARKS
from auction.language import Message, _, say
from auction.quantities import decimals
from auction.rulekeys import KEYS, OTHER_TENORS, read_value, show_value
from auction.wording import FIELD_NAMES, VALUE_NAMES
from sim.lab.report.kept import Figure

NOTICE_LABELS: Mapping[str, Message] = {
    "method": say("招标方式"),
    "object": say("招标标的"),
    "reopening": say("续发行"),
    "tick": say("标位变动幅度"),
    "offered": say("计划发行面值（亿元）"),
    "flexible": say("弹性区间"),
    "marginal": say("边际标位分配"),
    "range": say("投标区间"),
    "base": say("基数"),
    "exclusion": say("剔除"),
    "limits": say("投标限额"),
    "frequency": say("付息频率"),
    "allotment": say("分配次序"),
    "split": say("拆成几期"),
}


def side(adapts: bool) -> str:
    """Which of the two sides of an arm it is."""
    return _("投标人适应新规则") if adapts else _("投标人照旧")


def side_in_short(adapts: bool) -> str:
    """The same, in a table."""
    return _("适应新规则") if adapts else _("照旧")


def plain(number: str) -> str:
    """A number without idle zeros; as it stands where it is none."""
    try:
        return decimals(Decimal(number), 0)
    except InvalidOperation:
        return number


def together(words: Sequence[str]) -> str:
    """Words in a row."""
    return _("、").join(words)


def labelled(label: object, text: object) -> str:
    """A text with what it is about."""
    return _("{label}：{text}").format(label=label, text=text)


def marked(text: str, basis: Basis) -> str:
    """A text with the mark of how it is known."""
    return _("{text}〔{mark}〕").format(text=text, mark=MARKS[basis])


def rule_label(key: str) -> str:
    """What a rule or a field of the notice is called."""
    if key in KEYS:
        return str(KEYS[key].label)
    return str(NOTICE_LABELS[key]) if key in NOTICE_LABELS else key


def rule_value(key: str, written: object) -> str:
    """A value as people write it, with its unit; as it stands where nobody knows its rule."""
    if isinstance(written, Mapping):
        return together([_entry_words(key, name, inner) for name, inner in written.items()])
    if isinstance(written, list):
        return together([rule_value(key, each) for each in written])
    text = "" if written is None else str(written)
    if key not in KEYS:
        return str(VALUE_NAMES[text]) if text in VALUE_NAMES else text
    try:
        value = read_value(KEYS[key].kind, text)
    except ValueError:
        return text
    said = show_value(KEYS[key].kind, value)
    unit = KEYS[key].unit
    return said if value is None or unit is None else f"{said} {unit}"


def _entry_words(key: str, name: str, written: object) -> str:
    """One entry of a mapping: what a rule says of a tenor, or a field within a field of the notice."""
    if key not in KEYS:
        label = str(FIELD_NAMES[name]) if name in FIELD_NAMES else name
        return f"{label} {rule_value('', written)}"
    tenor = _("其余期限") if name == OTHER_TENORS else _("{tenor} 年").format(tenor=name)
    return f"{tenor} {rule_value(key, written)}"


def override_words(override: Mapping[str, object]) -> str:
    """What an arm changes."""
    if not override:
        return _("不改：照场景当日的规则")
    return _("；").join(labelled(rule_label(key), rule_value(key, value)) for key, value in override.items())


def move(figure: Figure, unit: str, places: int = 2) -> str:
    """What became of something: it rose, it fell, or nobody can tell."""
    mean, low, high = figure.mean, figure.low, figure.high
    if mean is None:
        return _("没有可比的结果")
    size = f"{abs(mean):.{places}f}"
    if low is None or high is None:
        rose, fell = _("升高约 {size} {unit}（场数太少，没有区间）"), _("降低约 {size} {unit}（场数太少，没有区间）")
        told = rose if mean > 0 else fell
        return told.format(size=size, unit=unit)
    if low == high == 0:
        return _("没有变动")
    if low <= 0 <= high:
        told = _("看不出升降（区间 {low} 至 {high} {unit}）")
        return told.format(low=f"{low:+.{places}f}", high=f"{high:+.{places}f}", unit=unit)
    ends = sorted((abs(low), abs(high)))
    rose, fell = _("升高 {size} {unit}（区间 {low} 至 {high}）"), _("降低 {size} {unit}（区间 {low} 至 {high}）")
    told = rose if mean > 0 else fell
    return told.format(size=size, unit=unit, low=f"{ends[0]:.{places}f}", high=f"{ends[1]:.{places}f}")


def percent_words(figure: Figure) -> str:
    """A coupon with its interval."""
    if figure.mean is None:
        return _("没有卖出")
    if figure.low is None or figure.high is None:
        return _("{mean}%（场数太少，没有区间）").format(mean=f"{figure.mean:.4f}")
    ends = {"mean": f"{figure.mean:.4f}", "low": f"{figure.low:.4f}", "high": f"{figure.high:.4f}"}
    return _("{mean}%（区间 {low}% 至 {high}%）").format(**ends)
