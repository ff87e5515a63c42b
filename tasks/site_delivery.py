"""Deliver one site: its devices tier by tier, each under its lease; then prove that they are as declared."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tasks.delivery import LEASE_SECONDS, holder_of
from tasks.devices.checks import ask_all, check_answers
from tasks.devices.collect import collect
from tasks.devices.deliver import push_through
from tasks.devices.outcome import GOOD, DeviceOutcome, Outcome
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Lease, Ledger
from tasks.ledger_journal import LedgerJournal
from tasks.progress import Event, announce, stop_requested
from tasks.schedules import due_at, not_due_words
from tasks.turns import Turns, turns_of
from tasks.workers import give_to_a_worker
from turnup.canonical import content_hash, text_hash
from turnup.change.ownership import paths_of
from turnup.change.slots import with_slots
from turnup.change.state import ChangeState, differences, state_of
from turnup.errors import LeaseHeld, ReadBackDiffers
from turnup.service.checks import CheckAnswer, Moment, ServiceCheck

if TYPE_CHECKING:
    from nornir.core import Nornir

    from tasks.workspace import Workspace
    from turnup.change.device_change import DeviceChange
    from turnup.plan import Plan
    from turnup.scalars import DeviceName, SiteCode


PROVE_SECONDS = 180.0
"""How long a site may take at most until its services work, whatever their checks allow."""

DUE_SECONDS = 60
"""How long the answer holds that a site is due."""


@dataclass(frozen=True, slots=True)
class SiteDelivery:
    """One attempt at the sites of a plan.

    Attributes:
        inventory_sites: sites whose inventory has to be read, those of the provider edges too.
        attempt: number of the delivery.
        budget: how many devices may fail before no further site begins.
        breaks_glass: whether sites are begun that are not due.
    """

    workspace: Workspace
    ledger: Ledger
    plan: Plan
    inventory_sites: tuple[SiteCode, ...]
    attempt: int
    budget: int = 1_000_000
    breaks_glass: bool = False

    def deliver(self, site: SiteCode) -> tuple[DeviceOutcome, ...]:
        """Push all device changes of a site, those of a tier at once; after one that is not good no tier begins.

        Raises:
            LedgerError: the ledger cannot be written; armed devices take themselves back.
        """
        changes = self.plan.changes_at(site)
        outcomes: list[DeviceOutcome] = []
        try:
            nornir = open_nornir(self.workspace, self.inventory_sites, self._devices_of(changes))
            for tier in self.plan.tiers_at(site):
                outcomes += self._tier(nornir, tier, outcomes)
        finally:
            self._turns.finish(change.place for change in changes)
        return tuple(outcomes)

    def _devices_of(self, changes: Iterable[DeviceChange]) -> set[DeviceName]:
        """The devices of some changes, with the peers whose state they wait for."""
        names = {change.device for change in changes}
        return names | {peer for name in names if (peer := self.plan.peer_of(name)) is not None}

    def _tier(self, nornir: Nornir, tier: tuple[DeviceChange, ...], before: list[DeviceOutcome]) -> list[DeviceOutcome]:
        """Push a tier. Turns are waited for here: a worker that waited for one might be the one it waits for."""
        if any(each.outcome not in GOOD for each in before):
            refusal = self._turns.refusal(tier[0].site)
            for _ in tier if not refusal else ():
                self._turns.fail()
            reason = refusal or "an earlier device of the site is not as declared"
            return [self._told(self._skip(each, reason)) for each in tier]
        pending: list[Future[DeviceOutcome]] = []
        try:
            for change in tier:
                in_time = self._turns.wait(self.plan.before_at_device(change.place), LEASE_SECONDS)
                work = self._push_one if in_time else self._skip_late
                pending.append(give_to_a_worker(self.workspace.workers, partial(work, nornir, change)))
        finally:
            wait(pending)
        return [each.result() for each in pending]

    @property
    def _turns(self) -> Turns:
        return turns_of(self.workspace.ledger, self.plan.hash, self.attempt)

    def skip(self, site: SiteCode, reason: str) -> tuple[DeviceOutcome, ...]:
        """Record that a site is not begun, and why."""
        outcomes = tuple(self._skip(change, reason) for change in self.plan.changes_at(site))
        self.leave(site)
        announce(Event(site, outcome=Outcome.SKIPPED, detail=reason))
        return outcomes

    def leave(self, site: SiteCode) -> None:
        """Say that nothing will happen at a site: whoever waits for its turn at a shared device goes on."""
        self._turns.leave(change.place for change in self.plan.changes_at(site))

    def _push_one(self, nornir: Nornir, change: DeviceChange) -> DeviceOutcome:
        reason = self._reason_to_leave(nornir, change)
        outcome = self._skip(change, reason) if reason else self._push(nornir, change)
        if not reason and outcome.outcome not in GOOD:
            self._turns.fail()
        self._turns.finish([change.place], good=outcome.outcome in GOOD)
        return self._told(outcome)

    def _reason_to_leave(self, nornir: Nornir, change: DeviceChange) -> str:
        """Why a device is not touched though its turn has come; empty if it is."""
        if stop_requested():
            return "stopped by the user before it began"
        refused = self._turns.may_not_begin(change.site, self.budget, partial(self._closed_meanwhile, change.site))
        if refused:
            self._turns.leave([change.place])
        return refused or self._peer_is_not_good(nornir, change)

    def not_due(self, site: SiteCode) -> str:
        """Why a site must not be changed now, and when it is due; empty if it is due."""
        if self.breaks_glass:
            return ""
        now = self.ledger.now()
        due = due_at(self.workspace, self.plan, (site,), now)[site]
        if due.now:
            self._turns.found_due(site, now)
        return "" if due.now else not_due_words(due)

    def _closed_meanwhile(self, site: SiteCode) -> str:
        """The same, for a site that may have waited for its workers since it was looked at."""
        a_while_ago = self.ledger.now() - timedelta(seconds=DUE_SECONDS)
        return "" if self._turns.was_due_since(site, a_while_ago) else self.not_due(site)

    def _skip_late(self, _nornir: Nornir, change: DeviceChange) -> DeviceOutcome:
        return self._told(self._skip(change, "the change of this device that comes before it has not ended"))

    def _told(self, outcome: DeviceOutcome) -> DeviceOutcome:
        words = {"outcome": outcome.outcome, "detail": outcome.detail}
        announce(Event(outcome.site, outcome.device, lines_pushed=outcome.lines_pushed, **words))
        return outcome

    def _peer_is_not_good(self, nornir: Nornir, change: DeviceChange) -> str:
        """Why the second member of a redundant pair must be left alone; empty when it need not, or is the first."""
        peer = self.plan.peer_of(change.device)
        before = self._turns.touched(
            place for place in self.plan.before_at_device(change.place) if place.device == peer
        )
        if peer is None or not before:
            return ""
        if not self._turns.are_good(before):
            return f"its peer {peer} is not as declared"
        readings = collect(nornir.filter(name=peer))
        if readings.errors:
            return f"its peer {peer} does not answer: {readings.errors[0]}"
        last = next(each for each in self.plan.changes if each.place == before[-1])
        if state_of(last, self._as_ours(last, readings.running[peer])) is not ChangeState.AFTER:
            return f"its peer {peer} does not show what was pushed"
        return ""

    def _push(self, nornir: Nornir, change: DeviceChange) -> DeviceOutcome:
        try:
            with self._leased(f"device/{change.device}") as lease:
                return push_through(
                    nornir,
                    change,
                    self.plan.vrf,
                    self._journal(change, lease),
                    token=f"t{self.plan.hash[:8]}-{self.attempt}-{secrets.token_hex(3)}",
                    revert_seconds=self.workspace.revert_seconds,
                    checks=self._checks_of(change),
                    on_stage=lambda stage: announce(Event(change.site, change.device, stage)),
                )
        except LeaseHeld as error:
            return self._skip(change, str(error))

    def _checks_of(self, change: DeviceChange) -> tuple[ServiceCheck, ...]:
        """What can be asked of a device as soon as it has its change."""
        checks = self.plan.checks_at(change.site)
        return tuple(each for each in checks if each.device == change.device and each.moment is Moment.DEVICE)

    def _journal(self, change: DeviceChange, lease: Lease) -> LedgerJournal:
        return LedgerJournal(
            ledger=self.ledger,
            reference=self.plan.reference,
            plan_hash=self.plan.hash,
            attempt=self.attempt,
            change=change,
            lease=lease,
            executor=self.workspace.executor,
        )

    def _skip(self, change: DeviceChange, reason: str) -> DeviceOutcome:
        outcome = DeviceOutcome(change.site, change.device, Outcome.SKIPPED, reason)
        nobody = Lease(f"device/{change.device}", "", 0, self.ledger.now())
        self._journal(change, nobody).finish(outcome, "")
        return outcome

    @contextmanager
    def _leased(self, resource: str) -> Iterator[Lease]:
        lease = self.ledger.leases.acquire(resource, holder_of(self.workspace), LEASE_SECONDS)
        try:
            yield lease
        finally:
            self.ledger.leases.release(lease)

    def _as_ours(self, change: DeviceChange, running: str) -> str:
        """What a device shows, with a slot where it shows a secret that we delivered there."""
        return with_slots(running, paths_of(change.platform, self.ledger.ownership.on(change.device).fragments))

    def verify(self, site: SiteCode) -> str:
        """Read all devices of a site again and prove that each has what was declared.

        Then each device is asked what proves the service lines of the site.

        Returns:
            SHA-256 over the devices, the hashes of what they have and what they answered: the evidence.

        Raises:
            ReadBackDiffers: names the first device that does not.
            ServiceCheckFailed: the lines are there and do not work; names the first device that says so.
            DeviceError: a device does not answer.
        """
        changes = self.plan.changes_at(site)
        nornir = open_nornir(self.workspace, self.inventory_sites, {change.device for change in changes})
        readings = collect(nornir)
        if readings.errors:
            raise readings.errors[0]
        for change in changes:
            running = self._as_ours(change, readings.running[change.device])
            if state_of(change, running) is not ChangeState.AFTER:
                raise ReadBackDiffers(
                    change.device,
                    "all that was declared",
                    "; ".join(differences(change, running)[:6]),
                    "Somebody changed it since: run `turnup plan` and look at the differences.",
                )
        seen = {str(device): text_hash(running) for device, running in readings.running.items()}
        answers = self._prove(nornir, site)
        return content_hash(seen | {f"{each.check.device} {each}": each.actual for each in answers})

    def _prove(self, nornir: Nornir, site: SiteCode) -> tuple[CheckAnswer, ...]:
        """Ask what proves the service lines of a site; the answers are recorded, whatever they are."""
        checks, plan = self.plan.checks_at(site), self.plan
        if not checks:
            return ()
        answers = ask_all(nornir, checks, PROVE_SECONDS)
        executor = self.workspace.executor
        self.ledger.checks.record(plan.reference, plan.hash, self.attempt, "verify", answers, executor)
        for device in dict.fromkeys(check.device for check in checks):
            check_answers(device, [each for each in answers if each.check.device == device])
        return answers
