"""What moves between interfaces is freed first; what others still use does not go with us."""

from __future__ import annotations

import pytest

from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, boot
from lab.simulated.grammar import DeviceKind
from tests.turnup.change.bare_devices import IosDevice
from tests.turnup.change.moments import type_and_watch
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, FRR = Platform.CISCO_IOS, Platform.FRR
PORTS = ("GigabitEthernet0/0/0", "GigabitEthernet0/0/1", "GigabitEthernet0/0/2")
ONE, TWO = "198.51.100.0 255.255.255.254", "198.51.100.2 255.255.255.254"


def addresses(*held: str) -> str:
    """The first ports with these addresses, in order."""
    return "".join(
        f"interface {port}\n ip address {address}\n" for port, address in zip(PORTS, held, strict=False) if address
    )


def change_of(platform: Platform, running: str, owned: str, declared: str) -> DeviceChange:
    fragments = tuple(Fragment("RBKC-2026-0007/L2", "R1", platform, text) for text in (owned, declared))
    return plan_device("KC-TH-01", "R1", platform, running, OwnedConfig(fragments[:1]), fragments[1:])


def type_into(device: Configuration, commands: str) -> list[str]:
    editor = Editor(device)
    for line in commands.splitlines():
        if line.strip() == "exit":
            assert editor.leave()
        else:
            editor.take(line)
    return device.lines()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((ONE, ""), ("", ONE)),
        (("", ONE), (ONE, "")),
        ((ONE, TWO), (TWO, ONE)),
        ((ONE, TWO, ""), ("", ONE, TWO)),
        ((ONE, ""), ("", "198.51.100.1 255.255.255.252")),
    ],
)
def test_an_address_that_moves_is_taken_from_its_interface_first(before, after):
    device = boot(DeviceKind.ROUTER, frozenset(PORTS), addresses(*before))
    original = device.lines()
    change = change_of(IOS, "\n".join(original), addresses(*before), addresses(*after))
    wanted = boot(DeviceKind.ROUTER, frozenset(PORTS), addresses(*after)).lines()
    assert type_into(device, change.remediation) == wanted
    assert type_into(device, change.rollback) == original


def test_a_gateway_that_moves_to_another_vlan_leaves_the_old_one_first():
    owned = "vlan 110\n name STAFF110\ninterface Vlan110\n ip address 10.64.0.1 255.255.255.0\n"
    change = change_of(IOS, owned, owned, owned.replace("110", "120"))
    assert change.remediation.startswith("interface Vlan110\n no ip address 10.64.0.1 255.255.255.0\nexit\n")
    device = boot(DeviceKind.SWITCH, frozenset(), owned)
    assert " ip address 10.64.0.1 255.255.255.0" in type_into(device, change.remediation)
    assert type_into(device, change.rollback) == boot(DeviceKind.SWITCH, frozenset(), owned).lines()


def test_an_address_that_stays_is_not_touched():
    change = change_of(IOS, addresses(ONE, ""), addresses(ONE), addresses(ONE, TWO))
    assert change.remediation == f"interface {PORTS[1]}\n ip address {TWO}\nexit\n"


EOS = Platform.ARISTA_EOS
MASK = {IOS: " 255.255.255.0", EOS: "/24"}

USES = [
    (IOS, "vrf definition RBKC\n rd 64496:100\n", f"interface {PORTS[2]}\n vrf forwarding RBKC\n"),
    (IOS, "vrf definition RBKC\n rd 64496:100\n", "ip route vrf RBKC 10.7.0.0 255.255.0.0 192.0.2.10\n"),
    (
        IOS,
        "vrf definition RBKC\n rd 64496:100\n",
        "router bgp 64496\n address-family ipv4 vrf RBKC\n  redistribute static\n",
    ),
    (IOS, "policy-map SHAPE\n class class-default\n", f"interface {PORTS[2]}\n service-policy output SHAPE\n"),
    (
        IOS,
        "ip prefix-list RBKC-OUT seq 5 permit 10.80.0.0/16\n",
        "router bgp 1\n neighbor 192.0.2.1 prefix-list RBKC-OUT out\n",
    ),
    (FRR, "host vrf RBKC\n", "host vrf RBKC interface eth3\n"),
    (FRR, "vrf RBKC\n netns /run/netns/RBKC\n", "interface eth3 vrf RBKC\n description Foreign\n"),
    (FRR, "vrf RBKC\n netns /run/netns/RBKC\n", "router bgp 64496 vrf RBKC\n bgp log-neighbor-changes\n"),
    (
        FRR,
        "ip prefix-list RBKC-OUT seq 5 permit any\n",
        "route-map A permit 10\n match ip address prefix-list RBKC-OUT\n",
    ),
]


