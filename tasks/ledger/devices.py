"""Intentions, outcomes and backups: what was done to devices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, select, update

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

_SAME = and_(
    intentions.c.device == bindparam("of_device"),
    intentions.c.site == bindparam("of_site"),
    intentions.c.plan_hash == bindparam("of_plan"),
)
_INTEND, _RECORD, _BACK_UP = insert(intentions), insert(outcomes), insert(backups)
_ADVANCE = update(intentions).where(_SAME).values(stage=bindparam("new_stage"), token=bindparam("new_token"))
_OPEN, _CLOSE = select(intentions).where(_SAME), delete(intentions).where(_SAME)
"""Made once: what SQLAlchemy knows of a statement goes with it, and costs more than the database does."""


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
            connection.execute(_CLOSE, _place(intention))
            connection.execute(_INTEND, asdict(intention) | {"at": self._store.instant()})
            backup = Backup(intention.device, intention.site, intention.plan_hash, attempt, "before", before)
            self._backup(connection, backup, actor)
            self._append(connection, intention, actor, said)

    def advance(self, intention: Intention, actor: str, said: TranscriptPart | None = None) -> None:
        """Record that a stage of a change is reached, with the transcript since the one before."""
        with self._store.writing() as connection:
            values = {"new_stage": intention.stage, "new_token": intention.token}
            connection.execute(_ADVANCE, _place(intention) | values)
            self._append(connection, intention, actor, said)

    def withdraw(self, intention: Intention, actor: str) -> None:
        """Record that a device refused to arm: nothing of the change is open there."""
        with self._store.writing() as connection:
            connection.execute(_CLOSE, _place(intention))
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
        with self._store.reading() as connection:
            row = connection.execute(_OPEN, _named(device, site, plan_hash)).first()
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
            connection.execute(_RECORD, asdict(record) | {"at": utc_text(record.at)})
            if close:
                connection.execute(_CLOSE, _place(record))
            if change is not None:
                OwnershipBook(self._store).record(connection, change, record.plan_hash, actor)
            if close and after and record.outcome != "unchanged":
                backup = Backup(record.device, record.site, record.plan_hash, record.attempt, "after", after)
                self._backup(connection, backup, actor)
            if said is not None:
                kept = TranscriptBook(self._store).keep(connection, said)
                self._store.append(connection, actor, KEPT, record.device, kept)
            self._store.append(connection, actor, f"outcome.{record.outcome}", record.device, outcome_body(record))

    def outcomes(
        self, reference: str, plan_hash: str = "", attempt: int = 0, sites: Collection[str] = ()
    ) -> tuple[OutcomeRecord, ...]:
        """Outcomes of a call-off (of one plan, of one attempt, at some sites), oldest first."""
        query = select(outcomes).where(outcomes.c.reference == reference).order_by(outcomes.c.id)
        if plan_hash:
            query = query.where(outcomes.c.plan_hash == plan_hash)
        if attempt:
            query = query.where(outcomes.c.attempt == attempt)
        if sites:
            query = query.where(outcomes.c.site.in_(sites))
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
        text = self._store.seals.seal(connection, backup.text.encode(), about)
        connection.execute(_BACK_UP, asdict(backup) | {"text": text, "at": at})
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


def _place(of: Intention | OutcomeRecord) -> dict[str, str]:
    return _named(of.device, of.site, of.plan_hash)


def _named(device: str, site: str, plan_hash: str) -> dict[str, str]:
    return {"of_device": device, "of_site": site, "of_plan": plan_hash}


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
