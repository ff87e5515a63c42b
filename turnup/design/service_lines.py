"""Service lines with everything that they were allocated: complete values, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TypeAlias

from turnup.parameters import ServiceName
from turnup.scalars import DeviceName, SiteCode


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service at one site that an order line brings to life.

    Attributes:
        id: `REFERENCE/LINE`, such as `LBHF-2026-0042/L1`; the baseline of a site is `SITE/BASELINE`.
        call_off: reference of the call-off.
        product: code in the catalogue; empty for the baseline.
    """

    id: str
    call_off: str
    site: SiteCode
    service: ServiceName
    product: str


@dataclass(frozen=True, slots=True)
class PortRef:
    """A port of a switch."""

    device: DeviceName
    interface: str


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
    """The LAN of a site."""

    line: ServiceLine
    segments: tuple[SegmentDesign, ...]


@dataclass(frozen=True, slots=True)
class WanDesign:
    """The WAN access of a site.

    Attributes:
        vrf: the buyer's VRF on provider devices.
        route_distinguisher: `provider_asn:N`, one for each buyer; also its route target.
        link: the /31 of the access tail; the provider edge has its first address (RFC 3021).
        transit: the /31 between switch and CPE; the switch has its first address.
        subnets: what the site announces.
        aggregate: what the buyer's sites announce lies inside it.
        bgp_password: slot of the secret of the BGP session; empty: none.
    """

    line: ServiceLine
    vrf: str
    provider_asn: int
    customer_asn: int
    route_distinguisher: str
    link: IPv4Network
    transit_vlan: int
    transit: IPv4Network
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    rate_mbps: int
    maximum_prefixes: int
    bgp_password: str = ""

    @property
    def pe_address(self) -> IPv4Interface:
        """The provider edge's end of the access tail."""
        return IPv4Interface((self.link[0], self.link.prefixlen))

    @property
    def ce_address(self) -> IPv4Interface:
        """The CPE's end of the access tail."""
        return IPv4Interface((self.link[1], self.link.prefixlen))

    @property
    def switch_address(self) -> IPv4Interface:
        """The switch's end of the transit link."""
        return IPv4Interface((self.transit[0], self.transit.prefixlen))

    @property
    def cpe_address(self) -> IPv4Interface:
        """The CPE's end of the transit link."""
        return IPv4Interface((self.transit[1], self.transit.prefixlen))


@dataclass(frozen=True, slots=True)
class BaselineDesign:
    """The management baseline of a site's own devices."""

    line: ServiceLine


@dataclass(frozen=True, slots=True)
class SimDesign:
    """A SIM with its address.

    Attributes:
        msisdn: its number with +.
    """

    imsi: str
    msisdn: str
    address: IPv4Address
    barred: bool


@dataclass(frozen=True, slots=True)
class MobileDesign:
    """SIMs in the buyer's private APN."""

    line: ServiceLine
    apn: str
    sims: tuple[SimDesign, ...]


LineDesign: TypeAlias = LanDesign | WanDesign | MobileDesign | BaselineDesign


def service_line_id(reference: str, line_id: str) -> str:
    """Name the service line of an order line."""
    return f"{reference}/{line_id}"


def baseline_line(site: SiteCode) -> ServiceLine:
    """Name the baseline of a site: a service line like any other, but it ends only with the devices."""
    return ServiceLine(f"{site}/BASELINE", "", site, ServiceName.BASELINE, "")
