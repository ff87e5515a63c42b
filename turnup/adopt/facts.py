"""What a device's configuration says about the values that services are made of: VLANs, gateways, ports, AS numbers.

What a line means is data: a pattern of lineages for each platform and each kind of fact, with named groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface

from turnup.change.platforms.language import Path
from turnup.change.tree import load_tree, path_set
from turnup.sites import Platform

Lineage = tuple[str, ...]
_IOS_PORT = r"^interface (?P<interface>\S+)$"
_EOS_ADDRESS = r"^ip address (?P<address>\d\S+)$"
_IOS_ADDRESS = r"^ip address (?P<address>\S+) (?P<mask>\S+)$"


@dataclass(frozen=True, slots=True)
class FactPatterns:
    """How a platform writes the facts down; a kind that it does not have is empty.

    Attributes:
        vlan_name: groups `vlan` and `name`.
        gateway: the address of a VLAN's interface: groups `vlan`, `address` (with length, or a group `mask`).
        access_port: groups `interface` and `vlan`.
        address: groups `interface`, `address` (with length, or a group `mask`).
        asn: group `asn`.
        route_distinguisher: groups `vrf` and `rd`.
    """

    vlan_name: Lineage = ()
    gateway: Lineage = ()
    access_port: Lineage = ()
    address: Lineage = ()
    asn: Lineage = ()
    route_distinguisher: Lineage = ()


PATTERNS = {
    Platform.CISCO_IOS: FactPatterns(
        vlan_name=(r"^vlan (?P<vlan>\d+)$", r"^name (?P<name>.+)$"),
        gateway=(r"^interface Vlan(?P<vlan>\d+)$", _IOS_ADDRESS),
        access_port=(_IOS_PORT, r"^switchport access vlan (?P<vlan>\d+)$"),
        address=(_IOS_PORT, _IOS_ADDRESS),
        asn=(r"^router bgp (?P<asn>\d+)$",),
        route_distinguisher=(r"^vrf definition (?P<vrf>\S+)$", r"^rd (?P<rd>\S+)$"),
    ),
    Platform.ARISTA_EOS: FactPatterns(
        vlan_name=(r"^vlan (?P<vlan>\d+)$", r"^name (?P<name>.+)$"),
        gateway=(r"^interface Vlan(?P<vlan>\d+)$", _EOS_ADDRESS),
        access_port=(_IOS_PORT, r"^switchport access vlan (?P<vlan>\d+)$"),
        address=(_IOS_PORT, _EOS_ADDRESS),
        asn=(r"^router bgp (?P<asn>\d+)$",),
    ),
    Platform.JUNIPER_JUNOS: FactPatterns(
        vlan_name=(r"^set vlans (?P<name>\S+) vlan-id (?P<vlan>\d+)$",),
        gateway=(r"^set interfaces irb unit (?P<vlan>\d+) family inet address (?P<address>\d\S+)$",),
        access_port=(
            r"^set interfaces (?P<interface>\S+) unit 0 family ethernet-switching vlan members (?P<vlan>[^\s\[]+)$",
        ),
        address=(r"^set interfaces (?P<interface>\S+ unit \d+) family inet address (?P<address>\d\S+)$",),
        asn=(r"^set (?:routing-instances \S+ )?routing-options autonomous-system (?P<asn>\d+)$",),
        route_distinguisher=(r"^set routing-instances (?P<vrf>\S+) route-distinguisher (?P<rd>\S+)$",),
    ),
    Platform.FRR: FactPatterns(
        address=(r"^interface (?P<interface>\S+)(?: vrf \S+)?$", r"^ip address (?P<address>\S+)$"),
        asn=(r"^router bgp (?P<asn>\d+)$",),
    ),
    Platform.OVS: FactPatterns(
        vlan_name=(r"^vlan (?P<vlan>\d+)$", r"^name (?P<name>.+)$"),
        gateway=(r"^port vlan(?P<vlan>\d+)$", r"^address (?P<address>\S+)$"),
        access_port=(r"^port (?P<interface>\S+)$", r"^tag (?P<vlan>\d+)$"),
    ),
    Platform.FREERADIUS: FactPatterns(),
    Platform.HOSTAPD: FactPatterns(),
    Platform.PROVISIONING: FactPatterns(),
    Platform.CISCO_TP: FactPatterns(),
    Platform.KAMAILIO: FactPatterns(),
    Platform.HOSTAPD: FactPatterns(),
}
"""The patterns of each platform."""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What a device has, in the order of its lines.

    Attributes:
        vlan_names: VLAN and name.
        gateways: VLAN and the address of its interface.
        access_ports: interface and its VLAN.
        addresses: interface and address.
        asns: AS numbers of its BGP processes.
        route_distinguishers: VRF and `asn:number`.
    """

    vlan_names: tuple[tuple[int, str], ...] = ()
    gateways: tuple[tuple[int, IPv4Interface], ...] = ()
    access_ports: tuple[tuple[str, int], ...] = ()
    addresses: tuple[tuple[str, IPv4Interface], ...] = ()
    asns: tuple[int, ...] = ()
    route_distinguishers: tuple[tuple[str, str], ...] = ()


def facts_of(platform: Platform, running_text: str) -> DeviceFacts:
    """Read the facts from a running configuration; a line that is not what it should be is no fact."""
    patterns = PATTERNS[platform]
    lines = tuple(sorted(path_set(load_tree(platform, running_text))))
    vlans = tuple((int(each["vlan"]), each["name"]) for each in _found(lines, patterns.vlan_name))
    return DeviceFacts(
        vlan_names=vlans,
        gateways=tuple(
            (int(each["vlan"]), address)
            for each in _found(lines, patterns.gateway)
            if (address := _address(each)) is not None
        ),
        access_ports=tuple(
            (each["interface"], vlan)
            for each in _found(lines, patterns.access_port)
            if (vlan := _number_of(each["vlan"], vlans)) is not None
        ),
        addresses=tuple(
            (each["interface"], address)
            for each in _found(lines, patterns.address)
            if (address := _address(each)) is not None
        ),
        asns=tuple(int(each["asn"]) for each in _found(lines, patterns.asn)),
        route_distinguishers=tuple((each["vrf"], each["rd"]) for each in _found(lines, patterns.route_distinguisher)),
    )


def _number_of(vlan: str, vlans: tuple[tuple[int, str], ...]) -> int | None:
    """The number of a VLAN that a port names by its number, or by its name; none where there is no such VLAN."""
    return int(vlan) if vlan.isdigit() else next((number for number, name in vlans if name == vlan), None)


def _found(lines: tuple[Path, ...], lineage: Lineage) -> Iterator[dict[str, str]]:
    for path in lines:
        if not lineage or len(path) != len(lineage):
            continue
        matches = [re.search(pattern, text) for pattern, text in zip(lineage, path, strict=True)]
        if all(matches):
            yield {name: text for match in matches if match is not None for name, text in match.groupdict().items()}


def _address(groups: dict[str, str]) -> IPv4Interface | None:
    words = f"{groups['address']}/{groups['mask']}" if "mask" in groups else groups["address"]
    try:
        return IPv4Interface(words)
    except ValueError:
        return None
