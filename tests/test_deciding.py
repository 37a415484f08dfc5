"""Which values are named as assumed: those that could decide something on the day, in the order people read them."""

import days
import pytest

from auction.deciding import could_decide, deciding
from auction.desk import in_force
from auction.plan import Plan
from auction.rulekeys import KEYS

FIRST = {"coupon": "2", "frequency": 2, "value_date": "2026-03-11", "maturity": "2036-03-11", "code": days.BOND}
TREASURY = {"issuer": "国债", "department": "财政部"}


def plan(planned: dict | None = None, **fields: object) -> Plan:
    """The plan of one issue."""
    return days.stage(days.window(days.issue(**fields)), planned=planned).scenario.plan


PLAIN = plan()
ONLY = {
    "flexible.rule": plan(flexible={"low": "8", "high": "10", "multiple": "1.1"}),
    "exclusion.refill": plan(TREASURY, method="modified-multiple-price"),
    "base_amount.share": plan(base={"share": "30%", "holders": ["银行甲"]}),
    "counter.amount": plan(counter={"amount": "2"}),
    "reopening.price_day": plan(object="price", reopening={"of": days.BOND, "number": 1, "first_issue": FIRST}),
    "underwriting.allotment": plan(method="public-underwriting"),
    "result.signers.underwriting": plan(method="public-underwriting"),
    "directed.interbank": plan(method="directed-underwriting"),
    "bid.price_tick": plan(object="price"),
    "venue.bse": plan({"venue": "北交所"}),
}


@pytest.mark.parametrize("key", ONLY)
def test_a_rule_of_some_issues_only_counts_where_there_is_one(key):
    assert could_decide(ONLY[key], key)
    assert not could_decide(PLAIN, key)


@pytest.mark.parametrize("key", ["addon.minutes", "fee.permille", "late.multiple", "min_underwriting_share.bank"])
def test_what_is_judged_on_another_day_never_counts(key):
    assert not any(could_decide(each, key) for each in (PLAIN, *ONLY.values()))


@pytest.mark.parametrize(
    "key", ["bid.tick", "range.floor", "margin.tail", "tender.at_limit", "bid.level_span", "result.signers.tender"]
)
def test_what_any_tender_goes_by_always_counts(key):
    assert could_decide(PLAIN, key)


def test_exclusion_counts_in_a_multiple_price_tender_only_where_something_is_excluded():
    assert not could_decide(plan(method="modified-multiple-price"), "exclusion.refill")
    assert could_decide(plan(method="modified-multiple-price", exclusion={"awards": 3}), "exclusion.refill")
    assert not could_decide(plan(TREASURY), "exclusion.refill")


def test_the_values_keep_the_order_of_the_rules():
    for made in (PLAIN, *ONLY.values()):
        names = [rule.key for rule in deciding(made)]
        assert names == [key for key in KEYS if key in names]
        assert set(names) <= {rule.key for rule in in_force(made)}
