"""Service lines, their milestones, dates and relief holds: the clock's side of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from tasks.ledger.records import HoldRecord, LineRecord, LineState, MilestoneRecord
from tasks.ledger.schema import holds, milestones, service_lines
from tasks.ledger.store import Store, utc_text
from turnup.errors import LedgerError

WITHDRAWN = "milestone.withdrawn"
"""The event of a milestone that is not reached any more, because its delivery was taken back."""


class LineBook:
    """What is delivered, by when, and what held it up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, lines: Iterable[LineRecord], actor: str) -> None:
        """Record service lines; one that is known keeps its state, its dates and its iCDD for ever."""
        with self._store.writing() as connection:
            for line in lines:
                known = connection.execute(select(service_lines.c.id).where(service_lines.c.id == line.id)).scalar()
                if known is None:
                    connection.execute(insert(service_lines).values(**_columns(line)))
                    self._store.append(connection, actor, "service-line.recorded", line.id, line_body(line))
                    if line.state is not LineState.DESIGNED:
                        self._store.append(connection, actor, f"service-line.{line.state}", line.id, {})

    def commit_dates(self, line: LineRecord, actor: str) -> None:
        """Commit day 0, CDD and calendar version (KCI2); the first CDD becomes the iCDD and is never overwritten.

        Raises:
            LedgerError: no such line.
        """
        dates = {
            "day_zero": _iso(line.day_zero),
            "contracted_date": _iso(line.contracted_date),
            "calendar_version": line.calendar_version,
        }
        with self._store.writing() as connection:
            first = connection.execute(
                select(service_lines.c.initial_contracted_date).where(service_lines.c.id == line.id)
            ).scalar()
            dates["initial_contracted_date"] = first or _iso(line.contracted_date)
            self._change(connection, line.id, dates)
            self._store.append(connection, actor, "service-line.dates-committed", line.id, dict(dates))

    def set_state(self, ids: Iterable[str], state: LineState, actor: str) -> None:
        """Move service lines to a state.

        Raises:
            LedgerError: no such line.
        """
        with self._store.writing() as connection:
            for line in ids:
                self._change(connection, line, {"state": state})
                self._store.append(connection, actor, f"service-line.{state}", line, {})

    def settle_on(self, reference: str, revision: int, ordered: Iterable[str], actor: str) -> None:
        """Settle which lines of a call-off are to be delivered: those of a revision that was approved.

        One that it leaves out before it was delivered is superseded, if it is of no later draft; one that is ordered
        again is designed again.
        """
        wanted = frozenset(ordered)
        for line in self.lines(reference):
            if line.state is LineState.DESIGNED and line.revision <= revision and line.id not in wanted:
                self.set_state((line.id,), LineState.SUPERSEDED, actor)
            elif line.state is LineState.SUPERSEDED and line.id in wanted:
                self.set_state((line.id,), LineState.DESIGNED, actor)

    def _change(self, connection: Connection, line: str, columns: dict[str, Any]) -> None:
        changed = connection.execute(update(service_lines).where(service_lines.c.id == line).values(**columns))
        if changed.rowcount != 1:
            raise LedgerError(f"service line {line}", "a recorded one", "none", "Record its call-off first.")

    def lines(self, reference: str = "") -> tuple[LineRecord, ...]:
        """Service lines of a call-off, or all of them."""
        query = select(service_lines).order_by(service_lines.c.reference, service_lines.c.id)
        if reference:
            query = query.where(service_lines.c.reference == reference)
        with self._store.reading() as connection:
            return tuple(line_of(row) for row in connection.execute(query))

    def at_site(self, site: str) -> tuple[LineRecord, ...]:
        """Service lines of a site, of all call-offs."""
        query = select(service_lines).where(service_lines.c.site == site).order_by(service_lines.c.id)
        with self._store.reading() as connection:
            return tuple(line_of(row) for row in connection.execute(query))

    def delivered_sites(self, service: str) -> frozenset[str]:
        """Sites that have a delivered line of a service."""
        query = select(service_lines.c.site).where(
            service_lines.c.service == service, service_lines.c.state == LineState.DELIVERED
        )
        with self._store.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def reach(self, ids: Iterable[str], milestone: str, actor: str, evidence: str, at: datetime | None = None) -> None:
        """Record that service lines reached a milestone; the first time counts, later ones change nothing."""
        when = utc_text(at or self._store.now())
        with self._store.writing() as connection:
            for line in ids:
                where = (milestones.c.service_line == line, milestones.c.milestone == milestone)
                if connection.execute(select(milestones.c.at).where(*where)).scalar() is not None:
                    continue
                connection.execute(
                    insert(milestones).values(
                        service_line=line, milestone=milestone, at=when, actor=actor, evidence=evidence
                    )
                )
                body = milestone_body(MilestoneRecord(line, milestone, datetime.fromisoformat(when), actor, evidence))
                self._store.append(connection, actor, "milestone.reached", line, body)

    def withdraw(self, ids: Iterable[str], names: Collection[str], actor: str, evidence: str) -> None:
        """Take back milestones of service lines whose delivery was taken back; those that were not reached are none.

        Args:
            ids: the service lines.
            names: the milestones.
            actor: who does it.
            evidence: hash of the plan that took the delivery back.
        """
        with self._store.writing() as connection:
            for line in ids:
                for name in names:
                    where = (milestones.c.service_line == line, milestones.c.milestone == name)
                    row = connection.execute(select(milestones).where(*where)).first()
                    if row is None:
                        continue
                    connection.execute(delete(milestones).where(*where))
                    body = {"reached": milestone_body(milestone_of(row)), "evidence": evidence}
                    self._store.append(connection, actor, WITHDRAWN, line, body)

    def milestones(self, line: str) -> tuple[MilestoneRecord, ...]:
        """Milestones that a service line reached, oldest first."""
        query = select(milestones).where(milestones.c.service_line == line).order_by(milestones.c.at)
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(milestone_of(row) for row in rows)

    def hold(self, reference: str, line: str | None, cause: str, starts: date, actor: str) -> int:
        """Open a relief hold of a call-off, or of one of its lines; gives its number."""
        with self._store.writing() as connection:
            number = connection.execute(
                insert(holds).values(
                    reference=reference,
                    service_line=line,
                    cause=cause,
                    starts=starts.isoformat(),
                    ends=None,
                    actor=actor,
                )
            ).inserted_primary_key
            if number is None:
                raise LedgerError("ledger holds", "a number", "none", "Run again.")
            record = HoldRecord(int(number[0]), reference, line, cause, starts, None, actor)
            self._store.append(connection, actor, "hold.opened", str(record.id), hold_body(record))
            return record.id

    def release(self, number: int, ends: date, actor: str) -> None:
        """Close a hold on its last day.

        Raises:
            LedgerError: there is no such hold, or it was released before.
        """
        with self._store.writing() as connection:
            still_open = update(holds).where(holds.c.id == number, holds.c.ends.is_(None))
            if connection.execute(still_open.values(ends=ends.isoformat())).rowcount != 1:
                raise LedgerError(f"hold {number}", "an open hold", "none", "A released hold stays as it is.")
            body = {"hold": number, "ends": ends.isoformat()}
            self._store.append(connection, actor, "hold.released", str(number), body)

    def holds(self, reference: str, line: str | None = None) -> tuple[HoldRecord, ...]:
        """Holds of a call-off; with a line given, those that count for it."""
        query = select(holds).where(holds.c.reference == reference).order_by(holds.c.id)
        if line is not None:
            query = query.where(or_(holds.c.service_line == line, holds.c.service_line.is_(None)))
        with self._store.reading() as connection:
            return tuple(hold_of(row) for row in connection.execute(query))


