"""The eighth service on a real switch: cameras reach their recorder, and nobody else; a cease leaves no trace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.real.lab import Lab
from lab.real.topology import Port, Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, SWITCH = "WCC-2026-0006", "WCC-LIB-01", "WCC-LIB-01-SW1"
RECORDER, CAMERA, OTHER_CAMERA, STRANGER = (f"{SITE}-h{number}" for number in range(1, 5))


HOSTS = tuple((f"{SITE}-h{number}", Port(SWITCH, f"eth{number}")) for number in range(1, 5))
"""Ports are given out in their order: the recorder gets the first, the two cameras the next; the fourth is nobody's."""


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The devices of one site, and four hosts that have an address of one subnet."""
    devices = tuple(device for device in load_topology().devices if device.name.startswith(SITE))
    with Lab(tmp_path / "lab", Topology(devices, (), HOSTS)) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        for number, (name, _) in enumerate(HOSTS, start=1):
            lab.address_host(name, f"10.66.0.{number}/24", "10.66.0.254")
        yield lab


def database(lab: Lab) -> str:
    return lab.run(SWITCH, ["ovs-vsctl", "--columns=name,tag,trunks", "list", "Port"])


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, SWITCH].outcome is Outcome.CHANGED, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    settle_lines(SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt), SITE, "e" * 64, 30)


def test_cameras_reach_their_recorder_and_nobody_else_does(lab: Lab, delivery) -> None:
    before = database(lab)
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert lab.ping(CAMERA, "10.66.0.1", attempts=30)
    assert lab.ping(OTHER_CAMERA, "10.66.0.1", attempts=30)
    assert not lab.ping(STRANGER, "10.66.0.1", attempts=3)
    assert not lab.ping(RECORDER, "10.66.0.4", attempts=3)
    assert not delivery.plan(CALL_OFF).changes_something
    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert database(lab) == before
