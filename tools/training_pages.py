"""docs/training/: a page for the instructor of every training scenario, and an index of them all.

    python tools/training_pages.py            write docs/training/
    python tools/training_pages.py --check    exit 1 where docs/training/ is not what scenarios and catalogue say

What a page tells comes from the scenario, the catalogue of incidents, the rulebooks, and from the day itself, played
once by people who do everything right and once by people who do everything wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from auction.checks import marked
from auction.day import Phase
from auction.desk import rules_of
from auction.journal import MemoryJournal
from auction.language import SOURCE_LANGUAGE, speak
from auction.notice import print_tenor
from auction.plan import Issue, Plan
from auction.quantities import print_amount, print_rate
from auction.reopening import payment_day
from auction.wording import PHASE_NAMES, ROLE_NAMES, VALUE_NAMES, WINDOW_PHASE_NAMES
from sim.blocks import Between, ExpectedResult, PlannedIncident
from sim.debrief import debrief
from sim.debrief.looking import Handled
from sim.incidents import CATALOGUE
from sim.rehearsal import Rehearsal
from sim.scenario import Scenario, Staged, read_scenario, training_scenarios

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "training"
INDEX = "README.md"
FLAWLESS = {name: Decimal(0) for name in ("typing_error", "missed_difference", "wrong_answer", "unanswered")}
CARELESS = {**FLAWLESS, "missed_difference": Decimal(1), "wrong_answer": Decimal(1)}
SEED = 1
"""Of the day that is played for a page."""
LEVELS = ("", "一级：认路", "二级：一处出错", "三级：一类出错", "四级：要紧处出错", "五级：接连出错")
PHASES = {str(phase): name for names in (PHASE_NAMES, WINDOW_PHASE_NAMES) for phase, name in names.items()}
GENERATED = "本页由 `scenarios/training/` 与突发情况库生成（`make training-pages`），请勿手改。"
INTRODUCTION = f"""\
# 训练场景

{GENERATED}

按难度排列，从什么也不出错的第一天，到一天之内接连出错。每个场景一页，供教员使用：目的、时间表、
突发情况及其对错处置、依据的规则、复盘提问。学员先不要看。

- 演练：`kaibiao rehearse training/名字`；教员在演练室里可以另加突发情况、暂停、跳回。
- 无人值守：`kaibiao rehearse training/名字 --auto --out 文件夹`，随后 `kaibiao debrief 文件夹/journal.db`。
- 人名、机构、债券和曲线都是虚构的。
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """An incident as planned, as it befell, and how it was come through by the flawless and by the careless."""

    planned: PlannedIncident
    right: Handled
    wrong: Handled


def main() -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    due = pages()
    if parser.parse_args().check:
        return compared(due)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.md"):
        if file.name not in due:
            file.unlink()
    for name, text in due.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


def compared(due: dict[str, str]) -> int:
    """0 where the folder holds these pages and no others."""
    there = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*due, *there} if due.get(name) != there.get(name))
    for name in stale:
        print(f"docs/training/{name} 与场景或突发情况库不符：请运行 make training-pages", file=sys.stderr)
    return 1 if stale else 0


def pages() -> dict[str, str]:
    """Every page by its file name."""
    speak(SOURCE_LANGUAGE)
    staged = [read_scenario(file) for file in training_scenarios()]
    return {INDEX: index(staged), **{f"{one.scenario.name}.md": page(one) for one in staged}}


def index(staged: Sequence[Staged]) -> str:
    """The list of scenarios by level, and which incident is met where."""
    parts = [INTRODUCTION.rstrip()]
    for level in range(1, len(LEVELS)):
        rows = [_indexed(one.scenario) for one in staged if one.scenario.level == level]
        parts += [f"## {LEVELS[level]}", table(("场景", "练什么", "场次", "突发情况"), rows)]
    met = [
        (str(kind.name), "、".join(_link(one.scenario) for one in staged if kind.id in _kinds(one.scenario)) or "——")
        for kind in CATALOGUE.values()
    ]
    parts += ["## 哪种突发情况在哪里练", table(("突发情况", "场景"), met)]
    return "\n\n".join(parts) + "\n"


