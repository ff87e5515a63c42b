"""A site's trunk whole: the provider's real SBC and the simulated CUBE before the PBX, in one call-off, over SSH."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Topology, load_topology
from lab.simulated import DeviceKind, DeviceSpec, Fleet
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, GATEWAY, SBC = "RBKC-2026-0012", "KC-MUS-05", "KC-MUS-05-VG1", "LON-SBC-01"
CHECKOUT = Path(__file__).resolve().parents[2]
TABLES = "/etc/kamailio/tables"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The lab's SBC alone."""
    devices = tuple(device for device in load_topology().devices if device.name == SBC)
    with Lab(tmp_path / "lab", Topology(devices, (), ())) as lab:
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        yield lab


@pytest.fixture
def fleet(lab: Lab, workspace) -> Iterator[Fleet]:
    """The gateway, with the login of the lab; the endpoints file names both."""
    startup = (CHECKOUT / "lab" / "startup" / f"{GATEWAY}.cfg").read_text()
    serial = yaml.safe_load((workspace.inventory / "sites" / SITE / "hosts.yaml").read_text())[GATEWAY]["data"][
        "serial"
    ]
    password = lab.password_file.read_text().strip()
    spec = DeviceSpec(GATEWAY, DeviceKind.ROUTER, serial, "ISR4331/K9", startup, "netops", password)
    with Fleet((spec,)) as fleet:
        place = {"hostname": "127.0.0.1", "port": fleet.port(GATEWAY), "host_key": fleet.host_key(GATEWAY)}
        endpoints = yaml.safe_load(lab.endpoints_file.read_text()) | {GATEWAY: place}
        Path(workspace.endpoints).write_text(yaml.safe_dump(endpoints))
        yield fleet


def carry_out(delivery, plan: Plan) -> SiteDelivery:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    assert {device for _, device in outcomes} == {GATEWAY, SBC}
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    return SiteDelivery(delivery.workspace, delivery.ledger, plan, (SITE, "LON-CORE-04"), attempt)


def test_a_trunk_with_its_own_gateway_is_delivered_proved_and_ceased(lab: Lab, fleet: Fleet, delivery) -> None:
    before = lab.run(SBC, ["bash", "-c", f"cd {TABLES}; tail -n +1 *"])
    plan = delivery.plan(CALL_OFF)
    done = carry_out(delivery, plan)
    settle_lines(done, SITE, done.verify(SITE), 30)
    proved = {
        (each.device, each.title): (each.expected, each.actual)
        for each in delivery.ledger.checks.of(plan.reference, plan.hash, 1)
        if each.stage == "verify"
    }
    assert proved[SBC, "9112 is routed to the emergency services"] == ("emergency", "emergency")
    assert proved[GATEWAY, "112 takes the dial peer for it"] == ("9011", "9011")
    assert proved[GATEWAY, "SBC 203.0.113.89 answers OPTIONS"] == ("Active", "Active")
    assert all(expected == actual for expected, actual in proved.values())
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert lab.run(SBC, ["bash", "-c", f"cd {TABLES}; tail -n +1 *"]) == before
    assert "RBKC-2026-0012" not in fleet.running_config(GATEWAY)
    assert "dial-peer voice 101 voip" in fleet.running_config(GATEWAY)
