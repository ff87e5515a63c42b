"""What makes Junos refuse a commit, or do more or less than a declared line says: found while planning.

Source: Junos OS Ethernet Switching User Guide (`vlans`, `interface-mode`, `l3-interface`), Interfaces Fundamentals
(`802.3ad`, `family`), CLI User Guide (`deactivate`), Routing Policies and Firewall Filters ("referenced but not
defined"), Security Policies (`security-zone`), Flow-Based and Packet-Based Processing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from turnup.change.platforms.juniper_junos_words import is_within
from turnup.change.platforms.language import STILL_IN_USE, Obstacle, Scene
from turnup.change.platforms.switch_ports import FREE_IT

if TYPE_CHECKING:
    from hier_config import HConfig

_UNIT = re.compile(r"set interfaces (\S+) unit (\S+) family (ethernet-switching|inet)(?: (.+))?")
_VLAN_ID = re.compile(r"set vlans (\S+) vlan-id (\S+)")
_MEMBERS = re.compile(r"set (interfaces \S+ unit \S+ family ethernet-switching) vlan members (\[ )?(\S+)(?: \])?")
_ADDRESS = re.compile(r"set interfaces (\S+) unit (\S+) family inet address (\S+)")
_HOME = re.compile(r"set routing-instances (\S+) interface (\S+)")
_MEMBER = re.compile(r"set interfaces (\S+) (?:ether-options|gigether-options) 802\.3ad (\S+)")

_ZONE = re.compile(r"set security zones security-zone (\S+) interfaces (\S+)")
_BY_PACKET = "set security forwarding-options family mpls mode packet-based"
_TRUNK = " interface-mode trunk"

_DEFINITIONS = (
    (re.compile(r"set vlans \S+ vlan-id (\d+)"), r" vlan members (?:\[ )?{name}(?: \])?"),
    (
        re.compile(r"set vlans (\S+)"),
        r"(?: vlan members (?:\[ )?{name}(?: \])?| voip interface \S+ vlan {name}"
        r"| (?:guest-vlan|server-reject-vlan|vlan-name) {name}| igmp-snooping vlan {name}(?: .+)?)",
    ),
    (
        re.compile(r"set policy-options prefix-list (\S+)"),
        r" from (?:source-|destination-)?prefix-list(?:-filter)? {name}(?: .+)?",
    ),
    (
        re.compile(r"set policy-options policy-statement (\S+)"),
        r" (?:import|export|vrf-import|vrf-export|policy) {name}",
    ),
    (
        re.compile(r"set policy-options (?:community|as-path) (\S+)"),
        r" (?:from|then) (?:community|as-path) (?:\S+ )?{name}",
    ),
    (re.compile(r"set firewall (?:family \S+ )?filter (\S+)"), r" filter (?:input|output|input-list) {name}"),
    (re.compile(r"set firewall policer (\S+)"), r" then policer {name}"),
    (re.compile(r"set forwarding-options storm-control-profiles (\S+)"), r" storm-control {name}"),
    (re.compile(r"set access profile (\S+)"), r" authentication-profile-name {name}"),
    (re.compile(r"set class-of-service scheduler-maps (\S+)"), r" scheduler-map {name}"),
    (re.compile(r"set class-of-service schedulers (\S+)"), r" forwarding-class \S+ scheduler {name}"),
    (re.compile(r"set class-of-service traffic-control-profiles (\S+)"), r" output-traffic-control-profile {name}"),
    (
        re.compile(r"set class-of-service classifiers (?:dscp|ieee-802\.1) (\S+)"),
        r" classifiers (?:dscp|ieee-802\.1) {name}",
    ),
    (re.compile(r"set routing-instances (\S+)"), r" (?:routing-instance|instance) {name}(?: .+)?"),
    (re.compile(r"set security zones security-zone (\S+)"), r" (?:(?:from|to)-)?zone {name}(?: .+)?"),
)
"""What defines a name, and how a statement elsewhere ends, or goes on, that uses it."""


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find all that stands in the way of what is declared."""
    declared, running, candidate = (_lines(each) for each in (scene.declared, scene.running, scene.candidate))
    yield from _still_in_use(scene, running, candidate)
    yield from _inactive(declared, running)
    yield from _vlan_ids(declared, candidate)
    yield from _port_modes(declared, running, candidate)
    yield from _trunks_of_others(scene, declared, running, candidate)
    yield from _families(declared, candidate)
    yield from _channels(declared, running)
    yield from _addresses_of_others(scene, declared, running)
    yield from _overlaps(declared, candidate)
    yield from _ports_of_others(declared, candidate)
    yield from _forwarding(declared, candidate)


