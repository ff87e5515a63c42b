"""Wireless networks from the call-off to EAP answers: a real hostapd, a real FreeRADIUS, and a national proxy.

`eapol_test` asks as the access point does; there is no radio, so it stands in the place of a station and its network.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.namespaces import LabFailed
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

CALL_OFF, SITE, SWITCH, POINT, SERVER = "WCC-2026-0009", "WCC-LIB-06", "WCC-LIB-06-SW1", "WCC-LIB-06-AP1", "LON-AAA-01"
NATIONAL = "NATIONAL"
RADDB, ACCESS = "/etc/freeradius/3.0", "/etc/freeradius/3.0/mods-config/access"
SECRETS = {
    "TURNUP_SECRET_RADIUS": "between-points-and-servers",
    "TURNUP_SECRET_MAKERS": "makers-make-things",
    "TURNUP_SECRET_LIBRARIAN": "quiet,please#1",
    "TURNUP_SECRET_KIOSK": "kiosk-in-the-hall",
    "TURNUP_SECRET_COUNCILLOR": "surgery-on-friday",
    "TURNUP_SECRET_LEAVER": "left-last-summer",
}
NEIGHBOURS_REALM = "swk.example Proxy-To-Realm := LOCAL\n"
NEIGHBOURS_USER = "reader@swk.example Cleartext-Password := 'of another buyer'\n\tTunnel-Type = VLAN,\n"
NEIGHBOURS_VLAN = '\tTunnel-Medium-Type = IEEE-802,\n\tTunnel-Private-Group-Id = "210"\n'
VISITOR = NEIGHBOURS_USER.replace("reader@swk.example", "visitor@police.example") + NEIGHBOURS_VLAN


@dataclass(frozen=True)
class Answer:
    """What a station gets: whether it is let in, and its VLAN, if one is named."""

    vlan: str = ""
    let_in: bool = True


def eap(lab: Lab, login: str, password: str, *, key: str = "", seconds: int = 30) -> Answer:
    """Ask for a network as an access point does, by PEAP with MSCHAPv2, behind an anonymous outer identity.

    Args:
        seconds: how long an answer is waited for; whoever nobody answers waits all of it.
    """
    outer = f"anonymous@{login.partition('@')[2]}"
    words = f'identity="{login}"\nanonymous_identity="{outer}"\npassword="{password}"\n'
    network = f'network={{\nkey_mgmt=IEEE8021X\neap=PEAP\n{words}phase2="auth=MSCHAPV2"\n}}\n'
    key = key or SECRETS["TURNUP_SECRET_RADIUS"]
    script = f"cat >/tmp/$$; eapol_test -c /tmp/$$ -a 203.0.113.61 -A 203.0.113.58 -s '{key}' -t {seconds} -r 0; true"
    printed = lab.run(POINT, ["bash", "-c", script], stdin=network)
    accepted = printed.rpartition("Received RADIUS message")[2]
    vlan = re.search(r"Attribute 81 \(Tunnel-Private-Group-Id\) length=\d+\n\s*Value: (?:00)?'?([^'\n]+)'?", accepted)
    return Answer(_as_text(vlan[1]) if vlan else "", printed.strip().endswith("SUCCESS"))


def _as_text(value: str) -> str:
    """eapol_test prints what it takes for no text as hexadecimal digits."""
    return bytes.fromhex(value).decode() if len(value) > 4 and re.fullmatch(r"(3\d)+", value) else value


def files(lab: Lab) -> dict[str, str]:
    """All that Turnup may write, to the byte."""
    names = {SERVER: f"{RADDB}/mods-config/files/authorize {ACCESS}/clients {ACCESS}/realms", POINT: "/etc/hostapd/*"}
    return {device: lab.run(device, ["bash", "-c", f"head -n 9999 {each}"]) for device, each in names.items()}


@pytest.fixture
def lab(tmp_path: Path, workspace, strangers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The site, its RADIUS server with what others have there, and a national proxy with a visitor's home behind it."""
    known = {device.name: device for device in load_topology().devices}
    server = Device(
        SERVER, "freeradius", known[SERVER].serial, addresses={**known[SERVER].addresses, "eth2": "203.0.113.49/29"}
    )
    national = Device(NATIONAL, "freeradius", "RAD0000T000", addresses={"eth0": "203.0.113.53/29"})
    cables = ((Port(POINT, "eth1"), Port(SERVER, "eth1")), (Port(NATIONAL, "eth0"), Port(SERVER, "eth2")))
    topology = Topology((known[SWITCH], known[POINT], server, national), cables, ())
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    with Lab(tmp_path / "lab", topology) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        strangers(lab)
        live_beside(lab)
        yield lab


def live_beside(lab: Lab) -> None:
    """Let another buyer have a realm on the server, and the visitor's organisation one behind the national proxy."""
    add = f"cat >>{ACCESS}/realms"
    lab.run(SERVER, ["bash", "-c", add], stdin=NEIGHBOURS_REALM)
    users = f"{RADDB}/mods-config/files/authorize"
    lab.run(
        SERVER, ["bash", "-c", f"cat - {users} >/tmp/u; cat /tmp/u >{users}"], stdin=NEIGHBOURS_USER + NEIGHBOURS_VLAN
    )
    secret = lab.run(SERVER, ["cat", "/etc/turnup/national-secret"]).strip()
    lab.run(NATIONAL, ["bash", "-c", f"cat - >/tmp/u; cat /tmp/u >{users}"], stdin=VISITOR)
    lab.run(NATIONAL, ["bash", "-c", add], stdin="police.example Proxy-To-Realm := LOCAL\n")
    client = f"client server {{ ipaddr = 203.0.113.49\n secret = {secret}\n}}\n"
    lab.run(NATIONAL, ["bash", "-c", f"cat >>{RADDB}/clients.conf"], stdin=client)
    again = "kill $(cat /run/freeradius/freeradius.pid); while pgrep -x freeradius; do sleep 0.1; done; freeradius"
    for device in (NATIONAL, SERVER):
        lab.run(device, ["bash", "-c", again])


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt)
    settle_lines(done, SITE, "e" * 64, 30)


