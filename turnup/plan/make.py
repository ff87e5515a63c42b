"""From a design and what the devices have to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.plan.plan import Plan, PlannedLine
from turnup.plan.waves import arrange_waves, device_order
from turnup.services.intent import DeviceIntent, Surroundings
from turnup.services.registry import intents_of

if TYPE_CHECKING:
    from turnup.design import Design
    from turnup.provider import Provider
    from turnup.render import Templates
    from turnup.scalars import DeviceName, SiteCode
    from turnup.sites import Device, Site


@dataclass(frozen=True, slots=True)
class Estate:
    """What planning needs to know of the estate.

    Attributes:
        sites: the order's sites and the sites of their provider edges.
        provider: the values of the baseline.
    """

    sites: Mapping[SiteCode, Site]
    provider: Provider

    def devices(self) -> dict[DeviceName, Device]:
        """All devices of these sites, by name."""
        return {device.name: device for site in self.sites.values() for device in site.devices}


@dataclass(frozen=True, slots=True)
class DeviceReading:
    """What a device has, and what of it is ours.

    Attributes:
        running: its answer, as it is.
        owned: what the ledger says that Turnup applied.
    """

    running: str
    owned: OwnedConfig = field(default_factory=OwnedConfig)


def intents_for(design: Design, estate: Estate) -> tuple[DeviceIntent, ...]:
    """Say what a design wants of each device, service line by service line."""
    devices = estate.devices()
    return tuple(
        intent
        for line in design.lines
        for intent in intents_of(line, Surroundings(estate.sites[line.line.site], devices), estate.provider)
    )


def devices_of(intents: tuple[DeviceIntent, ...]) -> tuple[DeviceName, ...]:
    """The devices that a design touches, each once, by name."""
    return tuple(sorted({intent.device for intent in intents}))


def make_plan(
    design: Design,
    estate: Estate,
    templates: Templates,
    intents: tuple[DeviceIntent, ...],
    readings: Mapping[DeviceName, DeviceReading],
) -> Plan:
    """Plan all device changes of a design.

    A device that changes for several sites is planned once for each, in wave order, each change on top of the one
    before: so the canary's part of a provider edge is pushed with the canary, and no more.

    Args:
        design: the service lines with their allocations.
        estate: sites and provider.
        templates: of all services.
        intents: what `intents_for` said of this design.
        readings: what each device of the intents has.

    Raises:
        FragmentConflict: two service lines want one thing differently.
        ForbiddenCommand: commands would touch more than what is ours.
        DesignError: a service has no template for a platform.
    """
    devices = estate.devices()
    by_place: dict[tuple[SiteCode, DeviceName], list[DeviceIntent]] = {}
    for intent in intents:
        by_place.setdefault((intent.site, intent.device), []).append(intent)
    sites = {intent.site for intent in intents}
    waves = arrange_waves({site: sum(1 for place in by_place if place[0] == site) for site in sites})
    now = dict(readings)
    changes: list[DeviceChange] = []
    for site in (site for wave in waves for site in wave.sites):
        names = sorted((device for where, device in by_place if where == site), key=lambda n: device_order(devices[n]))
        for name in names:
            change = _change(site, devices[name], tuple(by_place[site, name]), templates, now[name])
            now[name] = _afterwards(change, now[name])
            changes.append(change)
    call_off = design.order.call_off
    return Plan(
        reference=call_off.reference,
        revision=call_off.revision,
        call_off_hash=call_off.hash(),
        buyer=design.order.buyer.code,
        vrf=design.order.buyer.vrf,
        waves=waves,
        lines=tuple(
            PlannedLine(each.line.id, each.line.site, each.line.service, each.line.product) for each in design.lines
        ),
        changes=tuple(changes),
        allocations=design.allocations,
    )


def _change(
    site: SiteCode,
    device: Device,
    intents: tuple[DeviceIntent, ...],
    templates: Templates,
    reading: DeviceReading,
) -> DeviceChange:
    return plan_device(
        site=site,
        device=device.name,
        platform=device.platform,
        running_text=reading.running,
        owned=reading.owned,
        fragments=tuple(templates.render(intent) for intent in intents),
        findings=tuple(finding for intent in intents for finding in intent.findings),
    )


def _afterwards(change: DeviceChange, reading: DeviceReading) -> DeviceReading:
    """What a device will have once a change is applied: where the next site's change of it starts."""
    return DeviceReading(change.candidate, owned_afterwards(change, reading.owned))
