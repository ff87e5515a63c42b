"""Words of a Junos statement as `display set` writes them, and which statements are objects of their own.

Source: Junos OS CLI User Guide, "Display set Commands from the Junos OS Configuration", "insert"; the statement
references. An object stays, and is shown by itself, when the last statement in it is deleted: entries of lists, and
containers that mean something by being there. A list that the user orders keeps the order in which entries were made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[|\]|[^\s\[\]"]+')
_PLAIN = re.compile(r"[\w.:/@+*%$,=~^&!<>-]+")
_KEPT = 1 << 16

_OBJECTS = (
    r"(?:system services (?:ssh|telnet|ftp|netconf ssh|web-management https?|dhcp-local-server group \S+))",
    r"(?:system login (?:user|class) \S+)",
    r"(?:system (?:syslog (?:host|file|user) \S+|(?:radius-server|tacplus-server|name-server|ntp server) \S+))",
    r"(?:interfaces \S+(?: unit \S+(?: family (?:inet6?|mpls|iso|bridge|ethernet-switching)(?: address \S+)?)?)?)",
    r"(?:interfaces \S+ unit \S+ family inet address \S+ vrrp-group \S+(?: preempt| track (?:interface|route) \S+)?)",
    r"(?:interfaces \S+ unit \S+ family inet6? (?:dhcp|rpf-check))",
    r"(?:interfaces \S+ aggregated-ether-options lacp)",
    r"(?:snmp (?:community|view|trap-group|client-list) \S+(?: oid \S+)?)",
    r"(?:snmp v3 (?:usm local-engine user|vacm access group|target-address|target-parameters|notify) \S+)",
    r"(?:snmp v3 vacm access group \S+ default-context-prefix security-model \S+(?: security-level \S+)?)",
    r"(?:snmp v3 vacm security-to-group security-model \S+(?: security-name \S+)?)",
    r"(?:forwarding-options storm-control-profiles \S+(?: all)?)",
    r"(?:(?:routing-instances \S+ )?forwarding-options dhcp-relay(?: (?:server-group|group) \S+(?: interface \S+)?)?)",
    r"(?:poe interface \S+)",
    r"(?:access (?:radius-server|profile) \S+(?: radius-server \S+)?)",
    r"(?:(?:routing-instances \S+ )?routing-options (?:static|rib \S+ static|aggregate) route \S+)",
    r"(?:(?:routing-instances \S+ )?routing-options static)",
    r"(?:(?:routing-instances \S+ )?protocols (?:bgp|ospf3?|isis|ldp|mpls|rsvp|pim))",
    r"(?:(?:routing-instances \S+ )?protocols bgp group \S+(?: neighbor \S+)?"
    r"(?: (?:local-as|multihop|family \S+ unicast(?: prefix-limit teardown)?))?)",
    r"(?:(?:routing-instances \S+ )?protocols ospf3? area \S+(?: interface \S+)?)",
    r"(?:protocols (?:lldp|lldp-med|rstp|mstp|vstp)(?: interface \S+)?)",
    r"(?:protocols vstp vlan \S+(?: interface \S+)?)",
    r"(?:protocols dot1x authenticator interface \S+(?: mac-radius)?)",
    r"(?:protocols (?:igmp-snooping vlan \S+|layer2-control bpdu-block) interface \S+)",
    r"(?:protocols igmp-snooping vlan \S+)",
    r"(?:policy-options (?:prefix-list|policy-statement|community|as-path) \S+)",
    r"(?:policy-options policy-statement \S+ term \S+)",
    r"(?:policy-options policy-statement \S+(?: term \S+)? (?:from|to|then))",
    r"(?:policy-options policy-statement \S+(?: term \S+)? from (?:route-filter|prefix-list|prefix-list-filter) \S+)",
    r"(?:class-of-service (?:classifiers|rewrite-rules) \S+ \S+(?: forwarding-class \S+(?: loss-priority \S+)?)?)",
    r"(?:class-of-service (?:scheduler-maps|schedulers|traffic-control-profiles) \S+)",
    r"(?:class-of-service scheduler-maps \S+ forwarding-class \S+)",
    r"(?:class-of-service forwarding-classes (?:class|queue) \S+)",
    r"(?:class-of-service interfaces \S+(?: unit \S+)?(?: shaping-rate)?)",
    r"(?:firewall(?: family \S+)? filter \S+(?: term \S+(?: (?:from|then))?)?)",
    r"(?:firewall(?: family \S+)? filter \S+ term \S+ from (?:(?:source-|destination-)?(?:address|prefix-list)) \S+)",
    r"(?:firewall policer \S+)",
    r"(?:routing-instances \S+)",
    r"(?:security (?:zones security-zone|nat source pool|nat source rule-set) \S+)",
    r"(?:security zones security-zone \S+ interfaces \S+)",
    r"(?:security nat source rule-set \S+ rule \S+)",
    r"(?:security policies from-zone \S+ to-zone \S+(?: policy \S+)?)",
    r"(?:vlans \S+(?: forwarding-options dhcp-security(?: group \S+(?: overrides)?)?)?)",
    r"(?:switch-options (?:voip )?interface \S+)",
)
"""Objects, from the outermost to the innermost; `deactivate` and `set` name them alike."""

OBJECT = "|".join(_OBJECTS)
_OBJECT = re.compile(OBJECT)

ORDERED = re.compile(
    r"(policy-options policy-statement \S+ term|firewall(?: family \S+)? filter \S+ term"
    r"|security policies from-zone \S+ to-zone \S+ policy|security nat source rule-set \S+ rule) (\S+)"
)
"""An entry of a list in the user's order, with all before it."""

