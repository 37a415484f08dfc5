"""The catalogues: English for our Chinese sentences, Chinese for click's English ones.

    python tools/words.py                   gather the sentences from the source, update both .po, compile both .mo
    python tools/words.py --missing         print the sentences without a translation, as JSON
    python tools/words.py --fill FILE.json  merge {sentence: translation} into the catalogues

A sentence is a literal handed to `_`, `say` or `N_` (in click: `_` or `ngettext`).
"""

from __future__ import annotations

import argparse
import ast
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
ROOMS = tuple(ROOT / room for room in ("auction", "sim", "tui"))
OWN = "auction/language.py"
"""Where `_` and `say` are made, which hand on what they are given."""
LIBRARY = Path(click.__file__).parent
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""A catalogue changes when its words do, not when it is made."""

Sentence = str | tuple[str, str]
"""One sentence, or its singular and plural."""


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--fill", type=Path, metavar="FILE.json")
    asked = parser.parse_args()
    if asked.missing:
        print(json.dumps(missing(), ensure_ascii=False, indent=1))
        return
    given = json.loads(asked.fill.read_text("utf-8")) if asked.fill else {}
    for language, sentences in wanted().items():
        catalogue = updated(language, sentences, given)
        write(po_file(language), po_bytes(catalogue))
        write(mo_file(language), mo_bytes(catalogue))
    for language, untranslated in missing().items():
        print(f"{po_file(language).relative_to(ROOT)}: {len(untranslated)} untranslated")


def wanted() -> dict[str, set[Sentence]]:
    """The sentences each catalogue must hold."""
    return {"en": set(ours()), "zh_CN": set(clicks())}


def missing() -> dict[str, list[str]]:
    """By language, the sentences that have no translation yet."""
    out = {}
    for language, sentences in wanted().items():
        known = read(language)
        out[language] = sorted(first(each) for each in sentences if not translated(known, each))
    return out


def ours() -> Iterator[str]:
    """Every sentence of ours that a user may see."""
    for _place, call in calls(ROOMS, ("_", "say", "N_")):
        if literal(call):
            yield literal(call)


def strays() -> list[str]:
    """The places where something else than a literal sentence is handed over, so that no catalogue can hold it."""
    found = calls(ROOMS, ("_", "say", "N_"))
    return [f"{place}: {ast.unparse(call)}" for place, call in found if not literal(call) and OWN not in place]


def clicks() -> Iterator[Sentence]:
    """Every sentence of click's that goes through gettext."""
    yield "required"
    for _place, call in calls([LIBRARY], ("_",)):
        if literal(call):
            yield literal(call)
    for _place, call in calls([LIBRARY], ("ngettext",)):
        yield literal(call), literal(call, 1)


def literal(call: ast.Call, place: int = 0) -> str:
    """The literal text at a place among the arguments, or nothing."""
    argument = call.args[place] if call.args else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def calls(folders: Iterable[Path], names: tuple[str, ...]) -> Iterator[tuple[str, ast.Call]]:
    """Every call of one of `names` in the Python files of `folders`, and where it stands."""
    for path in (path for folder in folders for path in sorted(folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.Call) and called(node) in names:
                yield f"{path.parent.name}/{path.name}:{node.lineno}", node


def called(call: ast.Call) -> str:
    """The name a call goes to, without what stands before a dot."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def updated(language: str, sentences: Iterable[Sentence], given: Mapping[str, str]) -> Catalog:
    """A catalogue of exactly these sentences, with the translations known and given."""
    known = read(language)
    catalogue = empty(language)
    for each in sentences:
        old, text = known.get(first(each)), given.get(first(each))
        forms = text if isinstance(each, str) else (text,) * catalogue.num_plurals
        catalogue.add(each, forms if text else (old.string if old else ""))
    return catalogue


def translated(catalogue: Catalog, sentence: Sentence) -> bool:
    """Whether the catalogue has words for every form of the sentence."""
    entry = catalogue.get(first(sentence))
    return entry is not None and not entry.fuzzy and bool(entry.string) and all(entry.string)


def first(sentence: Sentence) -> str:
    """The sentence, or its singular: what a catalogue finds it by."""
    return sentence if isinstance(sentence, str) else sentence[0]


def empty(language: str) -> Catalog:
    """A catalogue without sentences."""
    return Catalog(
        locale=language,
        project="kaibiao",
        version="0.1",
        header_comment="# The words of kaibiao. Made by tools/words.py.",
        msgid_bugs_address="kaibiao contributors",
        last_translator="kaibiao contributors",
        language_team=language,
        creation_date=UNDATED,
        revision_date=UNDATED,
        fuzzy=False,
    )


def read(language: str) -> Catalog:
    """The committed catalogue, or an empty one."""
    path = po_file(language)
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it: sorted, without places in the source."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, no_location=True, sort_output=True)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def po_file(language: str) -> Path:
    """Where a language's editable catalogue stands."""
    return ROOT / "auction" / "locale" / language / "LC_MESSAGES" / "kaibiao.po"


def mo_file(language: str) -> Path:
    """Where a language's compiled catalogue stands."""
    return po_file(language).with_suffix(".mo")


def write(path: Path, content: bytes) -> None:
    """Write the file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
