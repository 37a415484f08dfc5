import re
import shutil
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from auction.bidrange import parse_offset
from auction.breach import Basis, Severity
from auction.checks import limits_for
from auction.errors import BadInput, NoSuchRule
from auction.notice import MemberClass, Notice
from auction.rulebook import (
    NATION,
    Change,
    InForce,
    in_force,
    load_rulebook,
    read_folder,
    read_rule_files,
    rulebook_of,
    severity_of,
    shipped_files,
)
from auction.rulekeys import KEYS, ByTenor

SHARED = Path(__file__).resolve().parents[2] / "shared"
ONE_DAY = timedelta(days=1)
BROKEN_RULEBOOK_FAULTS = """\
extra.yaml:3:1: range.flor: 未知字段，是否想写 range.floor？
extra.yaml:8:14: range.floor.values.0.value: 应为加点或幅度，写明单位，如 +5bp 或 +15%（实际值 '5'）
extra.yaml:11:13: range.floor.values.1.from: from 应逐条递增：2019-01-01 不晚于前一条的 2020-01-01
extra.yaml:12:14: range.floor.values.1.until: until 早于 from 2019-01-01（实际值 '2018-01-01'）
extra.yaml:13:29: range.floor.values.1.value.一年: 应为数字（年）（实际值 '一年'）
extra.yaml:13:39: range.floor.values.1.value.30: 应为加点或幅度，写明单位，如 +5bp 或 +15%（实际值 'low'）
extra.yaml:15:13: range.floor.values.1.cite: basis 为 source 的须有 quote（原文）
extra.yaml:16:7: range.floor.values.2.cite: 缺少必填项
extra.yaml:16:13: range.floor.values.2.from: from 应逐条递增：2019-01-01 不晚于前一条的 2019-01-01
extra.yaml:17:14: range.floor.values.2.value: 这条规则须有取值，不能写 none（实际值 'none'）
extra.yaml:18:14: range.floor.values.2.basis: 取值应为 'source', 'derived', 'practice', 'assumed'（实际值 'rumour'）
extra.yaml:19:7: range.floor.values.2.ciet: 未知字段，是否想写 cite？
extra.yaml:22:14: window.minutes.values.0.from: 没有这一天（实际值 '2024-02-30'）
extra.yaml:22:33: window.minutes.values.0.value: 应为不小于 0 的整数（实际值 '4.5'）
extra.yaml:22:61: window.minutes.values.0.cite.document: 缺少必填项
extra.yaml:23:33: window.minutes.values.1.value: 应为一个值，或 期限: 值（实际值 "['40']"）
extra.yaml:25:11: custody.minutes.values: 太少：至少 1 项
extra.yaml:28:33: margin.tail.values.0.value: 取值应为 round-robin、earliest-first（实际值 'lottery'）
"""
CITE = "basis: practice, cite: {document: 测试规则}"


SHIPPED = Path(str(files("auction.rulebooks")))


def floor(issuer: str | None, day: str, tenor: int = 10) -> str:
    return str(load_rulebook().for_(issuer, date.fromisoformat(day)).at("range.floor", tenor).value)


def cap(issuer: str | None, day: str) -> str:
    return str(load_rulebook().for_(issuer, date.fromisoformat(day))["range.cap"].value)


def written(folder: Path, text: str, name: str = "extra.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_rulebook(path)
    return str(caught.value).replace(str(path), path.name).splitlines()


CHANGES = [
    (read.issuer, key, number)
    for read in shipped_files()
    for key, values in read.rules.items()
    for number in range(len(values))
]


@pytest.mark.parametrize(("issuer", "key", "number"), CHANGES)
def test_a_value_holds_from_its_first_day_to_its_last_and_not_outside(issuer: str, key: str, number: int):
    (read,) = [read for read in shipped_files() if read.issuer == issuer]
    mine, later = (*read.rules[key], None)[number : number + 2]
    last = mine.until or (later.since - ONE_DAY if later else date.max - ONE_DAY)
    around = [read.on(key, day) == mine for day in (mine.since - ONE_DAY, mine.since, last, last + ONE_DAY)]
    assert around == [False, True, True, not mine.until and not later]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2015-01-01", "+0bp"),
        ("2018-08-16", "+0bp"),
        ("2018-08-31", "+0bp"),
        ("2018-09-01", "+40bp"),
        ("2018-09-02", "+40bp"),
        ("2019-01-28", "+40bp"),
        ("2019-01-29", "+25bp"),
        ("2019-01-30", "+25bp"),
        ("2023-04-30", "+25bp"),
        ("2023-05-01", "+5bp"),
        ("2023-05-02", "+5bp"),
    ],
)
def test_the_national_floor_on_each_side_of_its_changes(day: str, expected: str):
    assert floor(None, day) == expected


