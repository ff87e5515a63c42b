"""From a design, and what the devices have, to the plan that brings it to life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from turnup.materials import bill_of
from turnup.plan.assemble import DeviceReading, PlanSubject, Run, assemble_plan
from turnup.plan.live import LiveLine, Wanted, endings
from turnup.plan.plan import Plan, PlannedLine
from turnup.scalars import Place
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.services.registry import AnyService, services

if TYPE_CHECKING:
    from turnup.design import Allocation, Design
    from turnup.hardware import HardwareModel
    from turnup.provider import Provider
    from turnup.render import Templates
    from turnup.scalars import DeviceName, SiteCode
    from turnup.service.checks import ServiceCheck
    from turnup.service.contract import LineDesign
    from turnup.sites import Device, DeviceRole, Site


@dataclass(frozen=True, slots=True)
class Estate:
    """What planning needs to know of the estate.

    Attributes:
        sites: the order's sites and the sites of their provider edges.
        provider: the values of the baseline.
        models: hardware by part number.
    """

    sites: Mapping[SiteCode, Site]
    provider: Provider
    models: Mapping[str, HardwareModel] = field(default_factory=dict)

    def devices(self) -> dict[DeviceName, Device]:
        """All devices of these sites, by name."""
        return {device.name: device for site in self.sites.values() for device in site.devices}

    def device_orders(self) -> dict[SiteCode, tuple[DeviceRole, ...]]:
        """In which order the devices of each site are changed: its own, else the provider's."""
        return {code: site.device_order or self.provider.device_order for code, site in self.sites.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand before a plan is made, as the ledger knows it.

    Attributes:
        taken: values that are held, by anybody.
        live: service lines of this call-off that have configuration in force.
        resting: what of the values is in quarantine.
        reserved: what of them was planned and not delivered.
    """

    taken: tuple[Allocation, ...] = ()
    live: tuple[LiveLine, ...] = ()
    resting: frozenset[Allocation] = frozenset()
    reserved: frozenset[Allocation] = frozenset()


NOTHING_STANDS = Standing()


def intents_for(design: Design, estate: Estate) -> tuple[DeviceIntent, ...]:
    """Say what a design wants of each device, service line by service line."""
    return tuple(
        intent
        for service, line, around in _in_place(design, estate)
        for intent in service.intents(line, around, estate.provider)
    )


def checks_for(design: Design, estate: Estate) -> tuple[ServiceCheck, ...]:
    """Say what the devices have to answer when a design works, service line by service line."""
    return tuple(
        check
        for service, line, around in _in_place(design, estate)
        for check in service.checks(line, around, estate.provider)
    )


def _in_place(design: Design, estate: Estate) -> Iterator[tuple[AnyService, LineDesign, Surroundings]]:
    """Each line of a design with its service and what that may know of the site."""
    devices = estate.devices()
    for line in design.lines:
        yield services()[line.line.service], line, Surroundings(estate.sites[line.line.site], devices)


def devices_of(intents: tuple[DeviceIntent, ...], live: tuple[LiveLine, ...] = ()) -> tuple[DeviceName, ...]:
    """The devices that a design touches, or that it leaves, each once, by name."""
    left = {device for each in live for device in each.devices}
    return tuple(sorted({intent.device for intent in intents} | left))


def make_plan(
    design: Design,
    estate: Estate,
    templates: Templates,
    intents: tuple[DeviceIntent, ...],
    readings: Mapping[DeviceName, DeviceReading],
    standing: Standing = NOTHING_STANDS,
    run: Run = map,
) -> Plan:
    """Plan all device changes of a design; live lines that it does not hold any more end with it.

    Args:
        design: the service lines with their allocations.
        estate: sites and provider.
        templates: of all services.
        intents: what `intents_for` said of this design.
        readings: what each device of `devices_of` has.
        standing: what the ledger knows.
        run: how the devices are planned.

    Raises:
        FragmentConflict: two service lines want one thing differently.
        ForbiddenCommand: commands would touch more than what is ours.
        DesignError: a service has no template for a platform.
    """
    return assemble_plan(
        _subject(design, standing, estate), _wanted(intents, templates, standing), estate.devices(), readings, run
    )


def _wanted(intents: tuple[DeviceIntent, ...], templates: Templates, standing: Standing) -> Mapping[Place, Wanted]:
    wanted: dict[Place, Wanted] = {}
    for intent in intents:
        place = Place(intent.site, intent.device)
        here = wanted.get(place, Wanted())
        wanted[place] = replace(
            here,
            fragments=(*here.fragments, templates.render(intent)),
            findings=(*here.findings, *intent.findings),
        )
    for place, lines in endings(standing.live, wanted).items():
        wanted[place] = replace(wanted.get(place, Wanted()), ceased=lines)
    return wanted


def _subject(design: Design, standing: Standing, estate: Estate) -> PlanSubject:
    order = design.order
    call_off = order.call_off
    lines = tuple(
        PlannedLine(each.line.id, each.line.site, each.line.service, each.line.product) for each in design.lines
    )
    going_on = {line.id for line in lines}
    return PlanSubject(
        reference=call_off.reference,
        revision=call_off.revision,
        call_off_hash=call_off.hash(),
        buyer=order.buyer.code,
        vrf=order.buyer.vrf,
        lines=lines,
        ceased=tuple(each.line for each in standing.live if each.line.id not in going_on),
        allocations=design.allocations,
        released=_released(design, standing),
        wave_sites=order.framework.rules.wave_sites,
        device_orders=estate.device_orders(),
        checks=checks_for(design, estate),
        materials=bill_of(design, estate.sites, estate.models),
    )


def _released(design: Design, standing: Standing) -> tuple[Allocation, ...]:
    """What the call-off's live lines hold and the design does not need any more."""
    live, needed = {each.line.id for each in standing.live}, frozenset(design.allocations)
    return tuple(each for each in standing.taken if each.holder in live and each not in needed)
