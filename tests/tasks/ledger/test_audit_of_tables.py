"""The audit finds every edit of every table that it replays, column by column, and names it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, LargeBinary, create_engine, delete, event, insert, select, text

from tasks.ledger import Ledger, LineState
from tasks.ledger.schema import (
    allocations,
    approvals,
    attempts,
    backups,
    call_offs,
    holds,
    lot_values,
    metadata,
    milestones,
    outcomes,
    owned,
    plans,
    service_lines,
    takeovers,
    transcripts,
)
from tasks.ledger.store import utc_text
from turnup.change.ownership import Takeover
from turnup.errors import AuditBroken
from turnup.fragments import Fragment
from turnup.scalars import DeviceName
from turnup.sites import Platform

NAMED = {
    call_offs: "call-off",
    lot_values: "call-off.recorded",
    approvals: "appro",
    plans: "plan",
    outcomes: "outcome",
    milestones: "milestone",
    attempts: "delivery.begun of LBHF-2026-0042",
    service_lines: "service-line",
    holds: "hold",
    allocations: "allocations.taken of ",
    backups: "back",
    owned: "configuration.owned of ",
    takeovers: "takeover.begun of ",
    transcripts: "transcript.kept of ",
}
"""The tables that the audit replays, and the words with which it names an entry of each."""

NOT_REPLAYED = {"events", "intentions", "leases"}
"""The chain itself, and what is about a delivery that goes on now; it is gone when the delivery ends."""

WITHOUT_MEANING = {(approvals, "id"), (outcomes, "id"), (backups, "id"), (transcripts, "id"), (plans, "stored")}
"""Numbers that only say what came first."""

COLUMNS = [
    pytest.param(table, column.name, id=f"{table.name}.{column.name}")
    for table in NAMED
    for column in table.columns
    if (table, column.name) not in WITHOUT_MEANING
]


@dataclass
class Life:
    """A ledger with the whole life of a call-off, and a way around its rules."""

    ledger: Ledger
    around: Engine
    other_plan: bytes

    def rows(self, table) -> list[dict[str, Any]]:
        with self.around.connect() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    @contextmanager
    def holding(self, table, rows: list[dict[str, Any]]) -> Iterator[None]:
        """Let a table hold other rows for a while."""
        before = self.rows(table)
        self._put(table, rows)
        try:
            yield
        finally:
            self._put(table, before)

    def _put(self, table, rows: list[dict[str, Any]]) -> None:
        with self.around.begin() as connection:
            connection.execute(delete(table))
            if rows:
                connection.execute(insert(table), rows)

    def broken(self) -> AuditBroken:
        with pytest.raises(AuditBroken) as caught:
            self.ledger.audit.verify()
        return caught.value


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def life(request, tmp_path_factory, entries) -> Iterator[Life]:
    """One ledger for all tests of this file; each puts back what it edited."""
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    name = cluster.create() if cluster else ""
    place = cluster.url(name) if cluster else str(tmp_path_factory.mktemp("life") / "ledger.db")
    ledger = Ledger(place)
    other = live(ledger, entries)
    around = create_engine(place if cluster else f"sqlite:///{place}")
    if cluster:
        event.listen(around, "begin", lambda each: each.exec_driver_sql("SET session_replication_role = replica"))
    yield Life(ledger, around, other)
    around.dispose()
    ledger.close()
    if cluster:
        cluster.drop(name)


def live(ledger: Ledger, entries) -> bytes:
    """Let a call-off live its life; gives another plan than the one that was stored."""
    clerk = "clerk@supplier.example"
    entries.record_call_off(ledger)
    entries.record_call_off(ledger, "RBKC-2026-0007")
    entries.approve(ledger)
    second = replace(entries.line, id="LBHF-2026-0042/L2", customer_required_date=date(2027, 1, 29))
    ledger.lines.record((entries.line, second), clerk)
    dated = replace(
        entries.line,
        day_zero=date(2026, 11, 24),
        contracted_date=date(2026, 12, 15),
        calendar_version="holidays 0.60 ENG",
    )
    ledger.lines.commit_dates(dated, clerk)
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, clerk)
    entries.approve(ledger, plan=plan)
    ledger.plans.next_attempt(plan.reference, plan.hash, "engineer@supplier.example")
    ledger.plans.take(plan, "engineer@supplier.example")
    fragment = Fragment(entries.line.id, DeviceName("HF-LIB-01-SW1"), Platform.CISCO_IOS, "vlan 110\n name STAFF\n")
    taken = Takeover(("vlan 110", "name STAFF"), "name VISITORS")
    change = SimpleNamespace(device=fragment.device, takeovers=(taken,), released=(), ceased=(), fragments=(fragment,))
    entries.push_and_tell(ledger, plan.hash, change)
    ledger.lines.reach([entries.line.id], "tested", clerk, "as declared")
    ledger.lines.set_state([entries.line.id], LineState.DELIVERED, clerk)
    number = ledger.lines.hold(plan.reference, entries.line.id, "no access", date(2026, 11, 26), clerk)
    ledger.lines.release(number, date(2026, 11, 27), clerk)
    ledger.lines.hold(plan.reference, None, "works on site", date(2026, 12, 1), clerk)
    return zlib.compress(entries.plan_taking(entries.vlan(111)).as_json())


def test_the_life_as_it_was_lived_is_sound(life):
    report = life.ledger.audit.verify()
    assert (report.approvals, report.plans, report.outcomes) == (2, 1, 1)
    assert report.head == life.ledger.head()
    for table in NAMED:
        assert life.rows(table), f"{table.name} has nothing to edit"


def test_every_table_is_either_replayed_or_known_not_to_be():
    assert {table.name for table in NAMED} | NOT_REPLAYED == set(metadata.tables)


def plausible(column, value: Any, life: Life) -> Any:
    """Another value that somebody might put in its place."""
    if isinstance(column.type, LargeBinary):
        return life.other_plan
    if isinstance(column.type, Integer):
        return value + 1000 if column.primary_key else value + 1
    if column.name == "at" or column.name.endswith("_at"):
        return utc_text(datetime.fromisoformat(value) - timedelta(days=1))
    if column.name in ("starts", "ends") or column.name.endswith(("_date", "day_zero")):
        return (date.fromisoformat(value or "2026-12-15") + timedelta(days=1)).isoformat()
    if column.name.endswith(("hash", "ledger_head")):
        return ("0" if value[0] != "0" else "1") + value[1:]
    others = {"kind": "acceptance", "state": "ceased", "outcome": "rolled_back"}
    return others.get(column.name, f"{value or ''}x")


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_another_value_in_any_column_is_found_and_named(life, table, column):
    for index, row in enumerate(rows := life.rows(table)):
        edited = {**row, column: plausible(table.columns[column], row[column], life)}
        with life.holding(table, [*rows[:index], edited, *rows[index + 1 :]]):
            error = life.broken()
        assert NAMED[table] in error.where
        assert "Restore it from a backup" in error.remedy


@pytest.mark.parametrize(
    ("table", "column"),
    [each for each in COLUMNS if each.values[0].columns[each.values[1]].nullable and each.values[0] is not allocations],
)
def test_a_value_that_was_emptied_is_found(life, table, column):
    filled = [row for row in life.rows(table) if row[column] is not None]
    assert filled, f"no {table.name} has a {column} to empty"
    for row in filled:
        rows = [{**each, column: None} if each == row else each for each in life.rows(table)]
        with life.holding(table, rows):
            assert NAMED[table] in life.broken().where


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_junk_in_any_column_is_an_error_of_the_audit_and_no_crash(life, table, column):
    kind = table.columns[column].type
    if isinstance(kind, Integer) and (life.around.name == "postgresql" or column == "id"):
        pytest.skip("the database keeps words out of this number")
    first, *rest = life.rows(table)
    junk = b"junk" if isinstance(kind, LargeBinary) else "junk"
    with life.holding(table, rest):
        statement = f"INSERT INTO {table.name} ({', '.join(first)}) VALUES ({', '.join(f':{name}' for name in first)})"
        with life.around.begin() as connection:
            connection.execute(text(statement), {**first, column: junk})
        assert life.broken().where.startswith("ledger ")


@pytest.mark.parametrize("table", NAMED, ids=lambda table: table.name)
def test_a_row_that_was_removed_is_found(life, table):
    for index in range(len(rows := life.rows(table))):
        with life.holding(table, rows[:index] + rows[index + 1 :]):
            life.broken()


def numbered(table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A copy of the last row with a key of its own."""
    row = dict(rows[-1])
    for column in table.primary_key.columns or table.columns:
        if isinstance(column.type, Integer) and column.name != "revision":
            row[column.name] = max(each[column.name] for each in rows) + 7
            return row
    column = list(table.primary_key.columns)[-1]
    row[column.name] = row[column.name] + 7 if isinstance(column.type, Integer) else f"{row[column.name]}7"
    if table is plans:
        row |= {"hash": "7" * 64, "stored": 7}
    if table is takeovers:
        row["path_hash"] = "7" * 64
    return row


