"""Every dated change of every shipped rulebook, one day before, on the day and one day after.

The table is typed by hand from the texts, never from the files: what an issuer's day is judged by, from each day on
which that changes; before a row's first day nothing is in force. `-` is none; shares are decimals, amounts whole 万元.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from auction.rulebook import NATION, load_rulebook, shipped_files
from auction.rulefile import RuleFile
from auction.rulekeys import KEYS

ONE_DAY = timedelta(days=1)

TABLE = """
全国 | range.anchor | 2015-01-01 treasury practice
全国 | range.local_curve | 2021-01-01 encouraged practice
全国 | range.days | 2015-01-01 5 practice
全国 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2023-05-01 +5bp practice
全国 | range.cap | 2015-01-01 +15% practice
全国 | range.rounding | 2015-01-01 half-up practice
全国 | tender.method | 2015-01-01 single-price practice
全国 | tender.object | 2015-01-01 rate practice
全国 | bid.tick | 2015-01-01 0.01 practice
全国 | bid.price_tick | 2017-02-20 0.01 assumed
全国 | bid.lot | 2015-01-01 1000 practice
全国 | bid.level_span | 2010-01-01 25 practice | 2011-01-01 - | 2015-01-01 none assumed
全国 | bid.contiguous | 2010-01-01 free practice | 2011-01-01 - | 2015-01-01 free assumed
全国 | bid.level_min | 2015-01-01 1000 practice
全国 | bid.level_max | 2015-01-01 none assumed
全国 | min_bid_share min_underwriting_share | 2015-01-01 none assumed
全国 | max_bid_share | 2015-01-01 none assumed | 2018-05-04 none source
全国 | bid.window bid.range bid.syndicate bid.last_valid_counts | 2015-01-01 required practice
全国 | fill.price_priority fill.margin | 2015-01-01 required practice
全国 | margin.rounding | 2015-01-01 floor assumed
全国 | margin.tail | 2015-01-01 round-robin assumed
全国 | tender.required_above | 2015-01-01 50000 practice
全国 | tender.at_limit | 2015-01-01 exempt assumed
全国 | flexible.allowed | 2018-05-04 allowed source
全国 | flexible.method | 2018-05-04 single-price practice
全国 | flexible.low_share | 2018-05-04 0.8 assumed
全国 | flexible.multiple | 2018-05-04 1.1 assumed
全国 | flexible.rule | 2018-05-04 candidate assumed
全国 | reopening.most | 2017-02-20 2 practice
全国 | reopening.same_terms | 2017-02-20 required practice
全国 | reopening.object | 2017-02-20 price practice
全国 | reopening.price_object | 2017-02-20 dirty derived
全国 | reopening.price_day | 2017-02-20 payment derived | 2018-07-20 payment practice
全国 | underwriting.floor | 2018-07-20 +0bp practice
全国 | underwriting.cap | 2015-01-01 +30% practice
全国 | underwriting.agreed underwriting.bookrunner underwriting.leads | 2018-07-20 required practice
全国 | underwriting.price_cap conduct.cross_subscription | 2018-07-20 required practice
全国 | underwriting.allotment | 2018-07-20 pro-rata assumed
全国 | underwriting.shortfall | 2011-10-17 lead-underwriters practice | 2015-01-01 lead-underwriters assumed
全国 | directed.floor | 2015-01-01 +0bp practice
全国 | directed.creditors directed.swap_ceiling | 2015-05-15 required practice
全国 | directed.interbank | 2015-05-15 required assumed
全国 | venue.interbank | 2015-01-01 open practice | 2018-05-04 open derived
全国 | venue.sse | 2016-10-17 open practice | 2018-05-04 open derived
全国 | venue.szse | 2017-01-01 open assumed | 2018-05-04 open derived
全国 | venue.bse | 2024-02-01 open assumed
全国 | venue.counter | 2019-03-25 open practice
全国 | venue.offshore | 2021-10-01 elsewhere practice
全国 | venue.free_trade_zone | 2018-05-04 elsewhere source
全国 | counter.rate | 2019-03-25 required practice
全国 | counter.amount | 2019-03-25 quantity practice
全国 | counter.longest | 2021-01-01 5 practice
全国 | counter.sales | 2021-01-01 2 practice | 2022-01-01 -
全国 | slot.workdays | 2018-08-14 7 practice
全国 | disclosure.workdays | 2015-01-01 5 assumed | 2021-01-01 5 practice
全国 | window.minutes | 2015-01-01 40 practice
全国 | custody.minutes | 2015-01-01 20 practice
全国 | custody.default | 2015-01-01 CCDC practice
全国 | payment.workdays | 2015-01-01 1 practice
全国 | listing.workdays | 2015-01-01 2 assumed
全国 | coupon.frequency | 2015-01-01 {1: 1, 2: 1, 3: 1, 5: 1, 7: 1, 10: 2, 15: 2, 20: 2, 30: 2} practice
全国 | fee.permille | 2013-01-01 {3: 0.5, 5: 1} practice | 2014-01-01 - \
| 2015-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} assumed \
| 2022-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice
全国 | late.multiple | 2013-01-01 2 practice | 2014-01-01 - | 2015-01-01 2 practice
全国 | late.divisor | 2015-01-01 365 assumed
全国 | seat.distinct | 2015-01-01 required practice | 2018-05-04 required derived
全国 | seat.role result.recomputation | 2015-01-01 required assumed
全国 | emergency.form emergency.late | 2015-01-01 required assumed
全国 | emergency.form_only emergency.last_valid emergency.identical | 2015-01-01 required practice
全国 | site.dual_check site.supervisor site.supervision site.register site.devices site.shielding site.recording \
site.bookrunner | 2015-01-01 required practice | 2018-05-04 required source
全国 | result.signers.tender result.signers.underwriting | 2015-01-01 required practice | 2018-05-04 required source
全国 | conduct.guided_bidding conduct.collusion | 2015-01-01 required practice | 2018-05-04 required source

