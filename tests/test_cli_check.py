"""`kaibiao check`."""

from datetime import date
from pathlib import Path

import pytest
from commandline import BOOK, NOTICE, kaibiao, written

from auction.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
UNDERWRITTEN = NOTICE.replace("single-price", "public-underwriting")
PLAN = """kind: plan
issuer: 江苏
date: 2024-03-19
department: 江苏省财政厅
venue: 银行间
roster:
  - {name: 甲, role: bookrunner, organisation: 券商}
  - {name: 乙, role: checker, organisation: 厅}
  - {name: 丁, role: supervisor, organisation: 审计厅, sending_unit: 审计厅}
  - {name: 戊, role: technician, organisation: 支持部门}
members: {A: lead-bank}
windows:
  - id: W1
    open: 10:30:00
    close: 11:10:00
    issues:
      - {bond: "2405101", name: 一期, type: special, tenor: 10, offered: 30, method: public-underwriting}
"""


TENDER = PLAN.replace("public-underwriting", "single-price").replace(
    "  - {name: 甲, role: bookrunner, organisation: 券商}\n",
    "  - {name: 甲, role: operator, organisation: 厅}\n  - {name: 丙, role: lead-officer, organisation: 厅}\n",
)


def checked(path: Path, content: str, *options: str):
    return kaibiao("check", written(path, content), "--json", *options)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("n.yaml", NOTICE + "date: 2024-03-19\n", "notice"),
        ("p.yaml", TENDER, "plan"),
        ("w.yaml", "kind: workdays\npublished: [2027]\nclosed: [2027-01-01]\n", "workdays"),
        ("b.csv", BOOK, "book"),
        ("s.csv", "机构,类别\nA,主承销商银行\n", "syndicate"),
        ("c.csv", "date,1Y\n2024-03-19,2\n", "curve"),
        ("l.csv", "日期,标准期限(年),收益率(%)\n2024-03-19,1,2\n", "curve"),
    ],
)
def test_a_file_in_order_says_what_it_is(tmp_path, name, content, kind):
    answer = checked(tmp_path / name, content)
    assert (answer.code, answer.json, answer.err) == (0, {"ok": True, "kind": kind, "breaches": []}, "")


@pytest.mark.parametrize("folder", ["scenarios", "auction/rulebooks"])
def test_everything_shipped_is_in_order(folder):
    files = sorted((ROOT / folder).glob("*.yaml"))
    answers = {file.name: kaibiao("check", file, "--json").code for file in files}
    assert answers == dict.fromkeys(answers, 0) != {}


BREACH = {
    "rule": "tender.required_above",
    "citation": load_rulebook().for_(None, date(2024, 6, 19))["tender.required_above"].citation + "〔实务〕",
    "subject": "标书",
    "message": "公开发行 30.0 亿元，在 5.0 亿元以上，须通过招标方式发行",
    "severity": "breach",
    "basis": "practice",
}


def test_a_notice_that_breaks_a_rule_is_told_with_the_citation(tmp_path):
    dated = checked(tmp_path / "n.yaml", UNDERWRITTEN + "date: 2024-06-19\n")
    assert (dated.code, dated.json) == (1, {"ok": False, "kind": "notice", "breaches": [BREACH]})
    told = kaibiao("check", tmp_path / "n.yaml")
    assert (told.code, told.out.splitlines()[1]) == (
        1,
        f"  违反  标书: {BREACH['message']}（{BREACH['citation']}）",
    )


def test_a_notice_without_a_date_is_judged_by_the_latest_rules_or_by_the_day_asked_for(tmp_path):
    undated = checked(tmp_path / "n.yaml", UNDERWRITTEN)
    assert (undated.code, undated.json["breaches"]) == (1, [BREACH])
    assert "按最近的规则" in undated.err
    asked = checked(tmp_path / "n.yaml", UNDERWRITTEN, "--day", "2024-06-19", "--issuer", "河南")
    assert (asked.code, asked.err) == (1, "")


def test_an_issue_of_a_plan_that_breaks_a_rule_is_told_by_its_bond(tmp_path):
    answer = checked(tmp_path / "p.yaml", PLAN)
    assert answer.code == 1
    assert answer.json["breaches"] == [{**BREACH, "subject": "2405101"}]


def test_a_book_of_prices_is_read_as_one(tmp_path):
    prices = "member,level,amount,time\nA,100.02元,1,10:00\n"
    assert checked(tmp_path / "b.csv", prices).code == 2
    assert checked(tmp_path / "b.csv", prices, "--object", "price").code == 0


KNOWN_KINDS = "scenario / notice / plan / rulebook / workdays / roster / population / experiment"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("kind: notcie\n", "未知的 kind: notcie，是否想写 notice？"),
        ("method: single-price\n", f"文件应以 kind: 开头，取值为 {KNOWN_KINDS} 之一"),
        ("kind: [notice]\n", f"文件应以 kind: 开头，取值为 {KNOWN_KINDS} 之一"),
        ("", "应为 键: 值 的结构，以 kind: 开头"),
        ("- notice\n", "应为 键: 值 的结构，以 kind: 开头"),
    ],
)
def test_a_file_of_no_kind_it_knows_is_refused(tmp_path, content, message):
    answer = checked(tmp_path / "x.yaml", content)
    assert (answer.code, [told for _file, _line, _field, told in answer.faults]) == (2, [message])


def test_an_unknown_issuer_of_a_plan_is_told_at_its_place(tmp_path):
    answer = checked(tmp_path / "p.yaml", PLAN.replace("江苏\n", "江苏县\n"))
    assert (answer.code, answer.faults) == (2, [("p.yaml", 2, "issuer", "没有发行人 江苏县，是否想写 江苏？")])


def test_options_that_would_change_nothing_are_refused(tmp_path):
    answer = checked(tmp_path / "b.csv", BOOK, "--day", "2024-03-19")
    assert (answer.code, answer.faults) == (2, [(None, None, "day", "--day 与 --issuer 只用于标书")])
