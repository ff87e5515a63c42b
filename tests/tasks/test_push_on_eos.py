"""The push on Arista EOS: a session is a snapshot, its commit takes itself back, and nothing else moves."""

from __future__ import annotations

import pytest

import tasks.devices.session as session_module
from lab.simulated import (
    Fleet,
)
from tasks.devices.outcome import Outcome
from tests.conftest import with_eos_switches
from turnup.change.state import ChangeState, state_of

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, inventory) -> None:
    """Nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(session_module, "QUIET_SECONDS", 1.0)
    with_eos_switches(inventory, SITE)


def config(fleet: Fleet, name: str) -> list[str]:
    return fleet.running_config(name).splitlines()


def test_a_good_push_changes_saves_and_owns(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = set(config(fleet, FIRST))
    plan = delivery.plan(CALL_OFF)
    assert fleet.lines_received(FIRST) == (), "a plan never writes"
    assert not any(command.startswith("configure") for command in fleet.commands_received(FIRST))
    outcomes = delivery.deliver(plan)

    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    for change in plan.changes:
        running = fleet.running_config(change.device)
        assert state_of(change, running) is ChangeState.AFTER
        assert "vlan 150" in running
        assert not fleet.revert_is_pending(change.device)
        assert fleet.open_sessions(change.device) == ()
        assert state_of(change, fleet.startup_config(change.device)) is ChangeState.AFTER
        owned = {each.service_line for each in ledger.ownership.on(change.device).fragments}
        assert owned == {f"{CALL_OFF}/L1", f"{SITE}/BASELINE"}
        assert ledger.devices.open_intention(change.device, SITE, plan.hash) is None
    assert {line.strip() for line in found - set(config(fleet, FIRST))} <= {"switchport trunk allowed vlan 99"}
    typed = len(fleet.lines_received(FIRST))
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} == {Outcome.UNCHANGED}
    assert len(fleet.lines_received(FIRST)) == typed
    assert not delivery.plan(CALL_OFF).changes_something
