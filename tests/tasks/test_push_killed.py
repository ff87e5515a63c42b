"""A delivery whose process is killed while the device is at it; at every write: `tests/conformance/`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.simulated import Fleet, HangAt
from tasks.delivery import acknowledge
from tasks.devices.outcome import Outcome
from tasks.live import standing_of
from tasks.preparation import prepare, sites_of
from turnup.change.state import ChangeState, state_of

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("one_by_one")

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"

DELIVER = """
import os, signal, sys
from tasks.ledger import Ledger
from tasks.ledger.devices import DeviceBook
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace

settings, plan_hash, sites, site, stage, moment = sys.argv[1:]

def dying(name):
    real = getattr(DeviceBook, name)
    def recorded(self, intention, *rest):
        if (intention.stage, moment) == (stage, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        real(self, intention, *rest)
        if (intention.stage, moment) == (stage, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
    setattr(DeviceBook, name, recorded)

dying("intend")
dying("advance")
workspace = Workspace.model_validate_json(settings)
ledger = Ledger(workspace.ledger)
plan = ledger.plans.get(plan_hash)
SiteDelivery(workspace, ledger, plan, tuple(sites.split(",")), 1).deliver(site)
"""
"""A delivery of one site that kills itself just before, or just after, a stage is recorded."""


def start(delivery, plan, stage: str = "", moment: str = "") -> subprocess.Popen[bytes]:
    order = acknowledge(delivery.workspace, delivery.ledger, CALL_OFF)
    sites = sites_of(prepare(delivery.workspace, order, standing_of(delivery.ledger, plan.reference)))
    words = (delivery.workspace.model_dump_json(), plan.hash, ",".join(sites), SITE, stage, moment)
    return subprocess.Popen((sys.executable, "-c", DELIVER, *words), cwd=CHECKOUT)


def finish(fleet: Fleet, delivery, plan) -> None:
    """Deliver again and prove that the job is done."""
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.CHANGED, outcomes
    assert outcomes[SITE, SECOND].outcome is Outcome.CHANGED, outcomes
    for change in plan.changes:
        assert state_of(change, fleet.running_config(change.device)) is ChangeState.AFTER
        assert state_of(change, fleet.startup_config(change.device)) is ChangeState.AFTER
        assert not fleet.revert_is_pending(change.device)
        assert delivery.ledger.devices.open_intention(change.device, SITE, plan.hash) is None


def test_killed_in_the_middle_of_the_lines_the_next_run_takes_them_back_first(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    fleet.inject(FIRST, HangAt("^ip dhcp snooping vlan 110"))
    process = start(delivery, plan)
    deadline = time.monotonic() + 60
    while not any("dhcp snooping vlan" in line for line in fleet.lines_received(FIRST)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    change = next(each for each in plan.changes if each.device == FIRST)
    assert state_of(change, fleet.running_config(FIRST)) is ChangeState.NEITHER
    fleet.clear_faults(FIRST)
    finish(fleet, delivery, plan)


def test_killed_and_the_timer_over_the_next_run_begins_anew(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    assert start(delivery, plan, "confirming", "after").wait(60) == -signal.SIGKILL
    fleet.end_revert_timer(FIRST)
    assert "vlan 150" not in fleet.running_config(FIRST)
    finish(fleet, delivery, plan)
    assert fleet.lines_received(FIRST).count("vlan 150") == 2
