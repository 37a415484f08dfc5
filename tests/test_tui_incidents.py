"""What goes wrong, as the people on the site meet it: alerts, answers, emergency forms, extension, correction."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from people import BANK, BOND, CHECKER, LEAD, OPERATOR, STAFF, SUPERVISOR, Person, person_in_room
from screens import assert_whole, cut_off, drawn_from, screen_lines, stray_words
from test_player import act
from textual.app import App
from textual.widgets import OptionList

from auction import events as e
from auction.commands.trouble import announced_as_signed
from auction.day import WindowPhase
from auction.language import LANGUAGES, say, speak
from auction.plan import Role
from auction.testkey import electronic_test_key
from sim.branching import INSTRUCTOR
from tui.forms import Todo
from tui.opening import Opening, open_player
from tui.player import Player, Speed
from tui.screens.ask import ChoiceModal, FormModal
from tui.todo import todos
from tui.widgets.alerts import Alerts
from tui.widgets.signoffclock import SignOffClock

SIZES = ((80, 24), (120, 40), (200, 60))
FAST = {("en", (80, 24)), ("zh_CN", (120, 40))}
SCREENS = [
    pytest.param(language, size, marks=() if (language, size) in FAST else pytest.mark.soak)
    for language in LANGUAGES
    for size in SIZES
]
STEPS = [{"level": "1.85", "amount": "3"}, {"level": "1.88", "amount": "2.1"}]
TYPED = {"level1": "1.85", "amount1": "3", "level2": "1.88", "amount2": "2.1"}


def opened(folder: Path, *people: str) -> Player:
    """The first scenario with those people seated."""
    return open_player(Opening(Path("first-tender"), None, folder, 1, frozenset(people)))


def until(player: Player, kind: str) -> None:
    """Let scripts act, and people where it is their turn, until something of that kind has happened."""
    while all(event.kind != kind for event in player._happened):
        if not player.step():
            act(player, player.turn() or "")


def goes_wrong(player: Player, **facts: object) -> e.IncidentOccurred:
    """Let something go wrong that the supervisor sees and answers, unless told otherwise."""
    known: dict[str, object] = {
        "incident": "phone-found",
        "subject": "陈岚",
        "symptom": say("{who} 身上响起了手机铃声", who="陈岚"),
        "seen_by": (Role.SUPERVISOR, Role.LEAD_OFFICER),
        "answered_by": (Role.SUPERVISOR,),
        "answers": tuple(e.Answer(id=name, words=say("{name}", name=words)) for name, words in ANSWERS.items()),
    }
    struck = e.IncidentOccurred.model_validate({"at": player.now, "seat": INSTRUCTOR, **known, **facts})
    done = player._perform(struck)
    assert done.refused == ()
    return struck


ANSWERS = {"locker": "收缴入柜", "silence": "调成静音", "overlook": "当作没听见"}


def done_by(player: Player, kind: str) -> dict[str, object]:
    """The last event of a kind."""
    return next(event for event in reversed(player._happened) if event.kind == kind).model_dump(mode="json")


def due(player: Player, seat: str) -> list[str]:
    """The kinds of thing that are marked as due on a seat's desk."""
    return [todo.kind for todo in todos(player.view(seat)) if todo.due]


def things(player: Player, seat: str, kind: str) -> list[Todo]:
    """The things of a kind on a seat's desk."""
    return [todo for todo in todos(player.view(seat)) if todo.kind == kind]


def on_desk(person: Person) -> str:
    """The page on the desk."""
    return drawn_from(person.room.query_one("#about Static"))


def alerts(person: Person) -> str:
    """What the record of the site shows."""
    return str(person.room.query_one(Alerts)._shown)


async def to_thing(person: Person, words: str) -> None:
    """Stand on the thing on the desk that has these words."""
    await person.pick(words)
    await person.press("escape")