安徽 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2021-11-24 {5: +20bp, 7: +20bp, 10: +25bp, 15: +25bp, 20: +25bp, 30: +15bp} practice \
| 2023-02-22 +10bp practice | 2023-05-01 +5bp practice
北京 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2021-06-01 +15bp practice | 2022-06-20 +10bp practice | 2023-05-01 +5bp practice
河北 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2021-06-01 +15bp practice | 2023-05-01 +5bp practice
江苏 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2021-06-01 +15bp practice | 2023-04-14 +10bp practice | 2023-05-01 +5bp practice
广东 | range.floor | 2015-01-01 +0bp practice | 2015-07-13 +0bp practice | 2016-01-01 +0bp practice \
| 2018-09-01 +40bp practice | 2019-01-29 +25bp practice | 2021-06-01 +15bp practice | 2022-01-01 +10bp practice \
| 2023-05-17 {15: +10bp, default: +5bp} practice | 2023-05-18 +5bp practice
广东 | range.cap | 2015-01-01 +15% practice | 2018-08-01 +15% derived | 2019-01-01 +15% practice
广东 | fee.permille | 2011-10-17 1 practice | 2012-01-01 - | 2013-01-01 {3: 0.5, 5: 1} practice | 2014-01-01 -
浙江 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2021-06-01 +15bp practice | 2022-01-01 +10bp practice | 2023-05-01 +5bp practice
浙江 | range.cap | 2015-01-01 +15% practice | 2017-07-01 +20% practice | 2018-01-01 +15% practice
青海 | range.cap | 2015-01-01 +15% practice | 2017-11-01 +30% practice | 2018-01-01 +15% practice
黑龙江 | range.cap | 2015-01-01 +15% practice | 2018-06-01 +30% practice | 2019-01-01 +15% practice
湖南 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2022-03-24 +10bp practice | 2023-05-01 +5bp practice
湖南 | range.cap | 2015-01-01 +15% practice | 2018-08-01 +20% practice | 2019-01-01 +15% practice
新疆 | range.cap | 2015-01-01 +15% practice | 2018-08-01 +20% practice | 2019-01-01 +15% practice
辽宁 | range.cap | 2015-01-01 +15% practice | 2015-08-07 +15% practice | 2016-01-01 +15% practice
辽宁 | fee.permille | 2013-01-01 {3: 0.5, 5: 1} practice | 2014-01-01 - \
| 2015-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} assumed \
| 2022-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice \
| 2023-06-09 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice \
| 2024-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice
宁夏 | range.floor | 2015-01-01 +0bp practice | 2016-09-06 +0bp derived | 2017-01-01 +0bp practice
宁夏 | range.cap | 2015-01-01 +15% practice | 2016-09-06 +15% derived | 2017-01-01 +15% practice
宁波 | range.cap | 2015-01-01 +15% practice | 2021-01-01 +20% practice | 2024-02-01 +15% practice
宁波 | range.rounding | 2015-01-01 half-up practice | 2021-01-01 half-up practice | 2024-02-01 half-up practice
宁波 | venue.bse | 2024-02-01 open practice
山东 | range.floor | 2015-01-01 +0bp practice | 2016-10-01 +0bp practice | 2017-01-01 +0bp practice
山东 | range.cap | 2015-01-01 +15% practice | 2016-10-01 +15% practice | 2017-01-01 +15% practice \
| 2018-06-01 +20% practice | 2019-01-01 +15% practice
山东 | bid.level_span | 2015-01-01 none assumed | 2019-01-01 30 practice
山东 | bid.contiguous | 2015-01-01 free assumed | 2019-01-01 free practice
山东 | min_bid_share.lead-bank min_bid_share.lead-broker | 2015-01-01 none assumed | 2019-01-01 0.11 practice
山东 | min_bid_share.bank | 2015-01-01 none assumed | 2019-01-01 0.02 practice
山东 | min_bid_share.broker | 2015-01-01 none assumed | 2019-01-01 0.005 practice
上海 | range.anchor | 2011-10-17 treasury practice | 2012-01-01 - | 2015-01-01 treasury practice
上海 | range.days | 2011-10-17 5 practice | 2012-01-01 - | 2015-01-01 5 practice
上海 | range.floor | 2011-10-17 -15% practice | 2012-01-01 - | 2015-01-01 +0bp practice
上海 | range.cap | 2011-10-17 +15% practice | 2012-01-01 - | 2015-01-01 +15% practice | 2021-01-01 +15% practice
上海 | range.rounding | 2015-01-01 half-up practice | 2021-01-01 half-up practice
上海 | venue.interbank | 2011-10-17 open practice | 2012-01-01 - | 2015-01-01 open practice \
    | 2018-05-04 open derived
