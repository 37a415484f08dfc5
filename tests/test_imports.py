"""Who imports what: each module alone in a fresh interpreter, and the source as it stands."""

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("auction", "sim", "tui")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
PURE = [path for path in SOURCES if path.is_relative_to(ROOT / "auction")]

MODELS = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
RULES = MODELS | {"yaml", "_yaml", "chinese_calendar"}
KEYS = {"cryptography", "cffi", "_cffi_backend"}
LABORATORY = {"numba", "llvmlite", "scipy", "joblib", "PIL", "cmaes", "docx", "distributed"}
"""What only `[lab]` installs: whatever a rehearsed day needs does without."""
ABOVE = {"auction": {"sim", "tui"}, "sim": {"tui"}, "tui": set[str]()}

LOOK = """
import importlib, json, sys
bare = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps({name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - bare}))
"""
EMPTY_NAMES = {"utils.py", "helpers.py", "manager.py", "util.py", "helper.py", "managers.py", "common.py", "misc.py"}
IMPURE_IMPORTS = {"random", "secrets", "numpy", "textual", "click"}
IMPURE_CALLS = {"float", "print", "input", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
IMPURE_CALLS |= {f"time.{clock}" for clock in ("time", "time_ns", "monotonic", "perf_counter", "sleep")}


def name_of(path: Path) -> str:
    """The module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded_by(module: str) -> dict[str, str | None]:
    """Every module that a fresh interpreter has loaded once it has imported this one, and its file."""
    look = [sys.executable, "-c", LOOK, module]
    return json.loads(subprocess.run(look, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def third_party(loaded: dict[str, str | None]) -> set[str]:
    """The packages among them that were installed beside Python and are not ours."""
    installed = {name for name, file in loaded.items() if file and "site-packages" in file}
    return packages(installed) - set(ROOMS)


def packages(modules: Iterable[str]) -> set[str]:
    """The top-level names."""
    return {name.partition(".")[0] for name in modules}


def impurities(source: str) -> list[str]:
    """The clocks, dice, floats and prints in a module's source."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in IMPURE_CALLS:
            found.append(ast.unparse(node.func))
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in IMPURE_IMPORTS]
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in IMPURE_IMPORTS:
            found.append(node.module)
    return found


@pytest.mark.parametrize("module", [name_of(path) for path in SOURCES])
def test_a_module_imports_only_what_its_room_may(module):
    room = module.partition(".")[0]
    loaded = loaded_by(module)
    assert packages(loaded) & ABOVE[room] == set()
    if room == "auction":
        assert third_party(loaded) <= (RULES | KEYS if "auction.signoff" in loaded else RULES)
    if module == "tui.start":
        assert third_party(loaded) <= MODELS | {"click"}


REHEARSED = [path for path in SOURCES if path.parent == ROOT / "sim"]
REHEARSED += [ROOT / "sim" / "lab" / name for name in ("rule.py", "population.py")]


@pytest.mark.parametrize("module", [name_of(path) for path in REHEARSED])
def test_a_rehearsed_day_does_without_the_laboratory_s_packages(module):
    assert third_party(loaded_by(module)) & LABORATORY == set()


def test_only_the_signoff_brings_in_cryptography():
    importers = [path.name for path in PURE if "cryptography" in imported_packages(path)]
    assert set(importers) <= {"signoff.py"}


def imported_packages(path: Path) -> set[str]:
    """The packages a module names in its imports, inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return packages(names)


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_the_auction_knows_no_float_no_dice_no_clock_and_no_terminal(path):
    assert impurities(path.read_text("utf-8")) == []


def test_a_module_that_brings_in_numpy_would_be_found():
    assert third_party(loaded_by("numpy")) == {"numpy"}


def test_an_impure_module_would_be_found():
    source = "import random\nfrom numpy import array\nprint(float('1'), datetime.now(), time.time())"
    assert sorted(impurities(source)) == ["datetime.now", "float", "numpy", "print", "random", "time.time"]


def test_every_package_is_named_in_the_project_file_so_that_a_wheel_holds_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages_here = {name_of(path) for path in SOURCES if path.name == "__init__.py"} | {"scenarios"}
    assert set(project["tool"]["setuptools"]["packages"]) == packages_here


def test_no_module_outgrows_a_room_people_can_live_in():
    assert [name_of(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_no_module_is_named_for_nothing_in_particular():
    assert [name_of(path) for path in SOURCES if path.name in EMPTY_NAMES] == []
