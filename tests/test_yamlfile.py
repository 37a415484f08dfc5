"""YAML with positions: plain values as written, and every fault of a file at once, each with its place."""

from datetime import time
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from auction.errors import BadInput
from auction.notice import Notice, TimeOfDay
from auction.quantities import Level
from auction.yamlfile import DEEPEST, read_document, read_model


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    level: Level
    open: TimeOfDay | None = None


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    object: str = ""
    inner: Inner | None = None
    rows: tuple[Inner, ...] = ()
    size: int = 0


BROKEN_NOTICE = """\
kind: notice
method: single
object: rate
offered: 1,000
tenor: 0
tick: 0.00001
range: {low: 2.38%, high: 2.6.8, width: 3}
window:
  open: 14:60
  close: 14:40:00
object: price
marginal: {lot: 0, tail: lottery}
limits:
  level_spam: 30
  level_max: 150%
  member_max: {lead-bnak: 30%}
offerd: 30
date: 2024-02-30
bond: [1, 2]
12: x
"""

BROKEN_NOTICE_FAULTS = """\
n.yaml:2:9: method: 取值应为 'single-price', 'multiple-price', 'modified-multiple-price', 'public-underwriting', \
'directed-underwriting'（实际值 'single'）
n.yaml:4:10: offered: 数字里不要逗号：应写 1000（实际值 '1,000'）
n.yaml:5:8: tenor: 期限应在 0 与 100 年之间（实际值 '0'）
n.yaml:6:7: tick: 应不小于 0.0001（实际值 '0.00001'）
n.yaml:7:14: range.low: 应为数字（实际值 '2.38%'）
n.yaml:7:27: range.high: 应为数字（实际值 '2.6.8'）
n.yaml:7:34: range.width: 未知字段
n.yaml:9:9: window.open: 应为时间 时:分:秒（实际值 '14:60'）
n.yaml:11:1: object: 这个键写了两次
n.yaml:12:17: marginal.lot: 应大于 0（实际值 '0'）
n.yaml:12:26: marginal.tail: 取值应为 'round-robin', 'earliest-first'（实际值 'lottery'）
n.yaml:14:3: limits.level_spam: 未知字段，是否想写 level_span？
n.yaml:15:14: limits.level_max: 比例应在 0 与 1 之间（或写百分数）（实际值 '150%'）
n.yaml:16:27: limits.member_max.lead-bnak: 取值应为 'lead-bank', 'lead-broker', 'bank', 'broker'（实际值 'lead-bnak'）
n.yaml:17:1: offerd: 未知字段，是否想写 offered？
n.yaml:18:7: date: 没有这一天（实际值 '2024-02-30'）
n.yaml:19:7: bond: 应为文字
n.yaml:20:1: 12: 未知字段"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults name files as short as people do."""
    monkeypatch.chdir(tmp_path)


