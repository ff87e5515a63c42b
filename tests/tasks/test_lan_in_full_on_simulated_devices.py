"""A LAN with all that may be ordered, and the baseline with all that the provider may ask, over SSH and back.

Keys of RADIUS servers and users of SNMPv3 are secrets: typed at the switch, and written down nowhere. IOS-XE shows its
users in no running configuration, EOS shows their keys bound to its engine: neither is drift.
"""

from __future__ import annotations

import pytest
import yaml

from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tests.conftest import with_eos_switches
from tests.flows.test_no_secret_is_left_behind import leaks
from turnup.change.drift import drift_of
from turnup.plan import Plan

CALL_OFF, SITE = "LBHF-2026-0042", "HF-LIB-01"
GATEWAY, ACCESS = f"{SITE}-SW1", f"{SITE}-SW2"
SECRETS = {
    "TURNUP_SECRET_RADIUS": "radius-key-of-the-ports",
    "TURNUP_SECRET_SNMP": "snmp-authentication-key",
    "TURNUP_SECRET_SNMP_PRIVACY": "snmp-privacy-key-itself",
}
STAFF = {
    "name": "STAFF", "hosts": 60, "ports": 12, "voice": "PHONES", "authenticated": True, "poe_watts": 15,
    "marking": "business", "arp_inspection": True, "reaches": ["PRINT"],
}  # fmt: skip
SEGMENTS = (
    STAFF,
    {"name": "PHONES", "hosts": 30},
    {"name": "PRINT", "hosts": 10, "ports": 4, "vlan": 150},
    {"name": "CCTV", "hosts": 10, "ports": 10, "poe_watts": 30, "marking": "video"},
)
PARAMETERS = {"segments": list(SEGMENTS), "when_radius_is_silent": "open", "multicast_percent": 10, "native_vlan": 998}


@pytest.fixture(params=["cisco_ios", "arista_eos"])
def platform(request, inventory, monkeypatch) -> str:
    """Switches of a platform with power to give, and a provider who asks for everything."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    path = inventory / "sites" / SITE / "site.yaml"
    site = yaml.safe_load(path.read_text())
    for switch in site["switches"]:
        switch["poe_watts"] = 370
    path.write_text(yaml.safe_dump(site, sort_keys=False))
    ask(inventory, "1")
    if request.param == "arista_eos":
        with_eos_switches(inventory, SITE)
    return request.param


def ask(inventory, version: str) -> None:
    """Ask for users of SNMPv3 whose secrets have a version."""
    path = inventory / "provider.yaml"
    provider = yaml.safe_load(path.read_text())
    provider["snmp_user"] = {
        "name": "netops",
        "authentication": f"env:TURNUP_SECRET_SNMP@{version}",
        "privacy": f"env:TURNUP_SECRET_SNMP_PRIVACY@{version}",
    }
    path.write_text(yaml.safe_dump(provider, sort_keys=False))


def order(inventory, revision: int, **parameters) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"][0]["parameters"] = parameters
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def carry_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes


def assert_as_delivered(delivery, plan: Plan) -> None:
    """A second plan changes nothing, and what was collected for it shows no drift."""
    again = delivery.plan(CALL_OFF)
    assert [each.remediation for each in again.changes] == ["", ""]
    for change in again.changes:
        owned = delivery.ledger.ownership.on(change.device)
        assert drift_of(change.platform, change.device, owned, change.running) == ()


def typed(fleet, device: str) -> str:
    return "\n".join(fleet.lines_received(device))


def test_everything_is_delivered_changed_and_ended(platform, start_fleet, delivery, inventory, tmp_path):
    order(inventory, 1, **PARAMETERS)
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = {name: _lines(fleet.running_config(name)) for name in (GATEWAY, ACCESS)}
    first = delivery.plan(CALL_OFF)
    carry_out(delivery, first)
    for secret in ("TURNUP_SECRET_RADIUS", "TURNUP_SECRET_SNMP", "TURNUP_SECRET_SNMP_PRIVACY"):
        assert SECRETS[secret] in typed(fleet, GATEWAY)
    assert "netops-1" in typed(fleet, ACCESS)
    assert_as_delivered(delivery, first)

    ask(inventory, "2")
    moved = {"marking": "trust", "reaches": ["CCTV"]}
    segments = [STAFF | moved, *SEGMENTS[1:3], SEGMENTS[3] | {"poe_watts": 15, "voice": "PHONES"}]
    order(inventory, 2, **PARAMETERS | {"segments": segments, "native_vlan": 999, "broadcast_percent": 10})
    second = delivery.plan(CALL_OFF)
    carry_out(delivery, second)
    assert "netops-2" in typed(fleet, ACCESS)
    assert_as_delivered(delivery, second)

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    baseline = {line.strip() for line in delivery.ledger.ownership.on(GATEWAY).fragments[0].text.splitlines()}
    for name, lines in found.items():
        left = [
            line for line in _lines(fleet.running_config(name)) if line not in lines and line.strip() not in baseline
        ]
        assert [line for line in left if "allowed vlan none" not in line and "netops-2" not in line] == []
    for secret in SECRETS.values():
        assert leaks(secret, (tmp_path / "ledger",)) == []


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() not in ("!", "") and not line.startswith(("! ", "Curr"))]
