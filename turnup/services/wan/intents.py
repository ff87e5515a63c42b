"""WAN: the site's segments routed to the buyer's other sites, from the switch over the CPE to the provider edge."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.findings import did_you_mean
from turnup.service.intent import DeviceIntent, Surroundings, cannot
from turnup.sites import AccessTail, DeviceRole, LanHandoff, Platform

if TYPE_CHECKING:
    from turnup.findings import Finding
    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.services.wan.design import WanDesign


@dataclass(frozen=True, slots=True)
class WanSwitch:
    """The gateway switch's side of the transit link.

    Attributes:
        interface: port towards the CPE, an access port of the transit VLAN.
        next_hop: the CPE; the buyer's aggregate is routed there.
    """

    transit_vlan: int
    interface: str
    address: IPv4Interface
    aggregate: IPv4Network
    next_hop: IPv4Address


@dataclass(frozen=True, slots=True)
class WanCpe:
    """The CPE: transit link, static routes to the segments, eBGP to the provider edge, shaper."""

    vrf: str
    lan_interface: str
    lan_address: IPv4Interface
    switch: IPv4Address
    wan_interface: str
    wan_address: IPv4Interface
    circuit: str
    customer_asn: int
    provider_asn: int
    provider_edge: IPv4Address
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    rate_mbps: int
    policy: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class WanPe:
    """The provider edge: the buyer's VRF, the access tail, eBGP to the CPE with filters and a limit."""

    vrf: str
    route_distinguisher: str
    interface: str
    address: IPv4Interface
    circuit: str
    site: str
    provider_asn: int
    customer_asn: int
    customer_edge: IPv4Address
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    maximum_prefixes: int
    rate_mbps: int
    policy: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class WanParts:
    """What the template gets: the one part that this device plays, the others empty."""

    switch: WanSwitch | None = None
    cpe: WanCpe | None = None
    pe: WanPe | None = None


def wan_intents(design: WanDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a WAN access wants of the provider edge, the CPE and the gateway switch, in that order.

    Raises:
        DesignError: the site has no access tail or no cable between switch and CPE, or the tail no provider edge.
    """
    tail, handoff = around.site.access_tail, around.site.handoff
    if tail is None or handoff is None:
        raise DesignError(
            f"inventory/sites/{around.site.code}/site.yaml",
            "access_tail and handoff",
            "one of them is missing",
            "Describe the circuit and the cable between switch and CPE.",
        )
    _check_provider_edge(tail, around)
    return (
        _intent(design, around, tail.pe, WanParts(pe=_pe(design, tail))),
        _intent(design, around, tail.cpe, WanParts(cpe=_cpe(design, tail, handoff))),
        _intent(design, around, handoff.switch, WanParts(switch=_switch(design, handoff))),
    )


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
        findings=_findings(name, device.platform, parts),
    )


def _policy(design: WanDesign) -> str:
    return f"SHAPE-{design.line.id.replace('/', '-')}"


def _pe(design: WanDesign, tail: AccessTail) -> WanPe:
    return WanPe(
        vrf=design.vrf,
        route_distinguisher=design.route_distinguisher,
        interface=tail.pe_interface,
        address=design.pe_address,
        circuit=tail.circuit_id,
        site=design.line.site,
        provider_asn=design.provider_asn,
        customer_asn=design.customer_asn,
        customer_edge=design.ce_address.ip,
        password=design.bgp_password,
        subnets=design.subnets,
        aggregate=design.aggregate,
        maximum_prefixes=design.maximum_prefixes,
        rate_mbps=design.rate_mbps,
        policy=_policy(design),
    )


def _cpe(design: WanDesign, tail: AccessTail, handoff: LanHandoff) -> WanCpe:
    return WanCpe(
        vrf=design.vrf,
        lan_interface=handoff.cpe_interface,
        lan_address=design.cpe_address,
        switch=design.switch_address.ip,
        wan_interface=tail.cpe_interface,
        wan_address=design.ce_address,
        circuit=tail.circuit_id,
        customer_asn=design.customer_asn,
        provider_asn=design.provider_asn,
        provider_edge=design.pe_address.ip,
        password=design.bgp_password,
        subnets=design.subnets,
        aggregate=design.aggregate,
        rate_mbps=design.rate_mbps,
        policy=_policy(design),
    )


def _switch(design: WanDesign, handoff: LanHandoff) -> WanSwitch:
    return WanSwitch(
        transit_vlan=design.transit_vlan,
        interface=handoff.switch_interface,
        address=design.switch_address,
        aggregate=design.aggregate,
        next_hop=design.cpe_address.ip,
    )


def _findings(device: DeviceName, platform: Platform, parts: WanParts) -> tuple[Finding, ...]:
    if platform is not Platform.FRR:
        return ()
    if parts.pe is not None:
        return (cannot(device, platform, "shaping towards the site", "Only the CPE shapes, towards the provider."),)
    return (cannot(device, platform, "a VRF on the CPE", "The buyer's routes are in the CPE's default table."),)
