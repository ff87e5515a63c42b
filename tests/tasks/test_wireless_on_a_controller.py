"""Networks on a simulated Catalyst 9800 that other buyers use too: delivered, proved, changed, taken back, ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from lab.simulated import Fleet
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.site_delivery import SiteDelivery
from turnup.errors import GateRefused, ServiceCheckFailed
from turnup.plan import Plan

CALL_OFF, SITE, CONTROLLER, CORE = "RBKC-2026-0077", "KC-LIB-02", "LON-WLC-01", "LON-CORE-06"
SECRET = "visitors-of-chelsea"


@pytest.fixture
def order(inventory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library whose access points a controller of the provider has, and its order."""
    monkeypatch.setenv("TURNUP_SECRET_CHELSEA", SECRET)
    core = inventory / "sites" / CORE
    core.mkdir()
    provider = yaml.safe_load((inventory / "sites" / "LON-CORE-05" / "site.yaml").read_text())
    (core / "site.yaml").write_text(yaml.safe_dump(provider | {"code": CORE, "name": "Wireless core"}))
    device = {"hostname": "203.0.113.116", "platform": "cisco_ios", "groups": ["cisco_ios"]}
    device["data"] = {"role": "controller", "serial": "WLC2606T006"}
    (core / "hosts.yaml").write_text(yaml.safe_dump({CONTROLLER: device}))
    path = inventory / "sites" / SITE / "site.yaml"
    site = yaml.safe_load(path.read_text())
    site["served_by"] = {"wireless_controller": {"site": CORE, "devices": [CONTROLLER]}}
    points = [{"name": f"{SITE}-AP{number}", "mac": f"0000.5e00.530{number}"} for number in (1, 2)]
    site["wireless"] = {"access_points": points}
    path.write_text(yaml.safe_dump(site, sort_keys=False))
    example = yaml.safe_load((inventory / "call-offs" / "RBKC-2026-0007.yaml").read_text())
    lan = next(line for line in example["lines"] if line["site"] == SITE and line["product"] == "LAN-SITE")
    networks = [
        {"name": "open", "purpose": "guest", "ssid": "Chelsea Library", "segment": "PUBLIC"},
        {
            "name": "rooms",
            "purpose": "guest",
            "ssid": "Meeting rooms",
            "segment": "PUBLIC",
            "passphrase": "env:TURNUP_SECRET_CHELSEA@1",
            "bands": ["5"],
        },
    ]
    wireless = {"id": "L2", "product": "WIFI-SITE", "site": SITE, "one_off_gbp": "900.00", "monthly_gbp": "60.00"}
    lines = [lan | {"id": "L1"}, wireless | {"parameters": {"networks": networks}}]
    target = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    target.write_text(yaml.safe_dump(example | {"reference": CALL_OFF, "revision": 1, "lines": lines}, sort_keys=False))
    return target


