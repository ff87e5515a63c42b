"""Call-offs, approvals and value: the commercial side of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select

from tasks.ledger.records import Approval, ApprovalKind, LotCommitment, RevisionRecord
from tasks.ledger.schema import approvals, call_offs, lot_values
from tasks.ledger.store import Store, utc_text
from turnup.canonical import content_hash, text_hash
from turnup.errors import ApprovalRefused


class OrderBook:
    """Revisions of call-offs and the signatures over them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, revision: RevisionRecord, values: tuple[LotCommitment, ...], actor: str) -> bool:
        """Record a revision; the same one again changes nothing.

        Returns:
            whether it was new.

        Raises:
            ApprovalRefused: the ledger holds another content under the same reference and revision.
        """
        with self._store.writing() as connection:
            known = connection.execute(
                select(call_offs.c.content_hash).where(_revision(revision.reference, revision.revision))
            ).scalar()
            if known == revision.content_hash:
                return False
            if known is not None:
                raise ApprovalRefused(
                    f"{revision.reference} r{revision.revision}",
                    f"the content that was recorded first ({known[:12]})",
                    f"another one ({revision.content_hash[:12]})",
                    "A changed call-off is a new revision: raise `revision` by one.",
                )
            connection.execute(
                insert(call_offs).values(
                    reference=revision.reference,
                    revision=revision.revision,
                    framework=revision.framework,
                    buyer=revision.buyer,
                    author=revision.author,
                    content_hash=revision.content_hash,
                    content=revision.content,
                    recorded_at=utc_text(revision.recorded_at),
                )
            )
            for value in values:
                connection.execute(
                    insert(lot_values).values(
                        reference=revision.reference,
                        revision=revision.revision,
                        lot=value.lot,
                        committed_pence=value.committed_pence,
                        worst_case_pence=value.worst_case_pence,
                    )
                )
            body = revision_body(revision, values)
            self._store.append(connection, actor, "call-off.recorded", revision.reference, body)
            return True

    def revision(self, reference: str, revision: int) -> RevisionRecord | None:
        """Find one revision."""
        with self._store.reading() as connection:
            row = connection.execute(select(call_offs).where(_revision(reference, revision))).first()
        return revision_of(row) if row is not None else None

    def revisions(self, reference: str) -> tuple[int, ...]:
        """The revisions of a call-off that were recorded, in order."""
        query = select(call_offs.c.revision).where(call_offs.c.reference == reference).order_by(call_offs.c.revision)
        with self._store.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def all(self) -> tuple[RevisionRecord, ...]:
        """All revisions, by reference."""
        query = select(call_offs).order_by(call_offs.c.reference, call_offs.c.revision)
        with self._store.reading() as connection:
            return tuple(revision_of(row) for row in connection.execute(query))

    def commitments(self, framework: str) -> tuple[LotCommitment, ...]:
        """What the latest approved revision of each call-off of a framework binds."""
        with self._store.reading() as connection:
            return _commitments(connection, framework)

    def approve(
        self, approval: Approval, framework: str, check: Callable[[tuple[LotCommitment, ...]], None], actor: str
    ) -> None:
        """Record an approval, with the value checked in the same transaction, so that two cannot overspend.

        Args:
            approval: verified already.
            framework: whose commitments are looked at.
            check: raises when the value does not fit any more.
            actor: who records it.
        """
        with self._store.writing() as connection:
            check(_commitments(connection, framework))
            connection.execute(
                insert(approvals).values(
                    reference=approval.reference,
                    revision=approval.revision,
                    kind=approval.kind,
                    subject_hash=approval.subject_hash,
                    signatory=approval.signatory,
                    fingerprint=approval.fingerprint,
                    signature=approval.signature,
                    statement=approval.statement,
                    ledger_head=approval.ledger_head,
                    at=utc_text(approval.at),
                    expires_at=utc_text(approval.expires_at),
                )
            )
            body = approval_body(approval)
            self._store.append(connection, actor, f"{approval.kind}.approved", approval.reference, body)

    def approvals(self, reference: str, revision: int | None = None) -> tuple[Approval, ...]:
        """All approvals of a reference (or one revision of it), oldest first."""
        query = select(approvals).where(approvals.c.reference == reference).order_by(approvals.c.id)
        if revision is not None:
            query = query.where(approvals.c.revision == revision)
        with self._store.reading() as connection:
            return tuple(approval_of(row) for row in connection.execute(query))

    def approved_revision(self, reference: str) -> int:
        """The latest revision of a reference that was approved; 0 if none was."""
        query = select(func.max(approvals.c.revision)).where(
            approvals.c.reference == reference, approvals.c.kind == ApprovalKind.CALL_OFF
        )
        with self._store.reading() as connection:
            return connection.execute(query).scalar() or 0


def revision_body(revision: RevisionRecord, values: tuple[LotCommitment, ...]) -> dict[str, Any]:
    """What the event of a revision holds: whose it is, its content, and the value that counts against the ceilings."""
    return {
        "revision": revision.revision,
        "framework": revision.framework,
        "buyer": revision.buyer,
        "author": revision.author,
        "content_hash": revision.content_hash,
        "recorded_at": utc_text(revision.recorded_at),
        "values": [[each.lot, each.committed_pence, each.worst_case_pence] for each in sorted(values, key=_by_lot)],
    }


def _by_lot(value: LotCommitment) -> str:
    return value.lot


def approval_body(approval: Approval) -> dict[str, Any]:
    """What the event of an approval holds; the audit compares it with the table."""
    return {
        "revision": approval.revision,
        "subject_hash": approval.subject_hash,
        "signatory": approval.signatory,
        "fingerprint": approval.fingerprint,
        "ledger_head": approval.ledger_head,
        "signature_hash": content_hash(approval.signature),
        "statement_hash": text_hash(approval.statement),
        "at": utc_text(approval.at),
        "expires_at": utc_text(approval.expires_at),
    }


def _commitments(connection: Connection, framework: str) -> tuple[LotCommitment, ...]:
    latest = (
        select(approvals.c.reference, func.max(approvals.c.revision).label("revision"))
        .where(approvals.c.kind == ApprovalKind.CALL_OFF)
        .group_by(approvals.c.reference)
        .subquery()
    )
    query = (
        select(lot_values)
        .join(
            latest,
            and_(lot_values.c.reference == latest.c.reference, lot_values.c.revision == latest.c.revision),
        )
        .join(
            call_offs,
            and_(call_offs.c.reference == lot_values.c.reference, call_offs.c.revision == lot_values.c.revision),
        )
        .where(call_offs.c.framework == framework)
    )
    return tuple(
        LotCommitment(row.reference, row.lot, row.committed_pence, row.worst_case_pence)
        for row in connection.execute(query)
    )


def _revision(reference: str, revision: int) -> Any:
    return and_(call_offs.c.reference == reference, call_offs.c.revision == revision)


def revision_of(row: Row[Any]) -> RevisionRecord:
    """One row of `call_offs`."""
    return RevisionRecord(
        row.reference,
        row.revision,
        row.framework,
        row.buyer,
        row.author,
        row.content_hash,
        row.content,
        datetime.fromisoformat(row.recorded_at),
    )


def approval_of(row: Row[Any]) -> Approval:
    """One row of `approvals`."""
    return Approval(
        row.reference,
        row.revision,
        ApprovalKind(row.kind),
        row.subject_hash,
        row.signatory,
        row.fingerprint,
        row.signature,
        row.statement,
        row.ledger_head,
        datetime.fromisoformat(row.at),
        datetime.fromisoformat(row.expires_at),
    )
