"""The design of a LAN: each segment has a VLAN, a subnet and ports, the same for as long as it is ordered."""

from __future__ import annotations

from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from turnup.allocation import prefix_length_for
from turnup.errors import DesignError
from turnup.scalars import RESERVED_VLANS
from turnup.service.lines import PortRef, ServiceLine
from turnup.services.lan.designs import LanDesign, SegmentDesign
from turnup.services.lan.power import powering, reserve_power
from turnup.services.lan.soundness import check_sound

if TYPE_CHECKING:
    from turnup.allocation import Allocator
    from turnup.service.contract import Designing
    from turnup.services.lan.parameters import LanParameters, Segment
    from turnup.sites import AddressPlan, Site


def claim_asked_vlans(work: Designing[LanParameters]) -> None:
    """Claim the VLANs that were asked for; the native one belongs to all LANs of a site."""
    if work.parameters.native_vlan is not None:
        holder = f"site/{work.site.code}"
        work.allocator.claim(f"vlan/{work.site.code}", str(work.parameters.native_vlan), holder, "native")
    for segment in work.parameters.segments:
        if segment.vlan is not None:
            _vlan(work.site, work.line, segment, work.allocator)


def design_lan(work: Designing[LanParameters]) -> LanDesign:
    """Give every segment of a line its VLAN, subnet and ports.

    Raises:
        PoolExhausted: the site has no VLAN, subnet or port left.
        DesignError: somebody else holds a VLAN that was asked for, or the WAN of another call-off routes a subnet
            that would change, or no switch has the power that a port shall give.
    """
    segments = (_segment(work, segment) for segment in work.parameters.segments)
    lan = LanDesign(work.line, tuple(segments), work.parameters)
    check_sound(lan, work.site)
    _check_routed_here(lan, work)
    return lan


def _vlan(site: Site, line: ServiceLine, segment: Segment, allocator: Allocator) -> int:
    pool, key = f"vlan/{site.code}", f"segment:{segment.name}"
    if segment.vlan is not None:
        return int(allocator.claim(pool, str(segment.vlan), line.id, key))
    return allocator.take_number(pool, address_plan(site).vlans, line.id, key, never=RESERVED_VLANS)


def _segment(work: Designing[LanParameters], segment: Segment) -> SegmentDesign:
    site, line, allocator = work.site, work.line, work.allocator
    key = f"segment:{segment.name}"
    subnet = allocator.take_subnet(
        f"lan/{site.code}", address_plan(site).lan, prefix_length_for(segment.hosts), line.id, key
    )
    formers = allocator.formers(f"lan/{site.code}", line.id, key, subnet)
    return SegmentDesign(
        name=segment.name,
        vlan=_vlan(site, line, segment, allocator),
        subnet=subnet,
        gateway=IPv4Interface((subnet[1], subnet.prefixlen)),
        ports=tuple(_port(work, segment, f"{key}/{number}") for number in range(1, segment.ports + 1)),
        dhcp_server=segment.dhcp_server,
        former_gateways=tuple(IPv4Interface((each[1], each.prefixlen)) for each in formers),
    )


def _check_routed_here(lan: LanDesign, work: Designing[LanParameters]) -> None:
    """A subnet that changes has to be routed by a WAN of the same order: another one would go on with the former."""
    held = work.allocator.held(f"transit/{lan.line.site}")
    wans = {each.holder for each in held if not work.allocator.rests(each)} - work.lines
    for segment in lan.segments:
        if segment.former_gateways and wans:
            raise DesignError(
                f"{lan.line.id}: segment {segment.name}",
                "a WAN of the same call-off, that changes with it",
                f"{min(wans)}, which routes {segment.former_gateways[0].network}",
                "Order the new hosts as a segment of their own.",
            )


def _port(work: Designing[LanParameters], segment: Segment, key: str) -> PortRef:
    """Take a port, on a switch that has the power for it."""
    switches = powering(work, segment)
    everything = {
        f"{switch.device} {interface}": PortRef(switch.device, interface)
        for switch in work.site.switches
        for interface in switch.access_ports
    }
    fitting = (name for name, port in everything.items() if port.device in switches)
    port = everything[work.allocator.take(f"port/{work.site.code}", fitting, work.line.id, key)]
    reserve_power(work, segment, port, key)
    return port


def address_plan(site: Site) -> AddressPlan:
    """What the services of a site are allocated from.

    Raises:
        DesignError: the site has no address plan.
    """
    if site.addresses is None:
        raise DesignError(
            f"inventory/sites/{site.code}/site.yaml",
            "an address plan",
            "none",
            "Add `addresses` with lan, transit, vlans and transit_vlans.",
        )
    return site.addresses
