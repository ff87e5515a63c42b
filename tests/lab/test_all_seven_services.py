"""One library, one call-off, all seven services: delivered in the order of what stands on what, used, changed, ceased.

All devices are real but the room's codec, whose software is its maker's alone: that one is simulated, and reached over
SSH like the others.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Device, Port, Topology, load_topology
from lab.simulated import Fleet
from lab.simulated.factory import factory_spec
from lab.simulated.kinds import DeviceKind
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, CODEC = "WCC-2026-0008", "WCC-LIB-08", "WCC-LIB-08-CX1"
SWITCH, CPE, POINT = f"{SITE}-SW1", f"{SITE}-CPE1", f"{SITE}-AP1"
EDGE, RADIUS, SBC, PHONES = "LON-PE-02", "LON-AAA-01", "LON-SBC-01", "LON-PRV-01"
ORDER = (EDGE, CPE, SWITCH, RADIUS, SBC, PHONES, POINT, CODEC)
SECRETS = (
    "RADIUS",
    "PIMLICO",
    "PIMLICO_2",
    "GUEST",
    "DESK",
    "DESK_HA1",
    "OFFICE",
    "OFFICE_HA1",
    "ROOM",
    "ROOM_HA1",
    "BRIDGE",
    "BRIDGE_HA1",
)
SECONDS = 60
STAFF, COLLEAGUE, MEETING = (f"{SITE}-h{number}" for number in range(1, 4))
OWNED_FILES = {
    RADIUS: "/etc/freeradius/3.0/mods-config/files/authorize /etc/freeradius/3.0/mods-config/access/*",
    SBC: "/etc/kamailio/tables/*",
    POINT: "/etc/hostapd/*",
}


def topology() -> Topology:
    """The library with the provider's devices that serve it, and three hosts on its switch."""
    known = {device.name: device for device in load_topology().devices}
    ours = (
        Device(SWITCH, "ovs", "OVS2640T040"),
        Device(CPE, "frr", "FRR2641T041"),
        Device(POINT, "hostapd", "HAP2642T042", ports="radio", addresses={"eth1": "203.0.113.59/29"}),
    )
    cables = (
        (Port(EDGE, "eth6"), Port(CPE, "eth0")),
        (Port(CPE, "eth1"), Port(SWITCH, "eth8")),
        (Port(POINT, "eth0"), Port(SWITCH, "eth7")),
        (Port(POINT, "eth1"), Port(RADIUS, "eth1")),
    )
    hosts = tuple((name, Port(SWITCH, f"eth{number}")) for number, name in enumerate((STAFF, COLLEAGUE, MEETING), 1))
    return Topology((*(known[name] for name in (EDGE, RADIUS, SBC, PHONES)), *ours), cables, hosts)


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Lab, Fleet]]:
    """The lab and the codec beside it, both known to the workspace."""
    for name in SECRETS:
        value = "0123456789abcdef0123456789abcdef" if name.endswith("_HA1") else f"secret-of-{name.lower()}"
        monkeypatch.setenv(f"TURNUP_SECRET_{name}", value)
    with Lab(tmp_path / "lab", topology()) as lab:
        password = lab.password_file.read_text().strip()
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", password)
        spec = factory_spec(DeviceKind.ROOM_CODEC, CODEC, "FOC2643T043", password=password, username="netops")
        with Fleet([spec]) as fleet:
            places = yaml.safe_load(lab.endpoints_file.read_text())
            places[CODEC] = {
                "hostname": "127.0.0.1",
                "port": fleet.port(CODEC),
                "host_key": fleet.host_key(CODEC),
            }
            Path(workspace.endpoints).write_text(yaml.safe_dump(places))
            yield lab, fleet


def state(lab: Lab, fleet: Fleet) -> dict[str, str]:
    """All that Turnup may write on the devices that keep files or settings, to the byte."""
    kept = {device: lab.run(device, ["bash", "-c", f"tail -n +1 {each}"]) for device, each in OWNED_FILES.items()}
    ports = lab.run(SWITCH, ["ovs-vsctl", "--columns=name,tag,trunks", "list", "Port"])
    return kept | {SWITCH: ports, CODEC: fleet.running_config(CODEC)}


def carry_out(delivery, plan: Plan) -> str:
    """Deliver, prove and settle; gives the evidence."""
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    records = delivery.ledger.devices.outcomes(plan.reference, plan.hash)
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, provider_sites(delivery), records[-1].attempt)
    evidence = done.verify(SITE)
    settle_lines(done, SITE, evidence, 30)
    return evidence


def provider_sites(delivery) -> tuple[str, ...]:
    path = delivery.workspace.inventory / "sites" / SITE / "site.yaml"
    content = yaml.safe_load(path.read_text())
    cores = (each["site"] for each in content["served_by"].values())
    return tuple(dict.fromkeys((SITE, content["access_tail"]["pe_site"], *cores)))


def eap(lab: Lab, password: str) -> str:
    """What a station gets that asks through the access point: its VLAN, or nothing."""
    who = 'identity="pimlico@wcc.example"\nanonymous_identity="anonymous@wcc.example"\n'
    how = f'eap=PEAP\n{who}password="{password}"\nphase2="auth=MSCHAPV2"\n'
    ends = "-a 203.0.113.61 -A 203.0.113.59 -s secret-of-radius"
    script = f"cat >/tmp/eap; timeout 20 eapol_test -c /tmp/eap {ends} -t 6 -r 0; true"
    printed = lab.run(POINT, ["bash", "-c", script], stdin=f"network={{\nkey_mgmt=IEEE8021X\n{how}}}\n")
    return printed.strip().splitlines()[-1]


