"""Writers of one process share commits, and each is told that it has written only when it has.

A commit waits for the disk, some milliseconds; a hundred devices at once wanted one each, several times a device, and
SQLite let them starve each other. Here they take turns in one transaction, each inside a savepoint of its own, and the
last of those who came together commits for all. Who comes alone commits at once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

LARGEST_BATCH = 64
"""Writers that share a commit at most: the first of them shall not wait for ever."""

_LOOK_SECONDS = 1.0
"""How often who has written looks whether everybody else went away without committing."""


@dataclass(slots=True)
class Batch:
    """A transaction that several writers share.

    Attributes:
        connection: where it is open.
        size: how many have written in it.
        last_event: number and hash of the last event in it; none when it has to be read.
        failure: why nothing of it was written.
        ended: set when it was committed, or failed.
    """

    connection: Connection
    size: int = 0
    last_event: tuple[int, str] | None = None
    failure: SQLAlchemyError | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Writers:
    """Everybody in this process who writes to one ledger.

    Args:
        engine: the ledger's database.
        patience_seconds: how long one waits for a turn.
    """

    def __init__(self, engine: Engine, patience_seconds: float) -> None:
        self._engine = engine
        self._patience_seconds = patience_seconds
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self.open: Batch | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A part of a transaction: it is on the disk when the block has ended without an error, or nothing of it is.

        Raises:
            SQLAlchemyError: the database does not write.
        """
        batch = self._take_turn()
        try:
            with _own_part(batch):
                yield batch.connection
                batch.size += 1
        except BaseException as error:
            batch.last_event = None
            if isinstance(error, SQLAlchemyError) and not isinstance(error, IntegrityError):
                batch.failure = error  # the database may have given up all of it, not only this part
            raise
        finally:
            self._end_turn(batch)
        self._wait(batch)

    def _take_turn(self) -> Batch:
        with self._counting:
            self._waiting += 1
        try:
            came = self._turn.acquire(timeout=self._patience_seconds)
        finally:
            with self._counting:
                self._waiting -= 1
        if not came:
            raise OperationalError("BEGIN", None, TimeoutError("database is locked by other writers of this process"))
        try:
            if self.open is None:
                self.open = self._begin()
        except BaseException:
            self._turn.release()
            raise
        return self.open

    def _begin(self) -> Batch:
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return Batch(connection)

    def _end_turn(self, batch: Batch) -> None:
        with self._counting:
            last = self._waiting == 0
        try:
            if last or batch.failure is not None or batch.size in (0, LARGEST_BATCH):
                self._end(batch)
        finally:
            self._turn.release()

    def _end(self, batch: Batch) -> None:
        """Commit what all of them wrote; what they are told is what came of it."""
        self.open = None
        try:
            if batch.failure is None and batch.size:
                batch.connection.commit()
        except SQLAlchemyError as error:
            batch.failure = error
        except BaseException as error:
            batch.failure = OperationalError("COMMIT", None, error)
            raise
        finally:
            batch.ended.set()
            with contextlib.suppress(SQLAlchemyError):
                if batch.failure is not None:
                    batch.connection.invalidate()  # nobody knows what it has open
                batch.connection.close()

    def _wait(self, batch: Batch) -> None:
        while not batch.ended.wait(_LOOK_SECONDS):
            if self._turn.acquire(blocking=False):
                try:
                    if self.open is batch:
                        self._end(batch)
                finally:
                    self._turn.release()
        if batch.failure is not None:
            raise batch.failure


@contextmanager
def _own_part(batch: Batch) -> Iterator[None]:
    """What is undone alone when this writer fails; the first of a batch has nobody to spare.

    `begin_nested` numbers its savepoints and so compiles each anew, ten a device.
    """
    if batch.size == 0:
        yield
        return
    batch.connection.exec_driver_sql("SAVEPOINT writer")
    try:
        yield
    except BaseException as error:
        try:
            batch.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT writer")
        except SQLAlchemyError as second:  # the database has given up all of it, which may be what went wrong
            batch.failure = error if isinstance(error, SQLAlchemyError) else second
        raise
    batch.connection.exec_driver_sql("RELEASE SAVEPOINT writer")
