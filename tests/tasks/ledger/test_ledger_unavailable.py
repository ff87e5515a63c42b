"""A ledger that cannot be used says what is wrong and what to do, writes nothing, and never shows a password."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import event

from tasks.ledger import Ledger, engine
from tasks.ledger.engine import shown
from turnup.errors import LedgerError, LedgerUnavailable

CHECKOUT = Path(__file__).resolve().parents[3]
SECRET = "s3cr3t-of-the-server"


def refusal(place: str) -> LedgerUnavailable:
    with pytest.raises(LedgerUnavailable) as caught:
        Ledger(place)
    assert caught.value.remedy
    return caught.value


# Files


def test_a_file_that_is_something_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "inventory.yaml"
    path.write_text("code: HF-LIB-01\n" * 100)
    before = path.read_bytes()
    error = refusal(str(path))
    assert error.where == f"ledger {path}"
    assert error.found == "file is not a database"
    assert "TURNUP_LEDGER" in error.remedy
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_ledger(tmp_path):
    error = refusal(str(tmp_path))
    assert (error.expected, error.found) == ("a file, or a place for one", "a folder")
    assert error.remedy == "Give the path of a file in it, in TURNUP_LEDGER."
    assert list(tmp_path.iterdir()) == []


def test_a_path_below_a_file_is_no_place_for_a_ledger(tmp_path):
    (tmp_path / "file").write_text("")
    error = refusal(str(tmp_path / "file" / "ledger.db"))
    assert "permissions" in error.remedy
    assert (tmp_path / "file").read_text() == ""


def test_a_device_is_no_ledger():
    assert refusal("/dev/full").remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write whatever the modes say")
@pytest.mark.parametrize("locked", ["the folder", "the file"])
def test_what_may_not_be_written_says_so(tmp_path, locked, entries):
    path = tmp_path / "ledger" / "ledger.db"
    first = Ledger(str(path))
    entries.record_call_off(first)
    first.close()
    target = path.parent if locked == "the folder" else path
    target.chmod(0o500 if locked == "the folder" else 0o400)
    try:
        with pytest.raises(LedgerUnavailable) as caught:
            entries.record_call_off(Ledger(str(path)), "LBHF-2026-0043")
    finally:
        target.chmod(0o700)
    assert "permissions" in caught.value.remedy
    assert len(Ledger(str(path)).orders.all()) == 1


def test_a_folder_that_turns_read_only_says_so_and_nothing_is_written(tmp_path, entries, open_ledger):
    """The database's own switch stands for the modes, which do not stop root."""
    ledger = open_ledger(str(tmp_path / "ledger.db"))
    event.listen(ledger.store.engine, "begin", lambda each: each.exec_driver_sql("PRAGMA query_only=ON"))
    with pytest.raises(LedgerUnavailable, match="attempt to write a readonly database") as caught:
        entries.record_call_off(ledger)
    assert "permissions" in caught.value.remedy
    assert open_ledger(ledger.store.place).orders.all() == ()


