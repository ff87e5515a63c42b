"""How the service lines of a call-off stand: milestones, dates and what the clock says today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from turnup.clock import ClockReading, DueLine, Hold, LineClock, Milestone, WorkingCalendar, london_date

if TYPE_CHECKING:
    from tasks.ledger import HoldRecord, Ledger, LineRecord, MilestoneRecord


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One service line as `turnup status` shows it.

    Attributes:
        reached: milestones with their London dates, in order.
        clock: none before the dates are committed.
    """

    line: LineRecord
    reached: tuple[tuple[str, date], ...]
    clock: LineClock | None
    reading: ClockReading | None

    @property
    def latest(self) -> str:
        """The milestone reached last."""
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
    return LineStanding(line, tuple(reached), clock, clock.reading(today, calendar) if clock else None)


def _clock(
    line: LineRecord, milestones: tuple[MilestoneRecord, ...], holds: tuple[HoldRecord, ...]
) -> LineClock | None:
    if line.day_zero is None or line.contracted_date is None:
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
