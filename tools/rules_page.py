"""docs/rules.md: every dated value of the shipped rulebooks, as a lawyer would look it up.

    python tools/rules_page.py            write docs/rules.md
    python tools/rules_page.py --check    exit 1 where docs/rules.md is not what the rulebooks say
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from auction.breach import Basis, Severity
from auction.checks import marked
from auction.language import SOURCE_LANGUAGE, speak
from auction.rulebook import NATION, InForce, in_force, shipped_files
from auction.rulefile import RuleFile
from auction.rulekeys import KEYS, TOPICS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
INTRODUCTION = """\
# 规则汇编

本页由 `auction/rulebooks/` 的规则文件生成（`make rules-page`），请勿手改；改规则请改规则文件。

- 取值按发行日选用。各发行人另有规定的从其规定；其规定失效或未及之处，从全国规则。国债自成一套，不从全国规则。
- 〔原文〕有官方文件的原文可引；〔推导〕由文件或公布的数字推出；〔实务〕只见转载、报道、研究报告，或为惯例；
  〔推定〕没有文本支持，列入文末“尚不确知的取值”。
- 原文一栏照录所见文字，〔实务〕所录为转述。写“不得、须、应当”的，违者为违反；写“原则上、鼓励、优先”的注明（倡导），
  不照办只作提醒。
- “1年 0.4；其余 0.8”是按期限取值。未列的期限按较短的最近期限，一律视为〔推定〕。
- 本页是演练用的资料整理，不是法律意见；办理发行请查正式文件。
"""

Entry = tuple[InForce, str]
"""A value with its days in force."""


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.relative_to(ROOT)} 与规则文件不符：请运行 make rules-page", file=sys.stderr)
    return 1


def page(files: Sequence[RuleFile] | None = None) -> str:
    """The whole page, of the shipped files where none are given."""
    speak(SOURCE_LANGUAGE)
    files = in_reading_order(files or shipped_files())
    national = [file for file in files if file.issuer == NATION]
    issuers = [file for file in files if file.issuer != NATION and not file.alone]
    apart = [file for file in files if file.alone]
    parts = [INTRODUCTION.rstrip()]
    for file in national:
        parts += ["## 全国", *by_topic(file)]
    parts.append("## 各发行人的不同规定")
    for file in issuers:
        rows = ((named(rule), *row) for rule, *row in rows_of(file, KEYS))
        parts += [f"### {file.issuer}", table(("规则", *COLUMNS), rows)]
    for file in apart:
        parts += [f"## {file.issuer}", *by_topic(file)]
    parts += ["## 尚不确知的取值", "以下取值没有文本支持，均为推定。", table(UNKNOWN, unknown(files))]
    return "\n\n".join(parts) + "\n"


COLUMNS = ("有效期", "取值", "依据", "原文", "说明")
UNKNOWN = ("发行人", "规则", "有效期", "取值", "比照的文件", "说明")


def in_reading_order(files: Iterable[RuleFile]) -> list[RuleFile]:
    """The nation, its issuers in its own order, the rest."""
    files = list(files)
    order = [NATION, *(name for file in files if file.issuer == NATION for name in file.issuers)]
    return sorted(files, key=lambda file: order.index(file.issuer) if file.issuer in order else len(order))


def by_topic(file: RuleFile) -> Iterator[str]:
    """A heading for each topic and rule the file speaks of, and the rule's values."""
    for topic, keys in TOPICS:
        spoken = [key for key in keys if key in file.rules]
        if spoken:
            yield f"### {topic}"
        for key in spoken:
            rows = list(rows_of(file, [key]))
            yield f"#### {named(rows[0][0])}"
            yield table(COLUMNS, (row for _rule, *row in rows))


def named(rule: InForce) -> str:
    """A rule's name for people and its key."""
    return f"{rule.label} `{rule.key}`"


def entries_of(file: RuleFile, keys: Iterable[str]) -> Iterator[Entry]:
    """The file's values of those rules, each with its days in force."""
    for key in keys:
        for number, dated in enumerate(file.rules.get(key, ())):
            last = file.last_day(key, number)
            yield in_force(key, dated, key), f"{dated.since} 至 {last}" if last else f"{dated.since} 起"


def rows_of(file: RuleFile, keys: Iterable[str]) -> Iterator[tuple[InForce, str, str, str, str, str]]:
    """The file's values of those rules as rows of COLUMNS, behind the value itself."""
    for rule, days in entries_of(file, keys):
        mild = "（倡导）" if rule.severity is Severity.WARNING else ""
        quote = f"「{rule.quote}」{mild}" if rule.quote else ""
        yield rule, days, rule.text, marked(rule.citation, rule.basis), quote, rule.note or ""


def unknown(files: Iterable[RuleFile]) -> Iterator[Sequence[str]]:
    """The assumed values as rows of UNKNOWN."""
    for file in files:
        for rule, days in entries_of(file, KEYS):
            if rule.basis is Basis.ASSUMED:
                yield file.issuer, named(rule), days, rule.text, rule.citation, rule.note or ""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    escaped = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


if __name__ == "__main__":
    raise SystemExit(main())
