"""Plan many devices on all cores: planning is pure, so processes need to share nothing."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

WORTH_IT = 64
"""Items from which on it pays to start processes: each costs about half a second of imports."""

AHEAD = 8
"""Items in hand a process; the rest is not made before it is needed, so that memory does not grow with their number."""


def map_on_all_cores(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Do the same work for each item, in processes if there are many; results come in the order of the items.

    Args:
        work: a function of a module; items and results cross between processes.
        items: taken as they are needed.
    """
    source = iter(items)
    first = tuple(islice(source, WORTH_IT))
    if len(first) < WORTH_IT or (os.cpu_count() or 1) < 2:
        yield from map(work, first)
        yield from map(work, source)
        return
    yield from in_processes(work, chain(first, source), os.cpu_count() or 1)


def in_processes(work: Callable[[T], R], items: Iterable[T], processes: int) -> Iterator[R]:
    """Do the same work for each item in so many processes, only a few items ahead of who takes the results."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    source = iter(items)
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        pending = [pool.submit(work, item) for item in islice(source, processes * AHEAD)]
        while pending:
            yield pending.pop(0).result()
            pending += [pool.submit(work, item) for item in islice(source, 1)]
