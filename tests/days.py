"""Small days for tests: four members, a window or two, played by scripts in memory as far as a test wants."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from auction import desk
from auction import events as e
from auction.canonical import canonical, digest
from auction.commands import decide
from auction.day import Head, IssuanceDay, WindowPhase
from auction.fold import apply
from auction.journal import MemoryJournal, Row
from auction.plan import Role
from auction.rulebook import Rulebook
from auction.signoff import KeyHolder, PrivateKey, Signature, signature_of
from sim.rehearsal import Rehearsal
from sim.scenario import Scenario, Staged, read_scenario

SEED = 71530462
"""Such that neither it nor the key of anybody comes up by chance."""

BOND = "2605101"
OPERATOR, CHECKER, LEAD = "operator:陈岚", "checker:周默", "lead-officer:许正言"
SUPERVISOR, TECHNICIAN, OBSERVER, SYSTEM = "supervisor:何平", "technician:罗一鸣", "observer:宋词", "system:system"
BANK, BROKER = "underwriter:银行甲", "underwriter:券商乙"

ROSTER = [
    {"name": "陈岚", "role": "operator", "organisation": "江苏省财政厅"},
    {"name": "周默", "role": "checker", "organisation": "江苏省财政厅"},
    {"name": "许正言", "role": "lead-officer", "organisation": "江苏省财政厅"},
    {"name": "何平", "role": "supervisor", "organisation": "江苏省审计厅", "sending_unit": "江苏省审计厅"},
    {"name": "罗一鸣", "role": "technician", "organisation": "演练支持部门"},
    {"name": "宋词", "role": "observer", "organisation": "江苏省人大", "sending_unit": "江苏省人大"},
]
BOOKRUNNER = "bookrunner:钱有度"
BOOK_BUILD_ROSTER = [
    {"name": "钱有度", "role": "bookrunner", "organisation": "券商乙"},
    *(person for person in ROSTER if person["role"] not in ("operator", "lead-officer")),
]
"""Who is on the site of a book-build."""
MEMBERS = {"银行甲": "lead-bank", "券商乙": "lead-broker", "银行丙": "bank", "券商丁": "broker"}
MANDATE = {"lead-bank": "60%", "lead-broker": "50%", "bank": "40%", "broker": "30%"}
ALL_SEATS = (OPERATOR, CHECKER, LEAD, SUPERVISOR, TECHNICIAN, OBSERVER, SYSTEM)
ALL_SEATS += tuple(f"underwriter:{name}" for name in MEMBERS)


def issue(bond: str = BOND, **fields: object) -> dict[str, object]:
    """The tree of a ten-year issue for 10 亿元."""
    known = {"name": f"演练债券{bond}", "type": "special", "tenor": "10", "offered": "10", "frequency": "2"}
    return {"bond": bond, **known, **fields}


def window(*issues: dict[str, object], id: str = "W1", open: str = "10:30:00", close: str = "11:10:00") -> dict:
    """The tree of a window."""
    return {"id": id, "open": open, "close": close, "issues": issues or (issue(),)}


def stage(
    *windows: dict,
    roster: list | None = None,
    underwriters: dict | None = None,
    planned: dict | None = None,
    **blocks: object,
) -> Staged:
    """A scenario on the curves that come with the program; `planned` is the plan's, `blocks` the scenario's own."""
    book_build = any(str(one.get("method", "")).endswith("underwriting") for each in windows for one in each["issues"])
    tree = {
        "name": "small-day",
        "title": "小场",
        "aim": "测试",
        "plan": {
            "issuer": "江苏",
            "date": "2026-06-10",
            "department": "江苏省财政厅",
            "venue": "银行间",
            "roster": roster or (BOOK_BUILD_ROSTER if book_build else ROSTER),
            "members": MEMBERS,
            "windows": windows or (window(),),
            **(planned or {}),
        },
        "curves": {"treasury": "curves/synthetic-treasury.csv"},
        "underwriters": {"mandate": MANDATE, **(underwriters or {})},
        **blocks,
    }
    return replace(shipped(), scenario=Scenario.model_validate(tree), digest=digest(canonical(tree)))


def busy() -> Staged:
    """Two windows, three issues, people who mistype, members who revise, stay away or forget the custody form."""
    first = window(issue(), issue("2605102", tenor="5", offered="6.5"))
    second = window(issue("2605103", tenor="7"), id="W2", open="14:00:00", close="14:40:00")
    staff = {"typing_error": "10%", "custody_missed": "30%"}
    return stage(first, second, underwriters={"revises": "50%", "absent": "10%"}, staff=staff, end="LISTED")


@cache
def shipped() -> Staged:
    """The first scenario that comes with the program."""
    return read_scenario(Path("first-tender"))


def begin(staged: Staged | None = None, seed: int = SEED, log: MemoryJournal | None = None) -> Rehearsal:
    """A rehearsal in memory."""
    return Rehearsal(staged or stage(), log or MemoryJournal(), seed)


def put_in_force(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let desks go by another rulebook, and none by what is remembered of the shipped one."""
    monkeypatch.setattr("auction.desk.rules_on", lambda issuer, day: rulebook.for_(issuer, day))
    for remembered in ("_in_force_on", "_desk_with", "_result_with"):
        monkeypatch.setattr(desk, remembered, getattr(desk, remembered).__wrapped__)


