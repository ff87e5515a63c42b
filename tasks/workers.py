"""One limit on the devices that this process works on at once, however many sites and Nornir runs there are.

Whoever waits for something else than a device, such as a turn, waits outside: a worker never does.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, Task

T = TypeVar("T")

_this_thread = threading.local()


@lru_cache(maxsize=4)
def _workers(limit: int) -> ThreadPoolExecutor:
    # What was there before the workers is here to stay: the collector looked through all of it, tens of milliseconds,
    # for every few thousand objects that a hundred devices make.
    gc.freeze()
    return ThreadPoolExecutor(limit, thread_name_prefix="device", initializer=_become_a_worker)


def _become_a_worker() -> None:
    _this_thread.is_worker = True


def at_work() -> bool:
    """Say whether this thread is one of the workers."""
    return getattr(_this_thread, "is_worker", False)


def give_to_a_worker(limit: int, work: Callable[[], T]) -> Future[T]:
    """Have some work done as soon as a worker is free; must not be asked of a worker, who might wait for itself."""
    return _workers(limit).submit(work)


class SharedRunner:
    """Nornir runner: each host is worked on by one of the process's workers; a worker's own run stays with it.

    Args:
        limit: devices that the process works on at once.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Run a device task on all hosts."""
        answers = AggregatedResult(task.name)
        if at_work():
            for host in hosts:
                answers[host.name] = task.copy().start(host)
            return answers
        pending = [_workers(self._limit).submit(task.copy().start, host) for host in hosts]
        for host, each in zip(hosts, pending, strict=True):
            answers[host.name] = each.result()
        return answers
