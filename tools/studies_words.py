"""What docs/studies.md says of the six studies, in Chinese and in English; no sentence but the figures bear it."""

from __future__ import annotations

from itertools import pairwise

from tools.studies_figures import (
    ADAPTED,
    AT_FIRST,
    BROKERS,
    COST,
    COVER,
    FLOOR,
    LEAD_BROKERS,
    LEADS,
    REGIONS,
    SETTLED_BP,
    SHORT,
    SURPLUS,
    TOP,
    Chapter,
    Said,
    Study,
    both,
    english,
    moved,
    require,
)

INTRODUCTION: Said = (
    """\
# 六个研究

本页由 `make studies-page` 生成，请勿手改。（[English](#the-six-studies)）

每个研究先问一个问题，再让几套规则在同一批模拟招标里比一比。随软件附带，人人可以重做；重做时文件夹里另有一份完整的报告。

怎样读：

- 1bp 是 0.01 个百分点。三十亿元、十年期，1bp 约合 300 万元利息。
- “刚改时”：规则改了，成员照老办法投标。“适应后”：会算计的成员摸清了新规则，重新找到对自己最有利的投标。
- ± 和括号里是抽样误差，有 95% 的把握。它不包括模型本身的误差：成员若不像这里假设的那样投标，场数再多也看不出来。
- 收益率曲线、机构和债券都是虚构的。数字用来比较方案，不用来预测某一期的利率。
- 投标成员：{title}。{note}。
""",
    """\
# The six studies

Made by `make studies-page`; not to be edited by hand. ([中文](#六个研究))

Each study asks one question and lets several sets of rules compete over the same simulated auctions. They are shipped
with the program and anybody may run them again; the folder then holds a full report besides.

How to read them:

- 1 bp is 0.01 percentage points. Of 3 billion yuan over ten years it is about 3 million yuan of interest.
- “At first”: the rules have changed, members bid as they always did. “Adapted”: the members that calculate have come to
  know the new rules and bid what is best for them.
- ± and brackets are sampling error, at 95 % confidence. The error of the model is not in them: if members do not bid as
  assumed here, no number of auctions would show it.
- Curves, institutions and bonds are made up. The figures compare rules; they do not forecast a coupon.
- Who bids: the population `scenarios/populations/national.yaml`, whose own note says how far it is calibrated.
""",
)
ENGLISH = "---"
"""Between the two languages."""


def history(study: Study) -> list[Said]:
    """40, 25, 10, 5 bp."""
    floors = study.arms
    for adapts in (False, True):
        covers = [study.figure(arm, "cover", adapts) for arm in floors]
        falls = all(later.low <= earlier.high for earlier, later in pairwise(covers))
        require(falls and covers[-1].high < covers[0].low, "下限越贴近市场，全场倍数越低")
        share = [study.figure(arm, "broker", adapts) for arm in (floors[0], floors[-1])]
        require(share[0].low > share[1].high, "下限高时证券公司分到的多")
        follows = abs(study.change(floors[0], floors[1], adapts=adapts).mean + 15) < 0.5
        require(follows, "下限高于市场时，票面利率跟着下限走")
    cover = [study.figure(arm, "cover").mean for arm in floors]
    share = [study.figure(arm, "broker").mean * 100 for arm in floors]
    cost = study.change(floors[0], floors[-1], "cost_yi").mean
    last, slower = both(study, floors[2], floors[3]), ("", "")
    if study.change(floors[2], floors[3]).low > -4.75:
        slower = ("：下限落进市场以后，就不再是一比一", ": within the market it is no longer one for one")
    return [
        (
            f"下限还高于市场时，票面利率跟着下限走：由 40bp 降到 25bp，利率{moved(study.change(*floors[:2]))[0]}；"
            f"再降到 10bp，{moved(study.change(*floors[1:3]))[0]}。",
            "While the floor lies above the market the coupon follows it: from 40 to 25 bp it "
            f"{moved(study.change(*floors[:2]))[1]}, on to 10 bp it {moved(study.change(*floors[1:3]))[1]}.",
        ),
        (
            f"再由 10bp 降到 5bp，{last[0]}{slower[0]}。",
            f"From 10 to 5 bp, {last[1]}{slower[1]}.",
        ),
        (
            f"下限越贴近市场，抢购越少：四个下限的全场倍数依次是 {cover[0]:.1f}、{cover[1]:.1f}、{cover[2]:.1f}、"
            f"{cover[3]:.1f} 倍。下限高时的高倍数是下限送出来的，不是需求。",
            f"The nearer the floor to the market, the less of a rush: the four covers are {cover[0]:.1f}, "
            f"{cover[1]:.1f}, {cover[2]:.1f} and {cover[3]:.1f}. A high cover under a high floor is the floor's "
            "gift, not demand.",
        ),
        (
            f"证券公司是冲着下限来的：一般证券公司分到的份额，40bp 时 {share[0]:.0f}%，5bp 时 {share[3]:.0f}%。",
            f"Brokers come for the floor: those that are no leads win {share[0]:.0f} % at 40 bp and {share[3]:.0f} "
            "% at 5 bp.",
        ),
        (
            f"三十亿元十年期，5bp 比 40bp 一共少付利息约 {-cost:.2f} 亿元。",
            f"Of 3 billion yuan over ten years, 5 bp cost about {-cost * 100:.0f} million yuan less interest than "
            "40 bp.",
        ),
    ]


