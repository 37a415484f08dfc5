"""`kaibiao bond`."""

import pytest
from commandline import kaibiao
from hypothesis import given, settings
from hypothesis import strategies as st

BOND = {
    "coupon": "3.02",
    "frequency": "2",
    "value-date": "2021-05-27",
    "maturity": "2031-05-27",
    "settlement": "2023-01-19",
}
"""The contract's example, a treasury whose yield the interbank market published."""

ANSWER = {"yield": "2.8600", "dirty": "101.6214", "clean": "101.1792", "accrued": "0.4422"}


def asked(command: str, **changed: str | None):
    """The command on BOND with options changed, or left out where None."""
    options = {**BOND, **{name.replace("_", "-"): text for name, text in changed.items()}}
    return [command, *(part for name, text in options.items() if text is not None for part in (f"--{name}", text))]


def bond(command: str, **changed: str | None):
    return kaibiao("bond", *asked(command, **changed), "--json")


def test_the_contract_s_example_from_its_price_and_from_its_yield():
    for answer in (bond("yield", dirty="101.6214"), bond("price", **{"yield": "2.86"})):
        assert (answer.code, answer.err, answer.json) == (0, "", ANSWER)


def test_digits_of_full_width_units_and_days_in_any_written_form_are_understood():
    answer = bond("yield", dirty="１０１．６２１４元", coupon="３．０２％", frequency="２", settlement="20230119")
    assert (answer.code, answer.json) == (0, ANSWER)


@pytest.mark.parametrize(
    ("rate", "dirty", "clean"),
    [("0", "125.6700", "125.2278"), ("-0.5", "130.5083", "130.0661")],
)
def test_a_yield_may_be_nothing_or_less(rate, dirty, clean):
    answer = bond("price", **{"yield": rate}).json
    assert answer["accrued"] == "0.4422"
    assert (answer["dirty"], answer["clean"]) == (dirty, clean)


def test_people_read_four_lines():
    answer = kaibiao("bond", *asked("yield", dirty="101.6214"))
    assert (answer.code, answer.err) == (0, "")
    assert [line.split() for line in answer.out.splitlines()] == [
        ["每百元面值"],
        ["到期收益率（%）", "2.8600"],
        ["全价（元）", "101.6214"],
        ["净价（元）", "101.1792"],
        ["应计利息（元）", "0.4422"],
    ]


@pytest.mark.parametrize(
    ("command", "changed", "faults"),
    [
        ("yield", {"dirty": "0"}, [("dirty", "应大于 0（实际值 '0'）")]),
        ("yield", {"dirty": "-1"}, [("dirty", "应大于 0（实际值 '-1'）")]),
        ("yield", {"dirty": "abc"}, [("dirty", "应为数字（元）（实际值 'abc'）")]),
        ("yield", {"dirty": "0.001"}, [("dirty", "这个价格的收益率超出 ±10000%")]),
        ("yield", {"coupon": "-1", "dirty": "1"}, [("coupon", "应不小于 0（实际值 '-1'）")]),
        ("yield", {}, [("dirty", "缺少必填项")]),
        ("price", {}, [("yield", "缺少必填项")]),
        ("price", {"yield": "-200"}, [("yield", "收益率 -200.00% 太低：没有这样的价格")]),
        ("price", {"yield": "1e3"}, [("yield", "应为数字（%）（实际值 '1e3'）")]),
        (
            "price",
            {"yield": "2", "settlement": "2021-05-26"},
            [("settlement", "结算日不应早于起息日 2021-05-27（实际值 '2021-05-26'）")],
        ),
        (
            "price",
            {"yield": "2", "settlement": "2031-05-27"},
            [("settlement", "结算日应早于到期日 2031-05-27（实际值 '2031-05-27'）")],
        ),
        (
            "yield",
            {"coupon": "三", "frequency": "3", "maturity": "2021-05-27", "settlement": "2021-01-01", "dirty": "0"},
            [
                ("coupon", "应为数字（%）（实际值 '三'）"),
                ("frequency", "每年付息次数应为 1、2、4 或 12（实际值 '3'）"),
                ("maturity", "到期日应晚于起息日 2021-05-27（实际值 '2021-05-27'）"),
                ("settlement", "结算日不应早于起息日 2021-05-27（实际值 '2021-01-01'）"),
                ("dirty", "应大于 0（实际值 '0'）"),
            ],
        ),
        (
            "yield",
            {"value_date": "2021-02-30", "maturity": None, "dirty": "100"},
            [("value-date", "没有这一天（实际值 '2021-02-30'）"), ("maturity", "缺少必填项")],
        ),
    ],
)
def test_everything_wrong_is_told_at_once(command, changed, faults):
    answer = bond(command, **changed)
    assert (answer.code, answer.err) == (2, "")
    assert [(field, message) for _file, _line, field, message in answer.faults] == faults


def test_a_price_is_no_option_of_the_price_and_a_yield_none_of_the_yield():
    answers = (bond("yield", dirty="100", **{"yield": "2"}), bond("price", dirty="100", **{"yield": "2"}))
    assert [(answer.code, [fault[2] for fault in answer.faults]) for answer in answers] == [
        (2, ["yield"]),
        (2, ["dirty"]),
    ]


@pytest.mark.parametrize("command", ["yield", "price"])
def test_the_help_names_every_option_in_chinese(command):
    told = kaibiao("bond", command, "--help").out
    assert [name for name in BOND if f"--{name} " not in told] == [] and "结算日" in told


ODD = st.one_of(
    st.text(max_size=8).filter(lambda text: "\x00" not in text),
    st.sampled_from(["0001-01-01", "9999-12-31", "2024-02-29", "9" * 24, "-" + "9" * 22, "12", "0.0001", "", "-99.99"]),
)


@given(st.dictionaries(st.sampled_from([*BOND, "yield"]), ODD))
@settings(max_examples=150)
def test_any_options_are_answered(odd):
    answer = bond("price", **{"yield": "2", **odd})
    assert answer.code in (0, 2) and ("errors" in answer.json) is (answer.code == 2)
