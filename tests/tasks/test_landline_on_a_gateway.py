"""A trunk on a simulated CUBE that somebody configured by hand too: delivered, proved, taken back, and ended."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lab.simulated import Fleet
from tasks.delivery import plan_from_readings
from tasks.devices.collect import collect
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.inventory.nornir_run import open_nornir
from tasks.planning import PlanRequest, Purpose, prepare_request
from tasks.preparation import sites_of
from tasks.site_delivery import SiteDelivery
from turnup.errors import ServiceCheckFailed
from turnup.plan import Plan

CALL_OFF, SITE, GATEWAY, SBC = "RBKC-2026-0012", "KC-MUS-05", "KC-MUS-05-VG1", "LON-SBC-01"
PLACES = (SITE, "LON-CORE-04")


@pytest.fixture
def fleet(start_fleet) -> Fleet:
    return start_fleet(CALL_OFF, minute_seconds=60)


def on_the_gateway(delivery, purpose: Purpose = Purpose.DELIVER) -> Plan:
    """What the call-off wants of the gateway; the SBC that it touches too is proved in the lab, with a real one."""
    prepared = prepare_request(delivery.workspace, delivery.ledger, PlanRequest(call_off=CALL_OFF, purpose=purpose))
    assert GATEWAY in prepared.devices
    readings = collect(open_nornir(delivery.workspace, sites_of(prepared), (GATEWAY,)))
    assert readings.errors == ()
    elsewhere = {name: "" for name in prepared.devices if name != GATEWAY}
    plan = plan_from_readings(delivery.ledger, prepared, {**elsewhere, **readings.running}, delivery.workspace.executor)
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if change.device == GATEWAY),
        checks=tuple(replace(check, within_seconds=0) for check in plan.checks if check.device == GATEWAY),
        tiers=(),
    )


def delivered(delivery, plan: Plan) -> DeviceOutcome:
    return delivery.deliver(plan)[SITE, GATEWAY]


def verified(delivery, plan: Plan) -> str:
    return SiteDelivery(delivery.workspace, delivery.ledger, plan, PLACES, 1).verify(SITE)


def answers(delivery, plan: Plan) -> dict[tuple[str, str], tuple[str, str]]:
    """What was expected, and what was found, by stage and title."""
    kept = delivery.ledger.checks.of(plan.reference, plan.hash, 1)
    return {(each.stage, each.title): (each.expected, each.actual) for each in kept}


def test_a_trunk_comes_to_a_gateway_of_others_is_proved_and_goes(fleet, delivery):
    before = fleet.running_config(GATEWAY)
    plan = on_the_gateway(delivery)
    assert delivered(delivery, plan).outcome is Outcome.CHANGED
    asked = {title for stage, title in answers(delivery, plan) if stage == "push"}
    assert {
        "dial peer 9003 is up",
        "dial peer 9051 is up",
        "999 takes the dial peer for it",
        "port 0/1/1 of ALARM is up",
    } <= asked
    assert "SBC 203.0.113.89 answers OPTIONS" not in asked, "it may not have its half yet"
    assert " port 0/1/0" in fleet.running_config(GATEWAY).splitlines()
    assert fleet.startup_config(GATEWAY) == fleet.running_config(GATEWAY)
    assert not on_the_gateway(delivery).changes_something
    assert delivered(delivery, on_the_gateway(delivery, Purpose.CEASE)).outcome is Outcome.CHANGED
    assert voice_of(fleet.running_config(GATEWAY)) == voice_of(before)
    assert set(before.splitlines()) <= set(fleet.running_config(GATEWAY).splitlines()), "the baseline stays beside it"


def voice_of(running: str) -> list[str]:
    """All that a configuration says of voice, as it is written."""
    sections = re.split(r"^(?=\S)", running, flags=re.MULTILINE)
    return [each for each in sections if each.startswith(("voice", "dial-peer", "sip-ua"))]


def test_the_sbc_has_to_answer_when_the_site_is_verified(fleet, delivery):
    plan = on_the_gateway(delivery)
    delivered(delivery, plan)
    assert verified(delivery, plan)
    fleet.set_link(GATEWAY, "203.0.113.89", up=False)
    with pytest.raises(ServiceCheckFailed, match=r"SBC 203.0.113.89 answers OPTIONS: expected Active; found Busy"):
        verified(delivery, plan)
    assert answers(delivery, plan)["verify", "SBC 203.0.113.89 answers OPTIONS"] == ("Active", "Busy")


@pytest.mark.parametrize(
    ("by_hand", "title", "expected", "found"),
    [
        (("voice-port 0/1/0", "shutdown"), "port 0/1/0 of LIFT is up", "up", "down"),
        (
            ("dial-peer voice 102 voip", "destination-pattern 999", "session target ipv4:192.0.2.200"),
            "999 takes the dial peer for it",
            "9010",
            "102",
        ),
    ],
    ids=["a port that somebody shut", "a peer of others that takes calls for help"],
)
def test_a_gateway_on_which_the_trunk_does_not_work_goes_back(fleet, delivery, by_hand, title, expected, found):
    fleet.type_as_another_operator(GATEWAY, by_hand)
    before = fleet.running_config(GATEWAY)
    plan = on_the_gateway(delivery)
    outcome = delivered(delivery, plan)
    assert outcome.outcome is Outcome.ROLLED_BACK
    assert f"{title}: expected {expected}; found {found}" in outcome.detail
    assert answers(delivery, plan)["push", title] == (expected, found)
    assert fleet.running_config(GATEWAY) == before