def strength(strong: Study, middle: Study, weak: Study) -> list[Said]:
    """5, 3, 0 bp, by region."""
    regions, ends = (strong, middle, weak), (strong.arms[0], strong.arms[-1])
    for adapts in (False, True):
        falls = [-region.change(*ends, adapts=adapts).mean for region in regions]
        require(falls[0] > 1 and falls[0] > max(falls[1:]), "强地区取消加点降得最多")
        require(abs(falls[2]) < 0.5, "弱地区几乎不变")
    said: list[Said] = [
        (
            "降下限的好处在强的地区：那里下限压着利率。弱的地区，市场本来就在下限之上，降不降几乎一样。",
            "A lower floor saves most where the region is strong, for there the floor holds the coupon up; where "
            "it is weak the market lies above the floor anyway and lowering it changes next to nothing.",
        )
    ]
    for region in regions:
        name, spread = REGIONS[region.name], region.prepared.experiment.market
        assert spread is not None
        change = both(region, *ends)
        said.append(
            (
                f"{name[0]}（二级市场利差 {spread.spread_bp}bp）：下限由 5bp 降到均值，{change[0]}。",
                f"{name[1].capitalize()} (secondary spread {spread.spread_bp} bp): from 5 bp to the mean itself, "
                f"{change[1]}.",
            )
        )
    return said


def anchor(study: Study) -> list[Said]:
    """Treasury plus bp against the local curve."""
    local, floor = study.arms[-1], study.floor_bp(study.arms[-1])
    said: list[Said] = [
        (
            f"这一天，地方债曲线均值的 -3% 相当于国债均值加 {floor:.1f}bp。换锚起作用，主要是因为下限的高低变了，"
            "不是因为换了曲线。",
            f"On this day −3 % of the local curve's mean is the treasury mean +{floor:.1f} bp. Another anchor "
            "matters mostly by where it puts the floor, not by being another curve.",
        )
    ]
    for arm in study.arms[:-1]:
        change = both(study, arm, local)
        said.append((f"原来用{arm}的，改过去{change[0]}。", f"From {english(arm)}: {change[1]}."))
    require(study.change(study.arms[0], local).high < 0, "由国债均值加 25bp 改为地方债曲线，利率降低")
    said.append(
        (
            "好处在于以后：地方债曲线自己跟着市场走，区间不必再靠改加点来追市场。这一点模拟一天看不出来。",
            "The gain lies in the years after: the local curve follows the market by itself, and the range need "
            "not chase it by changed offsets. One simulated day does not show that.",
        )
    )
    return said


def caps(study: Study) -> list[Said]:
    """None, 30 %, 20 %, and a single level."""
    free, pinned = study.arms[:4], study.arms[4:]
    if study.floor_bp(free[0]) > study.floor_bp(pinned[0]):
        free, pinned = pinned, free
    for arm in pinned[1:]:
        require(study.figure(arm, "floor_hit").low > 0.9, "下限 15bp 压住利率")
        for adapts in (False, True):
            require(abs(study.change(pinned[0], arm, adapts=adapts).mean) <= SETTLED_BP, "贴在下限时，上限不改利率")
            require(study.change(pinned[0], arm, "cover", adapts).high < 0, "上限压低倍数")
    cover = [study.figure(arm, "cover").mean for arm in pinned]
    said: list[Said] = [
        (
            f"下限压住利率时（15bp），上限只改倍数不改利率：全场倍数由 {cover[0]:.1f} 倍降到 {cover[1]:.1f}（上限 "
            f"30%）、{cover[2]:.1f}（20%）、{cover[3]:.1f} 倍（单一标位 10%），票面利率不动。这时的倍数量的是上限，"
            "不是需求。",
            "Where the floor holds the coupon up (+15 bp) caps change the cover and not the coupon: cover falls "
            f"from {cover[0]:.1f} to {cover[1]:.1f} (30 %), {cover[2]:.1f} (20 %) and {cover[3]:.1f} (one level 10 "
            "%). Such a cover measures the cap, not demand.",
        )
    ]
    for arm in free[1:]:
        change, top = both(study, free[0], arm), [study.figure(each, "top_five").mean * 100 for each in (free[0], arm)]
        said.append(
            (
                f"下限低时（5bp），{arm.split('，')[1]}：{change[0]}；前五家合计由 {top[0]:.0f}% 变为 {top[1]:.0f}%。",
                f"With a low floor (+5 bp), {english(arm).split(', ')[1]}: {change[1]}; the top five together go "
                f"from {top[0]:.0f} % to {top[1]:.0f} %.",
            )
        )
    return said


