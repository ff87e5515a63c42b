"""The flow judges by the ledger: an outcome that is not there would count as none."""

from __future__ import annotations

import sqlite3

import pytest

from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger, this_process
from tasks.progress import listening

pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


def recorded(ledger: Ledger) -> dict[str, str]:
    """The last outcome of each device, as the ledger has it: what the flow judges by."""
    return {record.device: record.outcome for record in ledger.devices.outcomes(CALL_OFF)}


def test_a_device_that_somebody_else_works_on_is_recorded_as_skipped(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    ledger.leases.acquire(f"device/{SECOND}", this_process("colleague@supplier.example"), 60)
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, SECOND].outcome is Outcome.SKIPPED
    assert "colleague@supplier.example" in outcomes[SITE, SECOND].detail
    assert recorded(ledger) == {FIRST: "changed", SECOND: "skipped"}
    assert fleet.lines_received(SECOND) == ()


def test_a_defect_of_ours_is_recorded_as_unknown(start_fleet, delivery, ledger, monkeypatch):
    start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    monkeypatch.setattr("tasks.devices.push.check_change", lambda *_: 1 // 0)
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.UNKNOWN
    assert "ZeroDivisionError" in outcomes[SITE, FIRST].detail
    assert recorded(ledger) == {FIRST: "unknown", SECOND: "skipped"}


def test_a_device_that_was_taken_over_in_mid_push_is_left_to_its_timer(start_fleet, delivery, ledger, workspace):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)

    def take_over(event: object) -> None:
        if getattr(event, "stage", "") == "verify":
            with sqlite3.connect(workspace.ledger) as other:
                other.execute("UPDATE leases SET epoch = epoch + 1, holder = 'colleague on elsewhere pid 1'")

    with listening(take_over):
        outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.UNKNOWN
    assert "colleague on elsewhere" in outcomes[SITE, FIRST].detail
    assert fleet.revert_is_pending(FIRST)
    assert recorded(ledger) == {FIRST: "unknown", SECOND: "skipped"}
    assert ledger.devices.open_intention(FIRST, SITE, plan.hash) is not None