def milestone_body(record: MilestoneRecord) -> dict[str, Any]:
    """What the event of a milestone holds; the audit compares it with the table."""
    return {
        "milestone": record.milestone,
        "at": utc_text(record.at),
        "actor": record.actor,
        "evidence": record.evidence,
    }


def milestone_of(row: Any) -> MilestoneRecord:
    """One row of `milestones`."""
    return MilestoneRecord(row.service_line, row.milestone, datetime.fromisoformat(row.at), row.actor, row.evidence)


def line_body(line: LineRecord) -> dict[str, Any]:
    """What the event of a service line holds: all that stays as it was recorded."""
    columns = _columns(line)
    del columns["state"]
    return columns


def hold_body(hold: HoldRecord) -> dict[str, Any]:
    """What the event of an opened hold holds."""
    return {
        "hold": hold.id,
        "reference": hold.reference,
        "service_line": hold.service_line,
        "cause": hold.cause,
        "starts": hold.starts.isoformat(),
        "actor": hold.actor,
    }


def dates_body(row: Any) -> dict[str, Any]:
    """What the last event about a service line's dates holds."""
    return {
        "day_zero": row.day_zero,
        "contracted_date": row.contracted_date,
        "calendar_version": row.calendar_version,
        "initial_contracted_date": row.initial_contracted_date,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _columns(line: LineRecord) -> dict[str, Any]:
    return {
        "id": line.id,
        "reference": line.reference,
        "revision": line.revision,
        "site": line.site,
        "service": line.service,
        "product": line.product,
        "state": line.state,
        "lead_time_working_days": line.lead_time_working_days,
        "customer_required_date": _iso(line.customer_required_date),
    }


def line_of(row: Any) -> LineRecord:
    """One row of `service_lines`."""
    line = LineRecord(
        id=row.id,
        reference=row.reference,
        revision=row.revision,
        site=row.site,
        service=row.service,
        product=row.product,
        state=LineState(row.state),
        lead_time_working_days=row.lead_time_working_days,
        customer_required_date=_day(row.customer_required_date),
    )
    return replace(
        line,
        day_zero=_day(row.day_zero),
        initial_contracted_date=_day(row.initial_contracted_date),
        contracted_date=_day(row.contracted_date),
        calendar_version=row.calendar_version,
    )


def hold_of(row: Any) -> HoldRecord:
    """One row of `holds`."""
    starts = date.fromisoformat(row.starts)
    return HoldRecord(row.id, row.reference, row.service_line, row.cause, starts, _day(row.ends), row.actor)
