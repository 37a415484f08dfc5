"""What each section of a debrief says of small days, whole sections compared."""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import days
from lookingback import INSTRUCTOR, befallen, looked_back, part, quiet, quiet_rows, steady, told, with_terms

from auction import events as e
from auction.notice import BiddingWindow
from auction.record import record, replay_rows
from auction.testkey import electronic_test_key
from sim.debrief import Debrief, answer, debrief, markdown, sections
from sim.debrief.objectives import objectives_of
from sim.debrief.rules import unchecked_section
from sim.incidents import CATALOGUE

SLIP = {(days.OPERATOR, "notice_entered"): with_terms(offered=1_000_000)}
OVERLOOKED = {**SLIP, (days.CHECKER, "notice_checked"): with_terms(offered=1_000_000)}


@cache
def phone(answer_given: str) -> Debrief:
    """A day on which a phone rings right after the sealing, and the supervisor answers so."""
    kind = CATALOGUE["phone-found"]
    answers = [{"id": each.id, "words": each.words} for each in kind.responses]
    occurred = {"subject": "周默", "answers": answers, "answered_by": ["supervisor"], "seen_by": ["supervisor"]}

    def answered(rehearsal):
        rehearsal.perform(befallen(rehearsal, "phone-found", **occurred))
        about = {"at": rehearsal.day.now, "seat": days.SUPERVISOR, "number": 1}
        return e.IncidentAnswered(**about, answer=answer_given)

    return looked_back(steady(), {"notice_entered": answered})


def test_a_quiet_day_is_answered_in_one_sentence():
    assert answer(quiet()) == "得分 100 / 100，终态 已结算：没有出错。"


def test_the_deadlines_of_a_day_stand_each_with_its_rule_and_by_how_much_it_was_kept():
    assert told(part(quiet(), "deadlines")) == [
        "✔ 开始之前发标 | W1 | 06-10 10:30:00 | 06-10 08:40:30 | 早 1 小时 49 分 | 演练室办事顺序〔推定〕",
        "截标后签字完毕 | W1 | 06-10 11:10:01 | 06-10 11:12:04 | 用时 2 分 3 秒 | 没有期限，只计时",
        "✔ 债权托管申请书报齐 | W1 | 06-10 11:32:04 | 06-10 11:23:27 | 早 8 分 37 秒"
        " | 国债招标发行规则（2017 年）〔实务〕",
        "✔ 结果当日公告 |  | 06-10 23:59:59 | 06-10 11:24:58 | 早 12 小时 35 分 | 演练室办事顺序〔推定〕",
        "✔ 按时缴齐款项 |  | 06-11 23:59:59 | 06-11 14:16:35 | 早 9 小时 43 分"
        " | 各省发行文件（山东 2018、辽宁 2023、河南 2024）〔实务〕",
    ]


def test_custody_forms_that_did_not_come_are_a_missed_deadline_by_name():
    whole = looked_back(steady(staff={"custody_missed": "100%"}))
    missed = [line for line in told(part(whole, "deadlines")) if "托管" in line or "迟的" in line]
    assert missed[0] == "✘ 债权托管申请书报齐 | W1 | 06-10 11:32:04 | 无 | 未完成 | 国债招标发行规则（2017 年）〔实务〕"
    assert missed[1].startswith("  迟的：2605101:")
    assert told(part(whole, "unchecked")) == [
        "✘ 未按时：债权托管申请书报齐（国债招标发行规则（2017 年）〔实务〕）",
        "  本可发现的人：承销团成员",
    ]
    assert whole.score == 90


def test_a_difference_that_the_checker_finds_is_on_record_and_no_breach():
    first = {(days.OPERATOR, "notice_entered"): once(with_terms(offered=1_000_000))}
    whole = looked_back(steady(), changes=first)
    assert told(part(whole, "four-eyes"))[:2] == [
        "✔ 08:39:30 2605101 复核人 周默：计划发行面值",
        "08:40:30 2605101 复核人 周默：一致",
    ]
    assert whole.score == 100
    assert told(part(whole, "unchecked")) == []


def once(change):
    """The change, the first time only."""
    left = [change]
    return lambda event: left.pop()(event) if left else event


