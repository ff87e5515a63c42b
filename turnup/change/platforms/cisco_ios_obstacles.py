"""What makes Cisco IOS refuse a declared line, or do more than the line says: found while planning.

Sources: answers of IOS-XE 17 devices; IOS-XE 17 command references (`switchport`, `vrf forwarding`, `ip routing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from turnup.change.platforms.addresses import overlapping_subnets
from turnup.change.platforms.bgp import bgp_runs_with_another_as
from turnup.change.platforms.cisco_ios_lists import entries_without_numbers
from turnup.change.platforms.cisco_ios_policies import classes_out_of_order
from turnup.change.platforms.cisco_ios_ports import access_begins
from turnup.change.platforms.cisco_ios_voice import numbers_of_others
from turnup.change.platforms.in_use import definitions_still_in_use
from turnup.change.platforms.language import NOTHING, STILL_IN_USE, Obstacle, Scene
from turnup.change.platforms.switch_ports import (
    FREE_IT,
    members_of_channels,
    named,
    routed_ports,
    value_at_top,
    value_in,
    vlans_of_others,
)

if TYPE_CHECKING:
    from hier_config import HConfigChild

_ADDRESS = re.compile(r"^ip address (\S+) (\S+)")
_VRF = "vrf forwarding "
_LEAVE_IT = "Free it on the device first: without it, what others have there stops to work."


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find all that stands in the way of what is declared."""
    yield from bgp_runs_with_another_as(scene)
    yield from definitions_still_in_use(scene)
    yield from classes_out_of_order(scene)
    yield from entries_without_numbers(scene)
    yield from _functions_that_others_use(scene)
    yield from _vlans_that_vtp_keeps(scene)
    yield from members_of_channels(scene)
    yield from vlans_of_others(scene)
    yield from _vlan_names_in_use(scene)
    yield from routed_ports(scene)
    yield from _addresses_that_a_vrf_would_wipe(scene)
    yield from _addresses_that_would_change_their_table(scene)
    yield from overlapping_subnets(scene, subnet_of, _VRF)
    yield from _trunks_that_may_carry_others(scene)
    yield from _gateway_that_routing_voids(scene)
    yield from access_begins(scene)
    yield from numbers_of_others(scene)


_DOT1X = "dot1x system-auth-control"
_FUNCTIONS = (
    ("ip routing", re.compile(r"^(ip route|router) ")),
    ("ip dhcp snooping", re.compile(r"^ip dhcp snooping vlan ")),
    (_DOT1X, NOTHING),
)
"""Functions of the whole device, and the lines that are without effect when they go."""


def _functions_that_others_use(scene: Scene) -> Iterator[Obstacle]:
    """A function that we switched on is switched off with us, unless others have come to stand on it."""
    for line, use in _FUNCTIONS:
        if line not in scene.running.children or line in scene.candidate.children:
            continue
        users = [
            child.text for child in scene.candidate.children if use.match(child.text) and not _is_ours(scene, child)
        ]
        if line == "ip routing":
            users += _routed_svis(scene)[1:]
        if line == _DOT1X:
            ports = named(scene.candidate, "interface ")
            users += [port.text for port in ports if "authentication port-control auto" in port.children]
        if users:
            yield Obstacle((line,), STILL_IN_USE, "nobody else to stand on it", users[0], _LEAVE_IT)


def _is_ours(scene: Scene, line: HConfigChild) -> bool:
    """Whether a line is of a service that stays, which lives without the function: it does not declare it."""
    return line.text in scene.declared.children


def _routed_svis(scene: Scene) -> list[str]:
    """SVIs of others that have an address: a switch that does not route may have one, to be managed by."""
    svis = named(scene.candidate, "interface Vlan")
    return [svi.text for svi in svis if value_in(svi, "ip address ") and not _is_ours(scene, svi)]


def _vlans_that_vtp_keeps(scene: Scene) -> Iterator[Obstacle]:
    """A VTP client takes its VLANs from a server and refuses others; a server hands ours on to its whole domain."""
    mode = value_at_top(scene.running, "vtp mode ")
    if mode not in ("client", "server"):
        return
    refuses = mode == "client"
    for vlan in named(scene.declared, "vlan "):
        if vlan.text not in scene.running.children:
            yield Obstacle(
                path=(vlan.text,),
                rule="vtp-client" if refuses else "vtp-server",
                expected="vtp mode transparent or off",
                found=f"vtp mode {mode}",
                remedy=(
                    "Make the VLAN on the VTP server, or change the mode by hand; then plan again."
                    if refuses
                    else "Every switch of the VTP domain gets the VLAN too: see that it is free on all of them."
                ),
                refuses=refuses,
            )


