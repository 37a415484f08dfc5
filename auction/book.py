"""What underwriters send: members of the syndicate, bids, and the book of standing bids. Read from CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from auction.errors import BadInput, Fault
from auction.language import say
from auction.notice import BidObject, MemberClass, parse_time
from auction.quantities import parse_amount, parse_price, parse_rate
from auction.tables import CellError, Readers, Row, cell, collect, read_table

BOOK_COLUMNS = {
    "member": ("member", "机构", "机构名称", "承销团成员"),
    "level": ("level", "标位", "标位(%)", "标位（%）", "投标标位"),
    "amount": ("amount", "投标量", "投标量(亿元)", "投标量（亿元）"),
    "time": ("time", "时间", "投标时间"),
}
SYNDICATE_COLUMNS = {
    "member": BOOK_COLUMNS["member"],
    "class": ("class", "类别", "成员类别"),
}
CLASS_WORDS: Mapping[str, MemberClass] = {
    **{member_class.value: member_class for member_class in MemberClass},
    "主承销商银行": MemberClass.LEAD_BANK,
    "主承销商证券": MemberClass.LEAD_BROKER,
    "一般成员银行": MemberClass.BANK,
    "一般成员证券": MemberClass.BROKER,
}
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Bid:
    """One standing bid: a level in percent or yuan, an amount in whole 万元, and when it came."""

    line: int
    """The line of the book's file; in a played day the order of arrival."""
    member: str
    level: Decimal
    amount: int
    time: time


Book = tuple[Bid, ...]
Syndicate = Mapping[str, MemberClass]


def by_arrival(bids: Iterable[Bid]) -> list[Bid]:
    """The bids in the order of their times, equal times by line."""
    return sorted(sorted(bids, key=lambda bid: bid.line), key=lambda bid: bid.time)


def read_book(path: Path, bid_object: BidObject) -> Book:
    """Every line of the file as a bid. Raises BadInput with every line that cannot be read."""
    read_level = lru_cache(maxsize=4096)(parse_rate if bid_object is BidObject.RATE else parse_price)
    read_amount, read_time = lru_cache(maxsize=4096)(parse_amount), lru_cache(maxsize=4096)(parse_time)
    readers: Readers = {"member": member_name, "level": read_level, "amount": read_amount, "time": read_time}

    def bid(row: Row) -> Bid:
        member = cell(row, "member", member_name)
        level = cell(row, "level", read_level)
        amount = cell(row, "amount", read_amount)
        return Bid(row.line, member, level, amount, cell(row, "time", read_time))

    faults: list[Fault] = []
    bids = tuple(collect(path, read_table(path, BOOK_COLUMNS), bid, readers, faults))
    if faults:
        raise BadInput(faults)
    return bids


def read_syndicate(path: Path) -> dict[str, MemberClass]:
    """The members of a syndicate with their classes. Raises BadInput."""
    faults: list[Fault] = []
    members: dict[str, MemberClass] = {}

    def enlist(row: Row) -> None:
        member, member_class = cell(row, "member", member_name), cell(row, "class", class_word)
        if member in members:
            raise CellError("member", say("成员 {member} 重复", member=member))
        members[member] = member_class

    readers: Readers = {"member": member_name, "class": class_word}
    for _ in collect(path, read_table(path, SYNDICATE_COLUMNS), enlist, readers, faults):
        pass
    if not members and not faults:
        faults.append(Fault(say("承销团名单是空的"), str(path)))
    if faults:
        raise BadInput(faults)
    return members


def member_name(text: str) -> str:
    """A member's name as written. Raises ValueError for an empty or overlong one."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(say("应为机构名称（1 至 {longest} 个字）", longest=LONGEST_NAME))
    return name


def class_word(text: str) -> MemberClass:
    """A class by its code or Chinese name."""
    if text not in CLASS_WORDS:
        raise ValueError(say("类别应为 {classes} 之一", classes=" / ".join(CLASS_WORDS)))
    return CLASS_WORDS[text]
