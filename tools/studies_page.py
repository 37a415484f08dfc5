"""docs/studies.md: the six shipped studies, run afresh, with what they say in words and in figures.

    python -m tools.studies_page                 run them all and write docs/studies.md
    python -m tools.studies_page --keep DIR      leave each study in a folder of DIR, or go on with it
    python -m tools.studies_page --jobs 2        by so many processes

Every sentence that states a direction is chosen by the figures or held against them: where they do not bear it, no page
is written. The words stand in tools/studies_words.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from auction.errors import BadInput
from auction.language import SOURCE_LANGUAGE, speak
from sim.lab.checkpoint import NAME
from sim.lab.experiment import aimed, read_experiment
from sim.lab.pool import Pool
from sim.lab.study import run_study
from tools.studies_figures import REGIONS, Chapter, Said, Study, Unborne, row_of
from tools.studies_words import CHAPTERS, ENGLISH, INTRODUCTION

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "studies.md"
LANGUAGES = (0, 1)
"""Places of Chinese and English in whatever is said."""
DIGITS = 16
"""Of a digest, enough to tell one experiment from another."""
Studies = dict[str, Study]


def main() -> int:
    """Run the studies and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--auctions", type=int)
    parser.add_argument("--to", type=Path, default=PAGE)
    asked = parser.parse_args()
    speak(SOURCE_LANGUAGE)
    try:
        with TemporaryDirectory() as spare:
            text = page(run_all(asked.keep or Path(spare), asked.jobs, asked.auctions))
    except (Unborne, BadInput) as error:
        print(error, file=sys.stderr)
        return 1
    asked.to.write_text(text, encoding="utf-8")
    return 0


def run_all(folder: Path, jobs: int = 1, auctions: int | None = None) -> Studies:
    """Every study of the page by its name, each in a folder of its own. Raises BadInput."""
    return {name: run(name, folder / name, jobs, auctions) for chapter in CHAPTERS for name in chapter.studies}


def run(name: str, folder: Path, jobs: int, auctions: int | None) -> Study:
    """One shipped study, gone on with where its folder has begun it."""
    print(name, file=sys.stderr)
    prepared = aimed(read_experiment(Path(name)), auctions, None)
    answer = run_study(prepared, folder, pool=Pool(jobs), resume=(folder / NAME).is_file())
    return Study(prepared, answer)


def page(studies: Studies) -> str:
    """The page, in Chinese, then in English. Raises Unborne where the figures do not bear a sentence."""
    halves = ["\n\n".join(half(studies, language)) for language in LANGUAGES]
    return f"\n\n{ENGLISH}\n\n".join(halves) + "\n"


def half(studies: Studies, language: int) -> list[str]:
    """The page in one language."""
    population = next(iter(studies.values())).prepared.population
    parts = [INTRODUCTION[language].format(title=population.title, note=population.note).rstrip()]
    for number, chapter in enumerate(CHAPTERS, start=1):
        parts += told(chapter, number, [studies[name] for name in chapter.studies], language)
    return parts


def told(chapter: Chapter, number: int, studies: list[Study], language: int) -> list[str]:
    """One chapter: what was asked, what the figures say, the figures, what they cannot say, how to do it again."""
    headings: tuple[Said, ...] = (("问", "Asked"), ("答", "Answer"), ("看不出的", "Not to be known from this"))
    asked, answer, unknown = (heading[language] for heading in headings)
    lines = [f"- {sentence[language]}" for sentence in chapter.says(*studies)]
    unknowns = [f"- {sentence[language]}" for sentence in (*chapter.unknown, *unsure(studies))]
    return [
        f"## {number}. {chapter.title[language]}",
        f"**{asked}** {chapter.asked[language]}",
        f"**{answer}**",
        "\n".join(lines),
        table(chapter, studies, language),
        *unconverged(studies, language),
        f"**{unknown}**",
        "\n".join(unknowns),
        again(studies, language),
    ]


def unsure(studies: list[Study]) -> Iterator[Said]:
    """What each study cannot say, by region where there are several."""
    for study in studies:
        zh, en = REGIONS.get(study.name, ("", ""))
        for sentence in study.unsure():
            yield (f"{zh}：{sentence[0]}", f"{en.capitalize()}: {sentence[1]}") if zh else sentence


def table(chapter: Chapter, studies: list[Study], language: int) -> str:
    """The figures of every arm."""
    headings = [column.heading[language] for column in chapter.columns]
    first = ("方案", "Arm")[language]
    rows = [row_of(study, arm, chapter.columns, language) for study in studies for arm in study.arms]
    lines = [[first, *headings], ["---"] + ["---:"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def unconverged(studies: list[Study], language: int) -> list[str]:
    """What the dagger means, where it stands."""
    said = (
        "† 适应后的投标没有收敛到均衡，这一行适应后的数字只作参考。",
        "† The bids after adapting did not settle; the figures of this row after adapting are a rough guide.",
    )
    return [said[language]] if any(study.astray for study in studies) else []


def again(studies: list[Study], language: int) -> str:
    """How to run the studies again, and which they were."""
    said = (
        "重做：`kaibiao lab run {name} --out 文件夹`（每个方案 {n} 场，种子 {seed}，实验摘要 {digest}）",
        "Again: `kaibiao lab run {name} --out FOLDER` ({n} auctions an arm, seed {seed}, experiment digest {digest})",
    )
    return "  \n".join(
        said[language].format(
            name=study.name,
            n=study.answer.n,
            seed=study.answer.seed,
            digest=study.prepared.digest[:DIGITS],
        )
        for study in studies
    )


if __name__ == "__main__":
    raise SystemExit(main())