def revise(inventory: Path, **parameters: object) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] += 1
    content["lines"][1]["parameters"] |= parameters
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def vlans(delivery) -> dict[str, str]:
    """Which VLAN the ledger says that a segment has."""
    taken = delivery.ledger.plans.taken()
    return {each.key.removeprefix("segment:"): each.value for each in taken if each.pool == f"vlan/{SITE}"}


def on_air(lab: Lab) -> dict[str, str]:
    """The networks that the running hostapd has, with their key management."""
    names = lab.run(POINT, ["ls", "/run/hostapd"]).split()
    answers = {name: lab.run(POINT, ["hostapd_cli", "-i", name, "get_config"]) for name in names}
    return {
        f"{name} {re.search('(?m)^ssid=(.*)$', words)[1]}": (re.search("(?m)^key_mgmt=(.*)$", words) or ["", ""])[1]
        for name, words in answers.items()
    }


LIBRARIAN = ("librarian@wcc.example", SECRETS["TURNUP_SECRET_LIBRARIAN"])
KIOSK = ("kiosk@wcc.example", SECRETS["TURNUP_SECRET_KIOSK"])
COUNCILLOR = ("councillor@wcc.example", SECRETS["TURNUP_SECRET_COUNCILLOR"])
LEAVER = ("leaver@wcc.example", SECRETS["TURNUP_SECRET_LEAVER"])
NEIGHBOUR, GUEST_OF_POLICE = ("reader@swk.example", "of another buyer"), ("visitor@police.example", "of another buyer")
NOBODY = Answer(let_in=False)


def test_users_are_let_in_with_their_vlan_visitors_by_their_home_and_at_last_nothing_is_left(
    lab: Lab, delivery, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(lab)
    assert eap(lab, *LIBRARIAN, seconds=6) == NOBODY, "an access point that nobody ordered"
    carry_out(delivery, delivery.plan(CALL_OFF))
    held = vlans(delivery)
    assert on_air(lab) == {
        "wlan0 staged": "",
        "wlan0-corp WCC-Staff": "WPA-EAP WPA-EAP-SHA256",
        "wlan0-govroam govroam": "WPA-EAP WPA-EAP-SHA256",
        "wlan0-makers WCC-Makers": "WPA-PSK SAE",
        "wlan1 staged": "",
        "wlan1-corp WCC-Staff": "WPA-EAP WPA-EAP-SHA256",
        "wlan1-govroam govroam": "WPA-EAP WPA-EAP-SHA256",
        "wlan1-guest WCC Visitors": "OWE",
    }
    asked = [
        *(LIBRARIAN, KIOSK, COUNCILLOR, LEAVER, NEIGHBOUR, GUEST_OF_POLICE),
        *((LIBRARIAN[0], KIOSK[1]), ("nobody@wcc.example", "anything-at-all"), (GUEST_OF_POLICE[0], "wrong-password")),
    ]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: eap(lab, *who), asked))
    assert answers == [
        *(
            Answer(held["STAFF"]),
            Answer(held["DEVICES"]),
            Answer(),
            NOBODY,
            Answer("210"),
            Answer(),
        ),
        *(NOBODY, NOBODY, NOBODY),
    ]
    assert eap(lab, *LIBRARIAN, key="not-what-they-share", seconds=6) == NOBODY
    assert not delivery.plan(CALL_OFF).changes_something

    # The librarian gets a new password, the councillor leaves, the leaver is back.
    account = {"segment": "STAFF", "login": LIBRARIAN[0], "password": "env:TURNUP_SECRET_LIBRARIAN{version}@2"}
    back = {"login": LEAVER[0], "password": "env:TURNUP_SECRET_LEAVER@1"}
    monkeypatch.setenv("TURNUP_SECRET_LIBRARIAN2", "louder-now#2")
    revise(inventory, accounts=[account, back])
    carry_out(delivery, delivery.plan(CALL_OFF))
    asked = [LIBRARIAN, (LIBRARIAN[0], "louder-now#2"), COUNCILLOR, LEAVER, NEIGHBOUR]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: eap(lab, *who), asked))
    assert answers == [NOBODY, Answer(held["STAFF"]), NOBODY, Answer(), Answer("210")]

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert files(lab) == before
    assert eap(lab, *LEAVER, seconds=6) == NOBODY
    assert set(on_air(lab)) == {"wlan0 staged", "wlan1 staged"}


def test_what_hostapd_would_refuse_never_reaches_its_file(lab: Lab, delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """WPA2 takes 8 to 63 characters; what a reference holds is known when it is sent."""
    before = files(lab)
    monkeypatch.setenv("TURNUP_SECRET_MAKERS", "m" * 64)
    outcomes = delivery.deliver(delivery.plan(CALL_OFF))
    failed = next(each for (_, device), each in outcomes.items() if device == POINT)
    assert (failed.outcome, "invalid WPA passphrase length 64" in failed.detail) == (Outcome.FAILED, True), (
        failed.detail
    )
    assert "m" * 64 not in failed.detail
    assert files(lab)[POINT] == before[POINT]
    with pytest.raises(LabFailed):
        lab.run(POINT, ["grep", "-r", "WCC-Makers", "/etc/hostapd"])
