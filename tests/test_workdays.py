import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from auction.errors import BadInput, UnpublishedYear
from auction.workdays import INTERBANK, Workdays, parse_day, read_workdays

CURVE = Path(__file__).resolve().parents[2] / "shared" / "data" / "cgb_ytm_daily_2016_2026.csv"
YEAR_2027 = """\
kind: workdays
published: [2027]
closed: [2027-01-01, 2027/1/4]
open: ["20270102"]
"""


@pytest.fixture
def curve_days() -> list[date]:
    if not CURVE.exists():
        pytest.skip("the treasury curve since 2016 is not here")
    with CURVE.open(encoding="utf-8") as lines:
        return [date.fromisoformat(row["date"]) for row in csv.DictReader(lines)]


@pytest.fixture
def with_2027(tmp_path) -> Workdays:
    (tmp_path / "2027.yaml").write_text(YEAR_2027, encoding="utf-8")
    return read_workdays(tmp_path / "2027.yaml")


def faults(tmp_path, text: str) -> list[str]:
    path = tmp_path / "days.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as wrong:
        read_workdays(path)
    return [str(fault).removeprefix(f"{path}:") for fault in wrong.value.faults]


def test_every_day_of_the_treasury_curve_is_open_but_for_the_valuations_at_the_end_of_the_year(curve_days):
    closed = [day for day in curve_days if not INTERBANK.is_open(day)]
    assert len(curve_days) > 2500
    assert list(map(str, closed)) == [
        "2017-12-30", "2017-12-31", "2018-12-30", "2018-12-31", "2022-12-31", "2023-12-31",
    ]  # fmt: skip


def test_a_holiday_and_a_weekend_are_closed_and_a_make_up_saturday_is_open():
    days = (date(2024, 2, 9), date(2024, 2, 10), date(2024, 2, 12), date(2024, 2, 18), date(2024, 2, 24))
    assert [INTERBANK.is_open(day) for day in days] == [True, False, False, True, False]


def test_the_days_before_leave_the_day_out_ascend_and_count_the_make_up_sunday():
    days = INTERBANK.before(date(2024, 2, 20), 5)
    assert list(map(str, days)) == ["2024-02-07", "2024-02-08", "2024-02-09", "2024-02-18", "2024-02-19"]


def test_the_days_after_step_over_a_weekend_and_a_holiday():
    assert [INTERBANK.after(date(2024, 9, 30), n) for n in (1, 2, 5)] == [
        date(2024, 10, 8), date(2024, 10, 9), date(2024, 10, 12),
    ]  # fmt: skip


def test_a_year_nobody_has_published_is_refused_by_its_name():
    with pytest.raises(UnpublishedYear) as refused:
        INTERBANK.is_open(date(2027, 1, 4))
    assert refused.value.year == 2027
    with pytest.raises(UnpublishedYear):
        INTERBANK.after(date(2026, 12, 31), 1)


def test_the_first_of_january_may_ask_for_days_of_the_year_before_and_the_fourth_may_not():
    assert INTERBANK.before(date(2027, 1, 1), 2) == (date(2026, 12, 30), date(2026, 12, 31))
    with pytest.raises(UnpublishedYear):
        INTERBANK.before(date(2027, 1, 4), 2)


def test_a_published_year_has_its_weekdays_less_the_closed_and_its_weekends_only_where_open(with_2027):
    january = [date(2027, 1, n) for n in range(1, 6)]
    assert [with_2027.is_open(day) for day in january] == [False, True, False, False, True]
    assert with_2027.before(date(2027, 1, 5), 2) == (date(2026, 12, 31), date(2027, 1, 2))
    assert with_2027.after(date(2026, 12, 31), 2) == date(2027, 1, 5)


def test_an_override_corrects_single_days_of_a_year_the_calendar_knows():
    workdays = Workdays(closed=(date(2024, 3, 19),), open=(date(2024, 3, 23),))
    assert [workdays.is_open(date(2024, 3, n)) for n in (18, 19, 23, 24)] == [True, False, True, False]


def test_a_year_listed_as_published_keeps_the_holidays_the_calendar_knows():
    assert not Workdays(published=(2024,)).is_open(date(2024, 10, 1))


def test_every_fault_of_an_override_file_is_told_at_once(tmp_path):
    text = "kind: workdays\npublished: [3000]\nclosed: [2027-02-30, 明天]\nholiday: []\n"
    assert faults(tmp_path, text) == [
        "2:13: published.0: 应不大于 2100（实际值 '3000'）",
        "3:10: closed.0: 没有这一天（实际值 '2027-02-30'）",
        "3:22: closed.1: 应为日期，如 2024-03-19（实际值 '明天'）",
        "4:1: holiday: 未知字段",
    ]


def test_a_day_both_open_and_closed_is_refused(tmp_path):
    text = "kind: workdays\nclosed: [2027-01-04]\nopen: [20270104]\n"
    assert faults(tmp_path, text) == ["1:1: 2027-01-04 既写在 closed 又写在 open"]


@pytest.mark.parametrize("text", ["2024-03-19", "2024/3/19", "20240319", "２０２４－０３－１９", " 2024-3-19 "])
def test_a_day_is_read_in_each_of_its_written_forms(text):
    assert parse_day(text) == date(2024, 3, 19)


@pytest.mark.parametrize("text", ["", "2024-03/19", "2024319", "19-03-2024", "2024-W12-2", "45370", "2024-13-01"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        parse_day(text)


def test_the_national_calendar_is_loaded_only_when_a_day_is_asked_for():
    code = "import sys, auction.workdays; sys.exit('chinese_calendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
