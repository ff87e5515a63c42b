"""What a commit looks at: whether everything that is referred to is defined, and what one port or peer must have.

Source: Junos OS commit error messages as the CLI user guide and the statement references give them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_interface

from lab.simulated.junos.tree import Statement, Words

PREDEFINED_VLANS = frozenset({"default", "all", "none"})
PREDEFINED_CLASSES = frozenset({"best-effort", "expedited-forwarding", "assured-forwarding", "network-control"})
PREDEFINED_SNMP_VIEWS = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class _Reference:
    """Statements that name something.

    Attributes:
        below: words that stand somewhere above the statement; empty: anywhere.
        keyword: its first word.
        kind: what it names.
        where: the last word above it, if that matters.
    """

    keyword: str
    kind: str
    where: str = ""
    below: str = ""


_REFERENCES = (
    _Reference("members", "vlan", where="vlan"),
    _Reference("vlan", "vlan", below="voip"),
    _Reference("guest-vlan", "vlan"),
    _Reference("server-reject-vlan", "vlan"),
    _Reference("vlan-name", "vlan"),
    _Reference("storm-control", "storm-control profile"),
    _Reference("import", "policy", below="bgp"),
    _Reference("export", "policy", below="bgp"),
    _Reference("export", "policy", below="ospf"),
    _Reference("vrf-import", "policy"),
    _Reference("vrf-export", "policy"),
    _Reference("export", "policy", where="forwarding-table"),
    _Reference("prefix-list", "prefix list", below="from"),
    _Reference("source-prefix-list", "prefix list", below="from"),
    _Reference("destination-prefix-list", "prefix list", below="from"),
    _Reference("prefix-list-filter", "prefix list", below="from"),
    _Reference("community", "community", below="policy-statement"),
    _Reference("as-path", "as-path", where="from"),
    _Reference("input", "filter", where="filter"),
    _Reference("output", "filter", where="filter"),
    _Reference("policer", "policer", where="then"),
    _Reference("authentication-profile-name", "access profile"),
    _Reference("scheduler-map", "scheduler map"),
    _Reference("output-traffic-control-profile", "traffic control profile"),
    _Reference("scheduler", "scheduler", below="scheduler-maps"),
    _Reference("active-server-group", "DHCP server group"),
    _Reference("target-parameters", "SNMP target parameters", below="target-address"),
    _Reference("from-zone", "security zone"),
    _Reference("to-zone", "security zone"),
    _Reference("zone", "security zone", below="rule-set"),
    _Reference("screen", "screen", below="security-zone"),
)


_WORDS = {
    "policy": "Policy error: Policy {name} referenced but not defined",
    "prefix list": "Policy error: prefix-list {name} referenced but not defined",
    "community": "Policy error: Community {name} referenced but not defined",
    "filter": "Referenced filter '{name}' is not defined",
    "vlan": "vlan {name} referenced is not defined",
}

_ENTRIES = {
    "storm-control-profiles": "storm-control profile",
    "policy-statement": "policy",
    "prefix-list": "prefix list",
    "filter": "filter",
    "policer": "policer",
    "profile": "access profile",
    "traffic-control-profiles": "traffic control profile",
    "scheduler-maps": "scheduler map",
    "schedulers": "scheduler",
    "server-group": "DHCP server group",
    "target-parameters": "SNMP target parameters",
    "security-zone": "security zone",
    "ids-option": "screen",
}
"""Entries of a name, and what they define; those that refer to the same are told apart by their place."""


def complaints(root: Statement) -> Iterator[str]:
    """What a commit says, one message each; nothing when all is well. Groups are not looked into."""
    known = set(_definitions(root))
    for path, statement in _walk(root):
        yield from _undefined(path, statement, known)
    yield from _ports(root)
    yield from _peers(root)
    yield from _instances(root)
    yield from _zones(root)
    yield from _overlaps(root)
    yield from _vlans(root)


def _walk(root: Statement, above: tuple[Words, ...] = ()) -> Iterator[tuple[tuple[Words, ...], Statement]]:
    for statement in root.ordered():
        if statement.inactive or statement.words[0] == "groups":
            continue
        yield above, statement
        yield from _walk(statement, (*above, statement.words))


def _definitions(root: Statement) -> Iterator[tuple[str, str]]:
    for path, statement in _walk(root):
        words = statement.words
        tops = path[0][0] if path else words[0]
        if path == (("vlans",),):
            yield "vlan", words[0]
            number = statement.find(("vlan-id",))
            yield from (("vlan", number.words[1]),) if number else ()
        elif len(words) == 2 and words[0] in _ENTRIES and (tops != "interfaces"):
            if not (words[0] == "prefix-list" and path[-1][0] == "from"):
                yield _ENTRIES[words[0]], words[1]
        elif words[0] in ("community", "as-path") and path == (("policy-options",),):
            yield words[0], words[1]


def _undefined(path: tuple[Words, ...], statement: Statement, known: set[tuple[str, str]]) -> Iterator[str]:
    words = statement.words
    for reference in _REFERENCES:
        names = _named(reference, path, words)
        for name in names:
            if reference.kind == "vlan" and (name in PREDEFINED_VLANS or _is_range(name)):
                continue
            if (reference.kind, name) not in known:
                yield _message(
                    path, statement, _WORDS.get(reference.kind, f"{reference.kind} {{name}} is not defined"), name
                )


def _named(reference: _Reference, path: tuple[Words, ...], words: Words) -> tuple[str, ...]:
    firsts = [each[0] for each in path]
    last = firsts[-1] if firsts else ""
    if reference.kind == "community" and reference.keyword == "community" and "policy-statement" in firsts:
        if last == "community" and words[0] in ("add", "delete", "set"):
            return words[1:2]
        return words[1:2] if words[0] == "community" and len(words) == 2 else ()
    if words[0] != reference.keyword or len(words) != 2:
        return ()
    if reference.where and last != reference.where:
        return ()
    if reference.below and reference.below not in firsts:
        return ()
    if reference.keyword in ("prefix-list",) and last != "from":
        return ()
    return (words[1],)


def _is_range(name: str) -> bool:
    return re.fullmatch(r"\d+-\d+", name) is not None


def _message(path: tuple[Words, ...], statement: Statement, words: str, name: str) -> str:
    where = " ".join(word for each in path for word in each)
    return f"[edit {where}]\n  '{statement.text}'\n    {words.format(name=name)}\n"


def _ports(root: Statement) -> Iterator[str]:
    """An access port is in one VLAN; a native VLAN needs a trunk."""
    interfaces = root.find(("interfaces",))
    for port in interfaces.ordered() if interfaces else ():
        for unit in (each for each in port.ordered() if each.words[0] == "unit" and not port.inactive):
            switching = unit.find(("family",), ("ethernet-switching",))
            if switching is None:
                continue
            vlan = switching.find(("vlan",))
            mode = switching.find(("interface-mode",))
            trunk = mode is not None and mode.words[1] == "trunk"
            if vlan is not None and len(vlan.below) > 1 and not trunk:
                yield (
                    f"[edit interfaces {port.words[0]} unit {unit.words[1]} family]\n  'ethernet-switching'\n"
                    "    Access interface cannot be part of more than one VLAN\n"
                )


def _peers(root: Statement) -> Iterator[str]:
    """A peer of an external group has an AS."""
    for path, statement in _walk(root):
        if statement.words[0] != "neighbor" or not path or path[-1][0] != "group" or ("bgp",) not in path:
            continue
        group = root.find(*path)
        kind = group.find(("type",)) if group else None
        has_as = statement.find(("peer-as",)) or (group and group.find(("peer-as",)))
        if (kind is None or kind.words[1] == "external") and not has_as:
            yield _message(
                path, statement, "Error in neighbor {name}:\npeer AS number must be configured", statement.words[1]
            )


def _instances(root: Statement) -> Iterator[str]:
    """A VRF has a route distinguisher, and a target or policies; an interface is in one instance only."""
    instances = root.find(("routing-instances",))
    seen: dict[str, str] = {}
    for instance in instances.ordered() if instances else ():
        kind = instance.find(("instance-type",))
        name = instance.words[0]
        if kind is not None and kind.words[1] == "vrf" and not instance.inactive:
            if instance.find(("route-distinguisher",)) is None:
                yield (
                    f"[edit routing-instances]\n  '{name}'\n    RT Instance: {name} - missing route-distinguisher"
                    " statement\n"
                )
            if not (instance.find(("vrf-target",)) or instance.find(("vrf-import",))):
                yield f"[edit routing-instances]\n  '{name}'\n    RT Instance: {name} - missing vrf-target statement\n"
        for each in instance.ordered():
            if each.words[0] == "interface":
                other = seen.setdefault(each.words[1], name)
                if other != name:
                    yield (
                        f"[edit routing-instances {name} interface]\n  '{each.words[1]}'\n"
                        f"    RT Instance: Interface {each.words[1]} already configured under instance {other}\n"
                    )


def _zones(root: Statement) -> Iterator[str]:
    """An interface is in one zone only, and those of a zone are in one routing instance."""
    homes, seen = _homes(root), dict[str, str]()
    zones = root.find(("security",), ("zones",))
    for zone in zones.ordered() if zones else ():
        name, first = zone.words[1], ""
        for port in (each.words[1] for each in zone.ordered() if each.words[0] == "interfaces"):
            other, first = seen.setdefault(port, name), first or port
            if other != name:
                words = f"Interface {port} already assigned to another zone"
            elif homes.get(port) != homes.get(first):
                words = f"Interface {port} must be in the same routing instance as other interfaces in the zone"
            else:
                continue
            yield f"[edit security zones security-zone {name}]\n  'interfaces {port}'\n    {words}\n"


def _overlaps(root: Statement) -> Iterator[str]:
    """Two interfaces of a routing instance do not have the same subnet."""
    homes = _homes(root)
    subnets: list[tuple[str, str, object]] = []
    interfaces = root.find(("interfaces",))
    for port in interfaces.ordered() if interfaces else ():
        for unit in (each for each in port.ordered() if each.words[0] == "unit"):
            inet = unit.find(("family",), ("inet",))
            name = f"{port.words[0]}.{unit.words[1]}"
            addresses = (each for each in inet.ordered() if each.words[0] == "address") if inet else ()
            subnets += [(homes.get(name, ""), name, ip_interface(each.words[1]).network) for each in addresses]
    for number, (home, name, network) in enumerate(subnets):
        for other_home, other, its in subnets[:number]:
            if (home, network) == (other_home, its) and name != other and network.num_addresses > 1:  # type: ignore[attr-defined]
                yield f"[edit interfaces]\n  '{name}'\n    overlapping subnet {network} with interface {other}\n"


def _homes(root: Statement) -> dict[str, str]:
    instances = root.find(("routing-instances",))
    return {
        each.words[1]: instance.words[0]
        for instance in (instances.ordered() if instances else ())
        for each in instance.ordered()
        if each.words[0] == "interface"
    }


def _vlans(root: Statement) -> Iterator[str]:
    """A number belongs to one VLAN; an `irb` unit of a VLAN exists."""
    vlans = root.find(("vlans",))
    seen: dict[str, str] = {}
    for vlan in vlans.ordered() if vlans else ():
        if vlan.inactive:
            continue
        number = vlan.find(("vlan-id",))
        if number is not None:
            other = seen.setdefault(number.words[1], vlan.words[0])
            if other != vlan.words[0]:
                words = f"vlan-id {number.words[1]} is already used by vlan {other}"
                yield f"[edit vlans]\n  '{vlan.words[0]}'\n    {words}\n"
        layer3 = vlan.find(("l3-interface",))
        if layer3 is not None:
            port, _, unit = layer3.words[1].partition(".")
            if root.find(("interfaces",), (port,), ("unit", unit)) is None:
                yield (
                    f"[edit vlans {vlan.words[0]} l3-interface]\n  '{layer3.words[1]}'\n"
                    "    Interface must already be defined under [edit interfaces]\n"
                )
