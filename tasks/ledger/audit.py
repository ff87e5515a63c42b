"""The audit: does the chain of events hold, and do the tables say what the events said?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tasks.ledger.devices import DeviceBook, outcome_body
from tasks.ledger.orders import OrderBook, approval_body
from tasks.ledger.plans import PlanBook
from tasks.ledger.schema import approvals, call_offs, events, outcomes, plans
from tasks.ledger.store import GENESIS, Store, event_hash
from turnup.canonical import canonical_bytes, text_hash
from turnup.errors import AuditBroken, LedgerUnavailable


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a good audit says.

    Attributes:
        events: number of events.
        head: hash of the last one.
        approvals, plans, outcomes: how many were compared with their events or their hash.
    """

    events: int
    head: str
    approvals: int
    plans: int
    outcomes: int


class AuditBook:
    """Verifies the whole ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verify(self, expected_head: str = "") -> AuditReport:
        """Walk the chain and compare the tables with it.

        Args:
            expected_head: a head that somebody kept, from an approval or an acceptance; it has to be in the chain.

        Raises:
            AuditBroken: names the first thing that does not hold.
        """
        hashes, bodies = self._walk()
        if expected_head and expected_head not in hashes:
            raise _broken("chain", f"the head {expected_head[:16]} in it", "a chain without it")
        return AuditReport(
            events=len(hashes) - 1,
            head=hashes[-1],
            approvals=self._compare_approvals(frozenset(hashes), bodies),
            plans=self._compare_plans(),
            outcomes=self._compare_outcomes(bodies),
        )

    def _walk(self) -> tuple[list[str], set[tuple[str, str, str]]]:
        hashes = [GENESIS]
        bodies: set[tuple[str, str, str]] = set()
        with self._store.reading() as connection:
            rows = connection.execute(select(events).order_by(events.c.seq)).all()
        for number, row in enumerate(rows, start=1):
            if row.seq != number:
                raise _broken(f"event {number}", f"event {number}", f"event {row.seq}")
            if row.previous_hash != hashes[-1]:
                raise _broken(f"event {number}", f"previous hash {hashes[-1][:16]}", row.previous_hash[:16])
            digest = event_hash(row.seq, row.at, row.actor, row.kind, row.subject, row.body, row.previous_hash)
            if row.hash != digest:
                raise _broken(f"event {number} ({row.kind} {row.subject})", f"hash {digest[:16]}", row.hash[:16])
            hashes.append(row.hash)
            bodies.add((row.kind, row.subject, row.body))
        return hashes, bodies

    def _compare_approvals(self, hashes: frozenset[str], bodies: set[tuple[str, str, str]]) -> int:
        with self._store.reading() as connection:
            references = connection.execute(select(approvals.c.reference).distinct()).scalars().all()
            contents = connection.execute(select(call_offs.c.reference, call_offs.c.content_hash, call_offs.c.content))
            for row in contents:
                if text_hash(row.content) != row.content_hash:
                    raise _broken(f"call-off {row.reference}", f"content {row.content_hash[:16]}", "another content")
        book, count = OrderBook(self._store), 0
        for reference in references:
            for approval in book.approvals(reference):
                body = canonical_bytes(approval_body(approval)).decode()
                if (f"{approval.kind}.approved", reference, body) not in bodies:
                    raise _broken(f"approval of {reference}", "an event that tells of it", "none")
                if approval.ledger_head not in hashes:
                    where = f"approval of {reference} by {approval.signatory}"
                    raise _broken(where, f"the head {approval.ledger_head[:16]} in the chain", "a rewritten chain")
                count += 1
        return count

    def _compare_plans(self) -> int:
        with self._store.reading() as connection:
            known = connection.execute(select(plans.c.hash)).scalars().all()
        book = PlanBook(self._store)
        for plan_hash in known:
            try:
                plan = book.get(plan_hash)
            except LedgerUnavailable as error:
                raise _broken(f"plan {plan_hash[:16]}", "a readable plan", "one that is not") from error
            if plan is None or plan.hash != plan_hash:
                raise _broken(f"plan {plan_hash[:16]}", "the content of that hash", "another content")
        return len(known)

    def _compare_outcomes(self, bodies: set[tuple[str, str, str]]) -> int:
        with self._store.reading() as connection:
            references = connection.execute(select(outcomes.c.reference).distinct()).scalars().all()
        book, count = DeviceBook(self._store), 0
        for reference in references:
            for record in book.outcomes(reference):
                body = canonical_bytes(outcome_body(record)).decode()
                if (f"device.{record.outcome}", record.device, body) not in bodies:
                    raise _broken(f"outcome of {record.device}", "an event that tells of it", "none")
                count += 1
        return count


def _broken(where: str, expected: str, found: str) -> AuditBroken:
    remedy = "Somebody edited the ledger outside Turnup. Restore it from a backup and compare the two."
    return AuditBroken(f"ledger {where}", expected, found, remedy)
