"""A subnet that is exchanged while it is in use, looked at after each line: the former stays until the next plan."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.turnup.change.bare_devices import Device, Elements, Path, frr, router, switch
from tests.turnup.change.moments import type_and_watch
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, FRR = Platform.CISCO_IOS, Platform.FRR
LINE = "RBKC-2026-0007/L1"
OLD, NEW, STAYS = ("10.80.16.0", 26), ("10.80.17.0", 24), ("10.80.16.64", 27)
MASKS = {24: "255.255.255.0", 26: "255.255.255.192", 27: "255.255.255.224"}
SVI = "interface Vlan110"

Subnet = tuple[str, int]


def gateway(subnet: Subnet) -> str:
    return f"{subnet[0].rpartition('.')[0]}.{int(subnet[0].rpartition('.')[2]) + 1} {MASKS[subnet[1]]}"


def on_switch(*subnets: Subnet) -> str:
    first, *others = subnets
    lines = [f"ip address {gateway(first)}", *(f"ip address {gateway(each)} secondary" for each in others)]
    below = "".join(f" {line}\n" for line in lines)
    return f"vlan 110\n name STAFF\n{SVI}\n description STAFF\n{below} ip helper-address 10.80.18.10\n no shutdown\n"


def on_router(*subnets: Subnet) -> str:
    subnets = tuple(sorted(subnets))
    lists = "".join(
        f"ip prefix-list RBKC-OUT seq {5 * n} permit {each[0]}/{each[1]}\n" for n, each in enumerate(subnets, start=1)
    )
    routes = "".join(f"ip route vrf RBKC {each[0]} {MASKS[each[1]]} 10.81.16.0\n" for each in subnets)
    networks = "".join(f"  network {each[0]} mask {MASKS[each[1]]}\n" for each in subnets)
    return (
        f"vrf definition RBKC\n rd 65536:1\n address-family ipv4\n{routes}{lists}router bgp 65536\n"
        f" address-family ipv4 vrf RBKC\n{networks}  neighbor 198.51.100.0 remote-as 64496\n"
        "  neighbor 198.51.100.0 activate\n  neighbor 198.51.100.0 prefix-list RBKC-OUT out\n"
    )


def on_frr(*subnets: Subnet) -> str:
    subnets = tuple(sorted(subnets))
    lists = "".join(
        f"ip prefix-list RBKC-OUT seq {5 * n} permit {each[0]}/{each[1]}\n" for n, each in enumerate(subnets, start=1)
    )
    routes = "".join(f"ip route {each[0]}/{each[1]} 10.81.16.0\n" for each in subnets)
    networks = "".join(f"  network {each[0]}/{each[1]}\n" for each in subnets)
    return (
        f"{routes}{lists}router bgp 65536\n neighbor 198.51.100.0 remote-as 64496\n address-family ipv4 unicast\n"
        f"{networks}  neighbor 198.51.100.0 prefix-list RBKC-OUT out\n"
    )


PLACES = [
    pytest.param(IOS, switch, on_switch, (), id="gateway"),
    pytest.param(IOS, router, on_router, (STAYS,), id="router on IOS"),
    pytest.param(FRR, frr, on_frr, (STAYS,), id="router on FRR"),
]


def change_of(platform: Platform, running: str, before: str, after: str) -> DeviceChange:
    old, new = (Fragment(LINE, "R1", platform, text) for text in (before, after))
    return plan_device("KC-TH-01", "R1", platform, running, OwnedConfig((old,)), (new,))


def served(elements: Elements, subnet: Subnet) -> set[str]:
    """What of a subnet is in force: its gateway, its route, its announcement."""

    def names(path: Path) -> bool:
        words = path[-1].split()
        return (
            gateway(subnet).split()[0] in words
            if path[0] == SVI
            else any(w.partition("/")[0] == subnet[0] for w in words)
        )

    return {
        path[-1].split()[0] + path[-1].split()[1] for path in elements if names(path) and "prefix-list" not in path[-1]
    }


def watch(device: Device, commands: str, kept: tuple[Subnet, ...]) -> list[str]:
    """Type, and say after which lines a subnet that is kept was not in force as before."""
    whole = {subnet: served(device.elements(), subnet) for subnet in kept}
    assert all(whole.values())
    cut = []
    for line in device.moments(commands):
        cut += [line.strip() for subnet in kept if served(device.elements(), subnet) != whole[subnet]]
    return cut


@pytest.mark.parametrize(("platform", "make", "text", "stays"), PLACES)
def test_the_new_subnet_comes_before_the_former_goes(platform, make, text, stays):
    before, beside, after = text(OLD, *stays), text(NEW, OLD, *stays), text(NEW, *stays)
    device = make(before)
    first = change_of(platform, device.show(), before, beside)
    assert not errors_of(first.findings)
    cut = watch(device, first.remediation, (OLD, *stays))
    assert cut in ([], [f"ip address {gateway(NEW)}"]), (
        "only until the next line, where a gateway has one first address"
    )
    both = device.elements()
    assert served(both, OLD)
    assert served(both, NEW)
    again = change_of(platform, device.show(), beside, beside)
    assert again.remediation == ""

    second = change_of(platform, device.show(), beside, after)
    assert watch(device, second.remediation, (NEW, *stays)) == []
    assert not served(device.elements(), OLD)
    assert device.elements() == make(after).elements()
    assert change_of(platform, device.show(), after, after).remediation == ""


@pytest.mark.parametrize(("platform", "make", "text", "stays"), PLACES)
def test_each_step_of_it_can_be_taken_back(platform, make, text, stays):
    steps = (text(OLD, *stays), text(NEW, OLD, *stays), text(NEW, *stays))
    for one, other in pairwise(steps):
        device = make(one)
        original = device.elements()
        change = change_of(platform, device.show(), one, other)
        device.type(change.remediation)
        device.type(change.rollback)
        assert device.elements() == original


def test_what_is_on_the_routers_moves_as_it_may():
    """The rules of each moment hold too, with the exceptions that the platform asks for."""
    for platform, make, text in ((IOS, router, on_router), (FRR, frr, on_frr)):
        device = make(text(OLD, STAYS))
        for one, other in (((OLD, STAYS), (NEW, OLD, STAYS)), ((NEW, OLD, STAYS), (NEW, STAYS))):
            change = change_of(platform, device.show(), text(*one), text(*other))
            type_and_watch(device, change.remediation)


def test_the_plan_says_how_long_whom():
    first = change_of(IOS, on_switch(OLD), on_switch(OLD), on_switch(NEW, OLD))
    second = change_of(IOS, on_switch(NEW, OLD), on_switch(NEW, OLD), on_switch(NEW))
    assert [(each.at_least, each.at_most) for each in first.interruptions] == [(1, 5)]
    assert [(each.at_most, "former subnet" in each.why) for each in second.interruptions] == [(86_400, True)]
    assert second.remediation == f"{SVI}\n no ip address {gateway(OLD)} secondary\nexit\n"
