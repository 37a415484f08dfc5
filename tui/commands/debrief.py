"""`kaibiao debrief`: look back on a journal, or on two side by side, as Markdown, as a page, or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auction.errors import bad_input
from auction.language import _, say
from tui.options import FILE, json_option
from tui.output import print_json

if TYPE_CHECKING:
    from auction.outcome import Json
    from sim.debrief import Section, Side

HTML_BEGINS = (b"<!DOCTYPE html>", b"<!doctype html>")


@click.command(name="debrief", help=_("复盘一份日志：Markdown、网页或 JSON，也可与另一份对照。"))
@click.argument("journal", type=FILE, metavar=_("日志"))
@click.option("--html", "page", type=FILE, metavar=_("文件"), help=_("写成一个网页文件，可直接打印。"))
@click.option("--against", "other", type=FILE, metavar=_("日志"), help=_("与另一份日志对照。"))
@json_option
def debrief_command(journal: Path, page: Path | None, other: Path | None, as_json: bool) -> None:
    """Say what the day was worth, or in what two days differ. Raises BadInput, JournalError."""
    from sim.debrief import against, against_title, answer, as_markdown, as_page, compared, sections, title

    if other is None:
        one = side(str(journal), journal)
        heading, sentence, parts = title(one.debrief), answer(one.debrief), sections(one.debrief)
        document = of_one(one, parts)
    else:
        one, two = (side(name, file) for name, file in zip(told_apart(journal, other), (journal, other), strict=True))
        heading, sentence, parts = against_title(one, two), compared(one, two), against(one, two)
        document = of_two(one, two, parts)
    if page:
        write_page(page, as_page(heading, sentence, parts))
    if as_json:
        print_json(document)
    elif page:
        click.echo(_("{sentence}网页写在 {file}").format(sentence=sentence, file=page))
    else:
        click.echo(as_markdown(heading, sentence, parts), nl=False)


def told_apart(one: Path, other: Path) -> tuple[str, str]:
    """What two journals are called: file and folder where that tells them apart, else as they were given."""
    short = tuple("/".join(file.parts[-2:]) for file in (one, other))
    return (short[0], short[1]) if short[0] != short[1] else (str(one), str(other))


def side(name: str, journal: Path) -> Side:
    """A journal looked back on. Raises BadInput before the close, JournalError."""
    from auction.journal import read_rows
    from sim.debrief import Side, debrief

    return Side(name, debrief(read_rows(journal)))


def of_one(one: Side, parts: tuple[Section, ...]) -> dict[str, Json]:
    """The answer about one journal."""
    return {**of_side(one), "sections": of_sections(parts)}


def of_two(one: Side, other: Side, parts: tuple[Section, ...]) -> dict[str, Json]:
    """The answer about two journals."""
    from sim.debrief import same_scenario

    both: list[Json] = [of_side(one), of_side(other)]
    return {"same_scenario": same_scenario(one, other), "journals": both, "sections": of_sections(parts)}


def of_side(one: Side) -> dict[str, Json]:
    """One journal in short: score, objectives, incidents."""
    day, story = one.debrief.day, one.debrief.story
    return {
        "journal": one.name,
        "scenario": day.planned.scenario,
        "seed": day.planned.seed,
        "phase": day.phase.value,
        "score": one.debrief.score,
        "objectives": [{"text": str(o.text), "met": o.met} for o in one.debrief.objectives],
        "incidents": [
            {
                "at": each.incident.occurred.at.isoformat(),
                "incident": each.incident.occurred.incident,
                "place": each.incident.occurred.place,
                "subject": each.incident.occurred.subject,
                "right": each.verdict.right if each.verdict else None,
                "how": str(each.verdict.how) if each.verdict else None,
                "stake": None if each.stake is None else f"{each.stake:.2f}",
            }
            for each in story.handled
        ],
    }


def of_sections(parts: tuple[Section, ...]) -> list[Json]:
    """Sections as plain data."""
    return [
        {
            "id": part.id,
            "heading": part.heading,
            "remark": part.remark,
            "columns": list(part.columns),
            "rows": [{"mark": row.mark.value, "cells": list(row.cells), "under": list(row.under)} for row in part.rows],
        }
        for part in parts
    ]


def write_page(file: Path, text: str) -> None:
    """Write the page whole or not at all. Raises BadInput, also rather than overwrite what is no page."""
    partial = file.with_name(f"{file.name}.part")
    try:
        if file.exists() and not file.read_bytes()[:15].startswith(HTML_BEGINS):
            raise bad_input(say("这个文件已经存在，又不是网页，不会覆盖"), file, field="--html")
        partial.write_text(text, "utf-8")
        partial.replace(file)
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), file, field="--html") from None