def copied(rows: Iterable[Row]) -> MemoryJournal:
    """A journal that holds those rows."""
    log = MemoryJournal()
    for row in rows:
        log.append(row.id, row.at, row.seat, row.kind, json.loads(row.body))
    return log


def play(rehearsal: Rehearsal, until: Callable[[IssuanceDay], bool] = lambda day: False) -> IssuanceDay:
    """Let the scripts act until the day is as wanted, or nobody has anything to do."""
    while not until(rehearsal.day) and rehearsal.step():
        pass
    return rehearsal.day


def played(staged: Staged, seed: int) -> tuple[IssuanceDay, tuple[Row, ...]]:
    """The day at its end, and its rows."""
    log = MemoryJournal()
    return play(begin(staged, seed, log)), log.rows()


def states(rehearsal: Rehearsal) -> Iterator[tuple[e.AnyEvent, IssuanceDay]]:
    """Each event of the day, with the state after it."""
    for event in rehearsal.run():
        yield event, rehearsal.day


@cache
def story(end: str = "LISTED") -> tuple[tuple[e.AnyEvent, IssuanceDay], ...]:
    """The small day from its first act to its end, as played with SEED."""
    return tuple(states(begin(stage(end=end))))


def final() -> IssuanceDay:
    """The small day once it is over."""
    return story()[-1][1]


def standing(phase: WindowPhase) -> IssuanceDay:
    """The small day as its window comes into the phase, or, for PREPARED, as the site is sealed."""
    if phase is WindowPhase.PREPARED:
        return after("site_sealed")
    return next(day for _, day in story() if day.windows["W1"].phase is phase)


def after(kind: str) -> IssuanceDay:
    """The small day just after the first event of a kind."""
    return next(day for event, day in story() if event.kind == kind)


def before(kind: str) -> IssuanceDay:
    """The small day just before the first event of a kind."""
    days = [day for _, day in story()]
    return days[next(place for place, (event, _) in enumerate(story()) if event.kind == kind) - 1]


def sample(kind: str) -> e.AnyEvent:
    """The first event of that kind in the small day."""
    return next(event for event, _ in story() if event.kind == kind)


def act(day: IssuanceDay, event: e.AnyEvent) -> IssuanceDay:
    """The day after a proposal that is not refused."""
    return apply(day, decide(day, event), Head(day.head.count + 1, "a hash"))


def signed_by(seat: str, over: bytes, seed: int = SEED) -> Signature:
    """The signature of the scripted person in a seat."""
    role, _, person = seat.partition(":")
    return signature_of(KeyHolder(person, PrivateKey.practice(seed, person)), Role(role).value, over)
