"""The plan that ends service lines and recovers what they held; and the one that puts back what drifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from turnup.plan.assemble import DeviceReading, PlanSubject, Run, assemble_plan
from turnup.plan.live import LiveLine, Wanted
from turnup.plan.plan import Plan
from turnup.scalars import Place

if TYPE_CHECKING:
    from turnup.design import Allocation
    from turnup.scalars import DeviceName
    from turnup.sites import Device


def make_cease(
    subject: PlanSubject,
    ending: tuple[LiveLine, ...],
    held: tuple[Allocation, ...],
    devices: Mapping[DeviceName, Device],
    readings: Mapping[DeviceName, DeviceReading],
    run: Run = map,
) -> Plan:
    """Plan the end of service lines: each device shall have what the lines that stay declare of it.

    Args:
        subject: the call-off, without lines.
        ending: the lines that end.
        held: what the call-off's lines and its buyer hold.
        devices: the estate's devices, by name.
        readings: what each device of the ending lines has.
        run: how the devices are planned.

    Raises:
        ForbiddenCommand: commands would touch more than what is ours.
    """
    wanted = _at_places(ending, lambda _place, line: Wanted(ceased=(line.line.id,)))
    gone = {each.line.id for each in ending}
    about = replace(
        subject,
        ceased=tuple(each.line for each in ending),
        allocations=tuple(each for each in held if each.holder not in gone),
        released=tuple(each for each in held if each.holder in gone),
    )
    return assemble_plan(about, wanted, devices, readings, run)


def make_restoration(
    subject: PlanSubject,
    live: tuple[LiveLine, ...],
    held: tuple[Allocation, ...],
    devices: Mapping[DeviceName, Device],
    readings: Mapping[DeviceName, DeviceReading],
    run: Run = map,
) -> Plan:
    """Plan to put back what drifted: each device shall have again what the ledger says that it was given.

    Args:
        subject: the call-off, without lines.
        live: its lines that are in force.
        held: what they and their buyer hold.
        devices: the estate's devices, by name.
        readings: what each of their devices has.
        run: how the devices are planned.
    """

    def again(place: Place, line: LiveLine) -> Wanted:
        fragments = readings[place.device].owned.fragments
        return Wanted(tuple(each for each in fragments if each.service_line == line.line.id))

    wanted = _at_places(live, again)
    about = replace(subject, lines=tuple(each.line for each in live), allocations=held)
    return assemble_plan(about, wanted, devices, readings, run)


def _at_places(lines: tuple[LiveLine, ...], want: Callable[[Place, LiveLine], Wanted]) -> dict[Place, Wanted]:
    """Put together what is wanted of all lines at each place."""
    wanted: dict[Place, Wanted] = {}
    for line in lines:
        for place in line.places():
            here, more = wanted.get(place, Wanted()), want(place, line)
            wanted[place] = Wanted((*here.fragments, *more.fragments), (*here.ceased, *more.ceased))
    return wanted