@pytest.mark.parametrize(
    ("issuer", "day", "tenor", "expected"),
    [
        ("广东", "2018-08-16", 7, "+0bp"),
        ("广东", "2021-05-31", 10, "+25bp"),
        ("广东", "2021-06-01", 10, "+15bp"),
        ("广东", "2021-06-02", 10, "+15bp"),
        ("广东", "2021-12-31", 10, "+15bp"),
        ("广东", "2022-01-01", 10, "+10bp"),
        ("广东", "2022-01-02", 10, "+10bp"),
        ("广东", "2023-05-16", 10, "+10bp"),
        ("广东", "2023-05-17", 10, "+5bp"),
        ("广东", "2023-05-17", 15, "+10bp"),
        ("广东", "2023-05-18", 15, "+5bp"),
        ("深圳", "2023-04-16", 7, "+25bp"),
        ("深圳", "2023-04-17", 7, "-3%"),
        ("深圳", "2023-04-18", 7, "-3%"),
        ("深圳", "2023-05-01", 7, "-3%"),
        ("河南", "2021-12-31", 5, "+25bp"),
        ("河南", "2022-01-01", 5, "+10bp"),
        ("河南", "2022-01-02", 5, "+10bp"),
        ("河南", "2023-04-30", 5, "+10bp"),
        ("河南", "2023-05-01", 5, "+5bp"),
        ("江苏", "2024-03-19", 10, "+5bp"),
    ],
)
def test_a_province_keeps_its_own_floor_and_then_the_nations(issuer: str, day: str, tenor: int, expected: str):
    assert floor(issuer, day, tenor) == expected


def test_the_floors_of_anhui_differ_by_tenor():
    tenors = (3, 5, 7, 8, 10, 15, 20, 30)
    expected = ["+25bp", "+20bp", "+20bp", "+20bp", "+25bp", "+25bp", "+25bp", "+15bp"]
    assert [floor("安徽", "2021-11-24", tenor) for tenor in tenors] == expected


def test_a_cap_seen_in_one_year_lapses_to_the_nations():
    days = ("2017-06-30", "2017-07-01", "2017-07-13", "2017-12-31", "2018-01-01")
    assert [cap("浙江", day) for day in days] == ["+15%", "+20%", "+20%", "+20%", "+15%"]


def test_shenzhen_anchors_its_range_on_the_local_curve():
    rules = load_rulebook().for_("深圳市", date(2023, 4, 17))
    values = [rules[key].value for key in ("range.anchor", "range.floor", "range.cap", "range.days")]
    assert values == ["local", parse_offset("-3%"), parse_offset("+10%"), 5]
    assert load_rulebook().for_("深圳", date(2023, 4, 16))["range.anchor"].value == "treasury"


def test_a_family_speaks_for_the_classes_it_does_not_name():
    rules = load_rulebook().for_("河南", date(2023, 1, 4))
    classes = ("lead-bank", "lead-broker", "bank", "broker")
    assert [rules[f"min_bid_share.{name}"].text for name in classes] == ["15%", "10%", "2%", "2%"]
    assert [rules[f"max_bid_share.{name}"].text for name in classes] == ["不限"] * 4
    assert rules["min_bid_share.bank"].value == Decimal("0.02")
    assert rules["min_bid_share.bank"].label == "最低投标限额：一般成员（银行）"


