"""What characterises auctions, reckoned alike from real ones and from simulated ones (domain notes 2).

A sample holds each auction of a history once (as it came out) or many times (as a population played it); simulated
covers count only where the real one is known, so that both speak of the same bonds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from auction.language import Message, say
from sim.lab.clearing import Floats
from sim.lab.evening import Evening
from sim.lab.forecast import Played

FOCAL_BP, NEAR_BP = 5.0, 0.6
TAIL_AT = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
SINCE_2021 = date(2021, 1, 1)
RESAMPLES = 400
SEED = 7

REGIMES: tuple[tuple[date, Message], ...] = (
    (date(2015, 1, 1), say("2015 至 2016 年")),
    (date(2017, 1, 1), say("2017 至 2018 年 8 月")),
    (date(2018, 8, 14), say("加 40bp")),
    (date(2019, 1, 29), say("加 25bp")),
    (date(2021, 6, 1), say("加 15 至 25bp")),
    (date(2022, 1, 1), say("加 10bp")),
    (date(2023, 5, 1), say("加 5bp")),
)
"""From which day each regime of floors is counted (domain notes 2)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Auctions, each held n times: arrays [auctions, n], not a number where nothing is known."""

    evenings: tuple[Evening, ...]
    coupon: Floats
    """Over M, bp."""
    cover: Floats
    marginal: Floats
    at_floor: Floats
    short: Floats

    def pick(self, places: NDArray[np.intp]) -> Sample:
        """Some of the auctions, one as often as it is named."""
        return Sample(
            evenings=tuple(self.evenings[place] for place in places),
            coupon=self.coupon[places],
            cover=self.cover[places],
            marginal=self.marginal[places],
            at_floor=self.at_floor[places],
            short=self.short[places],
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """One figure of the real auctions, with its standard error, and of the simulated ones."""

    name: str
    label: Message
    n: int
    """Auctions it is reckoned from."""
    real: float
    error: float
    simulated: float

    def as_dict(self) -> dict[str, object]:
        """The moment as a JSON entry."""
        figures = {"n": self.n, "real": self.real, "error": self.error, "simulated": self.simulated}
        rounded = {name: None if figure != figure else round(figure, 4) for name, figure in figures.items()}
        return {"name": self.name, "label": str(self.label), **rounded}


def as_they_came_out(evenings: Sequence[Evening]) -> Sample:
    """The real auctions."""
    column = [(_known(each.auction.cover), _known(each.auction.marginal)) for each in evenings]
    covers, marginals = (np.array(values)[:, None] for values in zip(*column, strict=True))
    return Sample(
        tuple(evenings),
        np.array([each.coupon_bp for each in evenings])[:, None],
        covers,
        marginals,
        np.array([float(each.at_floor) for each in evenings])[:, None],
        np.where(np.isnan(covers), np.nan, covers < 1.0),
    )


def as_played(evenings: Sequence[Evening], played: Sequence[Played]) -> Sample:
    """The same auctions as a population played them."""
    real = as_they_came_out(evenings)
    cover = np.stack([each.cover for each in played])
    marginal = np.stack([each.marginal for each in played])
    return Sample(
        tuple(evenings),
        np.stack([each.coupon_bp for each in played]),
        np.where(np.isnan(real.cover), np.nan, cover),
        np.where(np.isnan(real.marginal), np.nan, marginal),
        np.stack([each.at_floor.astype(np.float64) for each in played]),
        np.where(np.isnan(real.cover), np.nan, np.stack([each.short for each in played]).astype(np.float64)),
    )


def _known(figure: float | None) -> float:
    return np.nan if figure is None else figure


Reckon = Callable[[Sample], float]
Where = Callable[[Evening], bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """How a moment is reckoned, and from which auctions."""

    label: Message
    of: Reckon
    where: Where = lambda evening: True
    multiple: bool = False
    """Whether it is compared by its logarithm."""


def _in_regime(place: int) -> Where:
    since = REGIMES[place][0]
    until = REGIMES[place + 1][0] if place + 1 < len(REGIMES) else date.max
    return lambda evening: since <= evening.auction.day < until


def _stated_in(place: int) -> Where:
    inside = _in_regime(place)
    return lambda evening: inside(evening) and evening.auction.stated


def _with_cover(where: Where) -> Where:
    return lambda evening: where(evening) and evening.auction.cover is not None


def _with_marginal(evening: Evening) -> bool:
    return evening.auction.marginal is not None


def _mean_coupon(sample: Sample) -> float:
    return float(sample.coupon.mean())


def _spread_of_coupons(sample: Sample) -> float:
    return float(sample.coupon.std())


def _share_at_floor(sample: Sample) -> float:
    return float(sample.at_floor.mean())


def _share_short(sample: Sample) -> float:
    return float(np.nanmean(sample.short))


def _focal_share(sample: Sample) -> float:
    distance = np.abs(sample.coupon - FOCAL_BP * np.rint(sample.coupon / FOCAL_BP))
    return float((distance <= NEAR_BP).mean())


def _cover_quantile(share: float) -> Reckon:
    return lambda sample: float(np.nanquantile(sample.cover, share))


def _tail(at: float) -> Reckon:
    def reckon(sample: Sample) -> float:
        known = sample.marginal[~np.isnan(sample.marginal)]
        return float(at * (known > at).mean()) if known.size else np.nan

    return reckon


def _above_local(sample: Sample) -> tuple[Floats, Floats]:
    """Coupons over the local curve, and logarithms of covers, where both are known."""
    local = np.array([each.local_mean_bp for each in sample.evenings])[:, None]
    known = ~np.isnan(sample.cover) & (sample.cover > 0)
    return (sample.coupon - local)[known], np.log(sample.cover[known])


def _correlation(sample: Sample) -> float:
    above, covers = _above_local(sample)
    return float(np.corrcoef(above, covers)[0, 1]) if len(above) > 2 else np.nan


def _slope(sample: Sample) -> float:
    above, covers = _above_local(sample)
    return float(np.cov(above, covers)[0, 1] / above.var(ddof=1)) if len(above) > 2 else np.nan


def _of_tenor(years: int) -> Where:
    return lambda evening: evening.auction.tenor == years and evening.auction.day >= SINCE_2021


def _figures() -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for place, (since, label) in enumerate(REGIMES):
        inside, at = _in_regime(place), f"{since:%Y-%m}"
        figures |= {
            f"{at}.spread": Figure(say("{regime}：利差均值 bp", regime=label), _mean_coupon, inside),
            f"{at}.spread_sd": Figure(say("{regime}：利差标准差 bp", regime=label), _spread_of_coupons, inside),
            f"{at}.floor": Figure(say("{regime}：贴下限的比例", regime=label), _share_at_floor, _stated_in(place)),
            f"{at}.focal": Figure(say("{regime}：在 5bp 整数位的比例", regime=label), _focal_share, inside),
        }
        for share, words in ((0.1, say("低一成")), (0.5, say("中位")), (0.9, say("高一成"))):
            named = say("{regime}：全场倍数（{which}）", regime=label, which=words)
            figures[f"{at}.cover{int(share * 100)}"] = Figure(
                named, _cover_quantile(share), _with_cover(inside), multiple=True
            )
    for x in TAIL_AT:
        named = say("边际倍数：x·P(M>x)，x = {x}", x=f"{x:g}")
        figures[f"tail.{x:g}"] = Figure(named, _tail(x), _with_marginal, multiple=True)
    near = _with_cover(lambda evening: not evening.proxied)
    figures["cover.correlation"] = Figure(say("全场倍数的对数与“票面 − 地方债曲线”的相关"), _correlation, near)
    figures["cover.slope"] = Figure(say("票面每高于地方债曲线 1bp，全场倍数的对数"), _slope, near)
    for years in (10, 30):
        named = say("2021 年起 {years} 年期的全场倍数（中位）", years=years)
        figures[f"cover.{years}y"] = Figure(named, _cover_quantile(0.5), _with_cover(_of_tenor(years)), multiple=True)
    everywhere = _with_cover(lambda evening: True)
    figures["short"] = Figure(say("未招满的比例"), _share_short, everywhere)
    return figures


FIGURES: Mapping[str, Figure] = MappingProxyType(_figures())
"""Every moment by name."""


@dataclass(frozen=True, slots=True)
class Real:
    """The moments of real auctions with their standard errors, to compare simulated ones with."""

    evenings: tuple[Evening, ...]
    places: Mapping[str, NDArray[np.intp]]
    """Which auctions each moment is reckoned from; those of which none are known are left out."""
    values: Mapping[str, tuple[float, float]]

    def against(self, simulated: Sample) -> tuple[Moment, ...]:
        """Every moment, real and simulated."""
        return tuple(
            Moment(name, FIGURES[name].label, len(places), *self.values[name], _reckoned(name, simulated.pick(places)))
            for name, places in self.places.items()
        )


def real_moments(evenings: Sequence[Evening]) -> Real:
    """The moments of the auctions as they came out; standard errors by resampling days, on which bonds go together."""
    sample = as_they_came_out(evenings)
    places = {
        name: np.array([at for at, evening in enumerate(evenings) if figure.where(evening)], np.intp)
        for name, figure in FIGURES.items()
    }
    known = {name: which for name, which in places.items() if len(which)}
    values = {name: (_reckoned(name, sample.pick(which)), _error(name, sample, which)) for name, which in known.items()}
    return Real(tuple(evenings), known, values)


def _reckoned(name: str, sample: Sample) -> float:
    return FIGURES[name].of(sample)


def _error(name: str, sample: Sample, places: NDArray[np.intp]) -> float:
    """The standard error of a moment; not a number where there is only one day."""
    days = np.array([sample.evenings[place].auction.day.toordinal() for place in places])
    each = [places[days == day] for day in np.unique(days)]
    if len(each) < 2:
        return np.nan
    draws = np.random.default_rng(SEED).integers(len(each), size=(RESAMPLES, len(each)))
    found = [_reckoned(name, sample.pick(np.concatenate([each[day] for day in drawn]))) for drawn in draws]
    return float(np.nanstd(found))
