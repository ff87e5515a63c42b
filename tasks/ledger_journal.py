"""The ledger as the push's journal: every stage is written down before it happens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tasks.delivery import LEASE_SECONDS
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.transcript import Transcript
from tasks.ledger import Intention, Lease, Ledger, OutcomeRecord, TranscriptPart, new_intention
from turnup.change.device_change import DeviceChange
from turnup.change.ownership import paths_of
from turnup.change.slots import given_back, has_fingerprint, slots_in
from turnup.change.tree import paths_in
from turnup.errors import LeaseHeld
from turnup.service.checks import CheckAnswer

if TYPE_CHECKING:
    from turnup.change.platforms.language import Path

SETTLED = frozenset({Outcome.UNCHANGED, Outcome.CHANGED, Outcome.ROLLED_BACK})
IN_FORCE = frozenset({Outcome.UNCHANGED, Outcome.CHANGED})


@dataclass(slots=True)
class LedgerJournal:
    """What one push writes to the ledger.

    Attributes:
        reference: call-off.
        plan_hash: the approved plan.
        attempt: number of the delivery.
        change: what is pushed.
        lease: the right to work on the device.
        executor: who runs it.
        transcript: records what is said; each stage is written with what led up to it.
    """

    ledger: Ledger
    reference: str
    plan_hash: str
    attempt: int
    change: DeviceChange
    lease: Lease
    executor: str
    transcript: Transcript = field(default_factory=Transcript)
    _intention: Intention | None = None
    _parts: int = 0

    def open_token(self) -> str:
        """Token of an attempt of this very change that was begun and not ended."""
        self._intention = self.ledger.devices.open_intention(self.change.device, self.change.site, self.plan_hash)
        return self._intention.token if self._intention is not None else ""

    def secrets_given(self) -> tuple[Path, ...]:
        """Lines of ours that hold secrets, as the ledger has them now: of an earlier run of this plan too."""
        if not any(slots_in(each.text) for each in self.change.fragments):
            return ()
        owned = paths_of(self.change.platform, self.ledger.ownership.on(self.change.device).fragments)
        return tuple(path for path in owned if has_fingerprint(path[-1]))

    def intend(self, token: str, before: str) -> None:
        """Write ahead."""
        self._intention = new_intention(self.change.device, self.change.site, self.plan_hash, token, before)
        self.ledger.devices.intend(self._intention, before, self.executor, self.attempt, self._said_since())

    def advance(self, stage: str) -> None:
        """Record a stage."""
        token = self._intention.token if self._intention is not None else ""
        before = self._intention.before_hash if self._intention is not None else ""
        self._intention = Intention(self.change.device, self.change.site, self.plan_hash, token, stage, before)
        self.ledger.devices.advance(self._intention, self.executor, self._said_since())

    def answered(self, answers: tuple[CheckAnswer, ...]) -> None:
        """Record what the device answered to its service checks."""
        self.ledger.checks.record(self.reference, self.plan_hash, self.attempt, "push", answers, self.executor)

    def turn_back(self, token: str) -> None:
        """Record that the way back is about to be pushed, under a token of its own."""
        before = self._intention.before_hash if self._intention is not None else ""
        self._intention = Intention(self.change.device, self.change.site, self.plan_hash, token, "reverting", before)
        self.ledger.devices.advance(self._intention, self.executor)

    def withdraw(self) -> None:
        """Record that the device did not arm, and that nothing of this attempt is open."""
        if self._intention is not None:
            self.ledger.devices.withdraw(replace(self._intention, stage="withdrawn"), self.executor)
        self._intention = None

    def check_lease(self) -> None:
        """Make sure that nobody took the device over; a lease that only ran out is renewed.

        It runs out when a push takes longer than anybody thought, or when this machine's clock jumps.
        """
        try:
            self.ledger.leases.check(self.lease)
        except LeaseHeld:
            self.lease = self.ledger.leases.renew(self.lease, LEASE_SECONDS)

    def finish(self, outcome: DeviceOutcome, after: str) -> None:
        """Record the outcome; what is in force is owned from now on."""
        record = OutcomeRecord(
            reference=self.reference,
            plan_hash=self.plan_hash,
            attempt=self.attempt,
            site=outcome.site,
            device=outcome.device,
            outcome=outcome.outcome,
            detail=outcome.detail,
            lines_pushed=outcome.lines_pushed,
            timeline=json.dumps([stage.content() for stage in outcome.timeline]),
            at=self.ledger.now(),
        )
        self.ledger.devices.finish(
            record,
            self._in_force(after) if outcome.outcome in IN_FORCE else None,
            close=outcome.outcome in SETTLED,
            after=after,
            actor=self.executor,
            said=self._said_since(),
        )

    def _in_force(self, after: str) -> DeviceChange:
        """The change, with the fingerprints of what the device gave back for its secrets."""
        if not any(slots_in(each.text) for each in self.change.fragments):
            return self.change
        return replace(self.change, fragments=given_back(self.change.fragments, paths_in(self.change.platform, after)))

    def _said_since(self) -> TranscriptPart | None:
        """The transcript since it was written last; none when nothing was said."""
        text = self.transcript.take()
        if not text:
            return None
        self._parts += 1
        return TranscriptPart(self.change.device, self.change.site, self.plan_hash, self.attempt, self._parts, text)
