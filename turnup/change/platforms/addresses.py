"""Addresses of interfaces: within a VRF no two may have subnets that overlap, whoever configured them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Obstacle, Scene
from turnup.change.platforms.switch_ports import named, value_in

if TYPE_CHECKING:
    from hier_config import HConfig

SubnetOf = Callable[[str], IPv4Network | None]
"""From a line to the subnet that it puts on its interface; none for other lines."""


@dataclass(frozen=True, slots=True)
class _Address:
    port: str
    line: str
    vrf: str
    subnet: IPv4Network

    def overlaps(self, other: _Address) -> bool:
        return self.port != other.port and self.vrf == other.vrf and self.subnet.overlaps(other.subnet)


def overlapping_subnets(scene: Scene, subnet_of: SubnetOf, vrf_line: str) -> Iterator[Obstacle]:
    """Find declared addresses whose subnet another interface of the VRF has; overlap across VRFs is legal.

    Args:
        scene: what the device has, and is to have.
        subnet_of: reads an address.
        vrf_line: beginning of the line that puts an interface into a VRF.
    """
    everything = tuple(_addresses(scene.candidate, subnet_of, vrf_line))
    declared = {(each.port, each.line) for each in _addresses(scene.declared, subnet_of, vrf_line)}
    for ours in everything:
        for other in everything if (ours.port, ours.line) in declared else ():
            if ours.overlaps(other):
                yield Obstacle(
                    path=(ours.port, ours.line),
                    rule="overlapping-subnet",
                    expected="a subnet that no other interface of the VRF has",
                    found=f"{other.line} on {other.port}",
                    remedy="Correct the site's address plan, or free the subnet on the device.",
                )


def _addresses(root: HConfig, subnet_of: SubnetOf, vrf_line: str) -> Iterator[_Address]:
    for port in named(root, "interface "):
        for line in port.children:
            subnet = subnet_of(line.text)
            if subnet is not None:
                yield _Address(port.text, line.text, value_in(port, vrf_line), subnet)
