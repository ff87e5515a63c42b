"""Every push leaves a timeline and a transcript, be it good, refused or killed; and no secret in them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.simulated import RefuseLogin, RejectLine
from tasks.devices.outcome import Outcome
from tasks.devices.transcript import Exchange, read_transcript
from turnup.change.state import ChangeState, state_of

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "a-password-that-must-not-leak-7Q"
CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"

pytestmark = pytest.mark.usefixtures("one_by_one")


@dataclass(frozen=True)
class Told:
    """What the ledger tells of the last push of a device."""

    ledger: object
    plan_hash: str

    def transcript(self, device: str, attempt: int = 1) -> tuple[Exchange, ...]:
        return read_transcript("".join(self.ledger.transcripts.of(device, SITE, self.plan_hash, attempt)))

    def record(self, device: str):
        return [each for each in self.ledger.devices.outcomes(CALL_OFF) if each.device == device][-1]

    def backup(self, device: str, moment: str, attempt: int = 1) -> str:
        return self.ledger.devices.backup_at(device, SITE, self.plan_hash, attempt, moment)

    def timeline(self, device: str) -> dict[str, dict]:
        return {each["stage"]: each for each in json.loads(self.record(device).timeline)}


def test_a_push_leaves_all_that_was_said_and_how_long_it_took(start_fleet, delivery, ledger):
    start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    delivery.deliver(plan)
    told, change = Told(ledger, plan.hash), plan.changes_at(SITE)[0]

    timeline = told.timeline(change.device)
    stages = json.loads(told.record(change.device).timeline)
    words = "connect collect check arm apply verify collect prove confirm save"
    assert [each["stage"] for each in stages] == words.split()
    starts = [each["started"] for each in stages]
    assert starts == sorted(starts)
    assert timeline["apply"]["sent"] >= len(change.remediation)
    assert timeline["connect"]["received"] >= len(change.running)

    exchanges = told.transcript(change.device)
    typed = "".join(each.sent for each in exchanges if each.stage == "apply").splitlines()
    lines = [line for line in change.remediation.splitlines() if "secret" not in line and "key" not in line]
    assert [line for line in lines if line not in typed] == []
    assert {each.session for each in exchanges} == {1, 2}
    assert any("configure terminal revert timer" in each.sent and each.stage == "arm" for each in exchanges)
    assert any("[OK]" in each.received and each.stage == "save" for each in exchanges)

    assert state_of(change, told.backup(change.device, "before")) is ChangeState.BEFORE
    assert "vlan 150" in told.backup(change.device, "after")
    again = delivery.deliver(plan)
    assert {each.outcome for each in again.values()} == {Outcome.UNCHANGED}
    # Its users of SNMPv3 are new to the plan, so that the first session asks for them by itself.
    assert {each.stage for each in told.transcript(change.device, 2)} == {"connect", "collect"}
    assert ledger.audit.verify().unopened == 0


def test_a_push_that_fails_leaves_the_line_the_answer_and_the_way_back(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    fleet.inject(FIRST, RejectLine("^vlan 110", "% Bad VLAN"))
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.ROLLED_BACK
    told = Told(ledger, plan.hash)
    (refused,) = [each for each in told.transcript(FIRST) if each.stage == "apply" and "% Bad VLAN" in each.received]
    assert "vlan 110" in refused.sent
    assert any("configure revert now" in each.sent and each.stage == "revert" for each in told.transcript(FIRST))
    for moment in ("before", "after"):
        text = told.backup(FIRST, moment)
        assert state_of(plan.changes_at(SITE)[0], text) is ChangeState.BEFORE
    assert told.transcript(SECOND) == ()

    fleet.inject(FIRST, RefuseLogin())
    assert delivery.deliver(plan)[SITE, FIRST].outcome is Outcome.FAILED
    assert [each["stage"] for each in json.loads(told.record(FIRST).timeline)] == ["connect"]


KILLED = """
import os, signal, sys
import tasks.devices.platforms.cisco_ios as ios
from tasks.ledger import Ledger
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace

settings, plan_hash, site = sys.argv[1:]
ios.CiscoIos.confirm = lambda *_words: os.kill(os.getpid(), signal.SIGKILL)
workspace = Workspace.model_validate_json(settings)
ledger = Ledger(workspace.ledger)
attempt = ledger.plans.next_attempt("LBHF-2026-0042", plan_hash, workspace.executor)
SiteDelivery(workspace, ledger, ledger.plans.get(plan_hash), (site,), attempt).deliver(site)
"""


def test_a_killed_push_leaves_what_was_said_up_to_its_last_stage(start_fleet, delivery, ledger):
    start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    words = (delivery.workspace.model_dump_json(), plan.hash, SITE)
    assert subprocess.run((sys.executable, "-c", KILLED, *words), cwd=CHECKOUT).returncode == -signal.SIGKILL
    told = Told(ledger, plan.hash)
    assert ledger.devices.outcomes(CALL_OFF) == ()
    stages = list(dict.fromkeys(each.stage for each in told.transcript(FIRST)))
    assert stages == ["connect", "arm", "apply", "verify", "prove"]
    assert ledger.audit.verify().transcripts > 0

    assert delivery.deliver(plan)[SITE, FIRST].outcome is Outcome.CHANGED
    assert "save" in [each.stage for each in told.transcript(FIRST, 2)]
    before = told.backup(FIRST, "before", 2)
    assert state_of(plan.changes_at(SITE)[0], before) is ChangeState.BEFORE
    assert PASSWORD not in "".join(ledger.transcripts.of(FIRST, SITE, plan.hash, 1))
