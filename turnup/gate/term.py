"""Term: award, order and start follow each other inside the framework's term; the call-off's own is not too long."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date, datetime, timedelta

from turnup.clock import london_date
from turnup.findings import Severity
from turnup.framework import Framework
from turnup.service.view import Report, View

CLOCK_SKEW = timedelta(days=1)
"""How far the buyer's clock may be ahead of ours."""


def check_term(framework: Framework, report: Report) -> None:
    """Check award date, start and length."""
    call_off, term, rules = report.call_off, framework.term, framework.rules
    inside = f"a date from {term.starts} to {term.ends}"
    if not term.starts <= call_off.award_date <= term.ends:
        remedy = "Only call-offs awarded inside the framework's term may be delivered."
        report.add(("award_date",), "award-in-term", inside, str(call_off.award_date), remedy)
    if call_off.starts < call_off.award_date:
        expected = f"a date not before the award on {call_off.award_date}"
        report.add(("starts",), "start-after-award", expected, str(call_off.starts), "Correct one of the two dates.")
    months = call_off.initial_term_months + sum(option.months for option in call_off.options)
    if months > rules.maximum_call_off_months:
        expected = f"at most {rules.maximum_call_off_months} months with all options"
        remedy = "Shorten the term or its options."
        report.add(("initial_term_months",), "longest-term", expected, f"{months} months", remedy)
    ends = add_months(call_off.starts, call_off.initial_term_months)
    if not rules.call_off_may_outlast_term and ends > term.ends:
        remedy = "Shorten the initial term."
        report.add(("initial_term_months",), "ends-in-term", f"an end by {term.ends}", f"an end on {ends}", remedy)


def check_ordered(view: View, report: Report) -> None:
    """Check that the order was placed: on the day of the award or later, and not after now.

    In a draft, an order of another day to come is a warning: it is not placed yet.
    """
    ordered_at, award = report.call_off.ordered_at, report.call_off.award_date
    place = ("ordered_at",)
    if _london_day(ordered_at) < award:
        expected = f"an instant on the day of the award, {award}, or later"
        remedy = "Correct one of the two: an order is placed under an award."
        report.add(place, "order-after-award", expected, ordered_at.isoformat(), remedy)
    if view.now is not None and ordered_at > view.now + CLOCK_SKEW:
        severity = Severity.WARNING if view.is_draft else Severity.ERROR
        remedy = "Correct it, or wait until the order is placed: the delivery clock runs from then."
        report.add(place, "order-placed", "an instant that has come", ordered_at.isoformat(), remedy, severity)


def _london_day(instant: datetime) -> date:
    """Its London date; at the ends of the calendar, where there is none, the date as it was written."""
    try:
        return london_date(instant)
    except OverflowError:
        return instant.date()


def add_months(start: date, months: int) -> date:
    """The same day some months later, or the last day of that month; the end of the calendar beyond it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