上海 | custody.minutes | 2011-10-17 15 assumed | 2012-01-01 - | 2015-01-01 20 practice
上海 | custody.default | 2011-10-17 CCDC assumed | 2012-01-01 - | 2015-01-01 CCDC practice
上海 | payment.workdays | 2011-10-17 1 assumed | 2012-01-01 - | 2015-01-01 1 practice
上海 | base_amount.share | 2011-10-17 0.3 practice | 2012-01-01 -
上海 | bid.tick | 2011-10-17 0.01 practice | 2012-01-01 - | 2015-01-01 0.01 practice | 2021-01-01 0.01 practice
上海 | bid.level_span | 2015-01-01 none assumed | 2021-01-01 30 practice
上海 | bid.contiguous | 2015-01-01 free assumed | 2021-01-01 free practice
上海 | min_bid_share.lead-bank min_bid_share.lead-broker | 2015-01-01 none assumed | 2021-01-01 0.12 practice
上海 | max_bid_share.lead-bank max_bid_share.lead-broker | 2015-01-01 none assumed | 2018-05-04 none source \
| 2021-01-01 0.3 practice
深圳 | range.anchor | 2015-01-01 treasury practice | 2023-04-17 local practice
深圳 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2023-04-17 -3% practice
深圳 | range.cap | 2015-01-01 +15% practice | 2023-04-17 +10% practice
河南 | range.floor | 2015-01-01 +0bp practice | 2018-09-01 +40bp practice | 2019-01-29 +25bp practice \
| 2022-01-01 +10bp practice | 2023-05-01 +5bp practice
河南 | counter.floor | 2022-08-01 +20bp practice | 2023-01-01 -
河南 | min_bid_share.lead-bank | 2015-01-01 none assumed | 2022-01-01 0.15 practice | 2025-01-01 none assumed
河南 | min_bid_share.lead-broker | 2015-01-01 none assumed | 2022-01-01 0.1 practice | 2025-01-01 none assumed
河南 | min_bid_share | 2015-01-01 none assumed | 2022-01-01 0.02 practice | 2025-01-01 none assumed
河南 | max_bid_share | 2015-01-01 none assumed | 2018-05-04 none source | 2022-01-01 none practice \
| 2025-01-01 none source
河南 | min_underwriting_share.lead-bank | 2015-01-01 none assumed | 2022-01-01 0.1 practice | 2025-01-01 none assumed
河南 | min_underwriting_share.lead-broker | 2015-01-01 none assumed | 2022-01-01 0.02 practice \
| 2025-01-01 none assumed
河南 | min_underwriting_share | 2015-01-01 none assumed | 2022-01-01 0.005 practice | 2025-01-01 none assumed
河南 | fee.permille | 2013-01-01 {3: 0.5, 5: 1} practice | 2014-01-01 - \
| 2015-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} assumed \
| 2022-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice \
| 2025-01-01 {1: 0.4, 2: 0.4, 3: 0.4, default: 0.8} practice
河南 | coupon.frequency | 2015-01-01 {1: 1, 2: 1, 3: 1, 5: 1, 7: 1, 10: 2, 15: 2, 20: 2, 30: 2} practice \
| 2024-01-01 {5: 1, 7: 1, 10: 2, 15: 2, 30: 2} practice \
| 2025-01-01 {1: 1, 2: 1, 3: 1, 5: 1, 7: 1, 10: 2, 15: 2, 20: 2, 30: 2} practice
云南 | range.local_curve | 2021-01-01 encouraged practice | 2026-01-30 allowed practice
云南 | bid.level_span | 2015-01-01 none assumed | 2026-01-30 none practice
云南 | reopening.price_object | 2017-02-20 dirty derived | 2026-01-30 dirty practice

