"""`kaibiao check`: whether a file of any kind can be used as it stands, and whether what it plans keeps the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from auction.book import BOOK_COLUMNS, SYNDICATE_COLUMNS, read_book, read_syndicate
from auction.breach import Breach, Severity
from auction.checks import blocking, desk_for
from auction.curve import DATE, read_curve
from auction.desk import desk_at, published_notice, rules_of
from auction.errors import BadInput, bad_input
from auction.language import Message, _, say
from auction.notice import BidObject
from auction.plan import Plan
from auction.rulebook import load_rulebook
from auction.tables import table_lines
from auction.underwriting import check_offer
from auction.venue import venue_faults
from auction.workdays import read_workdays
from auction.yamlfile import read_document, validate
from tui.noticefile import latest, named_issuer, read_notice_file
from tui.options import DAY, FILE, json_option
from tui.output import print_json, print_note

OBJECT = click.Choice([each.value for each in BidObject])
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Asked:
    """How to judge the file: what is bid in a book, and by whose rules of which day a notice is judged."""

    bid_object: BidObject
    day: date | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, the rules it breaks, and what the reader should know about the check."""

    kind: str
    breaches: tuple[Breach, ...] = ()
    note: Message | None = None


Look = Callable[[Path, Asked], Found]

KIND_NAMES: Mapping[str, Message] = {
    "scenario": say("场景"),
    "notice": say("标书"),
    "plan": say("发行计划"),
    "rulebook": say("规则"),
    "workdays": say("工作日补充"),
    "roster": say("签名人名单"),
    "population": say("承销机构构成"),
    "experiment": say("实验"),
    "book": say("投标簿"),
    "syndicate": say("承销团名单"),
    "curve": say("收益率曲线"),
}


@click.command("check", help=_("检查一个文件：场景、标书、计划、规则、工作日、机构构成、实验、投标簿、收益率曲线等。"))
@click.argument("file", type=FILE, metavar=_("文件"))
@click.option("--object", "bid_object", type=OBJECT, default="rate", help=_("投标簿的标的：利率或价格。"))
@click.option("--day", type=DAY, help=_("按哪一天的规则检查标书；不给则按标书的 date。"))
@click.option("--issuer", help=_("按哪个发行人的规则检查标书；不给则按标书的 issuer。"))
@json_option
def check_command(file: Path, bid_object: str, day: date | None, issuer: str | None, as_json: bool) -> int:
    """Check the file; the exit code is 1 where a rule is broken."""
    found = look_at(file, Asked(BidObject(bid_object), day, issuer))
    broken = bool(blocking(found.breaches))
    if as_json:
        breaches = [breach.as_dict() for breach in found.breaches]
        print_json({"ok": not broken, "kind": found.kind, "breaches": breaches})
    else:
        _tell(file, found)
    if found.note:
        print_note(found.note)
    return int(broken)


def look_at(file: Path, asked: Asked) -> Found:
    """What the file is and which rules it breaks. Raises BadInput for one that cannot be used."""
    if file.suffix.lower() in TABLE_ENDINGS:
        look: Look = _look_at_table
    else:
        document = read_document(file)
        kind = document.data.get("kind")
        if not isinstance(kind, str) or kind not in LOOKS:
            raise BadInput([document.fault(("kind",), _unknown_kind(kind))])
        look = LOOKS[kind]
    if look is not _look_at_notice and (asked.day or asked.issuer):
        raise bad_input(say("--day 与 --issuer 只用于标书"), field="day" if asked.day else "issuer")
    return look(file, asked)


def _unknown_kind(kind: object) -> Message:
    names = " / ".join(LOOKS)
    near = get_close_matches(kind, LOOKS, 1, 0.5) if isinstance(kind, str) else []
    if near:
        return say("未知的 kind: {kind}，是否想写 {near}？", kind=kind, near=near[0])
    return say("文件应以 kind: 开头，取值为 {names} 之一", names=names)


