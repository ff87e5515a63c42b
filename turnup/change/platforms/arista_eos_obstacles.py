"""What makes Arista EOS refuse a declared line, or do more or less than the line says: found while planning.

Source: EOS User Manual 4.31, chapters VLANs, Data Transfer (`switchport`), IPv4 (`ip address`, `ip routing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv4Network

from turnup.change.platforms.addresses import overlapping_subnets
from turnup.change.platforms.in_use import definitions_still_in_use
from turnup.change.platforms.language import STILL_IN_USE, Obstacle, Scene
from turnup.change.platforms.switch_ports import (
    FREE_IT,
    members_of_channels,
    named,
    routed_ports,
    value_at_top,
    value_in,
    vlans_of_others,
)

_ADDRESS = re.compile(r"^ip address (?:virtual )?(\d\S*/\d+)")
_VRF = "vrf "
_ROUTES = re.compile(r"^(router|ip virtual-router) ")
_LEAVE_IT = "Free it on the device first: without it, what others have there stops to work."


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find all that stands in the way of what is declared."""
    yield from definitions_still_in_use(scene)
    yield from members_of_channels(scene)
    yield from vlans_of_others(scene)
    yield from routed_ports(scene)
    yield from _ports_that_route_by_default(scene)
    yield from _ports_of_another_mode(scene)
    yield from overlapping_subnets(scene, subnet_of, _VRF)
    yield from _routing_that_others_use(scene)
    yield from _priorities_without_effect(scene)


def subnet_of(line: str) -> IPv4Network | None:
    """The subnet of an `ip address` line; none for any other line."""
    match = _ADDRESS.match(line)
    try:
        return None if match is None else IPv4Interface(match.group(1)).network
    except ValueError:
        return None


def occupies(_header: str, line: str) -> IPv4Network | None:
    """What only one section may have: an interface's subnet. Names of VLANs may be alike."""
    return subnet_of(line)


def _ports_that_route_by_default(scene: Scene) -> Iterator[Obstacle]:
    """Where ports route unless told to switch, a line about VLANs is taken and has no effect."""
    if value_at_top(scene.running, "switchport default mode ") != "routed":
        return
    for port in named(scene.declared, "interface "):
        line = next((each.text for each in port.children if each.text.startswith("switchport ")), "")
        here = scene.running.children.get(port.text)
        if line and (here is None or "switchport" not in here.children):
            yield Obstacle((port.text, line), "routed-port", "a switch port", "switchport default mode routed", FREE_IT)


def _ports_of_another_mode(scene: Scene) -> Iterator[Obstacle]:
    """Access is the mode that is not shown: an access VLAN on a port that others made a trunk has no effect."""
    for port in named(scene.declared, "interface "):
        line = next((each.text for each in port.children if each.text.startswith("switchport access ")), "")
        mode = value_in(scene.candidate.children.get(port.text), "switchport mode ")
        if line and mode and not value_in(port, "switchport mode "):
            yield Obstacle((port.text, line), "port-mode", "an access port", f"switchport mode {mode}", FREE_IT)


def _routing_that_others_use(scene: Scene) -> Iterator[Obstacle]:
    """Routing that we switched on is switched off with us, unless others have come to stand on it.

    A static route is no sign of it: a switch that does not route has one too, to be managed by (manual, `ip routing`).
    Nor are the lines of services that stay and live without it: none of them declares it.
    """
    if "ip routing" not in scene.running.children or "ip routing" in scene.candidate.children:
        return
    ours = scene.declared.children
    users = [child.text for child in scene.candidate.children if _ROUTES.match(child.text) and child.text not in ours]
    svis = (svi for svi in named(scene.candidate, "interface Vlan") if svi.text not in ours)
    users += [svi.text for svi in svis if value_in(svi, "ip address ")][1:]
    if users:
        yield Obstacle(("ip routing",), STILL_IN_USE, "nobody else to stand on it", users[0], _LEAVE_IT)


def _priorities_without_effect(scene: Scene) -> Iterator[Obstacle]:
    """A priority by VLAN counts in rapid-pvst only (manual, `spanning-tree vlan-id priority`)."""
    mode = value_at_top(scene.candidate, "spanning-tree mode ")
    line = next((each.text for each in named(scene.declared, "spanning-tree vlan-id ")), "")
    if line and mode != "rapid-pvst":
        yield Obstacle(
            path=(line,),
            rule="no-effect",
            expected="spanning-tree mode rapid-pvst",
            found=f"spanning-tree mode {mode}" if mode else "no mode, which is mstp",
            remedy="Set the priority of the instance by hand, or change the mode with all switches of the site.",
            refuses=False,
        )
