"""Turns at a device: the sites of one wave change a shared device one after the other, in the order of the plan."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from turnup.scalars import Place


class Turns:
    """Who has finished at which device, in one delivery of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._finished: set[Place] = set()

    def wait(self, places: Iterable[Place], seconds: float) -> bool:
        """Wait until all of these have finished; says whether they have."""
        before = frozenset(places)
        with self._changed:
            return self._changed.wait_for(lambda: before <= self._finished, timeout=seconds)

    def finish(self, places: Iterable[Place]) -> None:
        """Say that nothing more will happen at these, whatever came out."""
        with self._changed:
            self._finished.update(places)
            self._changed.notify_all()


_turns: dict[tuple[str, int], Turns] = {}
_turns_lock = threading.Lock()


def turns_of(plan_hash: str, attempt: int) -> Turns:
    """The turns of one attempt at a plan, shared by the sites that this process delivers at once."""
    with _turns_lock:
        return _turns.setdefault((plan_hash, attempt), Turns())