def test_amounts_are_whole_wan_and_fees_go_by_tenor():
    rules = load_rulebook().for_(None, date(2024, 3, 19))
    assert (rules["bid.lot"].value, rules["tender.required_above"].value) == (1_000, 50_000)
    fees = [rules.at("fee.permille", tenor).value for tenor in (1, 3, 5, 30)]
    assert fees == [Decimal("0.4"), Decimal("0.4"), Decimal("0.8"), Decimal("0.8")]
    assert rules["fee.permille"].text == "1年 0.4；2年 0.4；3年 0.4；其余 0.8 ‰"


def test_a_rule_says_by_which_text_and_how_it_is_known():
    assert load_rulebook().for_("江苏", date(2024, 3, 19))["site.shielding"] == InForce(
        key="site.shielding",
        value="required",
        basis=Basis.SOURCE,
        citation="财库〔2018〕61号 七（三）",
        quote="规范做好发行现场人员出入登记、通讯设备存放、发行现场无线电屏蔽、电话录音等工作",
        note="文件日期有 2018-05-04 至 05-08 几种记载",
        since=date(2018, 5, 4),
        until=None,
        issuer="全国",
        own_label=None,
        own_unit=None,
    )


def test_a_duty_of_2018_was_practice_before():
    known = [load_rulebook().for_(None, day)["site.dual_check"].basis for day in (date(2016, 9, 6), date(2018, 5, 4))]
    assert known == [Basis.PRACTICE, Basis.SOURCE]


LAPSED = {"base_amount.share", "counter.floor", "counter.sales"}
TREASURY_ONLY = {key for key in KEYS if key.startswith(("exclusion.", "addon."))}


def test_every_shipped_value_is_cited_and_every_rule_is_in_force_today():
    values = [(read.issuer, key, one) for read in shipped_files() for key, rule in read.rules.items() for one in rule]
    assert [(issuer, key) for issuer, key, one in values if not one.citation.strip()] == []
    rules, treasury = (load_rulebook().for_(issuer, date(2026, 1, 5)) for issuer in (NATION, "国债"))
    assert {key for key in KEYS if not rules.get(key)} == LAPSED | TREASURY_ONLY
    assert [key for key in TREASURY_ONLY if not treasury.get(key)] == []
    assert [rule.key for key in KEYS if (rule := rules.get(key)) and not (rule.label and rule.text)] == []
    assert LAPSED <= {key for _issuer, key, _one in values}


def test_every_rule_a_day_of_2016_needs_is_in_force():
    rules = load_rulebook().for_("宁夏", date(2016, 9, 6))
    later = {"slot.workdays", "range.local_curve", "bid.price_tick", "conduct.cross_subscription"}
    later |= {key for key in KEYS if key.startswith(("flexible.", "reopening.", "counter."))}
    later |= {key for key in KEYS if key.startswith("underwriting.")} - {"underwriting.cap", "underwriting.shortfall"}
    later |= {key for key in KEYS if key.startswith("venue.")} - {"venue.interbank"}
    assert {key for key in KEYS if not rules.get(key)} == later | LAPSED | TREASURY_ONLY


def values() -> list[InForce]:
    """Every shipped value, as it speaks of its own rule."""
    dated = [(key, one) for file in shipped_files() for key, rule in file.rules.items() for one in rule]
    return [in_force(key, one, key) for key, one in dated]


@pytest.fixture
def official_text() -> str:
    found = sorted(SHARED.glob("seeds/000_*.txt"))
    if not found:
        pytest.skip("the text of 财库〔2018〕61号 is not beside the project")
    return found[0].read_text(encoding="utf-8")


def test_what_is_called_source_stands_word_for_word_in_the_official_text(official_text: str):
    quotes = {one.quote for one in values() if one.citation.startswith("财库〔2018〕61号")}
    assert quotes
    assert [quote for quote in quotes if not quote or quote not in official_text] == []
    assert {one.citation.split()[0] for one in values() if one.basis is Basis.SOURCE} == {"财库〔2018〕61号"}


@pytest.fixture
def texts() -> str:
    found = sorted(SHARED.glob("seeds/*.txt"))
    if not found:
        pytest.skip("the texts are not beside the project")
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_every_quote_stands_word_for_word_in_a_text_we_have(texts: str):
    assert sorted({one.quote for one in values() if one.quote and one.quote not in texts}) == []


