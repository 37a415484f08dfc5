"""`kaibiao clear`: worked example B of rules.md 8, and every way the input can be wrong."""

import pytest
from commandline import BOOK, NOTICE, kaibiao, written
from openpyxl import Workbook

HEADING = "member,level,amount,time\n"


@pytest.fixture
def cleared(tmp_path):
    """Clear a notice with a book, both given as their content."""

    def clear(notice: str | bytes = NOTICE, book: str | bytes = BOOK, *options: str):
        files = written(tmp_path / "notice.yaml", notice), written(tmp_path / "book.csv", book)
        return kaibiao("clear", files[0], "--bids", files[1], "--json", *options)

    return clear


def awards(answer) -> dict[tuple[str, str], str]:
    return {(bid["member"], bid["level"]): bid["awarded"] for bid in answer.json["bids"] if bid["awarded"] != "0.0"}


WHOLE = {
    ("L1", "2.10"): "6.0",
    ("L2", "2.11"): "5.0",
    ("L1", "2.12"): "6.0",
    ("L3", "2.12"): "4.5",
    ("G1", "2.12"): "2.0",
}


@pytest.mark.parametrize(
    ("offered", "tail", "shares"),
    [
        ("30", "round-robin", {"L2": "3.0", "G1": "1.2", "G2": "1.8", "G3": "0.5"}),
        ("30", "earliest-first", {"L2": "3.0", "G1": "1.1", "G2": "1.9", "G3": "0.5"}),
        ("29.8965", "round-robin", {"L2": "3.0", "G1": "1.0965", "G2": "1.8", "G3": "0.5"}),
        ("29.8965", "earliest-first", {"L2": "3.0", "G1": "1.0", "G2": "1.8965", "G3": "0.5"}),
    ],
)
def test_the_worked_example_lot_for_lot(cleared, offered, tail, shares):
    answer = cleared(NOTICE.replace("30", offered) + f"marginal: {{tail: {tail}}}\n")
    assert (answer.code, answer.err) == (0, "")
    assert awards(answer) == {**WHOLE, **{(member, "2.13"): share for member, share in shares.items()}}
    in_short = ("total_bids", "cover", "cutoff", "coupon", "short")
    assert [answer.json[key] for key in in_short] == ["42.2", "1.41", "2.13", "2.13", False]
    assert answer.json["issued"] == answer.json["offered"] == {"30": "30.0"}.get(offered, offered)


def test_the_answer_has_the_contract_s_fields_for_the_issue_each_bid_and_each_member(cleared):
    answer = cleared().json
    assert list(answer) == [
        *("method", "object", "offered", "issued", "total_bids", "cover", "cutoff", "coupon", "weighted_average"),
        *("marginal_cover", "short", "bids", "members"),
    ]
    assert (answer["weighted_average"], answer["marginal_cover"]) == ("2.1165", "2.26")
    assert answer["bids"][7] == {
        "line": 9,
        "member": "G2",
        "level": "2.13",
        "amount": "4.0",
        "time": "14:05:30",
        "status": "partly won",
        "reasons": [
            {
                "rule": "fill.margin",
                "citation": "标书",
                "message": "边际中标标位 2.13 上共投 14.7 亿元，余 6.5 亿元按投标量分配：投 4.0 亿元，得 1.8 亿元",
            }
        ],
        "awarded": "1.8",
        "pays": "100.00",
    }
    assert answer["members"] == [
        {"member": "G1", "awarded": "3.2", "cost": "320000000.00"},
        {"member": "G2", "awarded": "1.8", "cost": "180000000.00"},
        {"member": "G3", "awarded": "0.5", "cost": "50000000.00"},
        {"member": "L1", "awarded": "12.0", "cost": "1200000000.00"},
        {"member": "L2", "awarded": "8.0", "cost": "800000000.00"},
        {"member": "L3", "awarded": "4.5", "cost": "450000000.00"},
    ]


