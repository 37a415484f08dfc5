"""The sheet: entered, checked, and sent only when nothing stands in the way."""

from datetime import time
from decimal import Decimal
from fractions import Fraction

import days
import pytest
from days import BOND, CHECKER, OPERATOR
from refusals import cited, refusal, rules

from auction import events as e
from auction.commands import decide
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.desk import range_due
from auction.plan import RangeEntry, Role, terms_of
from auction.rulebook import load_rulebook


def sealed(**fields: object) -> IssuanceDay:
    """A day whose site is sealed, with one issue as published."""
    staged = days.stage(days.window(days.issue(**fields)))
    return days.play(days.begin(staged), until=lambda day: day.phase is Phase.SITE_SEALED)


def published(day: IssuanceDay):
    """The terms as the documents have them."""
    window = day.plan.windows[0]
    return terms_of(window.issues[0], window)


def entry(day: IssuanceDay) -> RangeEntry:
    """The range that follows from the mean the scripts computed."""
    known = days.sample("range_entered").entry
    due = range_due(day.plan, day.plan.issues[0], Fraction(known.mean)).range
    return known.model_copy(update={"low": due.low, "high": due.high})


def runner(day: IssuanceDay) -> str:
    """Who enters and sends."""
    return OPERATOR if day.plan.acting(Role.OPERATOR) is Role.OPERATOR else days.BOOKRUNNER


def terms_entered(day: IssuanceDay, **wrong: object) -> e.NoticeEntered:
    terms = published(day).model_copy(update=wrong)
    return e.NoticeEntered(at=day.now, seat=runner(day), bond=BOND, terms=terms)


def terms_checked(day: IssuanceDay, **wrong: object) -> e.NoticeChecked:
    terms = published(day).model_copy(update=wrong)
    return e.NoticeChecked(at=day.now, seat=CHECKER, bond=BOND, terms=terms, differences=())


def range_entered(day: IssuanceDay, **wrong: object) -> e.RangeEntered:
    return e.RangeEntered(at=day.now, seat=runner(day), bond=BOND, entry=entry(day).model_copy(update=wrong))


def range_checked(day: IssuanceDay, **wrong: object) -> e.RangeChecked:
    entered = entry(day).model_copy(update=wrong)
    return e.RangeChecked(at=day.now, seat=CHECKER, bond=BOND, entry=entered, differences=())


def filled_in(day: IssuanceDay, terms: dict | None = None, limits: dict | None = None) -> IssuanceDay:
    """The sheet entered and checked, both people making the same mistakes."""
    day = days.act(day, terms_entered(day, **(terms or {})))
    day = days.act(day, terms_checked(day, **(terms or {})))
    day = days.act(day, range_entered(day, **(limits or {})))
    return days.act(day, range_checked(day, **(limits or {})))


def sending(day: IssuanceDay) -> e.NoticesSent:
    return e.NoticesSent(at=day.now, seat=runner(day), window="W1")


def test_a_sheet_on_which_both_people_agree_and_that_follows_the_documents_is_sent():
    day = filled_in(sealed())
    assert days.act(day, sending(day)).windows["W1"].phase is WindowPhase.SENT


def test_there_is_nothing_to_check_before_the_operator_has_entered_it():
    day = sealed()
    assert rules(day, terms_checked(day)) == ["site.dual_check"]
    assert rules(day, range_checked(day)) == ["site.dual_check"]


def test_the_operator_does_not_check_nor_the_checker_enter():
    day = days.act(sealed(), terms_entered(sealed()))
    assert rules(day, terms_checked(day).model_copy(update={"seat": OPERATOR})) == ["seat.role"]
    assert rules(day, range_entered(day).model_copy(update={"seat": CHECKER})) == ["seat.role"]


def test_differences_are_found_by_the_desk_whatever_the_checker_claims():
    day = days.act(sealed(), terms_entered(sealed(), offered=1_000_000, tenor=Decimal(11)))
    checked = decide(day, terms_checked(day))
    assert checked.differences == ("tenor", "offered")
    claimed = terms_checked(days.act(sealed(), terms_entered(sealed()))).model_copy(update={"differences": ("lot",)})
    assert decide(days.act(sealed(), terms_entered(sealed())), claimed).differences == ()


