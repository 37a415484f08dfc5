"""The parts of a report that tell what it rests on: what moves it, what bids tell, what is assumed, how it is made."""

from __future__ import annotations

from collections.abc import Iterator

from auction.breach import Basis
from auction.language import _
from auction.quantities import parse_share
from auction.rulekeys import CLASSES
from sim.lab.report.blocks import Block, Column, Part, Table, Written
from sim.lab.report.charts import band_bars, influence_bars
from sim.lab.report.kept import Band, Figure, Influence, Record, Rule, Study
from sim.lab.report.wording import labelled, marked, rule_label, rule_value, side_in_short, together


def sensitivity_part(study: Study) -> Part:
    """Which uncertain input moves the answer."""
    labels = [_label(study, each) for each in study.sensitivity]
    columns = (
        *(Column(_("输入")), Column(_("取值")), Column(_("依据")), Column(_("占方差 %"), 0)),
        *(Column(_("其中单独 %"), 0), Column(_("单独变动 bp"), 2, signed=True)),
        Column(_("利息变动 亿元"), 4, signed=True),
    )
    rows = tuple(
        (
            *(label, _range(study, each), _origin(study, each)),
            *(Figure(mean=100 * each.total), Figure(mean=100 * each.first)),
            *(Figure(mean=each.move_bp), Figure(mean=each.move_cost_yi)),
        )
        for label, each in zip(labels, study.sensitivity, strict=True)
    )
    of = study.pairs[0] if study.pairs else None
    told = _(
        "各输入在所列范围内变动时，{what}随之变动多少；投标策略不随之调整。"
        "占方差连同与别的输入一起的作用，是约数。"
    )
    what = _("“{from_}”改为“{to}”的票面利率之差").format(from_=of.from_, to=of.to) if of else _("票面利率")
    drawn = influence_bars(study, labels)
    blocks: list[Block] = [told.format(what=what), *([drawn] if drawn.labels else []), Table("", columns, rows)]
    return Part("sensitivity", _("哪些不确定的输入左右答案"), tuple(blocks))


def _label(study: Study, influence: Influence) -> str:
    words = study.words.inputs.get(influence.input) if study.words else None
    return str(words.label) if words else influence.label


def _range(study: Study, influence: Influence) -> str:
    words = study.words.inputs.get(influence.input) if study.words else None
    return f"{influence.low:.3g}–{influence.high:.3g} {words.unit if words else influence.unit}"


def _origin(study: Study, influence: Influence) -> str:
    """Where the range comes from, and why it is such."""
    words = study.words.inputs.get(influence.input) if study.words else None
    why = str(words.why) if words else influence.why
    return marked(why, Basis.ASSUMED) if influence.basis == "assumed" else why


def identification_part(study: Study) -> Part:
    """What the bids tell, and what nothing but data from outside can."""
    why = _(
        "下限咬住的时候，人人都投在下限上，债券再好 5 bp 也看不出来：这样的投标与下限以下的任何市场价都相符，"
        "多招几次也不会更清楚。能补上的只有招标以外的数据，如二级市场成交。"
    )
    heading = _("投标说得出什么")
    if not study.pairs:
        return Part("identification", heading, ())
    if study.identified:
        told = _(
            "作比较起点的方案里，多数招标的中标利率在下限之上："
            "投标本身说得出利率会怎样变，答案不靠招标以外的数据。"
        )
        return Part("identification", heading, (told,))
    blocks: list[Block] = [why]
    if study.band:
        outside = study.band.outside_spread_bp
        ends = _(
            "二级市场利差取 {low} 至 {high} bp 的各点重做，投标人也重新适应；"
            "下图每点的区间是抽样误差，点与点之差才是不知道的部分。"
        )
        blocks.append(ends.format(low=f"{outside.low:g}", high=f"{outside.high:g}"))
        blocks.append(band_bars(study.band.pairs))
        blocks.append(_bands(study.band))
    else:
        blocks.append(_("这次没有给出招标以外的利差范围，所以不给区间；请在实验里写 outside_spread_bp。"))
    return Part("identification", heading, tuple(blocks))


def _bands(band: Band) -> Table:
    """Between what each comparison lies."""
    columns = (
        *(Column(_("由")), Column(_("改为")), Column(_("投标人"))),
        *(Column(_("票面利率变动最低 bp"), 2, signed=True), Column(_("票面利率变动最高 bp"), 2, signed=True)),
    )
    rows = tuple(
        (
            *(pair.from_, pair.to, side_in_short(pair.adapts)),
            *(Figure(mean=pair.coupon_bp.low), Figure(mean=pair.coupon_bp.high)),
        )
        for pair in band.pairs
    )
    return Table("", columns, rows)


def assumptions_part(study: Study) -> Part:
    """Everything that was assumed, with its mark."""
    if study.record is None:
        return Part("assumptions", _("假定与依据"), (_("这份研究没有留下所用的规则和参数；重做一次就有。"),))
    record = study.record
    signs = _("标记：〔原文〕有公布的条文，〔推导〕由条文算出，〔实务〕惯例或转载，〔推定〕没有依据、由我们设定。")
    return Part("assumptions", _("假定与依据"), (signs, _rules(record), *_modelled(record), _bidders(record)))


