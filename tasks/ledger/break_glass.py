"""Breaking the glass: deliveries outside windows and in freezes, in the chain of events for good."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select

from tasks.ledger.records import BreakGlass
from tasks.ledger.schema import events
from tasks.ledger.store import Store

BROKEN = "delivery.glass-broken"


class BreakGlassBook:
    """Who broke the glass, when, and why: events are all there is, so nobody can change it behind the chain."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(
        self, reference: str, attempt: int, plan_hash: str, reason: str, sites: tuple[str, ...], who: str
    ) -> None:
        """Record that a delivery begins although sites are not due.

        Args:
            reference: the call-off.
            attempt: number of the delivery.
            plan_hash: what is delivered.
            reason: why it cannot wait.
            sites: those that were not due.
            who: the executor.
        """
        body = {"attempt": attempt, "plan_hash": plan_hash, "reason": reason, "sites": list(sites)}
        with self._store.writing() as connection:
            self._store.append(connection, who, BROKEN, reference, body)

    def of(self, reference: str = "") -> tuple[BreakGlass, ...]:
        """What was recorded of a call-off, or of all, oldest first."""
        query = select(events).where(events.c.kind == BROKEN).order_by(events.c.seq)
        if reference:
            query = query.where(events.c.subject == reference)
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(_break_glass(row.subject, row.actor, row.at, json.loads(row.body)) for row in rows)


def _break_glass(reference: str, who: str, at: str, body: dict[str, object]) -> BreakGlass:
    sites = body["sites"]
    return BreakGlass(
        reference=reference,
        attempt=int(str(body["attempt"])),
        who=who,
        at=datetime.fromisoformat(at),
        reason=str(body["reason"]),
        sites=tuple(str(site) for site in sites) if isinstance(sites, list) else (),
    )