@pytest.mark.parametrize("step", ["nothing", "terms entered", "terms differ", "terms agree", "range entered", "differ"])
def test_no_sheet_is_sent_while_the_dual_check_is_open(step):
    steps = {
        "terms entered": terms_entered,
        "terms differ": lambda day: terms_checked(day, frequency=1),
        "terms agree": terms_checked,
        "range entered": range_entered,
        "differ": lambda day: range_checked(day, low=Decimal("1.81")),
    }
    day = sealed()
    for name, made in steps.items() if step != "nothing" else ():
        day = days.act(day, made(day))
        if name == step:
            break
    refused = refusal(day, sending(day))
    assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("site.dual_check", BOND)]
    assert "财库〔2018〕61号" in refused.breaches[0].citation


def test_what_is_entered_again_must_be_checked_again():
    day = filled_in(sealed())
    for entered in (terms_entered(day), range_entered(day)):
        again = days.act(day, entered)
        assert rules(again, sending(again)) == ["site.dual_check"]


def test_a_sheet_that_departs_from_the_published_documents_is_not_sent_though_both_agree():
    day = filled_in(sealed(), terms={"offered": 1_000_000, "close": time(11, 20)})
    refused = refusal(day, sending(day))
    assert [breach.rule for breach in refused.breaches] == ["notice.documents"]
    assert str(refused) == f"{BOND} 的标书与已公布的发行文件不一致：计划发行面值、截止时间"
    assert refused.breaches[0].citation


@pytest.mark.parametrize(
    "limits",
    [{"low": Decimal("1.79")}, {"high": Decimal("2.03")}, {"low": Decimal("2.03")}, {"mean": "1.9"}, {"mean": "0.1"}],
    ids=str,
)
def test_a_range_that_does_not_follow_from_its_mean_is_not_sent_though_both_agree(limits):
    day = filled_in(sealed(), limits=limits)
    refused = refusal(day, sending(day))
    assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("range.floor", BOND)]
    assert refused.breaches[0].citation == cited("range.floor")


@pytest.mark.parametrize("terms", [{"tick": Decimal(0)}, {"offered": 0}, {"open": time(12, 0)}, {"lot": 0}], ids=str)
def test_terms_of_which_no_notice_can_be_made_are_refused_like_any_other_difference(terms):
    day = filled_in(sealed(), terms=terms)
    assert rules(day, sending(day)) == ["notice.documents"]


def test_a_mean_is_a_number():
    with pytest.raises(ValueError, match="应为数字"):
        RangeEntry.model_validate({**days.sample("range_entered").entry.model_dump(), "mean": "a third"})


def test_every_open_breach_is_named_at_once():
    day = filled_in(
        sealed(method="public-underwriting", offered="30"), terms={"frequency": 1}, limits={"low": Decimal("1.70")}
    )
    assert rules(day, sending(day)) == ["notice.documents", "underwriting.floor", "tender.required_above"]


@pytest.mark.parametrize("method", ["public-underwriting", "directed-underwriting", "single-price"])
@pytest.mark.parametrize("offered", ["4.9999", "5", "5.0001"])
@pytest.mark.parametrize("at_limit", ["required", "exempt"])
def test_above_five_yi_only_a_tender_or_directed_underwriting_is_sent(at_limit, offered, method, tmp_path, monkeypatch):
    switch = tmp_path / "江苏.yaml"
    switch.write_text(
        "kind: rulebook\nissuer: 江苏\ntender.at_limit:\n  values:\n    - from: 2015-01-01\n"
        f"      value: {at_limit}\n      basis: assumed\n      cite: {{document: 测试}}\n",
        "utf-8",
    )
    rulebook = load_rulebook(switch)
    day = filled_in(sealed(method=method, offered=offered))
    days.put_in_force(rulebook, monkeypatch)
    above = offered == "5.0001" or (offered == "5" and at_limit == "required")
    if method == "public-underwriting" and above:
        refused = refusal(day, sending(day))
        assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("tender.required_above", BOND)]
        known = cited("tender.required_above")
        assert refused.breaches[0].citation == (known.replace("实务", "推定") if offered == "5" else known)
    else:
        assert days.act(day, sending(day)).windows["W1"].phase is WindowPhase.SENT
