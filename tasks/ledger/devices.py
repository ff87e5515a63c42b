"""Intentions, outcomes and backups: what was done to devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from tasks.ledger.ownership import OwnershipBook
from tasks.ledger.records import Backup, Intention, OutcomeRecord, TranscriptPart
from tasks.ledger.schema import backups, intentions, outcomes
from tasks.ledger.sealing import about_backup
from tasks.ledger.store import Store, utc_text
from tasks.ledger.transcripts import KEPT, TranscriptBook
from turnup.canonical import text_hash
from turnup.change.device_change import DeviceChange

BACKED_UP = "configuration.backed-up"
"""The event of what a device had before and after a change."""


class DeviceBook:
    """What Turnup meant to do, and did, on each device."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def intend(
        self, intention: Intention, before: str, actor: str, attempt: int = 0, said: TranscriptPart | None = None
    ) -> None:
        """Write ahead: what is about to happen to a device, and what it had.

        Args:
            intention: what is about to happen.
            before: the device's configuration.
            actor: who does it.
            attempt: number of the delivery.
            said: the transcript up to here.
        """
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
            backup = Backup(intention.device, intention.site, intention.plan_hash, attempt, "before", before)
            self._backup(connection, backup, actor)
            self._append(connection, intention, actor, said)

    def advance(self, intention: Intention, actor: str, said: TranscriptPart | None = None) -> None:
        """Record that a stage of a change is reached, with the transcript since the one before."""
        with self._store.writing() as connection:
            values = {"stage": intention.stage, "token": intention.token}
            connection.execute(update(intentions).where(_same(intention)).values(**values))
            self._append(connection, intention, actor, said)

    def withdraw(self, intention: Intention, actor: str) -> None:
        """Record that a device refused to arm: nothing of the change is open there."""
        with self._store.writing() as connection:
            connection.execute(delete(intentions).where(_same(intention)))
            self._append(connection, intention, actor)

    def _append(
        self, connection: Connection, intention: Intention, actor: str, said: TranscriptPart | None = None
    ) -> None:
        body: dict[str, Any] = {"plan_hash": intention.plan_hash, "site": intention.site, "token": intention.token}
        if said is not None:
            body["transcript"] = TranscriptBook(self._store).keep(connection, said)
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
        self,
        record: OutcomeRecord,
        change: DeviceChange | None,
        *,
        close: bool,
        after: str,
        actor: str,
        said: TranscriptPart | None = None,
    ) -> None:
        """Record an outcome; with the change given, its fragments are owned from now on.

        Args:
            record: what happened.
            change: the change, if it is in force now.
            close: whether the intention is settled.
            after: the configuration now, empty when unknown.
            actor: who did it.
            said: the end of the transcript.
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
            if close and after and record.outcome != "unchanged":
                backup = Backup(record.device, record.site, record.plan_hash, record.attempt, "after", after)
                self._backup(connection, backup, actor)
            if said is not None:
                kept = TranscriptBook(self._store).keep(connection, said)
                self._store.append(connection, actor, KEPT, record.device, kept)
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
        return self._newest_backup(query)

    def backup_at(self, device: str, site: str, plan_hash: str, attempt: int, moment: str) -> str | None:
        """What a device had before or after one push; a push that went on with an earlier one has its `before`."""
        query = select(func.max(backups.c.id)).where(
            backups.c.device == device,
            backups.c.site == site,
            backups.c.plan_hash == plan_hash,
            backups.c.moment == moment,
            backups.c.attempt <= attempt if moment == "before" else backups.c.attempt == attempt,
        )
        return self._newest_backup(query)

    def _newest_backup(self, number: Select[tuple[int]]) -> str | None:
        with self._store.reading() as connection:
            found = connection.execute(number).scalar()
            if found is None:
                return None
            row = connection.execute(select(backups).where(backups.c.id == found)).one()
        return self._store.seals.open(row.text, about_backup(row.device, row.plan_hash, row.moment)).decode()

    def _backup(self, connection: Connection, backup: Backup, actor: str) -> None:
        at = self._store.instant()
        about = about_backup(backup.device, backup.plan_hash, backup.moment)
        connection.execute(
            insert(backups).values(
                device=backup.device,
                plan_hash=backup.plan_hash,
                moment=backup.moment,
                text=self._store.seals.seal(connection, backup.text.encode(), about),
                at=at,
                site=backup.site,
                attempt=backup.attempt,
            )
        )
        body = backup_place(backup.plan_hash, backup.moment, at, backup.site, backup.attempt)
        self._store.append(connection, actor, BACKED_UP, backup.device, body | {"text_hash": text_hash(backup.text)})


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


def backup_place(plan_hash: str, moment: str, at: str, site: str | None, attempt: int | None) -> dict[str, Any]:
    """What the event of a backup holds besides the text's hash; older versions did not know site and attempt."""
    where = {"plan_hash": plan_hash, "moment": moment, "at": at}
    return where if (site, attempt) == (None, None) else where | {"site": site, "attempt": attempt}


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