def test_people_read_the_result_and_then_each_bid_with_its_reason(tmp_path):
    book = written(tmp_path / "b.csv", HEADING + "甲银行,2.10,6.0,14:02:11\n乙,2.105,1.0,14:03\n")
    answer = kaibiao("clear", written(tmp_path / "n.yaml", NOTICE), "--bids", book)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "票面利率 2.10%\n"
        "加权平均中标标位 2.10，边际中标标位 2.10，每百元面值缴 100.00 元\n"
        "实际发行 6.0 亿元，计划发行 30.0 亿元\n"
        "未招满：有效投标不足计划发行面值\n"
        "有效投标 6.0 亿元，全场倍数 0.20，边际倍数 1.00\n"
        "\n"
        "行  机构     标位  投标  时间      结果  中标    缴付  原因\n"
        " 2  甲银行   2.10   6.0  14:02:11  中标   6.0  100.00  标位 2.10 是边际中标标位，该标位投标全额中标（标书）\n"
        " 3  乙      2.105   1.0  14:03:00  无效   0.0          标位 2.105 不是标位变动幅度 0.01 的整数倍（标书）\n"
        "\n"
        "中标机构  中标（亿元）    应缴（元）\n"
        "甲银行             6.0  600000000.00\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_usual_encoding_is_read(cleared, encoding):
    book = BOOK.replace("member,level,amount,time", "机构,标位,投标量,时间").replace("L1", "江苏银行")
    answer = cleared((NOTICE + "name: 江苏专项债\n").encode(encoding), book.encode(encoding))
    assert answer.code == 0 and awards(answer)[("江苏银行", "2.10")] == "6.0"


def test_a_book_in_excel_is_the_same_book(cleared, tmp_path):
    workbook = Workbook()
    for line in BOOK.splitlines():
        workbook.active.append(line.split(","))
    workbook.save(tmp_path / "book.xlsx")
    answer = kaibiao("clear", written(tmp_path / "n.yaml", NOTICE), "--bids", tmp_path / "book.xlsx", "--json")
    assert answer.json == cleared().json


def test_a_level_off_the_tick_is_a_rejected_bid_and_no_failure(cleared):
    answer = cleared(NOTICE, HEADING + "L1,2.105,6.0,14:02:11\nL2,2.11,1,14:03\n")
    assert (answer.code, [bid["status"] for bid in answer.json["bids"]]) == (0, ["rejected", "won"])
    assert [reason["rule"] for reason in answer.json["bids"][0]["reasons"]] == ["bid.tick"]


def test_a_book_without_a_bid_is_a_failed_tender_and_no_failure(cleared, tmp_path):
    answer = cleared(NOTICE, HEADING)
    nothing = {"cover": None, "cutoff": None, "coupon": None, "weighted_average": None, "marginal_cover": None}
    assert (answer.code, {key: answer.json[key] for key in nothing}) == (0, nothing)
    assert (answer.json["short"], answer.json["issued"], answer.json["bids"]) == (True, "0.0", [])
    told = kaibiao("clear", tmp_path / "notice.yaml", "--bids", tmp_path / "book.csv")
    assert told.out == "流标：没有有效投标，计划发行 30.0 亿元\n"


HENAN = "rulebook: {}\nissuer: 河南\ndate: 2023-06-01\nsyndicate: members.csv\n"


@pytest.mark.parametrize("name", ["henan", "河南", "河南省", "national", "全国", "henan.yaml"])
def test_a_rulebook_is_named_by_its_file_or_its_issuer(cleared, tmp_path, name):
    written(tmp_path / "members.csv", "member,class\nL1,lead-bank\nG1,broker\n")
    answer = cleared(NOTICE + HENAN.format(name), HEADING + "L1,2.10,4.4,14:02:11\nG1,2.11,0.6,14:03\n")
    assert [bid["status"] for bid in answer.json["bids"]] == ["rejected", "won"]
    assert answer.json["bids"][0]["reasons"] == [
        {
            "rule": "min_bid_share.lead-bank",
            "citation": "河南省政府债券承销团组建规定（2022—2024 年）〔实务〕",
            "message": "累计投标 4.4 亿元，不足最低投标限额 4.5 亿元",
        }
    ]


