"""The clock against a walk over a wall calendar that shares nothing with it."""

# ruff: noqa: DTZ001  a clock on the wall shows no offset

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from turnup.clock import LONDON, CalendarOverride, Hold, WorkingCalendar, due_answer, london_date, parse_instant
from turnup.clock.delivery import forecast_date

# The oracle: bank holidays of England copied by hand from GOV.UK, and a finger that moves over the calendar day by day.
WALL_CALENDAR = """
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
    2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
    2029-01-01 2029-03-30 2029-04-02 2029-05-07 2029-05-28 2029-08-27 2029-12-25 2029-12-26
"""
CLOSED = {date.fromisoformat(word) for word in WALL_CALENDAR.split()}
DAY = timedelta(days=1)
CUT_OFF = time(16, 0)


def worked(day: date, closed: set[date]) -> bool:
    return day.strftime("%a") not in ("Sat", "Sun") and day not in closed


def held(day: date, relief: tuple[Hold, ...]) -> bool:
    return any(hold.starts <= day <= (hold.ends or date.max) for hold in relief)


def oracle_zero(shown: datetime, closed: set[date]) -> date:
    """Day 0 of what a London clock on the wall shows."""
    day = shown.date()
    if worked(day, closed) and (shown.hour, shown.minute, shown.second) > (16, 0, 0):
        day += DAY
    while not worked(day, closed):
        day += DAY
    return day


def oracle_due(zero: date, working_days: int, relief: tuple[Hold, ...], closed: set[date]) -> date:
    day = zero
    while working_days:
        day += DAY
        if worked(day, closed) and not held(day, relief):
            working_days -= 1
    return day


def oracle_count(after: date, until: date, relief: tuple[Hold, ...], closed: set[date]) -> int:
    """Working days not on hold, after one day and up to and including another."""
    span = (until - after).days
    days = [after + DAY * number for number in range(1, span + 1)]
    return len([day for day in days if worked(day, closed) and not held(day, relief)])


starts = st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 31)).map(lambda each: each.replace(microsecond=0))
lead_times = st.integers(0, 80)


@st.composite
def closed_holds(draw) -> Hold:
    first = draw(st.dates(date(2025, 12, 1), date(2028, 3, 1)))
    return Hold(first, first + draw(st.integers(0, 40)) * DAY)


@st.composite
def near_holds(draw, shown: datetime) -> tuple[Hold, ...]:
    """Holds around an order, so that most of them matter."""
    spans = draw(st.lists(st.tuples(st.integers(-20, 130), st.integers(0, 25)), max_size=5))
    days = ((shown.date() + DAY * first, length) for first, length in spans)
    return tuple(Hold(first, first + DAY * length) for first, length in days)


@st.composite
def orders(draw):
    """When it was acknowledged, its lead time, its closed holds, days closed besides, and when it was completed."""
    shown = draw(starts)
    relief = draw(near_holds(shown))
    closed = {shown.date() + DAY * number for number in draw(st.sets(st.integers(0, 120), max_size=3))}
    return shown, draw(lead_times), relief, closed, draw(st.integers(0, 220))


def calendar_of(closed: set[date]) -> WorkingCalendar:
    return WorkingCalendar(override=CalendarOverride(added=tuple(closed)))


def instant_of(shown: datetime) -> datetime:
    return shown.replace(tzinfo=LONDON)


LATE_ON_CHRISTMAS_EVE = (datetime(2026, 12, 24, 16, 30), 10, (), set(), 30)
WORKED_EXAMPLE = (datetime(2026, 11, 2, 9), 40, (Hold(date(2026, 11, 16), date(2026, 11, 27)),), set(), 77)


@settings(deadline=None, max_examples=300)
@given(orders())
@example(LATE_ON_CHRISTMAS_EVE)
@example(WORKED_EXAMPLE)
def test_every_date_and_count_is_what_a_finger_on_the_wall_calendar_finds(order):
    shown, working_days, relief, more_closed, later = order
    closed = CLOSED | more_closed
    zero = oracle_zero(shown, closed)
    completed = zero + DAY * later
    found = due_answer(instant_of(shown), working_days, CUT_OFF, relief, completed, calendar_of(more_closed))
    due, adjusted = oracle_due(zero, working_days, (), closed), oracle_due(zero, working_days, relief, closed)
    assert (found.day_zero, found.due, found.adjusted_due) == (zero, due, adjusted)
    everything = oracle_count(zero, adjusted, (), closed)
    assert found.relief_working_days == everything - oracle_count(zero, adjusted, relief, closed)
    assert found.gross == oracle_count(zero, completed, (), closed)
    assert found.net == oracle_count(zero, completed, relief, closed)
    assert found.late == oracle_count(adjusted, completed, (), closed)
    assert found.late_against_original == oracle_count(due, completed, (), closed)


