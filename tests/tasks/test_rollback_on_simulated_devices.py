"""A delivered change is taken back, days later too: devices to the byte, ownership, states, values and milestones."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from tasks.delivery import load_known_order
from tasks.devices.outcome import Outcome
from tasks.ledger import LineState
from tasks.ledger.schema import allocations
from tasks.planning import PlanRequest, Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.undoing import undoing_of
from turnup.change.state import ChangeState, state_of
from turnup.errors import InputRefused, PlanError

CHECKOUT = Path(__file__).resolve().parents[2]
CALL_OFF, SMALL = "RBKC-2026-0007", "LBHF-2026-0042"
EXECUTOR = "field-engineer@supplier.example"
FOREIGN = "interface GigabitEthernet0/0/6", " description Somebody else's"


def configurations(fleet) -> dict[str, list[str]]:
    """What each device runs, in its order, without the lines that tell when it was changed."""
    return {
        name: [
            line
            for line in fleet.running_config(name).splitlines()
            if not line.startswith(("! ", "Current configuration"))
        ]
        for name in fleet.names
    }


def carry_out(delivery, plan) -> None:
    """Deliver a plan as the flow does: take its values, push, settle."""
    delivery.ledger.plans.take(plan, EXECUTOR)
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    attempt = delivery.ledger.plans.attempts(plan.reference)[-1].number
    done = SiteDelivery(delivery.workspace, delivery.ledger, plan, (), attempt)
    for site in [site for wave in plan.waves for site in wave.sites]:
        settle_lines(done, site, "e" * 64, 30)


def held(ledger, reference: str) -> set[tuple[str, ...]]:
    """Values that the lines of a call-off hold for good: none that is reserved or rests."""
    query = select(allocations).where(allocations.c.state == "taken", allocations.c.holder.startswith(reference))
    with ledger.store.reading() as connection:
        return {(row.pool, row.value, row.holder, row.key) for row in connection.execute(query)}


def ledger_says(delivery, reference: str = CALL_OFF) -> dict[str, object]:
    """All that a rollback has to bring back."""
    ledger = delivery.ledger
    lines = ledger.lines.lines(reference)
    places = ledger.ownership.places()
    devices = sorted({place.device for place in places})
    return {
        "states": {line.id: line.state for line in lines},
        "owned": {(name, each) for name in devices for each in ledger.ownership.on(name).fragments},
        "takeovers": {(name, each) for name in devices for each in ledger.ownership.on(name).takeovers},
        "held": held(ledger, reference),
        "milestones": {
            (line.id, each.milestone)
            for line in lines
            for each in ledger.lines.milestones(line.id)
            if each.milestone in ("activated", "tested")
        },
    }


def revise(inventory: Path, change) -> None:
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] += 1
    change({each["id"]: each for each in content["lines"]})
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def with_a_secret(lines) -> None:
    """A line whose words in the ledger hold more than those of its plan: the fingerprint of what was given back."""
    lines["L4"]["parameters"]["bgp_password"] = "env:TURNUP_SECRET_KC_LIB_02@1"


def second_revision(lines) -> None:
    """Another rate and another VLAN."""
    lines["L4"]["parameters"]["rate_mbps"] = 300
    lines["L3"]["parameters"]["segments"][0]["vlan"] = 150


def test_there_twice_and_back_twice_to_the_byte(start_fleet, delivery, inventory, monkeypatch):
    monkeypatch.setenv("TURNUP_SECRET_KC_LIB_02", "a-secret-that-must-not-leak-3X")
    revise(inventory, with_a_secret)
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found, nothing = configurations(fleet), ledger_says(delivery)
    with pytest.raises(PlanError, match="a delivered change; found none"):
        delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    carry_out(delivery, first := delivery.plan(CALL_OFF))
    once, said = configurations(fleet), ledger_says(delivery)
    revise(inventory, second_revision)
    carry_out(delivery, second := delivery.plan(CALL_OFF))

    fleet.type_as_another_operator("LON-PE-01", FOREIGN)
    with pytest.raises(PlanError, match=f"plan {second.hash[:12]} of {CALL_OFF} r3, delivered after it"):
        delivery.plan(CALL_OFF, Purpose.ROLLBACK, plan_hash=first.hash[:12])
    back = delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert back.takes_back == second.hash
    assert {each.value for each in back.released if each.pool == "vlan/KC-LIB-02"} == {"150"}
    assert set(back.released).isdisjoint(back.allocations)
    assert {change.site for change in back.changes} == {"KC-LIB-02"}, "the others were as they are"
    carry_out(delivery, back)
    assert [line for line in configurations(fleet)["LON-PE-01"] if line != FOREIGN[1]] == once["LON-PE-01"]
    # What was gone and is made again stands behind what stayed: a device keeps named sections in the order of making.
    shown = {name: sorted(lines) for name, lines in configurations(fleet).items() if name != "LON-PE-01"}
    assert shown == {name: sorted(lines) for name, lines in once.items() if name != "LON-PE-01"}
    assert ledger_says(delivery) == said

    ceased = delivery.plan(CALL_OFF, Purpose.CEASE, ("L5", "L6"))
    carry_out(delivery, ceased)
    assert ledger_says(delivery)["states"][f"{CALL_OFF}/L6"] is LineState.CEASED
    assert configurations(fleet)["KC-HUB-03-CPE1"] != once["KC-HUB-03-CPE1"]
    again = delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert again.takes_back == ceased.hash
    carry_out(delivery, again)
    shown = configurations(fleet)
    shown["LON-PE-01"].remove(FOREIGN[1])
    assert {name: sorted(lines) for name, lines in shown.items()} == {name: sorted(once[name]) for name in once}
    assert ledger_says(delivery) == said

    last = delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert last.takes_back == first.hash
    carry_out(delivery, last)
    shown = configurations(fleet)
    assert FOREIGN[1] in shown["LON-PE-01"]
    assert [line for line in shown["LON-PE-01"] if line != FOREIGN[1]] == found["LON-PE-01"]
    assert {**shown, "LON-PE-01": None} == {**found, "LON-PE-01": None}
    says = ledger_says(delivery)
    assert set(says.pop("states").values()) == {LineState.DESIGNED}
    assert says == {name: type(value)() for name, value in nothing.items() if name != "states"}
    with pytest.raises(PlanError, match="a delivered change; found none"):
        delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    delivery.ledger.audit.verify()


def test_a_site_alone_goes_back_and_the_others_stay_delivered(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = configurations(fleet)
    carry_out(delivery, plan := delivery.plan(CALL_OFF))
    everything = configurations(fleet)
    with pytest.raises(PlanError, match=r"found KC-LIB-03\. Did you mean 'KC-LIB-02'"):
        delivery.plan(CALL_OFF, Purpose.ROLLBACK, sites=("KC-LIB-03",))
    back = delivery.plan(CALL_OFF, Purpose.ROLLBACK, sites=("KC-LIB-02",))
    assert {change.site for change in back.changes} == {"KC-LIB-02"}
    carry_out(delivery, back)
    shown = configurations(fleet)
    for name in ("KC-LIB-02-SW1", "KC-LIB-02-CPE1"):
        assert shown[name] == found[name]
    for name in ("KC-TH-01-SW1", "KC-HUB-03-CPE1"):
        assert shown[name] == everything[name]
    assert "vrf definition RBKC" in shown["LON-PE-01"], "the other two sites are in it"
    states = {line.id[-2:]: line.state for line in delivery.ledger.lines.lines(CALL_OFF)}
    assert {line for line, state in states.items() if state is LineState.DESIGNED} == {"L3", "L4"}
    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.ROLLBACK))
    assert configurations(fleet) == found

    carry_out(delivery, delivery.plan(CALL_OFF))
    assert configurations(fleet) == everything
    delivery.ledger.lines.reach([f"{CALL_OFF}/L1"], "accepted", "buyer@rbkc.example", plan.hash)
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert [(each.file, each.rule) for each in refused.value.findings] == [(f"{CALL_OFF}/L1", "accepted")]


def test_what_somebody_made_of_our_lines_is_not_taken_from_him(start_fleet, delivery):
    fleet = start_fleet(SMALL, minute_seconds=60)
    plan = delivery.plan(SMALL)
    carry_out(delivery, plan)
    edits = ("vlan 150", " name THEIRS", "no ip dhcp snooping vlan 110")
    fleet.type_as_another_operator("HF-LIB-01-SW1", edits)
    before = configurations(fleet)
    with pytest.raises(InputRefused) as refused:
        delivery.plan(SMALL, Purpose.ROLLBACK)
    told = {(each.file, each.field, each.found) for each in refused.value.findings}
    assert ("HF-LIB-01-SW1", "vlan 150 / name PRINT", "name THEIRS") in told
    assert {each.file for each in refused.value.findings} == {"HF-LIB-01-SW1"}
    assert any("snooping" in field and found == "nothing" for _, field, found in told)
    assert configurations(fleet) == before


def test_what_another_call_off_needs_stays_or_stops_it(start_fleet, delivery, inventory):
    """A LAN of one call-off, a WAN of another over it, at one site with one baseline."""
    path, other = inventory / "call-offs" / f"{CALL_OFF}.yaml", "RBKC-2026-0008"
    content = yaml.safe_load(path.read_text())
    for reference, line in ((CALL_OFF, "L1"), (other, "L2")):
        lines = [each for each in content["lines"] if each["id"] == line]
        words = yaml.safe_dump({**content, "reference": reference, "lines": lines}, sort_keys=False)
        (inventory / "call-offs" / f"{reference}.yaml").write_text(words)
    start_fleet(CALL_OFF, minute_seconds=60)
    carry_out(delivery, delivery.plan(CALL_OFF))
    carry_out(delivery, delivery.plan(other))
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert [(each.rule, each.found) for each in refused.value.findings] == [("still-used", f"{other}/L2, live")]
    order = load_known_order(delivery.workspace, delivery.ledger, other)
    undoing = undoing_of(delivery.ledger, order, PlanRequest(call_off=other, purpose=Purpose.ROLLBACK))
    assert undoing.left == {"KC-TH-01/BASELINE"}, "the site's, as long as the LAN is live there"
    assert [line.id for line in undoing.ended] == [f"{other}/L2"]
    assert set(undoing.former.values()) == {()}


KILLED = """
import os, signal, sys
import tasks.devices.platforms.cisco_ios as ios
from tasks.ledger import Ledger
from tasks.site_delivery import SiteDelivery
from tasks.undoing import undoing_of
from tasks.workspace import Workspace

