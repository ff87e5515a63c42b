"""The bill of materials of a design: devices, optics, leads and power, site by site.

What stands at a site, and which port is cabled to which, is its inventory; what the service lines need besides, each
service says itself. Two switches are cabled in the order in which the site's file names them: the first downlink of the
gateway switch goes to the first switch that has an uplink.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from turnup.hardware import Connector
from turnup.scalars import DeviceName
from turnup.service.intent import Surroundings
from turnup.service.materials import COPPER_LEAD, Material, MaterialKind
from turnup.services.registry import services

if TYPE_CHECKING:
    from turnup.design import Design
    from turnup.hardware import HardwareModel, PortGroup
    from turnup.scalars import SiteCode
    from turnup.service.contract import LineDesign
    from turnup.sites import Device, Site

_LEADS = {Connector.RJ45: COPPER_LEAD}
_FIBRE = "duplex fibre patch lead, LC"

Models = Mapping[str, "HardwareModel"]


def bill_of(design: Design, sites: Mapping[SiteCode, Site], models: Models) -> tuple[Material, ...]:
    """List what the sites of a design need; a site that has no device of its own needs nothing.

    Args:
        design: the service lines, with their ports.
        sites: the estate around them.
        models: hardware by part number.

    Returns:
        materials site by site, in the order in which they are used there.
    """
    devices = {device.name: device for site in sites.values() for device in site.devices}
    lines: dict[SiteCode, list[LineDesign]] = {}
    for line in design.lines:
        lines.setdefault(line.line.site, []).append(line)
    found: list[Material] = []
    for code, here in lines.items():
        found += _of_site(sites[code], devices, models)
        around = Surroundings(sites[code], devices)
        found += (each for line in here for each in services()[line.line.service].materials(line, around))
    order = {kind: number for number, kind in enumerate(MaterialKind)}
    return tuple(sorted(found, key=lambda each: (each.site, order[each.kind])))


def _of_site(site: Site, devices: Mapping[DeviceName, Device], models: Models) -> Iterator[Material]:
    for device in site.devices:
        model = models.get(device.model or "")
        title = f"{model.code} {model.title}" if model else f"{device.platform} {device.role}, model not recorded"
        yield Material(site.code, MaterialKind.HARDWARE, title, 1, f"{device.name}, serial {device.serial}")
        if model is not None:
            yield Material(site.code, MaterialKind.POWER, "typical draw", model.watts, device.name)
    for (near, port), (far, other) in _cables(site):
        yield from _optics(site, devices, models, ((near, port), (far, other)))
        to = f"{far} {other}" if far in devices else other
        yield Material(site.code, MaterialKind.PATCH, _lead(devices, models, near, port), 1, f"{near} {port}", to)


Port = tuple[str, str]
"""A device, or what a circuit is called, and its interface."""


def _cables(site: Site) -> Iterator[tuple[Port, Port]]:
    """The cables between the devices of a site, and those that leave it."""
    downlinks = [(switch.device, port) for switch in site.switches for port in switch.downlinks]
    uplinks = [(switch.device, switch.uplink) for switch in site.switches if switch.uplink is not None]
    yield from zip(downlinks, uplinks, strict=False)
    if site.handoff is not None:
        handoff = site.handoff
        yield (handoff.switch, handoff.switch_interface), (handoff.cpe, handoff.cpe_interface)
    if site.access_tail is not None:
        tail = site.access_tail
        yield (tail.cpe, tail.cpe_interface), ("circuit", f"circuit {tail.circuit_id}")


def _optics(
    site: Site, devices: Mapping[DeviceName, Device], models: Models, ends: tuple[Port, Port]
) -> Iterator[Material]:
    for name, interface in ends:
        group = _group(devices, models, name, interface)
        if group is not None and group.optic is not None:
            yield Material(site.code, MaterialKind.OPTIC, group.optic, 1, f"{name} {interface}")


def _lead(devices: Mapping[DeviceName, Device], models: Models, name: str, interface: str) -> str:
    group = _group(devices, models, name, interface)
    return _LEADS.get(group.connector, _FIBRE) if group is not None else "patch lead, connector not recorded"


def _group(devices: Mapping[DeviceName, Device], models: Models, name: str, interface: str) -> PortGroup | None:
    device = devices.get(DeviceName(name))
    model = models.get(device.model or "") if device is not None else None
    return model.port(interface) if model is not None else None
