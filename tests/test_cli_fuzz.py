"""Whatever stands in a file, the command line answers with a code of the contract and no traceback."""

import re

import pytest
from commandline import BOOK, NOTICE, kaibiao, written
from hypothesis import given, settings
from hypothesis import strategies as st

LONG_NOTICE = (
    NOTICE
    + """bond: "2605101"
name: 一期
tick: 0.01
range: {low: 2.10, high: 2.30}
window: {open: 10:30, close: 15:00}
marginal: {lot: 0.1, tail: round-robin}
syndicate: members.csv
limits: {level_span: 5, level_min: 0.1, level_max: 30%, member_min: {lead-bank: 1%}, member_max: {bank: 35%}}
rulebook: henan
issuer: 河南
date: 2023-06-01
"""
)
ODD = (
    *("", "~", "[]", "{}", "[[[]]]", "{a: {b: c}}", "- x", "NaN", "1e999", "-1", "0", "0.00000000000000000000001"),
    *("9" * 24, "9" * 5000, "-0", "+.5", "1,000", "１０", "٣", "2.1%", "30亿元", "%", "100%", "1e5", "0x10", "true"),
    *('"\\0"', '"\\ud800"', '"\\x1b[2J"', "'", '"', "&a", "*a", "!!python/object:os.system", "? a", "a: b: c", "{"),
    *("0001-01-01", "9999-12-31", "2027-01-01", "2023-02-30", "24:00", "10:40:00", "金" * 300, "../..", "/", "]"),
    *(
        "national",
        "price",
        "public-underwriting",
        "earliest-first",
        "members.csv",
        "\t",
        "\u2028",
        "{0}",
        "{line}",
        "%s",
    ),
)
"""What people, programs and mischief put where a value belongs."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    written(folder / "members.csv", "member,class\nL1,lead-bank\nG1,bank\n")
    return folder


def answered(folder, notice: bytes, book: bytes, commands: tuple[str, ...] = ("clear",)) -> None:
    """Clear, or check, what the bytes say; the answer must be the contract's."""
    files = written(folder / "n.yaml", notice), written(folder / "b.csv", book)
    calls = {
        "clear": ("clear", files[0], "--bids", files[1]),
        "check": ("check", files[0]),
        "book": ("check", files[1]),
    }
    for name in commands:
        answer = kaibiao(*calls[name], "--json")
        assert answer.code in (0, 1, 2), answer
        assert ("errors" in answer.json) is (answer.code == 2)
        in_words = kaibiao(*calls[name])
        assert (in_words.code, bool(in_words.out)) == (answer.code, answer.code != 2)


def spliced(text: str):
    """The text with a piece of it replaced by anything."""
    raw = text.encode()
    places = st.tuples(st.integers(0, len(raw)), st.integers(0, 12))
    piece = st.one_of(st.binary(max_size=12), st.sampled_from(ODD).map(lambda odd: odd.encode()))
    return st.builds(lambda at, new: raw[: at[0]] + new + raw[at[0] + at[1] :], places, piece)


@given(notice=st.one_of(st.binary(max_size=300), spliced(LONG_NOTICE)))
@settings(max_examples=150)
def test_any_notice_is_answered(folder, notice):
    answered(folder, notice, BOOK.encode(), ("clear", "check"))


@given(book=st.one_of(st.binary(max_size=300), spliced(BOOK)))
@settings(max_examples=150)
def test_any_book_is_answered(folder, book):
    answered(folder, LONG_NOTICE.encode(), book, ("clear", "book"))


VALUES = [match.span() for match in re.finditer(r"(?<=: )[^{},\n]+", LONG_NOTICE)]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_any_value_of_a_notice_may_be_odd(folder, odd):
    for start, end in VALUES:
        notice = LONG_NOTICE[:start] + odd + LONG_NOTICE[end:]
        answered(folder, notice.encode(), BOOK.encode())


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_any_cell_of_a_book_may_be_odd(folder, odd):
    for cells in (f"{odd},2.1,1,10:31", f"L1,{odd},1,10:31", f"L1,2.1,{odd},10:31", f"L1,2.1,1,{odd}"):
        answered(folder, LONG_NOTICE.encode(), f"{BOOK}{cells}\n".encode())


@given(workbook=st.one_of(st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail), st.binary(max_size=100)))
@settings(max_examples=60)
def test_any_workbook_is_answered(folder, workbook):
    answer = kaibiao("check", written(folder / "b.xlsx", workbook), "--json")
    assert answer.code == 2 and answer.json["errors"]
