"""`kaibiao range`."""

import pytest
from commandline import DATA, kaibiao, written

DAYS = ("2024-03-12", "2024-03-13", "2024-03-14", "2024-03-15", "2024-03-18")
WIDE = "date,7Y,10Y,30Y\n" + "".join(
    f"{day},2.2,{ten},2.5\n" for day, ten in zip(DAYS, ("2.3270", "2.3271", "2.3270", "2.3271", "2.3271"), strict=True)
)
"""An invented curve with the contract example's mean at ten years."""


@pytest.fixture
def curve(tmp_path):
    return written(tmp_path / "curve.csv", WIDE)


@pytest.fixture
def real_curve():
    curve = DATA / "cgb_ytm_daily_2016_2026.csv"
    if not curve.exists():
        pytest.skip("the real curve is not here")
    return curve


def asked(curve, *options: object):
    return kaibiao("range", "--date", "2024-03-19", "--tenor", "10", "--curve", curve, "--json", *options)


def test_the_contract_s_example(curve):
    answer = asked(curve, "--issuer", "江苏")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json == {
        "date": "2024-03-19",
        "tenor": "10",
        "curve_days": list(DAYS),
        "mean": "2.32706",
        "low": "2.38",
        "high": "2.68",
        "floor": "+5bp",
        "cap": "+15%",
        "basis": "practice",
        "citation": "各省发行惯例（2023 年 5 月起）；各省招标发行规则（上海 2021 年等）",
        "issuer": "江苏",
        "anchor": "treasury",
        "interpolated": False,
    }


def test_the_contract_s_example_on_the_real_curve(real_curve):
    answer = asked(real_curve, "--issuer", "江苏").json
    assert (answer["mean"], answer["low"], answer["high"]) == ("2.32706", "2.38", "2.68")
    assert answer["curve_days"] == list(DAYS)


@pytest.mark.parametrize(
    ("options", "low", "high", "floor", "cap"),
    [
        (("--floor-pct", "-3", "--cap-pct", "10"), "2.26", "2.56", "-3%", "+10%"),
        (("--floor-bp", "-12.5", "--cap-bp", "-5"), "2.20", "2.28", "-12.5bp", "-5bp"),
        (("--floor-bp", "0bp"), "2.33", "2.68", "+0bp", "+15%"),
        (("--cap-bp=25",), "2.38", "2.58", "+5bp", "+25bp"),
    ],
)
def test_options_go_before_the_rulebook_and_may_be_negative(curve, options, low, high, floor, cap):
    answer = asked(curve, *options).json
    assert (answer["low"], answer["high"], answer["floor"], answer["cap"]) == (low, high, floor, cap)
    assert answer["basis"] == "assumed" and answer["citation"].count("命令行给出") == 1


def test_options_alone_suffice_for_a_day_before_the_rulebook_begins(tmp_path):
    lines = "".join(f"{day},4\n" for day in ("2014-03-12", "2014-03-13", "2014-03-14", "2014-03-17", "2014-03-18"))
    curve = written(tmp_path / "curve.csv", f"date,10Y\n{lines}")
    call = ("range", "--date", "2014-03-19", "--tenor", "10", "--curve", curve, "--json")
    answer = kaibiao(*call, "--floor-bp", "0", "--cap-pct", "15")
    assert (answer.json["low"], answer.json["high"], answer.json["anchor"]) == ("4.00", "4.60", None)
    assert kaibiao(*call).code == 2


def test_a_tenor_between_two_columns_is_interpolated_and_said_to_be(curve):
    answer = kaibiao("range", "--date", "2024-03-19", "--tenor", "8.5", "--curve", curve, "--json").json
    assert (answer["tenor"], answer["mean"], answer["interpolated"]) == ("8.5", "2.26353", True)