def _kinds(scenario: Scenario) -> list[str]:
    return [planned.kind for planned in scenario.incidents]


def _link(scenario: Scenario) -> str:
    return f"[{scenario.name}]({scenario.name}.md)"


def _indexed(scenario: Scenario) -> Sequence[str]:
    windows = scenario.plan.windows
    size = f"{len(windows)} 场 {len(scenario.plan.issues)} 期"
    befalls = "、".join(str(CATALOGUE[kind].name) for kind in _kinds(scenario)) or "没有"
    return f"{_link(scenario)} {scenario.title}", scenario.aim, size, befalls


def page(staged: Staged) -> str:
    """The page of one scenario."""
    scenario = staged.scenario
    questions = "\n".join(f"{number}. {asked}" for number, asked in enumerate(scenario.questions, start=1))
    parts = [
        f"# {scenario.title}",
        f"{LEVELS[scenario.level or 0]}。场景 `training/{scenario.name}`。{GENERATED}",
        f"## 目的\n\n{scenario.aim}。",
        "## 时间表",
        table(("时间", "做什么"), timetable(scenario)),
        "## 现场的人",
        table(("岗位", "姓名", "单位", "副手"), people(scenario.plan)),
        checking(scenario),
        "## 突发情况",
        *(befalls(number, trial, scenario.plan) for number, trial in enumerate(trials(staged), start=1)),
        *([] if scenario.incidents else ["没有。"]),
        f"## 复盘提问\n\n{questions}",
        "## 应有的结果",
        "\n".join(f"- {line}" for line in expected(scenario)),
    ]
    return "\n\n".join(parts) + "\n"