def test_a_field_that_both_overlook_is_missed_and_costs_the_sheet():
    whole = looked_back(steady(by_eye=True), changes=OVERLOOKED)
    assert told(part(whole, "four-eyes")) == [
        "08:39:30 2605101 复核人 周默：一致",
        "08:40:00 2605101 复核人 周默：一致",
        "11:11:04 W1 经办人 陈岚：确认中标",
        "11:11:34 W1 复核人 周默：复核中标",
        "✘ 08:40:30 2605101 计划发行面值 有误而发出，经办人 陈岚、复核人 周默 未发现",
    ]
    assert told(part(whole, "unchecked")) == [
        "✘ 2605101 的标书有误而发出：计划发行面值（演练室办事顺序〔推定〕）",
        "  本可发现的人：经办人、复核人",
    ]
    assert [o.text.in_chinese() for o in whole.objectives if not o.met] == ["标书与区间经双人核对无误，在开始之前发出"]


def test_an_incident_that_is_answered_rightly_is_told_with_how_long_it_took():
    whole = phone("locker")
    assert told(part(whole, "incidents")) == [
        "✔ 08:39:00 发现未存放的手机（周默）",
        "  08:39:00 监督员 何平 着手应对，事发后 0 秒",
        "  处置：当场收缴入柜，登记在案，核查通话记录",
    ]
    assert whole.score == 100
    assert "✔ 08:39:00 发现未存放的手机：当场收缴入柜，登记在案，核查通话记录" in part(whole, "heads").rows[1].under
    assert told(part(whole, "improvements")) == []


def test_an_incident_that_is_answered_wrongly_is_told_with_what_was_right_and_who_could_have_known():
    whole = phone("overlook")
    lesson = CATALOGUE["phone-found"].lesson
    assert told(part(whole, "incidents")) == [
        "✘ 08:39:00 发现未存放的手机（周默）",
        "  08:39:00 监督员 何平 着手应对，事发后 0 秒",
        "  处置：当作没听见",
        "  应当：当场收缴入柜，登记在案，核查通话记录",
        "  本可发现的人：监督员",
        f"  教训：{lesson}",
    ]
    assert told(part(whole, "unchecked")) == [
        "✘ 发现未存放的手机：当作没听见（财库〔2018〕61号 七（三）〔原文〕）",
        "  本可发现的人：监督员",
    ]
    assert told(part(whole, "consequences")) == ["✘ 发现未存放的手机：违反现场通讯管理，通报"]
    assert told(part(whole, "improvements")) == [f"✘ 发现未存放的手机：{lesson}"]
    assert [row.mark.value for row in part(whole, "heads").rows] == ["✔", "✘", "✔"]
    assert whole.score == 91
    assert answer(whole) == "得分 91 / 100，终态 已结算：突发情况 1 项，处置得当 0 项。"


def at_stake(whole: Debrief, *yuan: str) -> Debrief:
    """The same debrief with its incident told once for each of these amounts."""
    handled = tuple(replace(whole.story.handled[0], stake=Decimal(each)) for each in yuan)
    story = replace(whole.story, handled=handled)
    return replace(whole, story=story, objectives=objectives_of(story))


def test_money_that_was_lost_and_money_that_was_saved_stand_apart_and_are_summed():
    assert told(part(at_stake(phone("overlook"), "1701000000", "893025.004"), "money")) == [
        "✘ 发现未存放的手机 |  |  | 17.01 亿元",
        "✘ 发现未存放的手机 |  |  | 89.30 万元",
        "合计 |  |  | 17.02 亿元",
    ]
    assert told(part(at_stake(phone("locker"), "900.5"), "money")) == ["✔ 发现未存放的手机 |  | 900.50 元 | "]
    assert answer(at_stake(phone("locker"), "900.5")).endswith("处置得当 1 项；避免了 900.50 元。")


def test_what_to_improve_begins_with_the_dearest_and_goes_on_by_the_weight_of_the_rule():
    whole = phone("overlook")
    kinds = [CATALOGUE[id] for id in ("award-disputed", "stranger-at-door", "phone-found")]
    stakes, rules = ("5000000", None, None), ("fill.margin", "custody.minutes", "site.devices")
    handled = tuple(
        replace(
            whole.story.handled[0],
            kind=kind,
            stake=None if stake is None else Decimal(stake),
            verdict=replace(whole.story.handled[0].verdict, rule=rule),
        )
        for kind, stake, rule in zip(kinds, stakes, rules, strict=True)
    )
    lines = told(part(replace(whole, story=replace(whole.story, handled=handled)), "improvements"))
    assert [line.partition("：")[0] for line in lines] == [
        f"✘ {kinds[0].name}",
        "  代价",
        f"✘ {kinds[2].name}",
        f"✘ {kinds[1].name}",
    ]


