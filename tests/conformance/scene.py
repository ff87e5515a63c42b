"""One delivery of one device change, over and over from the same beginning; and what has to be true after each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from tasks.devices.masking import Masking
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.keys import key_reference
from tasks.ledger import Ledger
from tasks.ledger.store import utc_now
from tasks.progress import Event, listening
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.change.device_change import DeviceChange
from turnup.change.state import ChangeState, foreign_edits, state_of
from turnup.plan import Plan
from turnup.scalars import SiteCode

AGAIN = re.compile(r"the same command again|deliver again|`turnup deliver`")
IN_FORCE = (Outcome.CHANGED, Outcome.UNCHANGED)


class Devices(Protocol):
    """The devices of a row, as somebody sees them who is not Turnup."""

    @property
    def other_lines(self) -> frozenset[str]:
        """Lines of a plan that close a section and say nothing."""

    def begin(self) -> None:
        """Put every device back to how it was when the plan was made."""

    def heal(self, device: str) -> None:
        """Let everything go well again."""

    def running(self, device: str) -> str:
        """What the device runs."""

    def startup(self, device: str) -> str:
        """What it would start from."""

    def is_armed(self, device: str) -> bool:
        """Whether a revert timer runs on it."""

    def received(self, device: str) -> tuple[str, ...]:
        """The configuration lines that were typed at it, as far as it is known."""

    def taken_back(self, device: str) -> int:
        """How often it took itself back."""

    def end_timer(self, device: str) -> None:
        """Let the time of its revert timer be over, whoever set it."""


@dataclass(frozen=True)
class Stage:
    """What a row stands on: a plan, and a ledger as it was when the plan was made.

    Attributes:
        sites: whose inventory has to be read.
        first_ledger: a copy of it begins each scene.
        environment: the login, where it is not that of simulated devices, and secrets that the order refers to.
        revert_seconds: how long its devices wait for the confirm.
    """

    workspace: Workspace
    plan: Plan
    sites: tuple[SiteCode, ...]
    first_ledger: Path
    devices: Devices
    environment: tuple[tuple[str, str], ...] = ()
    revert_seconds: int = 1

    def only(self, device: str) -> Stage:
        """The same with a plan for one device."""
        changes = tuple(change for change in self.plan.changes if change.device == device)[:1]
        return replace(self, plan=replace(self.plan, changes=changes, tiers=(), pairs=()))


class Clock:
    """The clock of Turnup's machine, which may jump."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass
