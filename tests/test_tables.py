"""Tables from people's files: encodings, CSV and XLSX alike, headings, and lines that do not fit."""

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from auction.errors import BadInput, Fault
from auction.language import say
from auction.tables import LARGEST_FILE, Row, cell, collect, read_bytes, read_table, read_text, shown

COLUMNS = {"member": ("member", "机构"), "amount": ("amount", "投标量", "投标量(亿元)")}
ROWS = [Row(2, {"member": "甲银行", "amount": "6.0"}), Row(4, {"member": "乙,证券", "amount": "0.5"})]
TEXT = '机构,备注,投标量\n甲银行,x, 6.0 \n\n"乙,证券",,0.5\n'


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults name files as short as people do."""
    monkeypatch.chdir(tmp_path)


def written(text: str | bytes, name: str = "b.csv") -> Path:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(*rows: tuple) -> Path:
    """An XLSX file with these cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save("b.xlsx")
    return Path("b.xlsx")


def faults(path: Path) -> str:
    """Every fault of a table as people read them."""
    found: list[Fault] = []
    rows = read_table(path, COLUMNS)
    assert list(collect(path, rows, lambda row: cell(row, "amount", whole), {"amount": whole}, found))
    return "\n".join(map(str, found))


def whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(say("应为整数"))
    return int(text)


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        list(read_table(path, COLUMNS))
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_table_is_read_in_every_encoding_and_with_every_line_end(encoding, ending):
    assert list(read_table(written(TEXT.replace("\n", ending).encode(encoding)), COLUMNS)) == ROWS


def test_a_workbook_reads_as_the_csv_does():
    path = workbook(("机构", "备注", "投标量"), ("甲银行", "x", " 6.0 "), (), ("乙,证券", None, 0.5))
    assert list(read_table(path, COLUMNS)) == ROWS


def test_a_cell_of_a_workbook_is_text_as_the_person_sees_it():
    path = workbook(
        ("amount", "member"),
        (0.1 + 0.2, datetime(2024, 3, 19)),
        (6, date(2024, 3, 19)),
        (6.0, time(14, 2, 11)),
        (True, datetime(2024, 3, 19, 14, 2, 11)),
        ("２．１０", None),
    )
    assert [(row.cells["amount"], row.cells["member"]) for row in read_table(path, COLUMNS)] == [
        ("0.3", "2024-03-19"),
        ("6", "2024-03-19"),
        ("6", "14:02:11"),
        ("True", "2024-03-19T14:02:11"),
        ("２．１０", ""),
    ]


def test_headings_are_found_in_any_order_and_case_and_other_columns_are_left():
    path = written(" Amount ,x,MEMBER\n1,2,3\n")
    assert list(read_table(path, COLUMNS)) == [Row(2, {"member": "3", "amount": "1"})]


def test_empty_cells_behind_the_last_column_do_not_matter():
    assert list(read_table(written("member,amount\n甲,1,,\n"), COLUMNS)) == [Row(2, {"member": "甲", "amount": "1"})]


def test_a_table_without_lines_has_no_rows():
    assert list(read_table(written("member,amount\n"), COLUMNS)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("机构,量\n", "b.csv:1: amount: 缺少列 amount / 投标量 / 投标量(亿元)"),
        (
            "机构,投票量\n",
            "b.csv:1: amount: 缺少列 amount / 投标量 / 投标量(亿元)（有一列 投票量，是否写错？）",
        ),
        ("机构,投标量,amount\n", "b.csv:1: amount: 列 amount / 投标量 / 投标量(亿元) 出现了 2 次"),
        (
            "member,member\n",
            "b.csv:1: member: 列 member / 机构 出现了 2 次\nb.csv:1: amount: 缺少列 amount / 投标量 / 投标量(亿元)",
        ),
        ("", "b.csv:1: member: 缺少列 member / 机构\nb.csv:1: amount: 缺少列 amount / 投标量 / 投标量(亿元)"),
    ],
)
def test_missing_and_doubled_headings_are_all_told(text, told):
    assert refusal(written(text)) == told


def test_every_line_that_cannot_be_read_is_told_in_the_order_of_the_file():
    text = "member,amount\n甲,一\n乙\n丙,3\n丁,4,5\n戊,\n"
    assert faults(written(text)) == (
        "b.csv:2: amount: 应为整数（实际值 '一'）\n"
        "b.csv:3: 这一行应有 2 格，实有 1 格\n"
        "b.csv:5: 这一行应有 2 格，实有 3 格\n"
        "b.csv:6: amount: 应为整数（实际值 ''）"
    )


def test_a_ragged_line_of_a_workbook_is_told_too():
    assert faults(workbook(("member", "amount"), ("甲", 1), ("乙", 2, 3), ("丙", None))) == (
        "b.xlsx:3: 这一行应有 2 格，实有 3 格\nb.xlsx:4: amount: 应为整数（实际值 ''）"
    )


def test_a_cell_over_several_lines_keeps_the_count_of_lines():
    text = 'member,amount\n"甲\n银行",1\n乙,x\n'
    assert faults(written(text)) == "b.csv:4: amount: 应为整数（实际值 'x'）"


def test_broken_quotes_are_told_with_their_line():
    assert faults(written('member,amount\n甲,1\n"乙"x,2\n')) == "b.csv:3: CSV 格式不对（',' expected after '\"'）"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("none.csv", "none.csv: 没有这个文件"),
        (".", ".: 这是一个文件夹，应为文件"),
        ("none.xlsx", "none.xlsx: 没有这个文件"),
        ("a\0b", "a\0b: 这不是文件名"),
    ],
)
def test_a_file_that_is_not_there_is_told(path, told):
    assert refusal(Path(path)) == told


def test_a_file_that_is_no_workbook_is_told():
    assert refusal(written(TEXT, "b.xlsx")) == "b.xlsx: 不是可读的 Excel 文件（BadZipFile）"


def test_a_damaged_workbook_is_told():
    whole_file = workbook(("member", "amount"), ("甲", 1)).read_bytes()
    for cut in range(0, len(whole_file), 97):
        assert refusal(written(whole_file[:cut], "b.xlsx")).startswith("b.xlsx: 不是可读的 Excel 文件（")


def test_an_unknown_encoding_is_told():
    for raw in (TEXT.encode("utf-16"), b"member,amount\n\xff\xff,1\n", b"\x00"):
        assert refusal(written(raw)) == "b.csv: 文字编码认不出来：应为 UTF-8 或 GB18030"


def test_a_file_too_large_is_not_read():
    with Path("b.csv").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(BadInput) as refused:
        read_bytes(Path("b.csv"))
    assert str(refused.value) == "b.csv: 文件太大：最多 64 MiB"


def test_text_comes_without_its_byte_order_mark():
    assert read_text(written("开标".encode("utf-8-sig"))) == "开标"


def test_a_rare_character_is_read_from_gb18030():
    assert read_text(written("𠮷林".encode("gb18030"))) == "𠮷林"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("x", "'x'"), ("a\nb", r"'a\nb'"), (3, "'3'"), ("长" * 58, f"'{'长' * 58}'"), ("长" * 59, f"'{'长' * 56}…'")],
)
def test_a_value_in_a_message_is_quoted_short_and_on_one_line(value, quoted):
    assert shown(value) == quoted
