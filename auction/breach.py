"""A broken rule, as a value: which rule, by which text, who or what broke it, and how much it weighs."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from auction.language import Message


class Severity(StrEnum):
    """不得、须、应当 make a breach; 原则上、鼓励、优先 a warning."""

    BREACH = "breach"
    WARNING = "warning"


class Basis(StrEnum):
    """How a value is known. Only a quoted official text is `source`."""

    SOURCE = "source"
    DERIVED = "derived"
    PRACTICE = "practice"
    ASSUMED = "assumed"


class Breach(BaseModel):
    """One broken rule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    citation: str
    subject: str
    message: Message
    severity: Severity = Severity.BREACH
    basis: Basis = Basis.ASSUMED

    def as_dict(self) -> dict[str, str]:
        """The breach with its message in the reader's language."""
        return {
            "rule": self.rule,
            "citation": self.citation,
            "subject": self.subject,
            "message": str(self.message),
            "severity": self.severity.value,
            "basis": self.basis.value,
        }
