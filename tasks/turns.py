"""Turns at a device: the sites of one wave change a shared device one after the other, in the order of the plan.

A redundant pair counts as one device here: its members have their turns one after the other too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from turnup.scalars import Place


class Turns:
    """Who has finished at which device, and how, in one delivery of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._finished: set[Place] = set()
        self._good: set[Place] = set()

    def wait(self, places: Iterable[Place], seconds: float) -> bool:
        """Wait until all of these have finished, or nothing at all has finished for so long; says whether they have."""
        before = frozenset(places)
        with self._changed:
            while not before <= self._finished:
                if not self._changed.wait(seconds):
                    return False
        return True

    def finish(self, places: Iterable[Place], *, good: bool = False) -> None:
        """Say that nothing more will happen at these, and whether they are as declared; what was said first holds."""
        with self._changed:
            new = frozenset(places) - self._finished
            self._finished |= new
            if good:
                self._good |= new
            self._changed.notify_all()

    def not_good(self, places: Iterable[Place]) -> tuple[Place, ...]:
        """Those that have not finished well."""
        with self._changed:
            return tuple(place for place in places if place not in self._good)


_turns: dict[tuple[str, str, int], Turns] = {}
_turns_lock = threading.Lock()


def turns_of(ledger: str, plan_hash: str, attempt: int) -> Turns:
    """The turns of one attempt at a plan of a ledger, shared by the sites that this process delivers at once."""
    with _turns_lock:
        return _turns.setdefault((ledger, plan_hash, attempt), Turns())