def test_only_a_quoted_text_of_the_ministry_is_called_source():
    sources = [one for one in values() if one.basis is Basis.SOURCE]
    assert [one.key for one in sources if not one.quote or not re.match(r"财库〔\d{4}〕\d+号", one.citation)] == []
    hearsay = re.compile(r"报道|惯例|研究报告|网页|转述")
    assert [one.key for one in sources if hearsay.search(one.citation)] == []


SEVERITIES = {
    "site.dual_check": "breach",
    "seat.distinct": "breach",
    "site.supervisor": "breach",
    "site.supervision": "breach",
    "site.register": "breach",
    "site.devices": "breach",
    "site.shielding": "breach",
    "site.recording": "breach",
    "site.bookrunner": "breach",
    "result.signers.tender": "breach",
    "result.signers.underwriting": "breach",
    "conduct.guided_bidding": "breach",
    "conduct.collusion": "breach",
    "max_bid_share": "breach",
    "flexible.allowed": "breach",
    "tender.required_above": "breach",
    "tender.at_limit": "breach",
    "range.floor": "breach",
    "reopening.most": "breach",
    "reopening.same_terms": "breach",
    "directed.creditors": "breach",
    "directed.swap_ceiling": "breach",
    "counter.sales": "breach",
    "venue.interbank": "breach",
    "venue.sse": "breach",
    "venue.szse": "breach",
    "venue.free_trade_zone": "warning",
    "counter.longest": "warning",
    "range.local_curve": "warning",
}
"""What breaking each quoted rule weighs, by its words as a person reads them."""


def test_every_quoted_value_weighs_what_its_words_say():
    weighed = {(one.key, one.severity.value) for one in values() if one.quote}
    assert weighed == set(SEVERITIES.items())


@pytest.mark.parametrize(
    ("quote", "severity"),
    [
        (None, Severity.BREACH),
        ("发行现场应当邀请监督员", Severity.BREACH),
        ("不得以指导投标方式干预发行定价", Severity.BREACH),
        ("须通过招标方式发行", Severity.BREACH),
        ("原则上采用单一价格招标方式", Severity.WARNING),
        ("原则上应当采用单一价格招标方式", Severity.WARNING),
        ("鼓励地方财政部门提前公布发行安排", Severity.WARNING),
        ("应当结合实际情况，优先选择具有本地区特点的债券", Severity.WARNING),
        ("尾数按投标时间优先原则分配", Severity.BREACH),
        ("按低利率优先、高价格优先的原则募入", Severity.BREACH),
    ],
)
def test_the_words_of_a_text_make_a_breach_or_a_warning(quote: str | None, severity: Severity):
    assert severity_of(quote) is severity


def test_there_are_thirty_seven_issuers_and_the_treasury_and_every_shipped_file_is_of_one():
    book = load_rulebook()
    assert len(set(book.issuers()) - {NATION, "国债"}) == 37
    assert {read.issuer for read in shipped_files()} - set(book.issuers()) == set()


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("江苏", "江苏"),
        ("江苏省", "江苏"),
        (" 江苏省 人民政府", "江苏"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("上海市", "上海"),
        ("兵团", "新疆生产建设兵团"),
        ("新疆", "新疆"),
        ("全国", NATION),
        ("财政部", "国债"),
    ],
)
def test_issuers_are_known_by_all_their_names(name: str, issuer: str):
    assert load_rulebook().for_(name, date(2024, 3, 19)).issuer == issuer


def test_an_unknown_issuer_or_rule_is_refused_with_the_nearest_name():
    book = load_rulebook()
    with pytest.raises(BadInput, match="^issuer: 没有发行人 黑龙讲，是否想写 黑龙江？$"):
        book.for_("黑龙讲", date(2024, 3, 19))
    with pytest.raises(BadInput, match=r"^key: 没有规则 range.flor，是否想写 range.floor？$"):
        book.history("range.flor", "江苏")


