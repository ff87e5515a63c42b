"""Commands that open, empty or restart more on Arista EOS than what is ours, or that end the session they are typed in.

Two tiers: what is never typed, and what is typed only about a section or function that is ours as a whole.
Source: EOS User Manual 4.31, the `no` and `default` form of each command; "Configure Session".
"""

from __future__ import annotations

import re

NEVER_TYPED = (
    re.compile(r"^\s*no switchport trunk allowed vlan\s*$"),
    re.compile(r"^\s*switchport trunk allowed vlan (all|none|except\b.*)\s*$"),
    re.compile(r"^\s*no switchport( trunk| mode)?\s*$"),
    re.compile(r"^\s*no vlan \d+[,-]"),
    re.compile(r"^\s*no spanning-tree vlan(-id)? (\d+[,-]|\S+\s*$)"),
    re.compile(r"^\s*no spanning-tree( mode)?\s*$"),
    re.compile(r"^\s*default\b"),
    re.compile(r"^\s*interface [A-Za-z-]+ ?[\d/]+[,-]", re.IGNORECASE),
    re.compile(r"^\s*no interface (?!Vlan|Loopback|Tunnel)", re.IGNORECASE),
    re.compile(r"^\s*(commit|abort|rollback|end)\b"),
    re.compile(r"^\s*(do|reload|write|erase|delete|format|configure|copy|clear|bash|session|zerotouch)\b"),
    re.compile(
        r"^\s*no (aaa|username|role|hostname|management|daemon|event-handler|boot|enable)\b"
        r"(?! (authorization|authentication dot1x|group server|unresponsive) \S)"
    ),
    re.compile(r"^\s*no (dot1x|radius-server|tacacs-server|aaa group server|poe|storm-control)\s*$"),
    re.compile(r"^\s*no (snmp-server|logging|ntp|banner|class-map|policy-map|route-map|interface|vlan|mlag)\s*$"),
    re.compile(r"^\s*(no )?(switchport default|service routing|hardware|platform|system l1)\b"),
    re.compile(r"^\s*no mlag configuration\b"),
    re.compile(r"^\s*no (ip|ipv6) prefix-list \S+\s*$"),
    re.compile(r"^\s*no (ip access-list standard|ipv6 access-list( standard)?) \S+\s*$"),
    re.compile(r"^\s*no route-map \S+\s*$"),
    re.compile(r"^\s*no neighbor \S+\s*$"),
    re.compile(r"^\s*no ip route\s*(\*.*|vrf \S+\s*)?$"),
    re.compile(r"^\s*no (address-family|bgp)\s*$"),
)
"""The list of a trunk, VLANs by the range, the whole of a list, a daemon or the device; the session itself."""

TYPED_IF_OURS = (
    re.compile(r"^no router \S+"),
    re.compile(r"^\s+no (address-family|vrf) \S+"),
    re.compile(r"^no (ip routing|ipv6 unicast-routing|lldp run)\s*$"),
    re.compile(r"^no spanning-tree mode \S+"),
    re.compile(r"^no vrf instance \S+"),
    re.compile(
        r"^no (aaa group server|policy-map type|class-map type|ip access-list(?! standard)|dot1x system-auth-control)\b"
    ),
    re.compile(r"^no route-map \S+ (permit|deny) "),
    re.compile(r"^no vlan \d+\s*$"),
    re.compile(r"^no interface (Vlan|Loopback|Tunnel)", re.IGNORECASE),
)
"""Sections and functions of the whole device."""
