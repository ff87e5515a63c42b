"""Opening the database behind the ledger: an SQLite file or PostgreSQL, migrated, with writers one after the other."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from turnup.errors import LedgerUnavailable

REVISION = "0003"
"""The migration that this code needs."""

BUSY_SECONDS = 10.0
"""How long a transaction waits for one of another process."""

WRITERS_LOCK = 0x7475726E
"""Number of PostgreSQL's advisory lock under which the ledger is written, one transaction after the other."""


def open_engine(place: str) -> Engine:
    """Open a ledger's database and bring its schema up to date.

    Args:
        place: file of an SQLite database, or an SQLAlchemy URL.

    Raises:
        LedgerUnavailable: it cannot be opened, is locked, no database, or newer than this code.
    """
    try:
        engine = _engine(place)
        if _revision_of(engine) != REVISION:
            _migrate(engine, place)
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError, ValueError) as error:
        raise unavailable(place, error) from error
    return engine


def _engine(place: str) -> Engine:
    url = _url_of(place)
    if url.get_backend_name() != "sqlite":
        connect = {"connect_timeout": int(BUSY_SECONDS)} if url.get_backend_name() == "postgresql" else {}
        engine = create_engine(url, pool_pre_ping=True, connect_args=connect)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    _make_private(Path(str(url.database)))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _url_of(place: str) -> URL:
    """Read the place; the parser's own words stay out of the error, for they quote what may be a password.

    Raises:
        LedgerUnavailable: no URL, or one whose password ends where it should not; or nowhere on a disk.
    """
    url: URL | None = URL.create("sqlite", database=place)
    if "://" in place:
        try:
            url = make_url(place)
        except (ArgumentError, ValueError):
            url = None
    if url is None or (url.get_backend_name() != "sqlite" and place.count("@") > 1):
        where, remedy = f"ledger {shown(place)}", f"{_WRITE_URL} In a password write @ : / as %40 %3A %2F."
        raise LedgerUnavailable(where, "the URL of a database", "one that cannot be read", remedy)
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise LedgerUnavailable("ledger", "a file that stays", "none", "Give the path of a file in TURNUP_LEDGER.")
    return url


def _make_private(path: Path) -> None:
    """Make the folder and the file: only their owner reads them, for they hold what devices are configured with."""
    if path.is_dir():
        remedy = "Give the path of a file in it, in TURNUP_LEDGER."
        raise LedgerUnavailable(f"ledger {path}", "a file, or a place for one", "a folder", remedy)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _revision_of(engine: Engine) -> str:
    with engine.connect().execution_options(reads_only=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _tables(engine: Engine) -> list[str]:
    """Tables of a database that has no version of ours; none when another process has just made it a ledger."""
    with engine.connect().execution_options(reads_only=True) as connection:
        names = inspect(connection).get_table_names()
    return [] if "alembic_version" in names else sorted(names)


def _migrate(engine: Engine, place: str) -> None:
    """Bring the schema up to date; two processes that start at once wait for each other.

    The migration is one writing transaction, so the second finds the work done (see `_begin_sqlite`).
    """
    found = _revision_of(engine)
    if found > REVISION:
        where, remedy = f"ledger {shown(place)}", "Update Turnup; it is older."
        raise LedgerUnavailable(where, f"schema {REVISION}", f"schema {found}", remedy)
    if not found and (strange := _tables(engine)):
        where, remedy = f"ledger {shown(place)}", "It is of another program: correct TURNUP_LEDGER."
        raise LedgerUnavailable(where, "an empty database or a ledger", f"the table {strange[0]}", remedy)
    from alembic.util import CommandError

    from tasks.ledger.migrations.run import upgrade

    try:
        upgrade(engine)
    except CommandError as error:
        where, remedy = f"ledger {shown(place)}", "It is of another program: correct TURNUP_LEDGER."
        raise LedgerUnavailable(where, f"schema {REVISION}", f"schema {found}", remedy) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Let readers read while one writes; SQLite does not wait by itself for whoever is switching the file now."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Readers see one moment; writers take the write lock at once, so that what they read first still holds."""
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """The same on PostgreSQL, by isolation level and by a lock that ends with the transaction."""
    if connection.get_execution_options().get("reads_only", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        # Whatever the server's default: a snapshot taken before the lock would not show who wrote meanwhile.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(BUSY_SECONDS * 1000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")


def shown(place: str) -> str:
    """The place of a ledger without a password, be it before the host or among the options, well formed or not."""
    if "://" not in place:
        return place
    before_host = r"(://[^:/@]*):.*@" if "@" in place else r"(://[^:/?]*):(?!\d*(?:[/?]|$))[^/?]*"
    without = re.sub(before_host, r"\1:***" + "@" * ("@" in place), place, flags=re.DOTALL)
    return re.sub(r"([?&][^=&]*pass[^=&]*=)[^&]*", r"\1***", without, flags=re.IGNORECASE)


def unavailable(place: str, error: BaseException) -> LedgerUnavailable:
    """Say what is wrong with a database and what to do about it."""
    words = first_line(error)
    remedy = "Check the path, its permissions and the space on the disk."
    for sign, known in _REMEDIES.items():
        if sign in words:
            remedy = known
    return LedgerUnavailable(f"ledger {shown(place)}", "a writable ledger", words, remedy)


_WAIT = "Another process writes for long: wait for it, then run again; nothing was written."
_SERVER = "Check that the server runs there and lets you in: its address, name and password."
_WRITE_URL = "Give the path of a file, or a URL such as postgresql+psycopg://LOGIN:PASSWORD@HOST/NAME."
_REMEDIES = {
    "locked": _WAIT,
    "lock timeout": _WAIT,
    "not a database": "The file is something else: correct TURNUP_LEDGER.",
    "disk is full": "Make space on its disk, then run again; what was written before is safe.",
    "No space left": "Make space on its disk, then run again; what was written before is safe.",
    "malformed": "Restore it from a backup, then run `turnup audit verify`.",
    "load plugin": _WRITE_URL,
    "No module named": "Install the database's driver into .venv, or use a file.",
    "connection to server": _SERVER,
    "resolve host": _SERVER,
    "server closed": _SERVER,
    "terminating connection": _SERVER,
}
"""What to do, by a word of what the database said."""


def first_line(error: BaseException) -> str:
    """What the database itself said, without what was asked of it."""
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