def duties(study: Study) -> list[Said]:
    """Minimum bids and underwriting."""
    now, halved, shifted, none = study.arms
    said: list[Said] = []
    for arm in (halved, shifted, none):
        change = both(study, now, arm)
        short = [study.figure(arm, "short", adapts).mean * 100 for adapts in (False, True)]
        said.append(
            (
                f"{arm}：{change[0]}；招不满的机会，刚改时 {short[0]:.1f}%，适应后 {short[1]:.1f}%。",
                f"{english(arm).capitalize()}: {change[1]}; the chance of a short sale is {short[0]:.1f} % at "
                f"first and {short[1]:.1f} % adapted.",
            )
        )
    before, after = study.figure(now, "short"), study.figure(none, "short")
    if after.low > before.high:
        said.append(
            (
                f"义务是弱市里的保险：有义务时招不满的机会是 {before.mean:.1%}，取消以后、成员适应了，就有 "
                f"{after.mean:.1%}。",
                f"The duty is an insurance for weak days: with it {before.mean:.1%} of the sales are short; "
                f"without it, once members have adapted, {after.mean:.1%}.",
            )
        )
    kinds = ("lead-broker", "broker")
    share = [sum(study.figure(arm, kind).mean for kind in kinds) * 100 for arm in (now, shifted)]
    require(share[1] > share[0], "义务移给证券公司，证券公司就多担")
    said.append(
        (
            f"移给证券公司，证券公司中标合计由 {share[0]:.0f}% 变为 {share[1]:.0f}%：义务不会消失，只是换人来担。",
            f"Shifted to brokers, they win {share[1]:.0f} % together instead of {share[0]:.0f} %: the duty does "
            "not go away, somebody else bears it.",
        )
    )
    return said


def sizes(study: Study) -> list[Said]:
    """One, many, a re-opening."""
    one = study.arms[0]
    said: list[Said] = []
    for arm in study.arms[1:]:
        change, top = both(study, one, arm), [study.figure(each, "top_five").mean * 100 for each in (one, arm)]
        said.append(
            (
                f"{arm}：{change[0]}；前五家合计由 {top[0]:.0f}% 变为 {top[1]:.0f}%。",
                f"{english(arm).capitalize()}: {change[1]}; the top five together go from {top[0]:.0f} % to "
                f"{top[1]:.0f} %.",
            )
        )
    biggest = max(abs(study.change(one, arm, adapts=adapts).mean) for arm in study.arms[1:] for adapts in (False, True))
    if biggest < 0.5:
        said.append(
            (
                "光看招标本身，拆与不拆、新发与续发，利率相差不到半个 bp；要紧的是招标以外的事：流动性、手续和时间。",
                "As far as the tender goes, one or many, new or re-opened, the coupon differs by less than half a "
                "bp; what matters lies outside it: liquidity, paperwork and time.",
            )
        )
    return said


