"""What was typed into forms and not entered yet, kept beside the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from auction.errors import bad_input
from auction.language import say

DRAFTS = "drafts.json"


def read_drafts(file: Path) -> dict[str, dict[str, str]]:
    """The drafts kept; none where there is no readable file."""
    try:
        kept = json.loads(file.read_text("utf-8"))
        return {str(place): {str(k): str(v) for k, v in typed.items()} for place, typed in kept.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def write_drafts(file: Path, drafts: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the drafts whole or leave the earlier ones. Raises BadInput where the disk refuses: the day goes on."""
    partial = file.with_suffix(".part")
    try:
        partial.write_text(json.dumps(drafts, ensure_ascii=False), "utf-8")
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        reason = error.strerror or error
        raise bad_input(say("写到一半的表单存不进磁盘（{reason}），暂时只在内存里", reason=reason), file) from None
