"""How things stood before a delivery began, as the chain of events tells it: it keeps what the tables have replaced."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select

from tasks.ledger.ownership import ENDED, OWNED
from tasks.ledger.plans import ALLOCATED, RELEASED
from tasks.ledger.records import FormerlyOwned
from tasks.ledger.schema import events
from tasks.ledger.store import Store
from turnup.allocation import Allocation
from turnup.errors import LedgerError


class PastBook:
    """Looks back along the chain; a look reads all events of a kind, and is for rare questions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begun(self, reference: str, attempt: int) -> int:
        """Number of the event with which a run of a delivery began.

        Raises:
            LedgerError: there is none.
        """
        for seq, _, body in self._told((reference,), ("delivery.begun",)):
            if body["attempt"] == attempt:
                return seq
        remedy = "Run `turnup audit verify`."
        raise LedgerError(f"{reference}, attempt {attempt}", "the event with which it began", "none", remedy)

    def owned_before(self, devices: Collection[str], seq: int) -> tuple[FormerlyOwned, ...]:
        """What was Turnup's on some devices before an event."""
        found: dict[tuple[str, str], FormerlyOwned] = {}
        for number, device, body in self._told(devices, (OWNED, ENDED)):
            if number >= seq:
                break
            line = body["service_line"]
            found.pop((device, line), None)
            if "text_hash" in body:
                found[device, line] = FormerlyOwned(device, line, body["plan_hash"], body["text_hash"])
        return tuple(found.values())

    def held_before(self, reference: str, seq: int, but_for: str) -> tuple[Allocation, ...]:
        """Values that a call-off held before an event, leaving out what a plan took that was about to be delivered."""
        held: dict[str, Allocation] = {}
        for number, _, body in self._told((reference,), (ALLOCATED, RELEASED)):
            if number >= seq:
                break
            for each in body.get("allocations", ()):
                if body["plan_hash"] != but_for:
                    held[f"{each['pool']} {each['value']}"] = Allocation(**each)
            for value in body.get("values", ()):
                held.pop(value, None)
        return tuple(held.values())

    def _told(self, subjects: Collection[str], kinds: tuple[str, ...]) -> Iterator[tuple[int, str, dict[str, Any]]]:
        query = select(events.c.seq, events.c.subject, events.c.body).where(events.c.kind.in_(kinds))
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(events.c.seq)).all()
        return ((row.seq, row.subject, json.loads(row.body)) for row in rows if row.subject in subjects)