async def test_whoever_is_in_charge_is_told_chooses_an_answer_and_it_is_recorded(tmp_path: Path):
    async with person_in_room(tmp_path, SUPERVISOR, OPERATOR) as person:
        player = person.player
        player.speed = Speed.PAUSED
        until(player, "site_sealed")
        goes_wrong(player)
        assert (due(player, SUPERVISOR), player.turn()) == (["incident_answered"], SUPERVISOR)
        person.room.sit(SUPERVISOR)
        await person.look()
        assert "! 提醒" in alerts(person) and "突发情况：陈岚 身上响起了手机铃声" in alerts(person)
        assert on_desk(person).splitlines()[0].endswith("陈岚 身上响起了手机铃声")
        await person.to_desk()
        await person.press("g", "enter")
        assert isinstance(person.app.screen, ChoiceModal)
        shown = [str(option.prompt) for option in person.app.screen.query_one(OptionList).options]
        assert sorted(shown) == sorted(ANSWERS.values())
        await person.press("g", *["j"] * shown.index("收缴入柜"), "enter")
        answered = done_by(player, "incident_answered")
        assert [answered[name] for name in ("seat", "number", "answer")] == [SUPERVISOR, 1, "locker"]
        assert things(player, SUPERVISOR, "incident_answered") == []
        await to_thing(person, "突发情况（1 项）")
        assert "处置：收缴入柜" in on_desk(person)


def test_who_does_not_see_it_is_told_nothing_and_who_only_sees_it_answers_nothing(tmp_path: Path):
    player = opened(tmp_path, SUPERVISOR, OPERATOR, LEAD)
    until(player, "site_sealed")
    goes_wrong(player)
    seen = {seat: len(player.view(seat)["incidents"]) for seat in STAFF}
    answered_by = {seat: len(things(player, seat, "incident_answered")) for seat in STAFF}
    assert {seat for seat, count in seen.items() if count} == {SUPERVISOR, LEAD}
    assert {seat for seat, count in answered_by.items() if count} == {SUPERVISOR}


def test_the_answers_stand_in_an_order_that_gives_nothing_away(tmp_path: Path):
    player = opened(tmp_path, SUPERVISOR)
    until(player, "site_sealed")
    firsts = set()
    for _time in range(12):
        goes_wrong(player)
        firsts.add(things(player, SUPERVISOR, "incident_answered")[-1].choices[0][0])
    assert firsts == set(ANSWERS)


def test_at_full_speed_the_clock_waits_for_the_answer_and_not_for_what_a_script_would_do_first(tmp_path: Path):
    player = opened(tmp_path, LEAD)
    until(player, "window_opened")
    where = {"incident": "system-down", "place": "W1", "subject": "", "holds": ("bid_received",)}
    answers = tuple(e.Answer(id=name, words=say("{name}", name=name)) for name in ("extend", "press-on"))
    lead = (Role.LEAD_OFFICER,)
    goes_wrong(player, **where, answered_by=lead, seen_by=lead, answers=answers)
    for _number in range(20):
        player.tick(0.1)
    assert (player.turn(), due(player, LEAD)) == (LEAD, ["incident_answered"])
    player.waive(LEAD)
    assert player.turn() is None


