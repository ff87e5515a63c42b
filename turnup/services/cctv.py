"""CCTV: cameras and recorders in a VLAN of their own that nothing routes: they reach each other and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from turnup.errors import DesignError
from turnup.model import Model
from turnup.scalars import RESERVED_VLANS, NameText
from turnup.service.contract import Service
from turnup.service.intent import DeviceIntent
from turnup.service.lines import PortRef, ServiceLine
from turnup.service.materials import Material, copper_lead
from turnup.service.view import Report, View, site_file
from turnup.services.lan.checks import vlan_check

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.checked import CheckedLine
    from turnup.service.checks import ServiceCheck
    from turnup.service.contract import Designing
    from turnup.service.intent import Surroundings
    from turnup.sites import Site, SwitchPorts

NAME = "cctv"


class CctvParameters(Model):
    """The cameras of a site.

    Attributes:
        name: becomes the VLAN's name.
        cameras: access ports for cameras.
        recorders: access ports for recorders.
    """

    name: NameText = "CCTV"
    cameras: Annotated[int, Field(ge=1, le=190)]
    recorders: Annotated[int, Field(ge=1, le=2)] = 1


@dataclass(frozen=True, slots=True)
class CctvDesign:
    """The cameras of a site, with their VLAN and ports; those of the recorders come first."""

    line: ServiceLine
    vlan: int
    name: str
    ports: tuple[PortRef, ...]


@dataclass(frozen=True, slots=True)
class CctvSwitch:
    """All that CCTV puts on one switch.

    Attributes:
        ports: access ports, each in the VLAN and in no other.
        trunks: ports towards the other switches of the site.
    """

    vlan: int
    name: str
    ports: tuple[str, ...]
    trunks: tuple[str, ...]


def check_cctv(_view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check that each site has switches with VLANs and ports enough."""
    for line in lines:
        if line.site is None or not line.orders(NAME):
            continue
        if not line.site.switches or line.site.addresses is None:
            remedy = f"Describe switches and addresses in {site_file(line.site)}."
            report.add(("lines", line.index, "site"), "cctv-ready", "switches with VLANs at the site", "none", remedy)
            continue
        there = sum(len(switch.access_ports) for switch in line.site.switches)
        if isinstance(line.parameters, CctvParameters) and (asked := _ports_asked(line.parameters)) > there:
            place = ("lines", line.index, "parameters", "cameras")
            expected, found = f"at most {there} access ports at {line.site.code}", f"{asked} ports"
            report.add(place, "ports-available", expected, found, "Order fewer cameras, or add a switch to the site.")


def _ports_asked(parameters: CctvParameters) -> int:
    return parameters.cameras + parameters.recorders


def design_cctv(work: Designing[CctvParameters]) -> CctvDesign:
    """Give the cameras of a line their VLAN and ports.

    Raises:
        PoolExhausted: the site has no VLAN or port left.
        DesignError: the site has no address plan.
    """
    site, wanted, take = work.site, work.parameters, work.allocator
    if site.addresses is None:
        raise DesignError(f"inventory/sites/{site.code}/site.yaml", "an address plan", "none", "Add `addresses`.")
    vlan = take.take_number(f"vlan/{site.code}", site.addresses.vlans, work.line.id, NAME, never=RESERVED_VLANS)
    everything = {f"{port.device} {port.interface}": port for switch in site.switches for port in _ports_of(switch)}
    keys = (
        *(f"recorder/{number}" for number in range(1, wanted.recorders + 1)),
        *(f"camera/{number}" for number in range(1, wanted.cameras + 1)),
    )
    ports = (take.take(f"port/{site.code}", everything, work.line.id, key) for key in keys)
    return CctvDesign(work.line, vlan, wanted.name, tuple(everything[port] for port in ports))


def _ports_of(switch: SwitchPorts) -> tuple[PortRef, ...]:
    return tuple(PortRef(switch.device, interface) for interface in switch.access_ports)


def cctv_intents(design: CctvDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what the cameras want of each switch that has one of them, or stands between two that have."""
    return tuple(
        DeviceIntent(
            design.line,
            around.site.code,
            switch.device,
            around.devices[switch.device].platform,
            _switch(design, switch, needs_trunks=len(_switches(design, around.site)) > 1),
        )
        for switch in _switches(design, around.site)
    )


def _switches(design: CctvDesign, site: Site) -> tuple[SwitchPorts, ...]:
    """The switches with ports of the line; where there are several, the gateway switch between them too."""
    used = {port.device for port in design.ports}
    between = {site.gateway_switch} if len(used) > 1 else set()
    return tuple(switch for switch in site.switches if switch.device in used | between)


def _switch(design: CctvDesign, switch: SwitchPorts, *, needs_trunks: bool) -> CctvSwitch:
    uplinks = () if switch.uplink is None else (switch.uplink,)
    return CctvSwitch(
        vlan=design.vlan,
        name=design.name,
        ports=tuple(port.interface for port in design.ports if port.device == switch.device),
        trunks=(*uplinks, *switch.downlinks) if needs_trunks else (),
    )


def cctv_checks(design: CctvDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask the switches that can say it whether the VLAN is in force."""
    return tuple(
        check
        for switch in _switches(design, around.site)
        for check in vlan_check(design.line, around.devices[switch.device], design.vlan, design.name)
    )


def cctv_materials(design: CctvDesign, around: Surroundings) -> tuple[Material, ...]:
    """List the leads of cameras and recorders."""
    to = f"camera or recorder, VLAN {design.vlan}"
    return tuple(
        copper_lead(around.site.code, f"{port.device} {port.interface}", to, design.line.id) for port in design.ports
    )


SERVICE = Service(
    name=NAME,
    value=CctvSwitch,
    intents=cctv_intents,
    parameters=CctvParameters,
    check=check_cctv,
    design=design_cctv,
    checks=cctv_checks,
    materials=cctv_materials,
)