def test_a_rulebook_beside_the_notice_goes_before_the_shipped_one(cleared, tmp_path):
    rule = "values: [{from: 2020-01-01, value: 2, basis: practice, cite: {document: 本地规定}}]"
    written(tmp_path / "mine.yaml", f"kind: rulebook\nissuer: 河南\nbid.level_span: {{{rule}}}\n")
    book = HEADING + "L1,2.10,1,14:02:11\nL1,2.13,1,14:03\n"
    answer = cleared(NOTICE + "rulebook: mine.yaml\ndate: 2025-06-01\n", book)
    assert answer.json["bids"][1]["reasons"][0]["citation"] == "本地规定〔实务〕"


def test_limits_by_class_that_nobody_can_apply_are_mentioned(cleared):
    answer = cleared(NOTICE + "rulebook: henan\ndate: 2023-06-01\n")
    assert (answer.code, answer.err) == (0, "标书没有给出承销团名单：按类别的投标限额没有检查\n")
    assert answer.json["issued"] == "30.0"


@pytest.mark.parametrize(
    ("added", "line", "field", "message"),
    [
        ("ofered: 30\n", 6, "ofered", "未知字段，是否想写 offered？"),
        ("tick: 1bp\n", 6, "tick", "应为数字（实际值 '1bp'）"),
        ("tick: 0.0000000000000000000001\n", 6, "tick", "应不小于 0.0001（实际值 '0.0000000000000000000001'）"),
        ("marginal: {lot: 1元}\n", 6, "marginal.lot", "应为数字（亿元）（实际值 '1元'）"),
        ("rulebook: henna\ndate: 2023-06-01\n", 6, "rulebook", "没有规则文件 henna，是否想写 henan？"),
        ("rulebook: henan\nissuer: 江苏\ndate: 2023-06-01\n", 7, "issuer", "rulebook 是 河南 的规则，issuer 却是 江苏"),
        ("rulebook: national\nissuer: 江苏县\ndate: 2023-06-01\n", 7, "issuer", "没有发行人 江苏县，是否想写 江苏？"),
        (
            "flexible: {low: 10, high: 40, multiple: 2}\n",
            *(6, "flexible", "弹性区间上限 40.0 亿元应等于计划发行面值 offered 30.0 亿元"),
        ),
        ("flexible: {low: 31, high: 30, multiple: 2}\n", 6, "flexible", "弹性区间下限 31.0 亿元高于上限 30.0 亿元"),
        ("flexible: {low: 10, high: 30, multiple: 0.9}\n", 6, "flexible.multiple", "应不小于 1（实际值 '0.9'）"),
        (
            "exclusion: {bids: 50}\n",
            *(6, "exclusion", "single-price 不用 exclusion，它只用于 multiple-price、modified-multiple-price"),
        ),
        ("range: {low: 99.50, high: 100.50}\n", 6, "range", "标的是利率，区间 99.50 至 100.50 像是价格"),
        ("offered: 40\n", 6, "offered", "这个键写了两次"),
        ("name: *a\n", 6, None, "不接受锚点与别名（& 和 *）"),
        ("name: &a b\n", 6, None, "不接受锚点与别名（& 和 *）"),
        ("name: " + "[" * 50 + "]" * 50, 6, None, "层次太深：最多 40 层"),
    ],
)
def test_a_wrong_notice_is_told_at_its_place(cleared, added, line, field, message):
    answer = cleared(NOTICE + added)
    assert (answer.code, answer.err) == (2, "")
    assert ("notice.yaml", line, field, message) in answer.faults


