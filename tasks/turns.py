"""Turns at a device: the sites of one wave change a shared device one after the other, in the order of the plan.

Whether a site may begin is asked here too, when a worker comes to its first device: what is begun comes to its end.

A redundant pair counts as one device here: its members have their turns one after the other too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from turnup.scalars import Place, SiteCode


class Turns:
    """Who has finished at which device, and how, in one delivery of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._finished: set[Place] = set()
        self._good: set[Place] = set()
        self._left: set[Place] = set()
        self._failed = 0
        self._asked: dict[SiteCode, str] = {}
        self._due_at: dict[SiteCode, datetime] = {}

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

    def leave(self, places: Iterable[Place]) -> None:
        """Say that these are not touched at all: nobody has to wait for them, and nothing is wrong with them."""
        wanted = frozenset(places)
        with self._changed:
            self._left |= wanted - self._finished
        self.finish(wanted)

    def fail(self) -> None:
        """Count a device that is not as declared, for the failure budget."""
        with self._changed:
            self._failed += 1

    def found_due(self, site: SiteCode, at: datetime) -> None:
        """Remember that a site was found due at an instant."""
        with self._changed:
            self._due_at[site] = at

    def was_due_since(self, site: SiteCode, since: datetime) -> bool:
        """Say whether a site was found due at an instant or later."""
        with self._changed:
            return site in self._due_at and self._due_at[site] >= since

    def may_not_begin(self, site: SiteCode, budget: int, not_due: Callable[[], str]) -> str:
        """Ask once whether a site may begin.

        Args:
            site: the site.
            budget: how many devices may fail before no further site begins.
            not_due: says why the site is not due; empty if it is.

        Returns:
            what forbids it, the same for all devices of the site; empty if it may.
        """
        if site not in self._asked:
            why_not = not_due()  # reads files: the others need not wait for it
            with self._changed:
                if not why_not and self._failed > budget:
                    why_not = "the failure budget is spent"
                self._asked.setdefault(site, why_not)
        return self._asked[site]

    def refusal(self, site: SiteCode) -> str:
        """What forbade a site to begin; empty if it was begun, or not asked yet."""
        return self._asked.get(site, "")

    def touched(self, places: Iterable[Place]) -> tuple[Place, ...]:
        """Those that were not left alone, in the order given."""
        with self._changed:
            return tuple(place for place in places if place not in self._left)

    def are_good(self, places: Iterable[Place]) -> bool:
        """Whether all of these have finished as declared."""
        with self._changed:
            return self._good.issuperset(places)


KEPT = 256
"""Attempts that are remembered: many more than one process works on at once; older ones have ended."""

_turns: dict[tuple[str, str, int], Turns] = {}
_turns_lock = threading.Lock()


def turns_of(ledger: str, plan_hash: str, attempt: int) -> Turns:
    """The turns of one attempt at a plan of a ledger, shared by the sites that this process delivers at once."""
    with _turns_lock:
        turns = _turns.pop((ledger, plan_hash, attempt), None) or Turns()
        _turns[ledger, plan_hash, attempt] = turns  # the one that was asked for last is the last one to go
        while len(_turns) > KEPT:
            del _turns[next(iter(_turns))]
        return turns