def written(text: str | bytes) -> Path:
    path = Path("n.yaml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(text: str | bytes, model: type[BaseModel] = Sheet, kind: str = "notice") -> str:
    """Every fault of a file as people read them."""
    with pytest.raises(BadInput) as refused:
        read_model(written(text), model, kind)
    return str(refused.value)


def read(text: str) -> Sheet:
    return read_model(written("kind: notice\n" + text), Sheet, "notice")


def test_every_fault_of_a_broken_notice_is_told_at_once_with_its_place():
    assert faults(BROKEN_NOTICE, Notice) == BROKEN_NOTICE_FAULTS


def test_a_fault_is_an_entry_of_the_contract():
    with pytest.raises(BadInput) as refused:
        read_model(written("kind: notice\ninner: {level: 1, opne: 3}\n"), Sheet, "notice")
    assert [fault.as_dict() for fault in refused.value.faults] == [
        {
            "file": "n.yaml",
            "line": 2,
            "column": 19,
            "field": "inner.opne",
            "message": "未知字段，是否想写 open？",
        }
    ]


def test_what_is_missing_is_told_where_it_should_stand():
    assert faults("kind: notice\nrows:\n  - level: 2\n  - open: 9:30\n") == "n.yaml:4:5: rows.1.level: 缺少必填项"
    assert faults("kind: notice\n", Notice).splitlines() == [
        "n.yaml:1:1: method: 缺少必填项",
        "n.yaml:1:1: object: 缺少必填项",
        "n.yaml:1:1: offered: 缺少必填项",
        "n.yaml:1:1: tenor: 缺少必填项",
    ]


def test_a_rule_over_several_fields_is_told_at_the_block_they_stand_in():
    text = "kind: notice\nmethod: single-price\nobject: rate\noffered: 30\ntenor: 10\n"
    assert faults(text + "range:\n  low: 2.105\n  high: 2.2\n", Notice) == (
        "n.yaml:7:3: range: 区间端点 2.105 不是标位变动幅度 0.01 的整数倍"
    )
    assert faults(text + "window: {open: 14:40, close: 14:00}\n", Notice) == (
        "n.yaml:6:9: window: 开始时间 14:40:00 不早于截止时间 14:00:00"
    )


def test_a_time_stays_a_time_a_zero_is_kept_and_a_word_is_a_word():
    document = read_document(
        written("kind: notice\nopen: 10:40:00\nrate: 2.10\nobject: on\nday: 2024-03-19\nn: 0o17\n")
    )
    assert document.data == {
        "kind": "notice",
        "open": "10:40:00",
        "rate": "2.10",
        "object": "on",
        "day": "2024-03-19",
        "n": "0o17",
    }
    assert str(read("inner: {level: 2.10, open: 10:40:00}").inner.level) == "2.10"
    assert read("inner: {level: 2.10, open: 10:40:00}").inner.open == time(10, 40)


@pytest.mark.parametrize(
    ("written_name", "name"),
    [("", None), ("~", None), ("null", None), ("''", ""), ("'null'", "null"), ("yes", "yes"), ("|\n  ~", "~")],
)
def test_only_a_bare_null_is_nothing(written_name, name):
    assert read(f"name: {written_name}").name == name


def test_every_place_is_kept():
    document = read_document(written("kind: notice\nrows:\n  - level: 2\n"))
    assert [document.place(("rows", 0, "level")), document.place(("rows", 0, "open")), document.place(("no",))] == [
        (3, 12),
        (3, 5),
        (1, 1),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: plan\n", "n.yaml:1:7: kind: 应为 kind: notice，实为 'plan'"),
        ("name: x\n", "n.yaml:1:1: kind: 应为 kind: notice"),
        ("- a\n", "n.yaml:1: 应为 键: 值 的结构，以 kind: 开头"),
        ("", "n.yaml:1: 应为 键: 值 的结构，以 kind: 开头"),
        ("kind: notice\nname: &a x\nobject: *a\n", "n.yaml:2:7: 不接受锚点与别名（& 和 *）"),
        ("kind: notice\n<<: *b\n", "n.yaml:2:5: 不接受锚点与别名（& 和 *）"),
        (
            "kind: notice\nname: x\nname: y\nname: z\n",
            "n.yaml:3:1: name: 这个键写了两次\nn.yaml:4:1: name: 这个键写了两次",
        ),
        ("kind: notice\nrows: [{level: 1, level: 2}]\n", "n.yaml:2:19: rows.0.level: 这个键写了两次"),
        ("kind: notice\n? [a, b]\n: 1\n", "n.yaml:2:3: 键应为一行文字"),
        ('kind: notice\ninner: {level: 1, "a\\nb": 1}\n', "n.yaml:2:19: inner: 键应为一行文字"),
        ("kind: notice\nrows: 3\n", "n.yaml:2:7: rows: 应为列表（实际值 '3'）"),
        ("kind: notice\nsize: 1e999\n", "n.yaml:2:7: size: 应为整数（实际值 '1e999'）"),
        ("kind: notice\ninner: x\n", "n.yaml:2:8: inner: 应为 键: 值 的结构（实际值 'x'）"),
        (b"\xff\xfek\x00i\x00", "n.yaml: 文字编码认不出来：应为 UTF-8 或 GB18030"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, told):
    assert faults(text) == told


@pytest.mark.parametrize(
    ("text", "place"),
    [("name: [x\n", "3:1"), ("---\nname: x\n", "2:1"), ("name: 'x\n", "3:1"), ("\tname: x\n", "2:1")],
)
def test_broken_yaml_is_told_with_its_place_and_the_parsers_reason(text, place):
    assert faults("kind: notice\n" + text).startswith(f"n.yaml:{place}: YAML 语法错误（")


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{b: " * 20_000, "- " * 20_000 + "x", "? " * 20_000 + "x"])
def test_a_file_nested_without_end_is_refused(text):
    assert f"层次太深：最多 {DEEPEST} 层" in faults(text)


def test_a_file_nested_as_deep_as_may_be_is_read():
    levels = DEEPEST - 1
    assert read_document(written("kind: notice\nrows: " + "[" * levels + "]" * levels)).data["rows"]


def test_a_long_value_is_cut_short_in_the_message():
    assert faults(f"kind: notice\nsize: {'x' * 500}\n") == f"n.yaml:2:7: size: 应为整数（实际值 '{'x' * 56}…'）"


def test_a_file_in_gb18030_is_read():
    assert read_model(written("kind: notice\nname: 江苏\n".encode("gb18030")), Sheet, "notice").name == "江苏"