def _vlan_names_in_use(scene: Scene) -> Iterator[Obstacle]:
    """IOS: "VLAN #N and #M have an identical name"."""
    names = {value_in(vlan, "name "): vlan.text for vlan in named(scene.candidate, "vlan ")}
    for vlan in named(scene.candidate, "vlan "):
        name = value_in(vlan, "name ")
        other = names[name]
        if not name or other == vlan.text:
            continue
        ours = vlan.text if vlan.text in scene.declared.children else other
        yield Obstacle(
            path=(ours, f"name {name}"),
            rule="vlan-name-in-use",
            expected=f"no other VLAN named {name}",
            found=f"{vlan.text} and {other} would have one name",
            remedy="Order the segment under another name, or rename the VLAN on the device.",
        )


def _trunks_that_may_carry_others(scene: Scene) -> Iterator[Obstacle]:
    """A port without mode and list may have negotiated a trunk (DTP) that carries every VLAN; a list ends that."""
    for port in named(scene.declared, "interface "):
        here = scene.running.children.get(port.text)
        if here is None or "switchport mode trunk" not in port.children or "shutdown" in here.children:
            continue
        if not any(line.text.startswith(("switchport mode ", "switchport trunk allowed ")) for line in here.children):
            yield Obstacle(
                path=(port.text, "switchport mode trunk"),
                rule="trunk-begins",
                expected="a port that carries nothing yet, or a trunk with a list",
                found="no switchport mode and no list",
                remedy="If it has negotiated a trunk, put the VLANs that it carries into a list by hand first.",
                refuses=False,
            )


def _addresses_that_a_vrf_would_wipe(scene: Scene) -> Iterator[Obstacle]:
    """IOS takes all addresses from an interface that changes its VRF; those of others must not go."""
    for port in named(scene.declared, "interface "):
        vrf = value_in(port, _VRF)
        here = scene.running.children.get(port.text)
        if not vrf or here is None or value_in(here, _VRF) == vrf:
            continue
        for line in here.children:
            if not re.match(r"ip(v6)? address ", line.text) or line.text in port.children:
                continue
            if (port.text, line.text) not in scene.owned:
                yield Obstacle((port.text, f"{_VRF}{vrf}"), "not-taken-over", "no address", line.text, FREE_IT)


def _addresses_that_would_change_their_table(scene: Scene) -> Iterator[Obstacle]:
    """An address that others put on a port of our VRF would come to another routing table with the end of ours."""
    for port in named(scene.running, "interface "):
        there = scene.candidate.children.get(port.text)
        vrf = value_in(port, _VRF)
        if not vrf or there is None or value_in(there, _VRF) == vrf:
            continue
        declared = scene.declared.children.get(port.text)
        for line in there.children:
            if not re.match(r"ip(v6)? address ", line.text) or line.text not in port.children:
                continue
            if (port.text, line.text) not in scene.owned and (declared is None or line.text not in declared.children):
                yield Obstacle((port.text, f"{_VRF}{vrf}"), STILL_IN_USE, "no address of others", line.text, _LEAVE_IT)


def subnet_of(line: str) -> IPv4Network | None:
    """The subnet of an `ip address` line; none for any other line."""
    match = _ADDRESS.match(line)
    try:
        return None if match is None else IPv4Interface(f"{match.group(1)}/{match.group(2)}").network
    except ValueError:
        return None


def occupies(header: str, line: str) -> IPv4Network | str | None:
    """What only one section may have: an interface's subnet, a VLAN's name ("#N and #M have an identical name")."""
    if header.startswith("vlan ") and line.startswith("name "):
        return line
    return subnet_of(line)


def _gateway_that_routing_voids(scene: Scene) -> Iterator[Obstacle]:
    """A switch that begins to route no longer looks at `ip default-gateway`."""
    begins = "ip routing" in scene.declared.children and "ip routing" not in scene.running.children
    gateway = value_at_top(scene.candidate, "ip default-gateway ")
    if begins and gateway and not value_at_top(scene.candidate, "ip route 0.0.0.0 0.0.0.0 "):
        yield Obstacle(
            path=("ip routing",),
            rule="default-gateway-void",
            expected="a default route, for `ip default-gateway` is void once the switch routes",
            found=f"ip default-gateway {gateway} and no default route",
            remedy=f"Add `ip route 0.0.0.0 0.0.0.0 {gateway}` by hand first, if the switch is managed from afar.",
            refuses=False,
        )
