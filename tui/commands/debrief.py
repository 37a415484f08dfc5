"""`kaibiao debrief`: look back on a journal, as Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from auction.journal import read_rows
from auction.language import _
from sim.debrief import debrief, markdown


@click.command(name="debrief", help=_("复盘一份日志，输出 Markdown。"))
@click.argument("journal", type=click.Path(path_type=Path), metavar=_("日志"))
def debrief_command(journal: Path) -> None:
    """Print the debrief of a journal."""
    click.echo(markdown(debrief(read_rows(journal))), nl=False)
