"""Modify and cease, typed into devices that others configured before: only ours goes, what was there comes back."""

from __future__ import annotations

import pytest
import yaml

from tasks.devices.outcome import Outcome
from tasks.ledger import LineState
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.errors import InputRefused, PlanError

CALL_OFF = "RBKC-2026-0007"
RESIDUE = " switchport trunk allowed vlan none"


def lines(text: str) -> list[str]:
    """What a device shows, without what it says about itself."""
    shown = (line for line in text.splitlines() if line.strip() != "!" and not line.startswith(("! ", "Current conf")))
    return sorted(line for line in shown if line != RESIDUE)


def configurations(fleet) -> dict[str, list[str]]:
    return {name: lines(fleet.running_config(name)) for name in fleet.names}


def carry_out(delivery, plan) -> None:
    """Deliver a plan and settle its lines, as the flow does."""
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    attempt = delivery.ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt)
    for site in [site for wave in plan.waves for site in wave.sites]:
        settle_lines(done, site, "e" * 64, 30)


def states(delivery) -> dict[str, LineState]:
    return {line.id.rpartition("/")[2]: line.state for line in delivery.ledger.lines.lines(CALL_OFF)}


def own_lines(delivery) -> set[str]:
    return {place.service_line for place in delivery.ledger.ownership.places() if "BASELINE" not in place.service_line}


def test_ceasing_line_by_line_leaves_what_the_others_need_and_ends_where_it_began(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = configurations(fleet)
    first = delivery.plan(CALL_OFF)
    baseline_only = {change.device for change in first.changes if change.device.endswith(("SW1", "SW2", "CPE1"))}
    carry_out(delivery, first)
    everything = configurations(fleet)

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE, ("L5", "L6")))
    less = configurations(fleet)
    assert less["KC-LIB-02-SW1"] == everything["KC-LIB-02-SW1"]
    assert "vrf definition RBKC" in less["LON-PE-01"], "the other two sites are in it"
    assert not any("KC-HUB-03" in line for line in less["LON-PE-01"])
    assert states(delivery)["L6"] is LineState.CEASED
    assert states(delivery)["L2"] is LineState.DELIVERED
    rest = [each.value for each in delivery.ledger.plans.taken() if each.holder == f"{CALL_OFF}/L6"]
    assert rest, "what was let go of rests in quarantine"

    last = delivery.plan(CALL_OFF, Purpose.CEASE)
    assert [wave.sites for wave in last.waves] == [("KC-LIB-02",), ("KC-TH-01",)]
    assert [change.device for change in last.changes_at("KC-LIB-02")] == [
        "KC-LIB-02-SW1",
        "KC-LIB-02-CPE1",
        "LON-PE-01",
    ]
    carry_out(delivery, last)
    after = configurations(fleet)
    assert after["LON-PE-01"] == found["LON-PE-01"]
    assert set(states(delivery).values()) == {LineState.CEASED}
    assert own_lines(delivery) == set()
    for name in baseline_only:
        baseline = {
            line for fragment in delivery.ledger.ownership.on(name).fragments for line in fragment.text.splitlines()
        }
        assert {line for line in after[name] if line not in found[name]} <= baseline | {"^C"}, name
        assert set(found[name]) - set(after[name]) == set(), name
    again = delivery.deliver(last)
    assert {each.outcome for each in again.values()} == {Outcome.UNCHANGED}


def test_a_line_left_out_of_the_next_revision_ends_with_it_and_may_not_come_back(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = configurations(fleet)
    carry_out(delivery, delivery.plan(CALL_OFF))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    original = path.read_text()
    content = yaml.safe_load(original)
    content["revision"] = 2
    content["lines"] = [line for line in content["lines"] if line["id"] not in ("L5", "L6")]
    path.write_text(yaml.safe_dump(content, sort_keys=False))

    plan = delivery.plan(CALL_OFF)
    assert [line.id for line in plan.ceased] == [f"{CALL_OFF}/L5", f"{CALL_OFF}/L6"]
    assert plan.waves[-1].sites == ("KC-HUB-03",), "what ends comes after what is made"
    assert all(not change.changes_something for change in plan.changes if change.site != "KC-HUB-03")
    carry_out(delivery, plan)
    assert states(delivery)["L5"] is LineState.CEASED
    assert not any("/L6" in line for line in configurations(fleet)["LON-PE-01"])
    assert set(found["KC-HUB-03-SW1"]) <= set(configurations(fleet)["KC-HUB-03-SW1"])

    path.write_text(original.replace("revision: 1", "revision: 3"))
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF)
    assert [(each.field, each.rule) for each in refused.value.findings] == [
        ("lines L5", "line-ceased"),
        ("lines L6", "line-ceased"),
    ]