ORDERED_VALUES = re.compile(r"((?:.+ )?(?:authentication-order|import|export|vrf-import|vrf-export)) ([^\s\[\]]+)")
"""A value of such a list: what is tried first counts."""

TRUNK_ELEMENT = re.compile(r"(interfaces \S+ unit \S+ family ethernet-switching) vlan members (\S+)")


def word(text: str) -> str:
    """One word as it is shown: in quotes only if it needs them."""
    if text in ("[", "]"):
        return text
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if bare.startswith("$") or not _PLAIN.fullmatch(bare):
        return f'"{bare}"'
    return bare if not bare.startswith("<") else text


@lru_cache(_KEPT)
def words_of(line: str) -> tuple[str, ...]:
    """The words of a line as they are shown."""
    return tuple(word(each) for each in TOKEN.findall(line))


@lru_cache(_KEPT)
def objects_around(statement: str) -> tuple[str, ...]:
    """The objects in which a statement stands, outermost first, itself among them if it is one."""
    words = statement.split(" ")
    beginnings = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    return tuple(each for each in beginnings if _OBJECT.fullmatch(each))


_KINDS = frozenset({"term", "policy", "rule"})
"""Words that name what an entry is: `insert` says them once more."""


def entry_of(statement: str) -> tuple[str, str] | None:
    """The list in the user's order that a statement stands in, and its entry."""
    found = ORDERED.match(statement) or ORDERED_VALUES.fullmatch(statement)
    return (found[1], found[2]) if found else None


def insert_of(name: str, entry: str, leader: str) -> str:
    """The command that puts an entry of a list behind another one."""
    kind = name.rsplit(" ", 1)[1]
    return f"insert {name} {entry} after {f'{kind} {leader}' if kind in _KINDS else leader}"


def is_within(inner: str, outer: str) -> bool:
    """Whether a statement stands below another."""
    return inner.startswith(f"{outer} ")


def bracketless(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A statement for each value of a list in brackets."""
    if "[" not in words or words[-1] != "]":
        yield words
        return
    start = words.index("[")
    for value in words[start + 1 : -1]:
        yield (*words[:start], value)
