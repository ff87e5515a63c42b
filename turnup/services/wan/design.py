"""The design of a WAN access: links, AS number and the buyer's VRF, and the subnets that it announces."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.scalars import RESERVED_ASNS, RESERVED_VLANS
from turnup.service.lines import ServiceLine
from turnup.services.lan.design import LanDesign, address_plan

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.wan.parameters import WanParameters


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


def design_wan(work: Designing[WanParameters]) -> WanDesign:
    """Give a line its links, its AS number and the VRF of its buyer.

    Raises:
        PoolExhausted: a pool has nothing left.
        DesignError: there is nothing to route.
    """
    pools, owner = work.order.framework.pools, work.order.framework.reference
    site, buyer, allocator, holder = work.site, work.order.buyer, work.allocator, work.line.id
    plan = address_plan(site)
    number = allocator.take_number(f"rd/{owner}", pools.route_distinguishers, f"buyer/{buyer.code}", "vrf")
    return WanDesign(
        line=work.line,
        vrf=buyer.vrf,
        provider_asn=pools.provider_asn,
        customer_asn=allocator.take_number(
            f"asn/{owner}", pools.customer_asns, holder, "site", never={*RESERVED_ASNS, pools.provider_asn}
        ),
        route_distinguisher=f"{pools.provider_asn}:{number}",
        link=allocator.take_subnet(f"access-link/{owner}", pools.access_links, 31, holder, "access"),
        transit_vlan=allocator.take_number(
            f"vlan/{site.code}", plan.transit_vlans, holder, "transit", never=RESERVED_VLANS
        ),
        transit=allocator.take_subnet(f"transit/{site.code}", plan.transit, 31, holder, "transit"),
        subnets=_routed(work),
        aggregate=buyer.aggregate,
        rate_mbps=work.parameters.rate_mbps,
        maximum_prefixes=work.parameters.maximum_prefixes,
        bgp_password=f"<secret:{work.parameters.bgp_password}>" if work.parameters.bgp_password else "",
    )


def _routed(work: Designing[WanParameters]) -> tuple[IPv4Network, ...]:
    """The subnets of the site's segments, from this order or delivered before; former ones while they stay."""
    lans = tuple(each for each in work.before if isinstance(each, LanDesign))
    ours, site = {lan.line.id for lan in lans}, work.site.code
    held: dict[str, tuple[IPv4Network, ...]] = {
        each.key.removeprefix("segment:"): (IPv4Network(each.value),)
        for each in work.allocator.held(f"lan/{site}")
        if each.holder not in ours and not work.allocator.rests(each)
    }
    for lan in lans:
        if lan.line.site == site:
            held.update((each.name, each.subnets) for each in lan.segments)
    names = work.parameters.segments or tuple(held)
    missing = [name for name in names if name not in held]
    if missing or not names:
        raise DesignError(
            f"{site}: {work.line.id.rpartition('/')[2]}",
            "segments of a LAN at the site",
            f"none named {', '.join(missing)}" if missing else "no LAN at the site",
            "Order the LAN with the WAN, or deliver it first.",
        )
    return tuple(sorted(subnet for name in names for subnet in held[name]))
