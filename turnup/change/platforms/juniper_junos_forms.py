"""What Junos stores differently from how it was typed.

Source, where an entry names none: Junos OS CLI User Guide and the reference of the statement. What is not named here
is shown as it was typed: Junos shows no defaults.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_network

from turnup.change.platforms.forms import Form


def _network(match: re.Match[str]) -> tuple[str, ...]:
    start, typed, end = match.groups()
    try:
        return (f"{start}{ip_network(typed)}{end}",)
    except ValueError:
        return (match.group(0),)


def _interface_address(match: re.Match[str]) -> tuple[str, ...]:
    start, typed, end = match.groups()
    try:
        address = IPv6Interface(typed) if ":" in typed else IPv4Interface(typed)
    except ValueError:
        return (match.group(0),)
    return (f"{start}{address.with_prefixlen}{end}",)


def _address(match: re.Match[str]) -> tuple[str, ...]:
    start, typed, end = match.groups()
    try:
        return (f"{start}{ip_address(typed)}{end}",)
    except ValueError:
        return (match.group(0),)


_V6 = r"([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)"

LINE_FORMS = (
    Form(
        "address of an interface",
        "without a length it is that of one host; IPv6 is shown in small letters and compressed",
        "set interfaces lo0 unit 0 family inet address 192.0.2.1\n"
        "set interfaces lo0 unit 0 family inet6 address 2001:DB8:0:0::1/128\n",
        "set interfaces lo0 unit 0 family inet address 192.0.2.1/32\n"
        "set interfaces lo0 unit 0 family inet6 address 2001:db8::1/128\n",
        ("set",),
        re.compile(r"(set interfaces \S+ unit \S+ family inet6? address )([0-9A-Fa-f.:/]+)((?: .+)?)"),
        _interface_address,
    ),
    Form(
        "entry of a prefix list",
        "without a length it is one host",
        "set policy-options prefix-list NOC 192.0.2.7\n",
        "set policy-options prefix-list NOC 192.0.2.7/32\n",
        ("set",),
        re.compile(r"(set policy-options prefix-list \S+ )([0-9A-Fa-f.:/]+)((?: .+)?)"),
        _network,
    ),
    Form(
        "address of a peer",
        "IPv6 is shown in small letters and compressed",
        "set protocols bgp group RR neighbor 2001:DB8:0:0::2 peer-as 64500\n",
        "set protocols bgp group RR neighbor 2001:db8::2 peer-as 64500\n",
        ("set",),
        re.compile(rf"(set (?:.+ )?neighbor ){_V6}((?: .+)?)"),
        _address,
    ),
    Form(
        "rate with a letter",
        "k, m and g are kept as they were typed, whole thousands written out are not shortened: only the letter's case",
        "set class-of-service interfaces ge-0/0/0 shaping-rate 100M\n",
        "set class-of-service interfaces ge-0/0/0 shaping-rate 100m\n",
        ("set",),
        re.compile(r"(set .+ (?:shaping-rate|guaranteed-rate|bandwidth-limit|burst-size-limit) \d+)([KMG])((?: .+)?)"),
        lambda match: (f"{match.group(1)}{match.group(2).lower()}{match.group(3)}",),
    ),
    Form(
        "hardware address",
        "shown in small letters with colons",
        "set vlans STAFF forwarding-options dhcp-security group G interface ge-0/0/1.0 static-ip 10.64.16.9 mac "
        "00:00:5E:00:53:01\n",
        "set vlans STAFF forwarding-options dhcp-security group G interface ge-0/0/1.0 static-ip 10.64.16.9 mac "
        "00:00:5e:00:53:01\n",
        ("set",),
        re.compile(r"(set .+ )((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})((?: .+)?)"),
        lambda match: (f"{match.group(1)}{match.group(2).lower()}{match.group(3)}",),
    ),
)
"""Rules about one line."""

TEXT_FORMS = (
    Form(
        "list in brackets",
        "`display set` shows one value a line",
        "set policy-options policy-statement P term A from protocol [ direct static ]\n",
        "set policy-options policy-statement P term A from protocol direct\n"
        "set policy-options policy-statement P term A from protocol static\n",
    ),
    Form(
        "quotes",
        "shown only where a text holds more than letters, digits and a few signs",
        'set interfaces ge-0/0/1 description "STAFF"\nset interfaces ge-0/0/2 description "a room (east)"\n',
        'set interfaces ge-0/0/1 description STAFF\nset interfaces ge-0/0/2 description "a room (east)"\n',
    ),
    Form(
        "statement above another",
        "an object is shown by itself only when nothing stands in it",
        "set interfaces ge-0/0/1 unit 0\nset interfaces ge-0/0/1 unit 0 family ethernet-switching\n",
        "set interfaces ge-0/0/1 unit 0 family ethernet-switching\n",
    ),
    Form(
        "comments and the place in the configuration",
        "what the device says about its configuration is none of it",
        "set system host-name A\n",
        "## Last commit: 2026-11-25 12:00:00 UTC by turnup\nset system host-name A\n\n[edit]\n{master:0}\n",
    ),
)
"""Rules about the text as a whole; `juniper_junos_text` carries them out."""
