"""What was found at a site, and in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.devices.drift import Watched, compare_all
from tasks.drift.watch import Round, Unread
from tasks.inventory.nornir_run import open_nornir
from turnup.change.drift import Drift
from turnup.errors import FileRefused
from turnup.findings import counted
from turnup.scalars import SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger
    from tasks.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FoundDrift:
    """A drift, the site where its device stands, and who might have done it."""

    site: SiteCode
    drift: Drift
    who: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What was found; it grows with what drifted, not with what was read.

    Attributes:
        devices: number of devices that were compared.
        lines: number of configuration lines that were compared.
        unread: devices that could not be compared.
    """

    devices: int = 0
    lines: int = 0
    found: tuple[FoundDrift, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __add__(self, other: DriftReport) -> DriftReport:
        return DriftReport(
            self.devices + other.devices,
            self.lines + other.lines,
            (*self.found, *other.found),
            (*self.unread, *other.unread),
        )

    def __str__(self) -> str:
        compared = f"{counted(self.devices, 'device')}, {counted(self.lines, 'line')}"
        if self.found:
            drifted = counted(len({each.drift.device for each in self.found}), "device")
            return f"{counted(len(self.found), 'drift')} on {drifted}; compared: {compared}"
        if not self.devices:
            why = f"{counted(len(self.unread), 'device')} not read" if self.unread else "nothing is delivered there"
            return f"0 devices compared: {why}"
        return f"no drift: {compared} as delivered"


def compare_site(workspace: Workspace, ledger: Ledger, here: Round) -> DriftReport:
    """Read the devices of one site, read-only, and compare them with what was delivered there."""
    watched = {device: Watched(ledger.ownership.on(device), here.lines) for device in here.devices}
    try:
        nornir = open_nornir(workspace, (here.site,), here.devices)
    except FileRefused as error:
        return DriftReport(unread=tuple(Unread(here.site, device, str(error)) for device in here.devices))
    compared, unread = compare_all(nornir, watched)
    return DriftReport(
        devices=len(compared),
        lines=sum(each.lines for each in compared),
        found=tuple(FoundDrift(here.site, drift, each.who) for each in compared for drift in each.drifts),
        unread=tuple(Unread(here.site, device, str(error)) for device, error in unread),
    )
