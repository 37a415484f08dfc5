"""The charts of a report, as data: what is drawn where is for the page, Word and Excel to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from auction.language import _
from auction.rulekeys import CLASSES
from sim.lab.report.blocks import Bars, Line, Mark, Panel, Panels, Points, Stacks
from sim.lab.report.kept import Arm, Demand, Figure, Histogram, Pair, PairBand, Picture, Study
from sim.lab.report.wording import side, side_in_short

LEAST_BP = 0.005
"""What moves the coupon by less is not drawn."""


def arm_bars(study: Study, title: str, unit: str, figure: Callable[[Arm], Figure], places: int) -> Bars:
    """A figure of every arm."""
    names = tuple(arm.name for arm in study.arms if arm.adapts is study.arms[0].adapts)
    series = tuple(
        (side(adapts), tuple(figure(arm) for arm in study.arms if arm.adapts is adapts)) for adapts in _sides(study)
    )
    return Bars(title, unit, names, series, places)


def pair_bars(study: Study, title: str, unit: str, figure: Callable[[Pair], Figure], places: int) -> Bars:
    """What every comparison brings."""
    names = tuple(pair_name(pair) for pair in study.pairs if pair.adapts is study.pairs[0].adapts)
    series = tuple(
        (side(adapts), tuple(figure(pair) for pair in study.pairs if pair.adapts is adapts)) for adapts in _sides(study)
    )
    return Bars(title, unit, names, series, places, signed=True)


def band_bars(bands: Sequence[PairBand]) -> Bars:
    """What the comparisons come to at each outside value."""
    points = {(pair_name(band), at.spread_bp): None for band in bands for at in band.points}
    labels = tuple(_("{pair}，利差 {spread} bp").format(pair=name, spread=f"{at:g}") for name, at in points)
    series = []
    for adapts in dict.fromkeys(band.adapts for band in bands):
        found = {
            (pair_name(band), at.spread_bp): at.coupon_bp
            for band in bands
            for at in band.points
            if band.adapts is adapts
        }
        series.append((side(adapts), tuple(found.get(each, Figure(mean=None)) for each in points)))
    return Bars(_("票面利率变动，按二级市场利差"), "bp", labels, tuple(series), 2, signed=True)


def pair_name(pair: Pair | PairBand) -> str:
    """A comparison in short."""
    return f"{pair.from_} → {pair.to}"


def coupon_panels(study: Study) -> Panels:
    """How the coupon of every arm is spread."""
    panels = _panels(study, lambda picture: histogram_corners(picture.coupon))
    return Panels(_("票面利率的分布"), _("高于五日均值 bp"), _("占招标 %"), panels, filled=True)


def demand_panels(study: Study) -> Panels:
    """What bidders of every arm ask, up to each level."""
    panels = _panels(study, lambda picture: demand_corners(picture.demand))
    return Panels(_("需求曲线"), _("标位，高于五日均值 bp"), _("累计投标量，发行额的倍数"), panels, level=1.0)


def _panels(study: Study, corners: Callable[[Picture], Points]) -> tuple[Panel, ...]:
    names = dict.fromkeys(picture.name for picture in study.pictures)
    return tuple(_panel(study, name, corners) for name in names)


def _panel(study: Study, name: str, corners: Callable[[Picture], Points]) -> Panel:
    pictures = [picture for picture in study.pictures if picture.name == name]
    spreads = {arm.adapts: arm.spread_bp.mean for arm in study.arms if arm.name == name}
    floors = {picture.floor_bp for picture in pictures} - {None}
    marks = [Mark(_("下限"), floor) for floor in sorted(floor for floor in floors if floor is not None)]
    for place, picture in enumerate(pictures):
        spread = spreads.get(picture.adapts)
        if spread is not None:
            marks.append(Mark(_("平均票面利率"), spread, place))
    lines = tuple(Line(side_in_short(picture.adapts), corners(picture)) for picture in pictures)
    return Panel(name, lines, tuple(marks))


def histogram_corners(histogram: Histogram) -> Points:
    """The outline of a histogram's bars, in percent."""
    corners: list[tuple[float, float]] = []
    for place, share in enumerate(histogram.shares):
        left = histogram.first_bp + (place - 0.5) * histogram.step_bp
        corners += [(left, 100 * share), (left + histogram.step_bp, 100 * share)]
    return ((corners[0][0], 0.0), *corners, (corners[-1][0], 0.0)) if corners else ()


def demand_corners(demand: Demand) -> Points:
    """A demand curve as the steps it is: nothing more is asked until the next level."""
    levels = tuple(zip(demand.levels_bp, demand.asked, strict=False))
    if not levels:
        return ()
    corners = [(levels[0][0], 0.0), levels[0]]
    for (_before, asked), (level, more) in pairwise(levels):
        corners += [(level, asked), (level, more)]
    return tuple(corners)


def award_stacks(study: Study) -> Stacks:
    """Which classes win."""
    labels = tuple(_("{arm}（{side}）").format(arm=arm.name, side=side(arm.adapts)) for arm in study.arms)
    shares = tuple(tuple(arm.awards[each].mean or 0.0 for each in CLASSES) for arm in study.arms)
    return Stacks(_("中标额归谁"), labels, tuple(str(label) for label in CLASSES.values()), shares)


def influence_bars(study: Study, labels: Sequence[str]) -> Bars:
    """What each uncertain input moves by itself."""
    moved = [each for each in zip(labels, study.sensitivity, strict=True) if abs(each[1].move_bp) >= LEAST_BP]
    moves = tuple(Figure(mean=each.move_bp) for _label, each in moved)
    title = _("输入由最低到最高，单独使票面利率（之差）变动")
    return Bars(title, "bp", tuple(label for label, _each in moved), (("", moves),), 2, signed=True)


def _sides(study: Study) -> tuple[bool, ...]:
    return tuple(dict.fromkeys(arm.adapts for arm in study.arms))
