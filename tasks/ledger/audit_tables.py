"""What the tables say, each entry in the words of the event that was written with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from tasks.ledger.devices import BACKED_UP, backup_place, outcome_body, outcome_of
from tasks.ledger.lines import (
    WITHDRAWN,
    dates_body,
    hold_body,
    hold_of,
    line_body,
    line_of,
    milestone_body,
    milestone_of,
)
from tasks.ledger.orders import approval_body, approval_of, revision_body, revision_of
from tasks.ledger.ownership import ENDED, GIVEN_BACK, OWNED, TAKEN_OVER, owned_body, takeover_body
from tasks.ledger.plans import ALLOCATED, TAKEN, allocation_body, attempt_body, plan_body
from tasks.ledger.plans import RELEASED as FREED
from tasks.ledger.records import Approval, ApprovalKind, LineState, LotCommitment
from tasks.ledger.schema import (
    allocations,
    approvals,
    attempts,
    backups,
    call_offs,
    holds,
    lot_values,
    milestones,
    outcomes,
    owned,
    plans,
    service_lines,
    takeovers,
    transcripts,
)
from tasks.ledger.sealing import Seals, about_backup, about_plan
from tasks.ledger.transcripts import KEPT, about_row, transcript_place
from turnup.canonical import canonical_bytes, text_hash
from turnup.errors import AuditBroken, LedgerError
from turnup.plan import Plan, plan_from_json

PLAN_STORED = "plan.stored"


class Told(NamedTuple):
    """What an event says, without when and by whom."""

    kind: str
    subject: str
    body: str

    def without(self, *names: str) -> Told:
        """The same without what only the text itself could say: all that can be compared while it is sealed."""
        body = {name: value for name, value in stated(self.body).items() if name not in names}
        return _told(self.kind, self.subject, body)

    @property
    def is_in_a_table(self) -> bool:
        """Whether a table has one entry for each event of this kind."""
        return self.kind in _KINDS or self.kind.startswith("outcome.") or self.kind.endswith(".approved")


_KINDS = frozenset(
    {
        "call-off.recorded",
        PLAN_STORED,
        "delivery.begun",
        "milestone.reached",
        "service-line.recorded",
        "hold.opened",
        BACKED_UP,
        KEPT,
    }
)


ONLY_INSIDE = ("text_hash", "call_off_hash")
"""What an event says of a sealed text that only the text itself can prove."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry whose text does not open with the key that is given: all of it but the text can be compared."""

    told: Told


def told_of_stage(told: Told) -> Iterator[Told]:
    """The part of a transcript that the event of a stage tells of as well."""
    if told.kind.startswith("device.") and "transcript" in (said := stated(told.body)):
        yield _told(KEPT, told.subject, said["transcript"])


def taken_away(told: Told) -> Iterator[Told]:
    """The entry that a table has no more since this event."""
    if told.kind == WITHDRAWN:
        yield _told("milestone.reached", told.subject, stated(told.body)["reached"])


def _told(kind: str, subject: str, body: Mapping[str, Any]) -> Told:
    return Told(kind, subject, canonical_bytes(dict(body)).decode())


def _edited(where: str, expected: str, found: str) -> AuditBroken:
    remedy = "Somebody edited the ledger outside Turnup. Restore it from a backup and compare the two."
    return AuditBroken(f"ledger {where}", expected, found, remedy)


def _call_offs(connection: Connection) -> Iterator[Told]:
    values: dict[tuple[str, int], list[LotCommitment]] = {}
    for row in connection.execute(select(lot_values)):
        found = LotCommitment(row.reference, row.lot, row.committed_pence, row.worst_case_pence)
        values.setdefault((row.reference, row.revision), []).append(found)
    for row in connection.execute(select(call_offs)):
        revision = revision_of(row)
        if text_hash(revision.content) != revision.content_hash:
            where = f"call-off {revision.reference} r{revision.revision}"
            raise _edited(where, f"content {revision.content_hash[:16]}", "another content")
        its_values = tuple(values.get((revision.reference, revision.revision), ()))
        yield _told("call-off.recorded", revision.reference, revision_body(revision, its_values))


def _approvals(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(approvals)):
        approval = approval_of(row)
        if _subject_of(approval) != approval.subject_hash:
            where = f"approval of {approval.reference} by {approval.signatory}"
            raise _edited(where, f"a statement about {approval.subject_hash[:16]}", "another statement")
        yield _told(f"{approval.kind}.approved", approval.reference, approval_body(approval))


def _subject_of(approval: Approval) -> str:
    if approval.kind is ApprovalKind.PLAN:
        return str(stated(approval.statement).get("plan_hash"))
    return text_hash(approval.statement)


def stated(statement: str) -> dict[str, Any]:
    """What canonical JSON says; nothing when it is no object."""
    try:
        stated = json.loads(statement)
    except ValueError:
        return {}
    return stated if isinstance(stated, dict) else {}


def heads_claimed(connection: Connection) -> dict[str, str]:
    """The heads that approvals recorded and, where the statement has one, signed; with who says so."""
    claimed: dict[str, str] = {}
    for row in connection.execute(select(approvals)):
        who = f"approval of {row.reference} by {row.signatory}"
        claimed[row.ledger_head] = who
        if "ledger_head" in (said := stated(row.statement)):
            claimed[str(said["ledger_head"])] = who
    return claimed


def _plans(connection: Connection, seals: Seals) -> Iterator[Told | Sealed]:
    for row in connection.execute(select(plans)):
        if not seals.can_open(row.content):
            body = {"revision": row.revision, "plan_hash": row.hash, "at": row.at}
            yield Sealed(_told(PLAN_STORED, row.reference, body))
            continue
        plan = _read(row, seals)
        if (plan.hash, plan.reference, plan.revision) != (row.hash, row.reference, row.revision):
            raise _edited(f"plan {row.hash[:16]}", "the content of that hash", "another content")
        yield _told(PLAN_STORED, row.reference, plan_body(plan, row.at))


