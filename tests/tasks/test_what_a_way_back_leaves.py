"""A way back that is pushed cannot type everything away: what stays is said, and nobody else is blamed for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.simulated import FullFlash
from tasks.devices.outcome import Outcome
from tasks.site_delivery import SiteDelivery

CALL_OFF, SITE, SWITCH = "RBKC-2026-0007", "KC-TH-01", "KC-TH-01-SW1"
ACCESS = ("interface TenGigabitEthernet1/1/1", "no switchport trunk allowed vlan", "switchport mode access")
RESIDUE = "switchport trunk allowed vlan none"


@pytest.fixture
def one_switch(start_fleet, delivery):
    """The fleet, and the plan for one of its switches, whose trunks are none yet."""
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    fleet.type_as_another_operator(SWITCH, ACCESS)
    plan = delivery.plan(CALL_OFF)
    mine = tuple(change for change in plan.changes if change.device == SWITCH)
    return fleet, replace(plan, changes=mine, tiers=(), pairs=())


def deliver(delivery, plan):
    attempt = delivery.ledger.plans.next_attempt(plan.reference, plan.hash, delivery.workspace.executor)
    (outcome,) = SiteDelivery(delivery.workspace, delivery.ledger, plan, (SITE,), attempt).deliver(SITE)
    return outcome


def test_an_emptied_list_is_told_and_nobody_else_is_blamed_for_it(one_switch, delivery):
    fleet, plan = one_switch
    assert RESIDUE not in fleet.running_config(SWITCH)
    fleet.inject(SWITCH, FullFlash())
    outcome = deliver(delivery, plan)
    assert RESIDUE in fleet.running_config(SWITCH)
    assert (outcome.outcome, outcome.foreign_edits) == (Outcome.ROLLED_BACK, ())
    assert "that came with ours stay, as nothing takes them away alone: interface" in outcome.detail
    assert RESIDUE in outcome.detail

    fleet.clear_faults(SWITCH)
    outcome = deliver(delivery, plan)
    assert (outcome.outcome, outcome.foreign_edits, outcome.detail) == (Outcome.CHANGED, (), "")
    assert RESIDUE not in fleet.running_config(SWITCH)
