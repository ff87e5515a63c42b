"""Working days of England, and London dates of instants.

Source: bank holidays as the package `holidays` has them for GB/ENG (GOV.UK); without the subdivision they are wrong
every year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from turnup.errors import TurnupError
from turnup.model import Model

LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class CalendarOverride(Model):
    """What the calendar package does not know yet.

    Attributes:
        added: days that are holidays besides.
        removed: holidays that are working days after all.
    """

    added: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()


@lru_cache(maxsize=8)
def _bank_holidays(first_year: int, last_year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1)))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Monday to Friday less the bank holidays of England.

    Attributes:
        first_year, last_year: years whose holidays are known; a day outside is an error, never a guess.
        override: what to add and remove.
    """

    first_year: int = 2020
    last_year: int = 2045
    override: CalendarOverride = field(default_factory=CalendarOverride)

    @property
    def holidays(self) -> frozenset[date]:
        """All bank holidays of the years."""
        known = _bank_holidays(self.first_year, self.last_year)
        return (known | frozenset(self.override.added)) - frozenset(self.override.removed)

    @property
    def version(self) -> str:
        """Names this calendar for ever: years, and a digest of its holidays; a commitment freezes it."""
        words = ",".join(day.isoformat() for day in sorted(self.holidays))
        digest = hashlib.sha256(words.encode()).hexdigest()[:12]
        return f"GB-ENG {self.first_year}-{self.last_year} {digest}"

    def is_working(self, day: date) -> bool:
        """Say whether a day is a working day.

        Raises:
            TurnupError: the day is in a year whose holidays are not known.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise TurnupError(
                f"working calendar: {day}",
                f"a day from {self.first_year} to {self.last_year}",
                str(day),
                "Bank holidays of other years are not known: check the date.",
            )
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def working_days(self, after: date) -> Iterator[date]:
        """All working days after a day, in order."""
        day = after
        while True:
            day += _ONE_DAY
            if self.is_working(day):
                yield day

    def count(self, after: date, until: date) -> int:
        """Working days after one day, up to and including another; 0 when the other is not later."""
        days = 0
        while after < until:
            after += _ONE_DAY
            days += self.is_working(after)
        return days


def london_date(instant: datetime) -> date:
    """The London date of an instant: 23:30 UTC on 1 July is 2 July."""
    return instant.astimezone(LONDON).date()


def parse_instant(words: str) -> datetime:
    """Read a time as a user types it; without offset it is London time.

    An ambiguous hour (clocks going back) is its first occurrence; one that does not exist is refused.

    Raises:
        TurnupError: not ISO 8601, outside the years 1 to 9999, or a time that London skips.
    """
    try:
        typed = datetime.fromisoformat(words)
        instant = (typed if typed.tzinfo else typed.replace(tzinfo=LONDON)).astimezone(UTC)
        shown = instant.astimezone(LONDON).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise TurnupError(
            "time", "ISO 8601, such as 2026-12-24T16:30", repr(words), "Correct it; an offset is optional."
        ) from error
    if typed.tzinfo is None and shown != typed:
        raise TurnupError(
            "time", "a time that London's clocks show", words, "The clocks go forward there: give a later time."
        )
    return instant


def parse_cut_off(words: str) -> time:
    """Read a London time of day such as 16:00.

    Raises:
        TurnupError: it is none, or it has an offset: a cut-off is read from London's clocks.
    """
    try:
        cut_off = time.fromisoformat(words)
    except ValueError as error:
        raise TurnupError("cut-off", "a time such as 16:00", repr(words), "Correct it.") from error
    if cut_off.tzinfo is not None:
        raise TurnupError("cut-off", "a time such as 16:00", repr(words), "Leave the offset out: it is London time.")
    return cut_off


def parse_date(words: str, where: str) -> date:
    """Read an ISO date.

    Raises:
        TurnupError: it is none.
    """
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise TurnupError(where, "a date such as 2026-11-16", repr(words), "Correct it.") from error
