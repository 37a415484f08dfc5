"""What can go wrong, as a tree.

KaibiaoError
├── BadInput            a file, an option or a value is wrong: every fault at once (exit 2)
├── NoSuchRule          no value of a rule is in force on that day
├── UnpublishedYear     nobody has published the working days of that year
├── Refused             the site refuses an action: recorded as evidence, never lost
│   ├── OutOfOrder      the phase does not allow it
│   ├── NotYourSeat     the seat may not do it, or the person may not sit there
│   └── Unsigned        signatures are missing
├── ImpossibleGate      a gate nobody could ever pass was built
├── JournalError        the journal cannot be opened, is held by another, or is of another version
└── BadEnvelope         a file is not a whole signed result
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auction.language import Message, say

if TYPE_CHECKING:
    from auction.breach import Breach


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in an input, and where."""

    message: Message
    file: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return ": ".join(part for part in (place, self.field, str(self.message)) if part)

    def as_dict(self) -> dict[str, str | int | None]:
        """The fault as the command line's `errors` entry."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "field": self.field,
            "message": str(self.message),
        }


class KaibiaoError(Exception):
    """Everything this program raises on purpose; `message` is fit for the user."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class BadInput(KaibiaoError):
    """Every fault of an input at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].message)
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Fault, ...]]]:
        return BadInput, (self.faults,)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def bad_input(message: Message, file: object = None, field: str | None = None, line: int | None = None) -> BadInput:
    """A BadInput of a single fault."""
    return BadInput([Fault(message, None if file is None else str(file), line, None, field)])


class NoSuchRule(KaibiaoError):
    """No value of a rule is in force on that day."""


class UnpublishedYear(KaibiaoError):
    """Nobody has published the working days of that year."""

    def __init__(self, year: int) -> None:
        super().__init__(say("{year} 年的银行间工作日尚未公布，可用工作日补充文件提供", year=year))
        self.year = year


class Refused(KaibiaoError):
    """The site refuses an action; `breaches` say which rule and why."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(breaches[0].message)
        self.breaches = tuple(breaches)


class OutOfOrder(Refused):
    """The phase of the day or of the window does not allow the action."""


class NotYourSeat(Refused):
    """This seat may not do it, or this person may not sit there."""


class Unsigned(Refused):
    """Signatures are missing."""


class ImpossibleGate(KaibiaoError):
    """A gate that is empty or that nobody could ever pass."""


class JournalError(KaibiaoError):
    """The journal cannot be opened, is held by another, or is of another version."""


class BadEnvelope(KaibiaoError):
    """A file is not a whole signed result."""
