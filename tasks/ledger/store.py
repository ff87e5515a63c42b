"""The database behind the ledger: opening, migrating, transactions, and the chain of events.

Every write happens in a transaction that also appends an event; each event carries the hash of the one before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from tasks.ledger.schema import events
from turnup.canonical import canonical_bytes, content_hash
from turnup.errors import LedgerError, LedgerUnavailable

REVISION = "0001"
"""The migration that this code needs."""

GENESIS = "0" * 64
BUSY_SECONDS = 10.0
WRITERS_LOCK = 0x7475726E
"""Number of PostgreSQL's advisory lock under which the ledger is written, one transaction after the other."""


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def utc_text(at: datetime) -> str:
    """An instant as the ledger writes it: always UTC, always microseconds, so that text sorts as time does."""
    if at.tzinfo is None:
        raise LedgerError("ledger", "an instant with its offset from UTC", at.isoformat(), "Give the offset.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


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
        return utc_text(self.now())

    def _open(self) -> Engine:
        try:
            engine = self._engine()
            if _revision_of(engine) != REVISION:
                self._migrate(engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise self._unavailable(error) from error
        return engine

    def _engine(self) -> Engine:
        if not self._is_url:
            _make_private(Path(self.place))
        url = make_url(self.place) if self._is_url else URL.create("sqlite", database=self.place)
        if url.get_backend_name() != "sqlite":
            engine = create_engine(url, pool_pre_ping=True)
            event.listen(engine, "begin", _begin_postgresql)
            return engine
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @property
    def _is_url(self) -> bool:
        return "://" in self.place

    def _migrate(self, engine: Engine) -> None:
        """Bring the schema up to date; two processes that start at once wait for each other.

        The migration is one writing transaction, so the second finds the work done (see `_begin_sqlite`).
        """
        found = _revision_of(engine)
        if found > REVISION:
            raise LedgerUnavailable(
                f"ledger {self._shown()}", f"schema {REVISION}", f"schema {found}", "Update Turnup; it is older."
            )
        from tasks.ledger.migrations.run import upgrade

        upgrade(engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, seeing one moment.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        try:
            with self.engine.connect().execution_options(reads_only=True) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._unavailable(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing.

        Raises:
            LedgerUnavailable: locked, full, or gone.
            LedgerError: it would break a rule of the tables.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            where, remedy = f"ledger {self._shown()}", "Record what it refers to first; nothing was written."
            raise LedgerError(where, "an entry that fits its tables", _first_line(error), remedy) from error
        except SQLAlchemyError as error:
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
        if not self._is_url:
            return self.place
        try:
            return make_url(self.place).render_as_string(hide_password=True)
        except ArgumentError:
            return "URL"

    def _unavailable(self, error: BaseException) -> LedgerUnavailable:
        words = _first_line(error)
        remedy = "Check the path, its permissions and the space on the disk."
        for sign, known in _REMEDIES.items():
            if sign in words:
                remedy = known
        return LedgerUnavailable(f"ledger {self._shown()}", "a writable ledger", words, remedy)


_REMEDIES = {
    "locked": "Another process writes for long: wait for it, then run again.",
    "not a database": "The file is something else: correct TURNUP_LEDGER.",
    "disk is full": "Make space on its disk, then run again; what was written before is safe.",
    "malformed": "Restore it from a backup, then run `turnup audit verify`.",
    "parse": "Give the path of a file, or a URL such as postgresql+psycopg://HOST/NAME.",
    "No module named": "Install the database's driver into .venv, or use a file.",
}
"""What to do, by a word of what the database said."""


def _first_line(error: BaseException) -> str:
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


def _make_private(path: Path) -> None:
    """Make the folder and the file: only their owner reads them, for they hold what devices are configured with."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


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
            if "no such table" in str(error) or 'relation "alembic_version" does not exist' in str(error):
                return ""
            raise


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Readers see one moment; writers take the write lock at once, so that what they read first still holds."""
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """The same on PostgreSQL, by isolation level and by a lock that ends with the transaction."""
    if connection.get_execution_options().get("reads_only", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
