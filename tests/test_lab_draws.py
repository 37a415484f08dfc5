"""Frozen draws: keyed by study and chunk; in mirrored pairs; the common shock once in each stratum."""

from zlib import crc32

import numpy as np
import pytest
from numpy.random import SFC64, Generator, SeedSequence
from scipy.special import ndtr, ndtri

from sim.lab import draws
from sim.lab.draws import CHUNK, Frozen, draw, stream
from sim.lab.rule import MOST_STEPS
from sim.underwriters import COMMON, UNIFORMS

ALL = tuple(Frozen._fields)


def same(one: Frozen, other: Frozen) -> list[bool]:
    return [np.array_equal(a, b) for a, b in zip(one, other, strict=True)]


def test_the_draws_of_a_chunk_have_a_number_for_everything_that_is_left_to_chance():
    shapes = [drawn.shape for drawn in draw(1, 0, 30)]
    assert shapes == [(CHUNK,), (CHUNK, 30), (CHUNK, 30), (CHUNK, 30, UNIFORMS), (CHUNK, 30, MOST_STEPS)]


def test_the_second_auction_of_a_pair_is_the_mirror_of_the_first():
    frozen = draw(5, 3, 7)
    for drawn in (frozen.shock, frozen.view, frozen.mandate):
        assert np.array_equal(drawn[1::2], -drawn[0::2])
    assert np.array_equal(frozen.uniform[0::2] + frozen.uniform[1::2], np.ones((CHUNK // 2, 7, UNIFORMS)))
    assert np.array_equal(frozen.arrival[1::2], 65535 - frozen.arrival[0::2])


@pytest.mark.parametrize("auctions", [2, 128, CHUNK])
def test_each_stratum_of_the_common_shock_has_one_auction(auctions):
    strata = np.floor(ndtr(draw(9, 4, 1, auctions).shock) * auctions)
    assert sorted(strata.tolist()) == list(range(auctions))


def test_a_chunk_is_drawn_alike_whatever_was_drawn_before():
    alone = draw(5, 3, 4)
    others = [draw(5, chunk, 4) for chunk in (4, 2, 3)]
    assert same(alone, others[-1]) == [True] * len(ALL)


@pytest.mark.parametrize(("study", "chunk"), [(6, 3), (5, 4)])
def test_another_study_or_chunk_draws_everything_anew(study, chunk):
    assert same(draw(5, 3, 4), draw(study, chunk, 4)) == [False] * len(ALL)


def test_members_that_join_change_nothing_for_those_already_there():
    few, many = draw(5, 3, 4), draw(5, 3, 9)
    assert same(few, Frozen(many.shock, *(drawn[:, :4] for drawn in many[1:]))) == [True] * len(ALL)


def test_a_stream_is_keyed_by_study_chunk_and_role():
    key = SeedSequence(5, spawn_key=(3, crc32(b"members")))
    assert np.array_equal(stream(5, 3, "members").random(9), Generator(SFC64(key)).random(9))


def test_no_two_roles_draw_the_same():
    assert len({stream(5, 3, role).random() for role in ("answer", "test", "inertia")}) == 3


def test_a_stream_is_that_of_sfc64_from_the_key_of_its_chunk_and_the_number_of_its_pair():
    theirs, word = SFC64(), draws.Word
    ours = (*draws.key_of(5, 3), word(0))
    theirs.state = {**theirs.state, "state": {"state": np.array(ours, np.uint64)}}
    words = []
    with np.errstate(over="ignore"):
        for _ in range(20):
            drawn, ours = draws._drawn(ours)
            words.append(int(drawn))
    assert words == theirs.random_raw(20).tolist()


def test_no_two_pairs_draw_the_same():
    frozen = draw(5, 3, 20)
    for drawn in (frozen.shock, frozen.view, frozen.mandate, frozen.uniform[:, :, 1:]):
        assert len(np.unique(np.abs(drawn))) > 0.499 * drawn.size


def test_the_quantiles_are_the_normals():
    share = np.concatenate([np.geomspace(0.5, 2**31 - 1, 5000), np.arange(20.0)]).astype(np.uint64)
    tails = [draws._normal(each, draws.QUANTILES) for each in share]
    others = [draws._normal(each | np.uint64(2**31), draws.QUANTILES) for each in share]
    assert tails == pytest.approx(ndtri((share + 0.5) * 2.0**-32), abs=2e-9)
    assert [-each for each in tails] == others


def test_what_is_common_is_alike_for_all_members_and_the_rest_is_each_ones_own():
    uniform = draw(5, 3, 6).uniform
    assert np.array_equal(uniform[:, :, COMMON], np.repeat(uniform[:, :1, COMMON], 6, axis=1))
    own = np.delete(uniform, COMMON, axis=2)
    assert len(np.unique(own)) > 0.999 * own.size


def test_uniforms_lie_inside_zero_and_one_and_cover_it_evenly():
    uniform = np.concatenate([draw(5, chunk, 20).uniform[0::2, :, 1:].ravel() for chunk in range(20)])
    assert 0 < uniform.min() < uniform.max() < 1
    filled = np.histogram(uniform, 20, (0, 1))[0] / len(uniform)
    assert filled == pytest.approx(np.full(20, 0.05), abs=0.0015)


def test_arrivals_spread_over_all_moments():
    arrival = np.concatenate([draw(5, chunk, 20).arrival[0::2].ravel() for chunk in range(20)])
    filled = np.histogram(arrival, 16, (0, 65536))[0] / len(arrival)
    assert filled == pytest.approx(np.full(16, 1 / 16), abs=0.0015)


def test_views_and_mandates_are_standard_normal_and_unrelated():
    chunks = [draw(5, chunk, 20) for chunk in range(40)]
    view = np.concatenate([each.view[0::2].ravel() for each in chunks])
    mandate = np.concatenate([each.mandate[0::2].ravel() for each in chunks])
    assert np.corrcoef(view, mandate) == pytest.approx(np.eye(2), abs=0.013)
    for drawn in (view, mandate):
        assert (drawn.mean(), drawn.std()) == (pytest.approx(0, abs=0.013), pytest.approx(1, abs=0.01))
        assert np.mean(np.abs(drawn) > 1.959964) == pytest.approx(0.05, abs=0.003)


def test_the_common_shock_of_a_chunk_is_nearer_to_normal_than_chance_would_have_it():
    shock = draw(5, 3, 1).shock
    assert shock.mean() == pytest.approx(0, abs=1e-15)
    assert shock.std() == pytest.approx(1, abs=0.02)
