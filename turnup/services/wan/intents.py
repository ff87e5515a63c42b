"""WAN: the site's segments routed to the buyer's other sites, from the switch over the CPE to the provider edge."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.findings import did_you_mean
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.services.wan.limits import limits_of
from turnup.services.wan.parameters import Steering
from turnup.services.wan.values import (
    Gateway,
    Internet,
    RoutePolicy,
    Shaper,
    ShaperClass,
    WanCpe,
    WanParts,
    WanPe,
    WanPeAccess,
    WanSwitch,
)
from turnup.sites import AccessTail, DeviceRole, LanHandoff, Site

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.services.wan.design import AccessDesign, WanDesign

EVERYWHERE = IPv4Network("0.0.0.0/0")
LESS_PREFERRED = 50
"""Local preference of the second access; what nobody sets has 100 (RFC 4271, 9.1.1)."""
GREATER_MED, PREPENDED = 200, 3
GATEWAY_GROUP, GATEWAY_DECREMENT, PREEMPT_SECONDS = 1, 30, 60
GATEWAY_PRIORITIES = (110, 90)
"""Neither is 100, which devices do not show; without its access the first is below the second."""


@dataclass(frozen=True, slots=True)
class _Leg:
    """One access with what stands at its ends."""

    number: int
    access: AccessDesign
    tail: AccessTail
    handoff: LanHandoff


def wan_intents(design: WanDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a WAN access wants of the provider edges, the CPEs and the gateway switch, in that order.

    Raises:
        DesignError: the site has no access tail or no cable between switch and CPE, or the tail no provider edge.
    """
    legs = _legs(design, around.site)
    for leg in legs:
        _check_provider_edge(leg.tail, around)
    edges = dict.fromkeys(leg.tail.pe for leg in legs)
    return (
        *(_intent(design, around, edge, WanParts(pe=_pe(design, edge, legs))) for edge in edges),
        *(_intent(design, around, leg.tail.cpe, WanParts(cpe=_cpe(design, leg, around.site))) for leg in legs),
        _intent(design, around, legs[0].handoff.switch, WanParts(switch=_switch(design, legs))),
    )


def _legs(design: WanDesign, site: Site) -> tuple[_Leg, ...]:
    ends = ((site.access_tail, site.handoff), (site.second_tail, site.second_handoff))
    legs = []
    for number, (access, (tail, handoff)) in enumerate(zip(design.accesses, ends, strict=False)):
        if tail is None or handoff is None:
            raise DesignError(
                f"inventory/sites/{site.code}/site.yaml",
                "access_tail and handoff" if number == 0 else "second_tail and second_handoff",
                "one of them is missing",
                "Describe the circuit and the cable between switch and CPE.",
            )
        legs.append(_Leg(number, access, tail, handoff))
    return tuple(legs)


def ends_of(design: WanDesign, site: Site) -> tuple[tuple[AccessDesign, AccessTail], ...]:
    """Each access with its circuit."""
    return tuple((leg.access, leg.tail) for leg in _legs(design, site))


def _check_provider_edge(tail: AccessTail, around: Surroundings) -> None:
    edges = tuple(device.name for device in around.devices.values() if device.role is DeviceRole.PE)
    if tail.pe not in edges:
        raise DesignError(
            f"inventory/sites/{around.site.code}/site.yaml: access_tail.pe",
            f"a provider edge of {tail.pe_site}",
            tail.pe,
            did_you_mean(tail.pe, edges) if edges else f"Add it to inventory/sites/{tail.pe_site}/hosts.yaml.",
        )


def _intent(design: WanDesign, around: Surroundings, name: DeviceName, parts: WanParts) -> DeviceIntent:
    device = around.devices[name]
    return DeviceIntent(
        line=design.line,
        site=around.site.code,
        device=name,
        platform=device.platform,
        value=parts,
        findings=limits_of(device, parts),
    )


def _shaper(design: WanDesign) -> Shaper:
    name = design.line.id.replace("/", "-")
    classes = tuple(
        ShaperClass(f"{name}-{each.name}", tuple(str(point) for point in each.dscp), each.percent, each.priority)
        for each in design.classes
    )
    return Shaper(
        policy=f"SHAPE-{name}",
        rate_mbps=design.rate_mbps,
        queues=f"QOS-{name}" if classes else "",
        classes=classes,
        rest_percent=max(1, 100 - sum(each.percent for each in classes)),
    )


# --- provider edge ---


