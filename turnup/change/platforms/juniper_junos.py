"""The configuration language of Juniper Junos, as `display set` writes it.

Lines are flat: `juniper_junos_text` says what is added to them so that objects, ordered lists and trunks are told
apart, `juniper_junos_commands` how they are typed. hier_config 3.7.1 has a driver of its own for Junos, which it calls
experimental: it turns braces into `set` lines by their indentation, and knows no value that replaces another, no list
in brackets, no quotes, no `deactivate` and no order; so only its trees are used, as on the other platforms.

Source: Junos OS CLI User Guide and statement references, as each module names them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.juniper_junos_commands import arranged, typed, undone_by
from turnup.change.platforms.juniper_junos_forbidden import NEVER_TYPED, TYPED_IF_OURS
from turnup.change.platforms.juniper_junos_obstacles import obstacles
from turnup.change.platforms.juniper_junos_secrets import SECRET_PLACES, plain_of
from turnup.change.platforms.juniper_junos_text import complete, normalise, shown
from turnup.change.platforms.juniper_junos_words import OBJECT
from turnup.change.platforms.language import Interrupts, Language, Unique
from turnup.change.platforms.switch_ports import FORMER_SUBNET_GOES

if TYPE_CHECKING:
    from hier_config import HConfigChild

_ONE_VALUE = (
    "host-name|domain-name|time-zone|source-address|announcement|message|full-name|class|uid|idle-timeout|root-login"
    "|description|mtu|speed|encapsulation|native-vlan-id|interface-mode|storm-control|vlan-id|l3-interface|bandwidth"
    "|recovery-timeout|minimum-links|periodic|priority|bridge-priority|cost|mode|hold-time|priority-cost"
    "|advertise-interval|bandwidth-percentage|bandwidth-level|maximum-power|guard-band|management|secret|port|timeout"
    "|retry|supplicant|retries|quiet-period|transmit-period|reauthentication|supplicant-timeout|server-timeout"
    "|maximum-requests|guest-vlan|server-reject-vlan|vlan-name|authentication-profile-name"
    "|location|contact|name|authorization|view|version|local|security-level|message-processing-model|security-model"
    "|security-name|read-view|write-view|notify-view|group|address|tag|tag-list|target-parameters|authentication-password|privacy-password"
    "|authentication-key|privacy-key|encrypted-password|ascii-text|value|type"
    "|peer-as|local-address|local-preference|metric|preference|instance-type|route-distinguisher|router-id"
    "|autonomous-system|maximum|minimum-interval|multiplier|ttl|active-server-group|next-table|origin|as-path-prepend"
    "|shaping-rate|guaranteed-rate|scheduler-map|scheduler|output-traffic-control-profile|percent|queue-num"
    "|bandwidth-limit|burst-size-limit|policer|count|forwarding-class|loss-priority|code-point|output|input|dscp"
    "|vlan|vrf-target|next-hop|dh-group|gateway|ike-policy|bind-interface|mac"
)
"""Keywords of statements that have one value."""

_LISTS = (
    r"(?!system (?:name-server|radius-server|tacplus-server|ntp server|syslog)|.* (?:from|match) "
    r"|snmp (?:view|community)|.* (?:trap-group|client-list) \S+ targets |access (?:radius-server|profile) \S+ "
    r"|(?:.* )?family inet6? address |.* classifiers |.* forwarding-classes |.* then community |vlans? \S+ interface )"
)
"""Beginnings of statements in which one of these words begins an entry of a list, and not a value."""


def satisfied(child: HConfigChild, siblings: frozenset[str]) -> bool:
    """Say whether a broader line is there already: every VLAN on a trunk."""
    found = _TRUNK_ELEMENT.fullmatch(child.text)
    return found is not None and f"{found[1]} [ all ]" in siblings


_TRUNK_ELEMENT = re.compile(r"(set interfaces \S+ unit \S+ family ethernet-switching vlan members) \[ \S+ \]")

JUNIPER_JUNOS = Language(
    normalise=normalise,
    satisfied=satisfied,
    single_valued=(
        (rf"^set (?!(?:{OBJECT})$)({_LISTS}(?:.+ )?(?:{_ONE_VALUE})) (?:\"[^\"]*\"|[^\s\[\]]+)$",),
        (r"^set (system (?:radius-server|tacplus-server) \S+ (?:secret|timeout|retry|source-address|port)) ",),
        (r"^set (access radius-server \S+ (?:secret|timeout|retry|source-address|port)) ",),
        (
            r"^set (system syslog (?:host|file|user) \S+ (?:any|authorization|daemon|kernel|user|security|change-log"
            r"|interactive-commands|firewall|external)) ",
        ),
        (r"^set (system syslog host \S+ (?:source-address|port|facility-override|log-prefix)) ",),
        (r"^set (.+ then) (?:accept|reject|discard|permit|deny|next term|next policy)$",),
        (r"^set (interfaces \S+ unit \S+ family ethernet-switching vlan members) [^\[]",),
        (r"^set (.+ virtual-address) ",),
        (r"^set (.+ (?:dscp|ieee-802\.1) \S+ forwarding-class \S+ loss-priority \S+ code-point) ",),
        (r"^set (class-of-service interfaces \S+ unit \S+ (?:classifiers|rewrite-rules) (?:dscp|ieee-802\.1)) ",),
        (r"^insert (.+ \S+) after ",),
    ),
    first=((r"^no ",),),
    typed=typed,
    arranged=arranged,
    completed=complete,
    shown=shown,
    undone_by=undone_by,
    secret_places=SECRET_PLACES,
    plain_of=plain_of,
    never_typed=NEVER_TYPED,
    typed_if_ours=TYPED_IF_OURS,
    obstacles=obstacles,
    unique=(
        Unique(((r"^set interfaces irb unit \S+ family inet address (?P<subnet>\S+)$",),)),
        Unique(((r"^set vlans \S+ vlan-id (\d+)$",),)),
        Unique(((r"^set security zones security-zone \S+ interfaces (\S+)$",),)),
    ),
    not_taken_over=(
        re.compile(r"^set vlans \S+ (?:vlan-id|l3-interface) "),
        re.compile(r"^set routing-instances \S+ (?:instance-type|route-distinguisher|vrf-target) "),
        re.compile(r"^set (?:routing-instances \S+ )?routing-options (?:autonomous-system|router-id|static route) "),
        re.compile(r"^set (?:routing-instances \S+ )?protocols bgp group \S+ (?:type|peer-as|neighbor \S+ peer-as) "),
        re.compile(r"^set interfaces \S+ (?:encapsulation|unit \S+ vlan-id) "),
        re.compile(r"^set system (?:authentication-order|services) "),
    ),
    interrupts=(
        Interrupts(
            (r"^set interfaces irb unit \S+ family inet address ",), 0, 86_400, FORMER_SUBNET_GOES, as_it_goes=True
        ),
        Interrupts(
            (r"^set interfaces (?!irb)\S+ unit \S+ family inet address ",),
            10,
            90,
            "the link gets another address: its BGP session starts anew",
        ),
        Interrupts(
            (r"^set (interfaces \S+) unit \S+ family ethernet-switching vlan members [^\[]",),
            1,
            5,
            "ports change their VLAN: hosts need a new address, reconnect them or wait for their lease to be renewed",
        ),
    ),
    mode_exit=False,
)
"""Juniper Junos."""
