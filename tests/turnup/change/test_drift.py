"""Drift: every kind on every platform, and what only looks like drift."""

from __future__ import annotations

import pytest

from turnup.change.device_change import plan_device
from turnup.change.drift import DriftKind, drift_of, lines_owned
from turnup.change.ownership import OwnedConfig
from turnup.fragments import Fragment
from turnup.sites import Platform

MISSING, CHANGED, DUPLICATED = DriftKind.MISSING, DriftKind.CHANGED, DriftKind.DUPLICATED
LINE = "RBKC-2026-0007/L1"
IOS, FRR, OVS = Platform.CISCO_IOS, Platform.FRR, Platform.OVS


def drifts(platform, owned, running):
    """(path, kind, found) of each drift; `owned` is one text, or several of service lines L1, L2, ..."""
    texts = (owned,) if isinstance(owned, str) else owned
    fragments = tuple(
        Fragment(f"RBKC-2026-0007/L{number}", "KC-TH-01-SW1", platform, text) for number, text in enumerate(texts, 1)
    )
    found = drift_of(platform, "KC-TH-01-SW1", OwnedConfig(fragments), running)
    return [(" / ".join(each.path), each.kind, each.found) for each in found]


LAN = """\
vlan 110
 name STAFF
interface GigabitEthernet1/0/1
 description STAFF
 switchport access vlan 110
 no shutdown
interface TenGigabitEthernet1/1/1
 switchport trunk allowed vlan 110
interface Vlan110
 ip address 10.64.16.1 255.255.255.192
no ip dhcp snooping information option
"""
LAN_SHOWN = """\
hostname KC-TH-01-SW1
no ip dhcp snooping information option
vlan 99
 name MGMT
vlan 110
 name STAFF
interface GigabitEthernet1/0/1
 description STAFF
 switchport access vlan 110
interface TenGigabitEthernet1/1/1
 switchport trunk allowed vlan 99,110
 switchport mode trunk
interface Vlan99
 ip address 10.255.0.11 255.255.255.0
interface Vlan110
 ip address 10.64.16.1 255.255.255.192
"""
EDGE = """\
vrf definition RBKC
 rd 64496:1
ip prefix-list RBKC-KC-TH-01-IN seq 5 permit 10.64.16.0/26
interface GigabitEthernet0/0/4
 vrf forwarding RBKC
 ip address 198.51.100.2 255.255.255.254
router bgp 64496
 address-family ipv4 vrf RBKC
  neighbor 198.51.100.3 remote-as 65537
"""
FRR_EDGE = """\
ip prefix-list WCC-OUT seq 5 permit 10.64.0.0/16 le 32
interface eth1 vrf WCC
 ip address 198.51.100.0/31
router bgp 64496 vrf WCC
 neighbor 198.51.100.1 remote-as 65536
 address-family ipv4 unicast
  neighbor 198.51.100.1 maximum-prefix 20
"""
OVS_SWITCH = """\
vlan 110
 name STAFF
port eth1
 tag 110
port vlan110
 internal
 tag 110
 address 10.96.16.1/26
route 10.96.0.0/16 via 10.96.16.2
"""


@pytest.mark.parametrize(
    ("platform", "owned", "shown"),
    [(IOS, LAN, LAN_SHOWN), (IOS, EDGE, EDGE), (FRR, FRR_EDGE, FRR_EDGE), (OVS, OVS_SWITCH, OVS_SWITCH)],
)
def test_what_stands_as_delivered_is_no_drift(platform, owned, shown):
    assert drifts(platform, owned, shown) == []


