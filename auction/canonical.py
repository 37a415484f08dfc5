"""Canonical JSON, the only form in which anything is hashed or signed.

Sorted keys, no white space, UTF-8 and no floats: equal values have equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def canonical(value: object) -> bytes:
    """`value` as canonical JSON. Raises TypeError for a float, a key that is no text, or what JSON has no word for."""
    return json.dumps(_exact(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def is_canonical(text: str) -> bool:
    """Is `text` the canonical JSON of what it says?"""
    try:
        return canonical(json.loads(text)).decode() == text
    except (ValueError, TypeError, RecursionError):
        return False


def digest(data: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def _exact(value: object) -> Json:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _exact(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    raise TypeError(f"canonical JSON has no {type(value).__name__}: {value!r}")


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    raise TypeError(f"canonical JSON keys are text, not {type(key).__name__}: {key!r}")