def test_an_incident_of_which_the_catalogue_knows_nothing_is_told_and_not_judged():
    log = days.copied(quiet_rows()[:-1])
    day = replay_rows(log.rows())
    record(log, day, e.IncidentOccurred(at=day.now, seat=INSTRUCTOR, incident="meteorite", number=1))
    whole = debrief(log.rows())
    assert told(part(whole, "incidents")) == [
        "14:17:05 meteorite（突发情况库中没有）",
        "  没有评判：突发情况库中没有这一种，或没有这种处置。",
    ]
    assert whole.score == 100


def form(rehearsal) -> e.EmergencyFormReceived:
    """An emergency form of the first bank, sealed and keyed as it should be."""
    steps = (e.Step(level=Decimal("1.95"), amount=10000),)
    key = electronic_test_key(rehearsal.day.planned.journal, "银行甲", days.BOND, steps)
    about = {"at": rehearsal.day.now, "seat": days.BANK, "bond": days.BOND, "member": "银行甲"}
    return e.EmergencyFormReceived(**about, steps=steps, test_key=key)


def test_who_saw_an_emergency_form_before_the_close_is_told_with_why():
    whole = looked_back(steady(), {"window_opened": form})
    section = part(whole, "seen")
    assert section.remark == "除此之外，截标前没有任何席位能看到别人的投标；教员也看不到。"
    assert told(section) == [
        "10:30:00 银行甲 的应急投标书（2605101）：经办人 陈岚、监督员 何平",
        "  经办人 陈岚：核对印鉴、密押并录入",
        "  监督员 何平：应急录入须监督员在场",
        "  10:30:30 经办人 陈岚 录入",
    ]
    assert "✔ 10:30:30 录入 银行甲 的应急投标，监督员在场" in part(whole, "heads").rows[2].under
    emergency = [line for line in told(part(whole, "deadlines")) if "应急投标书" in line]
    assert emergency == [
        "✔ 出标之前处理 银行甲 的应急投标书 | W1 | 06-10 11:10:34 | 06-10 10:30:30 | 早 40 分 4 秒"
        " | 财库〔2012〕39号〔推定〕"
    ]


def voided(rehearsal) -> e.WindowVoided:
    """The lead officer voids the window, to be bid again in the afternoon."""
    again = BiddingWindow.model_validate({"open": "14:00:00", "close": "14:40:00"})
    about = {"at": rehearsal.day.now, "seat": days.LEAD, "window": "W1"}
    return e.WindowVoided(**about, reason="系统故障", again=True, times=again)


def test_a_window_that_is_bid_again_costs_its_objective_and_both_attempts_are_told():
    whole = looked_back(steady(), {"window_closed": voided})
    assert [o.text.in_chinese() for o in whole.objectives if not o.met] == ["没有场次作废重来"]
    assert [line for line in told(part(whole, "deadlines")) if "发标" in line] == [
        "✔ 开始之前发标 | W1 | 06-10 10:30:00 | 06-10 08:40:30 | 早 1 小时 49 分 | 演练室办事顺序〔推定〕",
        "✔ 开始之前发标 | W1/2 | 06-10 14:00:00 | 06-10 11:11:31 | 早 2 小时 48 分 | 演练室办事顺序〔推定〕",
    ]


def test_a_window_voided_as_the_right_way_out_of_an_incident_costs_nothing():
    struck = {
        "window_opened": lambda rehearsal: befallen(
            rehearsal,
            "system-down",
            place="W1",
            answers=[{"id": each.id, "words": each.words} for each in CATALOGUE["system-down"].responses],
            answered_by=["lead-officer"],
        ),
        "window_closed": voided,
    }
    whole = looked_back(steady(), struck)
    assert (whole.score, [o.text.in_chinese() for o in whole.objectives if not o.met]) == (100, [])


def test_the_sign_off_clock_stands_beside_a_comparison_from_abroad_which_is_no_rule():
    section = part(quiet(), "sign-off")
    assert section.remark == "境外有的市场截标后约两分钟公布，仅作对照，不是规则。"
    assert told(section) == [
        "W1 | 截标 | 11:10:01 | ",
        "W1 | 系统给出结果 | 11:10:04 | 3 秒",
        "W1 | 复算一致，出标 | 11:10:34 | 33 秒",
        "W1 | 确认中标 | 11:11:04 | 1 分 3 秒",
        "W1 | 复核中标 | 11:11:34 | 1 分 33 秒",
        "W1 | 结果签字 发行人员负责人 许正言 | 11:12:04 | 2 分 3 秒",
        "W1 | 结果签字 监督员 何平 | 11:12:04 | 2 分 3 秒",
        "W1 | （对照）境外公布结果 | 11:12:01 | 2 分 0 秒",
    ]


