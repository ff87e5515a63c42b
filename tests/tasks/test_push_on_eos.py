"""The push on Arista EOS: a session is a snapshot, its commit takes itself back, and what is killed is found again.

Each fault by itself is in the table of `tests/conformance`; here is what only EOS has.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

import tasks.devices.session as session_module
from lab.simulated import Fleet, HangAt, client
from tasks.devices.outcome import Outcome
from tasks.progress import listening
from tests.conftest import PASSWORD, with_eos_switches
from tests.tasks.test_push_killed import finish, start
from turnup.change.state import ChangeState, state_of

pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
ELSEWHERE = "snmp-server location Annexe"


@pytest.fixture(autouse=True)
def eos_switches(monkeypatch: pytest.MonkeyPatch, inventory) -> None:
    """The library's switches run EOS; nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(session_module, "QUIET_SECONDS", 1.0)
    with_eos_switches(inventory, SITE)


def config(fleet: Fleet, name: str) -> list[str]:
    return fleet.running_config(name).splitlines()


def type_at(fleet: Fleet, name: str, *lines: str) -> str:
    """Let a colleague type at a device over a login of his own."""
    text = "".join(f"{line}\n" for line in ("terminal length 0", *lines, "! end"))
    return asyncio.run(
        client.type_at(fleet.port(name), text, until="! end\r\n", username="turnup", password=PASSWORD, seconds=3.0)
    )


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
    assert any("DHCP snooping" in str(finding) for change in plan.changes for finding in change.findings)
    typed = len(fleet.lines_received(FIRST))
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} == {Outcome.UNCHANGED}
    assert len(fleet.lines_received(FIRST)) == typed
    assert not delivery.plan(CALL_OFF).changes_something


def test_what_others_change_after_the_snapshot_is_not_overwritten(start_fleet, delivery):
    """The session is open already when they come; its commit would take their line back."""
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    meanwhile = [lambda: fleet.type_as_another_operator(FIRST, (ELSEWHERE,))]
    with listening(lambda event: meanwhile.pop()() if (event.stage, bool(meanwhile)) == ("apply", True) else None):
        outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.ROLLED_BACK, outcomes[SITE, FIRST]
    assert "the running configuration as it was when the session began" in outcomes[SITE, FIRST].detail
    assert f"+ {ELSEWHERE}" in outcomes[SITE, FIRST].foreign_edits
    assert ELSEWHERE in config(fleet, FIRST)
    assert "vlan 150" not in fleet.running_config(FIRST)
    assert not any("commit timer" in command for command in fleet.commands_received(FIRST)), "nothing was in force"
    assert fleet.open_sessions(FIRST) == ()

    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}
    assert ELSEWHERE in config(fleet, FIRST)


def test_sessions_of_others_are_left_alone_and_of_ours_none_stays(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    for name in ("colleague", "turnup-of-a-plan-that-was-given-up"):
        type_at(fleet, FIRST, f"configure session {name}", "vlan 4000")
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}
    assert fleet.open_sessions(FIRST) == ("colleague",)


def test_a_device_with_too_many_sessions_is_not_touched_and_says_so(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    before = config(fleet, FIRST)
    for number in range(5):
        type_at(fleet, FIRST, f"configure session colleague-{number}")
    outcome = delivery.deliver(plan)[SITE, FIRST]
    assert outcome.outcome is Outcome.FAILED
    assert "Maximum number of pending sessions has been reached" in outcome.detail
    assert "show configuration sessions detail" in outcome.detail
    assert config(fleet, FIRST) == before
    assert len(fleet.open_sessions(FIRST)) == 5
    type_at(fleet, FIRST, "configure session colleague-4 abort")
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}


@pytest.mark.parametrize(
    ("stage", "moment", "in_force", "open_sessions"),
    [
        ("armed", "before", False, 1),
        ("applied", "before", True, 0),
        ("confirming", "after", True, 0),
        ("confirmed", "before", True, 0),
    ],
)
def test_killed_with_a_session_open_committed_or_confirmed_the_next_run_finishes(
    start_fleet, delivery, stage, moment, in_force, open_sessions
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    assert start(delivery, plan, stage, moment).wait(60) == -signal.SIGKILL
    assert ("vlan 150" in fleet.running_config(FIRST)) is in_force
    assert len(fleet.open_sessions(FIRST)) == open_sessions
    assert fleet.revert_is_pending(FIRST) is (in_force and stage != "confirmed")
    assert fleet.lines_received(SECOND) == ()
    finish(fleet, delivery, plan)
    assert fleet.lines_received(FIRST).count("vlan 150") == 1
    assert fleet.open_sessions(FIRST) == ()


def test_killed_in_the_middle_of_the_lines_the_next_run_drops_them_first(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    before = config(fleet, FIRST)
    fleet.inject(FIRST, HangAt("^spanning-tree vlan-id 110"))
    process = start(delivery, plan)
    deadline = time.monotonic() + 60
    while not any("spanning-tree vlan-id" in line for line in fleet.lines_received(FIRST)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert config(fleet, FIRST) == before
    assert len(fleet.open_sessions(FIRST)) == 1
    fleet.clear_faults(FIRST)
    finish(fleet, delivery, plan)
    assert fleet.open_sessions(FIRST) == ()


def test_killed_and_the_timer_over_the_next_run_begins_anew(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    assert start(delivery, plan, "confirming", "after").wait(60) == -signal.SIGKILL
    fleet.end_revert_timer(FIRST)
    assert "vlan 150" not in fleet.running_config(FIRST)
    finish(fleet, delivery, plan)
