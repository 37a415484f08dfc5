"""The checkpoint of a study: every chunk that was done, one line each, so that a study cut short goes on.

The first line says of which experiment; a last line that was not written whole is passed over. Numbers are written so
that they are read back bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from auction.errors import bad_input
from auction.language import say
from auction.tables import read_text
from sim.lab.clearing import Floats

NAME = "checkpoint.jsonl"


def begin(folder: Path, digest: str) -> Path:
    """A new checkpoint in the folder, which is made if need be. Raises BadInput where one is there already."""
    file = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(json.dumps({"experiment": digest}) + "\n")
    except FileExistsError:
        if folder.is_dir():
            raise bad_input(say("这个文件夹里已有一份研究；接着做请用 --resume"), folder, field="out") from None
        raise bad_input(say("这是一个文件，应为文件夹"), folder, field="out") from None
    except OSError as error:
        reason = error.strerror or error
        raise bad_input(say("文件夹写不进去（{reason}）", reason=reason), folder, field="out") from None
    return file


def load(folder: Path, digest: str) -> tuple[Path, dict[int, Floats]]:
    """The checkpoint of a folder, its chunks by number: float64[sides, measures] each.

    Raises BadInput where there is none, or one of another experiment.
    """
    file = folder / NAME
    if not file.is_file():
        raise bad_input(say("这个文件夹里没有可以接着做的研究"), folder, field="resume")
    lines = read_text(file).split("\n")
    heading = _object(lines[0])
    if heading is None or heading.get("experiment") != digest:
        raise bad_input(say("这份进度属于另一个实验，或实验、场景、群体改动过"), file, field="resume")
    rows: dict[int, Floats] = {}
    for line in lines[1:]:
        row = _object(line)
        if row is None:
            break
        rows[int(str(row["chunk"]))] = np.array(row["rows"], np.float64)
    with file.open("r+", encoding="utf-8") as out:
        out.truncate(len("\n".join(lines[: len(rows) + 1]).encode()) + 1)
    return file, rows


def add(file: Path, chunks: Mapping[int, Floats]) -> None:
    """Write down chunks that are done. Raises BadInput where the disk refuses."""
    try:
        with file.open("a", encoding="utf-8") as out:
            for chunk, rows in chunks.items():
                out.write(json.dumps({"chunk": chunk, "rows": rows.tolist()}) + "\n")
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), file) from None


def _object(line: str) -> dict[str, object] | None:
    """A line that was written whole; None for one that was cut short."""
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
