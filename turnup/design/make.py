"""From an order to its design: each order line becomes a service line with all that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from turnup.design.allocation import Allocation, Allocator, prefix_length_for
from turnup.design.mobile import design_mobile
from turnup.design.service_lines import (
    BaselineDesign,
    LanDesign,
    LineDesign,
    PortRef,
    SegmentDesign,
    ServiceLine,
    WanDesign,
    baseline_line,
    service_line_id,
)
from turnup.errors import DesignError
from turnup.parameters import LanParameters, MobileParameters, Segment, WanParameters
from turnup.scalars import RESERVED_ASNS, RESERVED_VLANS

if TYPE_CHECKING:
    from turnup.gate import Order, ValidLine
    from turnup.sites import AddressPlan, Site


@dataclass(frozen=True, slots=True)
class Design:
    """What an order becomes.

    Attributes:
        lines: baselines first, then LAN, WAN, mobile; in the order of the order lines.
        allocations: every value that they use, old and new.
    """

    order: Order
    lines: tuple[LineDesign, ...]
    allocations: tuple[Allocation, ...]


def make_design(
    order: Order,
    taken: tuple[Allocation, ...],
    resting: frozenset[Allocation] = frozenset(),
    reserved: frozenset[Allocation] = frozenset(),
) -> Design:
    """Design an order; the same order on the same ledger gives the same design.

    Args:
        order: an order that passed the gate.
        taken: the ledger's snapshot of what is held.
        resting: what of it is in quarantine.
        reserved: what of it was planned and not delivered.

    Raises:
        PoolExhausted: a pool has nothing left.
        DesignError: a value that was asked for is held by somebody else, or a WAN has nothing to route, or the WAN of
            another call-off routes a subnet that would change.
    """
    allocator = Allocator(taken, resting, reserved)
    _claim_asked_vlans(order, allocator)
    lans = tuple(_lan(order, line, allocator) for line in order.lines if isinstance(line.parameters, LanParameters))
    _check_routed_here(order, lans, allocator)
    wans = tuple(
        _wan(order, line, lans, allocator) for line in order.lines if isinstance(line.parameters, WanParameters)
    )
    mobiles = tuple(
        design_mobile(order, _service_line(order, line), line.parameters, allocator)
        for line in order.lines
        if isinstance(line.parameters, MobileParameters)
    )
    # A place that has SIMs and nothing else has no device to manage.
    sites = dict.fromkeys(line.site.code for line in order.lines if line.site.devices)
    baselines = tuple(BaselineDesign(baseline_line(site)) for site in sites)
    return Design(order, (*baselines, *lans, *wans, *mobiles), allocator.given)


def _service_line(order: Order, line: ValidLine) -> ServiceLine:
    reference = order.call_off.reference
    return ServiceLine(
        id=service_line_id(reference, line.order_line.id),
        call_off=reference,
        site=line.site.code,
        service=line.product.service,
        product=line.product.code,
    )


def _claim_asked_vlans(order: Order, allocator: Allocator) -> None:
    """Claim the VLANs that were asked for, of all lines, before any free one is given out."""
    for line in order.lines:
        if isinstance(line.parameters, LanParameters):
            for segment in line.parameters.segments:
                if segment.vlan is not None:
                    _vlan(line.site, _service_line(order, line), segment, allocator)


def _lan(order: Order, line: ValidLine, allocator: Allocator) -> LanDesign:
    if not isinstance(line.parameters, LanParameters):
        raise TypeError(line.parameters)
    service_line = _service_line(order, line)
    segments = (_segment(line.site, service_line, segment, allocator) for segment in line.parameters.segments)
    return LanDesign(service_line, tuple(segments))


def _vlan(site: Site, line: ServiceLine, segment: Segment, allocator: Allocator) -> int:
    pool, key = f"vlan/{site.code}", f"segment:{segment.name}"
    if segment.vlan is not None:
        return int(allocator.claim(pool, str(segment.vlan), line.id, key))
    return allocator.take_number(pool, _plan(site).vlans, line.id, key, never=RESERVED_VLANS)


def _segment(site: Site, line: ServiceLine, segment: Segment, allocator: Allocator) -> SegmentDesign:
    key = f"segment:{segment.name}"
    subnet = allocator.take_subnet(f"lan/{site.code}", _plan(site).lan, prefix_length_for(segment.hosts), line.id, key)
    formers = allocator.formers(f"lan/{site.code}", line.id, key, subnet)
    return SegmentDesign(
        name=segment.name,
        vlan=_vlan(site, line, segment, allocator),
        subnet=subnet,
        gateway=IPv4Interface((subnet[1], subnet.prefixlen)),
        ports=tuple(_port(site, line, f"{key}/{number}", allocator) for number in range(1, segment.ports + 1)),
        dhcp_server=segment.dhcp_server,
        former_gateways=tuple(IPv4Interface((each[1], each.prefixlen)) for each in formers),
    )


def _check_routed_here(order: Order, lans: tuple[LanDesign, ...], allocator: Allocator) -> None:
    """A subnet that changes has to be routed by a WAN of the same order: another one would go on with the former."""
    ours = {_service_line(order, line).id for line in order.lines}
    for lan in lans:
        wans = {each.holder for each in allocator.held(f"transit/{lan.line.site}") if not allocator.rests(each)} - ours
        for segment in lan.segments:
            if segment.former_gateways and wans:
                raise DesignError(
                    f"{lan.line.id}: segment {segment.name}",
                    "a WAN of the same call-off, that changes with it",
                    f"{min(wans)}, which routes {segment.former_gateways[0].network}",
                    "Order the new hosts as a segment of their own.",
                )


def _port(site: Site, line: ServiceLine, key: str, allocator: Allocator) -> PortRef:
    everything = {
        f"{switch.device} {interface}": PortRef(switch.device, interface)
        for switch in site.switches
        for interface in switch.access_ports
    }
    return everything[allocator.take(f"port/{site.code}", everything, line.id, key)]


def _wan(order: Order, line: ValidLine, lans: tuple[LanDesign, ...], allocator: Allocator) -> WanDesign:
    if not isinstance(line.parameters, WanParameters):
        raise TypeError(line.parameters)
    service_line = _service_line(order, line)
    pools, owner = order.framework.pools, order.framework.reference
    site, buyer, holder = line.site, order.buyer, service_line.id
    number = allocator.take_number(f"rd/{owner}", pools.route_distinguishers, f"buyer/{buyer.code}", "vrf")
    return WanDesign(
        line=service_line,
        vrf=buyer.vrf,
        provider_asn=pools.provider_asn,
        customer_asn=allocator.take_number(
            f"asn/{owner}", pools.customer_asns, holder, "site", never={*RESERVED_ASNS, pools.provider_asn}
        ),
        route_distinguisher=f"{pools.provider_asn}:{number}",
        link=allocator.take_subnet(f"access-link/{owner}", pools.access_links, 31, holder, "access"),
        transit_vlan=allocator.take_number(
            f"vlan/{site.code}", _plan(site).transit_vlans, holder, "transit", never=RESERVED_VLANS
        ),
        transit=allocator.take_subnet(f"transit/{site.code}", _plan(site).transit, 31, holder, "transit"),
        subnets=_routed(line, line.parameters, lans, allocator),
        aggregate=buyer.aggregate,
        rate_mbps=line.parameters.rate_mbps,
        maximum_prefixes=line.parameters.maximum_prefixes,
        bgp_password=f"<secret:{line.parameters.bgp_password}>" if line.parameters.bgp_password else "",
    )


def _routed(
    line: ValidLine, parameters: WanParameters, lans: tuple[LanDesign, ...], allocator: Allocator
) -> tuple[IPv4Network, ...]:
    """The subnets of the site's segments, from this order or delivered before; former ones while they stay."""
    held: dict[str, tuple[IPv4Network, ...]] = {
        each.key.removeprefix("segment:"): (IPv4Network(each.value),)
        for each in allocator.held(f"lan/{line.site.code}")
        if each.holder not in {lan.line.id for lan in lans} and not allocator.rests(each)
    }
    for lan in lans:
        if lan.line.site == line.site.code:
            held.update((each.name, each.subnets) for each in lan.segments)
    names = parameters.segments or tuple(held)
    missing = [name for name in names if name not in held]
    if missing or not names:
        raise DesignError(
            f"{line.site.code}: {line.order_line.id}",
            "segments of a LAN at the site",
            f"none named {', '.join(missing)}" if missing else "no LAN at the site",
            "Order the LAN with the WAN, or deliver it first.",
        )
    return tuple(sorted(subnet for name in names for subnet in held[name]))


def _plan(site: Site) -> AddressPlan:
    if site.addresses is None:
        raise DesignError(
            f"inventory/sites/{site.code}/site.yaml",
            "an address plan",
            "none",
            "Add `addresses` with lan, transit, vlans and transit_vlans.",
        )
    return site.addresses
