"""Leases: one holder at a time; who comes after has a higher epoch, and who was before is refused by it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from tasks.ledger import Lease, Ledger, this_process
from turnup.errors import LeaseHeld, LedgerUnavailable

SWITCH = "device/HF-LIB-01-SW1"
ONE, OTHER = "one@supplier.example on elsewhere pid 7", "other@supplier.example on elsewhere pid 8"


def test_a_lease_is_exclusive_and_the_refusal_says_who_and_until_when(ledger):
    ledger.leases.acquire(SWITCH, ONE, 900)
    with pytest.raises(LeaseHeld) as caught:
        ledger.leases.acquire(SWITCH, OTHER, 900)
    assert (caught.value.where, caught.value.found) == (SWITCH, f"{ONE}, until 2026-11-24T09:15:00 UTC")
    assert "Wait until it ends" in caught.value.remedy


def test_not_even_the_holder_takes_it_twice(ledger):
    ledger.leases.acquire(SWITCH, ONE, 900)
    with pytest.raises(LeaseHeld):
        ledger.leases.acquire(SWITCH, ONE, 900)


def test_other_things_have_leases_of_their_own(ledger):
    ledger.leases.acquire(SWITCH, ONE, 900)
    assert ledger.leases.acquire("device/HF-LIB-01-SW2", OTHER, 900).epoch == 1


def test_the_epoch_grows_with_each_holder(ledger, clock):
    epochs = []
    for holder in (ONE, OTHER, ONE):
        lease = ledger.leases.acquire(SWITCH, holder, 900)
        epochs.append(lease.epoch)
        ledger.leases.release(lease)
    assert epochs == [1, 2, 3]


@pytest.mark.parametrize(("seconds", "free"), [(899.999999, False), (900, True), (90000, True)])
def test_a_lease_may_be_taken_over_once_it_has_expired_and_not_before(ledger, clock, seconds, free):
    first = ledger.leases.acquire(SWITCH, ONE, 900)
    clock.go_on(seconds=seconds)
    if free:
        assert ledger.leases.acquire(SWITCH, OTHER, 900).epoch == first.epoch + 1
    else:
        with pytest.raises(LeaseHeld):
            ledger.leases.acquire(SWITCH, OTHER, 900)
        ledger.leases.check(first)


def test_who_lost_the_lease_is_refused_by_the_epoch(ledger, clock):
    old = ledger.leases.acquire(SWITCH, ONE, 900)
    clock.go_on(seconds=901)
    new = ledger.leases.acquire(SWITCH, OTHER, 900)
    for refused in (ledger.leases.check, lambda lease: ledger.leases.renew(lease, 900)):
        with pytest.raises(LeaseHeld, match=r"other@supplier\.example"):
            refused(old)
    ledger.leases.release(old)  # does nothing to the new one
    ledger.leases.check(new)
    with pytest.raises(LeaseHeld):
        ledger.leases.acquire(SWITCH, ONE, 900)


def test_the_same_holder_after_a_take_over_is_still_refused(ledger, clock):
    """The name is not what counts: a process that slept through its lease may bear the name of the present holder."""
    old = ledger.leases.acquire(SWITCH, ONE, 900)
    clock.go_on(seconds=901)
    new = ledger.leases.acquire(SWITCH, ONE, 900)
    for refused in (ledger.leases.check, lambda lease: ledger.leases.renew(lease, 900)):
        with pytest.raises(LeaseHeld):
            refused(old)
    ledger.leases.release(old)
    ledger.leases.check(new)


def test_an_expired_lease_does_not_pass_the_check_even_if_nobody_took_it(ledger, clock):
    lease = ledger.leases.acquire(SWITCH, ONE, 900)
    clock.go_on(seconds=900)
    with pytest.raises(LeaseHeld, match="ended 2026-11-24T09:15:00 UTC"):
        ledger.leases.check(lease)


def test_renewing_keeps_the_epoch_and_moves_the_end(ledger, clock):
    lease = ledger.leases.acquire(SWITCH, ONE, 900)
    clock.go_on(seconds=800)
    renewed = ledger.leases.renew(lease, 900)
    assert renewed.epoch == lease.epoch
    clock.go_on(seconds=800)
    ledger.leases.check(renewed)


def test_a_released_lease_is_free_and_its_holder_has_no_right_any_more(ledger):
    lease = ledger.leases.acquire(SWITCH, ONE, 900)
    ledger.leases.release(lease)
    with pytest.raises(LeaseHeld):
        ledger.leases.check(lease)
    assert ledger.leases.acquire(SWITCH, OTHER, 900).epoch == 2


def test_a_lease_that_never_was_is_refused(ledger, clock):
    for refused in (ledger.leases.check, lambda lease: ledger.leases.renew(lease, 900)):
        with pytest.raises(LeaseHeld, match="nobody"):
            refused(Lease(SWITCH, ONE, 1, clock()))


# Who is gone


def test_the_lease_of_a_process_of_this_host_that_died_is_free_at_once(ledger, place, processes):
    def hold() -> None:
        Ledger(place).leases.acquire(SWITCH, this_process("one@supplier.example"), 9e8)
        os._exit(9)

    died = processes.start(hold)
    died.join(60)
    assert died.exitcode == 9
    assert ledger.leases.acquire(SWITCH, OTHER, 900).epoch == 2


def test_so_is_that_of_a_process_whose_parent_has_not_asked_how_it_ended(ledger, place):
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # dead, and left as it is
    try:
        ledger.leases.acquire(SWITCH, f"one@supplier.example on {socket.gethostname()} pid {child}", 9e8)
        assert ledger.leases.acquire(SWITCH, OTHER, 900).epoch == 2
    finally:
        os.waitpid(child, 0)


def refusing(*_: object) -> None:
    raise OperationalError("UPDATE leases", {}, Exception("database is locked"))


def test_who_could_not_let_go_takes_the_same_lease_again_with_a_new_epoch(ledger, monkeypatch):
    me = this_process("one@supplier.example")
    old = ledger.leases.acquire(SWITCH, me, 900)
    with monkeypatch.context() as locked:
        locked.setattr(Connection, "execute", refusing)
        with pytest.raises(LedgerUnavailable):
            ledger.leases.release(old)
    with pytest.raises(LeaseHeld):
        ledger.leases.acquire(SWITCH, this_process("other@supplier.example"), 900)
    new = ledger.leases.acquire(SWITCH, me, 900)
    assert new.epoch == old.epoch + 1
    with pytest.raises(LeaseHeld):
        ledger.leases.check(old)
    ledger.leases.release(old)  # late, and of no effect
    with pytest.raises(LeaseHeld):
        ledger.leases.acquire(SWITCH, me, 900)


def test_of_many_threads_of_one_process_one_has_the_lease(ledger, place, open_ledger):
    me = this_process("one@supplier.example")
    left = ledger.leases.acquire(SWITCH, me, 900)
    ledger.leases._end_use(left)  # as after a failed release
    books = [ledger.leases, open_ledger(place).leases]
    barrier, taken = threading.Barrier(8), []

    def take(number: int) -> None:
        barrier.wait(30)
        with contextlib.suppress(LeaseHeld):
            taken.append(books[number % 2].acquire(SWITCH, me, 900).epoch)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert taken == [left.epoch + 1]


def test_a_lease_of_this_process_that_was_not_written_down_is_no_hindrance(ledger, monkeypatch):
    me = this_process("one@supplier.example")
    left = ledger.leases.acquire(SWITCH, me, 900)
    ledger.leases._end_use(left)
    with monkeypatch.context() as locked:
        locked.setattr("tasks.ledger.leases.update", refusing)
        with pytest.raises(LedgerUnavailable):
            ledger.leases.acquire(SWITCH, me, 900)
    assert ledger.leases.acquire(SWITCH, me, 900).epoch == left.epoch + 1


def test_the_lease_of_a_process_of_this_host_that_lives_is_not(ledger):
    ledger.leases.acquire(SWITCH, this_process("one@supplier.example"), 900)
    with pytest.raises(LeaseHeld, match=f"pid {os.getpid()}"):
        ledger.leases.acquire(SWITCH, OTHER, 900)


@pytest.mark.parametrize(
    "holder",
    [
        "one@supplier.example on elsewhere pid 999999999",
        "one@supplier.example",
        "one@supplier.example on HOST",
        "one@supplier.example on HOST pid many",
        "one on HOST pid 999999999 on elsewhere pid 1",
    ],
)
def test_of_whoever_else_nothing_is_known_until_the_lease_expires(ledger, holder):
    ledger.leases.acquire(SWITCH, holder.replace("HOST", socket.gethostname()), 900)
    with pytest.raises(LeaseHeld):
        ledger.leases.acquire(SWITCH, OTHER, 900)


# At once


@pytest.mark.parametrize("state", ["never held", "expired"])
def test_of_many_at_once_exactly_one_gets_it(ledger, place, processes, state, clock):
    if state == "expired":
        ledger.leases.release(ledger.leases.acquire(SWITCH, ONE, 900))

    def acquire(number: int) -> int | str:
        mine = Ledger(place, clock)
        try:
            return mine.leases.acquire(SWITCH, f"engineer{number}@supplier.example on elsewhere pid 7", 900).epoch
        except LeaseHeld:
            return "held"
        finally:
            mine.close()

    answers = processes.at_once(acquire, *((number,) for number in range(4)))
    assert sorted(answers, key=str) == [1 if state == "never held" else 2, "held", "held", "held"]
