"""`kaibiao rules`."""

from datetime import date
from pathlib import Path

import pytest
from commandline import kaibiao, written

from auction.rulebook import load_rulebook, shipped_files

GOOD = """kind: rulebook
issuer: 雄安
range.floor:
  values:
    - from: 2024-01-01
      value: +3bp
      basis: practice
      cite: {document: 测试规则}
"""


def test_the_rules_of_an_issuer_on_a_day_are_listed_each_with_its_basis():
    answer = kaibiao("rules", "list", "--issuer", "江苏省", "--on", "2024-03-19", "--json").json
    rules = load_rulebook().for_("江苏", date(2024, 3, 19))
    in_force = [rule for key in load_rulebook().keys() if (rule := rules.get(key))]
    assert answer == {"issuer": "江苏", "on": "2024-03-19", "rules": [rule.as_dict() for rule in in_force]}
    assert ("range.floor", "+5bp", "practice") in [(r["key"], r["value"], r["basis"]) for r in answer["rules"]]


def test_people_read_a_table_of_the_rules():
    lines = kaibiao("rules", "list", "--on", "2024-03-19").out.splitlines()
    assert lines[0] == "全国，2024-03-19 有效的规则"
    assert [line.split() for line in lines if line.startswith("range.days")] == [
        ["range.days", "计算收益率均值的工作日数", "5", "个工作日", "财库〔2015〕64号〔实务〕"]
    ]


def test_a_rule_is_shown_with_its_history():
    answer = kaibiao("rules", "show", "range.floor", "--issuer", "江苏", "--on", "2023-04-20", "--json").json
    assert (answer["key"], answer["issuer"], answer["on"]) == ("range.floor", "江苏", "2023-04-20")
    assert answer["in_force"]["value"] == "+10bp"
    assert [(rule["since"], rule["until"], rule["value"]) for rule in answer["history"]] == [
        ("2015-01-01", None, "+0bp"),
        ("2018-09-01", None, "+40bp"),
        ("2019-01-29", None, "+25bp"),
        ("2021-06-01", None, "+15bp"),
        ("2023-04-14", "2023-04-30", "+10bp"),
        ("2023-05-01", None, "+5bp"),
    ]


def test_people_read_the_value_the_quoted_text_and_the_days():
    told = kaibiao("rules", "show", "site.supervisor", "--on", "2024-03-19").out
    assert told.startswith("site.supervisor  发行现场应当有非财政部门派出的监督员\n全国 2024-03-19：须遵守\n")
    assert "财库〔2018〕61号 七（二）〔原文〕" in told and "「" in told
    lapsed = kaibiao("rules", "show", "range.floor", "--issuer", "江苏", "--on", "2000-01-01").out
    assert "江苏 2000-01-01：没有现行规定" in lapsed and "2023-04-14 至 2023-04-30  +10bp" in lapsed


def test_an_unknown_rule_or_issuer_names_the_nearest():
    rule = kaibiao("rules", "show", "range.flor", "--json")
    issuer = kaibiao("rules", "list", "--issuer", "江苏县", "--json")
    assert (rule.code, rule.faults) == (2, [(None, None, "key", "没有规则 range.flor，是否想写 range.floor？")])
    assert (issuer.code, issuer.faults) == (2, [(None, None, "issuer", "没有发行人 江苏县，是否想写 江苏？")])


def test_without_a_day_today_counts():
    assert kaibiao("rules", "list", "--json").json["on"] == date.today().isoformat()


def test_what_changed_between_two_days_is_told_with_both_citations():
    answer = kaibiao("rules", "diff", "--from", "2018-08-31", "--to", "2018-09-01", "--issuer", "江苏省", "--json").json
    rulebook = load_rulebook()
    before, after = (rulebook.for_("江苏", day)["range.floor"] for day in (date(2018, 8, 31), date(2018, 9, 1)))
    change = {"key": "range.floor", "changed": "value", "before": before.as_dict(), "after": after.as_dict()}
    assert answer == {"issuer": "江苏", "from": "2018-08-31", "to": "2018-09-01", "changes": [change]}
    assert (before.citation, after.citation) == ("财库〔2015〕64号", "窗口指导（见中泰证券地方债研究报告）")


DIFFERENCE = """\
全国，2018-08-31 至 2018-09-01：1 条规则有变

range.floor  投标区间下限
  2018-08-31  +0bp  财库〔2015〕64号〔实务〕
  2018-09-01  +40bp  窗口指导（见中泰证券地方债研究报告）〔实务〕
    「投标价格下限应较相同期限国债前5个工作日收益率均值上浮40个基点或以上」
"""


def test_people_read_what_changed_and_on_which_text():
    assert kaibiao("rules", "diff", "--from", "2018-08-31", "--to", "2018-09-01").out == DIFFERENCE


def test_a_rule_that_only_rests_on_another_text_or_lapses_is_told_so():
    told = kaibiao("rules", "diff", "--from", "2020-12-31", "--to", "2021-01-01").out
    assert "disclosure.workdays  发行文件须提前公布（取值不变，依据有变）\n" in told
    lapsed = kaibiao("rules", "diff", "--from", "2021-12-31", "--to", "2022-01-01", "--issuer", "江苏").out
    assert "\n  2022-01-01  没有现行规定\n" in lapsed
    same = kaibiao("rules", "diff", "--from", "2024-03-19", "--to", "2024-03-19", "--json").json
    assert same["changes"] == []


