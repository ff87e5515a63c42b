"""What a configuration says about the values of services, and which of its lines an order explains."""

from __future__ import annotations

from ipaddress import IPv4Interface

import pytest

from turnup.adopt import adopt_device, explain, facts_of
from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.fragments import Fragment
from turnup.plan import DeviceReading
from turnup.scalars import Place
from turnup.sites import Platform

IOS, FRR, OVS = Platform.CISCO_IOS, Platform.FRR, Platform.OVS
LINE = "RBKC-2026-0007/L1"
HERE = Place("KC-TH-01", "SW1")

SWITCH = """\
vlan 110
 name STAFF
interface GigabitEthernet1/0/1
 description STAFF RBKC-2026-0007/L1
 switchport access vlan 110
 switchport mode access
interface Vlan110
 ip address 10.80.16.1 255.255.254.0
interface Vlan120
 ip address 10.80.18.1 not-a-mask
router bgp 65536
vrf definition RBKC
 rd 64496:100
"""


def test_facts_of_an_ios_switch():
    facts = facts_of(IOS, SWITCH)
    assert facts.vlan_names == ((110, "STAFF"),)
    assert facts.gateways == ((110, IPv4Interface("10.80.16.1/23")),)
    assert facts.access_ports == (("GigabitEthernet1/0/1", 110),)
    assert facts.asns == (65536,)
    assert facts.route_distinguishers == (("RBKC", "64496:100"),)


def test_facts_of_an_frr_router_and_an_ovs_switch():
    router = facts_of(FRR, "interface eth0 vrf WCC\n ip address 198.51.100.1/31\nexit\nrouter bgp 65537\nexit\n")
    assert router.addresses == (("eth0", IPv4Interface("198.51.100.1/31")),)
    assert router.asns == (65537,)
    switch = facts_of(OVS, "vlan 110\n name STAFF\nport eth1\n tag 110\nport vlan110\n tag 110\n address 10.0.0.1/24\n")
    assert switch.vlan_names == ((110, "STAFF"),)
    assert switch.gateways == ((110, IPv4Interface("10.0.0.1/24")),)
    assert ("eth1", 110) in switch.access_ports


@pytest.mark.parametrize("platform", Platform)
def test_an_empty_device_has_no_facts(platform):
    assert facts_of(platform, "") == facts_of(platform, "hostname R1\n")


def fragment(text: str) -> Fragment:
    return Fragment(LINE, HERE.device, IOS, text)


DECLARED = """\
vlan 110
 name STAFF
interface GigabitEthernet1/0/1
 description STAFF RBKC-2026-0007/L1
 switchport access vlan 110
 no shutdown
interface GigabitEthernet1/0/2
 description STAFF RBKC-2026-0007/L1
 no shutdown
vlan 111
 name PUBLIC
"""


def test_only_what_stands_becomes_ours_and_the_rest_is_a_change():
    reading = DeviceReading(SWITCH + "vlan 111\n name VISITORS\ninterface GigabitEthernet1/0/2\n description Lift\n")
    adoption = adopt_device(HERE, IOS, reading, (fragment(DECLARED),))
    (ours,) = adoption.fragments
    assert ours.text.splitlines() == [
        "vlan 110",
        " name STAFF",
        "interface GigabitEthernet1/0/1",
        " description STAFF RBKC-2026-0007/L1",
        " switchport access vlan 110",
        " no shutdown",
    ]
    assert ("vlan 111", "name VISITORS") in adoption.rest.removes
    assert [each.rule for each in adoption.rest.findings if each.severity == "error"] == ["not-taken-over"]
    assert adoption.rest.takeovers[0].former != adoption.rest.takeovers[0].path[-1]


def test_what_was_adopted_goes_when_the_line_ceases_and_nothing_else():
    adoption = adopt_device(HERE, IOS, DeviceReading(SWITCH), (fragment(DECLARED),))
    owned = OwnedConfig(adoption.fragments)
    gone = plan_device(HERE.site, HERE.device, IOS, SWITCH, owned, (), (LINE,))
    assert ("vlan 110",) in gone.removes
    assert all("Gigabit" in path[0] or path[0] == "vlan 110" for path in gone.removes)
    assert gone.adds == ()


def test_a_line_that_is_owned_is_not_adopted_again():
    reading = DeviceReading(SWITCH, OwnedConfig((fragment("vlan 110\n name STAFF\n"),)))
    assert adopt_device(HERE, IOS, reading, (fragment(DECLARED),)).fragments == ()


def test_explained_counts_lines_of_orders_that_stand():
    reading = DeviceReading(SWITCH, OwnedConfig((fragment(DECLARED),)))
    found = explain(IOS, reading)
    assert (found.explained, found.lines) == (5, 13)
    assert explain(IOS, DeviceReading("")).percent == 100.0


def test_an_adopted_port_of_ovs_stays_in_its_vlan_for_without_a_tag_it_carries_all():
    running = "vlan 110\n name STAFF\nport eth1\n tag 110\nport vlan110\n internal\n tag 110\n"
    declared = Fragment(LINE, HERE.device, OVS, running)
    adoption = adopt_device(HERE, OVS, DeviceReading(running), (declared,))
    assert [each.path for each in adoption.takeovers] == [("port eth1", "tag 110")]
    owned = OwnedConfig(adoption.fragments, adoption.takeovers)
    gone = plan_device(HERE.site, HERE.device, OVS, running, owned, (), (LINE,))
    assert "tag" not in gone.remediation
    assert gone.candidate == "port eth1\n tag 110\n"


def test_a_junos_switch_says_its_facts_by_name_and_by_number():
    text = """\
set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members STAFF
set interfaces ge-0/0/2 unit 0 family ethernet-switching vlan members 120
set interfaces ge-0/0/3 unit 0 family ethernet-switching vlan members LOST
set interfaces xe-0/1/0 unit 0 family ethernet-switching interface-mode trunk
set interfaces xe-0/1/0 unit 0 family ethernet-switching vlan members STAFF
set interfaces irb unit 110 family inet address 10.64.16.1/26
set vlans STAFF vlan-id 110
set routing-instances RBKC route-distinguisher 64496:100
set routing-options autonomous-system 64496
"""
    facts = facts_of(Platform.JUNIPER_JUNOS, text)
    assert facts.vlan_names == ((110, "STAFF"),)
    assert facts.access_ports == (("ge-0/0/1", 110), ("ge-0/0/2", 120))
    assert facts.gateways == ((110, IPv4Interface("10.64.16.1/26")),)
    assert facts.asns == (64496,)
    assert facts.route_distinguishers == (("RBKC", "64496:100"),)
