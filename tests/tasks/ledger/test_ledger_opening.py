"""Opening a ledger: an empty place gets the schema, two at once do not collide, and only the owner reads the file."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from tasks.ledger import Ledger
from tasks.ledger.schema import metadata


def test_an_empty_place_gets_the_schema_that_the_code_knows(ledger):
    found = inspect(ledger.store.engine)
    assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
    for name, table in metadata.tables.items():
        columns = {each["name"]: each["nullable"] for each in found.get_columns(name)}
        assert columns == {each.name: bool(each.nullable) for each in table.columns}, name
        assert set(found.get_pk_constraint(name)["constrained_columns"]) == set(table.primary_key.columns.keys())


def test_the_migrations_make_exactly_what_the_tables_say(ledger):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with ledger.store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_changes_nothing(ledger, open_ledger, place, entries):
    entries.record_call_off(ledger)
    again = open_ledger(place)
    assert again.head() == ledger.head()
    assert again.orders.all() == ledger.orders.all()
    assert again.audit.verify().events == 1


def test_a_ledger_that_is_up_to_date_is_not_migrated(ledger, open_ledger, place, monkeypatch):
    from tasks.ledger.migrations import run

    monkeypatch.setattr(run, "upgrade", lambda _engine: pytest.fail("it was migrated again"))
    assert open_ledger(place).head() == ledger.head()


def test_running_the_migrations_again_changes_nothing(ledger, entries):
    from tasks.ledger.migrations.run import upgrade

    entries.record_call_off(ledger)
    upgrade(ledger.store.engine)
    assert ledger.audit.verify().events == 1


def record_one(place: str, entries, number: int) -> str:
    ledger = Ledger(place)
    entries.record_call_off(ledger, f"LBHF-2026-{number:04}")
    ledger.close()
    return "recorded"


def test_processes_that_open_an_empty_place_at_once_all_get_a_ledger(place, processes, entries, open_ledger):
    answers = processes.at_once(record_one, *((place, entries, number) for number in range(1, 5)))
    assert answers == ["recorded"] * 4
    ledger = open_ledger(place)
    assert len(ledger.orders.all()) == 4
    assert ledger.audit.verify().events == 4


def test_events_of_writers_at_once_form_one_chain(ledger, place, processes, entries):
    def write(first: int) -> str:
        mine = Ledger(place)
        for number in range(first, first + 10):
            entries.record_call_off(mine, f"LBHF-2026-{number:04}")
        mine.close()
        return "recorded"

    assert processes.at_once(write, (100,), (200,), (300,)) == ["recorded"] * 3
    assert ledger.audit.verify().events == 30


# What only the owner may read


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_file_and_the_folder_made_for_it_are_their_owners_alone(tmp_path, mask, open_ledger, entries):
    before = os.umask(mask)
    try:
        ledger = open_ledger(str(tmp_path / "new" / "ledger.db"))
        entries.record_call_off(ledger)
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    finally:
        os.umask(before)
    assert files["ledger.db"] == 0o600
    assert set(files.values()) == {0o600}, files  # those beside it hold the same
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path, open_ledger):
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    open_ledger(str(folder / "ledger.db"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "ledger.db").stat().st_mode) == 0o600


# What the database promises


def test_a_reader_sees_one_moment_while_another_writes(ledger, open_ledger, place, entries):
    other = open_ledger(place)
    with ledger.store.reading() as connection:
        before = ledger.store.head(connection)
        entries.record_call_off(other)
        assert ledger.store.head(connection) == before
    assert ledger.head() == other.head() != before


def test_a_reader_cannot_write(ledger):
    if ledger.store.engine.name == "sqlite":
        pytest.skip("SQLite has no transactions that only read; `reads_only` decides about the lock alone")
    from turnup.errors import LedgerUnavailable

    with pytest.raises(LedgerUnavailable, match="read-only"), ledger.store.reading() as connection:
        connection.execute(text("DELETE FROM leases"))


def test_writers_see_what_was_written_before_them_whatever_the_servers_default(ledger, open_ledger, place, processes):
    """A snapshot that is taken before the lock would hide what the one who held it wrote."""
    if ledger.store.engine.name == "postgresql":
        with ledger.store.writing() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"))

    def count(number: int) -> str:
        mine = Ledger(place)
        for attempt in range(10):
            mine.plans.next_attempt("LBHF-2026-0042", "0" * 64, f"engineer{number}-{attempt}@supplier.example")
        mine.close()
        return "counted"

    assert processes.at_once(count, (1,), (2,), (3,)) == ["counted"] * 3
    assert ledger.plans.next_attempt("LBHF-2026-0042", "0" * 64, "engineer@supplier.example") == 31
    assert ledger.audit.verify().events == 31


def test_an_entry_that_refers_to_nothing_is_refused_and_nothing_is_written(ledger, entries):
    from turnup.errors import LedgerError

    with pytest.raises(LedgerError, match="Record what it refers to first") as caught:
        entries.approve(ledger, "LBHF-2026-9999")
    assert type(caught.value) is LedgerError
    assert ledger.orders.approvals("LBHF-2026-9999") == ()
    assert ledger.audit.verify().events == 0


def test_many_threads_of_one_process_open_ledgers_at_once(tmp_path):
    """Alembic keeps the running migration in its modules: two at once mixed them up."""
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(Ledger, [str(tmp_path / f"{number}.db") for number in range(8)]))
    for each in opened:
        assert set(inspect(each.store.engine).get_table_names()) == {*metadata.tables, "alembic_version"}
        each.close()