def sim(lab: Lab, imsi: str, number: str) -> str:
    asked = {"User-Name": imsi, "Called-Station-Id": "wcc.example", "Calling-Station-Id": number}
    request = "".join(f'{name} = "{value}"\n' for name, value in asked.items()) + "Message-Authenticator = 0x00\n"
    words = "radclient -x -r 2 -t 4 -S /etc/turnup/radius-secret 127.0.0.1 auth 2>/dev/null || true"
    printed = lab.run(RADIUS, ["bash", "-c", words], stdin=request)
    found = re.search(r"Framed-IP-Address = (\S+)", printed.partition("Received Access-Accept")[2])
    return found[1] if found else ""


def bgp_is_up(lab: Lab) -> bool:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        summary = json.loads(lab.run(CPE, ["vtysh", "-c", "show bgp ipv4 unicast summary json"]) or "{}")
        if any(peer.get("state") == "Established" for peer in summary.get("peers", {}).values()):
            return True
        time.sleep(0.5)
    return False


def next_revision(inventory: Path) -> None:
    """Order other names, numbers, words and people, of every service that registers, rings or lets in."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = 2
    wireless, trunk, telephones, video, mobile = (line["parameters"] for line in content["lines"][2:])
    corp, guest, roaming = wireless["networks"]
    corp |= {"ssid": "WCC-People", "security": "wpa3", "bands": ["5"]}
    guest |= {"passphrase": "env:TURNUP_SECRET_GUEST@1"}
    roaming |= {"ssid": "eduroam", "security": "wpa2"}
    wireless["accounts"][0] |= {"password": "env:TURNUP_SECRET_PIMLICO_2@1", "segment": "VISITORS"}
    trunk |= {"pbx_port": 5070, "outside_prefix": "8", "barred": ["premium"], "main_number": "+442079460172"}
    trunk["numbers"] = [{"first": "+442079460170"}, {"first": "+442079460172", "last": "+442079460175"}]
    desk, office = telephones["extensions"]
    office |= {"number": "2103", "name": "Back office", "voicemail": False}
    desk["ddi"], office["ddi"] = office["ddi"], desk["ddi"]
    telephones |= {"outside_prefix": "8", "voicemail_number": None, "barred": ["international"]}
    telephones["hunt_groups"][0] |= {"members": ["2103"], "voicemail": False}
    telephones["phones"][1] |= {"extension": "2103"}
    video["rooms"][0] |= {"name": "Reading room", "number": "2151"}
    video |= {"outside_prefix": "8", "bridge": None}
    first, second = mobile["sims"]
    first["barred"], second["barred"] = True, False
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def proved(delivery, run: int) -> dict[str, set[str]]:
    """What the answers of a delivery proved, by service line; each has to."""
    attempt = delivery.ledger.plans.attempts(CALL_OFF)[run]
    answers = delivery.ledger.checks.of(CALL_OFF, attempt.plan_hash, attempt.number)
    assert [each for each in answers if each.stage == "verify" and not each.passed] == []
    lines = {each.service_line.rpartition("/")[2] for each in answers if each.passed}
    return {line: {each.title for each in answers if each.service_line.endswith(f"/{line}")} for line in lines}


def test_a_library_gets_all_seven_services_changes_them_and_gives_them_back(lab: tuple[Lab, Fleet], delivery) -> None:
    real, fleet = lab
    before = state(real, fleet)
    plan = delivery.plan(CALL_OFF)
    assert {line.service for line in plan.lines if line.product} == {
        "lan", "wan", "wireless", "landline", "uc", "video", "mobile",
    }  # fmt: skip
    assert tuple(name for tier in plan.tiers_at(SITE) for name in (each.device for each in tier)) == ORDER
    carry_out(delivery, plan)

    held = (each for each in plan.allocations if (each.pool, each.key) == (f"lan/{SITE}", "segment:STAFF"))
    subnet = IPv4Network(next(held).value)
    for number, host in enumerate((STAFF, COLLEAGUE, MEETING), start=10):
        real.address_host(host, f"{subnet[number]}/{subnet.prefixlen}", str(subnet[1]))
    assert real.ping(STAFF, str(subnet[11]), attempts=30)
    assert not real.ping(STAFF, str(subnet[12]), attempts=3), "a host in the rooms' VLAN"
    assert real.ping(STAFF, str(subnet[1]), attempts=30)
    assert bgp_is_up(real)
    assert eap(real, "secret-of-pimlico") == "SUCCESS"
    assert eap(real, "a wrong one") == "FAILURE"
    assert sim(real, "001010000000011", "447700900111").startswith("10.64.224.")
    assert sim(real, "001010000000012", "447700900112") == "", "it is barred"

    titles = proved(delivery, 0)
    assert titles.keys() >= {"L3", "L4", "L5", "L6", "L7"}
    assert "the room is registered" in titles["L6"]
    assert {"9999 is an emergency call", "112 is an emergency call"} <= set().union(*titles.values())
    assert not delivery.plan(CALL_OFF).changes_something

    next_revision(delivery.workspace.inventory)
    carry_out(delivery, delivery.plan(CALL_OFF))
    assert eap(real, "secret-of-pimlico") == "FAILURE"
    assert eap(real, "secret-of-pimlico_2") == "SUCCESS"
    assert sim(real, "001010000000011", "447700900111") == "", "it is barred now"
    assert sim(real, "001010000000012", "447700900112").startswith("10.64.224.")
    titles = proved(delivery, 1)
    assert titles.keys() >= {"L3", "L4", "L5", "L6", "L7"}
    assert {"wlan1-corp sends WCC-People", "wlan0-govroam sends eduroam"} <= titles["L3"]
    assert {"8999 is an emergency call", "112 is an emergency call"} <= titles["L6"]
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert state(real, fleet) == before
