"""What each platform shows, against the lines that are compared: one case a rule."""

from __future__ import annotations

import pytest

from turnup.change.platforms import LANGUAGES
from turnup.change.tree import as_text, load_tree
from turnup.sites import Platform

TRUNK = "interface GigabitEthernet1\n switchport mode trunk\n"
ALLOWED = " switchport trunk allowed vlan "

IOS = {
    "ranges of an allowed list": (
        f"{TRUNK}{ALLOWED}10-12,20\n",
        f"{TRUNK}{ALLOWED}10\n{ALLOWED}11\n{ALLOWED}12\n{ALLOWED}20\n",
    ),
    "a long list goes on with add": (
        f"{TRUNK}{ALLOWED}2,4\n{ALLOWED}add 6,8-9\n",
        f"{TRUNK}{ALLOWED}2\n{ALLOWED}4\n{ALLOWED}6\n{ALLOWED}8\n{ALLOWED}9\n",
    ),
    "a trunk without a list allows all": (TRUNK, f"{TRUNK}{ALLOWED}all\n"),
    "a trunk whose list is none allows none": (f"{TRUNK}{ALLOWED}none\n", f"{TRUNK}{ALLOWED}none\n"),
    "an access port has no hidden list": ("interface GigabitEthernet1\n switchport mode access\n",) * 2,
    "the trunk of one port is not the next one's": (
        f"interface GigabitEthernet0\n{ALLOWED}5\n{TRUNK}",
        f"interface GigabitEthernet0\n{ALLOWED}5\n{TRUNK}{ALLOWED}all\n",
    ),
    "snooping VLANs": (
        "ip dhcp snooping vlan 10-11,30\n",
        "ip dhcp snooping vlan 10\nip dhcp snooping vlan 11\nip dhcp snooping vlan 30\n",
    ),
    "spanning-tree priorities": (
        "spanning-tree vlan 10-11 priority 8192\n",
        "spanning-tree vlan 10 priority 8192\nspanning-tree vlan 11 priority 8192\n",
    ),
    "nameless VLANs in one header": ("vlan 10-11,30\n", "vlan 10\nvlan 11\nvlan 30\n"),
    "one VLAN with its name": ("vlan 10\n name A\n",) * 2,
    "class A network": (
        "router bgp 64500\n network 10.0.0.0\n",
        "router bgp 64500\n network 10.0.0.0 mask 255.0.0.0\n",
    ),
    "class B network": (
        "router bgp 64500\n network 172.16.0.0\n",
        "router bgp 64500\n network 172.16.0.0 mask 255.255.0.0\n",
    ),
    "class C network": (
        "router bgp 64500\n network 192.168.1.0\n",
        "router bgp 64500\n network 192.168.1.0 mask 255.255.255.0\n",
    ),
    "a network with its mask": ("router bgp 64500\n network 10.1.1.0 mask 255.255.255.0\n",) * 2,
    "banner as shown": ("banner login ^C\nkeep out\n^C\n",) * 2,
    "banner with another delimiter": ("banner login #\nkeep out\n#\n", "banner login ^C\nkeep out\n^C\n"),
    "banner with the control character": ("banner login \x03\nkeep\n\x03\n", "banner login ^C\nkeep\n^C\n"),
    "banner on one line": ("banner motd @keep out@\n", "banner motd ^Ckeep out^C\n"),
    "a banner's lines are text": (
        "banner motd ^C\n! not a comment\nend\ninterface GigabitEthernet9\n^C\nhostname A\n",
        "banner motd ^C\n! not a comment\nend\ninterface GigabitEthernet9\n^C\nhostname A\n",
    ),
    "a banner without an end": ("banner motd ^C\nforever\n", "banner motd ^C\nforever\n^C\n"),
    "preamble, comments and end": (
        "Building configuration...\n\nCurrent configuration : 9 bytes\n!\n! Changed\nversion 17.9\nhostname A\nend\n",
        "hostname A\n",
    ),
    "no ip address is nothing": (
        "interface GigabitEthernet1\n no ip address\n shutdown\n",
        "interface GigabitEthernet1\n shutdown\n",
    ),
    "words that close a section": (
        "router bgp 64500\n address-family ipv4\n  network 10.0.0.0\n exit-address-family\n exit\nexit\n",
        "router bgp 64500\n address-family ipv4\n  network 10.0.0.0 mask 255.0.0.0\n",
    ),
    "trailing spaces": ("aaa authentication login default local \n", "aaa authentication login default local\n"),
    "carriage returns": ("hostname A\r\nvlan 10\r\n name B\r\n", "hostname A\nvlan 10\n name B\n"),
    "a section in two parts": (
        "vlan 10\n name A\nhostname B\nvlan 10\n shutdown\n",
        "vlan 10\n name A\n shutdown\nhostname B\n",
    ),
    "remarks and sequence numbers of an access list": (
        "ip access-list extended A\n 10 remark printers, first floor\n 20 permit ip any any\n",
    )
    * 2,
    "a certificate": (
        "crypto pki certificate chain X\n certificate self-signed 01\n  30820330 30820218\n  A0030201\n  \tquit\n",
        "crypto pki certificate chain X\n certificate self-signed 01\n  30820330 30820218\n  A0030201\n  quit\n",
    ),
    "a form feed does not end a line": ("hostname A\x0cB\n",) * 2,
}
FRR = {
    "preamble, comments and closing words": (
        "Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\nrouter bgp 64500\n"
        " address-family ipv4 unicast\n  network 10.0.0.0/8\n exit-address-family\nexit\n!\nvrf A\nexit-vrf\nend\n",
        "frr version 8.4.4\nrouter bgp 64500\n address-family ipv4 unicast\n  network 10.0.0.0/8\nvrf A\n",
    ),
    "carriage returns": ("hostname A\r\n", "hostname A\n"),
}
OVS = {"empty lines": ("vlan 10\n name A\n\nport eth1\n", "vlan 10\n name A\nport eth1\n")}
CASES = [
    pytest.param(platform, *case, id=f"{platform}: {name}")
    for platform, cases in ((Platform.CISCO_IOS, IOS), (Platform.FRR, FRR), (Platform.OVS, OVS))
    for name, case in cases.items()
]


@pytest.mark.parametrize(("platform", "shown", "compared"), CASES)
def test_what_a_device_shows_becomes_comparable_lines(platform, shown, compared):
    assert as_text(platform, load_tree(platform, shown)) == compared


@pytest.mark.parametrize(("platform", "shown", "compared"), CASES)
def test_comparable_lines_read_again_are_the_same(platform, shown, compared):
    again = as_text(platform, load_tree(platform, compared), closed=True)
    assert as_text(platform, load_tree(platform, again)) == compared


def test_every_platform_has_a_language():
    assert set(LANGUAGES) == set(Platform)
