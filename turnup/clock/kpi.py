"""KPIs: what the supplier is measured by. Every figure comes with its n."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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


def on_time(lines: Sequence[DueLine], starts: date, ends: date, today: date) -> Share:
    """Completed by the adjusted CDD, of the lines due in a period.

    Overdue and open is a miss. Open and not overdue yet is not counted, nor is a line on hold: it is not due.
    """
    promises = ((line.adjusted, line.completed) for line in lines if line.adjusted is not None)
    return _kept(promises, starts, ends, today)


def initial_certainty(lines: Sequence[DueLine], starts: date, ends: date, today: date) -> Share:
    """Completed by the iCDD, of the lines whose iCDD lies in a period; counted as `on_time` counts."""
    return _kept(((line.initial, line.completed) for line in lines), starts, ends, today)


def _kept(promises: Iterable[tuple[date, date | None]], starts: date, ends: date, today: date) -> Share:
    """Promised days and completion days in, the share of kept promises out of those that are decided."""
    decided = [
        (promised, completed)
        for promised, completed in promises
        if starts <= promised <= ends and (completed is not None or promised < today)
    ]
    hits = sum(1 for promised, completed in decided if completed is not None and completed <= promised)
    return Share(hits, len(decided))


def nearest_rank(values: Sequence[int], percent: int) -> int | None:
    """The nearest-rank percentile: the smallest value that at least so many percent do not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, -(-percent * len(values) // 100) - 1)]


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """Net lead times of a product in working days, with how many lines they come from."""

    product: str
    n: int
    p50: int
    p90: int
    p95: int


def lead_times(lines: Iterable[DueLine], starts: date, ends: date) -> tuple[LeadTimes, ...]:
    """Percentiles per product, of the lines completed in a period; a product without such lines is left out."""
    by_product: dict[str, list[int]] = {}
    for line in lines:
        if line.net is not None and line.completed is not None and starts <= line.completed <= ends:
            by_product.setdefault(line.product, []).append(line.net)
    return tuple(
        LeadTimes(product, len(days), *(nearest_rank(days, percent) or 0 for percent in (50, 90, 95)))
        for product, days in sorted(by_product.items())
    )


def delay_payment(terms: DelayPayment, days_late: int) -> Decimal:
    """`min(cap, rate x days late)`; counting from the milestone date adds that day itself."""
    if days_late <= 0:
        return Decimal(0)
    days = days_late + (1 if terms.day_count is DayCount.FROM_MILESTONE else 0)
    return min(terms.cap_gbp, terms.rate_gbp_per_day * days)
