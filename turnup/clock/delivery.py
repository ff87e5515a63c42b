"""The delivery clock: day 0, contracted and adjusted dates, gross, net and late, all in whole working days.

Source: the framework's delivery clock (docs/delivery-clock.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from turnup.clock.calendar import LONDON, WorkingCalendar, london_date, parse_date
from turnup.errors import TurnupError


@dataclass(frozen=True, slots=True)
class Hold:
    """A relief hold: London dates, both inside; open while `ends` is missing."""

    starts: date
    ends: date | None = None

    def covers(self, day: date) -> bool:
        """Whether a day is on hold; an open hold covers every later day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def parse_hold(words: str) -> Hold:
    """Read `2026-11-16..2026-11-27`, or `2026-11-16..` for one that is open.

    Raises:
        TurnupError: it is neither, or it ends before it starts.
    """
    first, dots, last = words.partition("..")
    if not dots:
        remedy = "Write both dates, or leave the second out for an open hold."
        raise TurnupError("hold", "FROM..TO, such as 2026-11-16..2026-11-27", repr(words), remedy)
    starts = parse_date(first, "hold")
    ends = parse_date(last, "hold") if last else None
    if ends is not None and ends < starts:
        raise TurnupError("hold", f"an end from {starts} on", str(ends), "Swap the two dates.")
    return Hold(starts, ends)


def on_hold(day: date, holds: Iterable[Hold]) -> bool:
    """Whether a day is inside the union of the holds."""
    return any(hold.covers(day) for hold in holds)


def day_zero(acknowledged: datetime, cut_off: time, calendar: WorkingCalendar) -> date:
    """Day 0 of an order: the London date of its acknowledgement, rolled forward to a working day.

    Args:
        acknowledged: instant of KCI1.
        cut_off: London time; later than this counts for the next working day, exactly this does not.
        calendar: working days.
    """
    local = acknowledged.astimezone(LONDON)
    day = london_date(acknowledged)
    if local.time().replace(tzinfo=None) > cut_off and calendar.is_working(day):
        day += timedelta(days=1)
    return calendar.next_working(day)


def lead_time_date(zero: date, working_days: int, calendar: WorkingCalendar) -> date:
    """The n-th working day after day 0; day 0 does not count."""
    if working_days <= 0:
        return zero
    return next(islice(calendar.working_days(zero), working_days - 1, None))


LONGEST_LEAD_TIME = 10**9
"""Working days that can still be counted; the calendar ends long before."""


def check_lead_time(working_days: int) -> int:
    """Give a lead time back if it is one.

    Raises:
        TurnupError: it is negative, or longer than any calendar.
    """
    if working_days > LONGEST_LEAD_TIME:
        raise TurnupError("working days", f"at most {LONGEST_LEAD_TIME}", "more", "Correct it.")
    if working_days < 0:
        raise TurnupError("working days", "0 or more", str(working_days), "Correct it.")
    return working_days


def contracted_date(zero: date, working_days: int, required: date | None, calendar: WorkingCalendar) -> date:
    """CDD: the later of lead time and the buyer's CRD."""
    due = lead_time_date(zero, working_days, calendar)
    return due if required is None else max(due, required)


def adjusted_date(zero: date, due: date, holds: tuple[Hold, ...], calendar: WorkingCalendar) -> date | None:
    """Walk from day 0 over days not on hold until as many have passed as there are up to the contracted date.

    A hold between the contracted and the adjusted date counts too; one that begins after the adjusted date has
    passed heals nothing.

    Returns:
        the adjusted CDD; none while an open hold keeps the walk from ending.
    """
    wanted = calendar.count(zero, due)
    if wanted == 0:
        return due
    open_from = min((hold.starts for hold in holds if hold.ends is None), default=None)
    for day in calendar.working_days(zero):
        if open_from is not None and day >= open_from:
            return None
        if not on_hold(day, holds):
            wanted -= 1
            if wanted == 0:
                # A contracted date that the buyer asked for may be no working day: it stays when nothing moved it.
                return max(day, due)
    raise AssertionError("working days do not end")


def forecast_date(zero: date, due: date, holds: tuple[Hold, ...], today: date, calendar: WorkingCalendar) -> date:
    """What the adjusted date would be if every open hold ended today."""
    closed = tuple(Hold(hold.starts, hold.ends or max(today, hold.starts)) for hold in holds)
    return adjusted_date(zero, due, closed, calendar) or due


def gross_days(zero: date, completed: date, calendar: WorkingCalendar) -> int:
    """Working days after day 0, up to and including the completion day."""
    return calendar.count(zero, completed)


def relief_days(zero: date, until: date, holds: tuple[Hold, ...], calendar: WorkingCalendar) -> int:
    """Working days on hold after day 0, up to and including a day."""
    days, day = 0, zero
    while day < until:
        day += timedelta(days=1)
        days += calendar.is_working(day) and on_hold(day, holds)
    return days


def net_days(zero: date, completed: date, holds: tuple[Hold, ...], calendar: WorkingCalendar) -> int:
    """Gross less the working days on hold."""
    return gross_days(zero, completed, calendar) - relief_days(zero, completed, holds, calendar)


def days_late(due: date, completed: date, calendar: WorkingCalendar) -> int:
    """Working days after a date, up to and including the completion day; 0 when in time."""
    return calendar.count(due, completed)


@dataclass(frozen=True, slots=True)
class DueAnswer:
    """What `turnup clock due` prints; the last four are missing without a completion day."""

    day_zero: date
    due: date
    relief_working_days: int
    adjusted_due: date | None
    gross: int | None = None
    net: int | None = None
    late: int | None = None
    late_against_original: int | None = None


def due_answer(
    acknowledged: datetime,
    working_days: int,
    cut_off: time,
    holds: tuple[Hold, ...],
    completed: date | None,
    calendar: WorkingCalendar,
) -> DueAnswer:
    """Work out all dates and counts of one order line.

    `relief_working_days` are those on hold after day 0, up to and including the adjusted date, whatever the
    completion day; while an open hold leaves no adjusted date, up to and including the contracted one.

    Raises:
        TurnupError: the lead time is negative, or completion lies before day 0.
    """
    check_lead_time(working_days)
    zero = day_zero(acknowledged, cut_off, calendar)
    if completed is not None and completed < zero:
        raise TurnupError("completed", f"a date from day 0 on, {zero}", str(completed), "Correct it.")
    due = lead_time_date(zero, working_days, calendar)
    adjusted = adjusted_date(zero, due, holds, calendar)
    relief = relief_days(zero, adjusted if adjusted is not None else due, holds, calendar)
    if completed is None:
        return DueAnswer(zero, due, relief, adjusted)
    return DueAnswer(
        zero,
        due,
        relief,
        adjusted,
        gross_days(zero, completed, calendar),
        net_days(zero, completed, holds, calendar),
        days_late(adjusted or forecast_date(zero, due, holds, completed, calendar), completed, calendar),
        days_late(due, completed, calendar),
    )
