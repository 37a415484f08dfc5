"""A study: an experiment run chunk by chunk on frozen draws, until its pairs are known as exactly as was asked.

Looks are taken at the same chunks whoever computes them, and rows are put together in the order of chunks, so that an
answer depends neither on the number of processes nor on whether the study was cut short and gone on with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil, inf
from pathlib import Path
from time import monotonic

import numpy as np

from auction.errors import bad_input
from auction.language import Message, say
from sim.lab import checkpoint
from sim.lab.answer import Answer, PairBand, alike, arm_answers, difference, estimate, pair_answers
from sim.lab.band import Outside, is_pinned, outside_by_curves
from sim.lab.bench import Bench, run_chunk
from sim.lab.clearing import Floats
from sim.lab.draws import CHUNK
from sim.lab.experiment import Experiment, Prepared
from sim.lab.interval import ALPHA, LEAST, SETTLED, Interval, Units, needed
from sim.lab.measures import PLACE
from sim.lab.pictures import Picture, pictures_of
from sim.lab.pool import ALONE, Workers, WorkersLost
from sim.lab.record import Json, record_of
from sim.lab.sensitivity import Influence, Origin, influences
from sim.lab.sides import Count, bench_of, market_of

GROWTH = 8
"""The next look comes after so much more of what is done: an eighth, LEAST chunks at the least."""
BAND_CHUNKS = 2 * LEAST
"""Chunks at each outside value of a band, at the most."""
RESULT = "study.json"
COUPON = PLACE["spread_bp"]

Pairs = tuple[tuple[int, int], ...]
"""What is compared, by places of sides."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is."""

    stage: Message
    done: int
    whole: int
    """Of as many, arms or auctions of each arm, as far as is known."""
    left_s: float | None = None
    half_width_bp: float = inf


Tell = Callable[[Progress], None]


@dataclass(slots=True)
class Work:
    """A study under way."""

    bench: Bench
    pairs: Pairs
    experiment: Experiment
    file: Path | None
    """Its checkpoint."""
    record: Mapping[str, Json]
    """What it is made from, noted before anybody can change it."""
    pictures: tuple[Picture, ...]
    rows: dict[int, Floats] = field(default_factory=dict)
    """What each chunk came to, float64[sides, measures]."""
    half_width_bp: float = inf
    """The widest half of any pair's interval, at the last look."""
    needed: int = LEAST
    """About how many chunks the precision takes, by the last look."""

    def table(self) -> Floats:
        """Every chunk that is done, in their order: float64[chunks, sides, measures]."""
        if not self.rows:
            return np.zeros((0, len(self.bench.sides), len(PLACE)))
        return np.stack([self.rows[chunk] for chunk in sorted(self.rows)])


def run_study(
    prepared: Prepared,
    folder: Path | None = None,
    *,
    pool: Workers = ALONE,
    resume: bool = False,
    tell: Tell = lambda progress: None,
) -> Answer:
    """Run an experiment to its aim or its budget; with a folder, its answer and every chunk are written there.

    Interrupted, or left by all workers, it answers with what is done, unless nothing is. Raises BadInput, WorkersLost.
    """
    begun, experiment = monotonic(), prepared.experiment
    kept = None if folder is None else _checkpoint(prepared, folder, resume)
    bench = bench_of(prepared, market_of(prepared), pool, _counted(say("求均衡"), tell))
    work = Work(
        bench=bench,
        pairs=_pairs(bench, experiment),
        experiment=experiment,
        file=kept and kept[0],
        record=record_of(prepared, bench.market),
        pictures=pictures_of(bench, len(prepared.population.institutions), pool),
        rows=kept[1] if kept else {},
    )
    interrupted = False
    try:
        _run(work, pool, tell)
    except (KeyboardInterrupt, WorkersLost):
        if not work.rows:
            raise
        interrupted = True
        _look(work, work.table())
    pinned = _pinned(work)
    bands: tuple[PairBand, ...] = ()
    try:
        if pinned and not interrupted:
            bands = _bands(prepared, work, pinned, pool, _counted(say("按外部利差求均衡"), tell))
    except (KeyboardInterrupt, WorkersLost):
        interrupted = True
    moved = None if interrupted else _influences(prepared, work)
    answer = _answer(prepared, work, pinned, bands, moved, interrupted, monotonic() - begun)
    if folder:
        _write(folder / RESULT, json.dumps(answer.as_dict(), ensure_ascii=False, indent=1) + "\n")
    return answer


