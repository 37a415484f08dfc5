"""The book and the syndicate from files: CSV and XLSX, Chinese and English headings, every bad line at once."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from books import EXAMPLE_B, book

from auction.book import Bid, by_arrival, read_book, read_syndicate
from auction.errors import BadInput
from auction.notice import BidObject, MemberClass

HEADING = "member,level,amount,time\n"
B = book(EXAMPLE_B)
ROWS = [line.split() for line in EXAMPLE_B.strip().splitlines()]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults name files as short as people do."""
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "b.csv") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def faults(text: str, bid_object: BidObject = BidObject.RATE) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_book(written(text), bid_object)
    return str(refused.value).splitlines()


def syndicate_faults(text: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_syndicate(written(text, "members.csv"))
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    "heading", ["member,level,amount,time", "机构,标位,投标量,时间", "机构名称,标位（%）,投标量(亿元),投标时间"]
)
def test_a_book_is_read_from_csv(heading):
    text = "\n".join([heading, *(",".join(row) for row in ROWS)])
    assert read_book(written(text), BidObject.RATE) == B


def test_a_book_is_read_from_a_workbook():
    workbook = openpyxl.Workbook()
    workbook.active.append(["机构", "标位", "投标量", "时间"])
    for member, level, amount, clock in ROWS:
        workbook.active.append([member, float(level), float(amount), time.fromisoformat(clock)])
    workbook.save("b.xlsx")
    assert read_book(Path("b.xlsx"), BidObject.RATE) == B


def test_units_are_understood_and_lines_are_the_files():
    text = HEADING + "\n 甲 , ２．３８％ ,6 亿元,9:30\n,,,\n乙,2.4,0.1亿,14:02:11\n"
    assert read_book(written(text), BidObject.RATE) == (
        Bid(3, "甲", Decimal("2.38"), 60000, time(9, 30)),
        Bid(5, "乙", Decimal("2.4"), 1000, time(14, 2, 11)),
    )


def test_prices_are_in_yuan():
    assert read_book(written(HEADING + "甲,100.89元,1,9:30\n"), BidObject.PRICE)[0].level == Decimal("100.89")
    assert faults(HEADING + "甲,100.89%,1,9:30\n", BidObject.PRICE) == [
        "b.csv:2: level: 应为数字（元）（实际值 '100.89%'）"
    ]


def test_an_empty_book_has_no_bids():
    assert read_book(written(HEADING), BidObject.RATE) == ()


def test_every_line_that_cannot_be_read_is_told_with_its_field():
    text = """\
甲,NaN,6.0,14:00:00
乙,2.10,"1,000",14:00:00
丙,2.10,1e999,14:00:00
丁,2.10,1.00001,14:00:00
戊,2.10,1,25:00
,2.10,1,14:00:00
己,2.10元,1,14:00:00
庚,2.10,30万,14:00:00
辛,2.10,1
壬,2.105,0.05,14:00:00
癸,2.1O,1,14:00:00
"""
    assert faults(HEADING + text) == [
        "b.csv:2: level: 应为数字（%）（实际值 'NaN'）",
        "b.csv:3: amount: 数字里不要逗号：应写 1000（实际值 '1,000'）",
        "b.csv:4: amount: 应为数字（亿元）（实际值 '1e999'）",
        "b.csv:5: amount: 应精确到万元（0.0001 亿元）（实际值 '1.00001'）",
        "b.csv:6: time: 应为时间 时:分:秒（实际值 '25:00'）",
        "b.csv:7: member: 应为机构名称（1 至 60 个字）（实际值 ''）",
        "b.csv:8: level: 应为数字（%）（实际值 '2.10元'）",
        "b.csv:9: amount: 应为数字（亿元）（实际值 '30万'）",
        "b.csv:10: 这一行应有 4 格，实有 3 格",
        "b.csv:12: level: 应为数字（%）（实际值 '2.1O'）",
    ]


@pytest.mark.parametrize("name", ["长" * 61, "甲\u200b", "甲\x07"])
def test_a_name_nobody_could_read_is_refused(name):
    (fault,) = faults(f"{HEADING}{name},2.10,1,14:00:00\n")
    assert fault.startswith("b.csv:2: member: 应为机构名称（1 至 60 个字）")


def test_bids_arrive_by_time_and_at_equal_times_by_line():
    bids = book("甲 2 1 14:00:01\n乙 2 1 14:00:00\n丙 2 1 14:00:01\n丁 2 1 14:00:00")
    assert [bid.member for bid in by_arrival(bids)] == ["乙", "丁", "甲", "丙"]
    assert by_arrival(bids[::-1]) == by_arrival(bids)


def test_a_syndicate_is_read_by_code_or_by_word():
    text = "机构,类别\n甲,lead-bank\n乙,主承销商证券\n丙,一般成员银行\n丁,broker\n"
    assert read_syndicate(written(text)) == {
        "甲": MemberClass.LEAD_BANK,
        "乙": MemberClass.LEAD_BROKER,
        "丙": MemberClass.BANK,
        "丁": MemberClass.BROKER,
    }


def test_every_member_that_cannot_be_enlisted_is_told():
    assert syndicate_faults("member,class\n甲,bank\n乙,保险\n甲,bank\n,bank\n") == [
        "members.csv:3: class: 类别应为 lead-bank / lead-broker / bank / broker / 主承销商银行 / 主承销商证券 / "
        "一般成员银行 / 一般成员证券 之一（实际值 '保险'）",
        "members.csv:4: member: 成员 甲 重复",
        "members.csv:5: member: 应为机构名称（1 至 60 个字）（实际值 ''）",
    ]


def test_a_syndicate_without_members_is_refused():
    assert syndicate_faults("member,class\n") == ["members.csv: 承销团名单是空的"]
