import runpy
import zipfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from auction.curve import Benchmark, Curve, benchmark_mean, read_curve
from auction.errors import BadInput, UnpublishedYear
from auction.workdays import INTERBANK, Workdays

ROOT = Path(__file__).resolve().parents[1]
TUESDAY = date(2024, 3, 19)
WIDE = """\
date,0.5Y,1Y,5Y,10Y,50Y
2024-03-12,1.7,1.80,2.2000,2.3476,
2024/3/13,1.7,1.81,2.2100,2.3326,
20240314,1.7,1.82,2.2200,2.3425,
2024-03-15,1.7,1.83,2.2300,2.3200,
2024-03-18,1.7,1.84,2.2400,2.2926,
"""
LONG = "曲线名称,日期,标准期限说明,标准期限(年),收益率(%)\n" + "".join(
    f"国债,{cells[0]},{tenor}y,{tenor},{rate}\n"
    for cells in (line.split(",") for line in WIDE.splitlines()[1:])
    for tenor, rate in zip(("0.5", "1", "5", "10", "50"), cells[1:], strict=True)
)


def curve_of(folder: Path, text: str) -> Curve:
    path = folder / "curve.csv"
    path.write_text(text, encoding="utf-8")
    return read_curve(path)


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "curve.xlsx")
    return folder / "curve.xlsx"


