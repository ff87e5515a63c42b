"""A WAN that gets all that may be ordered of it, loses it again and ends, on Cisco routers that check every line."""

from __future__ import annotations

import copy

import yaml

from tasks.devices.outcome import Outcome
from tasks.planning import Purpose

CALL_OFF, SITE, EDGE = "RBKC-2026-0007", "KC-TH-01", "LON-PE-01"
ALL = {
    "classes": [
        {"name": "VOICE", "dscp": ["ef"], "percent": 20, "priority": True},
        {"name": "VIDEO", "dscp": ["af41", "af42"], "percent": 30},
    ],
    "bfd_interval_ms": 500,
    "dual_access": True,
    "steering": "med",
    "gateway_protocol": "hsrp",
    "internet_breakout": True,
}


def with_a_second_cpe(inventory) -> None:
    folder = inventory / "sites" / SITE
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    first = hosts[f"{SITE}-CPE1"]
    hosts[f"{SITE}-CPE2"] = copy.deepcopy(first)
    first["data"]["redundant_with"] = f"{SITE}-CPE2"
    hosts[f"{SITE}-CPE2"]["hostname"] = "203.0.113.99"
    hosts[f"{SITE}-CPE2"]["data"] |= {"serial": "FGL2699T099", "redundant_with": f"{SITE}-CPE1"}
    (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts, sort_keys=False))
    site = yaml.safe_load((folder / "site.yaml").read_text())
    handoff, tail, cpe = site["handoff"], site["access_tail"], {"cpe": f"{SITE}-CPE2"}
    site["second_handoff"] = handoff | cpe | {"switch_interface": "GigabitEthernet1/0/24"}
    site["second_tail"] = (
        tail | cpe | {"circuit_id": "ACT-100219", "pe_interface": "GigabitEthernet0/0/7", "s_vlan": 219}
    )
    site["internet"] = {
        "circuit_id": "DIA-100211",
        "cpe": f"{SITE}-CPE1",
        "cpe_interface": "GigabitEthernet0/0/2",
        "address": "203.0.113.226/30",
        "gateway": "203.0.113.225",
    }
    (folder / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False))


def order(inventory, revision: int, parameters: dict) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["lines"] = [each for each in content["lines"] if each["site"] == SITE]
    wan = next(each for each in content["lines"] if each["product"].startswith("WAN"))
    wan["parameters"] = {"rate_mbps": 500, **parameters}
    path.write_text(yaml.safe_dump(content | {"revision": revision}, sort_keys=False))


def deliver(delivery, **how) -> None:
    outcomes = delivery.deliver(delivery.plan(CALL_OFF, **how))
    bad = {place: each for place, each in outcomes.items() if each.outcome not in (Outcome.CHANGED, Outcome.UNCHANGED)}
    assert bad == {}


def texts(fleet) -> dict[str, list[str]]:
    return {name: sorted(fleet.running_config(name).splitlines()) for name in fleet.names}


def test_all_that_may_be_ordered_comes_and_goes(start_fleet, delivery, workspace):
    with_a_second_cpe(workspace.inventory)
    order(workspace.inventory, 1, {})
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    deliver(delivery)
    plain = texts(fleet)

    order(workspace.inventory, 2, ALL)
    deliver(delivery)
    first, second, edge = (fleet.running_config(name) for name in (f"{SITE}-CPE1", f"{SITE}-CPE2", EDGE))
    for text, words in (
        (
            first,
            (
                "ip nat inside source list RBKC-TRANSLATED",
                "standby 1 priority 110",
                "fall-over bfd",
                "priority percent 20",
            ),
        ),
        (second, ("standby 1 priority 90", "set metric 200", "set local-preference 50", "0.0.0.0 0.0.0.0 10.81.16.")),
        (
            edge,
            ("interface GigabitEthernet0/0/7.219", "encapsulation dot1Q 219", "service-policy QOS-RBKC-2026-0007-L2"),
        ),
    ):
        assert [word for word in words if word not in text] == []
    assert not delivery.plan(CALL_OFF).changes_something

    order(workspace.inventory, 3, {})
    deliver(delivery)
    back = texts(fleet)
    assert back[f"{SITE}-CPE2"] == plain[f"{SITE}-CPE2"]
    assert back[EDGE] == plain[EDGE]

    deliver(delivery, purpose=Purpose.CEASE)
    for name in (f"{SITE}-CPE1", f"{SITE}-CPE2", EDGE):
        text = fleet.running_config(name)
        assert [word for word in ("RBKC", "route-map", "track ", "ip nat ", "bfd ") if word in text] == [], name