@settings(deadline=None, max_examples=150)
@given(orders(), st.integers(-20, 130), st.integers(0, 60))
def test_an_open_hold_leaves_no_date_unless_it_begins_too_late_and_the_forecast_closes_it_today(order, first, passed):
    shown, working_days, relief, more_closed, _ = order
    closed, calendar = CLOSED | more_closed, calendar_of(more_closed)
    still_open = Hold(shown.date() + DAY * first)
    found = due_answer(instant_of(shown), working_days, CUT_OFF, (*relief, still_open), None, calendar)
    without = oracle_due(found.day_zero, working_days, relief, closed)
    matters = working_days > 0 and still_open.starts <= without
    assert found.adjusted_due == (None if matters else without)
    today = still_open.starts + DAY * passed
    ended = (*relief, Hold(still_open.starts, today))
    forecast = forecast_date(found.day_zero, found.due, (*relief, still_open), today, calendar)
    assert forecast == oracle_due(found.day_zero, working_days, ended, closed)


@settings(deadline=None, max_examples=200)
@given(orders(), closed_holds())
def test_one_more_hold_never_makes_anything_due_earlier_nor_later_by_more_than_its_days(order, more):
    shown, working_days, relief, _, later = order
    calendar = WorkingCalendar()
    before = due_answer(instant_of(shown), working_days, CUT_OFF, relief, None, calendar)
    completed = before.day_zero + DAY * later
    one = due_answer(instant_of(shown), working_days, CUT_OFF, relief, completed, calendar)
    two = due_answer(instant_of(shown), working_days, CUT_OFF, (*relief, more), completed, calendar)
    assert two.due == one.due
    assert two.adjusted_due >= one.adjusted_due >= one.due
    pushed = oracle_count(one.adjusted_due, two.adjusted_due, relief, CLOSED)
    assert pushed <= oracle_count(more.starts - DAY, more.ends, (), CLOSED)
    assert two.net <= one.net
    assert two.late <= one.late
    assert (two.gross, two.late_against_original) == (one.gross, one.late_against_original)


@settings(deadline=None, max_examples=200)
@given(orders())
def test_a_hold_that_lasts_a_day_longer_never_makes_anything_due_earlier(order):
    shown, working_days, relief, _, _ = order
    longer = tuple(Hold(hold.starts, hold.ends + DAY) for hold in relief)
    one = due_answer(instant_of(shown), working_days, CUT_OFF, relief, None, WorkingCalendar())
    two = due_answer(instant_of(shown), working_days, CUT_OFF, longer, None, WorkingCalendar())
    assert two.adjusted_due >= one.adjusted_due


@settings(deadline=None, max_examples=200)
@given(orders())
def test_one_more_working_day_of_lead_time_is_always_due_later(order):
    shown, working_days, relief, _, _ = order
    one = due_answer(instant_of(shown), working_days, CUT_OFF, relief, None, WorkingCalendar())
    two = due_answer(instant_of(shown), working_days + 1, CUT_OFF, relief, None, WorkingCalendar())
    assert two.due > one.due
    assert two.adjusted_due > one.adjusted_due


@settings(deadline=None, max_examples=200)
@given(orders())
def test_counts_agree_with_each_other(order):
    shown, working_days, relief, _, later = order
    calendar = WorkingCalendar()
    zero = due_answer(instant_of(shown), working_days, CUT_OFF, relief, None, calendar).day_zero
    found = due_answer(instant_of(shown), working_days, CUT_OFF, relief, zero + DAY * later, calendar)
    assert 0 <= found.net <= found.gross
    assert 0 <= found.late <= found.late_against_original <= found.gross
    in_time = zero + DAY * later <= found.adjusted_due
    assert not (in_time and found.late)
    assert not (in_time and found.net > working_days)


@settings(deadline=None, max_examples=200)
@given(orders(), st.randoms(use_true_random=False))
def test_the_order_in_which_holds_are_given_and_giving_them_twice_change_nothing(order, random):
    shown, working_days, relief, _, later = order
    mixed = [*relief, *relief]
    random.shuffle(mixed)
    calendar = WorkingCalendar()
    zero = due_answer(instant_of(shown), working_days, CUT_OFF, (), None, calendar).day_zero
    one = due_answer(instant_of(shown), working_days, CUT_OFF, relief, zero + DAY * later, calendar)
    assert due_answer(instant_of(shown), working_days, CUT_OFF, tuple(mixed), zero + DAY * later, calendar) == one


@settings(deadline=None, max_examples=200)
@given(starts)
def test_what_london_shows_is_read_back_as_the_same_day_whatever_the_season(shown):
    skipped = datetime(2026, 3, 29, 1) <= shown < datetime(2026, 3, 29, 2)
    skipped |= datetime(2027, 3, 28, 1) <= shown < datetime(2027, 3, 28, 2)
    if not skipped:
        assert london_date(parse_instant(shown.isoformat())) == shown.date()
