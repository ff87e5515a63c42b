"""A LAN from the call-off to packets on a real switch: hosts of a segment talk, others only if it was ordered."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path

import pytest
import yaml

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

CALL_OFF, SITE = "WCC-2026-0003", "WCC-LIB-01"
SWITCH, CPE = f"{SITE}-SW1", f"{SITE}-CPE1"
DESK, OFFICE, GUEST = "desk", "office", "guest"
STAFF = {"name": "STAFF", "hosts": 20, "ports": 2}
PUBLIC = {"name": "PUBLIC", "hosts": 20, "ports": 1}
PHONES = {"name": "PHONES", "hosts": 5, "ports": 0}


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """One site: its switch with three hosts, and its CPE."""
    devices = tuple(device for device in load_topology().devices if device.name in (SWITCH, CPE))
    hosts = tuple((name, Port(SWITCH, f"eth{number}")) for number, name in enumerate((DESK, OFFICE, GUEST), start=1))
    with Lab(tmp_path / "lab", Topology(devices, ((Port(CPE, "eth1"), Port(SWITCH, "eth8")),), hosts)) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        yield lab


def order(inventory: Path, revision: int, *segments: dict) -> None:
    """Order a LAN of these segments at the site, and nothing else."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"] = [content["lines"][0] | {"parameters": {"segments": list(segments)}}]
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, SWITCH].outcome is Outcome.CHANGED, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    settle_lines(SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt), SITE, "e" * 64, 30)


def gateways(plan: Plan) -> dict[str, IPv4Interface]:
    """The gateway of each segment as planned, by its name."""
    text = next(change.candidate for change in plan.changes if change.device == SWITCH)
    names = dict(re.findall(r"^vlan (\d+)\n name (\S+)$", text, re.MULTILINE))
    found = re.findall(r"^port vlan(\d+)\n(?: .*\n)*? address (\S+)$", text, re.MULTILINE)
    return {names[vlan]: IPv4Interface(address) for vlan, address in found}


def plug_in(lab: Lab, host: str, gateway: IPv4Interface, number: int) -> str:
    address = str(gateway.network[number])
    lab.address_host(host, f"{address}/{gateway.network.prefixlen}", str(gateway.ip))
    return address


def way_of(lab: Lab, frame: str) -> str:
    """Where the switch says that a frame goes."""
    traced = lab.run(SWITCH, ["ovs-appctl", "ofproto/trace", "br0", frame])
    return traced.partition("Datapath actions: ")[2].strip()


def test_hosts_reach_their_own_segment_and_others_only_while_it_is_ordered(lab: Lab, delivery, inventory: Path) -> None:
    before = lab.run(SWITCH, ["ip", "rule", "show"])
    order(inventory, 1, STAFF, PUBLIC)
    plan = delivery.plan(CALL_OFF)
    carry_out(delivery, plan)
    there = gateways(plan)
    plug_in(lab, DESK, there["STAFF"], 5)
    office = plug_in(lab, OFFICE, there["STAFF"], 6)
    guest = plug_in(lab, GUEST, there["PUBLIC"], 5)

    assert lab.ping(DESK, office, attempts=30), "hosts of one segment talk"
    assert lab.ping(DESK, str(there["STAFF"].ip), attempts=30)
    assert lab.ping(GUEST, str(there["PUBLIC"].ip), attempts=30)
    assert not lab.ping(DESK, guest, attempts=2), "nobody ordered that"
    assert not lab.ping(GUEST, office, attempts=2)

    order(inventory, 2, STAFF | {"reaches": ["PUBLIC"], "voice": "PHONES"}, PUBLIC, PHONES)
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert lab.ping(DESK, guest, attempts=30), "both ways, as ordered"
    assert lab.ping(GUEST, office, attempts=30)
    # A telephone's tagged frame leaves in its own VLAN, to its gateway; a computer behind it stays in the port's.
    phone = way_of(lab, "in_port=eth1,dl_vlan=112,dl_src=00:00:5e:00:53:01,dl_dst=ff:ff:ff:ff:ff:ff")
    other = way_of(lab, "in_port=eth1,dl_vlan=111,dl_src=00:00:5e:00:53:01,dl_dst=ff:ff:ff:ff:ff:ff")
    assert phone != "drop"
    assert other == "drop", "nobody ordered telephones in that VLAN"

    lab.restart(SWITCH)
    assert lab.ping(DESK, guest, attempts=30), "it survives a power cut"

    order(inventory, 3, STAFF, PUBLIC, PHONES)
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert not lab.ping(DESK, guest, attempts=2)
    assert lab.ping(DESK, office, attempts=30)
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert lab.run(SWITCH, ["ip", "rule", "show"]) == before
    assert not lab.ping(DESK, str(there["STAFF"].ip), attempts=2)
