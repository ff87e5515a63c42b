"""Writers of one process share commits, and none is told that it has written before it has."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import OperationalError

from tasks.ledger import Intention, Ledger
from tasks.ledger.schema import intentions
from turnup.errors import LeaseHeld, LedgerError, LedgerUnavailable

WRITERS, EACH = 100, 4
ACTOR = "field-engineer@supplier.example"


def intention(device: str, token: str = "t1") -> Intention:
    return Intention(device, "HF-LIB-01", "0" * 64, token, "intended", "1" * 64)


@pytest.fixture
def commits(ledger):
    counted: list[int] = []
    event.listen(ledger.store.engine, "commit", lambda _connection: counted.append(1))
    return counted


@pytest.fixture
def other(ledger, open_ledger) -> Ledger:
    """The same ledger as another process sees it: only what is written for good."""
    return open_ledger(ledger.store.place)


def test_a_hundred_writers_at_once_share_commits_and_each_finds_its_own_written(ledger, other, commits):
    seen: list[bool] = []

    def write(number: int) -> None:
        mine = intention(f"SW{number}")
        ledger.devices.intend(mine, "hostname X\n", ACTOR)
        seen.append(other.devices.open_intention(mine.device, mine.site, mine.plan_hash) == mine)
        for _ in range(EACH):
            ledger.devices.advance(mine, ACTOR)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert seen == [True] * WRITERS
    assert len(commits) < WRITERS * (EACH + 1) / 2
    assert ledger.audit.verify().events == WRITERS * (EACH + 2)


def held_together(ledger: Ledger, *works) -> list[BaseException | None]:
    """Let several write in one batch: the first stays in its part until the others wait for their turn."""
    came, answers = threading.Event(), [None] * (len(works) + 1)

    def first() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("FIRST"), ACTOR)
            came.set()
            while ledger.store._writers._waiting < len(works):
                threading.Event().wait(0.001)

    def run(number: int, work) -> None:
        try:
            work()
        except (LedgerError, LeaseHeld) as error:
            answers[number] = error

    threads = [threading.Thread(target=run, args=(number, work)) for number, work in enumerate((first, *works))]
    threads[0].start()
    assert came.wait(10)
    for each in threads[1:]:
        each.start()
    for each in threads:
        each.join(20)
    return answers


def subjects(ledger: Ledger) -> set[str]:
    from sqlalchemy import select

    from tasks.ledger.schema import events

    with ledger.store.reading() as connection:
        return set(connection.execute(select(events.c.subject)).scalars())


def test_who_breaks_a_rule_loses_only_its_own_part(ledger, commits):
    def refused() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("REFUSED"), ACTOR)
            raise LeaseHeld("device/REFUSED", "nobody", "somebody", "wait")

    def broken() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("BROKEN"), ACTOR)
            row = {"site": "S", "plan_hash": "0", "token": "t", "stage": None, "before_hash": "1", "at": "now"}
            connection.execute(insert(intentions).values(device="BROKEN", **row))

    def good() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("GOOD"), ACTOR)

    answers = held_together(ledger, refused, broken, good)
    assert [type(each) for each in answers] == [type(None), LeaseHeld, LedgerError, type(None)]
    assert subjects(ledger) == {"FIRST", "GOOD"}
    assert ledger.audit.verify().events == 2


def test_a_commit_that_fails_is_told_to_all_who_share_it(ledger):
    def fail(_connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    def good() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("GOOD"), ACTOR)

    event.listen(ledger.store.engine, "commit", fail)
    answers = held_together(ledger, good, good)
    event.remove(ledger.store.engine, "commit", fail)
    assert [type(each) for each in answers] == [LedgerUnavailable] * 3
    assert subjects(ledger) == set()
    good()
    assert subjects(ledger) == {"GOOD"}
    assert ledger.audit.verify().events == 1


def test_a_part_that_cannot_be_undone_takes_all_with_it_and_the_cause_is_told(ledger):
    """A full disk lets SQLite give up the transaction itself: no savepoint is left to go back to."""

    def full() -> None:
        with ledger.store.writing() as connection:
            ledger.devices._append(connection, intention("FULL"), ACTOR)
            connection.exec_driver_sql("ROLLBACK")
            raise OperationalError("INSERT", None, Exception("database or disk is full"))

    answers = held_together(ledger, full)
    assert [type(each) for each in answers] == [LedgerUnavailable] * 2
    assert all("disk is full" in str(each) for each in answers)
    assert subjects(ledger) == set()
    ledger.devices.intend(intention("AFTER"), "hostname X\n", ACTOR)
    assert ledger.audit.verify().events == 2
