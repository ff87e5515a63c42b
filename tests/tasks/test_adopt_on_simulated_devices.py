"""Adopting a site that was configured by hand: what is as ordered becomes ours without a push."""

from __future__ import annotations

import pytest

from tasks.adopting import find_adoptions, record_adoption, report_sites
from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger, LineState
from tasks.planning import Purpose
from turnup.errors import PlanError

CALL_OFF = "RBKC-2026-0007"
SITE = "KC-LIB-02"
SWITCH = f"{SITE}-SW1"


def lines(text: str) -> list[str]:
    return sorted(line for line in text.splitlines() if line.strip() != "!" and not line.startswith("! "))


def delivered_by_hand(start_fleet, delivery, workspace, tmp_path):
    """Devices that have what the call-off declares, and a ledger that knows nothing of it."""
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}
    return fleet, plan, Ledger(str(tmp_path / "newcomer" / "ledger.db"))


@pytest.fixture
def brownfield(start_fleet, delivery, workspace, tmp_path):
    fleet, plan, newcomer = delivered_by_hand(start_fleet, delivery, workspace, tmp_path)
    yield fleet, plan, newcomer
    newcomer.close()


def test_what_is_as_ordered_is_adopted_whole_and_nothing_is_left_to_plan(brownfield, delivery, workspace):
    fleet, plan, newcomer = brownfield
    received = {name: len(fleet.lines_received(name)) for name in fleet.names}
    found = find_adoptions(workspace, newcomer, CALL_OFF)
    assert set(found.lines_in_full()) >= {f"{CALL_OFF}/L{number}" for number in range(1, 7)}
    assert set(found.allocations) == set(plan.allocations)
    assert newcomer.ownership.places() == (), "finding records nothing"
    record_adoption(newcomer, found, "engineer@supplier.example")
    assert {line.state for line in newcomer.lines.lines(CALL_OFF)} == {LineState.DELIVERED}
    assert all(line.contracted_date is None for line in newcomer.lines.lines(CALL_OFF)), "no clock ran"
    assert newcomer.audit.verify().events > 0
    later = type(delivery)(workspace, newcomer, delivery.key)
    assert not later.plan(CALL_OFF).changes_something
    sent = {name: fleet.lines_received(name)[received[name] :] for name in fleet.names}
    assert not any(line.strip().startswith(("conf", "interface", "vlan")) for each in sent.values() for line in each)

    report = {each.device: each.explained for each in report_sites(workspace, newcomer, (SITE,))}
    assert 0 < report[SWITCH].percent < 100
    assert report[SWITCH].lines > report[SWITCH].explained > 100


def test_an_adopted_line_ceases_as_a_delivered_one(brownfield, delivery, workspace):
    fleet, _, newcomer = brownfield
    record_adoption(newcomer, find_adoptions(workspace, newcomer, CALL_OFF), "engineer@supplier.example")
    later = type(delivery)(workspace, newcomer, delivery.key)
    outcomes = later.deliver(later.plan(CALL_OFF, Purpose.CEASE))
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}
    after = fleet.running_config(SWITCH)
    assert "STAFF" not in after
    assert "Door controller, ask facilities" in after
    assert "RBKC" not in fleet.running_config("LON-PE-01")


def test_the_rest_is_shown_and_planned(brownfield, delivery, workspace):
    fleet, _, newcomer = brownfield
    fleet.type_as_another_operator(
        SWITCH, ("interface GigabitEthernet1/0/1", " description Photocopier", " switchport access vlan 111")
    )
    found = find_adoptions(workspace, newcomer, CALL_OFF, (SITE,))
    assert {place.site for place in found.places} == {SITE}
    (switch,) = (each for place, each in found.places.items() if place.device == SWITCH)
    assert ("interface GigabitEthernet1/0/1", "description Photocopier") in switch.rest.removes
    assert f"{CALL_OFF}/L3" not in found.lines_in_full()
    assert f"{CALL_OFF}/L1" not in {place.service_line for place in newcomer.ownership.places()}
    record_adoption(newcomer, found, "engineer@supplier.example")
    later = type(delivery)(workspace, newcomer, delivery.key)
    again = later.plan(CALL_OFF)
    changed = [change.device for change in again.changes if change.changes_something and change.site == SITE]
    assert changed == [SWITCH]
    port = [path for path in again.changes_at(SITE)[-1].adds if path[0].endswith("1/0/1")]
    assert port == [("interface GigabitEthernet1/0/1", f"description PUBLIC {CALL_OFF}/L3")], "it is where it stands"
    assert f"{CALL_OFF}/L4" in found.lines_in_full(), "the WAN does not suffer from it"


def test_adopting_twice_is_adopting_once(brownfield, workspace):
    _, _, newcomer = brownfield
    record_adoption(newcomer, find_adoptions(workspace, newcomer, CALL_OFF), "engineer@supplier.example")
    once = newcomer.ownership.on(SWITCH)
    again = find_adoptions(workspace, newcomer, CALL_OFF)
    assert all(each.line_count == 0 for each in again.places.values())
    record_adoption(newcomer, again, "engineer@supplier.example")
    assert newcomer.ownership.on(SWITCH) == once
    newcomer.audit.verify()


def test_a_site_of_another_order_is_refused_with_the_nearest(brownfield, workspace):
    with pytest.raises(PlanError, match="Did you mean 'KC-LIB-02'"):
        find_adoptions(workspace, brownfield[2], CALL_OFF, ("KC-LIB-03",))