def test_a_full_disk_says_so_and_what_was_written_before_is_safe(tmp_path, entries, open_ledger):
    ledger = open_ledger(str(tmp_path / "ledger.db"))
    entries.record_call_off(ledger)
    head = ledger.head()

    def fill(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(ledger.store.engine, "begin", fill)
    big = entries.revision_record("LBHF-2026-0043", content="x" * 200_000)
    with pytest.raises(LedgerUnavailable, match="disk is full") as caught:
        ledger.orders.record(big, (), "clerk@supplier.example")
    assert caught.value.remedy == "Make space on its disk, then run again; what was written before is safe."
    event.remove(ledger.store.engine, "begin", fill)
    assert (ledger.head(), ledger.audit.verify().events) == (head, 1)


def test_a_disk_that_takes_no_more_bytes_leaves_a_consistent_ledger(tmp_path, entries, open_ledger, processes):
    """The kernel itself refuses to let the files grow."""
    place = str(tmp_path / "ledger.db")
    entries.record_call_off(open_ledger(place))

    def fill() -> str:
        mine = Ledger(place)
        largest = sum(path.stat().st_size for path in tmp_path.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        for number in range(100, 400):
            entries.record_call_off(mine, f"LBHF-2026-{number:04}")
        return "never full"

    answer = processes.at_once(fill, ())[0]
    assert answer.startswith("LedgerUnavailable: ledger "), answer
    again = open_ledger(place)
    recorded = len(again.orders.all())
    assert 1 <= recorded < 300
    assert again.audit.verify().events == recorded


def test_a_damaged_file_says_so(tmp_path, entries):
    path = tmp_path / "ledger.db"
    first = Ledger(str(path))
    for number in range(100, 140):
        entries.record_call_off(first, f"LBHF-2026-{number:04}")
    first.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    error = refusal(str(path))
    assert "malformed" in error.found
    assert "backup" in error.remedy


# A schema that is not ours


@pytest.mark.parametrize(
    ("schema", "remedy"),
    [("0004", "Update Turnup; it is older."), ("9999", "Update Turnup; it is older."), ("0000", "another program")],
)
def test_a_schema_that_this_code_does_not_know_is_left_alone(ledger, place, tamper, schema, remedy):
    tamper("UPDATE alembic_version SET version_num = ?", schema)
    error = refusal(place)
    assert (error.expected, error.found) == ("schema 0003", f"schema {schema}")
    assert remedy in error.remedy
    assert ledger.audit.verify().events == 0


# Locked


def test_a_ledger_that_another_process_writes_for_long_says_so_and_nothing_is_written(
    ledger, open_ledger, place, entries, monkeypatch
):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1.0)
    late = open_ledger(place)
    with ledger.store.writing(), pytest.raises(LedgerUnavailable) as caught:
        entries.record_call_off(late)
    assert caught.value.remedy == "Another process writes for long: wait for it, then run again; nothing was written."
    assert late.orders.all() == ()
    entries.record_call_off(late)
    assert late.audit.verify().events == 1


def test_a_new_ledger_that_another_process_makes_for_long_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.3)
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert refusal(str(path)).remedy.startswith("Another process writes for long")


# PostgreSQL


@pytest.mark.parametrize("where", ["@/ledger?host=/nowhere", "@127.0.0.1:9/ledger", "@no-such-host.invalid/ledger"])
def test_a_server_that_is_not_there_says_so(where):
    pytest.importorskip("psycopg")
    error = refusal(f"postgresql+psycopg://turnup:{SECRET}{where}")
    assert error.remedy == "Check that the server runs there and lets you in: its address, name and password."
    assert SECRET not in str(error)


def test_a_database_that_is_not_there_says_so(cluster):
    error = refusal(cluster.url("no_such_database"))
    assert 'database "no_such_database" does not exist' in error.found


def test_a_server_that_goes_away_says_so_and_the_ledger_comes_back_with_it(cluster, open_ledger, entries):
    name = cluster.create()
    ledger = open_ledger(cluster.url(name))
    entries.record_call_off(ledger)
    again = entries.revision_record("LBHF-2026-0043")
    event.listen(
        ledger.store.engine,
        "begin",
        lambda _each: cluster.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ),
        once=True,
    )
    with pytest.raises(LedgerUnavailable) as caught:
        ledger.orders.record(again, (), "clerk@supplier.example")
    assert "server" in caught.value.remedy
    assert ledger.audit.verify().events == 1
    ledger.close()
    cluster.drop(name)


@pytest.mark.skipif(find_spec("pg8000") is not None, reason="pg8000 stands for a driver that is not installed")
def test_a_url_without_its_driver_names_the_driver():
    error = refusal(f"postgresql+pg8000://turnup:{SECRET}@db.example/ledger")
    assert error.found == "No module named 'pg8000'"
    assert "driver" in error.remedy
    assert SECRET not in str(error)


def test_a_kind_of_database_that_there_is_not_gets_an_example():
    assert "postgresql+psycopg://" in refusal("postgre://turnup@db.example/ledger").remedy


