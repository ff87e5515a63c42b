"""The audit: does the chain of events hold, and do the tables say what the events said?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tasks.ledger.audit_tables import (
    GONE,
    ONLY_INSIDE,
    SEALED_TABLES,
    TABLES,
    Sealed,
    Told,
    current,
    heads_claimed,
    latest_of,
    taken_away,
    told_of_stage,
)
from tasks.ledger.engine import first_line
from tasks.ledger.schema import events
from tasks.ledger.store import GENESIS, Store, event_hash
from turnup.errors import AuditBroken


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a good audit says.

    Attributes:
        events: number of events.
        head: hash of the last one.
        approvals, plans, outcomes, backups, transcripts: how many were compared with their events or their hash.
        unopened: how many texts of these did not open with the key that is given, and could not be proved.
        key: reference of that key.
    """

    events: int
    head: str
    approvals: int
    plans: int
    outcomes: int
    backups: int
    transcripts: int
    unopened: int
    key: str


class AuditBook:
    """Verifies the whole ledger, as it was at one moment: a delivery may go on meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verify(self, expected_head: str = "") -> AuditReport:
        """Walk the chain and compare the tables with it.

        A chain that was rewritten as a whole holds in itself; it shows by the heads that approvals signed, and by
        the one that somebody kept elsewhere. The same goes for a tail that was cut off after the last approval.

        Args:
            expected_head: a head that somebody kept, from an approval or an acceptance; it has to be in the chain.

        Raises:
            AuditBroken: names the first thing that does not hold.
        """
        with self._store.reading() as connection:
            claimed = heads_claimed(connection)
            walk = _Walk(frozenset(claimed) | {expected_head})
            walk.through(connection)
            if expected_head and expected_head not in walk.seen:
                raise broken("chain", f"the head {expected_head[:16]} in it", "a chain without it")
            rest: Counter[Told] = Counter()
            counts = {name: _compare(name, walk.told, told(connection), rest) for name, told in TABLES.items()}
            for name, sealed in SEALED_TABLES.items():
                counts[name] = _compare(name, walk.told, sealed(connection, self._store.seals), rest)
            unopened = rest.total()
            for head, claimant in claimed.items():
                if head not in walk.seen:
                    raise broken(claimant, f"the head {head[:16]} in the chain", "a rewritten chain")
            _strike_out_unopened(walk.told, rest)
            _refuse_leftovers(walk.told)
            _compare_latest(walk.latest, current(connection))
        return AuditReport(
            walk.number,
            walk.head,
            counts["approvals"],
            counts["plans"],
            counts["outcomes"],
            counts["backups"],
            counts["transcripts"],
            unopened,
            self._store.seals.reference,
        )


class _Walk:
    """One walk along the chain; remembers only what the comparison needs."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.seen = {GENESIS}
        self.head, self.number = GENESIS, 0
        self.told: Counter[Told] = Counter()
        self.latest: dict[tuple[str, str], str] = {}

    def through(self, connection: Connection) -> None:
        rows = connection.execution_options(yield_per=2000).execute(select(events).order_by(events.c.seq))
        for number, row in enumerate(rows, start=1):
            if row.seq != number:
                raise broken(f"event {number}", f"event {number}", f"event {row.seq}")
            if row.previous_hash != self.head:
                raise broken(f"event {number}", f"previous hash {self.head[:16]}", row.previous_hash[:16])
            digest = event_hash(row.seq, row.at, row.actor, row.kind, row.subject, row.body, row.previous_hash)
            if row.hash != digest:
                raise broken(f"event {number} ({row.kind} {row.subject})", f"hash {digest[:16]}", row.hash[:16])
            self.head, self.number = row.hash, number
            if row.hash in self.wanted:
                self.seen.add(row.hash)
            self._remember(Told(row.kind, row.subject, row.body))

    def _remember(self, told: Told) -> None:
        if told.is_in_a_table:
            self.told[told] += 1
        for part in told_of_stage(told):
            self.told[part] += 1
        for gone in taken_away(told):
            self.told[gone] -= 1
        for kind, subject, body in latest_of(told):
            if body == GONE:
                self.latest.pop((kind, subject), None)
            else:
                self.latest[kind, subject] = body


def _compare(table: str, events_said: Counter[Told], rows: Iterable[Told | Sealed], rest: Counter[Told]) -> int:
    """Strike out each row's event; what has none was put in or edited behind the ledger's back.

    Args:
        table: its name.
        events_said: what the events said.
        rows: what its entries say.
        rest: gets the entries whose texts do not open.
    """
    count = 0
    try:
        for count, told in enumerate(rows, start=1):  # noqa: B007
            if isinstance(told, Sealed):
                rest[told.told] += 1
                continue
            if not events_said[told]:
                raise broken(
                    f"{told.kind} of {told.subject}", "an event that tells of it", f"none that says {told.body}"
                )
            events_said[told] -= 1
    except (ValueError, TypeError) as error:
        raise broken(f"table of {table}", "entries that can be read", first_line(error)) from error
    return count


def _strike_out_unopened(events_said: Counter[Told], rest: Counter[Told]) -> None:
    """Strike out the events of texts that did not open, by all that they say but the text's hash."""
    if not rest:
        return
    for told in list(+events_said):
        if told.is_in_a_table and rest[shown := told.without(*ONLY_INSIDE)]:
            struck = min(events_said[told], rest[shown])
            events_said[told] -= struck
            rest[shown] -= struck
    for told in +rest:
        raise broken(f"{told.kind} of {told.subject}", "an event that tells of it", f"none that says {told.body}")


def _refuse_leftovers(events_said: Counter[Told]) -> None:
    """What events told of and no table has any more was removed, or edited."""
    for told in +events_said:
        raise broken(f"{told.kind} of {told.subject}", f"the entry that says {told.body}", "none")


def _compare_latest(events_said: dict[tuple[str, str], str], rows: Iterable[Told]) -> None:
    """Compare what entries say now with the last event about each; neither has anything that the other has not."""
    for told in rows:
        said = events_said.pop((told.kind, told.subject), "no event")
        if said != told.body:
            raise broken(f"{told.kind} of {told.subject}", said, told.body)
    for (kind, subject), said in events_said.items():
        raise broken(f"{kind} of {subject}", said, "none")


def broken(where: str, expected: str, found: str) -> AuditBroken:
    """The error of an audit."""
    remedy = "Somebody edited the ledger outside Turnup. Restore it from a backup and compare the two."
    return AuditBroken(f"ledger {where}", expected, found, remedy)
