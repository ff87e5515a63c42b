"""What on an EOS switch stands in the way of an order, or would not do what the line says; and what moves first."""

from __future__ import annotations

import pytest

from tests.turnup.change.bare_devices import eos
from tests.turnup.change.moments import type_and_watch
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.findings import Finding, Severity
from turnup.fragments import Fragment
from turnup.sites import Platform

EOS = Platform.ARISTA_EOS
VLAN = "vlan 110\n name STAFF\n"
SVI = "interface Vlan110\n ip address 10.64.0.1/24\n"
PORT = "interface Ethernet1\n switchport access vlan 110\n"
ROOT = "spanning-tree vlan-id 110 priority 8192\n"


def plan(running: str, declared: str, owned: str = "") -> DeviceChange:
    before, after = (Fragment("LBHF-2026-0042/L1", "SW1", EOS, text) for text in (owned, declared))
    fragments, ceased = ((after,), ()) if declared else ((), (after.service_line,))
    return plan_device("S", "SW1", EOS, running, OwnedConfig((before,) if owned else ()), fragments, ceased)


def found(change: DeviceChange) -> list[tuple[Severity, str, str]]:
    def words(finding: Finding) -> tuple[Severity, str, str]:
        return finding.severity, finding.rule, finding.found

    return [words(each) for each in change.findings]


REFUSED, WARNED = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("running", "declared", "expected"),
    [
        ("", VLAN + PORT, []),
        ("interface Ethernet1\n no switchport\n", VLAN + PORT, [(REFUSED, "routed-port", "no switchport")]),
        (
            "interface Ethernet1\n switchport mode trunk\n",
            VLAN + PORT,
            [(REFUSED, "port-mode", "switchport mode trunk")],
        ),
        (
            "switchport default mode routed\ninterface Ethernet1\n",
            VLAN + PORT,
            [(REFUSED, "routed-port", "switchport default mode routed")],
        ),
        ("switchport default mode routed\ninterface Ethernet1\n switchport\n", VLAN + PORT, []),
        (
            "interface Ethernet1\n channel-group 7 mode active\n",
            VLAN + PORT,
            [(REFUSED, "channel-member", "channel-group 7")],
        ),
        ("vlan 110,120\n", VLAN, [(REFUSED, "not-taken-over", "vlan 110 without a name")]),
        ("vlan 120\n name STAFF\n", VLAN, []),
        (
            "interface Vlan99\n ip address 10.64.0.9/26\n",
            VLAN + SVI,
            [(REFUSED, "overlapping-subnet", "ip address 10.64.0.9/26 on interface Vlan99")],
        ),
        ("interface Vlan99\n vrf OTHERS\n ip address 10.64.0.9/26\n", VLAN + SVI, []),
        ("spanning-tree mode mstp\n", VLAN + ROOT, [(WARNED, "no-effect", "spanning-tree mode mstp")]),
        ("spanning-tree mode rapid-pvst\n", VLAN + ROOT, []),
        (
            "spanning-tree mode mstp\n",
            "spanning-tree mode rapid-pvst\n",
            [(REFUSED, "not-taken-over", "spanning-tree mode mstp")],
        ),
    ],
)
def test_what_stands_in_the_way_is_found_while_planning(running, declared, expected):
    assert found(plan(running, declared)) == expected


@pytest.mark.parametrize(
    ("ours", "others"),
    [
        (VLAN, "interface Ethernet2\n switchport access vlan 110\n"),
        (VLAN, "interface Ethernet2\n switchport phone vlan 110\n"),
        (VLAN, "interface Vlan110\n ip address 10.64.9.1/24\n"),
        ("ip routing\n", "router ospf 1\n network 10.0.0.0/8 area 0.0.0.0\n"),
        ("ip routing\n", "interface Vlan8\n ip address 192.0.2.9/30\ninterface Vlan9\n ip address 192.0.2.13/30\n"),
        ("vrf instance RBKC\n", "interface Vlan9\n vrf RBKC\n"),
        ("vrf instance RBKC\n", "ip route vrf RBKC 10.0.0.0/8 192.0.2.1\n"),
    ],
)
def test_what_others_stand_on_does_not_go_with_us(ours, others):
    assert [rule for _, rule, _ in found(plan(ours + others, "", owned=ours))] == ["still-in-use"]
    assert found(plan(ours, "", owned=ours)) == []


def test_a_switch_that_only_has_a_gateway_to_be_managed_by_does_not_stand_on_routing():
    managed = "interface Vlan99\n ip address 10.255.0.11/24\nip route 0.0.0.0/0 10.255.0.1\n"
    change = plan(f"ip routing\n{managed}", "", owned="ip routing\n")
    assert (found(change), change.remediation) == ([], "no ip routing\n")


def test_a_gateway_that_moves_to_another_vlan_leaves_the_old_one_first():
    owned = "vlan 110\n name STAFF\ninterface Vlan110\n ip address 10.64.0.1/24\n"
    device = eos(owned)
    change = plan(device.show(), owned.replace("110", "120"), owned=owned)
    assert change.remediation.startswith("interface Vlan110\n no ip address 10.64.0.1/24\nexit\n")
    assert {each.why.partition(":")[0] for each in change.interruptions} == {"the gateway moves"}
    type_and_watch(device, change.remediation)
    assert device.show() == eos(owned.replace("110", "120")).show()
    type_and_watch(device, change.rollback)
    assert device.show() == eos(owned).show()


def test_a_trunk_that_was_open_is_never_closed_and_a_list_never_replaced():
    open_trunk = "interface Ethernet25\n switchport mode trunk\n"
    wanted = "interface Ethernet25\n switchport trunk allowed vlan 110\n switchport mode trunk\n"
    assert plan(open_trunk, wanted).remediation == ""
    listed = wanted.replace("110", "20,99")
    assert plan(listed, wanted).remediation == "interface Ethernet25\n switchport trunk allowed vlan add 110\nexit\n"
    ours = wanted.replace(" switchport mode trunk\n", "")
    assert plan(listed.replace("20,99", "20,99,110"), "", owned=ours).remediation == (
        "interface Ethernet25\n switchport trunk allowed vlan remove 110\nexit\n"
    )