def _pe(design: WanDesign, edge: DeviceName, legs: tuple[_Leg, ...]) -> WanPe:
    return WanPe(
        vrf=design.vrf,
        route_distinguisher=design.route_distinguisher,
        site=design.line.site,
        provider_asn=design.provider_asn,
        customer_asn=design.customer_asn,
        subnets=design.subnets,
        aggregate=design.aggregate,
        maximum_prefixes=design.maximum_prefixes,
        shaper=_shaper(design),
        accesses=tuple(_pe_access(design, leg) for leg in legs if leg.tail.pe == edge),
        bfd_interval_ms=design.bfd_interval_ms,
    )


def _pe_access(design: WanDesign, leg: _Leg) -> WanPeAccess:
    port, s_vlan = leg.tail.pe_interface, leg.tail.s_vlan or 0
    prefers_other = not leg.access.is_primary and design.steering is Steering.LOCAL_PREFERENCE
    return WanPeAccess(
        interface=f"{port}.{s_vlan}" if s_vlan else port,
        s_vlan=s_vlan,
        address=leg.access.pe_address,
        circuit=leg.tail.circuit_id,
        customer_edge=leg.access.ce_address.ip,
        password=design.bgp_password,
        inbound=RoutePolicy(f"{design.vrf}-{design.line.site}-SECOND", LESS_PREFERRED) if prefers_other else None,
        as_override=design.shares_asn,
        site_of_origin=f"{design.accesses[0].link[0]}:1" if design.shares_asn else "",
    )


# --- site ---


def _cpe(design: WanDesign, leg: _Leg, site: Site) -> WanCpe:
    is_second = not leg.access.is_primary
    return WanCpe(
        vrf=design.vrf,
        lan_interface=leg.handoff.cpe_interface,
        lan_address=design.cpe_address(leg.number),
        switch=design.switch_address.ip,
        wan_interface=leg.tail.cpe_interface,
        wan_address=leg.access.ce_address,
        circuit=leg.tail.circuit_id,
        customer_asn=design.customer_asn,
        provider_asn=design.provider_asn,
        provider_edge=leg.access.pe_address.ip,
        password=design.bgp_password,
        subnets=design.subnets,
        aggregate=design.aggregate,
        shaper=_shaper(design),
        bfd_interval_ms=design.bfd_interval_ms,
        inbound=RoutePolicy(f"{design.vrf}-SECOND-IN", LESS_PREFERRED) if is_second else None,
        outbound=_outbound(design) if is_second else None,
        peer=design.cpe_address(1 - leg.number).ip if design.is_dual else None,
        gateway=_gateway(design, leg) if design.is_dual else None,
        internet=_internet(design, leg, site),
        default_via=_default_via(design, leg, site),
        is_boundary=site.internet is not None and site.internet.cpe == leg.tail.cpe,
    )


def _outbound(design: WanDesign) -> RoutePolicy | None:
    """What tells the provider that this access is the second one; its own edge does where it has a preference."""
    name = f"{design.vrf}-SECOND-OUT"
    if design.steering is Steering.MED:
        return RoutePolicy(name, med=GREATER_MED)
    if design.steering is Steering.AS_PATH_PREPEND:
        return RoutePolicy(name, prepend=(design.customer_asn,) * PREPENDED)
    return None


def _gateway(design: WanDesign, leg: _Leg) -> Gateway:
    return Gateway(
        protocol=design.gateway_protocol.value,
        group=GATEWAY_GROUP,
        address=design.shared_address.ip,
        priority=GATEWAY_PRIORITIES[leg.number],
        track=design.transit_vlan,
        decrement=GATEWAY_DECREMENT,
        preempt_seconds=PREEMPT_SECONDS,
    )


def _internet(design: WanDesign, leg: _Leg, site: Site) -> Internet | None:
    circuit = site.internet
    if not design.internet_breakout or circuit is None or circuit.cpe != leg.tail.cpe:
        return None
    return Internet(
        interface=circuit.cpe_interface,
        address=circuit.address,
        gateway=circuit.gateway,
        circuit=circuit.circuit_id,
        translation=f"{design.vrf}-TRANSLATED",
        guard=f"{design.vrf}-INTERNET-IN",
    )


def _default_via(design: WanDesign, leg: _Leg, site: Site) -> IPv4Address | None:
    """The other CPE, where that one has the internet circuit."""
    elsewhere = design.internet_breakout and site.internet is not None and site.internet.cpe != leg.tail.cpe
    return design.cpe_address(1 - leg.number).ip if elsewhere and design.is_dual else None


def _switch(design: WanDesign, legs: tuple[_Leg, ...]) -> WanSwitch:
    return WanSwitch(
        transit_vlan=design.transit_vlan,
        interfaces=tuple(leg.handoff.switch_interface for leg in legs),
        address=design.switch_address,
        prefixes=(design.aggregate, *((EVERYWHERE,) if design.internet_breakout else ())),
        next_hop=(design.shared_address if design.is_dual else design.cpe_address()).ip,
    )
