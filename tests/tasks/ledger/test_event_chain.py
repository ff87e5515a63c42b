"""The chain of events: append-only in the database, and whatever is done to it shows."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from tasks.ledger.schema import events
from tasks.ledger.store import GENESIS, event_hash
from turnup.canonical import canonical_bytes
from turnup.errors import AuditBroken, LedgerError, LedgerUnavailable


@pytest.fixture
def chain(ledger, entries):
    """A ledger with six events; the fourth is an approval, which keeps the head of the third."""
    for number in (42, 43, 44):
        entries.record_call_off(ledger, f"LBHF-2026-{number:04}")
    entries.approve(ledger, "LBHF-2026-0042")
    for number in (45, 46):
        entries.record_call_off(ledger, f"LBHF-2026-{number:04}")
    return ledger


def rows_of(ledger):
    with ledger.store.reading() as connection:
        return connection.execute(select(events).order_by(events.c.seq)).all()


def broken(ledger, expected_head: str = "") -> AuditBroken:
    with pytest.raises(AuditBroken) as caught:
        ledger.audit.verify(expected_head)
    return caught.value


def test_each_event_carries_the_hash_of_the_one_before(chain):
    rows = rows_of(chain)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert chain.head() == rows[-1].hash
    report = chain.audit.verify()
    assert (report.events, report.head, report.approvals) == (6, chain.head(), 1)


def test_an_empty_ledger_is_sound_and_its_head_is_the_genesis(ledger):
    report = ledger.audit.verify()
    assert (report.events, report.head) == (0, GENESIS)
    assert ledger.audit.verify(GENESIS).events == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE seq = 2",
        "UPDATE events SET hash = previous_hash",
        "DELETE FROM events WHERE seq = 6",
        "DELETE FROM events",
        "TRUNCATE events",
    ],
)
def test_the_database_refuses_to_edit_events(chain, statement):
    if statement.startswith("TRUNCATE") and chain.store.engine.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises((LedgerError, LedgerUnavailable), match="events are append-only"), chain.store.writing() as each:
        each.execute(text(statement))
    assert chain.audit.verify().events == 6


def test_a_transaction_that_fails_leaves_no_event(chain, entries):
    head = chain.head()

    def fail(_commitments):
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        chain.orders.approve(entries.approval_record(chain), entries.framework, fail, "clerk@supplier.example")
    with pytest.raises(LedgerError, match=r"(?i)foreign key"):
        entries.approve(chain, "LBHF-2026-9999")
    assert chain.head() == head


# Somebody with full rights on the database

EDITS = {
    "another body": ("body", "{}"),
    "another actor": ("actor", "nobody@supplier.example"),
    "another kind": ("kind", "call-off.approved"),
    "another subject": ("subject", "LBHF-2026-0099"),
    "another time": ("at", "2020-01-01T00:00:00.000000+00:00"),
    "another hash": ("hash", "f" * 64),
    "another hash before": ("previous_hash", "f" * 64),
}


@pytest.mark.parametrize("seq", [1, 3, 6])
@pytest.mark.parametrize(("column", "value"), EDITS.values(), ids=EDITS)
def test_an_edited_event_is_named(chain, tamper, seq, column, value):
    assert tamper(f"UPDATE events SET {column} = ? WHERE seq = {seq}", value) == 1
    assert broken(chain).where.startswith(f"ledger event {seq}")


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_event_removed_from_the_middle_is_named(chain, tamper, seq):
    assert tamper(f"DELETE FROM events WHERE seq = {seq}") == 1
    error = broken(chain)
    assert (error.where, error.found) == (f"ledger event {seq}", f"event {seq + 1}")


def test_a_removed_event_whose_number_the_next_one_takes_is_named(chain, tamper):
    tamper("DELETE FROM events WHERE seq = 3")
    for seq in (4, 5, 6):
        tamper(f"UPDATE events SET seq = {seq - 1} WHERE seq = {seq}")
    error = broken(chain)
    assert error.where == "ledger event 3"
    assert error.expected.startswith("previous hash")


def test_two_events_that_changed_places_are_named(chain, tamper):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        tamper(f"UPDATE events SET seq = {new} WHERE seq = {old}")
    assert broken(chain).where == "ledger event 2"


def test_an_event_whose_own_hash_was_made_right_breaks_the_next_one(chain, tamper):
    row = rows_of(chain)[1]
    digest = event_hash(row.seq, row.at, "nobody@supplier.example", row.kind, row.subject, row.body, row.previous_hash)
    tamper("UPDATE events SET actor = ?, hash = ? WHERE seq = 2", "nobody@supplier.example", digest)
    assert broken(chain).where == "ledger event 3"


def test_a_cut_tail_leaves_entries_without_their_events(chain, tamper):
    tamper("DELETE FROM events WHERE seq = 6")
    assert broken(chain).where == "ledger call-off.recorded of LBHF-2026-0046"


def test_all_events_gone_is_found(chain, tamper):
    tamper("DELETE FROM events")
    assert broken(chain).where == "ledger call-off.recorded of LBHF-2026-0042"


def cut(tamper, first: int, references: tuple[str, ...]) -> None:
    """Cut the tail of the chain with all that it told of, so that what is left is sound in itself."""
    tamper(f"DELETE FROM events WHERE seq >= {first}")
    for reference in references:
        tamper("DELETE FROM lot_values WHERE reference = ?", reference)
        tamper("DELETE FROM call_offs WHERE reference = ?", reference)


def test_a_tail_cut_with_its_entries_shows_against_a_head_that_was_kept(chain, tamper):
    kept = chain.head()
    assert chain.audit.verify(kept).events == 6
    cut(tamper, 5, ("LBHF-2026-0045", "LBHF-2026-0046"))
    assert chain.audit.verify().events == 4  # sound in itself: this is why heads are kept elsewhere
    error = broken(chain, kept)
    assert (error.where, error.expected) == ("ledger chain", f"the head {kept[:16]} in it")


def rewrite(chain, tamper, first: int, **changes: str) -> None:
    """Write the chain again from an event on, with every hash made right."""
    previous = GENESIS
    for row in rows_of(chain):
        fields = {**row._asdict(), "previous_hash": previous, **(changes if row.seq == first else {})}
        digest = event_hash(
            *(fields[name] for name in ("seq", "at", "actor", "kind", "subject", "body", "previous_hash"))
        )
        tamper(
            "UPDATE events SET actor = ?, body = ?, previous_hash = ?, hash = ? WHERE seq = ?",
            *(fields["actor"], fields["body"], previous, digest, row.seq),
        )
        previous = digest


def test_a_chain_rewritten_before_an_approval_shows_against_the_head_that_the_approval_kept(chain, tamper):
    kept = chain.orders.approvals("LBHF-2026-0042")[0].ledger_head
    rewrite(chain, tamper, 2, actor="nobody@supplier.example")
    error = broken(chain)
    assert error.where == "ledger approval of LBHF-2026-0042 by director-of-resources@lbhf.example"
    assert (error.expected, error.found) == (f"the head {kept[:16]} in the chain", "a rewritten chain")


def test_a_chain_rewritten_after_the_last_approval_shows_against_a_head_that_was_kept(chain, tamper):
    kept = chain.head()
    rewrite(chain, tamper, 5, actor="nobody@supplier.example")
    assert chain.audit.verify().events == 6
    assert broken(chain, kept).where == "ledger chain"


def test_a_plan_approval_keeps_the_head_in_what_was_signed(ledger, entries, tamper):
    """Whoever edits the column as well cannot edit the signed statement."""
    entries.record_call_off(ledger)
    plan = entries.plan_taking(entries.vlan(110))
    ledger.plans.store(plan, "clerk@supplier.example")
    entries.approve(ledger, plan=plan)
    statement = ledger.orders.approvals("LBHF-2026-0042")[0].statement
    assert f'"ledger_head":"{rows_of(ledger)[1].hash}"' in statement
    assert ledger.audit.verify().approvals == 1
    rewrite(ledger, tamper, 1, actor="nobody@supplier.example")
    moved = rows_of(ledger)[1].hash
    body = json.loads(rows_of(ledger)[2].body) | {"ledger_head": moved}
    rewrite(ledger, tamper, 3, body=canonical_bytes(body).decode())
    tamper("UPDATE approvals SET ledger_head = ?", moved)
    error = broken(ledger)
    assert (error.where.split(" by ")[0], error.found) == ("ledger approval of LBHF-2026-0042", "a rewritten chain")


def test_a_head_from_another_ledger_is_not_in_the_chain(chain):
    assert broken(chain, "a" * 64).where == "ledger chain"


def test_every_head_that_there_ever_was_is_in_the_chain(chain):
    for head in (GENESIS, *(row.hash for row in rows_of(chain))):
        assert chain.audit.verify(head).events == 6


def test_an_audit_that_failed_does_not_keep_the_ledger_at_that_moment(chain, tamper, entries):
    """The error is held here as a log holds it; a result that was not read to its end would keep the snapshot."""
    tamper("UPDATE call_offs SET author = 'nobody' WHERE reference = 'LBHF-2026-0042'")
    error = broken(chain)
    right = entries.revision_record().author
    tamper("UPDATE call_offs SET author = ? WHERE reference = 'LBHF-2026-0042'", right)
    assert chain.audit.verify().events == 6
    entries.record_call_off(chain, "LBHF-2026-0047")
    assert error.where == "ledger call-off.recorded of LBHF-2026-0042"


def test_an_audit_during_a_delivery_sees_one_moment(chain, open_ledger, place, entries, monkeypatch):
    from tasks.ledger import audit

    other, claimed, looked = open_ledger(place), audit.heads_claimed, []

    def look_and_let_others_write(connection):
        found = claimed(connection)
        entries.record_call_off(other, "LBHF-2026-0047")
        looked.append(found)
        return found

    monkeypatch.setattr(audit, "heads_claimed", look_and_let_others_write)
    assert chain.audit.verify().events == 6
    assert len(looked) == 1
    monkeypatch.undo()
    assert chain.audit.verify().events == 7


def test_instants_without_an_offset_never_get_in(ledger):
    from datetime import datetime

    from tasks.ledger.store import utc_text

    with pytest.raises(LedgerError, match="offset"):
        utc_text(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001
