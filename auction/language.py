"""The words a user reads: Chinese in the source, other languages from gettext catalogues.

`_` translates now. `say` keeps a sentence and its values apart, so that a fact recorded in a journal
reads the same whoever recorded it, and is put into words only when somebody looks.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DOMAIN = "kaibiao"
SOURCE_LANGUAGE = "zh_CN"
LANGUAGES = (SOURCE_LANGUAGE, "en")

SPOKEN = "LANGUAGE"
"""Where gettext looks for the language, and so click does: one place for the whole process."""


def locale_folder() -> str:
    """The folder that holds `<language>/LC_MESSAGES/kaibiao.mo`."""
    return str(Path(__file__).with_name("locale"))


def speak(language: str) -> None:
    """Say everything from here on, click's words too, in `language` (one of LANGUAGES)."""
    gettext.bindtextdomain(DOMAIN, locale_folder())
    gettext.textdomain(DOMAIN)
    os.environ[SPOKEN] = language


def spoken() -> str:
    """The language in force."""
    language = os.environ.get(SPOKEN, SOURCE_LANGUAGE)
    return language if language in LANGUAGES else SOURCE_LANGUAGE


def chosen_language(asked: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The option, else KAIBIAO_LANG, else the locale; Chinese where none says."""
    named = (asked, environment.get("KAIBIAO_LANG"), *(environment.get(k) for k in ("LC_ALL", "LC_MESSAGES", "LANG")))
    for name in named:
        if name and name.lower().startswith("en"):
            return "en"
        if name and name.lower().startswith("zh"):
            return SOURCE_LANGUAGE
    return SOURCE_LANGUAGE


def _(text: str) -> str:
    """`text` in the language in force."""
    return _catalogue(spoken()).gettext(text)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, locale_folder(), [language], fallback=True)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with its values, in the source language, until `str` puts it into the reader's."""

    text: str
    values: Mapping[str, str | Message] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.text).format(**{name: str(value) for name, value in self.values.items()})

    def in_every_language(self) -> str:
        """A sentence without values in the language in force, and behind it in the others."""
        others = (language for language in LANGUAGES if language != spoken())
        return "  ".join([str(self), *(_catalogue(language).gettext(self.text) for language in others)])

    def in_chinese(self) -> str:
        """The sentence as the source has it, whatever language is in force."""
        shown = {n: v.in_chinese() if isinstance(v, Message) else v for n, v in self.values.items()}
        return self.text.format(**shown)


def N_(text: str) -> str:
    """Mark `text` as a sentence of ours where it must stay as it is, to be translated when it is shown."""
    return text


def listed(messages: Sequence[Message]) -> Message:
    """Several messages in a row, as one."""
    joined = messages[0]
    for message in messages[1:]:
        joined = say("{before}、{after}", before=joined, after=message)
    return joined


def say(text: str, **values: object) -> Message:
    """Keep `text` (with `{name}` places) and its values for whoever will read it."""
    kept = {name: value if isinstance(value, Message) else str(value) for name, value in values.items()}
    return Message(text=text, values=kept)
