"""The design of a WAN access: links, AS number and the buyer's VRF, and the subnets that it announces."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.scalars import RESERVED_ASNS, RESERVED_VLANS
from turnup.service.lines import ServiceLine
from turnup.services.lan.design import address_plan
from turnup.services.lan.designs import LanDesign

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.wan.parameters import GatewayProtocol, QosClass, Steering, WanParameters


_LINK, _LAN_OF_TWO = 31, 29
"""Lengths of a transit prefix."""

_WATCHED_MS = 300
"""A second access is of use only if it is known within seconds that the first is away; BGP alone takes minutes."""


@dataclass(frozen=True, slots=True)
class AccessDesign:
    """One access: the circuit between a CPE and a provider edge.

    Attributes:
        link: its /31; the provider edge has the first address (RFC 3021).
        is_primary: whether the site's traffic takes it while it is there.
    """

    link: IPv4Network
    is_primary: bool

    @property
    def pe_address(self) -> IPv4Interface:
        """The provider edge's end."""
        return IPv4Interface((self.link[0], self.link.prefixlen))

    @property
    def ce_address(self) -> IPv4Interface:
        """The CPE's end."""
        return IPv4Interface((self.link[1], self.link.prefixlen))


@dataclass(frozen=True, slots=True)
class WanDesign:
    """The WAN access of a site.

    Attributes:
        vrf: the buyer's VRF on provider devices.
        route_distinguisher: `provider_asn:N`, one for each buyer; also its route target.
        customer_asn: of the site, or of the buyer where its sites share one.
        shares_asn: whether other sites have the same.
        accesses: the primary first.
        transit: between switch and CPE: a /31 (RFC 3021), or a /29 that holds two CPEs and the address they share.
        subnets: what the site announces.
        aggregate: what the buyer's sites announce lies inside it.
        bgp_password: slot of the secret of the BGP session; empty: none.
        internet_breakout: traffic for elsewhere leaves at the site.
    """

    line: ServiceLine
    vrf: str
    provider_asn: int
    customer_asn: int
    shares_asn: bool
    route_distinguisher: str
    accesses: tuple[AccessDesign, ...]
    transit_vlan: int
    transit: IPv4Network
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    rate_mbps: int
    maximum_prefixes: int
    bgp_password: str
    classes: tuple[QosClass, ...]
    bfd_interval_ms: int
    steering: Steering
    gateway_protocol: GatewayProtocol
    internet_breakout: bool

    @property
    def is_dual(self) -> bool:
        """Whether a second CPE stands in for the first."""
        return len(self.accesses) > 1

    @property
    def switch_address(self) -> IPv4Interface:
        """The switch's end of the transit link."""
        return self._in_transit(0)

    @property
    def shared_address(self) -> IPv4Interface:
        """The address that two CPEs share."""
        return self._in_transit(3)

    def cpe_address(self, number: int = 0) -> IPv4Interface:
        """A CPE's end of the transit link; the first CPE is 0."""
        return self._in_transit(1 + number)

    def _in_transit(self, host: int) -> IPv4Interface:
        first = 0 if self.transit.prefixlen == _LINK else 1
        return IPv4Interface((self.transit[first + host], self.transit.prefixlen))


def design_wan(work: Designing[WanParameters]) -> WanDesign:
    """Give a line its links, its AS number and the VRF of its buyer.

    Raises:
        PoolExhausted: a pool has nothing left.
        DesignError: there is nothing to route.
    """
    pools, owner = work.order.framework.pools, work.order.framework.reference
    site, buyer, allocator, holder = work.site, work.order.buyer, work.allocator, work.line.id
    plan, asked = address_plan(site), work.parameters
    number = allocator.take_number(f"rd/{owner}", pools.route_distinguishers, f"buyer/{buyer.code}", "vrf")
    return WanDesign(
        line=work.line,
        vrf=buyer.vrf,
        provider_asn=pools.provider_asn,
        customer_asn=_asn(work),
        shares_asn=asked.asn is not None,
        route_distinguisher=f"{pools.provider_asn}:{number}",
        accesses=_accesses(work),
        transit_vlan=allocator.take_number(
            f"vlan/{site.code}", plan.transit_vlans, holder, "transit", never=RESERVED_VLANS
        ),
        transit=allocator.take_subnet(
            f"transit/{site.code}", plan.transit, _LAN_OF_TWO if asked.dual_access else _LINK, holder, "transit"
        ),
        subnets=_routed(work),
        aggregate=buyer.aggregate,
        rate_mbps=asked.rate_mbps,
        maximum_prefixes=asked.maximum_prefixes,
        bgp_password=f"<secret:{asked.bgp_password}>" if asked.bgp_password else "",
        classes=asked.classes,
        bfd_interval_ms=asked.bfd_interval_ms or (_WATCHED_MS if asked.dual_access else 0),
        steering=asked.steering,
        gateway_protocol=asked.gateway_protocol,
        internet_breakout=asked.internet_breakout,
    )


def _asn(work: Designing[WanParameters]) -> int:
    """The buyer's own AS number, or the next free one of the framework's."""
    pools, owner = work.order.framework.pools, work.order.framework.reference
    if work.parameters.asn is not None:
        return work.parameters.asn
    never = {*RESERVED_ASNS, pools.provider_asn}
    return work.allocator.take_number(f"asn/{owner}", pools.customer_asns, work.line.id, "site", never=never)


def _accesses(work: Designing[WanParameters]) -> tuple[AccessDesign, ...]:
    pool, links = f"access-link/{work.order.framework.reference}", work.order.framework.pools.access_links
    keys = ("access", "second access") if work.parameters.dual_access else ("access",)
    taken = (work.allocator.take_subnet(pool, links, _LINK, work.line.id, key) for key in keys)
    return tuple(AccessDesign(link, is_primary=place == 0) for place, link in enumerate(taken))


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
