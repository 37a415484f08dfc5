"""`kaibiao rules`."""

from datetime import date

from commandline import kaibiao

from auction.rulebook import load_rulebook


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
