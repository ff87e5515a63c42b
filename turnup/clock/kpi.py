"""KPIs: what the supplier is measured by. Every figure comes with its n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from turnup.framework import DayCount, DelayPayment


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with what it is of; none when there is nothing to count."""

    hits: int
    n: int

    @property
    def percent(self) -> float | None:
        """From 0 to 100, one decimal."""
        return round(100 * self.hits / self.n, 1) if self.n else None

    def __str__(self) -> str:
        return "n=0" if self.percent is None else f"{self.percent:.1f}% (n={self.n})"


@dataclass(frozen=True, slots=True)
class DueLine:
    """A service line as the KPIs see it.

    Attributes:
        adjusted: adjusted CDD; none while on hold.
        initial: iCDD.
        completed: completion day of an accepted line.
    """

    product: str
    adjusted: date | None
    initial: date
    completed: date | None
    net: int | None = None


def on_time(lines: Sequence[DueLine], starts: date, ends: date) -> Share:
    """Completed by the adjusted CDD, of the lines due in a period; overdue and open is a miss."""
    due = [line for line in lines if line.adjusted is not None and starts <= line.adjusted <= ends]
    hits = sum(1 for line in due if line.completed is not None and line.adjusted and line.completed <= line.adjusted)
    return Share(hits, len(due))


def initial_certainty(lines: Sequence[DueLine], starts: date, ends: date) -> Share:
    """Completed by the iCDD, of the lines whose iCDD lies in a period."""
    due = [line for line in lines if starts <= line.initial <= ends]
    return Share(sum(1 for line in due if line.completed is not None and line.completed <= line.initial), len(due))


def nearest_rank(values: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile: the smallest value that at least so many percent do not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(percent / 100 * len(values)) - 1)]


def delay_payment(terms: DelayPayment, days_late: int) -> Decimal:
    """`min(cap, rate x days late)`; counting from the milestone date adds that day itself."""
    if days_late <= 0:
        return Decimal(0)
    days = days_late + (1 if terms.day_count is DayCount.FROM_MILESTONE else 0)
    return min(terms.cap_gbp, terms.rate_gbp_per_day * days)
