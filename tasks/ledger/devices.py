"""Intentions, outcomes and backups: what was done to devices."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from tasks.ledger.ownership import OwnershipBook
from tasks.ledger.records import Intention, OutcomeRecord
from tasks.ledger.schema import backups, intentions, outcomes
from tasks.ledger.store import Store, utc_text
from turnup.canonical import text_hash
from turnup.change.device_change import DeviceChange

BACKED_UP = "configuration.backed-up"
"""The event of what a device had before and after a change."""


class DeviceBook:
    """What Turnup meant to do, and did, on each device."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def intend(self, intention: Intention, before: str, actor: str) -> None:
        """Write ahead: what is about to happen to a device, and what it had."""
        with self._store.writing() as connection:
            connection.execute(delete(intentions).where(_same(intention)))
            connection.execute(
                insert(intentions).values(
                    device=intention.device,
                    site=intention.site,
                    plan_hash=intention.plan_hash,
                    token=intention.token,
                    stage=intention.stage,
                    before_hash=intention.before_hash,
                    at=self._store.instant(),
                )
            )
            self._backup(connection, intention.device, intention.plan_hash, "before", before, actor)
            self._append(connection, intention, actor)

    def advance(self, intention: Intention, actor: str) -> None:
        """Record that a stage of a change is reached."""
        with self._store.writing() as connection:
            connection.execute(update(intentions).where(_same(intention)).values(stage=intention.stage))
            self._append(connection, intention, actor)

    def withdraw(self, intention: Intention, actor: str) -> None:
        """Record that a device refused to arm: nothing of the change is open there."""
        with self._store.writing() as connection:
            connection.execute(delete(intentions).where(_same(intention)))
            self._append(connection, intention, actor)

    def _append(self, connection: Connection, intention: Intention, actor: str) -> None:
        body = {"plan_hash": intention.plan_hash, "site": intention.site, "token": intention.token}
        self._store.append(connection, actor, f"device.{intention.stage}", intention.device, body)

    def open_intention(self, device: str, site: str, plan_hash: str) -> Intention | None:
        """A change of this plan that was begun on a device and not ended."""
        query = select(intentions).where(
            intentions.c.device == device, intentions.c.site == site, intentions.c.plan_hash == plan_hash
        )
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Intention(row.device, row.site, row.plan_hash, row.token, row.stage, row.before_hash)

    def finish(
        self, record: OutcomeRecord, change: DeviceChange | None, *, close: bool, after: str, actor: str
    ) -> None:
        """Record an outcome; with the change given, its fragments are owned from now on.

        Args:
            record: what happened.
            change: the change, if it is in force now.
            close: whether the intention is settled.
            after: the configuration now, empty when unknown.
            actor: who did it.
        """
        with self._store.writing() as connection:
            connection.execute(
                insert(outcomes).values(
                    reference=record.reference,
                    plan_hash=record.plan_hash,
                    attempt=record.attempt,
                    site=record.site,
                    device=record.device,
                    outcome=record.outcome,
                    detail=record.detail,
                    lines_pushed=record.lines_pushed,
                    timeline=record.timeline,
                    at=utc_text(record.at),
                )
            )
            if close:
                connection.execute(
                    delete(intentions).where(
                        intentions.c.device == record.device,
                        intentions.c.site == record.site,
                        intentions.c.plan_hash == record.plan_hash,
                    )
                )
            if change is not None:
                OwnershipBook(self._store).record(connection, change, record.plan_hash, actor)
            if after and record.lines_pushed:
                self._backup(connection, record.device, record.plan_hash, "after", after, actor)
            self._store.append(connection, actor, f"outcome.{record.outcome}", record.device, outcome_body(record))

    def outcomes(self, reference: str, plan_hash: str = "", attempt: int = 0) -> tuple[OutcomeRecord, ...]:
        """Outcomes of a call-off (of one plan, of one attempt), oldest first."""
        query = select(outcomes).where(outcomes.c.reference == reference).order_by(outcomes.c.id)
        if plan_hash:
            query = query.where(outcomes.c.plan_hash == plan_hash)
        if attempt:
            query = query.where(outcomes.c.attempt == attempt)
        with self._store.reading() as connection:
            return tuple(outcome_of(row) for row in connection.execute(query))

    def backup(self, device: str, moment: str) -> str | None:
        """The last backup of a device of a moment (`before`, `after`)."""
        query = select(func.max(backups.c.id)).where(backups.c.device == device, backups.c.moment == moment)
        with self._store.reading() as connection:
            number = connection.execute(query).scalar()
            if number is None:
                return None
            text = connection.execute(select(backups.c.text).where(backups.c.id == number)).scalar_one()
        return zlib.decompress(text).decode()

    def _backup(self, connection: Connection, device: str, plan_hash: str, moment: str, text: str, actor: str) -> None:
        at = self._store.instant()
        sealed = zlib.compress(text.encode())
        connection.execute(
            insert(backups).values(device=device, plan_hash=plan_hash, moment=moment, text=sealed, at=at)
        )
        self._store.append(connection, actor, BACKED_UP, device, backup_body(plan_hash, moment, text, at))


def new_intention(device: str, site: str, plan_hash: str, token: str, before: str) -> Intention:
    """An intention at its first stage."""
    return Intention(device, site, plan_hash, token, "intended", text_hash(before))


def outcome_body(record: OutcomeRecord) -> dict[str, Any]:
    """What the event of an outcome holds; the audit compares it with the table."""
    return {
        "reference": record.reference,
        "plan_hash": record.plan_hash,
        "attempt": record.attempt,
        "site": record.site,
        "lines_pushed": record.lines_pushed,
        "detail_hash": text_hash(record.detail),
        "timeline_hash": text_hash(record.timeline),
        "at": utc_text(record.at),
    }


def backup_body(plan_hash: str, moment: str, text: str, at: str) -> dict[str, Any]:
    """What the event of a backup holds; the audit compares it with the table."""
    return {"plan_hash": plan_hash, "moment": moment, "text_hash": text_hash(text), "at": at}


def _same(intention: Intention) -> Any:
    return and_(
        intentions.c.device == intention.device,
        intentions.c.site == intention.site,
        intentions.c.plan_hash == intention.plan_hash,
    )


def outcome_of(row: Any) -> OutcomeRecord:
    """One row of `outcomes`."""
    return OutcomeRecord(
        row.reference,
        row.plan_hash,
        row.attempt,
        row.site,
        row.device,
        row.outcome,
        row.detail,
        row.lines_pushed,
        row.timeline,
        datetime.fromisoformat(row.at),
    )