def _read(row: Any, seals: Seals) -> Plan:
    try:
        return plan_from_json(seals.open(row.content, about_plan(row.hash)))
    except (LedgerError, ValueError) as error:
        raise _edited(f"plan {row.hash[:16]}", "a readable plan", "one that is not") from error


def _outcomes(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(outcomes)):
        record = outcome_of(row)
        yield _told(f"outcome.{record.outcome}", record.device, outcome_body(record))


def _milestones(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(milestones)):
        record = milestone_of(row)
        yield _told("milestone.reached", record.service_line, milestone_body(record))


def _attempts(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(attempts)):
        yield _told("delivery.begun", row.reference, attempt_body(row.number, row.plan_hash, row.executor, row.at))


def _service_lines(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(service_lines)):
        yield _told("service-line.recorded", row.id, line_body(line_of(row)))


def _holds(connection: Connection) -> Iterator[Told]:
    for row in connection.execute(select(holds)):
        yield _told("hold.opened", str(row.id), hold_body(hold_of(row)))


def _backups(connection: Connection, seals: Seals) -> Iterator[Told | Sealed]:
    for row in connection.execute(select(backups)):
        place = backup_place(row.plan_hash, row.moment, row.at, row.site, row.attempt)
        yield _about_text(BACKED_UP, row, place, about_backup(row.device, row.plan_hash, row.moment), seals)


def _transcripts(connection: Connection, seals: Seals) -> Iterator[Told | Sealed]:
    for row in connection.execute(select(transcripts)):
        place = transcript_place(row.site, row.plan_hash, row.attempt, row.part, row.at)
        yield _about_text(KEPT, row, place, about_row(row), seals)


def _about_text(kind: str, row: Any, place: dict[str, Any], about: str, seals: Seals) -> Told | Sealed:
    """What the chain has to say of a text at rest: its hash, if its key is there."""
    if not seals.can_open(row.text):
        return Sealed(_told(kind, row.device, place))
    try:
        text = seals.open(row.text, about).decode()
    except (LedgerError, ValueError) as error:
        raise _edited(f"{kind} of {row.device}", f"{about} as it was written", "something else") from error
    return _told(kind, row.device, place | {"text_hash": text_hash(text)})


TABLES: Mapping[str, Callable[[Connection], Iterator[Told]]] = {
    "call-offs": _call_offs,
    "approvals": _approvals,
    "outcomes": _outcomes,
    "milestones": _milestones,
    "attempts": _attempts,
    "service lines": _service_lines,
    "holds": _holds,
}
"""Tables that hold one entry for each of their events."""

SEALED_TABLES: Mapping[str, Callable[[Connection, Seals], Iterator[Told | Sealed]]] = {
    "plans": _plans,
    "backups": _backups,
    "transcripts": _transcripts,
}
"""Those of them whose texts rest encrypted."""


DATES, STATE, RELEASED = "service-line.dates-committed", "service-line.state", "hold.released"
"""What an entry says of itself now, by the last event about it."""

GONE = ""
"""What an entry says of itself when it is there no more."""

_STATES = frozenset(f"service-line.{state}" for state in LineState)


def latest_of(told: Told) -> Iterator[Told]:
    """What an event makes true of its subject until the next one of its kind."""
    if told.kind == "service-line.recorded":
        yield told._replace(kind=STATE, body=LineState.DESIGNED)
    elif told.kind in _STATES:
        yield told._replace(kind=STATE, body=told.kind.removeprefix("service-line."))
    elif told.kind == ALLOCATED:
        for each in stated(told.body)["allocations"]:
            held = allocation_body(each["holder"], each["key"], TAKEN, None)
            yield _told(ALLOCATED, f"{each['pool']} {each['value']}", held)
    elif told.kind == FREED:
        for value in stated(told.body)["values"]:
            yield Told(ALLOCATED, value, GONE)
    elif told.kind in (OWNED, ENDED):
        body = GONE if told.kind == ENDED else told.body
        yield Told(OWNED, f"{told.subject} {stated(told.body)['service_line']}", body)
    elif told.kind in (TAKEN_OVER, GIVEN_BACK):
        body = GONE if told.kind == GIVEN_BACK else told.body
        yield Told(TAKEN_OVER, f"{told.subject} {stated(told.body)['path_hash']}", body)
    elif told.kind in (DATES, RELEASED):
        yield told


def current(connection: Connection) -> Iterator[Told]:
    """What each entry that changes says of itself now: service lines, ended holds, held values, owned configuration."""
    for row in connection.execute(select(service_lines)):
        yield Told(STATE, row.id, row.state)
        if any((dates := dates_body(row)).values()):
            yield _told(DATES, row.id, dates)
    for row in connection.execute(select(holds).where(holds.c.ends.is_not(None))):
        yield _told(RELEASED, str(row.id), {"hold": row.id, "ends": row.ends})
    for row in connection.execute(select(allocations).where(allocations.c.state == TAKEN)):
        held = allocation_body(row.holder, row.key, row.state, row.until)
        yield _told(ALLOCATED, f"{row.pool} {row.value}", held)
    for row in connection.execute(select(owned)):
        yield _told(OWNED, f"{row.device} {row.service_line}", owned_body(*row))
    for row in connection.execute(select(takeovers)):
        yield _told(TAKEN_OVER, f"{row.device} {row.path_hash}", takeover_body(*row))
