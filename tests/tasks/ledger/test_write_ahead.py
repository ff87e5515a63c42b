"""What is about to happen is written before it happens; a process killed at any line leaves a sound ledger."""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from tasks.ledger import Ledger, new_intention
from tasks.ledger.schema import backups, events
from turnup.canonical import text_hash
from turnup.errors import LedgerUnavailable

ENGINEER = "engineer@supplier.example"
PLAN = "a" * 64
SWITCH, SITE = "HF-LIB-01-SW1", "HF-LIB-01"


@pytest.fixture
def begun(ledger):
    """A change of a switch that was begun."""
    intention = new_intention(SWITCH, SITE, PLAN, "t1", "hostname before\n")
    ledger.devices.intend(intention, "hostname before\n", ENGINEER)
    return intention


def kinds(ledger) -> list[str]:
    with ledger.store.reading() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.seq)).scalars())


def test_an_intention_is_written_with_what_the_device_had(ledger, begun):
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN) == begun
    assert (begun.stage, begun.before_hash) == ("intended", text_hash("hostname before\n"))
    assert ledger.devices.backup(SWITCH, "before") == "hostname before\n"
    assert kinds(ledger) == ["configuration.backed-up", "device.intended"]


def test_another_process_sees_the_intention_before_anything_else_happens(begun, open_ledger, place):
    assert open_ledger(place).devices.open_intention(SWITCH, SITE, PLAN) == begun


def test_each_stage_is_in_the_chain_before_the_outcome(ledger, entries):
    entries.push(ledger, PLAN)
    stages = [f"device.{stage}" for stage in ("intended", "armed", "applied", "confirming")]
    assert kinds(ledger) == ["configuration.backed-up", *stages, "configuration.backed-up", "outcome.changed"]
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN) is None
    assert ledger.devices.backup(SWITCH, "after") == "hostname after\n"


def test_an_intention_stays_open_until_it_is_settled(ledger, begun, entries):
    record = replace(entries.outcome_record(PLAN, outcome="unknown"), lines_pushed=0)
    ledger.devices.finish(record, None, close=False, after="", actor=ENGINEER)
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN) == begun
    assert [each.outcome for each in ledger.devices.outcomes("LBHF-2026-0042")] == ["unknown"]
    assert ledger.devices.backup(SWITCH, "after") is None


def test_an_intention_is_of_one_plan_at_one_site(ledger, begun):
    assert ledger.devices.open_intention(SWITCH, SITE, "b" * 64) is None
    assert ledger.devices.open_intention(SWITCH, "HF-HUB-02", PLAN) is None
    assert ledger.devices.open_intention("HF-LIB-01-SW2", SITE, PLAN) is None


def test_no_ledger_no_confirm(ledger, begun, monkeypatch):
    """What cannot be written raises: the push ends there, and the device takes itself back."""
    from sqlalchemy.exc import OperationalError

    def gone(*_words):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(ledger.store, "append", gone)
    with pytest.raises(LedgerUnavailable, match="disk is full"):
        ledger.devices.advance(replace(begun, stage="confirming"), ENGINEER)
    monkeypatch.undo()
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN).stage == "intended"


def push_for_ever(place: str, entries) -> None:
    """Push to one switch after another until somebody ends it."""
    ledger = Ledger(place)
    for number in itertools.count():
        entries.push(ledger, PLAN, f"HF-LIB-01-SW{number}", f"t{number}")


def is_sound(ledger) -> int:
    """Check that the ledger tells one story; gives the number of its events."""
    report = ledger.audit.verify()
    with ledger.store.reading() as connection:
        told = connection.execute(select(events.c.kind, events.c.subject).order_by(events.c.seq)).all()
        saved = list(connection.execute(select(backups.c.device).where(backups.c.moment == "before")).scalars())
    finished = [each.device for each in ledger.devices.outcomes("LBHF-2026-0042")]
    intended = [each.subject for each in told if each.kind == "device.intended"]
    assert saved == intended
    assert set(finished) <= set(intended)
    for device in intended:
        opened = ledger.devices.open_intention(device, SITE, PLAN)
        assert (opened is None) == (device in finished), device
        stages = [each.kind for each in told if each.subject == device and not each.kind.startswith("configuration.")]
        assert (
            stages
            == [*("device.intended", "device.armed", "device.applied", "device.confirming", "outcome.changed")][
                : len(stages)
            ]
        )
        if opened is not None:
            assert stages[-1] == f"device.{opened.stage}"
    return report.events


@pytest.mark.parametrize("wanted", [1, 3, 8])
def test_a_process_killed_while_it_writes_leaves_a_sound_ledger_that_is_written_on(
    ledger, open_ledger, place, processes, entries, wanted
):
    victim = processes.start(push_for_ever, place, entries)
    last = time.monotonic() + 60
    while len(kinds(ledger)) < wanted:
        assert victim.is_alive()
        assert time.monotonic() < last, "it wrote nothing"
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    again = open_ledger(place)
    before = is_sound(again)
    assert before >= wanted
    entries.push(again, PLAN, "HF-LIB-01-SW999999")
    assert is_sound(again) == before + 7


@pytest.mark.parametrize("statement", range(1, 12))
def test_killed_between_any_two_statements_of_a_transaction_nothing_of_it_is_there(
    ledger, place, processes, entries, statement
):
    """A deletion, three looks for a key, two entries, two events with their looks at the chain; then the commit."""

    def be_killed() -> None:
        from sqlalchemy import event

        mine, count = Ledger(place), itertools.count(1)

        def kill(*_words):
            if next(count) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(mine.store.engine, "before_cursor_execute" if statement < 11 else "commit", kill)
        if statement == 11:
            count = itertools.count(11)
        intention = new_intention(SWITCH, SITE, PLAN, "t1", "hostname before\n")
        mine.devices.intend(intention, "hostname before\n", ENGINEER)

    victim = processes.start(be_killed)
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    assert is_sound(ledger) == 0
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN) is None
    assert ledger.devices.backup(SWITCH, "before") is None
    entries.push(ledger, PLAN)
    assert is_sound(ledger) == 7


def test_an_outcome_and_the_end_of_its_intention_are_one_transaction(ledger, place, processes, begun, entries):
    def be_killed() -> None:
        from sqlalchemy import event

        mine = Ledger(place)
        event.listen(mine.store.engine, "commit", lambda *_words: os.kill(os.getpid(), signal.SIGKILL))
        mine.devices.finish(entries.outcome_record(PLAN), None, close=True, after="", actor=ENGINEER)

    victim = processes.start(be_killed)
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    assert ledger.devices.outcomes("LBHF-2026-0042") == ()
    assert ledger.devices.open_intention(SWITCH, SITE, PLAN) == begun


def test_who_waits_for_a_killed_writer_goes_on(ledger, open_ledger, place, processes, entries):
    """The lock of a transaction ends with its process."""

    def hold(ready) -> None:
        mine = Ledger(place)
        with mine.store.writing() as connection:
            mine.store.append(connection, ENGINEER, "note", SWITCH, {})
            ready.set()
            time.sleep(600)

    ready = processes.context.Event()
    holder = processes.start(hold, ready)
    assert ready.wait(60)
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(60)
    entries.push(ledger, PLAN)
    assert is_sound(ledger) == 7