def carried_out(delivery, plan: Plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes


def wireless_lines(fleet: Fleet) -> list[str]:
    text = fleet.running_config(CONTROLLER)
    return [line for line in text.splitlines() if not line.startswith(("! ", "Current configuration"))]


def test_networks_come_change_while_they_live_and_go(start_fleet, delivery, order):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    before = wireless_lines(fleet)
    plan = delivery.plan(CALL_OFF)
    assert SECRET not in "".join(change.remediation + change.diff for change in plan.changes)
    carried_out(delivery, plan)
    there = wireless_lines(fleet)
    names = [line for line in there if line.startswith("wlan ")]
    assert names == ["wlan RBKC-KC-LIB-02-open 17 Chelsea Library", "wlan RBKC-KC-LIB-02-rooms 18 Meeting rooms"]
    assert f" security wpa psk set-key ascii 0 {SECRET}" in there
    assert there.count(" no shutdown") == 4, "two WLANs and two policies are up"
    assert not delivery.plan(CALL_OFF).changes_something

    content = yaml.safe_load(order.read_text())
    content["revision"] = 2
    opened, rooms = content["lines"][1]["parameters"]["networks"]
    opened["ssid"] = "Chelsea Old Town Hall"
    del rooms["passphrase"]
    order.write_text(yaml.safe_dump(content, sort_keys=False))
    carried_out(delivery, delivery.plan(CALL_OFF))
    there = wireless_lines(fleet)
    assert "wlan RBKC-KC-LIB-02-open 17 Chelsea Old Town Hall" in there
    assert (there.count(" security wpa akm owe"), there.count(" no shutdown")) == (2, 4)
    assert SECRET not in "\n".join(there)

    carried_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert wireless_lines(fleet) == before


def impatient(plan: Plan) -> Plan:
    """The same, but nobody waits for what may still become."""
    return replace(plan, checks=tuple(replace(check, within_seconds=0) for check in plan.checks))


def verified(delivery, plan: Plan) -> str:
    return SiteDelivery(delivery.workspace, delivery.ledger, plan, (SITE, CORE), 1).verify(SITE)


def answers(delivery, plan: Plan) -> dict[tuple[str, str], tuple[str, str]]:
    """What was expected of the controller, and what was found, by stage and title."""
    kept = delivery.ledger.checks.of(plan.reference, plan.hash, 1)
    return {(each.stage, each.title): (each.expected, each.actual) for each in kept if each.device == CONTROLLER}


@pytest.mark.usefixtures("order")
def test_networks_are_proved_on_the_controller_and_access_points_when_the_site_is_there(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = impatient(delivery.plan(CALL_OFF))
    carried_out(delivery, plan)
    profile = "RBKC-KC-LIB-02-rooms"
    in_the_push = {title: both for (stage, title), both in answers(delivery, plan).items() if stage == "push"}
    assert in_the_push[f"WLAN {profile} is on"] == ("UP", "UP")
    assert in_the_push[f"policy {profile} is on"] == ("ENABLED", "ENABLED")
    assert in_the_push[f"tag RBKC-KC-LIB-02 binds {profile} to its policy"] == (profile, profile)
    assert not any("access point" in title for title in in_the_push), "nobody may have plugged them in yet"
    assert verified(delivery, plan)
    assert answers(delivery, plan)["verify", "access point KC-LIB-02-AP2 has the site tag"] == ("RBKC-KC-LIB-02",) * 2

    fleet.set_link(CONTROLLER, "0000.5e00.5302", up=False)
    with pytest.raises(
        ServiceCheckFailed, match="access point KC-LIB-02-AP2 has joined: expected Registered; found nothing of it"
    ):
        verified(delivery, plan)
    assert answers(delivery, plan)["verify", "access point KC-LIB-02-AP2 has joined"] == ("Registered", "")


@pytest.mark.usefixtures("order")
def test_a_controller_on_which_a_network_does_not_come_on_goes_back(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    before = fleet.running_config(CONTROLLER)
    fleet.set_link(CONTROLLER, "RBKC-KC-LIB-02-open", up=False)
    plan = delivery.plan(CALL_OFF)
    outcome = delivery.deliver(plan)[SITE, CONTROLLER]
    assert outcome.outcome is Outcome.ROLLED_BACK
    assert "WLAN RBKC-KC-LIB-02-open is on: expected UP; found DOWN" in outcome.detail
    assert answers(delivery, plan)["push", "WLAN RBKC-KC-LIB-02-open is on"] == ("UP", "DOWN")
    assert fleet.running_config(CONTROLLER) == before


def test_a_name_that_the_controller_would_cut_is_refused(delivery, order):
    content = yaml.safe_load(order.read_text())
    content["lines"][1]["parameters"]["networks"][0]["ssid"] = "Café"
    order.write_text(yaml.safe_dump(content, sort_keys=False))
    with pytest.raises(GateRefused, match="ssid-ascii"):
        delivery.plan(CALL_OFF)