CASES = {
    "ios: a line gone": (
        IOS,
        LAN,
        LAN_SHOWN,
        " description STAFF\n",
        "",
        [
            ("interface GigabitEthernet1/0/1 / description STAFF", MISSING, ""),
        ],
    ),
    "ios: another value": (
        IOS,
        LAN,
        LAN_SHOWN,
        "access vlan 110",
        "access vlan 99",
        [
            ("interface GigabitEthernet1/0/1 / switchport access vlan 110", CHANGED, "switchport access vlan 99"),
        ],
    ),
    "ios: what shall be absent is there": (
        IOS,
        LAN,
        LAN_SHOWN,
        " description STAFF\n",
        " description STAFF\n shutdown\n",
        [
            ("interface GigabitEthernet1/0/1 / no shutdown", CHANGED, "shutdown"),
        ],
    ),
    "ios: a shown absence gone": (
        IOS,
        LAN,
        LAN_SHOWN,
        "no ip dhcp snooping information option\n",
        "",
        [
            ("no ip dhcp snooping information option", MISSING, ""),
        ],
    ),
    "ios: an element of a list gone": (
        IOS,
        LAN,
        LAN_SHOWN,
        "vlan 99,110",
        "vlan 99",
        [
            ("interface TenGigabitEthernet1/1/1 / switchport trunk allowed vlan 110", MISSING, ""),
        ],
    ),
    "ios: a header is told once": (IOS, LAN, LAN_SHOWN, "vlan 110\n name STAFF\n", "", [("vlan 110", MISSING, "")]),
    "ios: the name of a VLAN twice": (
        IOS,
        LAN,
        LAN_SHOWN,
        "vlan 99\n name MGMT",
        "vlan 99\n name STAFF",
        [
            ("vlan 110 / name STAFF", DUPLICATED, "vlan 99 / name STAFF"),
        ],
    ),
    "ios: a subnet twice": (
        IOS,
        LAN,
        LAN_SHOWN,
        "10.255.0.11 255.255.255.0",
        "10.64.16.2 255.255.255.192",
        [
            (
                "interface Vlan110 / ip address 10.64.16.1 255.255.255.192",
                DUPLICATED,
                "interface Vlan99 / ip address 10.64.16.2 255.255.255.192",
            ),
        ],
    ),
    "ios: an address that moved": (
        IOS,
        LAN,
        LAN_SHOWN,
        "interface Vlan110\n ip address 10.64.16.1 255.255.255.192",
        "interface Vlan110\ninterface Vlan120\n ip address 10.64.16.1 255.255.255.192",
        [
            (
                "interface Vlan110 / ip address 10.64.16.1 255.255.255.192",
                MISSING,
                "interface Vlan120 / ip address 10.64.16.1 255.255.255.192",
            ),
        ],
    ),
    "ios: a permit at another number": (
        IOS,
        EDGE,
        EDGE,
        "vrf definition",
        "ip prefix-list RBKC-KC-TH-01-IN seq 10 permit 10.64.16.0/26\nvrf definition",
        [
            (
                "ip prefix-list RBKC-KC-TH-01-IN seq 5 permit 10.64.16.0/26",
                DUPLICATED,
                "ip prefix-list RBKC-KC-TH-01-IN seq 10 permit 10.64.16.0/26",
            ),
        ],
    ),
    "ios: a neighbour in another family": (
        IOS,
        EDGE,
        EDGE,
        "router bgp 64496\n",
        "router bgp 64496\n neighbor 198.51.100.3 remote-as 65537\n",
        [
            (
                "router bgp 64496 / address-family ipv4 vrf RBKC / neighbor 198.51.100.3 remote-as 65537",
                DUPLICATED,
                "router bgp 64496 / neighbor 198.51.100.3 remote-as 65537",
            ),
        ],
    ),
    "ios: a neighbour with another AS": (
        IOS,
        EDGE,
        EDGE,
        "remote-as 65537",
        "remote-as 65538",
        [
            (
                "router bgp 64496 / address-family ipv4 vrf RBKC / neighbor 198.51.100.3 remote-as 65537",
                CHANGED,
                "neighbor 198.51.100.3 remote-as 65538",
            ),
        ],
    ),
    "frr: a line gone": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "  neighbor 198.51.100.1 maximum-prefix 20\n",
        "  neighbor 198.51.100.1 activate\n",
        [
            (
                "router bgp 64496 vrf WCC / address-family ipv4 unicast / neighbor 198.51.100.1 maximum-prefix 20",
                MISSING,
                "",
            ),
        ],
    ),
    "frr: another value": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "maximum-prefix 20",
        "maximum-prefix 50",
        [
            (
                "router bgp 64496 vrf WCC / address-family ipv4 unicast / neighbor 198.51.100.1 maximum-prefix 20",
                CHANGED,
                "neighbor 198.51.100.1 maximum-prefix 50",
            ),
        ],
    ),
    "frr: an interface out of its VRF": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "interface eth1 vrf WCC",
        "interface eth1",
        [
            ("interface eth1 vrf WCC", MISSING, ""),
        ],
    ),
    "frr: a subnet twice in the VRF": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "router bgp",
        "interface eth2 vrf WCC\n ip address 198.51.100.1/31\nrouter bgp",
        [
            (
                "interface eth1 vrf WCC / ip address 198.51.100.0/31",
                DUPLICATED,
                "interface eth2 vrf WCC / ip address 198.51.100.1/31",
            ),
        ],
    ),
    "frr: a neighbour in another VRF": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "router bgp",
        "router bgp 64496\n neighbor 198.51.100.1 remote-as 65536\nrouter bgp",
        [
            (
                "router bgp 64496 vrf WCC / neighbor 198.51.100.1 remote-as 65536",
                DUPLICATED,
                "router bgp 64496 / neighbor 198.51.100.1 remote-as 65536",
            ),
        ],
    ),
    "frr: a permit at another number": (
        FRR,
        FRR_EDGE,
        FRR_EDGE,
        "interface",
        "ip prefix-list WCC-OUT seq 9 permit 10.64.0.0/16 le 32\ninterface",
        [
            (
                "ip prefix-list WCC-OUT seq 5 permit 10.64.0.0/16 le 32",
                DUPLICATED,
                "ip prefix-list WCC-OUT seq 9 permit 10.64.0.0/16 le 32",
            ),
        ],
    ),
    "ovs: a line gone": (OVS, OVS_SWITCH, OVS_SWITCH, " internal\n", "", [("port vlan110 / internal", MISSING, "")]),
    "ovs: another value": (
        OVS,
        OVS_SWITCH,
        OVS_SWITCH,
        "port eth1\n tag 110",
        "port eth1\n tag 666",
        [
            ("port eth1 / tag 110", CHANGED, "tag 666"),
        ],
    ),
    "ovs: another way": (
        OVS,
        OVS_SWITCH,
        OVS_SWITCH,
        "via 10.96.16.2",
        "via 10.96.16.3",
        [
            ("route 10.96.0.0/16 via 10.96.16.2", CHANGED, "route 10.96.0.0/16 via 10.96.16.3"),
        ],
    ),
    "ovs: the name of a VLAN twice": (
        OVS,
        OVS_SWITCH,
        OVS_SWITCH,
        "port eth1",
        "vlan 120\n name STAFF\nport eth1",
        [
            ("vlan 110 / name STAFF", DUPLICATED, "vlan 120 / name STAFF"),
        ],
    ),
    "ovs: an address twice": (
        OVS,
        OVS_SWITCH,
        OVS_SWITCH,
        "port eth1",
        "port vlan120\n address 10.96.16.1/24\nport eth1",
        [
            ("port vlan110 / address 10.96.16.1/26", DUPLICATED, "port vlan120 / address 10.96.16.1/24"),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_drift_on_each_platform(case):
    platform, owned, shown, before, after, expected = CASES[case]
    assert shown.count(before) == 1
    assert drifts(platform, owned, shown.replace(before, after)) == expected


NO_DRIFT = {
    "a trunk that allows every VLAN": ("switchport trunk allowed vlan 99,110\n", "description Uplink\n"),
    "a longer list": ("vlan 99,110", "vlan 99,108-112"),
    "the subnet in another VRF": ("10.255.0.11 255.255.255.0", "10.64.16.1 255.255.255.192\n vrf forwarding OTHER"),
    "a second address of the same interface": (
        "ip address 10.64.16.1 255.255.255.192",
        "ip address 10.64.16.2 255.255.255.192 secondary\n ip address 10.64.16.1 255.255.255.192",
    ),
    "lines of others": ("hostname", "ip http server\nsnmp-server location Moved\nhostname"),
    "others in our sections": (" description STAFF\n", " description STAFF\n storm-control broadcast level 1.00\n"),
    "trailing spaces and another order": (
        " description STAFF\n switchport access vlan 110\n",
        " switchport access vlan 110  \n description STAFF \n",
    ),
}


@pytest.mark.parametrize("case", NO_DRIFT)
def test_what_only_looks_like_drift_is_none(case):
    before, after = NO_DRIFT[case]
    assert LAN_SHOWN.count(before) == 1
    assert drifts(IOS, LAN, LAN_SHOWN.replace(before, after)) == []


def test_a_neighbour_of_the_same_address_and_another_as_is_somebody_elses():
    running = EDGE + " address-family ipv4 vrf NHS-NWL\n  neighbor 198.51.100.3 remote-as 64500\n"
    assert drifts(IOS, EDGE, running) == []


def test_two_lines_of_ours_that_say_one_thing_are_no_duplicates():
    second = "interface Vlan120\n ip address 10.64.16.2 255.255.255.192\n"
    assert drifts(IOS, (LAN, second), LAN_SHOWN + second) == []


def test_a_drift_names_every_service_line_that_declares_the_line():
    shared = "vrf definition RBKC\n rd 64496:1\n"
    fragments = tuple(Fragment(f"RBKC-2026-0007/{name}", "LON-PE-01", IOS, shared) for name in ("L2", "L4"))
    (found,) = drift_of(IOS, "LON-PE-01", OwnedConfig(fragments), "hostname LON-PE-01\n")
    assert (found.path, found.kind) == (("vrf definition RBKC",), MISSING)
    assert found.service_lines == ("RBKC-2026-0007/L2", "RBKC-2026-0007/L4")
    assert lines_owned(IOS, OwnedConfig(fragments)) == 2


def test_a_plan_puts_back_its_own_lines_and_leaves_the_drift_of_others_to_theirs():
    """On a provider edge the others are other buyers, and the tenant fence refuses a plan that names them."""

    def edge(reference: str, vrf: str, port: int) -> Fragment:
        text = f"vrf definition {vrf}\n rd 64496:{port}\ninterface GigabitEthernet0/0/{port}\n vrf forwarding {vrf}\n"
        return Fragment(f"{reference}/L2", "LON-PE-01", IOS, text)

    ours, theirs = edge("RBKC-2026-0007", "RBKC", 4), edge("LBHF-2026-0043", "LBHF", 5)
    owned, running = OwnedConfig((ours, theirs)), "interface GigabitEthernet0/0/4\ninterface GigabitEthernet0/0/5\n"
    change = plan_device("KC-TH-01", "LON-PE-01", IOS, running, owned, (ours,))
    left = drift_of(IOS, "LON-PE-01", owned, change.candidate)
    assert {each.service_lines for each in left} == {("LBHF-2026-0043/L2",)}
    assert "LBHF" not in change.remediation
    assert "rd 64496:4" in change.remediation
    ceased = plan_device("KC-TH-01", "LON-PE-01", IOS, ours.text + theirs.text, owned, (), ("RBKC-2026-0007/L2",))
    assert "no vrf definition RBKC" in ceased.remediation
    assert "LBHF" not in ceased.remediation
