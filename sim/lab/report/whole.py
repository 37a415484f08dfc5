"""The report as a whole: its title, the answer, and its parts in reading order."""

from __future__ import annotations

from auction.language import say
from sim.lab.report.blocks import Part, Report
from sim.lab.report.grounds import again_part, assumptions_part, identification_part, sensitivity_part, words_part
from sim.lab.report.kept import Kept, Study
from sim.lab.report.parts import PARTS
from sim.lab.report.sentence import answer, points

STAMP = say("政策实验 · 模拟结果，不构成任何承诺")


def report_of(kept: Kept) -> Report:
    """The report of a study in the language in force."""
    study = kept.study
    return Report(
        title=study.question,
        stamp=str(STAMP),
        answer=answer(study),
        points=tuple(points(study)),
        parts=tuple(part for part in _parts(study, kept.sha256) if part.blocks),
        sha256=kept.sha256,
    )


def _parts(study: Study, sha256: str) -> tuple[Part, ...]:
    """Every part that has something to tell."""
    pictured = ("coupons", "demand")
    told = [part(study) for part in PARTS]
    return (
        *(part for part in told if study.pictures or part.id not in pictured),
        *([sensitivity_part(study)] if study.sensitivity else []),
        identification_part(study),
        assumptions_part(study),
        again_part(study, sha256),
        words_part(),
    )