CHAPTERS = (
    Chapter(
        ("下限的来路：40、25、10、5bp", "Where the floor came from: 40, 25, 10, 5 bp"),
        (
            "下限由国债五日均值加 40bp 一路降下来，投标倍数、票面利率和谁中标，各有什么变化？",
            "The floor came down from 40 bp over the five-day treasury mean: what did that do to cover, coupon "
            "and winners?",
        ),
        ("floor-history",),
        (AT_FIRST, ADAPTED, FLOOR, COVER, BROKERS, COST),
        history,
        (
            (
                "历年的市场利差、成员和监管口径都在变；这里只动下限，别的都按今天的样子，所以不是历史的重演。",
                "Spreads, members and guidance changed over those years; here only the floor moves and all else "
                "is as today, so this is no replay of history.",
            ),
        ),
    ),
    Chapter(
        ("再降到 3bp、到均值：看地区强弱", "On to 3 bp and to the mean itself: by strength of region"),
        (
            "强、中、弱三类地区，下限由 5bp 降到 3bp、再到均值，票面利率各低多少？",
            "In strong, middling and weak regions, what does a floor of 5, 3, 0 bp do to the coupon?",
        ),
        tuple(REGIONS),
        (AT_FIRST, ADAPTED, FLOOR, COVER, SURPLUS),
        strength,
        (
            (
                "三类地区的二级市场利差（3、9、18bp）是推定的；用到自己的地区，请先改成自己的利差。",
                "The secondary spreads of the three regions (3, 9, 18 bp) are assumed; put your own in before you "
                "decide.",
            ),
        ),
    ),
    Chapter(
        ("国债加点，还是地方债曲线 -3% 至 +10%", "Treasury plus bp, or the local curve −3 % to +10 %"),
        (
            "投标区间不再按国债均值加点，改按地方债曲线均值的 -3% 至 +10%，票面利率和倍数怎么变？",
            "What if the range were built on the local curve, −3 % to +10 %, and not on the treasury curve plus bp?",
        ),
        ("treasury-or-local-curve",),
        (AT_FIRST, ADAPTED, FLOOR, COVER, SURPLUS),
        anchor,
        (
            (
                "-3% 至 +10% 只见过一期（深圳，2023 年 4 月，11.3 亿元七年期）；曲线是虚构的，下限落在哪里随曲线而变。",
                "−3 % to +10 % is known from one issue only (Shenzhen, April 2023, 1.13 billion, seven years); "
                "the curves are made up, and where the floor falls depends on them.",
            ),
        ),
    ),
    Chapter(
        ("成员投标上限与单一标位", "Caps on members and on single levels"),
        (
            "给每家成员设 30%、20% 的投标上限，或规定单一标位不超过 10%，投标倍数、票面利率和集中度怎么变？",
            "What do caps of 30 % and 20 % a member, or of 10 % a level, do to cover, coupon and concentration?",
        ),
        ("member-caps",),
        (AT_FIRST, ADAPTED, FLOOR, COVER, TOP),
        caps,
        (
            (
                "财库〔2018〕61号允许不设成员上限，2021 年以后的文件是否仍然这样，未能核实；这里的比例都是试验值。",
                "Caiku (2018) 61 allows to set no cap; whether that still holds after 2021 could not be verified. "
                "The shares here are trial values.",
            ),
        ),
    ),
    Chapter(
        ("最低投标与最低承销：弱市里减半、取消、移给证券公司", "Minimum bids and underwriting on a weak day"),
        (
            "市场偏弱时，最低投标与最低承销减半、取消，或由银行移给证券公司，会不会招不满，谁来担？",
            "On a weak day, if minimum bids and underwriting are halved, abolished or shifted to brokers: who "
            "bears it, and does the sale still fill?",
        ),
        ("duties",),
        (AT_FIRST, ADAPTED, SHORT, COVER, LEADS, LEAD_BROKERS, BROKERS, SURPLUS),
        duties,
        (
            (
                "现行档次照河南 2022—2024 年，其余档次是试验值；完不成承销额的代价（排名、退出）按每缺一手 5bp "
                "折算，是推定。",
                "The present duties are those of Henan 2022–2024, the others trial values; what missing one costs "
                "in rank is assumed as 5 bp for each lot missed.",
            ),
            (
                "成员若在弱市里宁可受罚或退出承销团，这里看不出来。",
                "Members that would rather be punished or leave the syndicate are not in the model.",
            ),
        ),
    ),
    Chapter(
        ("一期大的、许多小的，还是续发行", "One large, many small, or a re-opening"),
        (
            "三十亿元一期发完，拆成五期、十期同日招标，或并入一只老券续发行，票面利率怎么变？",
            "Three billion yuan in one issue, in five or ten on one day, or as a re-opening: what does the coupon do?",
        ),
        ("one-or-many",),
        (AT_FIRST, ADAPTED, FLOOR, COVER, TOP),
        sizes,
        (
            (
                "债券小、难转手，投资人会多要利差；续发行把债券做大，会少要。这些流动性的差别不在模型里："
                "小债若在二级市场多要 1bp，票面利率最多也就多 1bp，请自行加上。",
                "Small bonds are hard to sell on and must yield more; re-opened ones less. The model knows "
                "nothing of such liquidity: for each bp that small bonds must yield more on the secondary market, "
                "add up to a bp.",
            ),
            (
                "续发行的票面利率一栏是按价格折算的到期收益率；老券剩余期限略短，对应的国债均值也略低，"
                "所以只比利差，不比这一栏和成本。",
                "For the re-opening the coupon column is the yield of its price; what remains of the bond is a "
                "little shorter and its treasury mean a little lower, so spreads are compared, and neither that "
                "column nor costs.",
            ),
        ),
    ),
)
