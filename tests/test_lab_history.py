"""Results files: what is read of a line, and why one is passed over."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from auction.errors import BadInput
from sim.lab.history import USUAL_AMOUNT, PastAuction, read_history

HEAD = "date,province,tenor_y,amount_yi,coupon_pct,bid_to_cover,marginal_cover,floor_bp,date_basis\n"


def written(folder: Path, *lines: str) -> Path:
    file = folder / "results.csv"
    file.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    return file


def test_a_whole_line_is_read_as_it_stands(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, "2024-03-19,江苏省,10,301.75,2.38,3.5,1.25,5,stated"))
    expected = PastAuction(
        line=2,
        day=date(2024, 3, 19),
        issuer="江苏",
        tenor=Decimal(10),
        coupon=Decimal("2.38"),
        amount=3_017_500,
        cover=3.5,
        marginal=1.25,
        floor_bp=Decimal(5),
        stated=True,
    )
    assert (history.auctions, history.skipped) == ((expected,), ())


def test_holes_that_do_not_matter_are_left_open(tmp_path: Path) -> None:
    (auction,) = read_history(written(tmp_path, "2024-03-19,江苏,10,,2.38,,,,est: by the curve")).auctions
    found = (auction.amount, auction.cover, auction.marginal, auction.floor_bp, auction.stated)
    assert found == (USUAL_AMOUNT, None, None, None, False)


def test_lines_that_cannot_be_used_are_passed_over_each_with_its_reason(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "2024-03,江苏,10,1,2.38,,,,",
        "2024-03-19,江苏,10,1,,,,,",
        "2024-03-19,江西西,10,1,2.38,,,,",
        "2024-03-19,江苏,4,1,2.38,,,,",
        "2024-03-19,江苏,10,1,238,,,,",
        "2024-03-19,江苏,10,1,2.38,-3,,,",
        "2024-03-19,江苏",
        "2024-03-19,江苏,7,1,2.30,,,,",
    )
    history = read_history(file)
    assert [auction.line for auction in history.auctions] == [9]
    assert [(each.line, str(each.reason)) for each in history.skipped] == [
        (2, "date：应为日期，如 2024-03-19（实际值 '2024-03'）"),
        (3, "缺 coupon_pct"),
        (4, "province：没有发行人 江西西，是否想写 江西？（实际值 '江西西'）"),
        (5, "tenor_y：地方债期限应为 1、2、3、5、7、10、15、20、30 年之一（实际值 '4'）"),
        (6, "coupon_pct：应为百分之几的利率，大于 0，小于 20（实际值 '238'）"),
        (7, "bid_to_cover：应大于 0（实际值 '-3'）"),
        (8, "这一行应有 9 格，实有 2 格"),
    ]


def test_a_file_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text("date,province,tenor_y\n2024-03-19,江苏,10\n", "utf-8")
    with pytest.raises(BadInput, match="缺少列 coupon_pct"):
        read_history(file)
