"""A LAN with everything that it was allocated."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from turnup.service.lines import PortRef, ServiceLine
from turnup.services.lan.parameters import LanParameters


@dataclass(frozen=True, slots=True)
class SegmentDesign:
    """A segment with its VLAN, subnet and ports.

    Attributes:
        gateway: the SVI's address with the subnet's prefix length: the subnet's first host address.
        former_gateways: of subnets that have become too small; they stay beside it until its hosts have moved.
    """

    name: str
    vlan: int
    subnet: IPv4Network
    gateway: IPv4Interface
    ports: tuple[PortRef, ...]
    dhcp_server: IPv4Address | None
    former_gateways: tuple[IPv4Interface, ...] = ()

    @property
    def subnets(self) -> tuple[IPv4Network, ...]:
        """All that its hosts may have an address of."""
        return (self.subnet, *(each.network for each in self.former_gateways))


@dataclass(frozen=True, slots=True)
class LanDesign:
    """The LAN of a site.

    Attributes:
        segments: in the order of the order.
        ordered: what else was ordered of them and their switches; its segments stand in the same order.
    """

    line: ServiceLine
    segments: tuple[SegmentDesign, ...]
    ordered: LanParameters