def test_the_register_says_who_was_waited_for_how_long_and_by_whom():
    assert told(part(quiet(), "waiting")) == [
        "承销团成员 | 1 | 11 分 24 秒 | 托管截止 W1，自 11:12:04 起 11 分 24 秒 | 支持部门人员 罗一鸣 11 分 24 秒",
        "支持部门人员 罗一鸣 | 17 | 8 分 30 秒 | 登记人员，自 08:30:30 起 30 秒"
        " | 监督员 何平 7 分 0 秒、经办人 陈岚 1 分 0 秒",
        "经办人 陈岚 | 7 | 3 分 30 秒 | 录入标书 2605101，自 08:38:30 起 30 秒"
        " | 复核人 周默 1 分 30 秒、支持部门人员 罗一鸣 30 秒",
        "复核人 周默 | 3 | 1 分 30 秒 | 复核标书 2605101，自 08:39:00 起 30 秒"
        " | 经办人 陈岚 30 秒、发行人员负责人 许正言 30 秒、监督员 何平 30 秒",
        "监督员 何平 | 2 | 1 分 0 秒 | 检查并会签现场，自 08:37:30 起 30 秒"
        " | 发行人员负责人 许正言 30 秒、承销团成员 30 秒",
        "发行人员负责人 许正言 | 2 | 1 分 0 秒 | 现场封闭，自 08:38:00 起 30 秒 | 经办人 陈岚 30 秒",
        "发行系统 | 1 | 3 秒 | 系统给出结果 W1，自 11:10:01 起 3 秒 | 经办人 陈岚 3 秒",
    ]


def test_a_checker_who_takes_an_hour_is_waited_for_an_hour():
    late = {(days.CHECKER, "award_checked"): lambda event: event.model_copy(update={"at": event.at.replace(hour=12)})}
    lines = told(part(looked_back(steady(), changes=late), "waits"))
    assert lines[0] == "复核中标 | W1 | 复核人 周默 | 11:11:04 | 12:11:34 | 1 小时 0 分"


def test_the_instructors_notes_stand_at_their_moments_with_what_had_just_happened():
    note = {"notices_sent": lambda r: e.NoteTaken(at=r.day.now, seat=INSTRUCTOR, text="复核人没有看发行文件")}
    assert told(part(looked_back(steady(), note), "notes")) == [
        "06-10 08:40:30 复核人没有看发行文件",
        "  此前：08:40:30 经办人 陈岚 发标 W1",
    ]


def test_a_branch_says_which_journal_was_left_and_where():
    left = {"left_journal": "journal.db", "left_count": 61, "left_head": "a" * 64}
    branch = {"site_sealed": lambda r: e.DayBranched(at=r.day.now, seat=INSTRUCTOR, **left)}
    assert told(part(looked_back(steady(), branch), "branches")) == [
        "06-10 08:38:30 离开日志 journal.db 的第 61 行，从此另走一路",
        "  离开处的散列值 aaaaaaaaaaaaaaaa",
    ]


def test_an_objection_stands_under_the_head_of_people_with_its_answer():
    raised = {
        "site_sealed": lambda r: e.ObjectionRaised(at=r.day.now, seat=days.SUPERVISOR, reason="登记簿少一人"),
    }
    under = part(looked_back(steady(), raised), "heads").rows[0].under
    assert under[2] == "✔ 08:38:30 监督员异议“登记簿少一人”：现场核实后了结"


def test_what_the_site_refused_is_cited_and_not_counted_as_let_through():
    early = {"site_sealed": lambda r: e.NoticesSent(at=r.day.now, seat=days.OPERATOR, window="W1")}
    whole = looked_back(steady(), early)
    refused = part(whole, "refused")
    assert (refused.remark, refused.rows[0].cells) == ("都由现场当场拦下。", ("08:38:30 经办人 陈岚：发标",))
    assert refused.rows[0].under[0].startswith("2605101 的标书尚未经双人核对一致（财库〔2018〕61号")
    assert unchecked_section(whole.story).rows == ()


def test_every_table_has_as_many_cells_as_columns_and_every_list_one():
    for section in sections(phone("overlook")):
        assert {len(row.cells) for row in section.rows} <= {len(section.columns) or 1}


def test_markdown_holds_every_section_in_order():
    whole = phone("overlook")
    headings = [line.removeprefix("## ") for line in markdown(whole).splitlines() if line.startswith("## ")]
    assert headings == [section.heading for section in sections(whole)]
