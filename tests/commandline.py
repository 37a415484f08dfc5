"""The command line as tests call it: in this process, with what it prints caught."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tui.start import main

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Answer:
    """An exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def faults(self) -> list[tuple[str | None, int | None, str | None, str]]:
        """File name, line, field and message of each fault."""
        return [
            (error["file"] and Path(error["file"]).name, error["line"], error["field"], error["message"])
            for error in self.json["errors"]
        ]


def kaibiao(*arguments: object) -> Answer:
    """Run one command line."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Answer(code, out.getvalue(), err.getvalue())


def written(path: Path, content: str | bytes) -> Path:
    """The file with that content, UTF-8 where it is text."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


NOTICE = "kind: notice\nmethod: single-price\nobject: rate\noffered: 30\ntenor: 10\n"
"""The notice of worked example B (rules.md 8)."""

BOOK = """member,level,amount,time
L1,2.10,6.0,14:02:11
L1,2.12,6.0,14:02:11
L2,2.11,5.0,14:10:05
L2,2.13,7.0,14:31:40
L3,2.12,4.5,14:39:58
G1,2.12,2.0,14:20:00
G1,2.13,2.5,14:20:00
G2,2.13,4.0,14:05:30
G3,2.13,1.2,14:38:02
G4,2.14,3.0,14:00:00
G5,2.15,1.0,14:00:00
"""
"""Its book."""
