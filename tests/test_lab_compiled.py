"""Where machine code is kept, and that no source it was made of can change unnoticed."""

from pathlib import Path

import numpy as np

from sim.lab.compiled import LAB, cache_folder, compiled, inlined, sources
from sim.underwriters import BEHAVIOURS, SHARED


def test_machine_code_is_kept_in_the_first_place_that_can_be_written(tmp_path):
    kept = cache_folder({"NUMBA_CACHE_DIR": str(tmp_path / "named")})
    assert kept is not None and kept.parent == tmp_path / "named"
    (tmp_path / "file").write_text("")
    elsewhere = cache_folder({"NUMBA_CACHE_DIR": str(tmp_path / "file")})
    assert elsewhere is not None and elsewhere.name == kept.name and elsewhere.parent != tmp_path / "file"


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("sim.lab.compiled.PLACES", (tmp_path / "file",))
    blocked = {"NUMBA_CACHE_DIR": str(tmp_path / "file"), "XDG_CACHE_HOME": str(tmp_path / "file")}
    assert cache_folder(blocked) is None


def test_every_source_that_is_compiled_is_in_the_digest():
    of_behaviours = {Path(part.__code__.co_filename) for part in (*SHARED, *BEHAVIOURS.values())}
    of_the_lab = {path for path in LAB.glob("*.py") if "@compiled" in path.read_text("utf-8")}
    assert (of_behaviours | of_the_lab | {LAB / "rule.py"}) <= set(sources())


def test_a_part_stays_an_ordinary_function_and_is_compiled_into_what_calls_it():
    @inlined
    def twice(number: int) -> int:
        return 2 * number

    @compiled
    def double(numbers: np.ndarray) -> None:
        for place in range(len(numbers)):
            numbers[place] = twice(numbers[place])

    numbers = np.array([1, 2, 3])
    double(numbers)
    assert (twice(4), numbers.tolist()) == (8, [2, 4, 6])
