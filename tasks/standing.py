"""How the service lines of a call-off stand: milestones, dates and what the clock says today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tasks.ledger.records import LineState
from turnup.clock import ClockReading, DueLine, Hold, LineClock, Milestone, WorkingCalendar, london_date

if TYPE_CHECKING:
    from tasks.ledger import HoldRecord, Ledger, LineRecord, MilestoneRecord


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One service line as `turnup status` shows it.

    Attributes:
        reached: milestones with their London dates, in order.
        clock: none before the dates are committed, nor for a line that is not to be delivered any more.
        reading: none either when the line ended before it was accepted.
    """

    line: LineRecord
    reached: tuple[tuple[str, date], ...]
    clock: LineClock | None
    reading: ClockReading | None

    @property
    def latest(self) -> str:
        """The milestone reached last; or that the line ended, or was there before its order."""
        if self.line.state in (LineState.CEASED, LineState.SUPERSEDED):
            return str(self.line.state)
        if self.line.state is LineState.DELIVERED and self.line.contracted_date is None:
            return "adopted"
        return self.reached[-1][0] if self.reached else "none"


def standings(ledger: Ledger, reference: str, today: date, calendar: WorkingCalendar) -> tuple[LineStanding, ...]:
    """Read the clock of every service line of a call-off (of all, if no reference is given)."""
    return tuple(_standing(ledger, line, today, calendar) for line in ledger.lines.lines(reference))


def _standing(ledger: Ledger, line: LineRecord, today: date, calendar: WorkingCalendar) -> LineStanding:
    milestones = ledger.lines.milestones(line.id)
    clock = _clock(line, milestones, ledger.lines.holds(line.reference, line.id))
    order = list(Milestone)
    reached = sorted(
        ((each.milestone, london_date(each.at)) for each in milestones),
        key=lambda pair: order.index(Milestone(pair[0])),
    )
    stopped = line.state is LineState.CEASED and clock is not None and clock.completed is None
    reading = clock.reading(today, calendar) if clock is not None and not stopped else None
    return LineStanding(line, tuple(reached), clock, reading)


def _clock(
    line: LineRecord, milestones: tuple[MilestoneRecord, ...], holds: tuple[HoldRecord, ...]
) -> LineClock | None:
    if line.day_zero is None or line.contracted_date is None or line.state is LineState.SUPERSEDED:
        return None
    days = {each.milestone: london_date(each.at) for each in milestones}
    return LineClock(
        zero=line.day_zero,
        initial=line.initial_contracted_date or line.contracted_date,
        contracted=line.contracted_date,
        holds=tuple(Hold(each.starts, each.ends) for each in holds),
        tested=days.get(Milestone.TESTED),
        accepted=days.get(Milestone.ACCEPTED),
    )


def due_lines(found: tuple[LineStanding, ...], calendar: WorkingCalendar) -> tuple[DueLine, ...]:
    """The same lines as the KPIs see them."""
    return tuple(
        DueLine(
            each.line.product,
            each.clock.adjusted(calendar),
            each.clock.initial,
            each.clock.completed,
            each.reading.net if each.reading else None,
        )
        for each in found
        if each.clock is not None
    )
