"""The database behind the ledger: opening, migrating, transactions, and the chain of events.

Every write happens in a transaction that also appends an event; each event carries the hash of the one before.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from tasks.ledger.schema import events
from turnup.canonical import canonical_bytes, content_hash
from turnup.errors import LedgerUnavailable

REVISION = "0001"
"""The migration that this code needs."""

GENESIS = "0" * 64
BUSY_SECONDS = 10.0


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Store:
    """Gives out transactions and appends events.

    Args:
        place: file of an SQLite database, or an SQLAlchemy URL.
        now: the clock.

    Raises:
        LedgerUnavailable: it cannot be opened, is locked, no database, or newer than this code.
    """

    def __init__(self, place: str, now: Callable[[], datetime] = utc_now) -> None:
        self.place = place
        self.now = now
        self.engine = self._open()

    def instant(self) -> str:
        """The time now as the ledger writes it."""
        return self.now().astimezone(UTC).isoformat(timespec="microseconds")

    def _open(self) -> Engine:
        is_url = "://" in self.place
        if not is_url:
            try:
                Path(self.place).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._unavailable(error) from error
        url = make_url(self.place) if is_url else make_url(f"sqlite:///{self.place}")
        options: dict[str, Any] = {}
        if url.get_backend_name() == "sqlite":
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(url, **options)
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        try:
            if _revision_of(engine) != REVISION:
                self._migrate(engine)
        except (SQLAlchemyError, OSError) as error:
            raise self._unavailable(error) from error
        return engine

    def _migrate(self, engine: Engine) -> None:
        """Bring the schema up to date; two processes that start at once wait for each other."""
        from tasks.ledger.migrations.run import upgrade

        found = _revision_of(engine)
        if found and found > REVISION:
            raise LedgerUnavailable(
                f"ledger {self._shown()}", f"schema {REVISION}", f"schema {found}", "Update Turnup; it is older."
            )
        with self._migration_lock():
            if _revision_of(engine) != REVISION:
                upgrade(engine)

    @contextmanager
    def _migration_lock(self) -> Iterator[None]:
        if "://" in self.place:
            yield
            return
        with Path(f"{self.place}.migration").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        Path(f"{self.place}.migration").unlink(missing_ok=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, seeing one moment.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        try:
            with self.engine.connect().execution_options(reads_only=True) as connection:
                yield connection
        except DatabaseError as error:
            raise self._unavailable(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing.

        Raises:
            LedgerUnavailable: locked, full, or gone.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise self._unavailable(error) from error

    def append(self, connection: Connection, actor: str, kind: str, subject: str, body: Mapping[str, Any]) -> None:
        """Append an event to the chain, in the transaction of what it tells."""
        last = connection.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
        seq, previous = (last.seq + 1, last.hash) if last is not None else (1, GENESIS)
        at = self.instant()
        words = canonical_bytes(dict(body)).decode()
        digest = event_hash(seq, at, actor, kind, subject, words, previous)
        connection.execute(
            insert(events).values(
                seq=seq,
                at=at,
                actor=actor,
                kind=kind,
                subject=subject,
                body=words,
                previous_hash=previous,
                hash=digest,
            )
        )

    def head(self, connection: Connection | None = None) -> str:
        """Hash of the last event."""
        query = select(events.c.hash).order_by(events.c.seq.desc()).limit(1)
        if connection is not None:
            return connection.execute(query).scalar() or GENESIS
        with self.reading() as reader:
            return reader.execute(query).scalar() or GENESIS

    def _shown(self) -> str:
        """The place without a password."""
        return make_url(self.place).render_as_string(hide_password=True) if "://" in self.place else self.place

    def _unavailable(self, error: BaseException) -> LedgerUnavailable:
        words = str(getattr(error, "orig", None) or error).splitlines()[0]
        remedy = "Check the path, its permissions and the space on the disk."
        if "locked" in words:
            remedy = "Another process writes for long: wait for it, then run again."
        elif "not a database" in words:
            remedy = "The file is something else: correct TURNUP_LEDGER."
        return LedgerUnavailable(f"ledger {self._shown()}", "a writable ledger", words, remedy)


def event_hash(seq: int, at: str, actor: str, kind: str, subject: str, body: str, previous: str) -> str:
    """SHA-256 over the canonical JSON of an event and the hash of the one before."""
    return content_hash(
        {"seq": seq, "at": at, "actor": actor, "kind": kind, "subject": subject, "body": body, "previous": previous}
    )


def _revision_of(engine: Engine) -> str:
    with engine.connect().execution_options(reads_only=True) as connection:
        try:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
        except SQLAlchemyError as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                return ""
            raise


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
