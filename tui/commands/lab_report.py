"""`kaibiao lab report`: a kept study as a page, a Word file and an Excel file, made again wherever its folder is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auction.errors import BadInput
from auction.language import _
from tui.options import FILE, json_option
from tui.output import one_line, print_faults, print_json, print_note


@click.command("report", help=_("把做完的研究写成报告：网页、Word 和 Excel。"))
@click.argument("study", type=FILE, metavar=_("结果文件夹"))
@click.option("--out", type=FILE, help=_("报告写到哪个文件夹；不写则放在研究旁边。"))
@json_option
def report_command(study: Path, out: Path | None, as_json: bool) -> None:
    """Write the reports of a kept study. Raises BadInput."""
    from sim.lab.report import read_study, report_of, write_reports

    files = write_reports(study, out)
    tell_missing()
    if as_json:
        report = report_of(read_study(study))
        print_json({"answer": report.answer, "study_sha256": report.sha256, "files": [str(file) for file in files]})
        return
    click.echo(one_line(report_of(read_study(study)).answer))
    tell_files(files)


def report_beside(folder: Path) -> tuple[Path, ...]:
    """Write the reports of a study that has just been made; what cannot be written is told and is no failure of it."""
    from sim.lab.report import write_reports

    try:
        files = write_reports(folder)
    except BadInput as error:
        print_faults(error.faults)
        return ()
    tell_missing()
    return files


def tell_files(files: Sequence[Path]) -> None:
    """Where the reports stand."""
    click.echo(_("报告：{files}").format(files=_("、").join(str(file) for file in files)))


def tell_missing() -> None:
    """What to install where the Word file was left out."""
    from sim.lab.report import missing

    if missing():
        told = _("没有写 Word 报告，还缺 {packages}；请先装：pip install 'kaibiao[lab]'")
        print_note(told.format(packages=_("、").join(missing())))
