"""The workers of a dask cluster: they share a study's work as processes of this machine would, to the same bits.

Whatever is sent is pickled here and read by workers alone, so the scheduler needs nothing of ours. What all items of a
map have in common, a study's bench above all, is sent once. A worker computes nothing unless its surroundings are those
of the process that asks. What a lost worker had in hand dask gives to another.
"""

from __future__ import annotations

import logging
import pickle
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from operator import call
from time import monotonic
from typing import TypeVar, cast

from distributed import Client, Future, KilledWorker

from auction.errors import BadInput, Fault, bad_input
from auction.language import Message, say
from sim.lab.pool import WorkersLost
from sim.lab.surroundings import Surroundings, differences, surroundings

T = TypeVar("T")
R = TypeVar("R")
Tell = Callable[[Message], None]

ADDRESS = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})/?")
MOST_PORT = 65535
PART = 16
"""A task costs some milliseconds on its way to a worker and back."""
CONNECT_S = 4.0
"""How long a connection may take, and as long again the scheduler's greeting."""
LENGTH, LONGEST_GREETING = 8, 2**16
"""Bytes of what a dask message begins with, its length; and of a scheduler's greeting at the most."""
ANSWER_S = 60.0
"""How long a worker may take to say what its surroundings are: it imports everything first."""
EVERY_S = 0.5
"""How often it is seen who is still there."""
GRACE_S = 20.0
"""How long a study waits where no worker is left: dask starts one anew in a few seconds."""


@dataclass(frozen=True, slots=True)
class Task:
    """Work as it is done by a worker whose surroundings are as expected."""

    work: bytes
    """Pickled: only what is alike reads alike."""
    expected: Surroundings

    def __call__(self, item: bytes) -> object:
        """What the work makes of a pickled item. Raises BadInput where the surroundings are others."""
        reasons = list(differences(self.expected, surroundings()))
        if reasons:
            raise BadInput([_unlike(socket.gethostname(), reason) for reason in reasons])
        return _work(self.work)(pickle.loads(item))


@lru_cache(maxsize=2)
def _work(pickled: bytes) -> Callable[[object], object]:
    """The work, read once for all of a worker's tasks."""
    work: Callable[[object], object] = pickle.loads(pickled)
    return work


class Cluster:
    """The workers a scheduler has, as long as it has any."""

    def __init__(self, client: Client, tell: Tell, grace_s: float = GRACE_S) -> None:
        self._client, self._tell, self._grace_s = client, tell, grace_s
        threads: dict[str, int] = client.nthreads()  # type: ignore[no-untyped-call]
        self._here, self._left = frozenset(threads), monotonic()
        self.jobs, self.part = max(1, sum(threads.values())), PART

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What `work` makes of each item, in their order. Raises WorkersLost."""
        task = self._client.submit(pickle.loads, pickle.dumps(Task(pickle.dumps(work), surroundings())), pure=False)
        pickled = [pickle.dumps(item) for item in items]
        for future in self._client.map(call, [task] * len(pickled), pickled, pure=False):
            yield cast(R, self._result(future))
        self._count()

    def _result(self, future: Future[object]) -> object:
        """What comes of a task, however many workers it takes. Raises WorkersLost."""
        while True:
            try:
                return future.result(timeout=EVERY_S)
            except KilledWorker:
                raise self._lost(say("同一段活接连使几个工人倒下（多半是内存不够），不再重试")) from None
            except Exception as error:
                if future.status == "error":
                    raise
                if not isinstance(error, TimeoutError):
                    raise self._lost(say("与集群的调度器断了联系")) from error
            self._count()

    def _count(self) -> None:
        """Tell of workers that are gone; wait a while for others where none is left."""
        try:
            here = frozenset(self._client.nthreads())  # type: ignore[no-untyped-call]
        except Exception as error:
            raise self._lost(say("与集群的调度器断了联系")) from error
        for gone in sorted(self._here - here):
            self._tell(say("工人 {worker} 不见了，没做完的交给别的工人", worker=gone))
        self._here = here
        if here:
            self._left = monotonic()
        elif monotonic() - self._left > self._grace_s:
            raise self._lost(say("集群里一个工人也不剩"))

    def _lost(self, reason: Message) -> WorkersLost:
        self._tell(reason)
        return WorkersLost(say("计算集群中断；做完的都留着，可用 --resume 接着做"))


@contextmanager
def cluster_at(address: str, tell: Tell) -> Iterator[Cluster]:
    """The workers of the scheduler at `tcp://HOST:PORT`, once each is found fit; whatever is under way ends with it.

    Raises BadInput with a line for each worker that is not.
    """
    _knock(address)
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with _client(address) as client:
            _inspect(client, address)
            yield Cluster(client, tell)
    finally:
        logging.disable(before)


def _knock(address: str) -> None:
    """See whether a scheduler listens. Raises BadInput."""
    read = ADDRESS.fullmatch(address)
    if not read or not 0 < int(read[2]) <= MOST_PORT:
        raise _fault(say("集群的地址应为 tcp://主机:端口，得到 {address}", address=address))
    try:
        peer = socket.create_connection((read[1].strip("[]"), int(read[2])), CONNECT_S)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _fault(say("{address} 连不上（{reason}）", address=address, reason=reason)) from None
    with peer:
        if not _greets(peer):
            raise _no_scheduler(address)


def _greets(peer: socket.socket) -> bool:
    """Whether it greets first, as a scheduler does: dask itself would wait for that without end."""
    try:
        length = int.from_bytes(peer.recv(LENGTH), "little")
    except OSError:
        return False
    return 0 < length <= LONGEST_GREETING


def _client(address: str) -> Client:
    """Raises BadInput where whoever listens is no scheduler that we understand."""
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception:
        raise _no_scheduler(address) from None


def _no_scheduler(address: str) -> BadInput:
    return _fault(say("{address} 上的不是 dask 调度器，或版本合不来", address=address))


def _inspect(client: Client, address: str) -> None:
    """See that every worker's surroundings are those here. Raises BadInput."""
    workers = sorted(client.nthreads())  # type: ignore[no-untyped-call]
    if not workers:
        raise _fault(say("{address} 的集群里一个工人也没有", address=address))
    asked = pickle.dumps(surroundings)
    found = {worker: _asked(client, worker, asked) for worker in workers}
    faults = [_unlike(worker, reason) for worker, future in found.items() for reason in _reasons(future)]
    if faults:
        raise BadInput(faults)


def _asked(client: Client, worker: str, question: bytes) -> Future[Surroundings]:
    """What a worker has to say to a pickled question."""
    there = {"workers": [worker], "allow_other_workers": False, "pure": False}
    return client.submit(call, client.submit(pickle.loads, question, **there), **there)


def _reasons(answer: Future[Surroundings]) -> Iterator[Message]:
    """What is wrong with a worker by its answer."""
    try:
        yield from differences(surroundings(), answer.result(timeout=ANSWER_S))
    except (ImportError, AttributeError):
        yield say("没装开标，或是别的一版：请在那台机器装同一版 kaibiao[lab,cluster]")
    except Exception as error:
        yield say("没有回答（{reason}）", reason=str(error) or type(error).__name__)


def _unlike(worker: str, reason: Message) -> Fault:
    return Fault(say("工人 {worker}：{reason}", worker=worker, reason=reason), field="cluster")


def _fault(message: Message) -> BadInput:
    return bad_input(message, field="cluster")