@pytest.mark.parametrize("offered", ["NaN", "1e999", "1,200", "Infinity", "-3", "0", "30.00001", "1" * 40])
def test_an_amount_that_is_no_amount_is_refused(cleared, offered):
    answer = cleared(NOTICE.replace("30", f'"{offered}"'))
    assert (answer.code, [(line, field) for _file, line, field, _message in answer.faults]) == (2, [(4, "offered")])


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        ('L1,2.1,"1,200",14:02', "amount", "数字里不要逗号：应写 1200（实际值 '1,200'）"),
        ("L1,NaN,1,14:02", "level", "应为数字（%）（实际值 'NaN'）"),
        ("L1,1e999,1,14:02", "level", "应为数字（%）（实际值 '1e999'）"),
        ("L1,2.1元,1,14:02", "level", "应为数字（%）（实际值 '2.1元'）"),
        ("L1,2.1,1,25:02", "time", "应为时间 时:分:秒（实际值 '25:02'）"),
        (",2.1,1,14:02", "member", "应为机构名称（1 至 60 个字）（实际值 ''）"),
        ("L1,2.1,1", None, "这一行应有 4 格，实有 3 格"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_number(cleared, line, field, message):
    answer = cleared(NOTICE, HEADING + "L0,2.1,1,14:01\n" + line + "\n")
    assert (answer.code, answer.faults) == (2, [("book.csv", 3, field, message)])


def test_every_line_that_cannot_be_read_is_told_at_once(cleared):
    answer = cleared(NOTICE, HEADING + "L1,x,1,14:02\nL1,2.1,1,14:02\nL1,2.1,y,14:02\n")
    assert [(line, field) for _file, line, field, _message in answer.faults] == [(2, "level"), (4, "amount")]


def test_files_that_are_none_are_told(tmp_path):
    notice, book = written(tmp_path / "n.yaml", NOTICE), written(tmp_path / "b.csv", BOOK)
    absent, binary = tmp_path / "absent", written(tmp_path / "binary", bytes(range(256)) * 4)
    empty, chart = written(tmp_path / "empty.csv", b""), written(tmp_path / "chart.xlsx", b"PK\x03\x04 no workbook")
    calls = [(absent, book), (notice, absent), (tmp_path, book), (notice, tmp_path), (binary, book), (notice, binary)]
    answers = [kaibiao("clear", first, "--bids", second, "--json") for first, second in calls]
    assert [(answer.code, answer.err) for answer in answers] == [(2, "")] * 6
    assert [answer.faults[0][3] for answer in answers] == [
        "没有这个文件",
        "没有这个文件",
        "这是一个文件夹，应为文件",
        "这是一个文件夹，应为文件",
        "文字编码认不出来：应为 UTF-8 或 GB18030",
        "文字编码认不出来：应为 UTF-8 或 GB18030",
    ]
    without_bids = kaibiao("clear", notice, "--bids", empty, "--json")
    assert without_bids.code == 2 and [each[2] for each in without_bids.faults] == ["member", "level", "amount", "time"]
    no_workbook = kaibiao("clear", notice, "--bids", chart, "--json")
    assert no_workbook.code == 2 and "不是可读的 Excel 文件" in no_workbook.faults[0][3]


def test_a_fault_in_words_is_one_line_on_stderr(tmp_path):
    notice = written(tmp_path / "n.yaml", NOTICE + "ofered: 30\ntcik: 1\n")
    answer = kaibiao("clear", notice, "--bids", "b.csv", "--lang", "zh")
    assert (answer.code, answer.out) == (2, "")
    unknown = {6: "ofered: 未知字段，是否想写 offered？", 7: "tcik: 未知字段，是否想写 tick？"}
    assert answer.err.splitlines() == [f"{notice}:{line}:1: {told}" for line, told in unknown.items()]


def test_a_book_of_a_hundred_thousand_lines_is_cleared(cleared):
    lines = (f"M{n % 60},{2 + n % 80 / 100:.2f},0.{n % 9 + 1},14:{n % 40:02}:{n % 60:02}" for n in range(100_000))
    answer = cleared(NOTICE.replace("30", "3000"), HEADING + "\n".join(lines))
    assert (answer.code, len(answer.json["bids"]), answer.json["issued"]) == (0, 100_000, "3000.0")
