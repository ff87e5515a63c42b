"""What Cisco IOS stores differently from how it was typed.

Source, where an entry names none: IOS-XE 17 command reference of the command, and what devices show.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Interface

from turnup.change.platforms.forms import Form

INTERFACE_TYPES = (
    "FastEthernet",
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwoGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "Loopback",
    "Port-channel",
    "Tunnel",
    "Vlan",
)
"""Types of interfaces; an abbreviation of two letters or more means the first that begins with it."""


def expand_ranges(spec: str) -> tuple[int, ...]:
    """Expand `10-12,20` to (10, 11, 12, 20)."""
    numbers: list[int] = []
    for part in spec.split(","):
        low, _, high = part.partition("-")
        numbers.extend(range(int(low), int(high or low) + 1))
    return tuple(numbers)


def _each_number(match: re.Match[str]) -> tuple[str, ...]:
    start, numbers, end = match.groups()
    return tuple(f"{start} {number}{end}" for number in expand_ranges(numbers))


def _classful(match: re.Match[str]) -> tuple[str, ...]:
    """The mask that IOS hides: that of the address class (RFC 791)."""
    first = int(match.group(1))
    mask = "255.0.0.0" if first < 128 else "255.255.0.0" if first < 192 else "255.255.255.0"
    return (f"{match.group(0)} mask {mask}",)


def _interface(match: re.Match[str]) -> tuple[str, ...]:
    typed, number = match.group(1).lower(), match.group(2)
    full = next((name for name in INTERFACE_TYPES if name.lower().startswith(typed)), match.group(1))
    return (f"interface {full}{number}",)


def _ipv6(match: re.Match[str]) -> tuple[str, ...]:
    try:
        address = IPv6Interface(match.group(2))
    except ValueError:
        return (match.group(0),)
    shown = address.with_prefixlen if "/" in match.group(2) else str(address.ip)
    return (f"{match.group(1)}{shown.upper()}{match.group(3)}",)


def _percent(match: re.Match[str]) -> tuple[str, ...]:
    start, *levels = match.groups()
    return (start + " ".join(f"{float(level):.2f}" for level in levels if level),)


_LIST = r"([\d,-]+)"

LINE_FORMS = (
    Form(
        "allowed list of a trunk",
        "kept as one compressed list; a long one is shown in several lines that go on with `add`",
        "interface GigabitEthernet1/0/1\n switchport trunk allowed vlan 2\n switchport trunk allowed vlan add 11,12\n",
        "interface GigabitEthernet1/0/1\n switchport trunk allowed vlan 2,11-12\n",
        ("switchport",),
        re.compile(rf"(switchport trunk allowed vlan)(?: add)? {_LIST}()"),
        _each_number,
    ),
    Form(
        "snooped VLANs",
        "`ip dhcp snooping vlan` adds to one list, shown compressed",
        "ip dhcp snooping vlan 10\nip dhcp snooping vlan 11\nip dhcp snooping vlan 12\n",
        "ip dhcp snooping vlan 10-12\n",
        ("ip",),
        re.compile(rf"(ip dhcp snooping vlan) {_LIST}()"),
        _each_number,
    ),
    Form(
        "inspected VLANs",
        "`ip arp inspection vlan` adds to one list, shown compressed",
        "ip arp inspection vlan 10\nip arp inspection vlan 11\n",
        "ip arp inspection vlan 10-11\n",
        ("ip",),
        re.compile(rf"(ip arp inspection vlan) {_LIST}()"),
        _each_number,
    ),
    Form(
        "root priorities",
        "VLANs of one priority are shown as one list",
        "spanning-tree vlan 10 priority 8192\nspanning-tree vlan 11 priority 8192\n",
        "spanning-tree vlan 10-11 priority 8192\n",
        ("spanning-tree",),
        re.compile(rf"(spanning-tree vlan) {_LIST}( priority \d+)"),
        _each_number,
    ),
    Form(
        "VLANs without a name",
        "neighbouring VLANs with nothing below are shown under one header",
        "vlan 10\nvlan 11\nvlan 30\n",
        "vlan 10-11,30\n",
        ("vlan",),
        re.compile(r"(vlan) (\d+[,-][\d,-]*)()"),
        _each_number,
    ),
    Form(
        "spaces between code points",
        "shown with a space more before and behind each (QoS MQC guide, `match dscp`: outputs of devices)",
        "class-map match-any VOICE\n match dscp cs3 ef\n",
        "class-map match-any VOICE\n match  dscp cs3  ef \n",
        ("match",),
        re.compile(r"match +((?:ip +)?(?:dscp|precedence)(?: +\S+)+)"),
        lambda match: (f"match {' '.join(match.group(1).split())}",),
        below=("class-map ",),
    ),
    Form(
        "network of a class",
        "the mask of a classful network is not shown (RFC 791)",
        "router bgp 64500\n network 10.0.0.0 mask 255.0.0.0\n network 172.16.0.0 mask 255.255.0.0\n",
        "router bgp 64500\n network 10.0.0.0\n network 172.16.0.0\n",
        ("network",),
        re.compile(r"network (\d+)\.\d+\.\d+\.\d+"),
        _classful,
        below=("router bgp ",),
    ),
    Form(
        "name of an interface",
        "abbreviations and any case are taken, the name is shown in full",
        "int gi1/0/1\n description A\ninterface vlan 10\n shutdown\n",
        "interface GigabitEthernet1/0/1\n description A\ninterface Vlan10\n shutdown\n",
        ("interface", "int", "interf"),
        re.compile(r"int(?:e|er|erf|erfa|erfac|erface)? ([A-Za-z-]{2,}) ?(\d+(?:/\d+)*(?:\.\d+)?)"),
        _interface,
    ),
    Form(
        "access VLAN 1",
        "the default is hidden (layer 2 command reference, `switchport access vlan`)",
        "interface GigabitEthernet1/0/1\n switchport access vlan 1\n switchport mode access\n",
        "interface GigabitEthernet1/0/1\n switchport mode access\n",
        ("switchport",),
        re.compile(r"switchport access vlan 1"),
    ),
    Form(
        "mode of a port",
        "the default is hidden (`switchport mode`: dynamic auto)",
        "interface GigabitEthernet1/0/1\n description A\n switchport mode dynamic auto\n",
        "interface GigabitEthernet1/0/1\n description A\n",
        ("switchport",),
        re.compile(r"switchport mode dynamic auto"),
    ),
    Form(
        "no address",
        "shown on each routed port that has none; it is no line",
        "interface Vlan10\n shutdown\n",
        "interface Vlan10\n no ip address\n shutdown\n",
        ("no",),
        re.compile(r"no ip address"),
    ),
    Form(
        "edge port",
        "newer trains write `portfast edge` for the same (spanning-tree command reference)",
        "interface GigabitEthernet1/0/1\n spanning-tree portfast\n",
        "interface GigabitEthernet1/0/1\n spanning-tree portfast edge\n",
        ("spanning-tree",),
        re.compile(r"spanning-tree portfast edge( trunk)?"),
        lambda match: (f"spanning-tree portfast{match.group(1) or ''}",),
    ),
    Form(
        "host of the log",
        "`logging ADDRESS` is kept as `logging host ADDRESS`",
        "logging 203.0.113.250\n",
        "logging host 203.0.113.250\n",
        ("logging",),
        re.compile(r"logging (\d+\.\d+\.\d+\.\d+)"),
        lambda match: (f"logging host {match.group(1)}",),
    ),
    Form(
        "level of a storm",
        "a share of the bandwidth is shown with two decimals (`storm-control`)",
        "interface GigabitEthernet1/0/1\n storm-control broadcast level 5\n storm-control multicast level 2.5 1\n",
        "interface GigabitEthernet1/0/1\n storm-control broadcast level 5.00\n"
        " storm-control multicast level 2.50 1.00\n",
        ("storm-control",),
        re.compile(r"(storm-control \S+ level )([\d.]+)((?: [\d.]+)?)"),
        _percent,
    ),
    Form(
        "power that a port offers by itself",
        "the default is hidden (`power inline`: auto)",
        "interface GigabitEthernet1/0/1\n description A\n power inline auto\n",
        "interface GigabitEthernet1/0/1\n description A\n",
        ("power",),
        re.compile(r"power inline auto"),
    ),
    Form(
        "defaults of an authenticated port",
        "hidden (`authentication host-mode`, `authentication violation`, `dot1x timeout`)",
        "interface GigabitEthernet1/0/1\n switchport mode access\n authentication host-mode single-host\n"
        " authentication violation shutdown\n authentication port-control force-authorized\n"
        " dot1x timeout tx-period 30\n",
        "interface GigabitEthernet1/0/1\n switchport mode access\n",
        ("authentication", "dot1x"),
        re.compile(
            r"authentication (?:host-mode single-host|violation shutdown|port-control force-authorized)"
            r"|dot1x timeout tx-period 30"
        ),
    ),
    Form(
        "authentication in the new style",
        "`authentication display new-style` shows the legacy words so (IBNS configuration guide)",
        "interface GigabitEthernet1/0/1\n switchport mode access\n authentication host-mode multi-domain\n"
        " authentication port-control auto\n",
        "interface GigabitEthernet1/0/1\n switchport mode access\n access-session host-mode multi-domain\n"
        " access-session port-control auto\n",
        ("access-session",),
        re.compile(r"access-session ((?:host-mode|port-control|control-direction) \S+)"),
        lambda match: (f"authentication {match.group(1)}",),
    ),
    Form(
        "rate of inspected ARP",
        "the default is hidden (`ip arp inspection limit`: 15 packets a second)",
        "interface GigabitEthernet1/0/1\n description A\n ip arp inspection limit rate 15\n",
        "interface GigabitEthernet1/0/1\n description A\n",
        ("ip",),
        re.compile(r"ip arp inspection limit rate 15(?: burst interval 1)?"),
    ),
    Form(
        "route targets of both directions",
        "`both` is kept as export and import",
        "vrf definition RBKC\n address-family ipv4\n  route-target both 64496:100\n",
        "vrf definition RBKC\n address-family ipv4\n  route-target export 64496:100\n  route-target import 64496:100\n",
        ("route-target",),
        re.compile(r"route-target both (\S+)"),
        lambda match: (f"route-target export {match.group(1)}", f"route-target import {match.group(1)}"),
    ),
    Form(
        "family without its word",
        "`unicast` is understood and not shown",
        "router bgp 64496\n address-family ipv4 unicast\n  network 10.80.0.0 mask 255.255.0.0\n",
        "router bgp 64496\n address-family ipv4\n  network 10.80.0.0 mask 255.255.0.0\n exit-address-family\n",
        ("address-family",),
        re.compile(r"(address-family ipv[46]) unicast( vrf \S+)?"),
        lambda match: (f"{match.group(1)}{match.group(2) or ''}",),
        below=("router bgp ", "vrf definition "),
    ),
    Form(
        "address of IPv6",
        "shown in capitals and compressed (RFC 4291, section 2.2)",
        "interface Vlan10\n ipv6 address 2001:db8:0:0::1/64\n",
        "interface Vlan10\n ipv6 address 2001:DB8::1/64\n",
        ("ipv6", "neighbor"),
        re.compile(r"(ipv6 address |neighbor )([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/\d+)?)( .+|)"),
        _ipv6,
    ),
    Form(
        "hardware address",
        "shown in small letters",
        "mac address-table static 0000.5E00.5301 vlan 10 drop\n",
        "mac address-table static 0000.5e00.5301 vlan 10 drop\n",
        ("mac", "switchport", "arp", "mac-address"),
        re.compile(r"(.* )([0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})( .+|)"),
        lambda match: (f"{match.group(1)}{match.group(2).lower()}{match.group(3)}",),
    ),
)
"""Rules about one line."""

TEXT_FORMS = (
    Form(
        "list of a trunk that has none",
        "a trunk without a list allows every VLAN",
        "interface GigabitEthernet1/0/1\n switchport mode trunk\n switchport trunk allowed vlan all\n",
        "interface GigabitEthernet1/0/1\n switchport mode trunk\n",
    ),
    Form(
        "delimiter of a banner",
        "any character is taken, `^C` is shown",
        "banner login #\nKeep out.\n#\n",
        "banner login ^C\nKeep out.\n^C\n",
    ),
    Form(
        "spaces at the end of a line",
        "shown behind some lines",
        "aaa authentication login default local\n",
        "aaa authentication login default local \n",
    ),
    Form(
        "preamble, comments and times",
        "what the device says about its configuration is none of it",
        "hostname A\n",
        "Building configuration...\n\nCurrent configuration : 9 bytes\n!\n! Last configuration change at 10:00:00 UTC\n"
        "version 17.9\nhostname A\n!\nntp clock-period 17179841\nend\n",
    ),
    Form(
        "entries of an access list without numbers",
        "numbered 10, 20, ...; trains before IOS-XE 16.12 do not show it (`ip access-list`)",
        "ip access-list extended A\n permit tcp any any eq 443\n remark the rest\n deny ip any any\n",
        "ip access-list extended A\n 10 permit tcp any any eq 443\n 20 remark the rest\n 30 deny ip any any\n",
    ),
    Form(
        "entries of an access list out of order",
        "shown, and looked at, in the order of their numbers; without one it comes 10 behind the last",
        "ip access-list standard A\n 30 deny any\n 5 permit 192.0.2.0 0.0.0.255\n remark two\n",
        "ip access-list standard A\n 5 permit 192.0.2.0 0.0.0.255\n 30 deny any\n 40 remark two\n",
    ),
    Form(
        "spaces in an entry of an access list",
        "older trains put three behind `deny`, so that it is as long as `permit`",
        "ip access-list standard A\n 10 permit 192.0.2.0 0.0.0.255\n 20 deny any log\n",
        "ip access-list standard A\n permit 192.0.2.0 0.0.0.255\n deny   any log\n",
    ),
    Form(
        "words that close a section",
        "shown or typed, they are no lines",
        "router bgp 64500\n address-family ipv4\n  redistribute static\n exit-address-family\nexit\n",
        "router bgp 64500\n address-family ipv4\n  redistribute static\n",
    ),
)
"""Rules about the text as a whole; `cisco_ios_text` carries them out."""
