"""How long users are without service, as the plan says it: for lines that are in force and stay so."""

from __future__ import annotations

import re

import pytest

from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms import LANGUAGES
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, EOS, FRR, OVS = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR, Platform.OVS
LINE = "RBKC-2026-0007/L1"

CASES = [
    (IOS, "interface Gi1\n vrf forwarding A", "interface Gi1\n vrf forwarding B", (10, 90), "changes its VRF"),
    (
        IOS,
        "interface Gi1\n ip address 198.51.100.1 255.255.255.254",
        "interface Gi1\n ip address 198.51.100.3 255.255.255.254",
        (10, 90),
        "the link gets another address",
    ),
    (
        IOS,
        "router bgp 65536\n address-family ipv4 vrf A\n  neighbor 198.51.100.0 remote-as 64496",
        "router bgp 65536\n address-family ipv4 vrf A\n  neighbor 198.51.100.2 remote-as 64496",
        (10, 90),
        "a BGP session starts anew",
    ),
    (
        IOS,
        "voice class server-group 9001\n ipv4 192.0.2.1\n hunt-scheme round-robin",
        "voice class server-group 9001\n ipv4 192.0.2.2\n hunt-scheme round-robin",
        (0, 1),
        "new calls take another way",
    ),
    (
        IOS,
        "interface Vlan110\n ip address 10.80.16.1 255.255.255.0",
        "interface Vlan120\n ip address 10.80.16.1 255.255.255.0",
        (1, 5),
        "the gateway moves",
    ),
    (
        IOS,
        "interface Vlan110\n ip address 10.80.17.1 255.255.255.0\n ip address 10.80.16.1 255.255.255.128 secondary",
        "interface Vlan110\n ip address 10.80.17.1 255.255.255.0",
        (0, 86_400),
        "a former subnet goes",
    ),
    (
        IOS,
        "interface Te1\n switchport trunk native vlan 998",
        "interface Te1\n switchport trunk native vlan 999",
        (1, 60),
        "untagged frames of a link go to another VLAN",
    ),
    (
        IOS,
        "interface Gi1\n switchport voice vlan 120",
        "interface Gi1\n switchport voice vlan 130",
        (5, 60),
        "telephones change their VLAN",
    ),
    (
        EOS,
        "interface Ethernet1\n switchport phone vlan 120",
        "interface Ethernet1\n switchport phone vlan 130",
        (5, 60),
        "telephones change their VLAN",
    ),
    (
        IOS,
        "interface Gi1\n switchport access vlan 110\ninterface Gi2\n switchport access vlan 110",
        "interface Gi1\n switchport access vlan 120\ninterface Gi2\n switchport access vlan 120",
        (1, 5),
        "ports change their VLAN",
    ),
    (
        IOS,
        "ip prefix-list A seq 5 permit 10.0.0.0/8",
        "ip prefix-list A seq 5 permit 10.0.0.0/9",
        (0, 1),
        "routes are filtered anew",
    ),
    (
        IOS,
        "policy-map A\n class class-default\n  shape average 100000000",
        "policy-map A\n class class-default\n  shape average 200000000",
        (0, 0),
        "without a pause",
    ),
    (
        IOS,
        "interface Gi1.10\n encapsulation dot1Q 10",
        "interface Gi1.10\n encapsulation dot1Q 11",
        (10, 90),
        "the link gets another tag",
    ),
    (
        IOS,
        "interface Gi1\n vrrp 1 ip 10.81.16.4",
        "interface Gi1\n vrrp 1 ip 10.81.16.5",
        (1, 10),
        "the virtual gateway gets another address",
    ),
    (FRR, "host vrf A interface eth1", "host vrf B interface eth1", (10, 90), "changes its VRF"),
    (
        FRR,
        "interface eth1\n ip address 198.51.100.1/31",
        "interface eth1\n ip address 198.51.100.3/31",
        (10, 90),
        "link",
    ),
    (
        IOS,
        "router bgp 65536\n address-family ipv4 vrf A\n  neighbor 198.51.100.0 password <secret:file:secrets/a@1>",
        "router bgp 65536\n address-family ipv4 vrf A\n  neighbor 198.51.100.0 password <secret:file:secrets/a@2>",
        (0, 90),
        "gets another password",
    ),
    (
        FRR,
        "router bgp 65536\n neighbor 198.51.100.0 password <secret:file:secrets/a@1>",
        "router bgp 65536\n neighbor 198.51.100.0 password <secret:file:secrets/a@2>",
        (0, 90),
        "gets another password",
    ),
    (
        FRR,
        "router bgp 65536\n neighbor 198.51.100.0 remote-as 64496",
        "router bgp 65536\n neighbor 198.51.100.0 remote-as 64497",
        (10, 90),
        "a BGP session starts anew",
    ),
    (
        FRR,
        "ip prefix-list A seq 5 permit 10.0.0.0/8",
        "ip prefix-list A seq 5 permit 10.0.0.0/9",
        (0, 1),
        "routes are filtered anew",
    ),
    (FRR, "host shaper eth0 rate-kbit 1000", "host shaper eth0 rate-kbit 2000", (0, 1), "the queue is made anew"),
    (
        FRR,
        "host shaper eth0 class 1 percent 20",
        "host shaper eth0 class 1 priority percent 20",
        (0, 1),
        "the queue is made anew",
    ),
    (FRR, "host shaper eth0 class 1 dscp ef", "host shaper eth0 class 2 dscp ef", (0, 1), "the queue is made anew"),
    (OVS, "port vlan110\n address 10.0.0.1/24", "port vlan120\n address 10.0.0.1/24", (1, 5), "the gateway moves"),
    (OVS, "port eth1\n tag 110", "port eth1\n tag 120", (1, 5), "ports change their VLAN"),
]