def test_another_rate_changes_the_rate_and_nothing_else(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    before = configurations(fleet)
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = 2
    line = next(each for each in content["lines"] if each["id"] == "L4")
    line["parameters"]["rate_mbps"] = 300
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    plan = delivery.plan(CALL_OFF)
    carry_out(delivery, plan)
    after = configurations(fleet)
    gone = {name: set(before[name]) - set(after[name]) for name in fleet.names}
    come = {name: set(after[name]) - set(before[name]) for name in fleet.names}
    assert gone == {name: set() for name in fleet.names} | {
        "LON-PE-01": {"  shape average 200000000"},
        "KC-LIB-02-CPE1": {"  shape average 200000000", " bandwidth 200000"},
    }
    assert come["KC-LIB-02-CPE1"] == {"  shape average 300000000", " bandwidth 300000"}


def test_what_somebody_began_to_use_since_the_plan_is_not_taken_from_him(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    plan = delivery.plan(CALL_OFF, Purpose.CEASE)
    fleet.type_as_another_operator("LON-PE-01", ("interface GigabitEthernet0/0/6", " vrf forwarding RBKC"))
    outcomes = delivery.deliver(plan)
    refused = [each for each in outcomes.values() if each.outcome is Outcome.SKIPPED]
    assert [each.device for each in refused] == ["LON-PE-01"]
    assert "vrf definition RBKC is used by: interface GigabitEthernet0/0/6 / vrf forwarding RBKC" in refused[0].detail
    assert " vrf forwarding RBKC" in lines(fleet.running_config("LON-PE-01"))


def test_a_lan_does_not_end_under_a_wan(start_fleet, delivery):
    start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF, Purpose.CEASE, ("L1",))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.found) == ("still-used", f"{CALL_OFF}/L2, live")


def test_what_is_not_in_force_cannot_cease(delivery, start_fleet):
    start_fleet(CALL_OFF, minute_seconds=60)
    with pytest.raises(PlanError, match="service lines in force"):
        delivery.plan(CALL_OFF, Purpose.CEASE)
    carry_out(delivery, delivery.plan(CALL_OFF))
    with pytest.raises(PlanError, match="L6"):
        delivery.plan(CALL_OFF, Purpose.CEASE, ("L66",))


def test_a_cease_of_a_revision_that_nobody_planned_is_refused(start_fleet, delivery, inventory):
    start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    path.write_text(path.read_text().replace("revision: 1", "revision: 2"))
    with pytest.raises(PlanError, match="a revision that was planned: r1; found one that the ledger does not know"):
        delivery.plan(CALL_OFF, Purpose.CEASE)


def test_another_vlan_moves_the_segment_and_its_users_and_frees_the_old_one(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = 2
    line = next(each for each in content["lines"] if each["id"] == "L3")
    line["parameters"]["segments"][0]["vlan"] = 150
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    plan = delivery.plan(CALL_OFF)
    (change,) = (each for each in plan.changes if each.changes_something)
    assert change.device == "KC-LIB-02-SW1"
    assert {each.why.split(":")[0] for each in change.interruptions} == {"the gateway moves", "ports change their VLAN"}
    assert change.remediation.index("\nvlan 150\n") < change.remediation.index("switchport access vlan 150")
    assert change.remediation.rindex("switchport access vlan 150") < change.remediation.index("no vlan 110")
    carry_out(delivery, plan)
    after = configurations(fleet)["KC-LIB-02-SW1"]
    assert " switchport access vlan 110" not in after
    assert "vlan 110" not in after
    assert "interface Vlan110" not in after
    assert not delivery.plan(CALL_OFF).changes_something
    rests = {each.value for each in delivery.ledger.plans.taken() if each.pool == "vlan/KC-LIB-02"}
    assert {"110", "150"} <= rests
    ceased = delivery.plan(CALL_OFF, Purpose.CEASE, ("L5", "L6"))
    taken = {each.value for each in ceased.allocations if each.pool == "vlan/KC-LIB-02"}
    assert "150" in taken
    assert "110" not in taken, "it rests, and its line does not take it again because another one ends"