settings, plan_hash, site = sys.argv[1:]
real = ios.CiscoIos.apply
def dying(self, session, change):
    real(self, session, change)
    os.kill(os.getpid(), signal.SIGKILL)
ios.CiscoIos.apply = dying
workspace = Workspace.model_validate_json(settings)
ledger = Ledger(workspace.ledger)
attempt = ledger.plans.next_attempt("LBHF-2026-0042", plan_hash, workspace.executor)
SiteDelivery(workspace, ledger, ledger.plans.get(plan_hash), (site,), attempt).deliver(site)
"""


@pytest.mark.usefixtures("one_by_one")
def test_a_rollback_that_was_killed_goes_on_when_it_is_run_again(start_fleet, delivery):
    fleet = start_fleet(SMALL, minute_seconds=60)
    found = configurations(fleet)
    carry_out(delivery, delivery.plan(SMALL))
    back = delivery.plan(SMALL, Purpose.ROLLBACK)
    words = (delivery.workspace.model_dump_json(), back.hash, "HF-LIB-01")
    assert subprocess.run((sys.executable, "-c", KILLED, *words), cwd=CHECKOUT).returncode == -signal.SIGKILL
    assert configurations(fleet) != found
    carry_out(delivery, back)
    assert configurations(fleet) == found
    for change in back.changes:
        assert state_of(change, fleet.startup_config(change.device)) is ChangeState.AFTER
    assert ledger_says(delivery, SMALL)["owned"] == set()
