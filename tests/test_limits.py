"""What is wanted, kept within the limits of a rule."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.limits import keep


class Rule(NamedTuple):
    """Forty-one ticks and five hundred lots, nothing limited."""

    floor_bp: float = 5.0
    tick_bp: float = 1.0
    ticks: int = 41
    steps: int = 5
    level_span: int = 40
    level_min: int = 1
    level_max: int = 500


OPEN = Rule()


def kept(wanted: list[tuple[int, int]], rule: Rule = OPEN, least: int = 0, most: int = 500) -> list[tuple[int, int]]:
    """What is left of the (tick, lots) that are wanted."""
    ticks, lots = np.zeros(8, np.int64), np.zeros(8, np.int64)
    for step, (tick, each) in enumerate(wanted):
        ticks[step], lots[step] = tick, each
    count = keep(len(wanted), least, most, rule, ticks, lots)
    return [(int(ticks[step]), int(lots[step])) for step in range(count)]


def test_what_keeps_to_every_limit_stays_as_it_is():
    assert kept([(3, 10), (4, 1), (9, 30)], least=41, most=41) == [(3, 10), (4, 1), (9, 30)]


@pytest.mark.parametrize(
    ("wanted", "changes", "least", "most", "left"),
    [
        ([(-3, 10), (-1, 20), (2, 5)], {}, 0, 500, [(0, 30), (2, 5)]),
        ([(39, 10), (44, 20), (60, 5)], {}, 0, 500, [(39, 10), (40, 25)]),
        ([(3, 10), (9, 20), (20, 5)], {"level_span": 10}, 0, 500, [(3, 10), (9, 20), (13, 5)]),
        ([(3, 10), (4, 0), (5, 5)], {}, 0, 500, [(3, 10), (5, 5)]),
        ([(3, 10), (4, 30), (5, 5)], {}, 0, 25, [(3, 10), (4, 15)]),
        ([(10, 20)], {}, 50, 500, [(10, 20), (40, 30)]),
        ([(10, 20)], {"level_span": 25}, 50, 500, [(10, 20), (35, 30)]),
        ([(10, 20)], {"steps": 1}, 50, 500, [(10, 50)]),
        ([(40, 20)], {}, 50, 500, [(40, 50)]),
        ([(7, 0)], {}, 50, 500, [(40, 50)]),
        ([(10, 100)], {"level_max": 40}, 0, 500, [(10, 40), (11, 40), (12, 20)]),
        ([(39, 100)], {"level_max": 40}, 0, 500, [(39, 40), (40, 40)]),
        ([(40, 100)], {"level_max": 40}, 0, 500, [(40, 40)]),
        ([(10, 2), (11, 2), (12, 2), (13, 4)], {"level_min": 4}, 0, 500, [(10, 6), (11, 4)]),
        ([(10, 2)], {"level_min": 4}, 0, 500, [(10, 4)]),
        ([(10, 2)], {"level_min": 4}, 0, 3, []),
        ([(40, 90)], {"level_max": 40}, 90, 500, []),
        ([(10, 90)], {"level_min": 50, "level_max": 40}, 0, 500, []),
        ([(10, 90)], {}, 60, 50, []),
        ([(10, 0)], {}, 0, 500, []),
    ],
)
def test_what_breaks_a_limit_becomes_something_near_to_it_or_nothing(wanted, changes, least, most, left):
    assert kept(wanted, OPEN._replace(**changes), least, most) == left


steps = st.lists(st.tuples(st.integers(-5, 50), st.integers(0, 90)), min_size=1, max_size=5)


@given(wanted=steps.map(sorted), level=st.integers(1, 40), least=st.integers(0, 60), more=st.integers(0, 200))
def test_keeping_twice_keeps_the_same(wanted, level, least, more):
    rule = OPEN._replace(level_min=min(level, 5), level_max=level * 4, level_span=12)
    once = kept(wanted, rule, least, least + more)
    assert not once or kept(once, rule, least, least + more) == once
