"""Deliver, modify and cease an order on EOS switches that others configured before: only ours goes, all comes back."""

from __future__ import annotations

import pytest
import yaml

from tasks.planning import Purpose
from tests.conftest import with_eos_switches
from tests.tasks.test_cease_on_simulated_devices import carry_out
from turnup.sites import Platform

CALL_OFF = "RBKC-2026-0007"
SITES = ("KC-TH-01", "KC-LIB-02", "KC-HUB-03")
SWITCH = "KC-LIB-02-SW1"
RESIDUE = "switchport trunk allowed vlan none"


@pytest.fixture(autouse=True)
def eos_switches(inventory) -> None:
    """Every switch of the call-off runs EOS; the routers stay what they are."""
    with_eos_switches(inventory, *SITES)


def lines(text: str) -> list[str]:
    """What a device shows, without what it says about itself."""
    shown = (line.rstrip() for line in text.splitlines() if line.strip() not in ("!", RESIDUE))
    return sorted(line for line in shown if not line.startswith(("! ", "Current conf")))


def configurations(fleet) -> dict[str, list[str]]:
    return {name: lines(fleet.running_config(name)) for name in fleet.names}


def test_an_order_is_delivered_modified_and_ceased_on_eos_switches(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = configurations(fleet)
    plan = delivery.plan(CALL_OFF)
    switches = sorted({change.device for change in plan.changes if change.platform is Platform.ARISTA_EOS})
    assert SWITCH in switches
    assert len(switches) >= 4
    for name in switches:
        assert not any(each.startswith(("configure", "write")) for each in fleet.commands_received(name))
        assert fleet.lines_received(name) == (), "a plan never writes"
    carry_out(delivery, plan)
    delivered = configurations(fleet)
    assert "ip routing" in delivered[SWITCH], "the transit to the CPE is routed"
    assert not delivery.plan(CALL_OFF).changes_something

    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = 2
    line = next(each for each in content["lines"] if each["id"] == "L3")
    line["parameters"]["segments"][0]["vlan"] = 150
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    plan = delivery.plan(CALL_OFF)
    (change,) = (each for each in plan.changes if each.changes_something)
    assert change.device == SWITCH
    assert {each.why.split(":")[0] for each in change.interruptions} == {"the gateway moves", "ports change their VLAN"}
    assert change.remediation.index("\nvlan 150\n") < change.remediation.index("switchport access vlan 150")
    assert change.remediation.rindex("switchport access vlan 150") < change.remediation.index("no vlan 110")
    fleet.type_as_another_operator(SWITCH, ("vlan 4000", "name COLLEAGUE"))
    carry_out(delivery, plan)
    modified = configurations(fleet)[SWITCH]
    assert "   switchport access vlan 110" not in modified
    assert "interface Vlan110" not in modified
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    after = configurations(fleet)
    for name in switches:
        baseline = [
            line.strip()
            for fragment in delivery.ledger.ownership.on(name).fragments
            for line in fragment.text.splitlines()
        ]
        come = [line for line in after[name] if line not in found[name] and line.strip() not in baseline]
        assert come == (["   name COLLEAGUE", "vlan 4000"] if name == SWITCH else []), name
        assert set(found[name]) - set(after[name]) == set(), name
        assert fleet.open_sessions(name) == ()
        assert lines(fleet.startup_config(name)) == after[name], "what is in force is saved"
