"""Writing a report down: as a page, as Excel, and as Word where its packages are installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from auction.errors import bad_input
from auction.language import say, speak, spoken
from sim.lab.report.blocks import Report
from sim.lab.report.kept import Kept, read_study
from sim.lab.report.page import page
from sim.lab.report.sheet import excel
from sim.lab.report.whole import report_of

FOR_WORD = {"docx": "python-docx", "PIL": "pillow"}
"""Packages that the Word file needs, as they are installed; both come with the laboratory."""
PAGE, WORD, EXCEL = "report.html", "report.docx", "report.xlsx"


def missing() -> tuple[str, ...]:
    """What the Word file would still need."""
    return tuple(name for module, name in FOR_WORD.items() if find_spec(module) is None)


def write_reports(folder: Path, out: Path | None = None) -> tuple[Path, ...]:
    """Write the report of a study's folder beside it, or into `out`; without its packages there is no Word file.

    Raises BadInput for a folder without a study, and where nothing can be written.
    """
    kept = read_study(folder)
    report, into = report_of(kept), out or folder
    written = [_write(into / PAGE, page(report).encode()), _write(into / EXCEL, excel(report))]
    if not missing():
        written.insert(1, _write(into / WORD, word_file(kept, report)))
    return tuple(written)


def word_file(kept: Kept, report: Report) -> bytes:
    """The Word file; where no font has Chinese its charts are in English, the arms in them numbered."""
    from sim.lab.report.png import chinese_font
    from sim.lab.report.word import Drawn, word

    font = chinese_font()
    if font:
        return word(report, Drawn(report, font, {}))
    names = dict.fromkeys(arm.name for arm in kept.study.arms)
    with _speaking("en"):
        charts = report_of(kept)
    return word(report, Drawn(charts, None, {name: str(number) for number, name in enumerate(names, 1)}))


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """For a while in another language."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def _write(file: Path, data: bytes) -> Path:
    """Write whole or not at all. Raises BadInput where the disk refuses."""
    partial = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(file)
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), file) from None
    return file