def _look_at_table(file: Path, asked: Asked) -> Found:
    """A table is known by its headings; one that looks like nothing else is taken for a book."""
    _line, heading = next(table_lines(file), (1, list[str]()))
    headings = {cell.strip().lower() for cell in heading}
    if headings.intersection(DATE):
        read_curve(file)
        return Found("curve")
    if headings.intersection(SYNDICATE_COLUMNS["class"]) and not headings.intersection(BOOK_COLUMNS["level"]):
        read_syndicate(file)
        return Found("syndicate")
    bids = read_book(file, asked.bid_object)
    return Found("book", note=None if bids else say("投标簿里没有投标"))


def _look_at_notice(file: Path, asked: Asked) -> Found:
    sheet = read_notice_file(file)
    rulebook = sheet.rulebook or load_rulebook()
    issuer = asked.issuer or sheet.issuer
    if not asked.issuer and sheet.notice.issuer:
        issuer = named_issuer(sheet.document, rulebook, sheet.notice.issuer)
    day, note = asked.day or sheet.notice.date, None
    if day is None:
        day = latest(rulebook.for_(issuer, date.min))
        note = say("标书没有写 date：按最近的规则（{day}）检查，可用 --day 另定", day=day)
    desk = desk_for(sheet.notice, sheet.syndicate, rulebook.for_(issuer, day))
    return Found("notice", check_offer(desk), note)


def _look_at_scenario(file: Path, asked: Asked) -> Found:
    from sim.scenario import read_scenario

    return Found("scenario", _breaches_of(read_scenario(file).scenario.plan))


def _look_at_plan(file: Path, asked: Asked) -> Found:
    document = read_document(file)
    plan = validate(document, Plan)
    named_issuer(document, load_rulebook(), plan.issuer)
    elsewhere = [document.fault(place, message) for place, message in venue_faults(plan, rules_of(plan))]
    if elsewhere:
        raise BadInput(elsewhere)
    return Found("plan", _breaches_of(plan))


def _breaches_of(plan: Plan) -> tuple[Breach, ...]:
    return tuple(
        breach
        for window in plan.windows
        for issue in window.issues
        for breach in check_offer(desk_at(plan, issue, published_notice(plan, window, issue)), plan.register)
    )


def _look_at_rulebook(file: Path, asked: Asked) -> Found:
    load_rulebook(file)
    return Found("rulebook")


def _look_at_workdays(file: Path, asked: Asked) -> Found:
    read_workdays(file)
    return Found("workdays")


def _look_at_roster(file: Path, asked: Asked) -> Found:
    from auction.verify import read_pins

    read_pins(file)
    return Found("roster")


def _look_at_population(file: Path, asked: Asked) -> Found:
    from sim.lab.population import read_population

    read_population(file)
    return Found("population")


def _look_at_experiment(file: Path, asked: Asked) -> Found:
    from sim.lab.experiment import read_experiment

    read_experiment(file)
    return Found("experiment")


LOOKS: Mapping[str, Look] = {
    "scenario": _look_at_scenario,
    "notice": _look_at_notice,
    "plan": _look_at_plan,
    "rulebook": _look_at_rulebook,
    "workdays": _look_at_workdays,
    "roster": _look_at_roster,
    "population": _look_at_population,
    "experiment": _look_at_experiment,
}


def _tell(file: Path, found: Found) -> None:
    name = KIND_NAMES[found.kind]
    if not found.breaches:
        click.echo(_("{file}：{kind}，没有发现问题").format(file=file, kind=name))
        return
    click.echo(_("{file}：{kind}，有 {count} 处不合规则").format(file=file, kind=name, count=len(found.breaches)))
    words = {Severity.BREACH: _("违反"), Severity.WARNING: _("提醒")}
    for breach in found.breaches:
        cited = _("{text}（{citation}）").format(text=breach.message, citation=breach.citation)
        click.echo(f"  {words[breach.severity]}  {breach.subject}: {cited}")