def faults_of(folder: Path, refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [str(fault).removeprefix(f"{folder}/") for fault in refused.value.faults]


def reading_faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        curve_of(folder, text)
    return faults_of(folder, refused)


def mean_faults(folder: Path, text: str, day: date = TUESDAY, tenor: Fraction | Decimal | int = 10) -> list[str]:
    curve = curve_of(folder, text)
    with pytest.raises(BadInput) as refused:
        benchmark_mean(curve, day, tenor)
    return faults_of(folder, refused)


FIVE_DAYS = tuple(date(2024, 3, n) for n in (12, 13, 14, 15, 18))
TEN_YEARS = tuple(map(Fraction, ("2.3476", "2.3326", "2.3425", "2.3200", "2.2926")))


@pytest.mark.parametrize("text", [WIDE, LONG, LONG.replace("(", "（").replace(")", "）").replace("%", "％")])
def test_both_layouts_give_the_same_five_days_and_mean(tmp_path, text):
    expected = Benchmark(FIVE_DAYS, TEN_YEARS, Fraction("2.32706"), interpolated=False)
    assert benchmark_mean(curve_of(tmp_path, text), TUESDAY, 10) == expected


def test_english_headings_and_other_columns_are_understood_in_the_long_layout(tmp_path):
    text = "Name,Tenor,Yield,Date\ntreasury,10,2.35,2024-03-12\n"
    assert curve_of(tmp_path, text).nodes(FIVE_DAYS[0]) == {Fraction(10): Decimal("2.35")}


def test_an_excel_file_of_the_wide_layout_with_real_dates_is_read_exactly(tmp_path):
    rows = [["日期", "1Y", "10Y", "50Y"], [datetime(2024, 3, 12), 1.8, 2.3476, None], [20240313, 1.81, 2.3326]]
    curve = read_curve(workbook(tmp_path, rows))
    assert [curve.nodes(day) for day in curve.days] == [
        {Fraction(1): Decimal("1.8"), Fraction(10): Decimal("2.3476")},
        {Fraction(1): Decimal("1.81"), Fraction(10): Decimal("2.3326")},
    ]


def test_an_excel_file_that_misstates_its_size_and_cuts_its_lines_short_is_read_whole(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (["date", "1Y", "10Y"], ["2024-03-12", 1.8, 2.3476], ["2024-03-13", 1.81]):
        sheet.append(row)
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as cut:
        for name in whole.namelist():
            cut.writestr(name, whole.read(name).replace(b"<sheetViews>", b'<dimension ref="A1"/><sheetViews>'))
    curve = read_curve(tmp_path / "cut.xlsx")
    assert [len(curve.nodes(day)) for day in curve.days] == [2, 1]


def test_an_excel_file_of_the_long_layout_is_read_exactly(tmp_path):
    rows = [["日期", "标准期限(年)", "收益率(%)"], [date(2024, 3, 12), 0.08, 1.5012], [date(2024, 3, 12), 10, 2.3476]]
    curve = read_curve(workbook(tmp_path, rows))
    assert curve.nodes(FIVE_DAYS[0]) == {Fraction(2, 25): Decimal("1.5012"), Fraction(10): Decimal("2.3476")}


def test_a_tenor_between_two_nodes_lies_on_the_line_through_them(tmp_path):
    curve = curve_of(tmp_path, WIDE)
    assert curve.yield_on(FIVE_DAYS[0], Decimal("7.5")) == Fraction("2.2738")
    assert curve.yield_on(FIVE_DAYS[0], Fraction(22, 3)) == Fraction("2.2") + Fraction("0.1476") * Fraction(7, 15)
    assert benchmark_mean(curve, TUESDAY, 3).interpolated


def test_a_line_goes_to_the_nearest_nodes_present_that_day(tmp_path):
    curve = curve_of(tmp_path, "date,1Y,3Y,5Y\n2024-03-12,1.0,,2.0\n2024-03-13,1.0,1.8,2.0\n")
    assert [curve.yield_on(day, 2) for day in curve.days] == [Fraction("1.25"), Fraction("1.4")]


def test_a_tenor_beyond_the_ends_is_refused_once_with_the_ends(tmp_path):
    assert mean_faults(tmp_path, WIDE, tenor=30) == ["curve.csv: tenor: 期限 30 年在曲线两端（0.5 至 10 年）之外"]
    assert mean_faults(tmp_path, WIDE, tenor=Fraction(1, 4)) == [
        "curve.csv: tenor: 期限 0.25 年在曲线两端（0.5 至 10 年）之外"
    ]


@pytest.mark.parametrize(
    "text",
    [
        WIDE.replace("2.3425", "").replace("2.3200", " "),
        LONG.replace("2.3425", "").replace("2.3200", " "),
        "".join(line for line in LONG.splitlines(True) if "2.3425" not in line and "2.3200" not in line),
    ],
)
def test_a_hole_at_the_tenor_is_refused_for_each_of_its_days(tmp_path, text):
    assert mean_faults(tmp_path, text) == [
        "curve.csv: 2024-03-14 缺 10 年的收益率",
        "curve.csv: 2024-03-15 缺 10 年的收益率",
    ]


def test_every_working_day_the_curve_lacks_is_named(tmp_path):
    text = WIDE.replace("20240314,1.7,1.82,2.2200,2.3425,", "20240314,,,,,").replace("2024/3/13", "2024/3/9")
    assert mean_faults(tmp_path, text) == [
        "curve.csv: 2024-03-19 之前 5 个银行间工作日中，曲线缺 2024-03-13、2024-03-14"
    ]


def test_a_day_the_market_is_closed_and_a_tenor_of_nothing_are_refused_together(tmp_path):
    assert mean_faults(tmp_path, WIDE, day=date(2024, 3, 17), tenor=0) == [
        "date: 2024-03-17 不是银行间工作日",
        "tenor: 期限应大于 0，实际值 0",
        "curve.csv: 2024-03-17 之前 5 个银行间工作日中，曲线缺 2024-03-11",
    ]


def test_a_day_of_an_unpublished_year_is_refused(tmp_path):
    with pytest.raises(UnpublishedYear):
        benchmark_mean(curve_of(tmp_path, WIDE), date(2027, 1, 4), 10)


def test_the_days_of_the_mean_follow_the_workdays_given(tmp_path):
    curve = curve_of(tmp_path, WIDE)
    closed_on_friday = Workdays(closed=(date(2024, 3, 15),))
    assert benchmark_mean(curve, TUESDAY, 10, closed_on_friday, days=2) == Benchmark(
        (FIVE_DAYS[2], FIVE_DAYS[4]), (TEN_YEARS[2], TEN_YEARS[4]), Fraction("2.31755"), interpolated=False
    )


def test_malformed_yields_on_the_days_used_are_told_with_line_and_column(tmp_path):
    text = WIDE.replace("1.81,2.2100", "1.81x,2..21").replace("2.2926", "２.２９e0")
    assert mean_faults(tmp_path, text) == [
        "curve.csv:3: 1Y: 应为数字（%）（实际值 '1.81x'）",
        "curve.csv:3: 5Y: 应为数字（%）（实际值 '2..21'）",
        "curve.csv:6: 10Y: 应为数字（%）（实际值 '２.２９e0'）",
    ]


def test_a_malformed_yield_on_a_day_not_used_does_no_harm(tmp_path):
    text = WIDE + "2024-03-19,n/a,n/a,n/a,n/a,n/a\n"
    assert benchmark_mean(curve_of(tmp_path, text), TUESDAY, 10).mean == Fraction("2.32706")


def test_bad_dates_doubled_days_and_ragged_lines_are_told_at_once(tmp_path):
    text = WIDE + "19/03/2024,1,1,1,1,1\n20240318,1,1,1,1,1\n2024-03-20,1,1\n2024-03-21,1,1,1,1,1,1\n\n"
    assert reading_faults(tmp_path, text) == [
        "curve.csv:7: date: 应为日期，如 2024-03-19（实际值 '19/03/2024'）",
        "curve.csv:8: date: 2024-03-18 出现了两次，上一次在第 6 行",
        "curve.csv:9: 这一行应有 6 格，实有 3 格",
        "curve.csv:10: 这一行应有 6 格，实有 7 格",
    ]


def test_a_doubled_node_and_a_bad_tenor_of_the_long_layout_are_told_at_once(tmp_path):
    text = "date,tenor,yield\n2024-03-12,10,2.3\n2024/3/12,10.0,2.4\n2024-03-12,十年,2.5\n2024-03-12,-1,2.5\n"
    assert reading_faults(tmp_path, text) == [
        "curve.csv:3: tenor: 2024-03-12 10.0 出现了两次，上一次在第 2 行",
        "curve.csv:4: tenor: 应为数字（年）（实际值 '十年'）",
        "curve.csv:5: tenor: 期限不能是负数（实际值 '-1'）",
    ]


def test_a_misspelt_tenor_column_is_refused_and_a_column_of_words_passed_over(tmp_path):
    assert reading_faults(tmp_path, "date,note,1OY,5Y,5.0年\n2024-03-12,x,2.3,2.2,2.2\n") == [
        "curve.csv:1: 1OY: 应为数字（年）（实际值 '1OY'）",
        "curve.csv:1: 5.0年: 5.0年 出现了两次，上一次在第 1 行",
    ]
    assert curve_of(tmp_path, "date,note,5Y\n2024-03-12,x,2.2\n").nodes(FIVE_DAYS[0]) == {Fraction(5): Decimal("2.2")}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["curve.csv:1: date: 缺少列 日期 / date"]),
        ("date,1Y\n", ["curve.csv: 曲线文件里没有数据行"]),
        ("date,note\n", ["curve.csv:1: 没有期限列：应有 1Y、2Y 等列，或 标准期限(年) 与 收益率(%) 两列"]),
        (
            "日期,收益率(%)\n",
            ["curve.csv:1: tenor: 缺少列 标准期限(年) / 标准期限 / 期限(年) / tenor / tenor(y) / tenor(years)"],
        ),
    ],
)
def test_a_file_that_is_no_curve_says_what_it_lacks(tmp_path, text, faults):
    assert reading_faults(tmp_path, text) == faults


def test_the_synthetic_curves_are_what_their_generator_makes():
    made = runpy.run_path(str(ROOT / "tools" / "synthetic_curve.py"))["files"]()
    folder = ROOT / "scenarios" / "curves"
    assert made == {name: (folder / name).read_text(encoding="utf-8") for name in made}


def test_the_synthetic_curves_end_on_the_evening_before_the_first_scenario():
    treasury, local = (
        read_curve(ROOT / "scenarios" / "curves" / f"synthetic-{name}.csv") for name in ("treasury", "local")
    )
    assert treasury.days == local.days == INTERBANK.before(date(2026, 6, 10), 40)
    gaps = [local.nodes(day)[tenor] - rate for day in treasury.days for tenor, rate in treasury.nodes(day).items()]
    assert Decimal("0.10") <= min(gaps) <= max(gaps) <= Decimal("0.18")
    assert Decimal("1.70") < benchmark_mean(treasury, date(2026, 6, 10), 10).mean < Decimal("1.80")