def test_a_rule_not_in_force_on_the_day_is_no_such_rule():
    rules = load_rulebook().for_("江苏省", date(2014, 12, 31))
    assert rules.get("range.floor") is None
    with pytest.raises(NoSuchRule, match="^江苏 在 2014-12-31 没有“投标区间下限”（range.floor）的现行规定$"):
        rules["range.floor"]


def test_history_tells_what_was_in_force_one_after_another():
    told = [(str(one.since), one.text, one.issuer) for one in load_rulebook().history("range.floor", "江苏")]
    assert told == [
        ("2015-01-01", "+0bp", "全国"),
        ("2018-09-01", "+40bp", "全国"),
        ("2019-01-29", "+25bp", "全国"),
        ("2021-06-01", "+15bp", "江苏"),
        ("2023-04-14", "+10bp", "江苏"),
        ("2023-05-01", "+5bp", "全国"),
    ]
    caps = [(str(one.since), one.text, one.issuer) for one in load_rulebook().history("range.cap", "浙江")]
    assert caps == [("2015-01-01", "+15%", "全国"), ("2017-07-01", "+20%", "浙江"), ("2018-01-01", "+15%", "全国")]


def test_one_more_file_adds_an_issuer_that_otherwise_follows_the_nation(tmp_path: Path):
    text = f"kind: rulebook\nissuer: 雄安\nrange.floor:\n  values:\n    - {{from: 2024-01-01, value: +3bp, {CITE}}}\n"
    rules = load_rulebook(written(tmp_path, text)).for_("雄安", date(2024, 3, 19))
    assert [rules[key].text for key in ("range.floor", "range.cap")] == ["+3bp", "+15%"]
    assert "雄安" not in load_rulebook().issuers()


def test_an_extra_file_goes_before_the_shipped_one_of_its_issuer_from_its_first_day(tmp_path: Path):
    text = f"""kind: rulebook
issuer: 广东省
range.floor:
  label: 招标区间下限
  values:
    - {{from: 2022-06-01, value: {{30: +1bp, 10: +8bp, default: +9bp}}, {CITE}}}
"""
    book = load_rulebook(written(tmp_path, text))
    before, after = book.for_("广东", date(2022, 5, 31)), book.for_("广东", date(2022, 6, 1))
    assert before["range.floor"].text == "+10bp"
    assert after["range.floor"].label == "招标区间下限"
    assert after["range.floor"].text == "10年 +8bp；30年 +1bp；其余 +9bp"
    assert after["range.floor"].value == ByTenor(
        ((Decimal(10), parse_offset("+8bp")), (Decimal(30), parse_offset("+1bp"))), (parse_offset("+9bp"),)
    )
    assert [str(after.at("range.floor", tenor).value) for tenor in (10, 15, 30)] == ["+8bp", "+9bp", "+1bp"]


def test_every_fault_of_a_broken_rulebook_is_told_with_its_place(tmp_path: Path):
    text = """kind: rulebook
issuer: 广东
range.flor:
  values: []
range.floor:
  values:
    - from: 2020-01-01
      value: 5
      basis: practice
      cite: {document: 报道}
    - from: 2019-01-01
      until: 2018-01-01
      value: {10: +5bp, 一年: +5bp, 30: low}
      basis: source
      cite: {document: 报道}
    - from: 2019-01-01
      value: none
      basis: rumour
      ciet: {document: 报道}
window.minutes:
  values:
    - {from: 2024-02-30, value: 4.5, basis: practice, cite: {article: 一}}
    - {from: 2024-03-01, value: [40], basis: practice, cite: {document: 报道}}
custody.minutes:
  values: []
margin.tail:
  values:
    - {from: 2024-01-01, value: lottery, basis: assumed, cite: {document: 报道}}
"""
    assert faults(written(tmp_path, text)) == BROKEN_RULEBOOK_FAULTS.splitlines()


