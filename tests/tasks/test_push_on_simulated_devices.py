"""The push against devices that misbehave: whatever happens, the device is what the ledger says."""

from __future__ import annotations

import re

import pytest

import tasks.devices.session as session_module
from lab.simulated import (
    AcceptButIgnore,
    ConfigurationLocked,
    DropAtLine,
    Fleet,
    FullFlash,
    HangAt,
    LoseConfirm,
    RefuseLogin,
    RejectLine,
    Unreachable,
    WrongHostname,
    WrongSerial,
)
from tasks.devices.outcome import Outcome
from turnup.change.state import ChangeState, state_of

pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(session_module.Session.ask, "__kwdefaults__", {"expect": None, "seconds": 3.0})
    monkeypatch.setattr(session_module.Session.send_block, "__kwdefaults__", {"seconds": 3.0})


def config(fleet: Fleet, name: str) -> list[str]:
    """What the device runs, without the lines that tell when it was changed."""
    lines = fleet.running_config(name).splitlines()
    return [line for line in lines if not line.startswith(("! ", "Current configuration"))]


def test_a_good_push_changes_saves_and_owns(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)

    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}
    for change in plan.changes:
        running = fleet.running_config(change.device)
        assert state_of(change, running) is ChangeState.AFTER
        assert "vlan 150" in running
        assert not fleet.revert_is_pending(change.device)
        assert state_of(change, fleet.startup_config(change.device)) is ChangeState.AFTER
        owned = {each.service_line for each in ledger.ownership.on(change.device).fragments}
        assert owned == {f"{CALL_OFF}/L1", f"{SITE}/BASELINE"}
        assert ledger.devices.open_intention(change.device, SITE, plan.hash) is None


def test_what_others_configured_is_left_alone(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    before = set(config(fleet, FIRST))
    plan = delivery.plan(CALL_OFF)
    replaced = {takeover.former for change in plan.changes for takeover in change.takeovers}
    delivery.deliver(plan)
    gone = {line.strip() for line in before - set(config(fleet, FIRST))}
    assert {line for line in gone if line not in replaced and "allowed vlan" not in line} <= {"shutdown"}


def test_the_second_delivery_pushes_nothing(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    delivery.deliver(plan)
    typed = len(fleet.lines_received(FIRST))
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} == {Outcome.UNCHANGED}
    assert sum(each.lines_pushed for each in again.values()) == 0
    assert len(fleet.lines_received(FIRST)) == typed


def test_a_plan_after_delivery_is_empty(start_fleet, delivery):
    start_fleet(CALL_OFF, minute_seconds=60)
    delivery.deliver(delivery.plan(CALL_OFF))
    again = delivery.plan(CALL_OFF)
    assert not again.changes_something
    assert all(change.remediation == "" for change in again.changes)


def test_the_same_order_on_the_same_devices_has_the_same_hash(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    first = delivery.plan(CALL_OFF)
    fleet.type_as_another_operator(FIRST, ("snmp-server location Moved upstairs",))
    assert delivery.plan(CALL_OFF).hash == first.hash
    fleet.type_as_another_operator(FIRST, ("interface GigabitEthernet1/0/1", "description Taken by hand"))
    assert delivery.plan(CALL_OFF).hash != first.hash


FAULTS = {
    "the first line is rejected": RejectLine("^vlan 110", "% Bad VLAN"),
    "a middle line is rejected": RejectLine("^ip dhcp snooping vlan 111", "% Invalid input detected at '^' marker."),
    "a line in an interface is rejected": RejectLine("spanning-tree bpduguard", "% Incomplete command."),
    "a line is taken but has no effect": AcceptButIgnore("^ip dhcp snooping vlan 150"),
    "the session drops before a line": DropAtLine("^ip dhcp snooping vlan 110"),
    "the session drops after a line": DropAtLine("^ip dhcp snooping vlan 110", before=False),
    "the device hangs at a line": HangAt("^ip dhcp snooping vlan 110"),
    "the confirm is lost": LoseConfirm(),
    "the session drops at the confirm": LoseConfirm(drop=True),
    "the flash is full": FullFlash(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_after_a_fault_the_device_is_what_it_was(start_fleet, delivery, ledger, fault):
    fleet = start_fleet(CALL_OFF)
    plan = delivery.plan(CALL_OFF)
    before = config(fleet, FIRST)
    fleet.inject(FIRST, fault)
    outcomes = delivery.deliver(plan, revert_seconds=5)

    assert outcomes[SITE, FIRST].outcome is Outcome.ROLLED_BACK, outcomes[SITE, FIRST].detail
    assert outcomes[SITE, FIRST].detail
    if isinstance(fault, RejectLine):
        assert fault.words in outcomes[SITE, FIRST].detail
        assert re.search(r"the line '[^']*(vlan 110|snooping vlan 111|bpduguard enable)'", outcomes[SITE, FIRST].detail)
    assert outcomes[SITE, SECOND].outcome is Outcome.SKIPPED
    assert config(fleet, FIRST) == before
    assert not fleet.revert_is_pending(FIRST)
    assert ledger.ownership.on(FIRST).fragments == ()
    assert ledger.devices.open_intention(FIRST, SITE, plan.hash) is None

    fleet.clear_faults(FIRST)
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} == {Outcome.CHANGED}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (RefuseLogin(), "login refused"),
        (Unreachable(), "SSH connection"),
        (WrongHostname("SOMEBODY-ELSE"), "SOMEBODY-ELSE"),
        (WrongSerial("FCW0000X000"), "FCW0000X000"),
        (ConfigurationLocked("colleague"), "onfiguration"),
    ],
)
def test_a_device_that_cannot_be_changed_fails_untouched(start_fleet, delivery, fault, words):
    fleet = start_fleet(CALL_OFF)
    plan = delivery.plan(CALL_OFF)
    before = config(fleet, FIRST)
    fleet.inject(FIRST, fault)
    outcomes = delivery.deliver(plan, revert_seconds=5)
    assert outcomes[SITE, FIRST].outcome is Outcome.FAILED
    assert words in outcomes[SITE, FIRST].detail
    fleet.clear_faults(FIRST)
    assert config(fleet, FIRST) == before


def test_a_device_that_changed_since_the_plan_is_skipped(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF)
    plan = delivery.plan(CALL_OFF)
    fleet.type_as_another_operator(FIRST, ("vlan 110", "name MINE"))
    before = config(fleet, FIRST)
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.SKIPPED
    assert "turnup plan" in outcomes[SITE, FIRST].detail
    assert config(fleet, FIRST) == before


def test_a_foreign_change_elsewhere_does_not_matter(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    fleet.type_as_another_operator(FIRST, ("ntp server 192.0.2.99",))
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.CHANGED
    assert "ntp server 192.0.2.99" in fleet.running_config(FIRST)


def test_without_an_archive_nothing_is_pushed(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    fleet.type_as_another_operator(FIRST, ("no archive",))
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.FAILED
    assert "archive" in outcomes[SITE, FIRST].detail
    assert "vlan 150" not in fleet.running_config(FIRST)
