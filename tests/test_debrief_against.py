"""Two journals side by side: scores, what one caught and the other missed, how long each took."""

import days
from lookingback import INSTRUCTOR, next_event, quiet_rows, rows_of, steady, told, with_terms

from auction import events as e
from auction.journal import Row
from auction.record import replay_rows
from sim.debrief import Side, against, compared, debrief
from sim.debrief.comparison import rows_in_common, same_scenario
from sim.rehearsal import Rehearsal

WRONG = with_terms(offered=1_000_000)
BOTH_WRONG = {(days.OPERATOR, "notice_entered"): WRONG, (days.CHECKER, "notice_checked"): WRONG}


def side(name: str, rows: tuple[Row, ...]) -> Side:
    """A day by name."""
    return Side(name, debrief(rows))


def between(one: Side, other: Side) -> dict[str, list[str]]:
    """The comparison as lines, by section."""
    return {section.id: told(section) for section in against(one, other)}


def branched(rows: tuple[Row, ...], count: int) -> tuple[Row, ...]:
    """The same day left after so many rows, the checker taking longer from there on."""
    log = days.copied(rows[:count])
    rehearsal = Rehearsal(steady(), log, people=frozenset({days.CHECKER}))
    last = rows[-1]
    left = {"left_journal": "origin.db", "left_count": last.seq, "left_head": last.hash}
    rehearsal.perform(e.DayBranched(at=rehearsal.day.now, seat=INSTRUCTOR, **left))
    slow = {(days.CHECKER, "award_checked"): lambda act: act.model_copy(update={"at": act.at.replace(hour=12)})}
    while next_event(rehearsal, slow):
        pass
    return log.rows()


def test_the_same_day_twice_differs_in_nothing():
    one = side("a", quiet_rows())
    lines = between(one, one)
    assert lines["kinship"] == ["✔ 同一场景：small-day", f"两份日志前 {len(one.debrief.told)} 行相同，此后分开"]
    assert all(row.split(" | ")[1] == row.split(" | ")[2] for row in [*lines["scores"], *lines["spans"]])
    assert lines["caught"] == lines["checks"] == []


def test_days_of_different_scenarios_say_so_first():
    one, other = side("a", quiet_rows()), side("b", rows_of(steady(by_eye=True)))
    assert not same_scenario(one, other)
    assert between(one, other)["kinship"] == ["! 不是同一场景（small-day 与 small-day），分数和用时只能大致对照"]


def test_what_one_found_and_the_other_sent_stands_side_by_side():
    found = dict(list(BOTH_WRONG.items())[1:])
    one = side("a", rows_of(steady(by_eye=True), changes={**found, **once_right()}))
    other = side("b", rows_of(steady(by_eye=True), changes=BOTH_WRONG))
    lines = between(one, other)
    assert lines["checks"] == ["2605101 | 发现：计划发行面值 | 未发现：计划发行面值"]
    assert "标书与区间经双人核对无误，在开始之前发出 | ✔ | ✘" in lines["scores"]
    assert "得分 | 100 | 90" in lines["scores"]
    assert compared(one, other) == "a 得 100 分，b 得 90 分。"


def once_right() -> dict:
    """A checker who errs the first time only."""
    left = [WRONG]
    return {(days.CHECKER, "notice_checked"): lambda act: left.pop()(act) if left else act}


def test_a_branch_and_its_origin_say_where_they_part_and_how_long_each_took():
    rows = quiet_rows()
    count = next(row.seq for row in rows if row.kind == "award_confirmed")
    one, other = side("origin", rows), side("branch", branched(rows, count))
    assert rows_in_common(one, other) == count
    lines = between(one, other)
    assert lines["kinship"] == [
        "✔ 同一场景：small-day",
        f"两份日志前 {count} 行相同，此后分开",
        f"branch 是从 origin 分出来的，离开时后者记到第 {len(rows)} 行",
    ]
    assert [row for row in lines["spans"] if "复核中标" in row] == [
        "W1 确认中标 → 复核中标 | 30 秒 | 1 小时 0 分",
        "W1 复核中标 → 结果签字 | 30 秒 | 30 秒",
    ]
    assert replay_rows(branched(rows, count)) is not None


def test_an_incident_that_only_one_day_had_or_came_through_stands_out():
    def phone(answer: str):
        kind_answers = [{"id": "locker", "words": {"text": "入柜"}}, {"id": "overlook", "words": {"text": "没听见"}}]

        def struck(rehearsal):
            about = {"at": rehearsal.day.now, "seat": INSTRUCTOR, "incident": "phone-found", "subject": "周默"}
            fields = {**about, "answers": kind_answers, "answered_by": ["supervisor"], "seen_by": ["supervisor"]}
            rehearsal.perform(e.IncidentOccurred.model_validate(fields))
            return e.IncidentAnswered(at=rehearsal.day.now, seat=days.SUPERVISOR, number=1, answer=answer)

        return {"site_sealed": struck}

    quiet, right, wrong = (
        side(name, rows_of(steady(), befalls))
        for name, befalls in (("quiet", None), ("right", phone("locker")), ("wrong", phone("overlook")))
    )
    name = "发现未存放的手机 周默"
    well = "✔ 当场收缴入柜，登记在案，核查通话记录（用时 0 秒）"
    assert between(right, wrong)["caught"] == [f"! {name} | {well} | ✘ 当作没听见（用时 0 秒）"]
    assert between(quiet, right)["caught"] == [f"! {name} | 没有发生 | {well}"]
    assert between(right, right)["caught"] == [f"{name} | {well} | {well}"]