def test_two_shipped_files_of_one_issuer_are_a_fault(tmp_path: Path):
    rule = f"range.floor:\n  values:\n    - {{from: 2024-01-01, value: +3bp, {CITE}}}\n"
    first = written(tmp_path, f"kind: rulebook\nissuer: 雄安\n{rule}", "a.yaml")
    second = written(tmp_path, f"kind: rulebook\nissuer: 雄 安\n{rule}", "b.yaml")
    with pytest.raises(BadInput) as caught:
        rulebook_of(read_rule_files([first, second]))
    assert str(caught.value) == f"{second}:2:9: issuer: 发行人 雄安 已有一个文件：a.yaml"


def test_the_faults_of_several_files_are_told_together(tmp_path: Path):
    first = written(tmp_path, "kind: notice\nissuer: 雄安\n", "a.yaml")
    second = written(tmp_path, "kind: rulebook\n", "b.yaml")
    with pytest.raises(BadInput) as caught:
        read_rule_files([first, second])
    assert str(caught.value).splitlines() == [
        f"{first}:1:7: kind: 应为 kind: rulebook，实为 'notice'",
        f"{second}:1:1: issuer: 缺少必填项",
    ]


def test_a_province_is_added_by_dropping_one_file_into_the_folder(tmp_path: Path):
    folder = shutil.copytree(SHIPPED, tmp_path / "rulebooks")
    rule = f"range.floor:\n  values:\n    - {{from: 2024-01-01, value: +3bp, {CITE}}}\n"
    written(folder, f"kind: rulebook\nissuer: 海南\n{rule}", "hainan.yaml")
    written(folder, f"kind: rulebook\nissuer: 雄安\n{rule}", "xiongan.yaml")
    before, book = load_rulebook(), rulebook_of(read_folder(folder))
    days = (date(2023, 12, 31), date(2024, 1, 1))
    assert [str(book.for_("海南省", day)["range.floor"].value) for day in days] == ["+5bp", "+3bp"]
    assert [str(book.for_("雄安", day)["range.floor"].value) for day in days] == ["+5bp", "+3bp"]
    assert book.for_("海南", days[1])["range.cap"].text == "+15%"
    assert set(book.issuers()) - set(before.issuers()) == {"雄安"}


def test_a_folder_of_files_goes_before_the_shipped_ones(tmp_path: Path):
    rule = f"range.floor:\n  values:\n    - {{from: 2024-01-01, value: +3bp, {CITE}}}\n"
    written(tmp_path, f"kind: rulebook\nissuer: 海南\n{rule}", "hainan.yaml")
    written(tmp_path, f"kind: rulebook\nissuer: 河南\n{rule}", "henan.yaml")
    book = load_rulebook(tmp_path)
    floors = [str(book.for_(name, date(2024, 3, 19))["range.floor"].value) for name in ("海南", "河南", "江苏")]
    assert floors == ["+3bp", "+3bp", "+5bp"]
    assert book.for_("河南", date(2024, 3, 19))["min_bid_share.lead-bank"].text == "15%"


def test_the_treasury_stands_alone():
    rules = load_rulebook().for_("财政部", date(2024, 12, 4))
    assert rules.get("flexible.multiple") is None
    assert rules.get_at("range.floor", 10) is None
    assert [rules.at("range.floor", 30).text, rules.at("range.cap", 50).text] == ["-10%", "+10%"]
    assert [rules.at("tender.method", tenor).value for tenor in (2, 30)] == ["modified-multiple-price", "single-price"]
    bills = (Decimal("0.25"), Decimal("0.5"), Decimal(1))
    assert [rules.at("tender.object", tenor).value for tenor in bills] == ["price", "price", "rate"]
    classes = ("lead-bank", "lead-broker", "bank", "broker")
    assert [rules[f"min_bid_share.{name}"].text for name in classes] == ["4%", "4%", "1.5%", "1.5%"]
    assert [rules[f"max_bid_share.{name}"].text for name in classes] == ["35%", "35%", "25%", "25%"]
    assert [rules[f"min_underwriting_share.{name}"].text for name in classes] == ["1%", "1%", "0.2%", "0.2%"]
    keys = ("window.minutes", "custody.minutes", "bid.level_min", "bid.level_max", "payment.workdays")
    assert [rules[key].text for key in keys] == ["60 分钟", "20 分钟", "0.2 亿元", "30.0 亿元", "1 个工作日"]


