"""`kaibiao lab screen`: the screens for collusion and guided bidding over the journals of several days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auction.errors import BadInput, Fault, JournalError
from auction.language import Message, _, say
from tui.options import FILE, json_option
from tui.output import one_line, print_json, print_table

if TYPE_CHECKING:
    from sim.debrief.looking import Story
    from sim.screens import IssueBook, Looked


@dataclass(frozen=True, slots=True)
class Screened:
    """One day's books, and what its screens found."""

    name: str
    story: Story
    books: tuple[IssueBook, ...]
    looked: tuple[Looked, ...]


@click.command("screen", help=_("筛查几天的日志：投标雷同、陪标、来电后跳位、轮流中标、同进同退。"))
@click.argument("journals", nargs=-1, required=True, type=FILE, metavar=_("日志…"))
@json_option
def screen_command(journals: tuple[Path, ...], as_json: bool) -> None:
    """Screen every day by itself and all of them as a series. Raises BadInput with every journal that cannot be."""
    from sim.screens import screen_series

    days = screened_days(journals)
    books = tuple(book for day in days for book in day.books)
    series = screen_series(books)
    if as_json:
        of_days = [{"journal": d.name, "screens": [each.as_dict() for each in d.looked]} for d in days]
        print_json({"days": of_days, "issues": len(books), "series": [each.as_dict() for each in series]})
    else:
        print_screened(days, len(books), series)


def screened_days(journals: Sequence[Path]) -> list[Screened]:
    """The days in the order of time. Raises BadInput with every journal that cannot be read or is not yet closed."""
    from sim.screens import books_of, screen_day

    faults: list[Fault] = []
    days: list[Screened] = []
    for file in journals:
        story = _story(file, faults)
        if story:
            books = books_of(story.day, story.events)
            days.append(Screened(str(file), story, books, screen_day(books)))
    if faults:
        raise BadInput(faults)
    return sorted(days, key=lambda each: each.story.day.planned.plan.date)


def _story(file: Path, faults: list[Fault]) -> Story | None:
    from auction.journal import read_rows
    from sim.debrief.looking import tell

    try:
        return tell(read_rows(file))
    except JournalError as error:
        faults.append(Fault(error.message, str(file)))
    except BadInput as error:
        faults.extend(Fault(fault.message, str(file)) for fault in error.faults)
    return None


def print_screened(days: Sequence[Screened], issues: int, series: Sequence[Looked]) -> None:
    """The days that call for a look, how many would without anything amiss, and the series."""
    told = _("{days} 份日志，{issues} 期招标")
    click.echo(told.format(days=len(days), issues=issues))
    alarms = [(day.name, each) for day in days for each in day.looked if each.alarm]
    by_chance = sum(each.screen.measured.rate for day in days for each in day.looked if each.finding)
    told = _("逐日筛查：{alarms} 项提示；都是诚实投标时，按误报率也约有 {by_chance} 项")
    click.echo(told.format(alarms=len(alarms), by_chance=f"{by_chance:.1f}"))
    if alarms:
        print_table([_("哪份日志"), *_columns()], [[one_line(name), *_cells(each)] for name, each in alarms])
    click.echo()
    click.echo(_("各期连起来看："))
    print_table(_columns(), [_cells(each) for each in series])
    for note in _notes(series):
        click.echo(str(note))


def _columns() -> list[str]:
    return [_("筛查"), _("所见"), _("偶然概率"), _("提示门槛"), _("误报率"), _("请复看")]


def _cells(looked: Looked) -> list[str]:
    finding, measured = looked.finding, looked.screen.measured
    return [
        f"! {looked.screen.name}" if looked.alarm else str(looked.screen.name),
        str(looked.told),
        f"{finding.p:.1g}" if finding else _("无"),
        f"{looked.screen.threshold:g}",
        f"{100 * measured.rate:.1f}%",
        one_line(_("、").join(finding.who)) if finding and looked.alarm else "",
    ]


def _notes(series: Sequence[Looked]) -> Iterator[Message]:
    """What to make of it."""
    from sim.debrief.screening import NO_PROOF
    from sim.screens import LEAST_AUCTIONS

    if all(each.finding is None for each in series):
        yield say("期数不够：连起来看，至少要 {least} 期没有贴住下限的招标", least=LEAST_AUCTIONS)
    yield NO_PROOF
