"""Milestones of a service line, and what the clock says of it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from turnup.clock.calendar import WorkingCalendar
from turnup.clock.delivery import Hold, adjusted_date, days_late, forecast_date, net_days


class Milestone(StrEnum):
    """The dated, evidenced states of a service line, in order."""

    ORDERED = "ordered"
    ACKNOWLEDGED = "acknowledged"
    APPROVED = "approved"
    PLANNED = "planned"
    ACTIVATED = "activated"
    TESTED = "tested"
    ACCEPTED = "accepted"


class Standing(StrEnum):
    """How a line stands towards its date."""

    ON_TRACK = "on track"
    ON_HOLD = "on hold"
    LATE = "late"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class LineClock:
    """What the clock needs to know of a service line.

    Attributes:
        zero: day 0.
        initial: iCDD, never overwritten.
        contracted: CDD.
        holds: relief holds that count for the line.
        tested: London date on which its tests passed.
        accepted: London date of the signed certificate. Only then is the line complete, and the day that counts is
            the one on which it was ready: `tested`.
    """

    zero: date
    initial: date
    contracted: date
    holds: tuple[Hold, ...] = ()
    tested: date | None = None
    accepted: date | None = None

    @property
    def completed(self) -> date | None:
        """The completion day: that of the passed tests, once the buyer has accepted."""
        return (self.tested or self.accepted) if self.accepted is not None else None

    def adjusted(self, calendar: WorkingCalendar) -> date | None:
        """Adjusted CDD; none while a hold is open that could still move it."""
        return adjusted_date(self.zero, self.contracted, self.holds, calendar)

    def forecast(self, today: date, calendar: WorkingCalendar) -> date:
        """Adjusted CDD, or what it would be if open holds ended today."""
        return forecast_date(self.zero, self.contracted, self.holds, today, calendar)

    def reading(self, today: date, calendar: WorkingCalendar) -> ClockReading:
        """What the clock shows today."""
        adjusted, forecast = self.adjusted(calendar), self.forecast(today, calendar)
        completed = self.completed
        late = days_late(forecast, completed or today, calendar)
        return ClockReading(
            standing=self._standing(adjusted, forecast, today),
            adjusted=adjusted,
            forecast=forecast,
            days_left=0 if completed else calendar.count(today, forecast),
            days_late=late,
            net=net_days(self.zero, completed, self.holds, calendar) if completed else None,
        )

    def _standing(self, adjusted: date | None, forecast: date, today: date) -> Standing:
        """By dates, as the KPIs count: on the Saturday after a Friday it is missed, though no working day late."""
        if self.completed is not None:
            return Standing.MISSED if self.completed > forecast else Standing.MET
        if adjusted is None:
            return Standing.ON_HOLD
        return Standing.LATE if today > forecast else Standing.ON_TRACK


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the clock of a service line shows on one day; all in working days.

    Attributes:
        days_left: until the forecast; 0 when complete or late.
        days_late: after it; 0 when in time.
        net: net working days of a completed line.
    """

    standing: Standing
    adjusted: date | None
    forecast: date
    days_left: int
    days_late: int
    net: int | None

    def __str__(self) -> str:
        if self.standing in (Standing.MET, Standing.MISSED):
            return f"{self.standing}" + (f", {self.days_late} late" if self.days_late else "")
        return f"{self.days_late} late" if self.standing is Standing.LATE else f"{self.days_left} left"
