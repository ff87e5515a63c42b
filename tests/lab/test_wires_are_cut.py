"""Real devices whose wire is cut at random bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import tasks.devices.recovery as recovery_module
from lab.real.lab import Lab
from tasks.devices.outcome import Outcome
from tests.conformance.wire import Accident, Cut, Wire
from turnup.change.state import ChangeState, state_of

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE = "SWK-2026-0001", "SWK-LIB-05"
CPE, SWITCH = "SWK-LIB-05-CPE1", "SWK-LIB-05-SW1"
CUTS = int(os.environ.get("TURNUP_CUTS", "3"))
SEED = int(os.environ.get("TURNUP_CUTS_SEED", "20261125"))


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab of its own, whose endpoints and login the workspace knows."""
    monkeypatch.setattr(recovery_module, "POLL_SECONDS", 0.2)
    with Lab(tmp_path / "lab") as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        yield lab


def agent(lab: Lab, device: str, *words: str) -> str:
    return lab.run(device, ["turnup-ovs" if device == SWITCH else "turnup-frr", *words])


def only(plan, device: str):
    """The plan for one of its devices."""
    return replace(plan, changes=tuple(each for each in plan.changes if each.device == device), tiers=(), pairs=())


def test_wherever_the_wire_is_cut_the_next_run_finishes(lab: Lab, delivery, workspace) -> None:
    whole = delivery.plan(CALL_OFF)
    chance = random.Random(SEED)
    places = yaml.safe_load(Path(workspace.endpoints).read_text())
    with ExitStack() as exits:
        wires = {name: exits.enter_context(Wire(places[name]["port"])) for name in (CPE, SWITCH)}
        laid = {
            name: {**each, "port": wires[name].port if name in wires else each["port"]} for name, each in places.items()
        }
        Path(workspace.endpoints).write_text(yaml.safe_dump(laid))
        for device, wire in wires.items():
            plan = only(whole, device)
            before = agent(lab, device, "show")
            for _ in range(CUTS):
                accident = Accident(chance.randrange(4_000, 40_000), chance.choice((Cut.ENDED, Cut.RESET)))
                wire.mend(accident)
                outcome = delivery.deliver(plan, revert_seconds=20)[SITE, device]
                assert outcome.outcome is not Outcome.SKIPPED, (accident, outcome)
                check(lab, device, plan, outcome.outcome, before, accident)
                if outcome.outcome is Outcome.CHANGED:
                    break
            wire.mend()
            again = delivery.deliver(plan)[SITE, device]
            assert again.outcome in (Outcome.CHANGED, Outcome.UNCHANGED), again
            check(lab, device, plan, again.outcome, before, None)


def check(lab: Lab, device: str, plan, outcome: Outcome, before: str, accident: Accident | None) -> None:
    """The device is what the outcome says, and no timer runs."""
    running = agent(lab, device, "show")
    if outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
        assert state_of(plan.changes[0], running) is ChangeState.AFTER, accident
    elif outcome in (Outcome.ROLLED_BACK, Outcome.FAILED):
        assert running == before, (accident, outcome)
    if outcome is not Outcome.UNKNOWN:
        armed = [each for each in json.loads(agent(lab, device, "status")) if each["state"] == "armed"]
        assert armed == [], (accident, outcome)
