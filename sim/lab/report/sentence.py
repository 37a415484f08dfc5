"""The answer in one sentence, and what it comes to in money, for somebody who decides and does not reckon.

Where the bids cannot tell, the sentence begins with the range of what can be, not with a figure that looks exact.
"""

from __future__ import annotations

from collections.abc import Iterator

from auction.language import _
from sim.lab.report.kept import Pair, Study, known
from sim.lab.report.wording import move, percent_words, plain, side


def answer(study: Study) -> str:
    """What the study answers."""
    pairs = main_pairs(study)
    if not pairs:
        return _lone(study)
    places = {"from_": pairs[0].from_, "to": pairs[0].to}
    ends = _ends(study, pairs)
    if ends:
        told = _(
            "由“{from_}”改为“{to}”，票面利率会变动 {low} 至 {high} bp："
            "落在哪里要看二级市场利差（{least} 至 {most} bp），投标本身说不出来。"
        )
        return told.format(**ends, **places)
    several = len({(pair.from_, pair.to) for pair in study.pairs})
    if several > 1:
        told = _("{several} 个对比里变动最大的是由“{from_}”改为“{to}”：{moved}。")
        return told.format(several=several, moved=_moved(pairs), **places)
    return _("由“{from_}”改为“{to}”，{moved}。").format(moved=_moved(pairs), **places)


def main_pairs(study: Study) -> tuple[Pair, ...]:
    """The comparison that moves the coupon most, with bidders as before and with those that adapt."""
    if not study.pairs:
        return ()
    settled = [pair for pair in study.pairs if pair.adapts] or list(study.pairs)
    most = max(settled, key=lambda pair: abs(pair.coupon_bp.mean or 0.0))
    return tuple(pair for pair in study.pairs if (pair.from_, pair.to) == (most.from_, most.to))


def _moved(pairs: tuple[Pair, ...]) -> str:
    """What the coupon does, on either side."""
    told = [(pair.adapts, move(pair.coupon_bp, "bp")) for pair in pairs]
    if len({words for _adapts, words in told}) == 1 and len(told) > 1:
        return _("不论投标人是否适应，票面利率{moved}").format(moved=told[0][1])
    first, *others = (_("{side}，票面利率{moved}").format(side=_when(adapts), moved=words) for adapts, words in told)
    return _("；").join([first, *others])


def _when(adapts: bool) -> str:
    return _("投标人适应新规则后") if adapts else _("投标人照旧时")


def _ends(study: Study, pairs: tuple[Pair, ...]) -> dict[str, str]:
    """Between what the coupon's move lies, by what is known from outside; nothing where the bids themselves tell."""
    if study.band is None or not pairs:
        return {}
    bands = [band for band in study.band.pairs if (band.from_, band.to) == (pairs[0].from_, pairs[0].to)]
    lows = [band.coupon_bp.low for band in bands if band.coupon_bp.low is not None]
    highs = [band.coupon_bp.high for band in bands if band.coupon_bp.high is not None]
    outside = study.band.outside_spread_bp
    if not bands or len(lows) < len(bands) or len(highs) < len(bands):
        return {}
    return {
        "low": f"{min(lows):+.2f}",
        "high": f"{max(highs):+.2f}",
        "least": f"{outside.low:g}",
        "most": f"{outside.high:g}",
    }


def _own(study: Study) -> str:
    """Whose value the figures behind it hold for."""
    if study.record is None:
        return _("按所设的利差")
    return _("按所设的利差 {spread} bp").format(spread=f"{study.record.market.spread_bp:g}")


def _lone(study: Study) -> str:
    """What is answered where nothing is compared."""
    name = study.arms[0].name
    told = [
        _("{side}，票面利率平均 {coupon}").format(side=_when(arm.adapts), coupon=percent_words(arm.coupon))
        for arm in study.arms
        if arm.name == name
    ]
    return _("“{name}”之下：{told}。").format(name=name, told=_("；").join(told))


def points(study: Study) -> Iterator[str]:
    """What the answer comes to in money, how sure it is, and everything a reader must know besides."""
    pairs = main_pairs(study)
    banded = bool(_ends(study, pairs))
    if banded:
        yield _("{own}：{moved}。").format(own=_own(study), moved=_moved(pairs))
    for pair in pairs[-1:]:
        if known(pair.cost_yi.mean):
            yield _money(study, pair)
    sure = _("每个方案模拟招标 {n} 场，各方案用同一批随机数；区间无论何时停下都有 {sure} 的把握。")
    yield sure.format(n=f"{study.auctions:,}", sure=f"{study.confidence.arm:.0%}")
    yield from study.told_but_bands if banded else study.told


def _money(study: Study, pair: Pair) -> str:
    """What a comparison saves or costs over the life of the bond."""
    cost = move(pair.cost_yi, _("亿元人民币"), 4)
    if study.record is None:
        return _("全部利息{cost}；{side}。").format(cost=cost, side=side(pair.adapts))
    issue = study.record.issue
    told = _("本期计划发行 {offered} 亿元、期限 {tenor} 年：全部利息{cost}；{side}，不贴现。")
    return told.format(offered=plain(issue.offered), tenor=plain(issue.tenor), cost=cost, side=side(pair.adapts))
