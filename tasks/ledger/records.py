"""What crosses the wall between the ledger and the rest: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from turnup.scalars import DeviceName
from turnup.sites import Platform


class LineState(StrEnum):
    """Where a service line is in its life; superseded: left out by a later approved revision."""

    DESIGNED = "designed"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    CEASED = "ceased"
    SUPERSEDED = "superseded"


class ApprovalKind(StrEnum):
    """What a signature is about; also the first half of its namespace `KIND@turnup`."""

    CALL_OFF = "call-off"
    PLAN = "plan"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class RevisionRecord:
    """One revision of a call-off, as recorded."""

    reference: str
    revision: int
    framework: str
    buyer: str
    author: str
    content_hash: str
    content: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LotCommitment:
    """What the approved revision of a call-off binds in a lot, in pence."""

    reference: str
    lot: str
    committed_pence: int
    worst_case_pence: int


@dataclass(frozen=True, slots=True)
class Approval:
    """A signature that was verified when it was recorded.

    Attributes:
        subject_hash: SHA-256 of what was signed: the call-off, the plan, or the certificate.
        statement: the signed bytes as text.
        ledger_head: hash of the last event when it was signed; shows a cut tail or a rewritten chain.
    """

    reference: str
    revision: int
    kind: ApprovalKind
    subject_hash: str
    signatory: str
    fingerprint: str
    signature: str
    statement: str
    ledger_head: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A service line with the dates that were committed for it."""

    id: str
    reference: str
    revision: int
    site: str
    service: str
    product: str
    state: LineState
    lead_time_working_days: int
    customer_required_date: date | None = None
    day_zero: date | None = None
    initial_contracted_date: date | None = None
    contracted_date: date | None = None
    calendar_version: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneRecord:
    """A dated, evidenced state of a service line."""

    service_line: str
    milestone: str
    at: datetime
    actor: str
    evidence: str


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A relief hold, both London dates inside; open while `ends` is missing."""

    id: int
    reference: str
    service_line: str | None
    cause: str
    starts: date
    ends: date | None
    actor: str


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One run of a delivery: attempts of a call-off are numbered from 1, whichever plan they deliver."""

    reference: str
    number: int
    plan_hash: str
    executor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """What happened to one device in one attempt."""

    reference: str
    plan_hash: str
    attempt: int
    site: str
    device: str
    outcome: str
    detail: str
    lines_pushed: int
    timeline: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """What a device answered to a service check.

    Attributes:
        stage: when it was asked: `push`, before the confirm, or `verify`, when the site was read again.
        expected, actual: what the answer had to say, and what it said.
    """

    service_line: str
    stage: str
    site: str
    device: str
    title: str
    asked: str
    expected: str
    actual: str
    passed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A delivery that began although sites of it were not due."""

    reference: str
    attempt: int
    who: str
    at: datetime
    reason: str
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormerlyOwned:
    """What a service line had on a device once.

    Attributes:
        plan_hash: the plan that brought it there, or the adoption that found it.
        text_hash: SHA-256 of its fragment's text.
    """

    device: str
    service_line: str
    plan_hash: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class OwnedPlace:
    """A device on which a service line has configuration in force."""

    device: DeviceName
    service_line: str
    platform: Platform


@dataclass(frozen=True, slots=True)
class Intention:
    """A change of a device that was begun and not ended."""

    device: str
    site: str
    plan_hash: str
    token: str
    stage: str
    before_hash: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a device had at a moment of its push: `before` or `after`."""

    device: str
    site: str
    plan_hash: str
    attempt: int
    moment: str
    text: str


@dataclass(frozen=True, slots=True)
class TranscriptPart:
    """What was said to a device, and what it answered, up to a stage of its push.

    Attributes:
        number: 1 for the first part.
        text: in the words of the recorder, secrets redacted.
    """

    device: str
    site: str
    plan_hash: str
    attempt: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on something, until it expires; the epoch grows with each new holder."""

    resource: str
    holder: str
    epoch: int
    expires_at: datetime
