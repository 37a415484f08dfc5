"""The surroundings of a process: what must be alike wherever a study is computed, for its results to be so to the bit.

The sources and the packages decide which numbers are reckoned with; the last bit of an exponential or of a quantile
also depends on the processor and the system's libraries, so both are tried out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from auction.language import Message, say

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("auction", "sim")
PACKAGES = ("numpy", "scipy", "numba")
TRIED = 4096
"""Numbers of each kind that are tried out."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one process."""

    sources: str
    """Digest of this program's."""
    packages: Mapping[str, str | None]
    """The version of each; None for one that is missing."""
    arithmetic: str | None
    """Digest of what is tried out; None where a package for it is missing."""


@cache
def surroundings() -> Surroundings:
    """Those of this process."""
    files = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    packages = {name: _version(name) for name in PACKAGES}
    return Surroundings(
        sources=sha256(b"".join(file.read_bytes() for file in files)).hexdigest(),
        packages=packages,
        arithmetic=_arithmetic() if packages["scipy"] else None,
    )


def differences(here: Surroundings, there: Surroundings) -> Iterator[Message]:
    """Why what is computed there may not be what would be computed here."""
    missing = [name for name, found in there.packages.items() if found is None]
    if missing:
        yield say("缺 {packages}，请在那台机器装 kaibiao[lab,cluster]", packages="、".join(missing))
        return
    for name, found in there.packages.items():
        if found != here.packages[name]:
            told = {"name": name, "found": found or "", "expected": here.packages[name] or ""}
            yield say("装的是 {name} {found}，这里是 {expected}", **told)
    if there.sources != here.sources:
        yield say("装的开标与这里不是同一版")
    elif there.arithmetic != here.arithmetic:
        yield say("处理器或系统库算出的末位与这里不同，结果做不到逐位相同")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _arithmetic() -> str:
    """Digest of exponentials and normal quantiles as they come out here."""
    from scipy.special import ndtri

    exponentials = np.exp(np.linspace(-5, 5, TRIED))
    quantiles = ndtri((np.arange(TRIED) + 0.5) / TRIED)
    return sha256(exponentials.tobytes() + quantiles.tobytes()).hexdigest()