def test_a_workdays_file_moves_the_five_days(curve, tmp_path):
    extra = "2024-03-11,2.2,2.3,2.5\n"
    longer = written(tmp_path / "longer.csv", WIDE + extra)
    closed = written(tmp_path / "closed.yaml", "kind: workdays\nclosed: [2024-03-15]\n")
    assert asked(longer, "--workdays", closed).json["curve_days"] == ["2024-03-11", *DAYS[:3], DAYS[4]]


def test_people_read_the_five_days_the_mean_the_range_and_what_it_rests_on(curve):
    answer = kaibiao("range", "--date", "2024-03-19", "--tenor", "10", "--curve", curve)
    assert answer.out == (
        "2024-03-19  10 年  全国\n"
        "                   %\n"
        "  2024-03-12  2.3270\n"
        "  2024-03-13  2.3271\n"
        "  2024-03-14  2.3270\n"
        "  2024-03-15  2.3271\n"
        "  2024-03-18  2.3271\n"
        "五日均值 2.32706%\n"
        "投标区间 2.38% 至 2.68%\n"
        "  下限 +5bp：各省发行惯例（2023 年 5 月起）〔实务〕\n"
        "  上限 +15%：各省招标发行规则（上海 2021 年等）〔实务〕\n"
        "  按规则应依据：财政部-中国国债收益率曲线（财库〔2015〕64号〔实务〕）\n"
    )


@pytest.mark.parametrize(
    ("options", "field", "message"),
    [
        (("--floor-bp", "5", "--floor-pct", "3"), "floor-bp", "--floor-bp 与 --floor-pct 只能给一个"),
        (("--cap-bp", "5", "--cap-pct", "3"), "cap-bp", "--cap-bp 与 --cap-pct 只能给一个"),
        (("--floor-bp", "NaN"), "floor-bp", "'--floor-bp' 的值不对：应为数字（bp）（实际值 'NaN'）"),
        (("--cap-pct", "1e999"), "cap-pct", "'--cap-pct' 的值不对：应为数字（%）（实际值 '1e999'）"),
        (("--cap-pct", "1,5"), "cap-pct", "'--cap-pct' 的值不对：数字里不要逗号：应写 15（实际值 '1,5'）"),
        (("--tenor", "0"), "tenor", "'--tenor' 的值不对：期限应在 0 与 100 年之间（实际值 '0'）"),
        (("--date", "2024-02-30"), "date", "'--date' 的值不对：没有这一天（实际值 '2024-02-30'）"),
        (("--date", "2024-03-17"), "date", "2024-03-17 不是银行间工作日"),
        (("--issuer", "江苏县"), "issuer", "没有发行人 江苏县，是否想写 江苏？"),
        (("--tenor", "31"), "tenor", "期限 31 年在曲线两端（7 至 30 年）之外"),
        (("--cap-pct", "-30"), None, "上限 1.63（-30%）低于下限 2.38（+5bp）"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_wrong(curve, options, field, message):
    answer = asked(curve, *options)
    assert (answer.code, answer.err) == (2, "")
    assert (field, message) in [(each_field, text) for _file, _line, each_field, text in answer.faults]


def test_a_day_the_curve_lacks_is_named(curve, tmp_path):
    hole = written(tmp_path / "hole.csv", WIDE.replace("2024-03-14,2.2,2.3270", "2024-03-14,2.2,"))
    assert asked(hole).faults == [("hole.csv", None, None, "2024-03-14 缺 10 年的收益率")]
    short = written(tmp_path / "short.csv", "\n".join(WIDE.splitlines()[:3]))
    lacking = "2024-03-19 之前 5 个银行间工作日中，曲线缺 2024-03-14、2024-03-15、2024-03-18"
    assert asked(short).faults == [("short.csv", None, None, lacking)]


def test_a_day_in_a_year_without_a_calendar_is_refused(curve):
    answer = kaibiao("range", "--date", "2031-03-19", "--tenor", "10", "--curve", curve, "--json")
    told = "2031 年的银行间工作日尚未公布，可用工作日补充文件提供"
    assert (answer.code, answer.faults) == (2, [(None, None, None, told)])
