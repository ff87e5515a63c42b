"""Change windows and freezes: when a site may be changed, and when it must not be.

Both are London local time. An edge that the clocks skip or repeat is taken on the safe side: a window never opens
earlier, nor closes later, than its wall times say. Time is an argument: nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from turnup.clock.calendar import LONDON
from turnup.model import Model
from turnup.scalars import LineText


class Weekday(StrEnum):
    """Days of the week, as a user types them."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_DAYS = tuple(Weekday)
_DAY = timedelta(days=1)


class ChangeWindow(Model):
    """When a site may be changed: from `starts` until just before `ends`; one that ends earlier ends the next day.

    Attributes:
        days: the days on which it starts.
    """

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    starts: time
    ends: time

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.starts == self.ends:
            raise ValueError("two different times; for whole days write 00:00 to 23:59, or no window at all")
        return self

    def __str__(self) -> str:
        return f"{', '.join(self.days)} {self.starts:%H:%M}-{self.ends:%H:%M}"

    def intervals(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The window that starts on a London date, in UTC; none where it does not, or where the clocks skip it all."""
        if _DAYS[day.weekday()] not in self.days:
            return
        last = day if self.starts < self.ends else day + _DAY
        start = max(_instant(day, self.starts, fold) for fold in (0, 1))
        end = min(_instant(last, self.ends, fold) for fold in (0, 1))
        if start < end:
            yield start, end


class Freeze(Model):
    """London dates between which nothing is changed, both inside, and why."""

    starts: date
    ends: date
    reason: LineText

    @model_validator(mode="after")
    def _runs_upwards(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("`ends` on or after `starts`")
        return self

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return _instant(self.ends + _DAY, time(), 0)

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return _instant(self.starts, time(), 0) <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a site may be changed, all places considered that a change of it touches.

    Attributes:
        windows: of each place that has some: one of each place must be open.
        freezes: with whose they are, such as `provider`, `RBKC` or `KC-TH-01`: none may hold.
    """

    windows: tuple[tuple[ChangeWindow, ...], ...] = ()
    freezes: tuple[tuple[str, Freeze], ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a site is due.

    Attributes:
        at: the instant from which it is, in UTC: the one asked about if it is due; none: never, for all we know.
        why_not: what forbids it now; empty if it is due.
    """

    at: datetime | None
    why_not: str = ""

    @property
    def now(self) -> bool:
        """Whether it is due at the instant that was asked about."""
        return not self.why_not

    def __str__(self) -> str:
        if self.now:
            return "now"
        return "never" if self.at is None else f"{self.at.astimezone(LONDON):%a %d %b %Y %H:%M}"


def when_due(schedule: Schedule, at: datetime) -> Due:
    """Say whether a site is due at an instant, and else from when on it is.

    Args:
        schedule: its windows and freezes.
        at: the instant, with its offset from UTC.
    """
    here = at.astimezone(UTC)
    why_not = _forbids(schedule, here)
    if not why_not:
        return Due(here)
    for _ in range(_TRIES):
        later = _next(schedule, here)
        if later is None:
            return Due(None, why_not)
        if later == here:
            return Due(here, why_not)
        here = later
    return Due(None, why_not)


_TRIES = 2000
"""Openings looked at before we say never: windows of two places that never meet would be looked for for ever."""


def _forbids(schedule: Schedule, at: datetime) -> str:
    for whose, freeze in schedule.freezes:
        if freeze.holds(at):
            return f"freeze of {whose} until {freeze.ends:%a %d %b %Y}: {freeze.reason}"
    for windows in schedule.windows:
        if _opening(windows, at) != at:
            return f"outside the change window {' or '.join(str(each) for each in windows)}"
    return ""


def _next(schedule: Schedule, at: datetime) -> datetime | None:
    """The instant from which on what forbids this one may be over; the same one if nothing forbids it."""
    over = [freeze.ends_at for _whose, freeze in schedule.freezes if freeze.holds(at)]
    openings = [_opening(windows, at) for windows in schedule.windows]
    if None in openings:
        return None
    return max([at, *over, *(each for each in openings if each is not None)])


def _opening(windows: tuple[ChangeWindow, ...], at: datetime) -> datetime | None:
    """The instant from which on one of the windows is open: this one, or the next opening; none: none in two weeks."""
    first = at.astimezone(LONDON).date() - _DAY
    intervals = [
        interval for days in range(15) for window in windows for interval in window.intervals(first + days * _DAY)
    ]
    return min((max(start, at) for start, end in intervals if end > at), default=None)


def _instant(day: date, wall: time, fold: int) -> datetime:
    return datetime.combine(day, wall.replace(fold=fold), LONDON).astimezone(UTC)
