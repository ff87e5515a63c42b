"""Plans and the allocations that they take, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select, true, update

from tasks.ledger.held import Held
from tasks.ledger.orders import OrderBook
from tasks.ledger.records import Approval, ApprovalKind, AttemptRecord
from tasks.ledger.schema import allocations, attempts, plans
from tasks.ledger.sealing import about_plan
from tasks.ledger.store import Store, utc_text
from turnup.allocation import Allocation
from turnup.errors import LedgerUnavailable
from turnup.plan import Plan, plan_from_json

RESERVATION_DAYS = 30
"""A reservation of a plan that is never approved expires after this."""

ALLOCATED, RELEASED = "allocations.taken", "allocations.released"
"""Events of what a delivery took for good, and of what it let go of, value by value."""

_NAMED = and_(allocations.c.pool == bindparam("in_pool"), allocations.c.value == bindparam("of_value"))
"""A value, by what is unique; see `_named`."""

RESERVED, TAKEN, QUARANTINED = "reserved", "taken", "quarantined"


class PlanBook:
    """Plans by their hash; values by pool."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def taken(self) -> tuple[Allocation, ...]:
        """What is held now, reservations included, by pool and value."""
        return self._held(self._live())

    def resting(self) -> frozenset[Allocation]:
        """What of it is in quarantine."""
        return frozenset(self._held(and_(self._live(), allocations.c.state == QUARANTINED)))

    def reserved(self) -> frozenset[Allocation]:
        """What of it is only reserved: planned, and no delivery of it has begun."""
        return frozenset(self._held(and_(self._live(), allocations.c.state == RESERVED)))

    def _held(self, where: ColumnElement[bool]) -> tuple[Allocation, ...]:
        query = select(allocations).where(where).order_by(allocations.c.pool, allocations.c.value)
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Allocation(row.pool, row.value, row.holder, row.key) for row in rows)

    def _live(self) -> Any:
        return or_(allocations.c.until.is_(None), allocations.c.until > self._store.instant())

    def store(self, plan: Plan, actor: str) -> None:
        """Store a plan and reserve what it takes, all or nothing; the same plan again is stored once.

        Raises:
            DesignError: somebody else took one of its values meanwhile; names the holder.
        """
        with self._store.writing() as connection:
            self._reserve(connection, plan.allocations)
            number = (connection.execute(select(func.max(plans.c.stored))).scalar() or 0) + 1
            known = connection.execute(select(plans.c.hash).where(plans.c.hash == plan.hash)).scalar()
            content, at = self._sealed(connection, plan), self._store.instant()
            if known is None:
                connection.execute(
                    insert(plans).values(
                        hash=plan.hash,
                        reference=plan.reference,
                        revision=plan.revision,
                        stored=number,
                        content=content,
                        at=at,
                    )
                )
                self._store.append(connection, actor, "plan.stored", plan.reference, plan_body(plan, at))
                if plan.takes_back:
                    body = {"plan_hash": plan.hash, "takes_back": plan.takes_back}
                    self._store.append(connection, actor, "plan.takes-back", plan.reference, body)
            else:
                connection.execute(
                    update(plans).where(plans.c.hash == plan.hash).values(stored=number, content=content)
                )

    def _sealed(self, connection: Connection, plan: Plan) -> bytes:
        """A plan at rest: it holds whole configurations of devices."""
        return self._store.seals.seal(connection, plan.as_json(), about_plan(plan.hash))

    def _reserve(self, connection: Connection, wanted: tuple[Allocation, ...]) -> None:
        connection.execute(delete(allocations).where(~self._live()))
        pools = {allocation.pool for allocation in wanted}
        rows = connection.execute(select(allocations).where(allocations.c.pool.in_(pools)))
        held = Held(Allocation(row.pool, row.value, row.holder, row.key) for row in rows)
        until = utc_text(self._store.now() + timedelta(days=RESERVATION_DAYS))
        for allocation in wanted:
            held.check_free(allocation)
        if known := [_named(each) for each in wanted if held.has(each)]:
            keep = update(allocations).where(_NAMED, allocations.c.state != TAKEN).values(until=until)
            connection.execute(keep, known)
        if new := [{**asdict(each), "state": RESERVED, "until": until} for each in wanted if not held.has(each)]:
            connection.execute(insert(allocations), new)

    def take(self, plan: Plan, actor: str) -> None:
        """Turn a plan's reservations into holdings: its delivery has begun.

        Raises:
            DesignError: a reservation expired and somebody else took the value; names the holder.
        """
        self.hold(plan.reference, plan.allocations, plan.hash, actor)

    def hold(self, reference: str, wanted: tuple[Allocation, ...], evidence: str, actor: str) -> None:
        """Hold values for good.

        Args:
            reference: the call-off that they are for.
            wanted: the values.
            evidence: hash of the plan, or of the adoption, that they are part of.
            actor: who does it.

        Raises:
            DesignError: somebody else holds one; names the holder.
        """
        with self._store.writing() as connection:
            self._reserve(connection, wanted)
            if wanted:
                taken = update(allocations).where(_NAMED).values(state=TAKEN, until=None)
                connection.execute(taken, [_named(each) for each in wanted])
            body = {"plan_hash": evidence, "allocations": [asdict(each) for each in wanted]}
            self._store.append(connection, actor, ALLOCATED, reference, body)

    def release(self, plan: Plan, lines: Collection[str], quarantine_days: int, actor: str) -> None:
        """Let go of what these service lines hold no more; the values rest in quarantine before others get them."""
        freed = [each for each in plan.released if each.holder in lines]
        with self._store.writing() as connection:
            until = utc_text(self._store.now() + timedelta(days=quarantine_days))
            pools = {each.pool for each in freed}
            there = select(allocations.c.pool, allocations.c.value, allocations.c.holder).where(
                allocations.c.pool.in_(pools), allocations.c.state != QUARANTINED
            )
            held = {tuple(row) for row in connection.execute(there)}
            resting = [each for each in dict.fromkeys(freed) if (each.pool, each.value, each.holder) in held]
            if resting:
                rest = update(allocations).where(_NAMED).values(state=QUARANTINED, until=until)
                connection.execute(rest, [_named(each) for each in resting])
                done = [f"{each.pool} {each.value}" for each in resting]
                body = {"plan_hash": plan.hash, "values": done, "until": until}
                self._store.append(connection, actor, RELEASED, plan.reference, body)

    def get(self, plan_hash: str) -> Plan | None:
        """Find a plan by its hash or an unambiguous beginning of it (at least 6 digits)."""
        query = select(plans.c.hash, plans.c.content).where(plans.c.hash.startswith(plan_hash, autoescape=True))
        with self._store.reading() as connection:
            found = connection.execute(query.limit(2)).all()
        return self._read(*found[0]) if len(found) == 1 and len(plan_hash) >= 6 else None

    def latest(self, reference: str, revision: int = 0) -> Plan | None:
        """The plan of a revision that was made last; of any revision unless one is given."""
        query = (
            select(plans.c.hash, plans.c.content)
            .where(plans.c.reference == reference, plans.c.revision == revision if revision else true())
            .order_by(plans.c.stored.desc())
            .limit(1)
        )
        with self._store.reading() as connection:
            found = connection.execute(query).first()
        return self._read(*found) if found is not None else None

    def latest_approved(self, reference: str, revision: int) -> tuple[Plan, Approval] | None:
        """The plan of a revision that was approved last, with its approval."""
        signed = [
            each for each in OrderBook(self._store).approvals(reference, revision) if each.kind is ApprovalKind.PLAN
        ]
        for approval in reversed(signed):
            plan = self.get(approval.subject_hash)
            if plan is not None:
                return plan, approval
        return None

    def _read(self, plan_hash: str, content: bytes) -> Plan:
        try:
            return plan_from_json(self._store.seals.open(content, about_plan(plan_hash)))
        except ValueError as error:
            raise LedgerUnavailable(
                "ledger plans", "a stored plan", "one that cannot be read", "Run `turnup audit verify`."
            ) from error

    def next_attempt(self, reference: str, plan_hash: str, executor: str) -> int:
        """Record that a delivery begins and give its number."""
        with self._store.writing() as connection:
            query = select(func.max(attempts.c.number)).where(attempts.c.reference == reference)
            number, at = (connection.execute(query).scalar() or 0) + 1, self._store.instant()
            connection.execute(
                insert(attempts).values(
                    reference=reference, number=number, plan_hash=plan_hash, executor=executor, at=at
                )
            )
            body = attempt_body(number, plan_hash, executor, at)
            self._store.append(connection, executor, "delivery.begun", reference, body)
            return number

    def attempts(self, reference: str) -> tuple[AttemptRecord, ...]:
        """All runs of a call-off's deliveries, oldest first."""
        query = select(attempts).where(attempts.c.reference == reference).order_by(attempts.c.number)
        with self._store.reading() as connection:
            return tuple(
                AttemptRecord(row.reference, row.number, row.plan_hash, row.executor, datetime.fromisoformat(row.at))
                for row in connection.execute(query)
            )


def _named(each: Allocation) -> dict[str, str]:
    """Parameters of a statement about one value, so that one statement is made for all of them."""
    return {"in_pool": each.pool, "of_value": each.value}


def plan_body(plan: Plan, at: str) -> dict[str, Any]:
    """What the event of a plan holds; the audit compares it with the table."""
    return {"revision": plan.revision, "plan_hash": plan.hash, "call_off_hash": plan.call_off_hash, "at": at}


def allocation_body(holder: str, key: str, state: str, until: str | None) -> dict[str, Any]:
    """What the audit compares of a value that is held."""
    return {"holder": holder, "key": key, "state": state, "until": until}


def attempt_body(number: int, plan_hash: str, executor: str, at: str) -> dict[str, Any]:
    """What the event of a delivery holds, who ran it above all; the audit compares it with the table."""
    return {"attempt": number, "plan_hash": plan_hash, "executor": executor, "at": at}
