"""What the ledger tells of pushes that were: who ran them, what became of each device, and the evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.devices.outcome import GOOD, Outcome, StageTime
from tasks.devices.transcript import Exchange, read_transcript
from turnup.errors import LedgerError
from turnup.findings import did_you_mean

if TYPE_CHECKING:
    from tasks.ledger import AttemptRecord, CheckRecord, Ledger, OutcomeRecord
    from turnup.change.device_change import DeviceChange
    from turnup.fragments import Fragment
    from turnup.plan import Plan


@dataclass(frozen=True, slots=True)
class PushStory:
    """One push of one device for one site.

    Attributes:
        attempt: the run that it is part of.
        revision: of the call-off.
        change: what was planned.
        record: what became of it; none when its run ended in the middle, or goes on now.
        stages: how long each stage took.
        begun: whether the plan's intention is still open on the device: nobody knows yet what it has.
    """

    attempt: AttemptRecord
    revision: int
    change: DeviceChange
    record: OutcomeRecord | None
    stages: tuple[StageTime, ...]
    begun: bool

    @property
    def settles(self) -> str:
        """The command that finds out what the device has; empty when that is known."""
        is_unknown = self.record is None or self.record.outcome == Outcome.UNKNOWN
        if not (is_unknown or self.begun):
            return ""
        return f"turnup deliver {self.attempt.reference} --plan {self.attempt.plan_hash[:12]}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was kept of one push, secrets redacted or encrypted before.

    Attributes:
        transcript: what was said, in order.
        before, after: the running configuration; none when nothing was written, or it could not be read.
        owned: what Turnup has on the device for the lines of the plan, since then.
        checks: what it answered to service checks, in the push and when its site was verified.
    """

    transcript: tuple[Exchange, ...]
    before: str | None
    after: str | None
    owned: tuple[Fragment, ...]
    checks: tuple[CheckRecord, ...] = ()


def attempt_of(ledger: Ledger, reference: str, number: int = 0, device: str = "") -> tuple[AttemptRecord, Plan]:
    """Find a run of a call-off's delivery, with its plan.

    Args:
        ledger: where it is.
        reference: the call-off.
        number: of the run; 0 for the last one, of the device if one is given.
        device: a device that it has to have changed; any unless given.

    Raises:
        LedgerError: nothing was delivered yet, no such run, or no such device; names the choices.
    """
    runs = ledger.plans.attempts(reference)
    if not runs:
        remedy = f"Deliver it first: turnup plan {reference}"
        raise LedgerError(reference, "a delivery that was begun", "none", remedy)
    if number and number not in [each.number for each in runs]:
        remedy = f"Give one from 1 to {runs[-1].number}; the last one unless given."
        raise LedgerError(f"{reference} --attempt", "the number of a run", str(number), remedy)
    names: set[str] = set()
    for run in reversed(runs):
        if number in (0, run.number) and (plan := ledger.plans.get(run.plan_hash)) is not None:
            devices = {str(change.device) for change in plan.changes}
            if not device or device in devices:
                return run, plan
            names |= devices
    raise LedgerError(f"{reference} --device", "a device of its plan", device, did_you_mean(device, names))


def stories_of(ledger: Ledger, run: AttemptRecord, plan: Plan, device: str = "", site: str = "") -> list[PushStory]:
    """The pushes of a run, in the order of its plan; those of one device, or for one site.

    Raises:
        LedgerError: the device was not changed for that site; names those for which it was.
    """
    records = {
        (each.site, each.device): each for each in ledger.devices.outcomes(run.reference, run.plan_hash, run.number)
    }
    here = [change for change in plan.changes if device in ("", change.device)]
    if site and not any(change.site == site for change in here):
        remedy = did_you_mean(site, {change.site for change in here})
        raise LedgerError(f"{run.reference} --site", "a site for which it was changed", site, remedy)
    return [
        _story(ledger, run, plan, change, records.get((change.site, change.device)))
        for change in here
        if site in ("", change.site)
    ]


def _story(
    ledger: Ledger, run: AttemptRecord, plan: Plan, change: DeviceChange, record: OutcomeRecord | None
) -> PushStory:
    stages = tuple(StageTime(**each) for each in json.loads(record.timeline)) if record is not None else ()
    is_open = ledger.devices.open_intention(change.device, change.site, plan.hash) is not None
    return PushStory(run, plan.revision, change, record, stages, is_open)


def evidence_of(ledger: Ledger, story: PushStory) -> Evidence:
    """Read what was kept of a push.

    Raises:
        CredentialMissing, WrongKey: the ledger's key is missing, or another one.
    """
    change, run = story.change, story.attempt
    place = (change.device, change.site, run.plan_hash, run.number)
    said = read_transcript("".join(ledger.transcripts.of(*place)))
    before = after = None
    if story.record is None or Outcome(story.record.outcome) not in _NOTHING_WRITTEN:
        before, after = (ledger.devices.backup_at(*place, moment) for moment in ("before", "after"))
    answered = tuple(each for each in checks_of(ledger, run) if (each.device, each.site) == place[:2])
    return Evidence(said, before, after, _owned(ledger, story), answered)


def checks_of(ledger: Ledger, run: AttemptRecord) -> tuple[CheckRecord, ...]:
    """What devices answered to service checks in a run, oldest first."""
    return ledger.checks.of(run.reference, run.plan_hash, run.number)


_NOTHING_WRITTEN = frozenset({Outcome.UNCHANGED, Outcome.SKIPPED})


def _owned(ledger: Ledger, story: PushStory) -> tuple[Fragment, ...]:
    """What is ours there since the push; after one that is not in force, what was ours already."""
    change, lines = story.change, story.change.service_lines
    if story.record is not None and Outcome(story.record.outcome) in GOOD:
        return change.fragments
    return tuple(each for each in ledger.ownership.on(change.device).fragments if each.service_line in lines)
