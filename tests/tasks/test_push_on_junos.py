"""The push on Junos: a candidate that only we edit, a commit that takes itself back, and commits of others.

Each fault by itself is in the table of `tests/conformance`; here is what only Junos has.
"""

from __future__ import annotations

import pytest

import tasks.devices.session as session_module
from tasks.devices.outcome import Outcome
from tests.conftest import with_junos_switches
from turnup.change.state import ChangeState, state_of

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


@pytest.fixture(autouse=True)
def junos_switches(monkeypatch: pytest.MonkeyPatch, inventory) -> None:
    """The library's switches run Junos; nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(session_module, "QUIET_SECONDS", 1.0)
    with_junos_switches(inventory, SITE)


def test_a_good_push_commits_confirms_and_owns(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = set(fleet.running_config(FIRST).splitlines())
    plan = delivery.plan(CALL_OFF)
    assert fleet.lines_received(FIRST) == (), "a plan never writes"
    assert not any(command.startswith("configure") for command in fleet.commands_received(FIRST))
    outcomes = delivery.deliver(plan)

    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    for change in plan.changes:
        running = fleet.running_config(change.device)
        assert state_of(change, running) is ChangeState.AFTER
        assert fleet.startup_config(change.device) == running
        assert not fleet.revert_is_pending(change.device)
        assert fleet.open_sessions(change.device) == ()
        assert ledger.ownership.on(change.device).fragments
    bare = {line for line in found if line.endswith("family ethernet-switching")}
    assert found - bare <= set(fleet.running_config(FIRST).splitlines())
    again = delivery.plan(CALL_OFF)
    assert not any(change.changes_something for change in again.changes)