def _lines(root: HConfig) -> tuple[str, ...]:
    return tuple(child.text for child in root.children)


def _still_in_use(scene: Scene, running: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """What goes and is used by a line that stays; and an object that goes with lines of others in it."""
    here = set(candidate)
    going = [line for line in running if line not in here]
    for definition, use in _DEFINITIONS:
        names = {found[1]: line for line in going if (found := definition.fullmatch(line)) is not None}
        for name, line in names.items():
            pattern = re.compile(use.format(name=re.escape(name)) + "$")
            user = next((each for each in candidate if pattern.search(each)), "")
            if user:
                yield _in_use(line, user)
    objects = [path[0] for path in scene.owned if path[0] in scene.running.children and path[0] not in here]
    for line in objects:
        user = next((each for each in candidate if is_within(each, line)), "")
        if user:
            yield _in_use(line, user)


def _in_use(line: str, user: str) -> Obstacle:
    return Obstacle(
        path=(line,),
        rule=STILL_IN_USE,
        expected="nobody else to use what goes with the service line",
        found=user,
        remedy="Free it on the device first: the device would refuse the commit, or take the other's line too.",
    )


def _inactive(declared: tuple[str, ...], running: tuple[str, ...]) -> Iterator[Obstacle]:
    """What stands in something that is deactivated is taken and has no effect."""
    marked = [line.replace("deactivate ", "set ", 1) for line in running if line.startswith("deactivate ")]
    for line in marked:
        ours = next((each for each in declared if each == line or is_within(each, line)), "")
        if ours:
            found = line.replace("set ", "deactivate ", 1)
            yield Obstacle((ours,), "inactive", "an active statement", found, "Activate it on the device first.")


def _vlan_ids(declared: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """A number belongs to one VLAN."""
    ours = {found[2]: found[1] for line in declared if (found := _VLAN_ID.fullmatch(line)) is not None}
    for line in candidate:
        found = _VLAN_ID.fullmatch(line)
        if found is not None and ours.get(found[2], found[1]) != found[1]:
            name = ours[found[2]]
            yield Obstacle(
                (f"set vlans {name} vlan-id {found[2]}",), "vlan-of-others", "no VLAN of that number", line, FREE_IT
            )


def _port_modes(declared: tuple[str, ...], running: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """An access port is in one VLAN, and VLANs of others stay on a port whose mode would change."""
    ours = {found[1]: line for line in declared if (found := _MEMBERS.fullmatch(line)) is not None}
    there: dict[str, list[str]] = {}
    for line in candidate:
        if (found := _MEMBERS.fullmatch(line)) is not None and found[1] in ours:
            there.setdefault(found[1], []).append(line)
    trunks, were = _trunks(candidate), _trunks(running)
    for port, lines in there.items():
        others = [line for line in lines if line not in declared]
        if others and ((port in trunks) != (port in were) or (port not in trunks and len(lines) > 1)):
            yield Obstacle((ours[port],), "port-mode", "a port of this mode, in VLANs of ours", others[0], FREE_IT)


def _trunks_of_others(
    scene: Scene, declared: tuple[str, ...], running: tuple[str, ...], candidate: tuple[str, ...]
) -> Iterator[Obstacle]:
    """A trunk that was ours and ends, on which others have put VLANs since: as an access port it would carry one."""
    ended = _trunks(running) - _trunks(candidate)
    for line in candidate:
        found = _MEMBERS.fullmatch(line)
        if found is not None and found[1] in ended and line not in declared and (line,) not in scene.owned:
            yield _in_use(f"set {found[1]}{_TRUNK}", line)


def _trunks(lines: tuple[str, ...]) -> frozenset[str]:
    return frozenset(line[4:].removesuffix(_TRUNK) for line in lines if line.endswith(_TRUNK))


def _families(declared: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """A unit that routes does not switch, and the other way round."""
    ours = {found.group(1, 2): (found[3], line) for line in declared if (found := _UNIT.fullmatch(line)) is not None}
    for line in candidate:
        found = _UNIT.fullmatch(line)
        if found is None or found.group(1, 2) not in ours:
            continue
        family, mine = ours[found.group(1, 2)]
        if found[3] != family:
            yield Obstacle((mine,), "routed-port", f"no family but {family}", line, FREE_IT)


def _channels(declared: tuple[str, ...], running: tuple[str, ...]) -> Iterator[Obstacle]:
    """A member of an aggregated interface has no unit of its own."""
    members = {found[1]: (found[2], line) for line in running if (found := _MEMBER.fullmatch(line)) is not None}
    for line in declared:
        found = _UNIT.fullmatch(line)
        if found is not None and found[1] in members:
            channel, other = members[found[1]]
            remedy = f"Name {channel} in the site's description in the place of its members."
            yield Obstacle((line,), "channel-member", "a port that is no member of an aggregate", other, remedy)
            return


def _addresses_of_others(scene: Scene, declared: tuple[str, ...], running: tuple[str, ...]) -> Iterator[Obstacle]:
    """A second address stands beside ours: Junos replaces none."""
    ours = {found.group(1, 2): line for line in declared if (found := _ADDRESS.fullmatch(line)) is not None}
    for line in running:
        found = _ADDRESS.fullmatch(line)
        if found is None or found.group(1, 2) not in ours or line in declared or (line,) in scene.owned:
            continue
        yield Obstacle((ours[found.group(1, 2)],), "not-taken-over", "no other address on it", line, FREE_IT)


def _overlaps(declared: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """Within a routing instance no two interfaces have subnets that overlap."""
    homes = {found[2]: found[1] for line in candidate if (found := _HOME.fullmatch(line)) is not None}
    everything = [
        (f"{found[1]}.{found[2]}", line, IPv4Interface(found[3]).network)
        for line in candidate
        if (found := _ADDRESS.fullmatch(line)) is not None and _is_address(found[3])
    ]
    for port, line, subnet in (each for each in everything if each[1] in declared):
        for other, there, its in everything:
            if other != port and homes.get(other) == homes.get(port) and subnet.overlaps(its):
                yield Obstacle(
                    path=(line,),
                    rule="overlapping-subnet",
                    expected="a subnet that no other interface of the routing instance has",
                    found=there,
                    remedy="Correct the site's address plan, or free the subnet on the device.",
                )


def _ports_of_others(declared: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """An interface is in one zone and in one routing instance."""
    for place, what in ((_ZONE, "zone"), (_HOME, "routing instance")):
        ours = {found[2]: line for line in declared if (found := place.fullmatch(line)) is not None}
        for line in candidate:
            found = place.fullmatch(line)
            if found is not None and ours.get(found[2], line) != line:
                yield Obstacle((ours[found[2]],), "not-taken-over", f"a port of no other {what}", line, FREE_IT)


def _forwarding(declared: tuple[str, ...], candidate: tuple[str, ...]) -> Iterator[Obstacle]:
    """A firewall passes nothing at a port of no zone; where it forwards by packet, zones and translation are idle."""
    if _BY_PACKET in candidate:
        ours = next((line for line in declared if line.startswith("set security nat ")), "")
        if ours:
            remedy = "Delete it on the device and reboot it in an agreed window, or put the circuit on another CPE."
            yield Obstacle((ours,), "forwards-by-packet", "a firewall that forwards by flow", _BY_PACKET, remedy)
        return
    zones = {found[2]: line for line in candidate if (found := _ZONE.fullmatch(line)) is not None}
    for line in declared if zones else ():
        found = _ADDRESS.fullmatch(line)
        if found is None or found[1] in ("irb", "lo0") or f"{found[1]}.{found[2]}" in zones:
            continue
        remedy = "Describe the internet circuit at this CPE, or have it forward by packet (it reboots for that)."
        yield Obstacle(
            (line,), "no-zone", "a zone for the port: others are in zones", next(iter(zones.values())), remedy
        )


def _is_address(text: str) -> bool:
    try:
        IPv4Interface(text)
    except ValueError:
        return False
    return True
