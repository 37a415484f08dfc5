"""Compilation: numba's, with machine code kept on disk for the next start.

A `compiled` function is called from Python; it and its parts, which are `inlined`, read and write the arrays they are
given and make none, so no references are counted. A part stays an ordinary function when Python calls it.
numba keeps code by the file a function stands in, but it holds code of other files as well; so what is kept lies in a
folder named by the digest of every source that is compiled, and a changed source is compiled anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from os import environ
from pathlib import Path
from tempfile import TemporaryFile
from typing import TypeVar, cast

import numba
from numba.extending import register_jitable

F = TypeVar("F", bound=Callable[..., object])

LAB = Path(__file__).parent
PLACES = (LAB / "__pycache__",)
"""Where machine code is kept unless the user says where."""


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where machine code may be kept: NUMBA_CACHE_DIR, beside the sources, or the user's cache; None if nowhere."""
    named = (Path(environment["NUMBA_CACHE_DIR"]),) if environment.get("NUMBA_CACHE_DIR") else ()
    users = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kaibiao"
    digest = sha256(b"".join(source.read_bytes() for source in sources())).hexdigest()[:16]
    folders = [place / digest for place in (*named, *PLACES, users)]
    return next((folder for folder in folders if writable(folder)), None)


def sources() -> tuple[Path, ...]:
    """Every source that compiled functions are made of, and the numbers in them."""
    own = (path for path in sorted(LAB.glob("*.py")) if b"sim.lab.compiled" in path.read_bytes())
    beside = (LAB.parent / "underwriters.py", LAB.parent / "limits.py", LAB / "rule.py", Path(__file__))
    return (*beside, *own)


def writable(folder: Path) -> bool:
    """Whether files can be put into the folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER = cache_folder(environ)
if FOLDER:
    numba.config.CACHE_DIR = str(FOLDER)  # type: ignore[attr-defined]


def compiled(function: F) -> F:
    """The function as machine code: whole numbers as C has them, floats as IEEE has them, division by zero too."""
    options = {"cache": FOLDER is not None, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast(F, numba.njit(**options)(function))  # type: ignore[call-overload]


def inlined(function: F) -> F:
    """The function itself, which compiled ones may call: it becomes a part of them."""
    own = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return register_jitable(forceinline=True, error_model="numpy", _nrt=False, **own)(function)
