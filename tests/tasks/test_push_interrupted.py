"""A push that is cut off: by the device, by the ledger, by somebody else; nothing is lost, nothing is hidden."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator

import pytest

import tasks.devices.session as session_module
from lab.simulated import Fleet
from tasks.devices.outcome import Outcome
from tasks.devices.platforms import cisco_ios
from tasks.ledger import Ledger, new_intention
from tasks.ledger import engine as engine_module
from tasks.ledger.devices import DeviceBook
from tasks.progress import listening
from turnup.change.state import ChangeState, state_of
from turnup.errors import LedgerError

EXECUTOR = "field-engineer@supplier.example"
pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
STAGES = ("intended", "armed", "applied", "verified", "confirming", "confirmed", "saved")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module.Session.ask, "__kwdefaults__", {"expect": None, "seconds": 3.0})
    monkeypatch.setattr(session_module.Session.send_block, "__kwdefaults__", {"seconds": 3.0})
    monkeypatch.setattr(cisco_ios, "SLOW_SECONDS", 3.0)


def config(fleet: Fleet, name: str) -> list[str]:
    lines = fleet.running_config(name).splitlines()
    return [line for line in lines if not line.startswith(("! ", "Current configuration"))]


def test_a_timer_of_somebody_else_is_left_alone_however_often_we_try(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    colleague = open_by_hand(fleet, FIRST, "configure terminal revert timer 30", "snmp-server location Annexe", "end")
    before = config(fleet, FIRST)
    for _ in range(2):
        outcomes = delivery.deliver(plan)
        assert outcomes[SITE, FIRST].outcome is Outcome.FAILED, outcomes[SITE, FIRST]
        assert "pending" in outcomes[SITE, FIRST].detail
        assert fleet.revert_is_pending(FIRST)
        assert config(fleet, FIRST) == before
    colleague("configure confirm")
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}
    assert "snmp-server location Annexe" in fleet.running_config(FIRST)


def test_a_timer_that_somebody_sets_just_before_ours_is_left_alone_the_next_time_too(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)

    def colleague(event: object) -> None:
        if getattr(event, "stage", "") == "arm" and not fleet.revert_is_pending(FIRST):
            open_by_hand(fleet, FIRST, "configure terminal revert timer 30", "snmp-server location Annexe", "end")

    with listening(colleague):
        outcomes = delivery.deliver(plan)
    assert "already pending" in outcomes[SITE, FIRST].detail
    assert ledger.devices.open_intention(FIRST, SITE, plan.hash) is None
    assert delivery.deliver(plan)[SITE, FIRST].outcome is Outcome.FAILED
    assert fleet.revert_is_pending(FIRST)
    assert "snmp-server location Annexe" in fleet.running_config(FIRST)


def test_a_timer_of_another_login_is_not_ours_though_our_intention_is_open(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    begun = new_intention(FIRST, SITE, plan.hash, "t1", fleet.running_config(FIRST))
    ledger.devices.intend(begun, fleet.running_config(FIRST), EXECUTOR)
    fleet.arm_as_another_operator(FIRST, "colleague")
    before = config(fleet, FIRST)
    outcome = delivery.deliver(plan)[SITE, FIRST]
    assert outcome.outcome is Outcome.FAILED, outcome
    assert "found a revert timer of 'colleague' that is pending" in outcome.detail
    assert fleet.revert_is_pending(FIRST)
    assert config(fleet, FIRST) == before
    fleet.end_revert_timer(FIRST)
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}


def open_by_hand(fleet: Fleet, name: str, *lines: str) -> Callable[[str], None]:
    """Type lines at a device as a colleague with a terminal does; gives a way to type more."""
    from netmiko import ConnectHandler

    where = {"device_type": "cisco_ios", "host": "127.0.0.1", "port": fleet.port(name)}
    password = "a-password-that-must-not-leak-7Q"
    connection = ConnectHandler(**where, username="turnup", password=password)

    def type_line(line: str) -> None:
        connection.write_channel(f"{line}\n!done\n")
        connection.read_until_pattern(r"!done\r*\n[^\n]*#\s*$")

    for line in lines:
        type_line(line)
    return type_line


def test_what_waits_for_a_confirm_does_not_count_as_delivered(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    change = next(each for each in plan.changes if each.device == FIRST)
    type_line = open_by_hand(fleet, FIRST, "configure terminal revert timer 30", f"{change.remediation}\nend")
    assert state_of(change, fleet.running_config(FIRST)) is ChangeState.AFTER
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.FAILED, outcomes[SITE, FIRST]
    assert "revert timer" in outcomes[SITE, FIRST].detail
    type_line("configure confirm")
    assert {each.device: each.outcome for each in delivery.deliver(plan).values()} == {
        FIRST: Outcome.UNCHANGED,
        SECOND: Outcome.CHANGED,
    }


@pytest.fixture
def lock_at(workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Callable[[], None]]]:
    """Let another process lock the ledger just before a stage is written; the lock is real."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.2)
    locks: list[sqlite3.Connection] = []

    def lock(*_: object) -> None:
        other = sqlite3.connect(workspace.ledger, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        locks.append(other)

    def arrange(stage: str) -> Callable[[], None]:
        name = "intend" if stage == "intended" else "advance"
        real = getattr(DeviceBook, name)

        def locked(self, intention, *rest):
            if intention.stage == stage and not locks:
                lock()
            return real(self, intention, *rest)

        monkeypatch.setattr(DeviceBook, name, locked)
        return lambda: [each.close() for each in locks] and None

    yield arrange
    for each in locks:
        each.close()


@pytest.fixture
def process_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver as a process that is gone when the next delivery begins, as a run that failed is."""
    ended = subprocess.Popen(("true",))
    ended.wait()
    holder = f"{EXECUTOR} on {socket.gethostname()} pid {ended.pid}"
    monkeypatch.setattr("tasks.site_delivery.holder_of", lambda _: holder)


@pytest.mark.usefixtures("process_that_ends")
@pytest.mark.parametrize("stage", STAGES)
def test_no_ledger_no_confirm_and_the_next_run_finishes(start_fleet, delivery, workspace, lock_at, stage):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    delivery.ledger.close()
    unlock = lock_at(stage)
    delivery.ledger = Ledger(workspace.ledger)
    plan = delivery.plan(CALL_OFF)
    before = config(fleet, FIRST)
    with pytest.raises(LedgerError):
        delivery.deliver(plan)
    assert fleet.lines_received(SECOND) == ()
    fleet.end_revert_timer(FIRST)
    if stage in ("confirmed", "saved"):
        assert "vlan 150" in fleet.running_config(FIRST)
    else:
        assert config(fleet, FIRST) == before
    unlock()
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, again
    for change in plan.changes:
        assert state_of(change, fleet.startup_config(change.device)) is ChangeState.AFTER
        assert not fleet.revert_is_pending(change.device)
