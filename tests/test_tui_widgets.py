"""The widgets of the room, fed with a day as it was played: whole lines, true steps, words and not colour alone."""

import re
import time
import unicodedata
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from screens import assert_whole, screen_lines
from textual.app import App, ComposeResult
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Digits, Input, Static

from auction.day import WindowPhase
from auction.journal import MemoryJournal
from auction.language import LANGUAGES, speak
from auction.seat import view
from sim.rehearsal import Rehearsal
from sim.scenario import read_scenario
from tui.compositor import install
from tui.svg import fixed_svg
from tui.widgets.alerts import Alerts
from tui.widgets.awards import Awards, MemberTotals
from tui.widgets.axis import level, ticks, upright
from tui.widgets.bidders import Bidders
from tui.widgets.board import Board
from tui.widgets.countdown import Countdown
from tui.widgets.curve import DemandCurve
from tui.widgets.figures import Figures
from tui.widgets.ladder import Ladder
from tui.widgets.listtable import ListTable
from tui.widgets.phasebar import PhaseBar
from tui.widgets.seen import rungs, window_that_matters

SIZES = [(80, 24), (120, 40), (200, 60)]
MOMENTS = ("site sealed", "open", "closed", "confirmed", "over")
CHINESE = re.compile(r"[\u3400-\u9fff]")
LEAD = "lead-officer:许正言"
MEMBER = "演练银行丙"
REFUSAL = {
    "at": "2026-06-10T10:41:07",
    "seat": f"underwriter:{MEMBER}",
    "action": "bid_received",
    "breaches": [
        {"rule": "bid.range", "message": "标位 2.30 不在区间 1.80 至 2.02 之内", "severity": "breach"},
        {"rule": "bid.share", "message": "鼓励分散投标", "severity": "warning"},
    ],
}

Seen = dict[str, Any]


