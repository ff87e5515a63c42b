"""A LAN port that asks who is there: a real authenticator, a real supplicant, a real RADIUS server between them.

hostapd speaks EAPOL on the port (`driver=wired`), and the bridge lets through whom it let in; frames of anybody else go
nowhere. `wpa_supplicant -D wired` is what a computer has.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Device, Port, Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CALL_OFF, SITE, AUTHENTICATOR, SERVER = "WCC-2026-0009", "WCC-LIB-06", "WCC-LIB-06-AU1", "LON-AAA-01"
SWITCH = "WCC-LIB-06-SW1"
KEY, PASSWORD = "between-ports-and-servers", "quiet,please#1"
ACCESS = "/etc/freeradius/3.0/mods-config"
USER = f"librarian@wcc.example Cleartext-Password := '{PASSWORD}'\n"
CLIENT = f"203.0.113.59 FreeRADIUS-Client-IP-Address := 203.0.113.59, FreeRADIUS-Client-Secret := '{KEY}', "
PATIENCE_SECONDS = 60


@pytest.fixture
def lab(tmp_path: Path, workspace, inventory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """Three computers at an authenticator, and the server that it asks: the provider has let both in there."""
    known = next(device for device in load_topology().devices if device.name == SERVER)
    server = Device(SERVER, "freeradius", known.serial, addresses={"eth1": "203.0.113.61/29"})
    authenticator = Device(AUTHENTICATOR, "hostapd", "HAP2625T025", ports="wired")
    cables = ((Port(AUTHENTICATOR, "eth0"), Port(SERVER, "eth1")),)
    hosts = tuple((f"h{number}", Port(AUTHENTICATOR, f"eth{number}")) for number in (1, 2, 3))
    describe(inventory)
    monkeypatch.setenv("TURNUP_SECRET_RADIUS", KEY)
    gateway = next(device for device in load_topology().devices if device.name == SWITCH)
    with Lab(tmp_path / "lab", Topology((server, gateway, authenticator), cables, hosts)) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        lab.run(AUTHENTICATOR, ["ip", "address", "add", "203.0.113.59/29", "dev", "br0"])
        give = f"cat - {ACCESS}/files/authorize >/tmp/u; cat /tmp/u >{ACCESS}/files/authorize"
        lab.run(SERVER, ["bash", "-c", give], stdin=USER)
        lab.run(
            SERVER,
            ["bash", "-c", f"cat >>{ACCESS}/access/clients"],
            stdin=f"{CLIENT}FreeRADIUS-Client-Shortname := AU1\n",
        )
        lab.run(SERVER, ["bash", "-c", f"echo 'wcc.example Proxy-To-Realm := LOCAL' >>{ACCESS}/access/realms"])
        again = "kill $(cat /run/freeradius/freeradius.pid); while pgrep -x freeradius; do sleep 0.1; done; freeradius"
        lab.run(SERVER, ["bash", "-c", again])
        yield lab


def describe(inventory: Path) -> None:
    """Let the site have its ports on an authenticator, and a LAN of which two ports ask and one does not."""
    folder = inventory / "sites" / SITE
    device = {"hostname": "203.0.113.59", "platform": "hostapd", "groups": ["hostapd"]}
    data = {"role": "authenticator", "serial": "HAP2625T025"}
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    there = {SWITCH: hosts[SWITCH], AUTHENTICATOR: device | {"data": data}}
    (folder / "hosts.yaml").write_text(yaml.safe_dump(there))
    site = yaml.safe_load((folder / "site.yaml").read_text())
    site["switches"][0]["access_ports"] = []
    site["switches"].append({"device": AUTHENTICATOR, "access_ports": ["eth1", "eth2", "eth3"], "uplink": "eth0"})
    del site["wireless"]
    (folder / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    order = yaml.safe_load(path.read_text())
    order["lines"] = order["lines"][:1]
    order["lines"][0]["parameters"] = {
        "segments": [
            {"name": "STAFF", "hosts": 30, "ports": 2, "authenticated": True},
            {"name": "PUBLIC", "hosts": 30, "ports": 1},
        ]
    }
    path.write_text(yaml.safe_dump(order, sort_keys=False))


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    settle_lines(SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt), SITE, "e" * 64, 30)


def gets_through(lab: Lab, host: str, *, eventually: bool) -> bool:
    """Whether the host's frames pass its port; one that shall is given time."""
    deadline = time.monotonic() + (PATIENCE_SECONDS if eventually else 0)
    while not (passed := lab.ping(host, "203.0.113.61")) and time.monotonic() < deadline:
        continue
    return passed


def authenticate(lab: Lab, host: str, password: str) -> bool:
    """Answer the port as a computer does, once; whether it was let in."""
    words = f'identity="librarian@wcc.example"\nanonymous_identity="anonymous@wcc.example"\npassword="{password}"\n'
    network = f'ap_scan=0\nnetwork={{\nkey_mgmt=IEEE8021X\neap=PEAP\n{words}phase2="auth=MSCHAPV2"\neapol_flags=0\n}}\n'
    script = f"""cat >/tmp/{host}-$$; trap 'rm -f /tmp/{host}-$$' EXIT
    coproc timeout {PATIENCE_SECONDS} wpa_supplicant -D wired -i eth0 -c /tmp/{host}-$$
    id=$COPROC_PID
    while read -r line <&"${{COPROC[0]}}"; do
        case "$line" in *EAP-SUCCESS*) echo in; break ;; *EAP-FAILURE*) echo out; break ;; esac
    done
    kill "$id"; wait"""
    return lab.run(host, ["bash", "-c", script], stdin=network, seconds=2 * PATIENCE_SECONDS).strip() == "in"


def test_a_port_lets_in_whom_the_server_knows_and_nobody_else(lab: Lab, delivery) -> None:
    before = lab.run(AUTHENTICATOR, ["bash", "-c", "head -n 999 /etc/hostapd/*"])
    for number, host in enumerate(("h1", "h2", "h3"), start=51):
        lab.run(host, ["ip", "address", "add", f"203.0.113.{number}/24", "dev", "eth0"])
    lab.run(SERVER, ["ip", "address", "add", "203.0.113.61/24", "dev", "eth1"])
    assert gets_through(lab, "h1", eventually=True)

    carry_out(delivery, delivery.plan(CALL_OFF))
    assert not gets_through(lab, "h1", eventually=False), "nobody has asked it yet"
    assert gets_through(lab, "h3", eventually=True), "a port that lets anybody in"
    # Whoever fails is not heard for a minute: somebody else, at another port, does.
    assert not authenticate(lab, "h2", "not-the-password")
    assert not gets_through(lab, "h2", eventually=False)
    assert authenticate(lab, "h1", PASSWORD)
    assert gets_through(lab, "h1", eventually=True)
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert lab.run(AUTHENTICATOR, ["bash", "-c", "head -n 999 /etc/hostapd/*"]) == before
    assert gets_through(lab, "h1", eventually=True)
