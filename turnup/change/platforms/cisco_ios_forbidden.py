"""Commands that open, empty or restart more on Cisco IOS than what is ours.

Two tiers: what is never typed, and what is typed only about a section or function that is ours as a whole.
Source: IOS-XE 17 command references, the `no` and `default` form of each.
"""

from __future__ import annotations

import re

from turnup.change.platforms.cisco_ios_voice import NEVER_TYPED as VOICE_NEVER_TYPED
from turnup.change.platforms.cisco_ios_voice import TYPED_IF_OURS as VOICE_TYPED_IF_OURS

NEVER_TYPED = (
    re.compile(r"^\s*no switchport trunk allowed vlan\s*$"),
    re.compile(r"^\s*switchport trunk allowed vlan (all|none|except\b.*)\s*$"),
    re.compile(r"^\s*no switchport( trunk| mode)?\s*$"),
    re.compile(r"^\s*no vlan \d+[,-]"),
    re.compile(r"^\s*no (ip dhcp snooping|ip arp inspection|spanning-tree) vlan \d+[,-]"),
    re.compile(r"^\s*no spanning-tree( mode)?\s*$"),
    re.compile(r"^\s*default\b"),
    re.compile(r"^\s*interface range\b"),
    re.compile(r"^\s*no interface (?!Vlan|Loopback|Tunnel|\S+\.\d+\s*$)", re.IGNORECASE),
    re.compile(r"^\s*(do|reload|write|erase|delete|format|configure|copy|clear)\b"),
    re.compile(r"^\s*no (aaa new-model|ip ssh|line|username|hostname|archive|crypto)\b"),
    re.compile(
        r"^\s*no (aaa|aaa group|radius-server|radius server|tacacs server|dot1x|authentication|errdisable recovery)\s*$"
    ),
    re.compile(r"^\s*no aaa (authentication|authorization|accounting)( \w+)?\s*$"),
    re.compile(r"^\s*no errdisable recovery cause all\b"),
    re.compile(r"^\s*no ip (dhcp snooping|arp inspection) vlan\s*$"),
    re.compile(r"^\s*no (snmp-server|logging|ntp|banner|class-map|policy-map|route-map|interface|vlan)\s*$"),
    re.compile(r"^\s*(no )?(vtp|system mtu|switch \d+|stack-mac)\b"),
    re.compile(r"^\s*no (ip|ipv6) prefix-list \S+\s*$"),
    re.compile(r"^\s*no access-list\b"),
    re.compile(r"^\s*ip access-list resequence\b"),
    re.compile(r"^\s*no route-map \S+\s*$"),
    re.compile(r"^\s*no neighbor \S+\s*$"),
    re.compile(r"^\s*no ip route\s*(\*.*|vrf \S+\s*)?$"),
    re.compile(r"^\s*no (address-family|bgp)\s*$"),
    re.compile(r"^\s*no (track|standby|vrrp|bfd|ip nat( inside source( list \S+)?)?)\s*$"),
    re.compile(r"^\s*no (standby|vrrp) \d+\s*$"),
    *VOICE_NEVER_TYPED,
    re.compile(r"^\s*no (wlan|ap|wireless)\s*$|^\s*no wireless (profile|tag)( \w+)?\s*$"),
    re.compile(r"^\s*(no )?wireless (profile \w+|tag \w+) default-"),
)
"""The list of a trunk, VLANs by the range, the whole of a list, a daemon or the device."""

TYPED_IF_OURS = (
    re.compile(r"^no router \S+"),
    re.compile(r"^\s+no (address-family|class) \S+"),
    re.compile(r"^no (ip routing|ip dhcp snooping|ip multicast-routing|ipv6 unicast-routing|cdp run|lldp run)\s*$"),
    re.compile(r"^no spanning-tree mode \S+"),
    re.compile(r"^no (ip access-list|policy-map|class-map|vrf definition) \S+"),
    re.compile(r"^no (aaa group server|radius server|tacacs server|dot1x system-auth-control)\b"),
    re.compile(r"^no route-map \S+ (permit|deny) "),
    re.compile(r"^no vlan \d+\s*$"),
    re.compile(r"^no interface (Vlan|Loopback|Tunnel|\S+\.\d)", re.IGNORECASE),
    re.compile(r"^no track \d+"),
    *VOICE_TYPED_IF_OURS,
    re.compile(r"^no (wlan|ap profile|ap [0-9a-f.]{14}|wireless (profile|tag) \w+) \S+|^no ap [0-9a-f.]{14}"),
)
"""Sections and functions of the whole device."""