@pytest.mark.parametrize(
    ("day", "tenor", "bids", "awards", "span", "tick"),
    [
        ("2010-04-15", "20", "100", "20", None, None),
        ("2015-11-18", "10", "105", "20", "35", "0.08"),
        ("2017-10-20", "0.5", "50", "25", "35", "0.005"),
        ("2018-09-14", "0.5", "50", "25", "35", "0.004"),
        ("2020-07-15", "10", "105", "30", "35", "0.08"),
        ("2024-12-20", "0.25", "60", "50", "50", "0.002"),
        ("2024-12-20", "2", "50", "30", "35", None),
    ],
)
def test_the_treasury_notices_we_have_seen(
    day: str, tenor: str, bids: str, awards: str, span: str | None, tick: str | None
):
    rules, years = load_rulebook().for_("国债", date.fromisoformat(day)), Decimal(tenor)
    seen = {"exclusion.bids": bids, "exclusion.awards": awards, "bid.level_span": span, "bid.price_tick": tick}
    found = {key: rules.at(key, years) for key, value in seen.items() if value}
    assert {key: rule.written for key, rule in found.items()} == {key: value for key, value in seen.items() if value}
    assert {rule.basis for rule in found.values()} == {Basis.PRACTICE}


def test_what_is_only_said_of_a_shorter_tenor_is_assumed():
    rules = load_rulebook().for_("国债", date(2024, 12, 20))
    told = [(rules.at("exclusion.bids", tenor).value, rules.at("exclusion.bids", tenor).basis) for tenor in (2, 5)]
    assert told == [(50, Basis.PRACTICE), (50, Basis.ASSUMED)]
    assert load_rulebook().for_(None, date(2024, 3, 19)).at("fee.permille", 20).basis is Basis.PRACTICE
    assert load_rulebook().for_("安徽", date(2021, 11, 24)).at("range.floor", 3).basis is Basis.PRACTICE


def test_changes_between_two_days_are_told_once_for_a_family():
    changes = load_rulebook().changes(date(2021, 12, 31), date(2022, 1, 1), "河南")
    shares = ["min_bid_share", "min_bid_share.lead-bank", "min_bid_share.lead-broker", "max_bid_share"]
    shares += ["min_underwriting_share", "min_underwriting_share.lead-bank", "min_underwriting_share.lead-broker"]
    assert [change.key for change in changes] == ["range.floor", *shares, "counter.sales", "fee.permille"]
    assert {change.key for change in changes if not change.of_value} == {"max_bid_share", "fee.permille"}


def test_a_rule_that_lapses_changes_to_nothing():
    rulebook = load_rulebook()
    (change,) = rulebook.changes(date(2021, 12, 31), date(2022, 1, 1), "云南")[:1]
    before = rulebook.for_("云南", date(2021, 12, 31))["counter.sales"]
    assert change == Change("counter.sales", before, None)
    assert rulebook.changes(date(2024, 3, 19), date(2024, 3, 20)) == ()


def test_a_file_that_follows_anything_but_the_nation_or_nobody_is_refused(tmp_path: Path):
    rule = f"range.days:\n  values:\n    - {{from: 2024-01-01, value: 5, {CITE}}}\n"
    text = f"kind: rulebook\nissuer: 雄安\nfollows: 河北\n{rule}"
    assert faults(written(tmp_path, text)) == ["extra.yaml:3:10: follows: 取值应为 '全国', 'none'（实际值 '河北'）"]


def test_limits_are_those_of_the_tenor():
    fields = {"method": "single-price", "object": "rate", "offered": "300"}
    rules = load_rulebook().for_("国债", date(2012, 5, 6)), load_rulebook().for_("国债", date(2024, 12, 20))
    found = [limits_for(Notice.model_validate({**fields, "tenor": tenor}), rules[1]) for tenor in ("2", "30")]
    assert [limits.level_span for limits in found] == [35, 45]
    year = [limits_for(Notice.model_validate({**fields, "tenor": tenor}), rules[0]) for tenor in ("1", "10")]
    assert [limits.member_max[MemberClass.BANK] for limits in year] == [600_000, 300_000]
