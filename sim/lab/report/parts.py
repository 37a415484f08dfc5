"""The parts of a report that tell what came out: the arms, the coupon, the demand, the cost, and who gains."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from auction.language import _
from auction.rulekeys import CLASSES
from sim.lab.report.blocks import Block, Cell, Column, Part, Table
from sim.lab.report.charts import (
    arm_bars,
    award_stacks,
    coupon_panels,
    demand_panels,
    pair_bars,
    pair_name,
)
from sim.lab.report.kept import Arm, Figure, Histogram, Kind, Pair, Picture, Study
from sim.lab.report.wording import move, override_words, plain, side, side_in_short

BP = 100
MOST_TOLD = 6
"""Comparisons told in words; tables have them all."""
TENTHS = (0.1, 0.5, 0.9)


def arms_part(study: Study) -> Part:
    """What each arm changes, and the range that comes of it."""
    made = study.record.arms if study.record else ()
    split = any(arm.issues > 1 for arm in made)
    columns = [Column(_("方案")), Column(_("改了什么")), Column(_("投标区间"))]
    rows: list[tuple[Cell, ...]] = []
    for arm in made:
        levels = _("不设") if arm.range is None else _("{low} 至 {high}").format(low=arm.range.low, high=arm.range.high)
        row = (arm.name, override_words(arm.override), levels)
        rows.append((*row, str(arm.issues)) if split else row)
    if split:
        columns.append(Column(_("期数")))
    blocks: list[Block] = [_("没有写到的规则，各方案都照场景当日的规则，见“假定与依据”。")]
    if study.record:
        issue = study.record.issue
        told = _("{issuer}，{date}，{title}：计划发行 {offered} 亿元，期限 {tenor} 年。")
        named = {"issuer": issue.issuer, "date": issue.date, "title": issue.title}
        blocks.insert(0, told.format(**named, offered=plain(issue.offered), tenor=plain(issue.tenor)))
    return Part("arms", _("比较了哪些方案"), (*blocks, *([Table("", tuple(columns), tuple(rows))] if rows else [])))


def results_part(study: Study) -> Part:
    """What each comparison brings, then what each arm comes to."""
    blocks: list[Block] = []
    if study.pairs:
        title = _("票面利率变动")
        blocks.append(pair_bars(study, title, "bp", lambda pair: pair.coupon_bp, 2))
        blocks.append(pair_table(study))
    else:
        blocks.append(arm_bars(study, _("票面利率"), "%", lambda arm: arm.coupon, 4))
    columns = (
        *(Column(_("方案")), Column(_("投标人")), Column(_("票面利率 %"), 4), Column(_("高于五日均值 bp"))),
        *(Column(_("全场倍数")), Column(_("未招满 %"), 1), Column(_("改变投标还能多得 bp"))),
    )
    rows = tuple(
        (*_named(arm), arm.coupon, arm.spread_bp, arm.cover, arm.short.times(100), _gain(arm)) for arm in study.arms
    )
    blocks.append(Table(_("各方案"), columns, rows))
    return Part("results", _("结果"), tuple(blocks))


def pair_table(study: Study) -> Table:
    """Every comparison."""
    columns = (
        *(Column(_("由")), Column(_("改为")), Column(_("投标人")), Column(_("票面利率 bp"), 2, signed=True)),
        *(Column(_("全部利息 亿元"), 4, signed=True), Column(_("贴下限 百分点"), 1, signed=True)),
        Column(_("全场倍数"), 2, signed=True),
    )
    rows = tuple(
        (
            *(pair.from_, pair.to, side_in_short(pair.adapts)),
            *(pair.coupon_bp, pair.cost_yi, pair.floor_hit.times(100), pair.cover),
        )
        for pair in study.pairs
    )
    return Table(_("各对比：改过之后减去改之前"), columns, rows)


def _named(arm: Arm) -> tuple[str, str]:
    return arm.name, side_in_short(arm.adapts)


def _gain(arm: Arm) -> str:
    """How far the bidders are from having nothing to gain."""
    if arm.exploitability_bp is None:
        return "—"
    gain = f"{arm.exploitability_bp:.3f}"
    return gain if arm.converged else _("{gain} 未收敛").format(gain=gain)


def coupons_part(study: Study) -> Part:
    """How the coupon is spread."""
    columns = (
        *(Column(_("方案")), Column(_("投标人")), Column(_("平均 %"), 4)),
        *(Column(_("十次有一次不高于 %")), Column(_("一半不高于 %")), Column(_("十次有九次不高于 %"))),
    )
    arms = {(arm.name, arm.adapts): arm for arm in study.arms}
    rows: list[tuple[Cell, ...]] = [
        (*_named(arms[key]), arms[key].coupon, *_quantiles(arms[key], picture.coupon))
        for picture in study.pictures
        if (key := (picture.name, picture.adapts)) in arms
    ]
    told = _("每次招标的票面利率有高有低：下图是同一方案招很多次的分布，虚线是投标区间下限和平均票面利率。")
    return Part("coupons", _("票面利率会落在哪里"), (told, coupon_panels(study), Table("", columns, tuple(rows))))


def _quantiles(arm: Arm, histogram: Histogram) -> tuple[Figure, ...]:
    """Below which coupon such shares of the auctions stay, in percent."""
    coupon, spread = arm.coupon.mean, arm.spread_bp.mean
    if coupon is None or spread is None or not histogram.shares:
        return (Figure(mean=None),) * len(TENTHS)
    return tuple(Figure(mean=coupon + (quantile(histogram, tenth) - spread) / BP) for tenth in TENTHS)


def quantile(histogram: Histogram, share: float) -> float:
    """The bar up to which the shares reach this one, bp."""
    reached, whole = 0.0, sum(histogram.shares)
    for place, each in enumerate(histogram.shares):
        reached += each
        if reached >= share * whole - 1e-9:
            return histogram.first_bp + place * histogram.step_bp
    return histogram.first_bp + (len(histogram.shares) - 1) * histogram.step_bp


def demand_part(study: Study) -> Part:
    """What bidders ask."""
    told = _(
        "横轴是标位，纵轴是标位不高于它的全部投标，以发行额的倍数计，取各场平均。"
        "曲线越过 1 倍的地方大致就是中标利率；一开始就越过，中标利率就停在下限上。"
    )
    return Part("demand", _("投标人要多少"), (told, demand_panels(study)))


def floor_part(study: Study) -> Part:
    """How often the range binds, and what the bond costs."""
    blocks: list[Block] = [
        arm_bars(study, _("落在下限上的招标"), "%", lambda arm: arm.floor_hit.times(100), 1),
    ]
    if study.pairs:
        blocks.append(pair_bars(study, _("全部利息的变动"), _("亿元"), lambda pair: pair.cost_yi, 4))
    columns = (
        *(Column(_("方案")), Column(_("投标人")), Column(_("贴下限 %"), 1), Column(_("触上限 %"), 1)),
        *(Column(_("全部利息 亿元"), 4), Column(_("实际发行 亿元"), 2)),
    )
    rows = tuple(
        (*_named(arm), arm.floor_hit.times(100), arm.ceiling.times(100), arm.cost_yi, arm.issued_yi)
        for arm in study.arms
    )
    told = _("全部利息是到期为止的全部票息，不贴现，不含手续费；没有发出去的不计。")
    return Part("floor", _("贴下限与成本"), (*blocks, Table("", columns, rows), told))


def who_part(study: Study) -> Part:
    """Who pays and who gains."""
    columns = (
        *(Column(_("方案")), Column(_("投标人")), Column(_("票面利率高于市场 bp"), 2, signed=True)),
        *(Column(_("约合每年 万元"), 0, signed=True), Column(_("投标人剩余 bp"))),
        *(Column(_("前五家 %"), 1), Column("HHI", 3)),
    )
    rows = tuple(
        (*_named(arm), arm.left_bp, _yearly(arm), arm.surplus_bp, arm.top_five.times(100), arm.hhi)
        for arm in study.arms
    )
    told = _(
        "高于市场：票面利率比当天二级市场收益率高出多少，是发行人多付的；为负则是投标人让出的。"
        "投标人剩余：中标所得比各家自己要求的收益率高出多少。"
    )
    blocks: list[Block] = [*_gains(study), Table(_("多付的和多得的"), columns, rows), told, award_stacks(study)]
    if study.record and study.pictures:
        blocks.append(_kinds(study.record.population.kinds, study.pictures))
    return Part("who", _("谁付，谁得"), tuple(blocks))


def _gains(study: Study) -> Iterator[str]:
    """Each comparison in words, among bidders that adapt where there are some."""
    settled = [pair for pair in study.pairs if pair.adapts] or list(study.pairs)
    for pair in settled[:MOST_TOLD]:
        told = _("{pair}（{side}）：发行人的全部利息{cost}；投标人剩余{surplus}；{awards}。")
        yield told.format(
            pair=pair_name(pair),
            side=side(pair.adapts),
            cost=move(pair.cost_yi, _("亿元人民币"), 4),
            surplus=move(pair.surplus_bp, "bp"),
            awards=_most_moved(pair),
        )


def _most_moved(pair: Pair) -> str:
    """Which class wins more, and which less."""
    shares = {str(CLASSES[each]): figure.mean for each, figure in pair.awards.items() if figure.mean is not None}
    ranked = sorted(shares, key=lambda label: shares[label])
    if not ranked or abs(shares[ranked[-1]]) < 0.0005:
        return _("中标在各类机构间不变")
    less, more = ranked[0], ranked[-1]
    told = _("{more}多中 {up} 个百分点，{less}少中 {down} 个百分点")
    ends = {"up": f"{100 * shares[more]:.1f}", "down": f"{-100 * shares[less]:.1f}"}
    return told.format(more=more, less=less, **ends)


def _yearly(arm: Arm) -> Figure:
    """What the coupon lies above the market, 万元 a year: one bp of one 亿元 is one 万元."""
    issued = arm.issued_yi.mean
    return Figure(mean=None) if issued is None else arm.left_bp.times(issued)


def _kinds(kinds: tuple[Kind, ...], pictures: tuple[Picture, ...]) -> Table:
    """Which kinds of the population win."""
    columns = (Column(_("方案")), Column(_("投标人")), *(Column(kind.name, 1) for kind in kinds))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (picture.name, side_in_short(picture.adapts), *(Figure(mean=100 * share) for share in picture.kinds))
        for picture in pictures
        if len(picture.kinds) == len(kinds)
    )
    return Table(_("各类机构的中标占比 %（按图所用的场数）"), columns, rows)


PARTS: tuple[Callable[[Study], Part], ...] = (arms_part, results_part, coupons_part, demand_part, floor_part, who_part)
