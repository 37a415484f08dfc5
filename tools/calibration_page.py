"""docs/calibration.md: how near the shipped population comes to real auctions, and how well it predicts left-out days.

    python tools/calibration_page.py RESULTS.csv LOCAL.csv TREASURY.csv…

The results and curves are other people's and stay where they are; of them the page holds moments and scores only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from auction.curve import read_curve
from auction.language import speak
from sim.lab.backtest import Backtest, Predicted, left_out
from sim.lab.calibrate import evenings_of, looked_back, prior
from sim.lab.evening import joined
from sim.lab.forecast import players_of
from sim.lab.history import read_history
from sim.lab.moments import Moment, real_moments
from sim.lab.population import find_population, read_population

TRIALS = 66
PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"
FIGURES = (
    ("coupon_mae_bp", "票面平均绝对误差 bp", "coupon, mean absolute error, bp"),
    ("coupon_bias_bp", "票面平均误差 bp（正为实际更高）", "coupon, mean error, bp (above: came out higher)"),
    ("interval80_coverage", "80% 区间的实际覆盖", "share inside the 80 % interval"),
    ("crps_bp", "CRPS bp", "CRPS, bp"),
    ("log_cover_mae", "全场倍数对数的平均绝对误差", "log of cover, mean absolute error"),
)
GUESSES = (
    ("floor", "区间下限", "the floor"),
    ("local", "地方债曲线五日均值", "the local curve's five-day mean"),
    ("focal", "地方债曲线减惯常差距，取 5bp 整数位", "the local curve less its usual gap, to 5 bp"),
)
HEAD = """# 校准与回测 · Calibration and backtest

自带的承销机构构成 `national` 用 127 期以内的真实招标结果校准；结果与曲线是别人的数据，
不在本项目里，这里只有矩和得分。自己的数据可以照样做：

    kaibiao lab calibrate 结果.csv --treasury 国债曲线.csv --local 地方债曲线.csv --out 我的构成.yaml
    kaibiao lab backtest  结果.csv --treasury 国债曲线.csv --local 地方债曲线.csv --population 我的构成.yaml

The shipped population `national` is calibrated on real results; those and the curves are other people's and not part of
this project: below are moments and scores only. Do the same with your own by the two commands above.

**怎么读 · How to read.** 先由各期票面估计“票面 − 前一晚地方债曲线”的差距（按季、按发行人；贴在下限的只知道上界），再用
CMA-ES 调承销机构的参数，让模拟的倍数、边际倍数、整数标位与真实的相近。利差均值和贴下限的比例由前一步决定，不再另调。
First the gap between coupons and the local curve is estimated by quarter and issuer (at the floor only a bound is
seen), then the members' parameters are fitted by CMA-ES so that covers, marginal covers and focal levels come near the
real ones; mean spreads and shares at the floor follow from the first step.

2022 年 2 月地方债曲线开始以前，用它最初 60 天对国债的利差代替（**推定**）；历史下限来自规则库，多为**惯例**而非条文。
Before the local curve begins its first 60 days' spread stands for it (**assumed**); floors of past days are mostly
**practice**.

**相信到什么程度 · How far to trust it.** 51 期分布在 15 天里，独立的证据不多：相对“区间下限”这个最朴素的
猜法，少错的区间含 0。模拟的 2017 至 2018 年倍数偏低（那时没有下限，投标人也不同）；2023 年 5 月起的中位倍数偏低，
因为公开的多是整批 20 倍以上的报道。
51 auctions fall on 15 days: the gain over the plainest guess, the floor, has an interval that holds zero. Simulated
covers are too low for 2017–2018 (no floor bound, and other bidders), and in the median since May 2023, where what is
published is mostly reports of whole batches above 20.
"""


def main() -> None:
    """Write the page."""
    results, local, *treasury = map(Path, sys.argv[1:])
    speak("zh")
    found = find_population("national", Path())
    assert found
    population, curve = read_population(found), joined([read_curve(each) for each in treasury])
    evenings, _skipped = evenings_of(read_history(results), curve, read_curve(local), population)
    played = looked_back(evenings, prior({})).played_by(players_of(population))
    moments = real_moments(evenings).against(played)
    near = tuple(each for each in evenings if not each.proxied)
    rows = left_out(near, population, TRIALS)
    PAGE.write_text("\n".join([HEAD, *moment_lines(moments), *score_lines(rows)]) + "\n", "utf-8")


def moment_lines(moments: Sequence[Moment]) -> Iterator[str]:
    """The table of moments."""
    yield "## 矩：真实与模拟 · Moments, real and simulated\n"
    yield "| 矩 | 期数 | 真实 | 标准误 | 模拟 |\n|---|---:|---:|---:|---:|"
    for each in moments:
        yield f"| {each.label} | {each.n} | {number(each.real)} | {number(each.error)} | {number(each.simulated)} |"


def score_lines(rows: tuple[Predicted, ...]) -> Iterator[str]:
    """The table of the backtest, all rows and those whose day is as published."""
    stated = tuple(row for row in rows if row.evening.auction.stated)
    both = [Backtest(each, ()).scores() for each in (rows, stated)]
    yield "\n## 留一日回测，2022 年 3 月起 · Each day left out in turn, since March 2022\n"
    yield f"差距和承销机构的参数都在去掉当日之后重新拟合（参数由自带的出发，试 {TRIALS} 组）。区间按日重抽样。"
    yield f"Gap and members' parameters are fitted anew without the day (from the shipped ones, {TRIALS} trials).\n"
    yield f"| | | 全部 {len(rows)} 期 all | 日期确切的 {len(stated)} 期 stated |\n|---|---|---:|---:|"
    for name, chinese, english in FIGURES:
        yield f"| {chinese} | {english} | " + " | ".join(number(score[name]) for score in both) + " |"
    for name, chinese, english in GUESSES:
        cells = [f"{number(score['baselines'][name])}；{gain(score['gains'][name])}" for score in both]
        yield f"| 误差：{chinese}；本模型少错 | error of {english}; our gain | " + " | ".join(cells) + " |"


def number(value: object) -> str:
    """A figure with two decimals, or a dash."""
    return f"{value:.2f}" if isinstance(value, float) and value == value else "—"


def gain(figures: dict[str, float]) -> str:
    """A gain with its interval."""
    return f"{figures['mean']:+.2f} ({figures['low']:+.2f}…{figures['high']:+.2f})"


if __name__ == "__main__":
    main()