国债 | range.anchor | 2009-11-01 treasury assumed | 2024-01-01 treasury practice
国债 | range.days | 2024-01-01 5 practice
国债 | range.floor | 2024-01-01 {30: -10%, 50: -10%} practice
国债 | range.cap | 2024-01-01 {30: +10%, 50: +10%} practice
国债 | range.rounding | 2024-01-01 half-up practice
国债 | tender.method | 2009-11-01 modified-multiple-price practice \
| 2024-01-01 {30: single-price, 50: single-price, default: modified-multiple-price} practice
国债 | tender.object | 2009-11-01 {0.25: price, 0.5: price, default: rate} practice
国债 | bid.tick | 2009-11-01 0.01 practice
国债 | bid.price_tick | 2015-11-01 {10: 0.08} practice | 2017-10-01 {0.5: 0.005, 10: 0.08} practice \
| 2018-09-01 {0.5: 0.004, 10: 0.08} practice | 2024-12-01 {0.25: 0.002, 0.5: 0.004, 10: 0.08} practice
国债 | bid.lot | 2011-01-01 1000 practice
国债 | bid.level_span | 2015-11-01 35 practice | 2024-01-01 {30: 45, 50: 45, default: 35} practice \
| 2024-12-01 {0.25: 50, 30: 45, 50: 45, default: 35} practice
国债 | bid.contiguous | 2000-01-01 required practice | 2001-01-01 -
国债 | bid.level_min | 2000-01-01 5000 practice | 2001-01-01 - | 2011-01-01 2000 practice | 2013-01-01 2000 assumed
国债 | bid.level_max | 2011-01-01 300000 practice | 2013-01-01 300000 assumed
国债 | min_bid_share.lead-bank min_bid_share.lead-broker | 2004-01-01 0.03 practice | 2005-01-01 - \
| 2011-01-01 0.03 practice | 2013-01-01 0.03 assumed | 2017-01-01 0.04 practice | 2018-01-01 0.04 assumed
国债 | min_bid_share | 2004-01-01 none practice | 2005-01-01 - | 2011-01-01 0.005 practice \
| 2013-01-01 0.005 assumed | 2017-01-01 0.015 practice | 2018-01-01 0.015 assumed
国债 | max_bid_share.lead-bank max_bid_share.lead-broker | 2000-01-01 0.4 derived | 2001-01-01 - \
| 2004-01-01 0.3 practice | 2005-01-01 - | 2011-01-01 0.3 practice | 2013-01-01 0.3 assumed \
| 2019-01-01 0.35 practice | 2022-01-01 0.35 assumed
国债 | max_bid_share | 2004-01-01 0.1 practice | 2005-01-01 - \
| 2011-01-01 {0.25: 0.2, 0.5: 0.2, 1: 0.2, default: 0.1} practice \
| 2013-01-01 {0.25: 0.2, 0.5: 0.2, 1: 0.2, default: 0.1} assumed \
| 2019-01-01 0.25 practice | 2022-01-01 0.25 assumed
国债 | min_underwriting_share.lead-bank min_underwriting_share.lead-broker | 2011-01-01 0.01 practice \
| 2022-01-01 0.01 assumed
国债 | min_underwriting_share | 2011-01-01 0.002 practice | 2022-01-01 0.002 assumed
国债 | bid.window | 2009-11-01 required practice
国债 | bid.range | 2024-01-01 required practice
国债 | bid.syndicate | 2004-01-01 required practice
国债 | bid.last_valid_counts | 2012-04-01 required practice
国债 | fill.price_priority fill.margin | 2009-11-01 required practice
国债 | margin.rounding | 2009-11-01 floor assumed
国债 | margin.tail | 2009-11-01 round-robin assumed
国债 | tender.required_above | 2009-11-01 0 assumed
国债 | tender.at_limit | 2009-11-01 required assumed
国债 | exclusion.bids | 2009-11-01 {1: 50} practice | 2010-04-01 {1: 50, 20: 100} practice \
| 2015-11-01 {10: 105} practice | 2017-10-01 {0.5: 50, 10: 105} practice \
| 2024-12-01 {0.25: 60, 0.5: 50, 2: 50, 10: 105} practice
国债 | exclusion.awards | 2009-11-01 {1: 12} practice | 2010-04-01 {1: 12, 20: 20} practice \
| 2015-11-01 {10: 20} practice | 2017-10-01 {0.5: 25, 10: 20} practice | 2020-07-01 {0.5: 25, 10: 30} practice \
| 2024-12-01 {0.25: 50, 0.5: 25, 2: 30, 10: 30} practice
国债 | exclusion.boundary | 2009-11-01 kept practice
国债 | exclusion.refill | 2009-11-01 no-refill assumed
国债 | exclusion.average | 2009-11-01 recomputed assumed
国债 | addon.minutes | 2018-01-01 20 practice | 2022-01-01 20 assumed
国债 | addon.award_share | 2004-01-01 0.3 practice | 2005-01-01 - | 2018-01-01 0.5 practice | 2022-01-01 0.5 assumed
国债 | addon.underwriting_share | 2018-01-01 0.5 practice | 2022-01-01 0.5 assumed
国债 | reopening.object | 2013-05-01 price practice
国债 | reopening.price_object | 2013-05-01 dirty derived
国债 | reopening.price_day | 2013-05-01 payment assumed
国债 | venue.interbank | 2009-11-01 open practice
国债 | window.minutes | 2009-01-01 60 practice
国债 | custody.minutes | 2010-01-01 15 practice | 2017-01-01 20 practice
国债 | custody.default | 2010-01-01 CCDC practice
国债 | payment.workdays | 2010-01-01 1 assumed | 2022-01-01 1 practice
国债 | listing.workdays | 2010-01-01 2 assumed | 2024-09-24 2 practice
国债 | coupon.frequency | 2009-11-01 {1: 1, 2: 1, 3: 1, 5: 1, 7: 1, 10: 2, 15: 2, 20: 2, 30: 2, 50: 2} practice
国债 | fee.permille | 2013-01-01 {5: 1} practice | 2016-01-01 {1: 0.5, 10: 1} practice \
| 2024-01-01 {2: 0.3, 30: 0.6} practice
国债 | site.supervisor site.supervision site.register site.devices | 2002-01-01 required practice
国债 | emergency.form emergency.late | 2012-04-01 required assumed
国债 | emergency.form_only emergency.last_valid emergency.identical | 2012-04-01 required practice
国债 | site.dual_check seat.distinct seat.role site.shielding site.recording | 2011-01-01 required assumed
国债 | result.recomputation result.signers.tender conduct.collusion | 2011-01-01 required assumed
"""

Turn = tuple[date, str]
"""A day and what is in force from it: the value, then its basis."""


def timelines() -> Iterator[tuple[str, str, list[Turn]]]:
    """Issuer, key and turns of each row of the table."""
    for line in TABLE.strip().splitlines():
        if not line:
            continue
        issuer, keys, *written = (cell.strip() for cell in line.split(" | "))
        turns = [(date.fromisoformat(cell[:10]), cell[11:]) for cell in written]
        yield from ((issuer, key, turns) for key in keys.split())


ROWS = {(issuer, key): turns for issuer, key, turns in timelines()}

CASES = [
    (issuer, key, day, before, at)
    for (issuer, key), turns in ROWS.items()
    for (_day, before), (day, at) in zip([(date.min, "-"), *turns], turns, strict=False)
]


def said(issuer: str, key: str, day: date) -> str:
    """The value in force and its basis, as the table writes them."""
    rule = load_rulebook().for_(issuer, day).get(key)
    return f"{rule.written} {rule.basis.value}" if rule else "-"


@pytest.mark.parametrize(("issuer", "key", "day", "before", "at"), CASES)
def test_a_rule_changes_on_its_day(issuer: str, key: str, day: date, before: str, at: str):
    after = dict(ROWS[issuer, key]).get(day + ONE_DAY, at)
    assert [said(issuer, key, each) for each in (day - ONE_DAY, day, day + ONE_DAY)] == [before, at, after]


def changes_of(file: RuleFile) -> set[tuple[str, str, date]]:
    """Every day on which a value of the file begins or has ended."""
    begun = {(key, one.since) for key, rule in file.rules.items() for one in rule}
    ended = {(key, one.until + ONE_DAY) for key, rule in file.rules.items() for one in rule if one.until}
    return {(file.issuer, key, day) for key, day in begun | ended}


SHIPPED = {change for file in shipped_files() for change in changes_of(file)}
TYPED = {(issuer, key, day) for (issuer, key), turns in ROWS.items() for day, _value in turns}


def test_every_dated_change_of_every_shipped_file_has_a_row():
    assert sorted(SHIPPED - TYPED) == []


def test_the_table_knows_no_change_that_no_file_makes():
    national = {(key, day) for issuer, key, day in SHIPPED if issuer == NATION}
    strange = [(i, k, d) for i, k, d in TYPED - SHIPPED if not {(k, d), (KEYS[k].family, d)} & national]
    assert sorted(strange) == []


def test_no_row_is_typed_twice_and_every_row_is_in_order():
    assert len(list(timelines())) == len(ROWS)
    assert [row for row, turns in ROWS.items() if turns != sorted(turns)] == []
    assert [row for row, turns in ROWS.items() if len({day for day, _value in turns}) != len(turns)] == []
