"""A WAN with its own way to the internet, on a firewall and an edge of Junos: delivered, proved, and given up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from lab.simulated import Fleet
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.site_delivery import SiteDelivery
from tests.conftest import device_specs, with_junos_routers, write_endpoints
from turnup.change.state import ChangeState, state_of
from turnup.errors import DesignError, ServiceCheckFailed

CALL_OFF, SITE, CORE = "RBKC-2026-0007", "KC-TH-01", "LON-CORE-01"
PLACES = (SITE, CORE)
CPE, EDGE = "KC-TH-01-CPE1", "LON-PE-01"
CIRCUIT = {
    "circuit_id": "DIA-100401",
    "cpe": CPE,
    "cpe_interface": "ge-0/0/2",
    "address": "203.0.113.226/30",
    "gateway": "203.0.113.225",
}


@pytest.fixture(autouse=True)
def junos_routers(inventory: Path) -> None:
    """The site has an internet circuit, and its WAN alone is ordered with a breakout; routers run Junos."""
    with_junos_routers(inventory, SITE, CORE)
    site = inventory / "sites" / SITE / "site.yaml"
    there = yaml.safe_load(site.read_text())
    there["access_tail"]["pe_interface"] = "ge-0/0/4"  # the third one is patched to another's modem
    site.write_text(yaml.safe_dump({**there, "internet": CIRCUIT}, sort_keys=False))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    order = yaml.safe_load(path.read_text())
    order["lines"] = [line for line in order["lines"] if line["site"] == SITE]
    order["lines"][1]["parameters"]["internet_breakout"] = True
    path.write_text(yaml.safe_dump(order, sort_keys=False))


def test_a_breakout_is_delivered_proved_by_the_edge_and_given_up(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = {name: fleet.running_config(name) for name in (CPE, EDGE)}
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    running = fleet.running_config(CPE)
    assert "set security nat source rule-set RBKC-TRANSLATED to zone RBKC-INTERNET" in running
    assert "set routing-instances RBKC routing-options static route 0.0.0.0/0 next-hop 203.0.113.225" in running
    site = SiteDelivery(delivery.workspace, delivery.ledger, plan, PLACES, 1)
    assert site.verify(SITE)
    late = [each for each in plan.checks_at(SITE) if each.device == EDGE]
    assert [(each.ask, each.expected) for each in late] == [("show bgp summary instance RBKC", "3")]
    more = replace(plan, checks=tuple(replace(each, expected="4", within_seconds=0) for each in late))
    with pytest.raises(ServiceCheckFailed, match=r"over BGP with 198\.51\.100\.1: expected 4; found 3"):
        SiteDelivery(delivery.workspace, delivery.ledger, more, PLACES, 1).verify(SITE)
    fleet.set_link(EDGE, "198.51.100.1", up=False)
    with pytest.raises(ServiceCheckFailed, match="found nothing of it"):
        SiteDelivery(delivery.workspace, delivery.ledger, more, PLACES, 1).verify(SITE)

    ceased = delivery.plan(CALL_OFF, Purpose.CEASE)
    assert {each.outcome for each in delivery.deliver(ceased).values()} == {Outcome.CHANGED}
    for change in ceased.changes:
        assert state_of(change, fleet.running_config(change.device)) is ChangeState.AFTER
    assert fleet.running_config(EDGE) == found[EDGE]
    left = [line for line in fleet.running_config(CPE).splitlines() if line not in found[CPE].splitlines()]
    assert set(found[CPE].splitlines()) <= set(fleet.running_config(CPE).splitlines())
    assert [line for line in left if not line.startswith(("set system ", "set snmp "))] == [], (
        "a baseline ends with its device only"
    )


def test_a_session_that_is_down_has_no_prefixes(inventory, delivery):
    specs = device_specs(inventory, CALL_OFF)
    down = tuple(replace(each, links=(("198.51.100.1", False),)) if each.name == EDGE else each for each in specs)
    with Fleet(down) as fleet:
        write_endpoints(delivery.workspace, fleet)
        plan = delivery.plan(CALL_OFF)
        delivery.deliver(plan)
        checks = tuple(replace(each, within_seconds=0) for each in plan.checks if each.device == EDGE)
        with pytest.raises(ServiceCheckFailed, match="expected 3; found nothing of it"):
            SiteDelivery(delivery.workspace, delivery.ledger, replace(plan, checks=checks), PLACES, 1).verify(SITE)


def test_a_router_that_is_no_firewall_is_refused_by_its_model(inventory, start_fleet, delivery):
    hosts = inventory / "sites" / SITE / "hosts.yaml"
    there = yaml.safe_load(hosts.read_text())
    there[CPE]["data"]["model"] = "ACX7024"
    hosts.write_text(yaml.safe_dump(there, sort_keys=False))
    models = inventory / "hardware.yaml"
    router = "  - {code: ACX7024, title: Router of 24 ports, rack_units: 1, watts: 180}\n"
    models.write_text(models.read_text() + router)
    start_fleet(CALL_OFF)
    with pytest.raises(DesignError, match=f"{CPE}: internet circuit: expected a firewall of the SRX series.*ACX7024"):
        delivery.plan(CALL_OFF)