@pytest.mark.parametrize(("platform", "ours", "theirs"), USES)
def test_what_others_still_use_does_not_go_with_us(platform, ours, theirs):
    (finding,) = errors_of(change_of(platform, ours + theirs, ours, "").findings)
    assert finding.rule == "still-in-use"
    assert finding.field == ours.splitlines()[0]
    assert finding.found in " / ".join(line.strip() for line in theirs.splitlines())
    assert "RBKC" in finding.found or "SHAPE" in finding.found
    assert not errors_of(change_of(platform, ours, ours, "").findings)


@pytest.mark.parametrize("platform", [IOS, EOS])
def test_routing_that_one_line_of_ours_ordered_goes_though_gateways_of_another_stay(platform):
    gateways = "".join(
        f"vlan {vlan}\n name V{vlan}\ninterface Vlan{vlan}\n ip address 10.64.{vlan}.1{mask}\n"
        for vlan, mask in ((10, MASK[platform]), (20, MASK[platform]), (30, MASK[platform]))
    )
    change = change_of(platform, f"ip routing\n{gateways}", f"ip routing\n{gateways}", gateways)
    assert (errors_of(change.findings), change.remediation) == ((), "no ip routing\n")


def test_an_address_of_others_in_our_vrf_does_not_come_to_another_table():
    ours = f"vrf definition RBKC\n rd 64496:100\ninterface {PORTS[0]}\n vrf forwarding RBKC\n ip address {ONE}\n"
    theirs = ours.replace(ONE, TWO)
    (finding,) = errors_of(change_of(IOS, theirs, ours, "").findings)
    assert (finding.rule, finding.found) == ("still-in-use", f"ip address {TWO}")
    assert not errors_of(change_of(IOS, ours, ours, "").findings)
    moved = ours.replace("RBKC", "LBHF")
    assert not errors_of(change_of(IOS, ours, ours, moved).findings), "ours goes with its VRF"


@pytest.mark.parametrize(("platform", "ours", "theirs"), USES)
def test_what_stays_ours_may_be_used_by_others(platform, ours, theirs):
    assert not errors_of(change_of(platform, ours + theirs, ours, ours).findings)


def test_the_last_line_of_a_buyer_on_an_frr_provider_edge_can_be_ceased():
    ours = "host vrf RBKC\nhost vrf RBKC interface eth1\nvrf RBKC\n netns /run/netns/RBKC\n"
    change = change_of(FRR, ours, ours, "")
    assert (change.candidate, errors_of(change.findings)) == ("", ())


def test_a_list_whose_last_vlan_was_ours_is_empty_in_the_plan_too():
    port = "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan {}\n switchport mode trunk\n"
    ours = "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 111\n"
    change = change_of(IOS, port.format("111"), ours, "")
    assert change.remediation == ours.replace("vlan 111", "vlan remove 111") + "exit\n"
    assert "switchport trunk allowed vlan none" in change.candidate
    assert "none" not in change_of(IOS, port.format("110-111"), ours, "").candidate


def test_a_port_between_trunk_and_access_carries_no_vlan_of_the_other_on_the_way():
    port = "interface TenGigabitEthernet1/1/1\n"
    listed = f"{port} switchport trunk allowed vlan 110-111\n"
    trunk = f"{port} switchport trunk allowed vlan 110\n switchport mode trunk\n"
    change = change_of(IOS, f"{listed} switchport mode access\n", f"{listed} switchport mode trunk\n", trunk)
    for found, commands in ((change.running, change.remediation), (change.candidate, change.rollback)):
        device = IosDevice.booted(DeviceKind.SWITCH, ("TenGigabitEthernet1/1/1",), found)
        type_and_watch(device, commands)


def test_a_line_that_others_took_away_and_we_put_back_is_ours_from_then_on():
    trunk = "interface TenGigabitEthernet1/1/1\n switchport mode trunk\n"
    declared = "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 110\n switchport mode trunk\n"
    fragment = Fragment("RBKC-2026-0007/L1", "SW1", IOS, declared)
    first = plan_device("KC-TH-01", "SW1", IOS, trunk, OwnedConfig(), (fragment,))
    assert first.remediation == "", "every VLAN is allowed"
    owned = owned_afterwards(first, OwnedConfig())
    narrowed = f"{trunk} switchport trunk allowed vlan 99\n"
    second = plan_device("KC-TH-01", "SW1", IOS, narrowed, owned, (fragment,))
    assert "allowed vlan add 110" in second.remediation
    owned = owned_afterwards(second, owned)
    last = plan_device("KC-TH-01", "SW1", IOS, second.candidate, owned, (), (fragment.service_line,))
    assert "allowed vlan remove 110" in last.remediation
    assert "mode trunk" not in last.remediation, "that stood there before us"
