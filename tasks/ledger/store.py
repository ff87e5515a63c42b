"""The ledger's transactions and its chain of events.

Every write but that of a lease happens in a transaction that also appends an event; each event carries the hash of
the one before. A lease is about who works now, and is evidence of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tasks.ledger.batches import Writers
from tasks.ledger.engine import BUSY_SECONDS, first_line, open_engine, shown, unavailable
from tasks.ledger.schema import events
from tasks.ledger.sealing import Seals
from turnup.canonical import canonical_bytes, content_hash
from turnup.errors import LedgerError

GENESIS = "0" * 64
"""What stands for the hash of the event before the first."""

_APPEND = insert(events)
_LAST = select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)
"""Made once: what SQLAlchemy knows of a statement goes with it, and costs more than the database does."""


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
        key: reference of the key of its texts; the one of the place unless given.

    Raises:
        LedgerUnavailable: it cannot be opened, is locked, no database, or newer than this code.
    """

    def __init__(self, place: str, now: Callable[[], datetime] = utc_now, key: str = "") -> None:
        self.place = place
        self.now = now
        self.seals = Seals(place, key)
        self.engine = open_engine(place)
        self._writers = Writers(self.engine, BUSY_SECONDS)

    def instant(self) -> str:
        """The time now as the ledger writes it."""
        return utc_text(self.now())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, seeing one moment.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        try:
            with self.engine.connect().execution_options(reads_only=True) as connection:
                try:
                    yield connection
                except BaseException:
                    connection.invalidate()  # a result not read to its end would keep SQLite at this moment
                    raise
        except SQLAlchemyError as error:
            raise unavailable(self.place, error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it, or nothing; it is on the disk when the block has ended.

        Raises:
            LedgerUnavailable: locked, full, or gone.
            LedgerError: it would break a rule of the tables.
        """
        try:
            with self._writers.writing() as connection:
                yield connection
        except IntegrityError as error:
            where, remedy = f"ledger {shown(self.place)}", "Record what it refers to first; nothing was written."
            raise LedgerError(where, "an entry that fits its tables", first_line(error), remedy) from error
        except SQLAlchemyError as error:
            raise unavailable(self.place, error) from error

    def append(self, connection: Connection, actor: str, kind: str, subject: str, body: Mapping[str, Any]) -> None:
        """Append an event to the chain, in the transaction of what it tells."""
        last, previous = self._last_event(connection)
        seq = last + 1
        at = self.instant()
        words = canonical_bytes(dict(body)).decode()
        digest = event_hash(seq, at, actor, kind, subject, words, previous)
        row = {"seq": seq, "at": at, "actor": actor, "kind": kind, "subject": subject, "body": words}
        connection.execute(_APPEND, row | {"previous_hash": previous, "hash": digest})
        if (batch := self._writers.open) is not None and batch.connection is connection:
            batch.last_event = (seq, digest)

    def _last_event(self, connection: Connection) -> tuple[int, str]:
        """Number and hash of the event before the next one: nobody else can append while this connection writes."""
        batch = self._writers.open
        if batch is not None and batch.connection is connection and batch.last_event is not None:
            return batch.last_event
        last = connection.execute(_LAST).first()
        return (last.seq, last.hash) if last is not None else (0, GENESIS)

    def head(self, connection: Connection | None = None) -> str:
        """Hash of the last event."""
        query = select(events.c.hash).order_by(events.c.seq.desc()).limit(1)
        if connection is not None:
            return connection.execute(query).scalar() or GENESIS
        with self.reading() as reader:
            return reader.execute(query).scalar() or GENESIS

    def has_been_at(self, head: str) -> bool:
        """Say whether the chain ever ended in this hash."""
        with self.reading() as reader:
            found = reader.execute(select(events.c.seq).where(events.c.hash == head)).first()
        return found is not None or head == GENESIS


def event_hash(seq: int, at: str, actor: str, kind: str, subject: str, body: str, previous: str) -> str:
    """SHA-256 over the canonical JSON of an event and the hash of the one before."""
    return content_hash(
        {"seq": seq, "at": at, "actor": actor, "kind": kind, "subject": subject, "body": body, "previous": previous}
    )
