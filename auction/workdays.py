"""Interbank working days: weekdays that are no holiday, and the weekends worked in exchange for one.

These are not exchange days, which leave the make-up weekends out. The national calendar comes from
`chinese_calendar`; an override file adds years it does not know yet and corrects single days.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from auction.errors import UnpublishedYear
from auction.language import say
from auction.yamlfile import read_model

WRITTEN_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})/(\d{1,2})/(\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII)
ONE_DAY = timedelta(days=1)


def parse_day(text: object) -> date:
    """A day as people write it: 2024-03-19, 2024/3/19 or 20240319. Raises ValueError in the user's words."""
    if isinstance(text, date):
        return text
    match = WRITTEN_DAY.fullmatch(unicodedata.normalize("NFKC", str(text)).strip())
    if not match:
        raise ValueError(say("应为日期，如 2024-03-19"))
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        raise ValueError(say("没有这一天")) from None


Day = Annotated[date, BeforeValidator(parse_day)]
"""A calendar day, read in any of the three written forms."""


class Workdays(BaseModel):
    """The national calendar, with what an override file says of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    published: tuple[Annotated[int, Field(ge=2004, le=2100)], ...] = ()
    """Years whose holidays and make-up weekends this file gives in full; not needed for those the calendar knows."""
    closed: tuple[Day, ...] = ()
    open: tuple[Day, ...] = ()

    @model_validator(mode="after")
    def _one_word_a_day(self) -> Self:
        both = sorted(set(self.closed) & set(self.open))
        if both:
            raise ValueError(say("{days} 既写在 closed 又写在 open", days="、".join(map(str, both))))
        return self

    def is_open(self, day: date) -> bool:
        """Whether the interbank market works on `day`. Raises UnpublishedYear."""
        try:
            usual = _usually_open(day)
        except NotImplementedError:
            if day.year not in self.published:
                raise UnpublishedYear(day.year) from None
            usual = day.weekday() < 5
        return day in self.open or (usual and day not in self.closed)

    def before(self, day: date, n: int) -> tuple[date, ...]:
        """The `n` working days before `day`, ascending, `day` left out. Raises UnpublishedYear."""
        found: list[date] = []
        while len(found) < n:
            day -= ONE_DAY
            if self.is_open(day):
                found.append(day)
        return tuple(reversed(found))

    def after(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`, n at least 1. Raises UnpublishedYear."""
        if day.year == date.max.year:
            raise UnpublishedYear(day.year)
        for _ in range(n):
            day += ONE_DAY
            while not self.is_open(day):
                day += ONE_DAY
        return day


@lru_cache(maxsize=4096)
def _usually_open(day: date) -> bool:
    """What the national calendar says. Raises NotImplementedError for a year it does not know."""
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))


INTERBANK = Workdays()
"""The national calendar as it stands."""


def read_workdays(path: Path) -> Workdays:
    """An override file, `kind: workdays`. Raises BadInput with every fault."""
    return read_model(path, Workdays, "workdays")