def modified(platform: Platform, before: str, after: str, line: str = LINE) -> DeviceChange:
    owned = OwnedConfig((Fragment(LINE, "R1", platform, f"{before}\n"),))
    fragment = Fragment(line, "R1", platform, f"{after}\n")
    return plan_device("KC-TH-01", "R1", platform, f"{before}\n", owned, (fragment,))


@pytest.mark.parametrize(("platform", "before", "after", "seconds", "why"), CASES)
def test_another_value_of_a_line_in_force_says_for_how_long(platform, before, after, seconds, why):
    (found,) = modified(platform, before, after).interruptions
    assert (found.at_least, found.at_most) == seconds
    assert why in found.why
    assert found.service_line == LINE
    assert found.sections == max(before.count("interface "), 1)


@pytest.mark.parametrize("platform", [IOS, FRR, OVS])
def test_every_rule_has_a_case(platform):
    cases = [(before, why) for each, before, _, _, why in CASES if each is platform]
    for rule in LANGUAGES[platform].interrupts:
        assert any(re.search(why, rule.why) for _, why in cases), rule.why
    assert len(cases) == len(LANGUAGES[platform].interrupts)


@pytest.mark.parametrize(("platform", "before", "after"), [case[:3] for case in CASES])
def test_what_stays_begins_or_ends_leaves_nobody_without_service(platform, before, after):
    assert modified(platform, before, before).interruptions == ()
    fragment = Fragment(LINE, "R1", platform, f"{after}\n")
    begun = plan_device("KC-TH-01", "R1", platform, f"{before}\n", OwnedConfig(), (fragment,))
    owned = OwnedConfig((Fragment(LINE, "R1", platform, f"{before}\n"),))
    ended = plan_device("KC-TH-01", "R1", platform, f"{before}\n", owned, (), (LINE,))
    assert begun.interruptions == ended.interruptions == ()


def test_the_longest_comes_first():
    before = "interface Gi1\n switchport access vlan 110\ninterface Gi2\n vrf forwarding A"
    after = before.replace("110", "120").replace("forwarding A", "forwarding B")
    assert [each.at_most for each in modified(IOS, before, after).interruptions] == [90, 5]
