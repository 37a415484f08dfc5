"""Options that commands share: files, days and exact numbers, each with its error in the user's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import click

from auction.language import _
from auction.notice import parse_tenor
from auction.quantities import parse_number
from auction.tables import wrong_value
from auction.workdays import parse_day

T = TypeVar("T")


class Exact(click.ParamType, Generic[T]):
    """A value read by one of the auction's own readers, so that a command line and a file are read alike."""

    def __init__(self, name: str, read: Callable[[object], T]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """The value as `read` gives it. Raises click.BadParameter."""
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(str(wrong_value(error, value)), param, ctx)


DAY = Exact("date", parse_day)
TENOR = Exact("years", parse_tenor)
BASIS_POINTS = Exact("bp", lambda text: parse_number(text, ("bp",)))
PERCENT = Exact("percent", lambda text: parse_number(text, ("%",)))
FILE = click.Path(path_type=Path)
"""Whether the file is there and can be read is for its reader to say."""

json_option = click.option("--json", "as_json", is_flag=True, help=_("只输出一份 JSON。"))