class Scene:
    """A delivery that is about to happen.

    Attributes:
        device: the device that the fault is shown on.
        revert_seconds: how long devices wait for the confirm.
        healing: makes the fault be over, beside what `devices.heal` does.
    """

    stage: Stage
    device: str
    ledger: Ledger
    workspace: Workspace
    clock: Clock
    revert_seconds: int = 1
    healing: list[Callable[[], None]] = field(default_factory=list)
    _at: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    before: str = ""

    @property
    def devices(self) -> Devices:
        return self.stage.devices

    @property
    def change(self) -> DeviceChange:
        """What is planned for the device."""
        return next(each for each in self.stage.plan.changes if each.device == self.device)

    def at(self, stage: str, action: Callable[[], None]) -> None:
        """Do something the next time that a stage of the push begins."""
        self._at.append((stage, action))

    def _happens(self, event: Event) -> None:
        for each in tuple(self._at):
            if (event.device, event.stage) == (self.device, each[0]):
                self._at.remove(each)
                each[1]()

    def deliver(self) -> DeviceOutcome:
        """Deliver as the flow does, and give the device's outcome."""
        plan = self.stage.plan
        bench = self.workspace.model_copy(update={"revert_seconds": self.revert_seconds})
        attempt = self.ledger.plans.next_attempt(plan.reference, plan.hash, bench.executor)
        delivery = SiteDelivery(bench, self.ledger, plan, self.stage.sites, attempt)
        with listening(self._happens):
            outcomes = delivery.deliver(self.change.site)
        return next(each for each in outcomes if each.device == self.device)

    def heal(self) -> None:
        """Let the fault be over."""
        self._at.clear()
        for each in self.healing:
            each()
        self.devices.heal(self.device)

    # What has to be true.

    def check(self, outcome: DeviceOutcome, *, says: str, lost: tuple[str, ...] = (), armed: bool = False) -> None:
        """Check what holds after every delivery: the device is what the ledger says, and the ledger says it well."""
        word = outcome.outcome
        running, startup = self.devices.running(self.device), self.devices.startup(self.device)
        running, startup = self._as_ours(running), self._as_ours(startup)
        self._check_ledger(outcome)
        assert re.search(says, outcome.detail), outcome.detail
        assert len(AGAIN.findall(outcome.detail)) <= 1, f"an advice is repeated: {outcome.detail}"
        if word in IN_FORCE:
            assert state_of(self.change, running) is ChangeState.AFTER, running
            assert state_of(self.change, startup) is ChangeState.AFTER, startup
            assert self._owned(), "what is in force is owned"
        else:
            assert outcome.detail, "what is not as declared says why"
            assert not self._owned()
        if word in (Outcome.ROLLED_BACK, Outcome.SKIPPED) or (word is Outcome.FAILED and "left" not in outcome.detail):
            self._check_as_before(running, startup, lost)
        if word is not Outcome.UNKNOWN and not armed:
            assert not self.devices.is_armed(self.device), "a revert timer is left"

    def _as_ours(self, text: str) -> str:
        """A configuration with the order's references in the place of its secrets, if they are the order's."""
        masking = Masking(self.change, key_reference(self.workspace.ledger, {}))
        return masking.read(text, typed=True)

    def _check_as_before(self, running: str, startup: str, lost: tuple[str, ...]) -> None:
        strange = [edit for edit in foreign_edits(self.change, self._as_ours(self.before), running) if edit not in lost]
        assert strange == [], strange
        assert state_of(self.change, startup) is not ChangeState.AFTER, "what was taken back was saved"

    def _check_ledger(self, outcome: DeviceOutcome) -> None:
        plan, change = self.stage.plan, self.change
        record = self.ledger.devices.outcomes(plan.reference, plan.hash)[-1]
        assert (record.device, record.outcome, record.detail) == (outcome.device, outcome.outcome, outcome.detail)
        begun = self.ledger.devices.open_intention(change.device, change.site, plan.hash)
        settled = outcome.outcome in (*IN_FORCE, Outcome.ROLLED_BACK)
        assert begun is None or not settled, begun
        self.ledger.leases.release(self.ledger.leases.acquire(f"device/{self.device}", "anybody else", 1))
        self.ledger.audit.verify()

    def _owned(self) -> bool:
        lines = {each.service_line for each in self.ledger.ownership.on(self.device).fragments}
        return bool(lines & self.change.service_lines)


@contextmanager
def scene_of(stage: Stage, device: str, folder: Path) -> Iterator[Scene]:
    """Begin a delivery anew: devices and ledger are as they were when the plan was made."""
    stage.devices.begin()
    shutil.copytree(stage.first_ledger.parent, folder / "ledger")  # with its key
    place = folder / "ledger" / stage.first_ledger.name
    clock = Clock()
    ledger = Ledger(str(place), clock)
    workspace = stage.workspace.model_copy(update={"ledger": str(place)})
    scene = Scene(stage, device, ledger, workspace, clock, stage.revert_seconds)
    scene.before = stage.devices.running(device)
    try:
        with set_in(stage.environment):
            yield scene
    finally:
        ledger.close()


@contextmanager
def set_in(environment: tuple[tuple[str, str], ...]) -> Iterator[None]:
    """Let the environment have these names and values."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment:
            patch.setenv(name, value)
        yield