def test_a_difference_needs_two_days_in_order_and_a_known_issuer():
    backwards = kaibiao("rules", "diff", "--from", "2024-03-20", "--to", "2024-03-19", "--json")
    assert (backwards.code, backwards.faults) == (
        2,
        [(None, None, "to", "--to 2024-03-19 早于 --from 2024-03-20")],
    )
    stranger = kaibiao("rules", "diff", "--from", "2024-03-19", "--to", "2024-03-20", "--issuer", "江苏县", "--json")
    assert (stranger.code, stranger.faults) == (2, [(None, None, "issuer", "没有发行人 江苏县，是否想写 江苏？")])
    assert kaibiao("rules", "diff", "--from", "2024-03-19").code == 2


def test_the_shipped_rulebooks_are_checked_where_no_file_is_given():
    answer = kaibiao("rules", "check", "--json")
    assert (answer.code, answer.json["ok"]) == (0, True)
    counted = {entry["file"]: (entry["issuer"], entry["values"]) for entry in answer.json["files"]}
    assert counted == {
        file.path.name: (file.issuer, sum(len(rule) for rule in file.rules.values())) for file in shipped_files()
    }
    assert kaibiao("rules", "check").out.count("没有发现问题\n") == len(counted)


def test_a_file_of_ones_own_is_checked(tmp_path: Path):
    path = written(tmp_path / "xiongan.yaml", GOOD)
    assert kaibiao("rules", "check", path).out == f"{path}：雄安，1 条规则、1 个取值，没有发现问题\n"
    entry = {"file": str(path), "issuer": "雄安", "rules": 1, "values": 1}
    assert kaibiao("rules", "check", path, "--json").json == {"ok": True, "files": [entry]}


SECOND = "    - {from: 2023-12-31, value: +4bp, basis: practice, cite: {document: 测试规则}}\n"
BROKEN = {
    "descending dates": (
        GOOD + SECOND,
        (9, 14, "range.floor.values.1.from", "from 应逐条递增：2023-12-31 不晚于前一条的 2024-01-01"),
    ),
    "the same date twice": (
        GOOD + SECOND.replace("2023-12-31", "2024-01-01"),
        (9, 14, "range.floor.values.1.from", "from 应逐条递增：2024-01-01 不晚于前一条的 2024-01-01"),
    ),
    "no citation": (
        GOOD.replace("      cite: {document: 测试规则}\n", ""),
        (5, 7, "range.floor.values.0.cite", "缺少必填项"),
    ),
    "an empty citation": (
        GOOD.replace("测试规则", "''"),
        (8, 24, "range.floor.values.0.cite.document", "太短：至少 1 个字（实际值 ''）"),
    ),
    "a blank citation": (
        GOOD.replace("测试规则", "' '"),
        (8, 24, "range.floor.values.0.cite.document", "太短：至少 1 个字（实际值 ' '）"),
    ),
    "an unknown key": (
        GOOD.replace("range.floor", "range.flor"),
        (3, 1, "range.flor", "未知字段，是否想写 range.floor？"),
    ),
    "an unknown basis": (
        GOOD.replace("practice", "rumour"),
        (
            7,
            14,
            "range.floor.values.0.basis",
            "取值应为 'source', 'derived', 'practice', 'assumed'（实际值 'rumour'）",
        ),
    ),
    "a source without a quote": (
        GOOD.replace("practice", "source"),
        (8, 13, "range.floor.values.0.cite", "basis 为 source 的须有 quote（原文）"),
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rulebook_is_refused_with_its_place(tmp_path: Path, broken: str):
    text, (line, column, field, message) = BROKEN[broken]
    path = written(tmp_path / "extra.yaml", text)
    answer = kaibiao("rules", "check", path, "--json")
    fault = {"file": str(path), "line": line, "column": column, "field": field, "message": message}
    assert (answer.code, answer.json["errors"]) == (2, [fault])
    told = kaibiao("rules", "check", path)
    assert (told.code, told.out, told.err) == (2, "", f"{path}:{line}:{column}: {field}: {message}\n")


def test_the_faults_of_several_files_are_told_at_once(tmp_path: Path):
    good, bad = written(tmp_path / "good.yaml", GOOD), written(tmp_path / "bad.yaml", GOOD.replace("+3bp", "3"))
    absent, doubled = tmp_path / "absent.yaml", written(tmp_path / "doubled.yaml", GOOD)
    files = {fault[0] for fault in kaibiao("rules", "check", good, bad, absent, "--json").faults}
    assert files == {"bad.yaml", "absent.yaml"}
    twice = kaibiao("rules", "check", good, doubled, "--json")
    assert (twice.code, twice.faults) == (2, [("doubled.yaml", 2, "issuer", "发行人 雄安 已有一个文件：good.yaml")])


def test_the_severity_of_a_rule_goes_by_the_words_of_its_text():
    rules = kaibiao("rules", "list", "--on", "2024-03-19", "--json").json["rules"]
    severities = {rule["key"]: rule["severity"] for rule in rules}
    assert (severities["site.supervisor"], severities["range.local_curve"]) == ("breach", "warning")
