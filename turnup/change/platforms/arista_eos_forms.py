"""What Arista EOS stores differently from how it was typed.

Source, where an entry names none: EOS User Manual 4.31, the description of the command.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Interface, IPv6Interface

from turnup.change.platforms.cisco_ios_forms import expand_ranges
from turnup.change.platforms.forms import Form

INTERFACE_TYPES = ("Ethernet", "Loopback", "Management", "Port-Channel", "Tunnel", "Vlan", "Vxlan")
"""Types of interfaces; an abbreviation of two letters or more means the first that begins with it."""


DSCP = {
    "default": 0,
    **{f"cs{number}": 8 * number for number in range(8)},
    **{f"af{row}{column}": 8 * row + 2 * column for row in range(1, 5) for column in range(1, 4)},
    "ef": 46,
}
"""Words for code points."""


def _each_number(match: re.Match[str]) -> tuple[str, ...]:
    start, numbers, end = match.groups()
    return tuple(f"{start} {number}{end}" for number in expand_ranges(numbers))


def _each_priority(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(f"spanning-tree vlan-id {number}{match.group(2)}" for number in expand_ranges(match.group(1)))


def _interface(match: re.Match[str]) -> tuple[str, ...]:
    typed, number = match.group(1).lower(), match.group(2)
    full = next((name for name in INTERFACE_TYPES if name.lower().startswith(typed)), match.group(1))
    return (f"interface {full}{number}",)


def _length(match: re.Match[str]) -> tuple[str, ...]:
    start, address, mask, end = match.groups()
    try:
        interface = IPv4Interface(f"{address}/{mask}")
    except ValueError:
        return (match.group(0),)
    shown = interface.network if start.startswith("ip route") else interface
    return (f"{start}{shown.with_prefixlen}{end}",)


def _ipv6(match: re.Match[str]) -> tuple[str, ...]:
    start, typed, end = match.groups()
    try:
        address = IPv6Interface(typed)
    except ValueError:
        return (match.group(0),)
    return (f"{start}{address.with_prefixlen if '/' in typed else address.ip}{end}",)


_LIST = r"([\d,-]+)"
_DOTTED = r"(\d+\.\d+\.\d+\.\d+)"

LINE_FORMS = (
    Form(
        "allowed list of a trunk",
        "kept as one compressed list",
        "interface Ethernet1\n   switchport trunk allowed vlan 2\n   switchport trunk allowed vlan add 11,12\n",
        "interface Ethernet1\n   switchport trunk allowed vlan 2,11-12\n",
        ("switchport",),
        re.compile(rf"(switchport trunk allowed vlan)(?: add)? {_LIST}()"),
        _each_number,
    ),
    Form(
        "root priorities",
        "VLANs of one priority are shown as one list; `vlan` is the older word for `vlan-id`",
        "spanning-tree vlan 10 priority 8192\nspanning-tree vlan-id 11 priority 8192\n",
        "spanning-tree vlan-id 10-11 priority 8192\n",
        ("spanning-tree",),
        re.compile(rf"spanning-tree vlan(?:-id)? {_LIST}( priority \d+)"),
        _each_priority,
    ),
    Form(
        "VLANs without a name",
        "VLANs with nothing below are shown under one header, neighbours or not",
        "vlan 10\nvlan 11\nvlan 30\n",
        "vlan 10-11,30\n",
        ("vlan",),
        re.compile(r"(vlan) (\d+[,-][\d,-]*)()"),
        _each_number,
    ),
    Form(
        "name of an interface",
        "abbreviations and any case are taken, the name is shown in full",
        "int et1\n   description A\ninterface vlan 10\n   shutdown\n",
        "interface Ethernet1\n   description A\ninterface Vlan10\n   shutdown\n",
        ("interface", "int", "interf"),
        re.compile(r"int(?:e|er|erf|erfa|erfac|erface)? ([A-Za-z-]{2,}) ?(\d+(?:/\d+)*(?:\.\d+)?)"),
        _interface,
    ),
    Form(
        "access VLAN 1",
        "the default is hidden",
        "interface Ethernet1\n   description A\n   switchport access vlan 1\n",
        "interface Ethernet1\n   description A\n",
        ("switchport",),
        re.compile(r"switchport access vlan 1"),
    ),
    Form(
        "native VLAN 1",
        "the default is hidden",
        "interface Ethernet1\n   description A\n   switchport trunk native vlan 1\n",
        "interface Ethernet1\n   description A\n",
        ("switchport",),
        re.compile(r"switchport trunk native vlan 1"),
    ),
    Form(
        "mode of a port",
        "the default, access, is hidden",
        "interface Ethernet1\n   switchport access vlan 10\n   switchport mode access\n",
        "interface Ethernet1\n   switchport access vlan 10\n",
        ("switchport",),
        re.compile(r"switchport mode access"),
    ),
    Form(
        "routing that is off",
        "the default, and shown; it is no line",
        "hostname A\n",
        "hostname A\n!\nno ip routing\n",
        ("no",),
        re.compile(r"no ip routing"),
    ),
    Form(
        "address with a mask",
        "kept with its length",
        "interface Vlan10\n   ip address 10.64.16.1 255.255.255.192\n",
        "interface Vlan10\n   ip address 10.64.16.1/26\n",
        ("ip",),
        re.compile(rf"(ip address ){_DOTTED} {_DOTTED}( secondary|)"),
        _length,
    ),
    Form(
        "static route with a mask",
        "kept with its length",
        "ip route 10.80.0.0 255.255.0.0 10.81.16.1\nip route vrf NHS 10.16.0.0 255.255.0.0 10.81.16.5\n",
        "ip route 10.80.0.0/16 10.81.16.1\nip route vrf NHS 10.16.0.0/16 10.81.16.5\n",
        ("ip",),
        re.compile(rf"(ip route (?:vrf \S+ )?){_DOTTED} {_DOTTED}( .+)"),
        _length,
    ),
    Form(
        "power of a port",
        "watts are shown with two decimals (`poe limit`)",
        "interface Ethernet1\n   poe limit 30 watts fixed\n",
        "interface Ethernet1\n   poe limit 30.00 watts fixed\n",
        ("poe",),
        re.compile(r"poe limit ([\d.]+) watts( fixed|)"),
        lambda match: (f"poe limit {float(match.group(1)):.2f} watts{match.group(2)}",),
    ),
    Form(
        "port that asks nobody",
        "the default is hidden (`dot1x port-control`: force-authorized)",
        "interface Ethernet1\n   description A\n   dot1x port-control force-authorized\n",
        "interface Ethernet1\n   description A\n",
        ("dot1x",),
        re.compile(r"dot1x port-control force-authorized"),
    ),
    Form(
        "code point of a policy",
        "its word and its number mean the same (`set dscp`; RFC 2474, RFC 2597, RFC 3246)",
        "policy-map type quality-of-service A\n   class class-default\n      set dscp 34\n",
        "policy-map type quality-of-service A\n   class class-default\n      set dscp af41\n",
        ("set",),
        re.compile(rf"set dscp ({'|'.join(DSCP)})"),
        lambda match: (f"set dscp {DSCP[match.group(1)]}",),
        below=("policy-map ",),
    ),
    Form(
        "port of the host of the log",
        "the default, 514, is hidden",
        "logging host 203.0.113.250 514\n",
        "logging host 203.0.113.250\n",
        ("logging",),
        re.compile(r"(logging (?:vrf \S+ )?host \S+) 514"),
        lambda match: (match.group(1),),
    ),
    Form(
        "address of IPv6",
        "shown in small letters and compressed (RFC 5952)",
        "interface Vlan10\n   ipv6 address 2001:DB8:0:0::1/64\n",
        "interface Vlan10\n   ipv6 address 2001:db8::1/64\n",
        ("ipv6", "neighbor"),
        re.compile(r"(ipv6 address |neighbor )([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/\d+)?)( .+|)"),
        _ipv6,
    ),
    Form(
        "hardware address",
        "shown in small letters",
        "mac address-table static 0000.5E00.5301 vlan 10 drop\n",
        "mac address-table static 0000.5e00.5301 vlan 10 drop\n",
        ("mac", "switchport", "arp"),
        re.compile(r"(.* )([0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})( .+|)"),
        lambda match: (f"{match.group(1)}{match.group(2).lower()}{match.group(3)}",),
    ),
)
"""Rules about one line."""

TEXT_FORMS = (
    Form(
        "list of a trunk that has none",
        "a trunk without a list allows every VLAN",
        "interface Ethernet1\n   switchport mode trunk\n   switchport trunk allowed vlan all\n",
        "interface Ethernet1\n   switchport mode trunk\n",
    ),
    Form(
        "indentation",
        "sections are shown indented by three, however they were typed",
        "interface Ethernet1\n description A\nrouter bgp 64500\n vrf NHS\n  rd 64500:1\n",
        "interface Ethernet1\n   description A\nrouter bgp 64500\n   vrf NHS\n      rd 64500:1\n",
    ),
    Form(
        "spaces at the end of a line",
        "shown behind some lines",
        "aaa authorization exec default local\n",
        "aaa authorization exec default local \n",
    ),
    Form(
        "preamble and comments",
        "what the device says about its configuration is none of it",
        "hostname A\n",
        "! Command: show running-config\n! device: A (CCS-720XP-24ZY4, EOS-4.31.2F)\n!\n"
        "! boot system flash:/EOS-4.31.2F.swi\n!\nhostname A\n!\nend\n",
    ),
    Form(
        "words that close a section",
        "typed, they are no lines",
        "interface Ethernet1\n   description A\n   exit\nhostname A\n",
        "interface Ethernet1\n   description A\n!\nhostname A\n",
    ),
)
"""Rules about the text as a whole; `arista_eos_text` carries them out."""
