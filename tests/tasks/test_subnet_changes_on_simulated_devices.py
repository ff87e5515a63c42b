"""A segment outgrows its subnet: two plans of one revision, and its hosts move between them."""

from __future__ import annotations

import yaml

from tests.tasks.test_cease_on_simulated_devices import carry_out, configurations
from turnup.plan import Plan

CALL_OFF = "RBKC-2026-0007"
SITE, SWITCH, CPE, PE = "KC-TH-01", "KC-TH-01-SW1", "KC-TH-01-CPE1", "LON-PE-01"


def order_with(inventory, revision: int, hosts: int) -> None:
    """Write a revision whose first segment at KC-TH-01 is for so many hosts."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    content["lines"] = [line for line in content["lines"] if line["id"] in ("L1", "L2")]
    content["lines"][0]["parameters"]["segments"][0]["hosts"] = hosts
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def subnet_of(plan: Plan) -> str:
    (found,) = [each.value for each in plan.allocations if each.pool == f"lan/{SITE}" and each.key == plan_key(plan)]
    return found


def plan_key(plan: Plan) -> str:
    return next(each.key for each in plan.allocations if each.pool == f"lan/{SITE}")


def deliver(delivery, plan: Plan) -> None:
    """Deliver as the flow does: what the plan reserved is taken with its first step."""
    delivery.ledger.plans.take(plan, delivery.workspace.executor)
    carry_out(delivery, plan)


def without_times(shown: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [line for line in lines if not line.startswith("ntp clock")] for name, lines in shown.items()}


def test_a_segment_grows_while_its_hosts_go_on_working(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    order_with(inventory, 1, 50)
    first = delivery.plan(CALL_OFF)
    deliver(delivery, first)
    former = subnet_of(first)
    small = fleet.running_config(SWITCH)

    order_with(inventory, 2, 200)
    beside = delivery.plan(CALL_OFF)
    larger = subnet_of(beside)
    assert delivery.plan(CALL_OFF).hash == beside.hash, "planned again, it takes no third one"
    assert (former.split("/")[1], larger.split("/")[1]) == ("26", "24")
    assert [each.value for each in beside.released] == [former]
    said = [each for each in beside.findings if each.rule == "subnet-changes"]
    assert [(each.file, each.found) for each in said] == [(SWITCH, larger)]
    assert former in said[0].expected
    cut = {
        (each.service_line, each.at_most)
        for change in beside.changes
        for each in change.interruptions
        if each.at_most > 1
    }
    assert cut == {(f"{CALL_OFF}/L1", 5)}
    deliver(delivery, beside)
    both = configurations(fleet)
    old_gateway, new_gateway = (each.split("/")[0].rsplit(".", 1) for each in (former, larger))
    assert any(line.strip().startswith(f"ip address {'.'.join(new_gateway[:1])}.1 ") for line in both[SWITCH])
    secondary = [line.strip() for line in both[SWITCH] if line.endswith(" secondary")]
    assert secondary == [f"ip address {old_gateway[0]}.{int(old_gateway[1]) + 1} 255.255.255.192 secondary"]
    for device in (CPE, PE):
        listed = [line for line in both[device] if line.startswith("ip prefix-list") and f"permit {former}" in line]
        assert len(listed) == 1, "still announced, and still let in"
        assert any(f"permit {larger}" in line for line in both[device])
    assert [each.value for each in delivery.ledger.plans.resting()] == [former]

    last = delivery.plan(CALL_OFF)
    assert subnet_of(last) == larger
    assert {each.device for each in last.changes if each.changes_something} == {SWITCH, CPE, PE}
    (gone,) = [each for change in last.changes for each in change.interruptions if "former subnet" in each.why]
    assert gone.service_line == f"{CALL_OFF}/L1"
    deliver(delivery, last)
    after = without_times(configurations(fleet))
    assert not any(former.split("/")[0] in line for name in (CPE, PE) for line in after[name])
    assert not any(line.endswith(" secondary") for line in after[SWITCH])
    assert not delivery.plan(CALL_OFF).changes_something
    assert [each.value for each in delivery.ledger.plans.resting()] == [former], "it rests before others get it"
    assert delivery.ledger.audit.verify().events > 0
    assert small != fleet.running_config(SWITCH)
