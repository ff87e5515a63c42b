"""The plan that takes back a delivered change, if what it would undo is still what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from turnup.change.ownership import paths_of
from turnup.change.slots import with_slots
from turnup.change.state import changed_since
from turnup.findings import Finding
from turnup.plan.assemble import DeviceReading, PlanSubject, Run, assemble_plan
from turnup.plan.live import Wanted
from turnup.plan.plan import Plan, PlannedLine
from turnup.scalars import Place

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange
    from turnup.design import Allocation
    from turnup.fragments import Fragment
    from turnup.scalars import DeviceName
    from turnup.sites import Device


@dataclass(frozen=True, slots=True)
class Undoing:
    """A delivered change that shall be taken back, and what there was before it.

    Attributes:
        change: the plan that was delivered.
        former: where it is in force and taken back, with what its service lines declared there before it.
        left: service lines that others use by now: they stay as they are.
        lines: the service lines that were in force before, and are again.
        ended: those that it brought to life.
        allocations: values that are held afterwards.
        released: values that are not held any more.
    """

    change: Plan
    former: Mapping[Place, tuple[Fragment, ...]]
    left: frozenset[str]
    lines: tuple[PlannedLine, ...]
    ended: tuple[PlannedLine, ...]
    allocations: tuple[Allocation, ...]
    released: tuple[Allocation, ...]


def make_rollback(
    subject: PlanSubject,
    undoing: Undoing,
    devices: Mapping[DeviceName, Device],
    readings: Mapping[DeviceName, DeviceReading],
    run: Run = map,
) -> Plan:
    """Plan to give each device back what the service lines declared before: ownership decides what goes and what stays.

    Args:
        subject: the call-off, without lines.
        undoing: what shall be taken back; `check_as_delivered` has found it in place.
        devices: the estate's devices, by name.
        readings: what each device has.
        run: how the devices are planned.

    Raises:
        ForbiddenCommand: commands would touch more than what is ours.
    """
    about = replace(
        subject,
        lines=undoing.lines,
        ceased=undoing.ended,
        allocations=undoing.allocations,
        released=undoing.released,
        takes_back=undoing.change.hash,
    )
    return assemble_plan(about, dict(_wanted(undoing)), devices, readings, run)


def _wanted(undoing: Undoing) -> Iterator[tuple[Place, Wanted]]:
    for change in undoing.change.changes:
        if change.place not in undoing.former:
            continue
        fragments = undoing.former[change.place]
        again = {fragment.service_line for fragment in fragments}
        gone = tuple(sorted(change.service_lines - again - undoing.left))
        if fragments or gone:
            yield change.place, Wanted(fragments, gone)


def check_as_delivered(undoing: Undoing, readings: Mapping[DeviceName, DeviceReading]) -> tuple[Finding, ...]:
    """Find every line of the change that does not stand as it was delivered: taking it back would undo another's work.

    Args:
        undoing: what shall be taken back.
        readings: what each device has.
    """
    return tuple(
        Finding(
            file=change.device,
            line=0,
            field=" / ".join(path).replace("\n", "\\n"),
            rule="as-delivered",
            expected=expected,
            found=found,
            remedy=f"Somebody changed it since: put it back (turnup drift {change.site}), or plan what shall be.",
        )
        for change in undoing.change.changes
        if change.place in undoing.former
        for path, expected, found in changed_since(change, _shown(change, readings[change.device]))
    )


def _shown(change: DeviceChange, reading: DeviceReading) -> str:
    """What a device has, with our slots where it shows the secrets that we gave it."""
    return with_slots(reading.running, paths_of(change.platform, reading.owned.fragments))