@cache
def played(scenario: str) -> tuple[Any, ...]:
    """Five moments of a day that comes with the program, as the state has them."""
    rehearsal = Rehearsal(read_scenario(Path(scenario)), MemoryJournal(), 3)
    states = [rehearsal.day for _ in rehearsal.run()]

    def first(*phases: WindowPhase) -> Any:
        return next(day for day in states if next(iter(day.windows.values())).phase in phases)

    site = next(day for day in states if day.shielding)
    bidding = [day for day in states if day.windows["W1"].phase is WindowPhase.OPEN]
    return (
        site,
        bidding[len(bidding) // 2],
        first(WindowPhase.CLOSED),
        first(WindowPhase.CONFIRMED),
        states[-1],
    )


def seen_at(moment: str, seat: str = LEAD, scenario: str = "first-tender") -> Seen:
    """What a seat sees at one of the moments, in the language in force."""
    return view(played(scenario)[MOMENTS.index(moment)], seat)


def issue_at(moment: str, seat: str = LEAD, scenario: str = "first-tender") -> Seen:
    return seen_at(moment, seat, scenario)["windows"][0]["issues"][0]


class Stage(App[None]):
    """One widget and nothing else."""

    def __init__(self, widget: Widget) -> None:
        install()
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


class Room(Stage):
    """The board as a seat sees it."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(Board())
        self.seen = seen

    def on_mount(self) -> None:
        self.query_one(Board).show(self.seen, datetime.fromisoformat(self.seen["now"]))


async def lines_of(widget: Widget, size: tuple[int, int], *shown: Any) -> list[str]:
    """The lines of a widget alone, once shown what it shows, without the spaces at their ends."""
    app = Stage(widget)
    async with app.run_test(size=size) as pilot:
        widget.show(*shown)
        await pilot.pause()
        lines = screen_lines(app)
        assert_whole(lines, size[0])
        return [line.rstrip() for line in lines if line.strip()]


def result(**changes: Any) -> Seen:
    """An issue with a result made by hand."""
    bids = [
        {"line": 1, "member": "甲行", "level": "1.80", "amount": "2.0", "awarded": "2.0", "status": "won"},
        {"line": 2, "member": "乙行", "level": "1.82", "amount": "6.0", "awarded": "3.0", "status": "partly won"},
        {"line": 3, "member": "丙行", "level": "1.84", "amount": "2.0", "awarded": "0.0", "status": "lost"},
        {"line": 4, "member": "丁行", "level": "9.99", "amount": "9.0", "awarded": "0.0", "status": "rejected"},
    ]
    reason = {"reasons": [{"rule": "r", "citation": "c", "message": "m"}], "time": "10:31:00", "pays": None}
    members = [{"member": "甲行", "awarded": "2.0", "cost": "200000000.00"}]
    whole = {
        "object": "rate",
        "offered": "5.0",
        "issued": "5.0",
        "cover": "2.00",
        "cutoff": "1.82",
        "coupon": "1.82",
        "weighted_average": "1.812",
        "marginal_cover": "2.00",
        "short": False,
        "bids": [{**bid, **reason} for bid in bids],
        "members": members,
        **changes,
    }
    return {
        "documents": {"bond": "2605101", "name": "一期"},
        "sheet": {"range": {"low": "1.80", "high": "1.84"}},
        "result": whole,
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("seat", [LEAD, f"underwriter:{MEMBER}"])
async def test_every_line_of_the_board_is_as_wide_as_the_screen(size, language, moment, seat):
    speak(language)
    app = Room({**seen_at(moment, seat), "refusals": [REFUSAL]})
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert_whole(screen_lines(app), size[0])
        app.query_one(Board).scroll_end(animate=False)
        await pilot.pause()
        assert_whole(screen_lines(app), size[0])


@pytest.mark.parametrize("size", [(40, 10), (57, 19)])
async def test_a_small_and_a_resized_board_loses_no_line(size):
    app = Room(seen_at("confirmed"))
    async with app.run_test(size=(120, 40)) as pilot:
        for columns, rows in (size, (120, 40)):
            await pilot.resize_terminal(columns, rows)
            await pilot.pause()
            assert_whole(screen_lines(app), columns)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_the_board_speaks_english_but_for_what_the_day_itself_names(moment):
    speak("en")
    seen = seen_at(moment)
    issue = seen["windows"][0]["issues"][0]
    bids = issue.get("result", {}).get("bids", [])
    cited = [reason["citation"] for bid in bids for reason in bid["reasons"]]
    names = set("".join([issue["documents"]["name"], *cited, *(bid["member"] for bid in bids)]))
    app = Room(seen)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        assert set(CHINESE.findall("".join(screen_lines(app)))) <= names


@pytest.mark.parametrize("theme", BUILTIN_THEMES)
async def test_the_board_is_drawn_in_every_theme(theme):
    app = Room(seen_at("confirmed"))
    app.theme = theme
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert any("[已确认]" in line for line in screen_lines(app))


async def test_before_the_close_the_board_shows_the_clock_and_nothing_of_the_book():
    app = Room(seen_at("open"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = {type(widget) for widget in app.query("Board *") if widget.is_on_screen}
        assert shown & {Countdown, Bidders, DemandCurve, Ladder, Awards, Figures} == {Countdown, Bidders}


async def test_a_member_sees_the_figures_and_its_own_bids_once_the_result_is_signed():
    app = Room(seen_at("over", f"underwriter:{MEMBER}"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = {type(widget) for widget in app.query("Board *") if widget.is_on_screen}
        assert shown & {DemandCurve, Ladder, MemberTotals, Awards, Figures} == {Awards, Figures}
        table = app.query_one(Awards).query_one(ListTable)
        members = {table.get_row_at(row)[1].plain for row in range(table.row_count)}
        assert members == {MEMBER}


async def test_the_phase_bar_ticks_what_is_done_and_brackets_what_is_on():
    assert await lines_of(PhaseBar(), (80, 2), seen_at("open"), "W1") == [
        " 当日  ✔待封闭 › [现场封闭] › 解除封闭 › 已公告 › 已结算 › 已上市",
        " W1    ✔准备 › ✔已发标 › [投标中] › 已截标 › 已出标 › 已确认 › 已签字 › +1",
    ]


async def test_a_narrow_phase_bar_keeps_what_is_nearest_and_counts_the_rest():
    assert await lines_of(PhaseBar(), (46, 2), seen_at("confirmed"), "W1") == [
        " 当日  ✔待封闭 › [现场封闭] › 解除封闭 › +3",
        " W1    ✔4 › ✔已出标 › [已确认] › 已签字 › +1",
    ]
    assert await lines_of(PhaseBar(), (22, 2), seen_at("confirmed"), "W1") == [
        " 当日  [现场封闭] 2/6",
        " W1    [已确认] 6/8",
    ]


@pytest.mark.parametrize(
    ("phase", "clock", "digits", "words"),
    [
        (WindowPhase.SENT, "10:29:00", "00:01:00", "W1 距开始投标（10:30:00）：最后一分钟"),
        (WindowPhase.PREPARED, "08:30:00", "02:00:00", "W1 距开始投标（10:30:00）"),
        (WindowPhase.PREPARED, "10:30:01", "00:00:00", "W1 已到投标时间（10:30:00），尚未开始"),
        (WindowPhase.OPEN, "10:30:00.5", "00:40:00", "W1 距截标（11:10:00）"),
        (WindowPhase.CLOSED, "11:10:00", "", "W1 已于 11:10:00 截标"),
        (WindowPhase.CANCELLED, "11:10:00", "", "W1 已取消"),
    ],
)
async def test_the_countdown_says_how_long_and_to_what(phase, clock, digits, words):
    now, opens, closes = (datetime.fromisoformat(f"2026-06-10T{at}") for at in (clock, "10:30:00", "11:10:00"))
    app = Stage(Countdown())
    async with app.run_test() as pilot:
        app.query_one(Countdown).show(now, opens, closes, phase, "W1")
        await pilot.pause()
        assert (app.query_one(Digits).value, app.query_one(Digits).display) == (digits, bool(digits))
        assert words in "".join(screen_lines(app))


async def test_the_number_of_bidders_wears_the_mark_of_an_assumption():
    window = {"issues": [{"documents": {"bond": "2605101"}, "members_bid": 6}]}
    (line,) = await lines_of(Bidders(), (70, 3), window, 24)
    assert line == " 2605101  已有 6 / 24 家投标〔推定〕  " + "⣿" * 6 + "⣀" * 18
    assert await lines_of(Bidders(), (40, 3), window, 24) == [" 2605101  已有 6 / 24 家投标〔推定〕"]


async def test_what_happened_stands_newest_first_with_its_weight_in_words():
    done = {"at": "2026-06-10T10:50:00", "seat": "lead-officer:许正言", "kind": "window_voided", "about": "W1"}
    assert await lines_of(Alerts(), (100, 6), [REFUSAL], [done]) == [
        "   10:50:00 发行人员负责人 许正言：本场作废 W1",
        f" ✘ 拒绝 10:41:07 承销团成员 {MEMBER}：投标被拒，标位 2.30 不在区间 1.80 至 2.02 之内",
        f" ! 提醒 10:41:07 承销团成员 {MEMBER}：投标被拒，鼓励分散投标",
    ]
    assert await lines_of(Alerts(), (40, 3), []) == [" 还没有发生什么"]


def test_the_rungs_climb_from_the_best_level_and_leave_out_what_is_invalid():
    climbed = [(str(rung.level), rung.bids, rung.amount, rung.cumulative, rung.awarded) for rung in rungs(result())]
    assert climbed == [
        ("1.80", 1, 20000, 20000, 20000),
        ("1.82", 1, 60000, 80000, 30000),
        ("1.84", 1, 20000, 100000, 0),
    ]
    assert [str(rung.level) for rung in rungs(result(object="price"))] == ["1.84", "1.82", "1.80"]


async def test_the_demand_curve_is_drawn_in_true_steps_with_its_marks_in_words():
    assert await lines_of(DemandCurve(), (70, 12), result()) == [
        "          ⣉⣉ 累计投标 10.0 亿元   ⡇⡇ 计划发行 5.0 亿元",
        "上限 1.84 ⢸⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁⠅⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⠁ ⢹⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉",
        "          ⢸                             ⠅                ⢸",
        "          ⢸                             ⠅                ⢸",
        "          ⢸                             ⠅                ⢸",
        "边际 1.82 ⢸⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⢤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠥⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠼⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄",
        "          ⢸           ⢸                 ⠅",
        "          ⢸           ⢸                 ⠅",
        "          ⢸           ⢸                 ⠅",
        "下限 1.80 ⢸⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀⠅⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀",
        "           ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉",
        "           0                        计划 5.0                      亿元",
    ]


ENDS_OF_SCROLL_BARS = set("▁▂▃▄▅▆▇")
"""Not ours: they are drawn by Textual, and pass through tui.plain on such a terminal."""


async def test_on_a_terminal_of_ambiguous_width_nothing_of_ambiguous_width_is_drawn():
    for moment in ("open", "confirmed"):
        app = Room({**seen_at(moment), "refusals": [REFUSAL]})
        async with app.run_test(size=(220, 70)) as pilot:
            app.add_class("-ascii")
            app.query_one(Board).show(app.seen, datetime.fromisoformat(app.seen["now"]))
            await pilot.pause()
            text = "".join(screen_lines(app))
            ambiguous = {sign for sign in text if unicodedata.east_asian_width(sign) == "A"}
            assert ambiguous - ENDS_OF_SCROLL_BARS == set()


async def test_without_braille_the_curve_keeps_its_steps():
    app = Stage(DemandCurve())
    async with app.run_test(size=(50, 12)) as pilot:
        app.add_class("-ascii")
        app.query_one(DemandCurve).show(result())
        await pilot.pause()
        assert [line.rstrip() for line in screen_lines(app)] == [
            "          ## 累计投标 10.0 亿元",
            "上限 1.84 |. . . . . . . . . .:. . . . . +++++++++",
            "          |                   :          +",
            "          |                   :          +",
            "          |                   :          +",
            "边际 1.82 |-------#############+++++++++++--------",
            "          |       #           :",
            "          |       #           :",
            "          |       #           :",
            "下限 1.80 |########. . . . . .:. . . . . . . . . .",
            "           ---------------------------------------",
            "           0              计划 5.0            亿元",
        ]


async def test_a_curve_without_bids_without_a_result_or_without_room_says_so():
    nothing = result(bids=[], cutoff=None, coupon=None, short=True)
    assert await lines_of(DemandCurve(), (40, 10), nothing) == ["没有可画的投标"]
    assert await lines_of(DemandCurve(), (60, 10), issue_at("open")) == ["截标并出标后，这里画出投标曲线"]
    assert await lines_of(DemandCurve(), (20, 10), result()) == ["放大窗口可见投标曲线"]


async def test_a_large_curve_is_drawn_in_less_than_five_milliseconds():
    app = Stage(DemandCurve())
    async with app.run_test(size=(150, 26)) as pilot:
        curve = app.query_one(DemandCurve)
        curve.show(issue_at("confirmed"))
        await pilot.pause()

        def took() -> float:
            began = time.perf_counter()
            curve.render()
            return time.perf_counter() - began

        assert min(took() for _ in range(20)) < 0.005


def test_ticks_are_round_and_labels_leave_each_other_room():
    assert [str(tick) for tick in ticks(*map(Decimal, ("1.803", "1.88")), 5)] == ["1.82", "1.84", "1.86", "1.88"]
    assert upright([(3, "边际"), (3, "上限")], [(4, "1.8"), (5, "1.9")]) == {3: "边际", 5: "1.9"}
    assert level([(5, "计划 30"), (6, "30"), (0, "0"), (19, "亿元")], 20) == "0 计划 30       亿元"


async def test_the_ladder_marks_the_cut_off_in_words():
    assert await lines_of(Ladder(), (70, 6), result()) == [
        "        标位  笔数  投标量  累计  中标量  中标比例",
        "        1.80     1     2.0   2.0     2.0    100.0%",
        " ►边际  1.82     1     6.0   8.0     3.0     50.0%",
        "        1.84     1     2.0  10.0     0.0      0.0%",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "✔ 招满"),
        ({"short": True, "issued": "4.0"}, "! 未招满"),
        ({"cutoff": None, "coupon": None, "cover": None, "short": True, "bids": []}, "✘ 流标"),
    ],
)
async def test_the_figures_say_in_words_whether_the_issue_was_filled(changes, words):
    title, *_rest = await lines_of(Figures(), (120, 4), result(**changes))
    assert title == f" 2605101  一期  {words}"


async def test_the_figures_name_a_coupon_or_a_price_and_break_where_the_width_asks():
    rate = await lines_of(Figures(), (120, 4), result())
    assert rate[1:] == [
        " 票面利率    边际中标标位    实际发行 / 计划发行    投标倍数    边际倍数    加权平均中标标位",
        " 1.82 %      1.82 %          5.0 / 5.0 亿元         2.00        2.00        1.812 %",
    ]
    whole = result(price="100.25", object="price")
    del whole["result"]["coupon"]
    priced = await lines_of(Figures(), (40, 8), whole)
    assert priced[1:] == [
        " 发行价格     边际中标标位",
        " 100.25 元    1.82 元",
        " 实际发行 / 计划发行    投标倍数",
        " 5.0 / 5.0 亿元         2.00",
        " 边际倍数    加权平均中标标位",
        " 2.00        1.812 元",
    ]


async def test_a_list_is_walked_with_j_k_g_and_G():
    app = Stage(Awards())
    async with app.run_test(size=(100, 20)) as pilot:
        app.query_one(Awards).show(issue_at("confirmed"))
        table = app.query_one(ListTable)
        table.focus()
        places = []
        for key in ("j", "j", "k", "G", "g"):
            await pilot.press(key)
            places.append(table.cursor_row)
        assert places == [1, 2, 1, table.row_count - 1, 0]


async def test_a_filter_is_typed_live_kept_by_enter_and_cleared_by_escape():
    app = Stage(Awards())
    async with app.run_test(size=(100, 20)) as pilot:
        app.query_one(Awards).show(issue_at("confirmed"), MEMBER)
        table = app.query_one(ListTable)
        whole = table.row_count
        table.focus()
        await pilot.press("slash", *MEMBER)
        assert isinstance(app.focused, Input)
        assert {table.get_row_at(row)[1].plain for row in range(table.row_count)} == {MEMBER}
        assert {table.get_row_at(row)[0].plain for row in range(table.row_count)} == {"►"}
        await pilot.press("enter")
        assert (app.focused, 0 < table.row_count < whole) == (table, True)
        await pilot.press("escape")
        assert (app.focused, table.row_count) == (table, whole)
        await pilot.press("slash")
        app.query_one(Input).value = "１．８２"
        await pilot.pause()
        assert {table.get_row_at(row)[2].plain for row in range(table.row_count)} == {"1.82"}


async def test_the_reason_of_the_chosen_bid_stands_in_full_below():
    app = Stage(Awards())
    async with app.run_test(size=(100, 20)) as pilot:
        app.query_one(Awards).show(issue_at("confirmed"))
        app.query_one(ListTable).focus()
        await pilot.press("G")
        assert "差于边际中标标位 1.83，未中标（各省招标发行规则" in str(
            app.query_one(Awards).query_one(Static).render()
        )


async def test_rows_change_in_place_and_the_cursor_stays():
    app = Stage(Awards())
    async with app.run_test(size=(100, 20)) as pilot:
        awards, table = app.query_one(Awards), app.query_one(ListTable)
        awards.show(result())
        table.focus()
        await pilot.press("j", "j")
        changed = result()
        changed["result"]["bids"][2]["awarded"] = "0.5"
        awards.show(changed)
        await pilot.pause()
        assert (table.cursor_row, table.get_row_at(2)[4].plain, table.get_row_at(1)[4].plain) == (2, "0.5", "3.0")


async def test_a_table_shown_again_speaks_the_language_of_the_moment():
    app = Stage(Ladder())
    async with app.run_test(size=(100, 20)):
        ladder = app.query_one(Ladder)
        ladder.show(result())
        speak("en")
        ladder.show(result())
        assert not any(CHINESE.search(column.label.plain) for column in ladder.ordered_columns)


async def test_the_members_stand_by_what_they_take():
    assert await lines_of(MemberTotals(), (80, 4), result(), "甲行") == [
        "    机构  投标量  中标量  占发行额    应缴款（元）",
        " ►  甲行     2.0     2.0     40.0%  200,000,000.00",
    ]


async def test_i_shows_every_issue_in_turn_and_then_what_matters_next():
    app = Room(seen_at("over", scenario="two-windows"))
    async with app.run_test(size=(120, 40)) as pilot:
        titles = []
        for _ in range(len([issue for window in app.seen["windows"] for issue in window["issues"]]) + 1):
            app.query_one(Ladder).focus()
            await pilot.press("i")
            titles.append(screen_lines(app)[3].split()[0])
        bonds = [issue["documents"]["bond"] for window in app.seen["windows"] for issue in window["issues"]]
        assert titles[:-1] == bonds


def test_the_open_window_matters_most_then_the_next_then_the_last():
    def seen(*phases: str) -> Seen:
        return {"windows": [{"id": f"W{n}", "phase": phase, "close": f"1{n}:00"} for n, phase in enumerate(phases)]}

    assert window_that_matters(seen("PREPARED", "OPEN", "SENT")) == "W1"
    assert window_that_matters(seen("CLOSED", "PREPARED", "PREPARED")) == "W1"
    assert window_that_matters(seen("SIGNED", "CANCELLED")) == "W1"


async def test_a_screenshot_gives_each_wide_sign_two_cells():
    app = Stage(Static("甲a乙", markup=False))
    async with app.run_test(size=(20, 3)):
        svg = fixed_svg(app.export_screenshot())
    places = [(float(x), sign) for x, sign in re.findall(r'<tspan x="([\d.]+)"[^>]*>([^<]+)</tspan>', svg)]
    cell = 12.2
    assert [(round((x + (11 if sign != "a" else 0)) / cell, 1), sign) for x, sign in places] == [
        (1.0, "甲"),
        (2.0, "a"),
        (4.0, "乙"),
    ]
    assert "textLength" not in svg and "Noto Sans Mono CJK SC" in svg
