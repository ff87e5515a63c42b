"""The push on devices that behave; what can go wrong is in `tests/conformance/`."""

from __future__ import annotations

import pytest

from lab.simulated import Fleet
from tasks.devices.outcome import Outcome
from turnup.change.state import ChangeState, state_of

pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


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


def test_without_an_archive_nothing_is_pushed(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    fleet.type_as_another_operator(FIRST, ("no archive",))
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.FAILED
    assert "archive" in outcomes[SITE, FIRST].detail
    assert "vlan 150" not in fleet.running_config(FIRST)
