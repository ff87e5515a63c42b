"""There and back on configurations in the manner of real ones (`tests/brownfield`): two service lines that share.

Deliver A, deliver B, modify A, cease A, cease B, in several orders, while somebody else adds a line between. The lines
that the devices have are compared, for no simulated device knows all of them.
"""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from turnup.change.application import apply_change
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.state import ChangeState, state_of
from turnup.change.tree import as_text, load_tree, path_set
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

FOLDERS = sorted(path.parent for path in (Path(__file__).parents[2] / "brownfield").glob("*/*/running.txt"))

IOS_EDGE = """\
vrf definition TURNUP-RBKC
 rd 64511:100
 address-family ipv4
  route-target export 64511:100
  route-target import 64511:100
ip prefix-list TURNUP-RBKC-OUT seq 5 permit 10.80.0.0/16 le 32
policy-map TURNUP-{rate}
 class class-default
  shape average {rate}
interface Loopback{number}
 description {number} LBHF-2026-0042/L{number}
 vrf forwarding TURNUP-RBKC
 ip address 198.51.100.{host} 255.255.255.255
 no shutdown
ip route vrf TURNUP-RBKC 10.80.{host}.0 255.255.255.0 Null0
"""
FRR_EDGE = """\
vrf TURNUP-RBKC
 netns /run/netns/TURNUP-RBKC
ip prefix-list TURNUP-RBKC-OUT seq 5 permit 10.80.0.0/16 le 32
ip prefix-list TURNUP-{number}-IN seq 5 permit 10.80.{host}.0/24
router bgp 64511 vrf TURNUP-RBKC
 neighbor 198.51.100.{host} remote-as 65536
 address-family ipv4 unicast
  neighbor 198.51.100.{host} prefix-list TURNUP-{number}-IN in
  neighbor 198.51.100.{host} prefix-list TURNUP-RBKC-OUT out
  neighbor 198.51.100.{host} maximum-prefix {rate}
"""
EOS_EDGE = """\
vrf instance TURNUP-RBKC
vlan {number}
 name TURNUP-{rate}
interface Vlan{number}
 description {number} LBHF-2026-0042/L{number}
 vrf TURNUP-RBKC
 ip address 198.51.100.{host}/32
 mtu {rate}
 no shutdown
ip route vrf TURNUP-RBKC 10.80.{host}.0/24 Null0
"""
JUNOS_EDGE = """\
set routing-instances TURNUP-RBKC instance-type virtual-router
set routing-instances TURNUP-RBKC interface lo0.{number}
set routing-instances TURNUP-RBKC routing-options static route 10.80.{host}.0/24 discard
set interfaces lo0 unit {number} description "{number} LBHF-2026-0042/L{number}"
set interfaces lo0 unit {number} family inet address 198.51.100.{host}/32
set policy-options prefix-list TURNUP-RBKC-OUT 10.80.0.0/16
set policy-options policy-statement TURNUP-{number} term LISTED from prefix-list TURNUP-RBKC-OUT
set policy-options policy-statement TURNUP-{number} term LISTED then metric {rate}
set policy-options policy-statement TURNUP-{number} term LISTED then accept
set policy-options policy-statement TURNUP-{number} term REST then reject
"""
EDGES = {
    Platform.CISCO_IOS: IOS_EDGE,
    Platform.FRR: FRR_EDGE,
    Platform.ARISTA_EOS: EOS_EDGE,
    Platform.JUNIPER_JUNOS: JUNOS_EDGE,
}
ELSEWHERE = {
    Platform.JUNIPER_JUNOS: "set system ntp server 203.0.113.77",
    Platform.ARISTA_EOS: "ntp server 203.0.113.77",
    Platform.CISCO_IOS: "ntp server 203.0.113.77",
    Platform.FRR: "ip route 203.0.113.64/28 Null0 250",
}


class Site:
    """A device as its text, and what is ours there."""

    def __init__(self, platform: Platform, text: str) -> None:
        self.platform, self.owned = platform, OwnedConfig()
        self.text = as_text(platform, load_tree(platform, text), closed=True)

    def paths(self) -> frozenset[tuple[str, ...]]:
        return path_set(load_tree(self.platform, self.text))

    def order(self, number: int, rate: int) -> None:
        """Make a service line, change its rate, or end it with a rate of 0."""
        line = f"LBHF-2026-0042/L{number}"
        text = EDGES[self.platform].format(number=number, rate=rate, host=number % 100)
        made = (Fragment(line, "R1", self.platform, text),) if rate else ()
        change = self.plan(made, () if rate else (line,))
        assert state_of(change, self.text) is ChangeState.BEFORE
        self.text = apply_change(change, self.text)
        assert state_of(change, self.text) is ChangeState.AFTER
        self.owned = owned_afterwards(change, self.owned)
        again = self.plan((), ())
        assert (again.remediation, again.adds, again.removes) == ("", (), ())

    def plan(self, made: tuple[Fragment, ...], ceased: tuple[str, ...]) -> DeviceChange:
        change = plan_device("S", "R1", self.platform, self.text, self.owned, made, ceased)
        assert not errors_of(change.findings)
        return change


@pytest.mark.skipif(not FOLDERS, reason="there are no brownfield configurations in this checkout")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_grown_configuration_comes_back_from_every_order_of_orders(folder):
    platform = Platform(folder.parent.name)
    running = (folder / "running.txt").read_bytes().decode()
    for ends in permutations(((4001, 0), (4002, 0))):
        site = Site(platform, running)
        original, text = site.paths(), site.text
        site.order(4001, 100)
        alone = site.paths()
        site.order(4002, 100)
        assert original < alone < site.paths(), "what is shared is there once"
        site.text += f"{ELSEWHERE[platform]}\n"
        site.order(4001, 200)
        for number, rate in ends:
            site.order(number, rate)
            assert original <= site.paths()
        assert site.paths() == original | {(ELSEWHERE[platform],)}
        assert site.text.replace(f"{ELSEWHERE[platform]}\n", "") == text, "to the byte"
        assert site.owned == OwnedConfig()