@pytest.mark.parametrize("place", ["", ":memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_ledger_that_would_be_forgotten_is_refused(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "TURNUP_LEDGER" in refusal(place).remedy
    assert list(tmp_path.iterdir()) == []


# Passwords

PASSWORDS = {
    "an ordinary one": "postgresql+psycopg://turnup:SECRET@/ledger?host=/nowhere",
    "with an @": "postgresql+psycopg://turnup:SECRET@SECRET@db.example/ledger",
    "with an @ and a colon": "postgresql+psycopg://turnup:SECRET@SECRET:SECRET@db.example/ledger",
    "with a colon": "postgresql+psycopg://turnup:SECRET:SECRET@/ledger?host=/nowhere",
    "with a slash": "postgresql+psycopg://turnup:SECRET/SECRET@/ledger?host=/nowhere",
    "with an @ and a slash": "postgresql+psycopg://turnup:SECRET@SECRET/SECRET@db.example/ledger",
    "with an @ and a question mark": "postgresql+psycopg://turnup:SECRET@SECRET?SECRET@db.example/ledger",
    "with the @ forgotten": "postgresql+psycopg://turnup:SECRET/db.example/ledger",
    "with a question mark": "postgresql+psycopg://turnup:SECRET?SECRET@/ledger?host=/nowhere",
    "with a line break": "postgresql+psycopg://turnup:SECRET\nSECRET@/ledger?host=/nowhere",
    "without a login": "postgresql+psycopg://:SECRET@/ledger?host=/nowhere",
    "among the options": "postgresql+psycopg://turnup@/ledger?host=/nowhere&password=SECRET&sslpassword=SECRET",
    "with a port that is none": "postgresql+psycopg://turnup:SECRET@db.example:port/ledger",
    "of no database": "nonsense://turnup:SECRET@db.example/ledger",
    "of no URL": "://turnup:SECRET@db.example/ledger",
}


@pytest.mark.parametrize("template", PASSWORDS.values(), ids=PASSWORDS)
def test_no_error_shows_a_password(template):
    pytest.importorskip("psycopg")
    place = template.replace("SECRET", SECRET)
    error = refusal(place)
    assert SECRET not in str(error)
    assert SECRET not in shown(place)
    assert "***" in error.where
    cause = error.__cause__ or error.__context__
    while cause is not None:  # what a traceback in a log would show
        assert SECRET not in str(cause)
        cause = cause.__cause__ or cause.__context__


def test_a_password_that_the_server_refuses_is_not_shown(cluster):
    url = cluster.url("postgres", f"locked:{SECRET}")
    error = refusal(url)
    assert "password authentication failed" in error.found
    assert "name and password" in error.remedy
    assert SECRET not in str(error)


def test_the_right_password_lets_in(cluster, server_password, open_ledger, entries):
    name = cluster.create()
    cluster.execute(f"ALTER DATABASE {name} OWNER TO locked")
    ledger = open_ledger(cluster.url(name, f"locked:{server_password}"))
    entries.record_call_off(ledger)
    with pytest.raises(LedgerError, match="foreign key") as caught:
        entries.approve(ledger, "LBHF-2026-9999")
    assert "locked:***@" in str(caught.value)
    assert server_password not in str(caught.value)
    ledger.close()
    cluster.drop(name)


def test_a_place_without_a_password_is_shown_as_it_is():
    for place in (
        ".turnup/ledger.db",
        "/srv/turnup@site/ledger:1.db",
        "sqlite:////srv/turnup@site/ledger.db",
        "postgresql+psycopg://db.example:5432/ledger",
        "postgresql+psycopg://turnup@db.example:5432/ledger?sslmode=verify-full",
    ):
        assert shown(place) == place


def test_the_command_line_shows_no_password():
    pytest.importorskip("psycopg")
    answer = subprocess.run(
        (sys.executable, "-m", "flows.cli", "audit", "verify"),
        env={**os.environ, "TURNUP_LEDGER": f"postgresql+psycopg://turnup:{SECRET}@{SECRET}@db.example/ledger"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 1
    assert "ledger postgresql+psycopg://turnup:***@db.example/ledger" in answer.stderr.replace("\n", "")
    assert SECRET not in answer.stdout + answer.stderr


def test_a_database_of_another_program_is_left_alone(tmp_path):
    place = tmp_path / "theirs.db"
    theirs = sqlite3.connect(place)
    theirs.execute("CREATE TABLE customers (name TEXT)")
    theirs.commit()
    with pytest.raises(LedgerUnavailable, match=r"the table customers\. It is of another program"):
        Ledger(str(place))
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("customers",)]
    theirs.close()