@pytest.mark.parametrize("table", NAMED, ids=lambda table: table.name)
def test_a_row_that_was_put_in_is_found(life, table):
    rows = life.rows(table)
    with life.holding(table, [*rows, numbered(table, rows)]):
        life.broken()


def test_two_values_that_were_exchanged_are_found(life):
    first, second = life.rows(lot_values)
    exchanged = [{**first, "reference": second["reference"]}, {**second, "reference": first["reference"]}]
    exchanged[0]["committed_pence"], exchanged[1]["committed_pence"] = 1, 1999
    with life.holding(lot_values, exchanged):
        assert "call-off.recorded" in life.broken().where


def with_another_key(life: Life, monkeypatch, key: str) -> Ledger:
    """The same ledger in the hands of somebody who has another key, or none."""
    monkeypatch.setenv("ANOTHER_KEY", key)
    return Ledger(life.ledger.store.place, key="env:ANOTHER_KEY")


@pytest.mark.parametrize("key", ["02" * 32, ""], ids=["another key", "no key"])
def test_without_the_key_all_but_the_texts_is_proved_and_they_are_counted(life, monkeypatch, key):
    ledger = with_another_key(life, monkeypatch, key)
    report = ledger.audit.verify()
    assert (report.unopened, report.key) == (6, "env:ANOTHER_KEY")
    assert life.ledger.audit.verify().unopened == 0
    for table in (backups, transcripts, plans):
        rows = life.rows(table)
        with life.holding(table, [{**rows[0], "at": "2026-11-23T09:00:00.000000+00:00"}, *rows[1:]]):
            with pytest.raises(AuditBroken) as caught:
                ledger.audit.verify()
            assert NAMED[table] in caught.value.where
        with life.holding(table, rows[1:]), pytest.raises(AuditBroken):
            ledger.audit.verify()
    ledger.close()


def test_texts_that_are_not_sealed_are_read_and_proved_as_before(life):
    """What older versions wrote: only compressed, and without the site and the attempt of a backup."""
    rows = life.rows(transcripts)
    plain = [{**row, "text": zlib.compress(f"part {row['part']}\n".encode())} for row in rows]
    with life.holding(transcripts, plain):
        assert life.ledger.audit.verify().transcripts == 3
        assert life.ledger.transcripts.of("HF-LIB-01-SW1", "HF-LIB-01", rows[0]["plan_hash"], 1) == tuple(
            f"part {number}\n" for number in (1, 2, 3)
        )


def test_after_all_that_the_ledger_is_sound_again(life):
    life.ledger.audit.verify()
