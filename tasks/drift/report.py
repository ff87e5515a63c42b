"""What was found at a site, and in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.devices.drift import Watched, compare_all
from tasks.drift.proofs import Proof, proofs_of
from tasks.drift.watch import Round, Unread
from tasks.inventory.nornir_run import open_nornir
from turnup.change.drift import Drift
from turnup.errors import FileRefused
from turnup.findings import counted
from turnup.scalars import SiteCode
from turnup.service.checks import CheckAnswer

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
class FailedCheck:
    """A service check that does not hold, and the site where its device stands."""

    site: SiteCode
    answer: CheckAnswer


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What was found; it grows with what drifted, not with what was read.

    Attributes:
        devices: number of devices that were compared.
        lines: number of configuration lines that were compared.
        unread: devices that could not be compared.
        asked: number of service checks that were asked.
        failed: those that do not hold.
    """

    devices: int = 0
    lines: int = 0
    found: tuple[FoundDrift, ...] = ()
    unread: tuple[Unread, ...] = ()
    asked: int = 0
    failed: tuple[FailedCheck, ...] = ()

    def __add__(self, other: DriftReport) -> DriftReport:
        return DriftReport(
            self.devices + other.devices,
            self.lines + other.lines,
            (*self.found, *other.found),
            (*self.unread, *other.unread),
            self.asked + other.asked,
            (*self.failed, *other.failed),
        )

    def __str__(self) -> str:
        return f"{self._drift_words}{self._check_words}"

    @property
    def _check_words(self) -> str:
        if not self.asked:
            return ""
        failed = f"{len(self.failed)} of {self.asked} do not hold" if self.failed else f"all {self.asked} hold"
        return f"; service checks: {failed}"

    @property
    def _drift_words(self) -> str:
        compared = f"{counted(self.devices, 'device')}, {counted(self.lines, 'line')}"
        if self.found:
            drifted = counted(len({each.drift.device for each in self.found}), "device")
            return f"{counted(len(self.found), 'drift')} on {drifted}; compared: {compared}"
        if not self.devices:
            why = f"{counted(len(self.unread), 'device')} not read" if self.unread else "nothing is delivered there"
            return f"0 devices compared: {why}"
        return f"no drift: {compared} as delivered"


def compare_site(workspace: Workspace, ledger: Ledger, here: Round, *, asks: bool = False) -> DriftReport:
    """Read the devices of one site, read-only, and compare them with what was delivered there.

    Args:
        workspace: where the inventory is.
        ledger: knows what was delivered; answers to service checks are recorded in it.
        here: what is compared.
        asks: whether devices are asked, too, what proves the service lines.
    """
    proofs = proofs_of(ledger, here) if asks else ()
    watched = {
        device: Watched(
            ledger.ownership.on(device), here.lines, tuple(each.check for each in proofs if each.check.device == device)
        )
        for device in here.devices
    }
    try:
        nornir = open_nornir(workspace, (here.site,), here.devices)
    except FileRefused as error:
        return DriftReport(unread=tuple(Unread(here.site, device, str(error)) for device in here.devices))
    compared, unread = compare_all(nornir, watched)
    answers = tuple(answer for each in compared for answer in each.answers)
    _record(ledger, proofs, answers, workspace.executor)
    return DriftReport(
        devices=len(compared),
        lines=sum(each.lines for each in compared),
        found=tuple(FoundDrift(here.site, drift, each.who) for each in compared for drift in each.drifts),
        unread=tuple(Unread(here.site, device, str(error)) for device, error in unread),
        asked=len(answers),
        failed=tuple(FailedCheck(here.site, answer) for answer in answers if not answer.passed),
    )


def _record(ledger: Ledger, proofs: tuple[Proof, ...], answers: tuple[CheckAnswer, ...], who: str) -> None:
    """Keep what was answered, with the delivery that it is about."""
    about = {each.check: (each.reference, each.plan_hash, each.attempt) for each in proofs}
    by_delivery: dict[tuple[str, str, int], list[CheckAnswer]] = {}
    for answer in answers:
        by_delivery.setdefault(about[answer.check], []).append(answer)
    for (reference, plan_hash, attempt), given in by_delivery.items():
        ledger.checks.record(reference, plan_hash, attempt, "drift", given, who)
