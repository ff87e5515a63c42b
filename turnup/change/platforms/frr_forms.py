"""What FRRouting stores differently from how it was typed.

Source, where an entry names none: what FRR 8.4 gives back (`vtysh -c 'show running-config'`) after the line was typed.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Interface

from turnup.change.platforms.forms import Form


def _ipv6(match: re.Match[str]) -> tuple[str, ...]:
    start, typed, end = match.groups()
    try:
        address = IPv6Interface(typed)
    except ValueError:
        return (match.group(0),)
    return (f"{start}{address.with_prefixlen if '/' in typed else address.ip}{end}",)


LINE_FORMS = (
    Form(
        "family without its word",
        "under BGP `ipv4` means `ipv4 unicast`, and is shown so; LDP has families too",
        "router bgp 64500\n address-family ipv4\n  network 10.80.0.0/16\n",
        "router bgp 64500\n !\n address-family ipv4 unicast\n  network 10.80.0.0/16\n exit-address-family\nexit\n",
        ("address-family",),
        re.compile(r"address-family (ipv[46])"),
        lambda match: (f"address-family {match.group(1)} unicast",),
        below=("router bgp ",),
    ),
    Form(
        "distance of a static route",
        "the default of 1 is hidden (FRR manual, static route commands)",
        "ip route 10.80.0.0/16 10.81.16.1 1\n",
        "ip route 10.80.0.0/16 10.81.16.1\n",
        ("ip", "ipv6"),
        re.compile(r"(ip(?:v6)? route \S+ [^ ]+) 1"),
        lambda match: (match.group(1),),
    ),
    Form(
        "intervals of BFD",
        "the defaults (300 ms, 300 ms, 3) are hidden (FRR, bfdd/bfdd_cli.c)",
        "bfd\n profile BFD-300\n  detect-multiplier 3\n  transmit-interval 300\n  receive-interval 300\n",
        "bfd\n profile BFD-300\n exit\n !\nexit\n",
        ("transmit-interval", "receive-interval", "detect-multiplier"),
        re.compile(r"(?:transmit|receive)-interval 300|detect-multiplier 3"),
        below=("bfd",),
    ),
    Form(
        "address of IPv6",
        "shown in small letters and compressed (RFC 5952)",
        "interface eth1\n ipv6 address 2001:DB8:0:0::1/64\n",
        "interface eth1\n ipv6 address 2001:db8::1/64\nexit\n",
        ("ipv6", "neighbor"),
        re.compile(r"(ipv6 address |neighbor )([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/\d+)?)( .+|)"),
        _ipv6,
    ),
)
"""Rules about one line."""

TEXT_FORMS = (
    Form(
        "preamble, comments and closing words",
        "what the daemon says about its configuration is none of it",
        "router bgp 64500\n address-family ipv4 unicast\n  network 10.80.0.0/16\nvrf A\n",
        "Building configuration...\n\nCurrent configuration:\n!\nrouter bgp 64500\n !\n address-family ipv4 unicast\n"
        "  network 10.80.0.0/16\n exit-address-family\nexit\n!\nvrf A\nexit-vrf\n!\nend\n",
    ),
    Form(
        "interface without a line",
        "not shown (FRR, vtysh/vtysh_config.c: empty sections of interfaces)",
        "hostname A\ninterface eth1\nexit\n",
        "hostname A\n",
    ),
    Form(
        "prefix list without numbers",
        "an entry without a number gets the next multiple of 5",
        "ip prefix-list A permit 10.80.1.0/24\nip prefix-list A permit 10.80.2.0/24\n",
        "ip prefix-list A seq 5 permit 10.80.1.0/24\nip prefix-list A seq 10 permit 10.80.2.0/24\n",
    ),
)
"""Rules about the text as a whole; `frr` carries them out."""