async def test_the_operator_sees_the_wrong_paper_beside_the_form_it_misleads(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        await person.on()
        paper = say("手头的参数表上，{bond} 的计划发行面值写着 300 亿元", bond=BOND)
        wrong = {"incident": "amount-times-ten", "subject": "", "place": BOND, "answers": (), "answered_by": ()}
        goes_wrong(person.player, symptom=paper, seen_by=(Role.OPERATOR,), **wrong)
        person.room.redraw()
        await person.pick("录入标书")
        assert isinstance(person.app.screen, FormModal)
        assert "! " in (beside := drawn_from(person.form.query_one(".beside Static"))) and str(paper) in beside


async def sent_by_form(person: Person, **changes: str) -> None:
    """The member sends its form."""
    person.room.sit(BANK)
    await person.pick("应急投标书")
    await person.fill_in(TYPED | {"seal_right": "true", "announced": "true"} | changes)


async def open_room(person: Person) -> Player:
    """The window is open, the clock stands."""
    person.player.speed = Speed.PAUSED
    until(person.player, "window_opened")
    return person.player


async def test_a_form_is_sent_by_the_member_seen_by_operator_and_supervisor_and_keyed(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, CHECKER, SUPERVISOR, BANK) as person:
        player = await open_room(person)
        await sent_by_form(person)
        got = done_by(player, "emergency_form_received")
        steps = [e.Step.model_validate(step) for step in STEPS]
        key = electronic_test_key(player.rehearsal.day.planned.journal, BANK.partition(":")[2], BOND, steps)
        assert (got["test_key"], got["seal_right"], got["announced"]) == (key, True, True)
        await to_thing(person, "应急投标书")
        assert "第 1 号：待处理" in on_desk(person)
        person.room.sit(CHECKER)
        assert [todo.kind for todo in todos(player.view(CHECKER)) if "应急" in str(todo.label)] == []
        person.room.sit(SUPERVISOR)
        await to_thing(person, "第 1 号应急投标书")
        pages = [on_desk(person)]
        person.room.sit(OPERATOR)
        assert due(player, OPERATOR) == ["emergency_bid_keyed", "emergency_form_set_aside"]
        await to_thing(person, "录入第 1 号应急投标书")
        pages.append(on_desk(person))
        for page in pages:
            assert [line for line in page.splitlines() if line.endswith(key)] == [
                f"  表上的密押  {key}", f"  应有的密押  {key}",
            ]
            assert all(words in page for words in ("1.85", "2.1", "✔ 印鉴与预留的相符", "✔ 已用录音电话告知"))
        await person.pick("录入第 1 号应急投标书")
        await person.fill_in(TYPED | {"amount2": "2.2"})
        assert isinstance(person.app.screen, FormModal)
        assert "与应急投标书不一致" in drawn_from(person.form.query_one("#wrong"))
        await person.press("escape")
        await person.pick("录入第 1 号应急投标书")
        await person.fill_in(TYPED)
        standing = player.rehearsal.day.windows["W1"].submissions[BOND][BANK.partition(":")[2]]
        assert standing.steps == tuple(steps)
        assert things(player, OPERATOR, "emergency_bid_keyed") == []


async def test_a_bad_form_is_set_aside_for_a_reason_and_both_ways_are_equally_due(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, SUPERVISOR, BANK) as person:
        player = await open_room(person)
        await sent_by_form(person, seal_right="false", announced="false")
        assert due(player, OPERATOR) == ["emergency_bid_keyed", "emergency_form_set_aside"]
        person.room.sit(OPERATOR)
        await person.pick("不予处理")
        page = drawn_from(person.form.query_one(".beside Static"))
        assert "✘ 印鉴与预留的不符" in page and "✘ 没有先用录音电话告知" in page
        await person.fill_in({"reason": "印鉴不符"})
        assert done_by(player, "emergency_form_set_aside")["reason"] == "印鉴不符"
        person.room.sit(BANK)
        await to_thing(person, "应急投标书")
        assert "第 1 号：不予处理：印鉴不符" in on_desk(person)


async def test_the_lead_officer_extends_the_window_for_a_reason_in_time(tmp_path: Path):
    async with person_in_room(tmp_path, LEAD) as person:
        player = await open_room(person)
        person.room.redraw()
        await person.pick("延长招标时间 W1")
        await person.fill_in({"until": "11:05", "reason": "发行系统故障"})
        assert isinstance(person.app.screen, FormModal)
        assert "不能从 11:10:00 延长到 11:05:00" in drawn_from(person.form.query_one("#wrong"))
        await person.press("escape")
        await person.pick("延长招标时间 W1")
        await person.fill_in({"until": "11:30", "reason": "发行系统故障"})
        assert player.rehearsal.day.plan.window("W1").close.isoformat() == "11:30:00"
        assert "11:30:00" in "".join(screen_lines(person.app))


async def test_an_announcement_with_a_wrong_digit_is_corrected_to_what_was_signed(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR) as person:
        player = person.player
        until(player, "site_released")
        right = announced_as_signed(player.rehearsal.day)[BOND]
        wrong = {"price": str(right.price), "issued": right.issued - 10000}
        assert player.propose(OPERATOR, "result_published", {"digests": {}, "announced": {BOND: wrong}}).refused == ()
        player.speed = Speed.PAUSED
        person.room.redraw()
        await to_thing(person, "更正公告")
        assert "✘ 公告与签字结果不一致" in on_desk(person)
        for issued, told in (("三十", "实际发行面值"), ("29.5", "更正后的数字与签字的结果不一致")):
            await person.pick("更正公告")
            await person.fill_in({"price": str(right.price), "issued": issued, "reason": "误录"})
            assert told in drawn_from(person.form.query_one("#wrong"))
            await person.press("escape")
        await person.pick("更正公告")
        await person.fill_in({"price": str(right.price), "issued": "30", "reason": "误录"})
        assert player.rehearsal.day.announced[BOND] == right
        await to_thing(person, "更正公告")
        assert "✔ 公告与签字结果一致" in on_desk(person)


async def test_after_the_close_the_board_counts_to_the_signatures_beside_the_comparison(tmp_path: Path):
    async with person_in_room(tmp_path, BANK) as person:
        player = await open_room(person)
        person.room.redraw()
        assert not person.room.query_one(SignOffClock).display
        until(player, "window_closed")
        player._now = player.rehearsal.day.now + timedelta(seconds=95)
        person.room.redraw()
        told = drawn_from(person.room.query_one(SignOffClock))
        assert told == "截标至今 1:35，尚未签完字  境外对照约 2 分钟（仅作对照）"
        closed = player.rehearsal.day.now
        while player.rehearsal.day.windows["W1"].phase is not WindowPhase.SIGNED:
            player.step()
        signed: datetime = player.rehearsal.day.now
        seconds = int((signed - closed).total_seconds())
        until(player, "custody_filed")
        person.room.redraw()
        told = drawn_from(person.room.query_one(SignOffClock))
        assert told.startswith(f"截标到签完字 {seconds // 60}:{seconds % 60:02}  ")


def faultless(app: App[object]) -> None:
    """The screen is whole, nothing on it is cut off, and all of it speaks one language."""
    assert_whole(screen_lines(app), app.size.width)
    assert cut_off(app) == []
    assert stray_words(app, Path.cwd()) == set()


@pytest.mark.parametrize(("language", "size"), SCREENS)
async def test_every_form_of_trouble_stands_whole_in_every_size_and_language(
    tmp_path: Path, language: str, size: tuple[int, int]
):
    speak(language)
    async with person_in_room(tmp_path, OPERATOR, LEAD, SUPERVISOR, BANK, size=size) as person:
        player = await open_room(person)
        person._look = faultless
        form = {"bond": BOND, "member": BANK.partition(":")[2], "steps": STEPS, "seal_right": False, "announced": True}
        assert player.propose(BANK, "emergency_form_received", form).refused == ()
        for seat in (OPERATOR, LEAD, SUPERVISOR, BANK):
            person.room.sit(seat)
            await person.look()
            kinds = [todo.kind for todo in todos(player.view(seat))]
            for place, kind in enumerate(kinds):
                await person.to_desk()
                await person.press("g", *["j"] * place)
                if kind.startswith(("emergency", "window_extended", "form_seen")):
                    await person.press("enter", "escape")
        aside = {"bond": BOND, "member": form["member"], "number": 1, "reason": "印鉴不符"}
        assert player.propose(OPERATOR, "emergency_form_set_aside", aside).refused == ()
        until(player, "result_recomputed")
        person.room.redraw()
        await person.look()
        await person.press("f3", "f3")
