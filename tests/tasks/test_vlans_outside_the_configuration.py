"""A VTP server shows no VLAN in its running configuration: they are collected all the same."""

from __future__ import annotations

import pytest

from tasks.devices.outcome import Outcome
from tasks.devices.platforms.cisco_ios import vlans_outside
from tasks.planning import Purpose
from turnup.errors import InputRefused

CALL_OFF, SWITCHES = "LBHF-2026-0042", ("HF-LIB-01-SW1", "HF-LIB-01-SW2")
BRIEF = """
VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/1, Gi1/0/2
                                                Gi1/0/3
99   MGMT                             active
110  STAFF AND VISITORS               suspended Gi1/0/4
665  VLAN0665                         active
1002 fddi-default                     act/unsup
"""


def test_vlans_that_are_not_shown_are_said_as_configuration():
    assert (
        vlans_outside(BRIEF, "vtp mode server\n")
        == "vlan 99\n name MGMT\nvlan 110\n name STAFF AND VISITORS\nvlan 665\n"
    )
    assert vlans_outside(BRIEF, "vlan 99\n name MGMT\nvlan 110\n name STAFF AND VISITORS\n") == "vlan 665\n"
    assert vlans_outside("% Invalid input detected at '^' marker.\n", "") == ""


def test_a_lan_is_delivered_to_a_vtp_server_and_ceases_there(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    for name in SWITCHES:
        fleet.type_as_another_operator(name, ("vtp mode server",))
    plan = delivery.plan(CALL_OFF)
    assert {each.rule for each in plan.findings if "vlan" in each.field} >= {"vtp-server"}
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}
    assert all("show vlan brief" in fleet.commands_received(name) for name in SWITCHES)
    assert not delivery.plan(CALL_OFF).changes_something
    gone = delivery.plan(CALL_OFF, Purpose.CEASE)
    assert "no vlan " in gone.changes[0].remediation
    assert {each.outcome for each in delivery.deliver(gone).values()} == {Outcome.CHANGED}


def test_a_vtp_client_is_refused_before_it_is_touched(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    fleet.type_as_another_operator(SWITCHES[0], ("vtp mode client",))
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF)
    assert {each.rule for each in refused.value.findings} == {"vtp-client"}