def timetable(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """The day by the clock."""
    plan, rules = scenario.plan, rules_of(scenario.plan)
    before = "登记、存放设备、屏蔽、录音电话测试，监督员会签，封闭；录入、核对、发标"
    yield f"{plan.date} {scenario.start:%H:%M}", before
    for window in plan.windows:
        issues = "；".join(_issue(issue) for issue in window.issues)
        yield f"{window.open:%H:%M} 至 {window.close:%H:%M}", f"{window.id}：{issues}"
    minutes = rules["custody.minutes"].value
    yield "截标之后", f"出标、复算、确认、签字；签字后 {minutes} 分钟内报债权托管申请书；解除封闭，公告"
    yield str(payment_day(plan.date, rules)), "缴款，结算"


def _issue(issue: Issue) -> str:
    facts = f"{print_tenor(issue.tenor)} 年，{print_amount(issue.offered)} 亿元，{VALUE_NAMES[issue.method.value]}"
    return f"{issue.bond} {issue.name}，{facts}，投{VALUE_NAMES[issue.object.value]}"


def people(plan: Plan) -> Iterator[Sequence[str]]:
    """Who is on the site, and who stands by for them."""
    for person in plan.roster:
        deputies = "、".join(other.name for other in plan.roster if other.deputy_for == person.name)
        if person.deputy_for is None:
            yield str(ROLE_NAMES[person.role]), person.name, person.organisation, deputies


def checking(scenario: Scenario) -> str:
    """How sheets are checked, and how many bid."""
    how = "复核人另行录入，不看经办人的" if scenario.checking == "blind" else "复核人看着经办人的录入核对"
    whose = "标书与发行文件只由人来比对，系统不拦" if scenario.by_eye else "标书与发行文件不符，系统不让发"
    return f"{how}；{whose}。承销团 {len(scenario.plan.members)} 家。"


def trials(staged: Staged) -> Iterator[Trial]:
    """Every planned incident, as both kinds of people come through it."""
    right, wrong = (played(staged, errors) for errors in (FLAWLESS, CARELESS))
    for number, planned in enumerate(staged.scenario.incidents):
        yield Trial(planned, right[number], wrong[number])


def played(staged: Staged, errors: dict[str, Decimal]) -> dict[int, Handled]:
    """The incidents of the day by their place in the scenario, as people who err like this come through them."""
    staff = staged.scenario.staff.model_copy(update=errors)
    peopled, log = replace(staged, scenario=staged.scenario.model_copy(update={"staff": staff})), MemoryJournal()
    for _event in Rehearsal(peopled, log, SEED).run():
        pass
    handled = debrief(log.rows()).story.handled
    return {one.incident.occurred.planned: one for one in handled if one.incident.occurred.planned is not None}


def befalls(number: int, trial: Trial, plan: Plan) -> str:
    """What the instructor must know of one incident."""
    occurred, kind = trial.right.incident.occurred, CATALOGUE[trial.planned.kind]
    seen = "、".join(str(ROLE_NAMES[role]) for role in dict.fromkeys(map(plan.acting, kind.seen_by)))
    lines = [f"### {number}. {kind.name}", "", f"- 何时：{moment(trial.planned)}"]
    about = "，".join(part for part in (occurred.place, occurred.subject) if part)
    lines += [f"- 落在：{about}"] if about else []
    drawn = f"（以种子 {SEED} 为例，别的种子另抽）" if kind.detail else ""
    lines += [f"- 现象：{occurred.symptom}{drawn}", f"- 看得见的人：{seen}"] if occurred.symptom else []
    if kind.answered_by:
        lines.append(f"- 由谁处置：{ROLE_NAMES[plan.acting(kind.answered_by[0])]}")
    offered = {answer.id for answer in occurred.answers}
    for response in kind.responses:
        if response.id in offered:
            lines.append(f"- {'对' if response.right else '错'}：{response.words}")
    if not kind.responses and trial.right.verdict and trial.wrong.verdict:
        lines += [f"- 对：{trial.right.verdict.how}", f"- 错：{trial.wrong.verdict.how}"]
    rules = {response.rule for response in kind.responses} | {trial.wrong.verdict.rule if trial.wrong.verdict else None}
    lines += [f"- 依据：{_cited(rule, plan)}" for rule in sorted(rule for rule in rules if rule)]
    lines += [f"- 后果：{kind.consequence}"] if kind.consequence else []
    lines += [f"- 要点：{kind.lesson}"] if kind.lesson else []
    return "\n".join(lines)


def moment(planned: PlannedIncident) -> str:
    """When it strikes, in words."""
    always = "" if planned.chance == 1 else f"，机会 {print_rate(planned.chance * 100)} %"
    if planned.at is not None:
        return f"{planned.at:%H:%M:%S}{always}"
    low, high = planned.after_s
    return f"“{PHASES[str(planned.phase)]}”开始后 {low} 至 {high} 秒{always}"


def _cited(rule: str, plan: Plan) -> str:
    known = rules_of(plan).get(rule)
    return f"{known.label}（{marked(known.citation, known.basis)}）" if known else f"演练室办事顺序 `{rule}`"


def expected(scenario: Scenario) -> Iterator[str]:
    """What the day comes to where nobody errs."""
    expect = scenario.expect
    yield f"终态“{PHASE_NAMES[Phase(expect.phase)]}”，得分不低于 {expect.least_score}"
    for bond, result in expect.results.items():
        yield f"{bond}：{'，'.join(_result(result))}"
    yield from (f"有成员的投标因“{_cited(rule, scenario.plan)}”被退回" for rule in expect.refused)


def _result(result: ExpectedResult) -> Iterator[str]:
    if result.failed is not None:
        yield "流标" if result.failed else "不流标"
    if result.short is not None:
        yield "未招满" if result.short else "招满"
    for name, between in (("投标倍数", result.cover), ("价格", result.price), ("实际发行（亿元）", result.issued)):
        yield from [f"{name} {_between(between)}"] if between else []


def _between(between: Between) -> str:
    low, high = print_rate(between.low), print_rate(between.high)
    return low if low == high else f"{low} 至 {high}"


def table(headings: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    escaped = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


if __name__ == "__main__":
    raise SystemExit(main())
