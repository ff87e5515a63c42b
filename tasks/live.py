"""What stands before a plan is made: held values and service lines in force, read from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.design import baseline_line
from turnup.plan import LiveLine, PlannedLine, Standing
from turnup.scalars import DeviceName, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger


def live_lines(ledger: Ledger, reference: str = "") -> tuple[LiveLine, ...]:
    """Service lines that have configuration in force: of a call-off, or all; by id."""
    devices: dict[str, list[DeviceName]] = {}
    for place in ledger.ownership.places(reference):
        devices.setdefault(place.service_line, []).append(place.device)
    return tuple(
        LiveLine(PlannedLine(line.id, SiteCode(line.site), line.service, line.product), tuple(devices[line.id]))
        for line in ledger.lines.lines(reference)
        if line.id in devices
    )


def with_baselines(ledger: Ledger, live: tuple[LiveLine, ...]) -> tuple[LiveLine, ...]:
    """Add the baselines that are in force at the sites of live lines."""
    baselines: list[LiveLine] = []
    for site in dict.fromkeys(each.line.site for each in live):
        line = baseline_line(site)
        devices = tuple(place.device for place in ledger.ownership.places(site) if place.service_line == line.id)
        if devices:
            baselines.append(LiveLine(PlannedLine(line.id, site, line.service, line.product), devices))
    return (*live, *baselines)


def standing_of(ledger: Ledger, reference: str) -> Standing:
    """Say how things stand for a call-off."""
    plans = ledger.plans
    return Standing(plans.taken(), live_lines(ledger, reference), plans.resting(), plans.reserved())