def _counted(stage: Message, tell: Tell) -> Count:
    """Tell of a stage how many of its steps are done."""
    return lambda done, whole: tell(Progress(stage, done, whole))


def _checkpoint(prepared: Prepared, folder: Path, resume: bool) -> tuple[Path, dict[int, Floats]]:
    if resume:
        return checkpoint.load(folder, prepared.digest)
    return checkpoint.begin(folder, prepared.digest), {}


def _pairs(bench: Bench, experiment: Experiment) -> Pairs:
    """What is compared among bidders as they are, then among those that adapt."""
    arms, blocks = len(experiment.arms), len(bench.sides) // len(experiment.arms)
    return tuple((block * arms + a, block * arms + b) for block in range(blocks) for a, b in experiment.compared)


def _run(work: Work, pool: Workers, tell: Tell) -> None:
    """Run chunks until the aim or the budget is reached."""
    experiment, done, begun, fresh = work.experiment, 0, monotonic(), 0
    last = ceil(experiment.auctions / CHUNK) if experiment.auctions else max(1, experiment.budget // CHUNK)
    while done < last:
        end = min(last, done + max(LEAST, done // GROWTH))
        missing = [chunk for chunk in range(done, end) if chunk not in work.rows]
        for part in _parts(work.bench, missing, pool):
            work.rows.update(part)
            fresh += len(part)
            if work.file:
                checkpoint.add(work.file, part)
            whole = last if experiment.auctions else min(last, max(end, work.needed))
            left = (whole - len(work.rows)) * (monotonic() - begun) / fresh
            tell(Progress(say("模拟招标"), len(work.rows) * CHUNK, whole * CHUNK, max(left, 0.0), work.half_width_bp))
        done = end
        _look(work, np.stack([work.rows[chunk] for chunk in range(done)]))
        wanted = experiment.precision_bp
        if wanted is not None and done >= SETTLED and work.half_width_bp <= wanted:
            break
    work.rows = {chunk: row for chunk, row in work.rows.items() if chunk < done}


def _parts(bench: Bench, chunks: Sequence[int], pool: Workers) -> Iterator[dict[int, Floats]]:
    """What chunks come to, a few at a time, in their order."""
    several = max(1, min(pool.part, len(chunks) // pool.jobs))
    parts = [tuple(chunks[at : at + several]) for at in range(0, len(chunks), several)]
    return pool.map(partial(run_chunks, bench), parts)


def run_chunks(bench: Bench, chunks: Sequence[int]) -> dict[int, Floats]:
    """What each of these chunks comes to."""
    return {chunk: run_chunk(bench, chunk) for chunk in chunks}


def _look(work: Work, table: Floats) -> None:
    """See how exactly the pairs are known by these chunks."""
    if work.pairs:
        coupons = [_coupon(work.bench, pair, table, len(work.pairs)) for pair in work.pairs]
    else:
        coupons = [estimate("spread_bp", side, table[:, place]) for place, side in enumerate(work.bench.sides)]
    work.half_width_bp = max(coupon.half_width for coupon in coupons)
    if work.experiment.precision_bp is not None:
        work.needed = _needed(work, table, float(work.experiment.precision_bp))


def _coupon(bench: Bench, pair: tuple[int, int], table: Floats, pairs: int) -> Interval:
    """What a pair's coupon differs by, bp."""
    first, second = pair
    sides = bench.sides[first], bench.sides[second]
    return difference("spread_bp", *sides, table[:, first], table[:, second], ALPHA / max(pairs, 1))


def _needed(work: Work, table: Floats, wanted_bp: float) -> int:
    """About how many chunks it takes until every pair, or a lone arm, is known so exactly."""
    coupons = table[:, :, COUPON]
    moves = [coupons[:, second] - coupons[:, first] for first, second in work.pairs] or list(coupons.T)
    variances = [Units().plus(move[~np.isnan(move)].tolist()).variance for move in moves]
    return needed(wanted_bp, max(variances), ALPHA / max(len(work.pairs), 1))


def _pinned(work: Work) -> dict[int, float]:
    """The sides from which something is compared and whose auctions mostly end at the floor, with how many do."""
    hits = work.table()[:, :, PLACE["floor_hit"]].mean(axis=0)
    firsts = dict.fromkeys(first for first, _second in work.pairs)
    return {first: float(hits[first]) for first in firsts if is_pinned(float(hits[first]))}


def _bands(
    prepared: Prepared, work: Work, pinned: dict[int, float], pool: Workers, tell: Count
) -> tuple[PairBand, ...]:
    """What the pairs from a pinned arm come to over the outside values; nothing where none are known."""
    outside = _outside(prepared)
    if outside is None:
        return ()
    own, sides = work.bench.market.spread_bp, work.bench.sides
    tables = {spread: _table_at(prepared, work, spread, pool, tell) for spread in {outside.low, outside.high} - {own}}
    if outside.low <= own <= outside.high:
        tables[own] = work.table()
    pairs = [pair for pair in work.pairs if pair[0] in pinned]
    return tuple(
        PairBand(
            from_=sides[pair[0]].name,
            to=sides[pair[1]].name,
            adapts=sides[pair[0]].adapts,
            floor_hit=pinned[pair[0]],
            outside=(outside.low, outside.high),
            points=tuple((at, _coupon(work.bench, pair, tables[at], len(pairs))) for at in sorted(tables)),
        )
        for pair in pairs
    )


def _table_at(prepared: Prepared, work: Work, spread_bp: float, pool: Workers, tell: Count) -> Floats:
    """The first chunks of the study where the secondary spread is another, bidders adapting to that too."""
    bench = bench_of(prepared, replace(work.bench.market, spread_bp=spread_bp), pool, tell)
    chunks = range(min(BAND_CHUNKS, max(LEAST, len(work.rows))))
    rows: dict[int, Floats] = {}
    for part in _parts(bench, chunks, pool):
        rows.update(part)
    return np.stack([rows[chunk] for chunk in chunks])


def _outside(prepared: Prepared) -> Outside | None:
    """What is known of the secondary spread: as written, else by the two curves where the scenario has both."""
    written, staged = prepared.experiment.outside_spread_bp, prepared.staged
    if written:
        return Outside(float(written.low), float(written.high))
    if staged.local is None or prepared.issue.reopening:
        return None
    return outside_by_curves(staged.local, staged.treasury, staged.scenario.plan.date, prepared.issue.tenor)


def _influences(prepared: Prepared, work: Work) -> tuple[Influence, ...] | None:
    """What the uncertain inputs do to the first pair, or to a lone arm; None where the user has had enough."""
    places = work.pairs[0] if work.pairs else (0,)
    origin = Origin.EXPERIMENT if prepared.experiment.outside_spread_bp else Origin.CURVES
    try:
        return influences(work.bench, places, _outside(prepared), origin, len(work.rows))
    except KeyboardInterrupt:
        return None


def _answer(
    prepared: Prepared,
    work: Work,
    pinned: dict[int, float],
    bands: tuple[PairBand, ...],
    moved: tuple[Influence, ...] | None,
    interrupted: bool,
    seconds: float,
) -> Answer:
    experiment, table, sides = prepared.experiment, work.table(), work.bench.sides
    wanted = None if experiment.precision_bp is None else float(experiment.precision_bp)
    return Answer(
        question=experiment.question,
        names={
            "experiment": experiment.name,
            "scenario": prepared.staged.scenario.name,
            "population": prepared.population.name,
        },
        seed=experiment.seed,
        arms=arm_answers(sides, [float(setting.mean) for setting in prepared.settings], table),
        pairs=pair_answers(sides, work.pairs, table),
        alike=tuple(dict.fromkeys((sides[a].name, sides[b].name) for a, b in work.pairs if alike(sides[a], sides[b]))),
        unidentified=tuple(dict.fromkeys(sides[place].name for place in pinned)),
        bands=bands,
        sensitivity=moved,
        precision_bp=wanted,
        half_width_bp=work.half_width_bp,
        budget=experiment.budget,
        expected=work.needed * CHUNK if wanted is not None and work.half_width_bp > wanted else None,
        interrupted=interrupted,
        seconds=seconds,
        pictures=work.pictures,
        record=work.record,
    )


def _write(file: Path, text: str) -> None:
    """Write whole or not at all. Raises BadInput where the disk refuses."""
    partial_file = file.with_suffix(file.suffix + ".part")
    try:
        partial_file.write_text(text, "utf-8")
        partial_file.replace(file)
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), file) from None