def _rules(record: Record) -> Table:
    """The rules arms were held by, those that differ among arms first told for which."""
    columns = (Column(_("规则")), Column(_("取值")), Column(_("依据")), Column(_("适用方案")))
    return Table("", columns, tuple(_rule(record, rule) for rule in record.rules))


def _rule(record: Record, rule: Rule) -> tuple[str, ...]:
    everywhere = len(rule.arms) == len(record.arms)
    arms = _("全部") if everywhere else together(rule.arms)
    told = marked(rule.citation or _("本实验所设"), rule.basis)
    noted = labelled(told, rule.note) if rule.note and rule.basis is Basis.ASSUMED else told
    return rule_label(rule.key), rule_value(rule.key, rule.value), noted, arms


def _modelled(record: Record) -> Iterator[str]:
    """What the laboratory itself assumes."""
    market, population = record.market, record.population
    curves = _("{curves}（场景所附）").format(curves=together(sorted(market.curves.values())))
    told = _("二级市场利差 {spread} bp（五日均值之上，本研究所设），五日均值以来的市场变动标准差 {move} bp")
    for text in (
        labelled(_("收益率曲线"), curves),
        told.format(spread=f"{market.spread_bp:g}", move=f"{market.move_bp:.2f}"),
        labelled(population.title, population.note or _("参数由群体文件所写")),
        _("投标人照旧：各家照各自的做法投标，会动脑筋的沿用在第一个方案里最好的投法"),
        _("投标人适应新规则：会动脑筋的各家在每个方案里各自找到没有更好的投法（近似均衡）；还能多得多少见“结果”"),
        _("各场之间互不影响：没有一场的结果会改变下一场的投标"),
    ):
        yield marked(text, Basis.ASSUMED)


def _bidders(record: Record) -> Table:
    """The population."""
    columns = (
        *(Column(_("机构")), Column(_("类别")), Column(_("家数")), Column(_("通常想要（占发行额）"))),
        *(Column(_("看法的标准差 bp")), Column(_("做法"))),
    )
    rows = tuple(
        (
            *(kind.name, str(CLASSES[kind.member_class]), str(kind.count), percent(kind.mandate), kind.noise_bp),
            together([f"{_behaviour(name)} {percent(share)}" for name, share in kind.behaviour.items()]),
        )
        for kind in record.population.kinds
    )
    return Table(labelled(_("投标人"), record.population.title), columns, rows)


def _behaviour(name: str) -> str:
    known = {
        "true-value": _("照实投"),
        "floor-pinned": _("贴下限"),
        "duty": _("完成承销额"),
        "focal": _("整数标位"),
        "strategic": _("找最优"),
        "ring": _("串通"),
    }
    return known.get(name, name)


def percent(share: str) -> str:
    """A share as a percentage; as it stands where it is none."""
    try:
        return f"{float(parse_share(share)) * 100:g}%"
    except ValueError:
        return share


def again_part(study: Study, sha256: str) -> Part:
    """Everything needed to make the study again, bit for bit."""
    record = study.record
    file = record.file if record else f"{study.experiment}.yaml"
    blocks: list[Block] = [
        _("用同一版本和同样的文件执行下面这一行，得到的每个数字都相同，与几个进程、几台机器无关："),
        Written("", f"kaibiao lab run {file} --auctions {study.auctions} --out DIR"),
    ]
    rows = [
        (_("实验"), study.experiment),
        (_("场景"), study.scenario),
        (_("群体"), study.population),
        (_("随机数种子"), str(study.seed)),
        (_("每个方案的场数"), f"{study.auctions}"),
        (_("study.json 的 SHA-256"), sha256),
    ]
    if record:
        rows += [
            (_("kaibiao 版本"), record.version or _("未安装的源码")),
            (_("整个研究的摘要"), record.digests.study),
            (_("实验文件的 SHA-256"), record.digests.experiment),
            (_("场景及其文件的摘要"), record.digests.scenario),
            (_("规则取值的摘要"), record.digests.rules),
        ]
    blocks.append(Table("", (Column(_("项目")), Column(_("值"))), tuple(rows)))
    if record:
        blocks.append(Written(labelled(_("实验文件"), record.file), record.written))
    return Part("again", _("怎样重做"), tuple(blocks))


def words_part() -> Part:
    """How to read it."""
    return Part(
        "words",
        _("怎样读"),
        (
            _("bp：基点，0.01 个百分点。30 亿元的债券，利率差 1 bp 一年是 30 万元。"),
            _("±：区间的一半。真值不在区间里的机会不超过二十分之一；各对比的区间合起来算。"),
            _("贴下限：中标利率就是投标区间的下限。触上限：中标利率是上限，或没有卖出。"),
            _("全场倍数：全部有效投标除以计划发行额。未招满：卖出的少于计划。"),
            _("HHI：各家中标份额的平方和，越大越集中；1 表示一家全拿。"),
        ),
    )
