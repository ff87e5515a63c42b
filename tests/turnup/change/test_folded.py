"""A whole text is printed as the device shows it, which is what a parser of configurations reads rightly."""

from __future__ import annotations

import pytest

from turnup.change.platforms.cisco_ios_forms import expand_ranges
from turnup.change.platforms.folded import AS_EOS, AS_IOS
from turnup.change.tree import as_text, load_tree, path_set
from turnup.sites import Platform

SHOWN = """\
spanning-tree vlan 10,20 priority 8192
spanning-tree vlan 30 priority 4096
ip dhcp snooping vlan 10-12,20
ip arp inspection vlan 10,11
policy-map QOS
 class VOICE
  set dscp ef
 class class-default
  set dscp default
interface TenGigabitEthernet1/1/1
 switchport trunk native vlan 998
 switchport trunk allowed vlan 10-12,998
 switchport mode trunk
interface TenGigabitEthernet1/1/2
 switchport trunk allowed vlan 10
 switchport mode trunk
interface TenGigabitEthernet1/1/3
 switchport mode trunk
banner login ^C
exit
^C
router bgp 64496
 address-family ipv4 vrf RBKC
  neighbor 198.51.100.1 remote-as 64500
 exit-address-family
 address-family ipv4 vrf OTHER
  neighbor 198.51.100.3 remote-as 64500
 exit-address-family
"""


def test_a_whole_text_is_printed_as_the_device_shows_it():
    tree = load_tree(Platform.CISCO_IOS, SHOWN)
    assert as_text(Platform.CISCO_IOS, tree, closed=True) == SHOWN
    assert len(path_set(tree)) > SHOWN.count("\n"), "lists are compared element by element"


def test_elements_that_stand_apart_come_into_one_list():
    apart = SHOWN.replace(" vlan 10-12,998\n", " vlan 998\n") + "ip dhcp snooping vlan 13\n"
    apart += "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan add 10-12\n"
    expected = SHOWN.replace("snooping vlan 10-12,20", "snooping vlan 10-13,20")
    assert as_text(Platform.CISCO_IOS, load_tree(Platform.CISCO_IOS, apart), closed=True) == expected


EOS = """\
spanning-tree vlan-id 10,20 priority 8192
interface Ethernet1
 switchport trunk allowed vlan 10-11,998
 switchport mode trunk
interface Ethernet2
 switchport mode trunk
router bgp 64496
 vrf RBKC
  neighbor 198.51.100.1 remote-as 64500
 vrf OTHER
  neighbor 198.51.100.3 remote-as 64500
"""


def test_eos_writes_two_neighbours_as_a_range_and_closes_no_section():
    assert as_text(Platform.ARISTA_EOS, load_tree(Platform.ARISTA_EOS, EOS), closed=True) == EOS


@pytest.mark.parametrize(
    ("numbers", "ios", "eos"),
    [((7,), "7", "7"), ((8, 7), "7,8", "7-8"), ((1, 2, 3, 5), "1-3,5", "1-3,5"), (range(1, 4095), "1-4094", "1-4094")],
)
def test_neighbours_are_a_range(numbers, ios, eos):
    assert (AS_IOS.compress(numbers), AS_EOS.compress(numbers)) == (ios, eos)
    assert expand_ranges(ios) == expand_ranges(eos) == tuple(sorted(numbers))
