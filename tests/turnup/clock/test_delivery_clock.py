"""Day 0, contracted and adjusted dates, relief holds, gross, net and late: worked by hand, England."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from turnup.clock import (
    LONDON,
    CalendarOverride,
    DueAnswer,
    Hold,
    WorkingCalendar,
    adjusted_date,
    contracted_date,
    due_answer,
    lead_time_date,
    parse_hold,
)
from turnup.clock.delivery import forecast_date, net_days, relief_days
from turnup.errors import TurnupError

CALENDAR = WorkingCalendar()
CUT_OFF = time(16, 0)

# Monday 2 November 2026 and 10 working days: 3 4 5 6, 9 10 11 12 13, 16 November.
ZERO = date(2026, 11, 2)
DUE = date(2026, 11, 16)


def november(day: int) -> date:
    return date(2026, 11, day)


def holds(*words: str) -> tuple[Hold, ...]:
    return tuple(parse_hold(each) for each in words)


def answer(acknowledged: str, working_days: int, *relief: str, completed: date | None = None) -> DueAnswer:
    instant = datetime.fromisoformat(acknowledged).replace(tzinfo=LONDON)
    return due_answer(instant, working_days, CUT_OFF, holds(*relief), completed, CALENDAR)


HELD = ("2026-11-16..2026-11-27",)
WORKED_EXAMPLES = [
    pytest.param(
        *("2026-12-23T10:00", 10, (), None),
        DueAnswer(date(2026, 12, 23), date(2027, 1, 11), 0, date(2027, 1, 11)),
        id="over Christmas and New Year",
    ),
    pytest.param(
        *("2026-12-24T16:30", 10, (), None),
        DueAnswer(date(2026, 12, 29), date(2027, 1, 13), 0, date(2027, 1, 13)),
        id="Christmas Eve after the cut-off",
    ),
    pytest.param(
        *("2026-11-02T09:00", 40, (), None),
        DueAnswer(date(2026, 11, 2), date(2026, 12, 30), 0, date(2026, 12, 30)),
        id="forty working days",
    ),
    pytest.param(
        *("2026-11-02T09:00", 40, HELD, None),
        DueAnswer(date(2026, 11, 2), date(2026, 12, 30), 10, date(2027, 1, 14)),
        id="forty working days and a hold of ten",
    ),
    pytest.param(
        *("2026-11-02T09:00", 40, HELD, date(2027, 1, 18)),
        DueAnswer(date(2026, 11, 2), date(2026, 12, 30), 10, date(2027, 1, 14), 52, 42, 2, 12),
        id="delivered two working days late",
    ),
]


@pytest.mark.parametrize(("acknowledged", "working_days", "relief", "completed", "expected"), WORKED_EXAMPLES)
def test_the_worked_examples_of_the_domain(acknowledged, working_days, relief, completed, expected):
    assert answer(acknowledged, working_days, *relief, completed=completed) == expected


def test_an_order_late_on_a_summer_evening_in_utc_counts_from_the_next_london_day():
    instant = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    found = due_answer(instant, 5, CUT_OFF, (), None, CALENDAR)
    assert (found.day_zero, found.due) == (date(2026, 7, 2), date(2026, 7, 9))


@pytest.mark.parametrize(
    ("working_days", "due"),
    [
        pytest.param(0, ZERO, id="none: day 0 itself"),
        pytest.param(1, november(3), id="one: the next day, for day 0 does not count"),
        pytest.param(4, november(6), id="to the end of the week"),
        pytest.param(5, november(9), id="over the weekend"),
        pytest.param(10, DUE, id="two weeks"),
        pytest.param(65, date(2027, 2, 4), id="an Ethernet WAN line, over Christmas"),
    ],
)
def test_a_lead_time_is_counted_in_working_days_after_day_zero(working_days, due):
    assert lead_time_date(ZERO, working_days, CALENDAR) == due


RELIEF = [
    pytest.param((), 16, 0, id="no hold moves nothing"),
    pytest.param(("2026-11-09..2026-11-09",), 17, 1, id="a hold of one day, both ends inside"),
    pytest.param(("2026-11-09..2026-11-10",), 18, 2, id="two days"),
    pytest.param(("2026-11-09..2026-11-11", "2026-11-10..2026-11-12"), 20, 4, id="overlapping: their union"),
    pytest.param(("2026-11-09..2026-11-12", "2026-11-10..2026-11-11"), 20, 4, id="one inside another"),
    pytest.param(("2026-11-09..2026-11-10", "2026-11-09..2026-11-10"), 18, 2, id="the same hold twice"),
    pytest.param(("2026-11-11..2026-11-12", "2026-11-09..2026-11-10"), 20, 4, id="side by side, in any order"),
    pytest.param(("2026-11-07..2026-11-08",), 16, 0, id="a weekend relieves nothing"),
    pytest.param(("2026-11-06..2026-11-09",), 18, 2, id="over a weekend: its two working days"),
    pytest.param(("2026-10-26..2026-10-30",), 16, 0, id="over before day 0"),
    pytest.param(("2026-11-02..2026-11-02",), 16, 0, id="on day 0 only, which does not count"),
    pytest.param(("2026-10-26..2026-11-04",), 18, 2, id="begun before day 0: counts from day 0"),
    pytest.param(("2026-11-16..2026-11-16",), 17, 1, id="on the contracted date"),
    pytest.param(("2026-11-16..2026-11-18",), 19, 3, id="from the contracted date on"),
    pytest.param(("2026-11-17..2026-11-20",), 16, 0, id="after the contracted date: heals nothing"),
    pytest.param(("2026-11-09..2026-11-10", "2026-11-17..2026-11-17"), 19, 3, id="between CDD and adjusted CDD counts"),
    pytest.param(("2026-11-09..2026-11-10", "2026-11-18..2026-11-18"), 19, 3, id="on the adjusted CDD counts"),
    pytest.param(("2026-11-09..2026-11-10", "2026-11-19..2026-11-20"), 18, 2, id="after the adjusted CDD does not"),
    pytest.param(("2026-11-09..2026-11-10", "2026-11-17..2026-11-18", "2026-11-20..2026-11-20"), 23, 5, id="a chain"),
]


@pytest.mark.parametrize(("relief", "adjusted", "days"), RELIEF)
def test_the_adjusted_date_is_the_nth_working_day_not_on_hold(relief, adjusted, days):
    found = answer("2026-11-02T10:00", 10, *relief)
    assert (found.adjusted_due, found.relief_working_days) == (november(adjusted), days)
    assert (found.day_zero, found.due) == (ZERO, DUE)


def test_bank_holidays_inside_a_hold_are_no_relief():
    found = answer("2026-12-23T10:00", 10, "2026-12-24..2026-12-29")
    assert found.relief_working_days == 2
    assert found.adjusted_due == date(2027, 1, 13)


@pytest.mark.parametrize(
    ("relief", "today", "forecast"),
    [
        pytest.param(("2026-11-09..",), november(11), 19, id="three days on hold so far"),
        pytest.param(("2026-11-09..",), november(9), 17, id="on the day it began"),
        pytest.param(("2026-11-09..",), november(5), 17, id="before it begins: one day at least"),
        pytest.param(("2026-11-09..",), november(15), 23, id="a weekend on hold adds nothing"),
        pytest.param(("2026-11-09..", "2026-11-04..2026-11-05"), november(11), 23, id="with a closed one before it"),
        pytest.param(("2026-11-09..", "2026-11-10.."), november(11), 19, id="two open ones: their union"),
    ],
)
def test_an_open_hold_has_no_adjusted_date_but_a_forecast(relief, today, forecast):
    assert adjusted_date(ZERO, DUE, holds(*relief), CALENDAR) is None
    assert forecast_date(ZERO, DUE, holds(*relief), today, CALENDAR) == november(forecast)


def test_the_forecast_of_an_open_hold_moves_day_by_day_and_becomes_the_adjusted_date():
    relief = holds("2026-11-09..")
    seen = [forecast_date(ZERO, DUE, relief, november(day), CALENDAR) for day in range(9, 14)]
    assert seen == [november(day) for day in (17, 18, 19, 20, 23)]
    assert adjusted_date(ZERO, DUE, holds("2026-11-09..2026-11-13"), CALENDAR) == seen[-1]


@pytest.mark.parametrize(
    ("starts", "adjusted"), [("2026-11-16..", None), ("2026-11-17..", DUE), ("2026-10-01..", None)], ids=str
)
def test_an_open_hold_takes_the_adjusted_date_away_only_if_it_begins_by_then(starts, adjusted):
    assert adjusted_date(ZERO, DUE, holds(starts), CALENDAR) == adjusted


def test_relief_of_an_open_hold_is_counted_up_to_the_contracted_date():
    found = answer("2026-11-02T10:00", 10, "2026-11-12..")
    assert (found.adjusted_due, found.relief_working_days) == (None, 3)


def test_work_that_is_completed_while_a_hold_is_open_is_not_late():
    found = answer("2026-11-02T10:00", 10, "2026-11-12..", completed=november(20))
    assert (found.gross, found.net, found.late, found.late_against_original) == (14, 7, 0, 4)


@pytest.mark.parametrize("relief", [(), ("2026-11-04..2026-11-25",), ("2026-11-04..",), ("2026-10-01..2027-03-31",)])
def test_no_hold_moves_the_contracted_date(relief):
    found = answer("2026-11-02T10:00", 10, *relief, completed=november(27))
    assert found.due == DUE
    assert found.late_against_original == 9


REQUIRED = [
    pytest.param(None, november(16), id="none asked for: the lead time"),
    pytest.param(november(5), november(16), id="sooner than the lead time: the lead time"),
    pytest.param(november(16), november(16), id="the same day"),
    pytest.param(november(30), november(30), id="later than the lead time: the day asked for"),
    pytest.param(november(28), november(28), id="later, on a Saturday: that Saturday"),
]


@pytest.mark.parametrize(("required", "due"), REQUIRED)
def test_the_contracted_date_is_the_later_of_lead_time_and_what_the_buyer_requires(required, due):
    assert contracted_date(ZERO, 10, required, CALENDAR) == due


@pytest.mark.parametrize(
    ("due", "relief", "adjusted"),
    [
        pytest.param(november(30), (), november(30), id="no hold"),
        pytest.param(november(30), ("2026-11-09..2026-11-10",), date(2026, 12, 2), id="two days of relief"),
        pytest.param(november(30), ("2026-12-01..2026-12-02",), november(30), id="a hold after it"),
        pytest.param(november(28), (), november(28), id="a Saturday stays a Saturday"),
        pytest.param(november(28), ("2026-11-28..2026-11-29",), november(28), id="on hold that weekend only"),
        pytest.param(november(28), ("2026-11-27..2026-11-27",), november(30), id="the Friday before on hold"),
        pytest.param(
            november(28), ("2026-11-09..2026-11-10",), date(2026, 12, 1), id="a Saturday and two days of relief"
        ),
    ],
)
def test_relief_moves_a_date_that_the_buyer_asked_for_as_well(due, relief, adjusted):
    assert adjusted_date(ZERO, due, holds(*relief), CALENDAR) == adjusted


COMPLETIONS = [
    pytest.param(november(2), 0, 0, id="on day 0"),
    pytest.param(november(3), 1, 0, id="on the first day"),
    pytest.param(november(13), 9, 0, id="the working day before"),
    pytest.param(november(16), 10, 0, id="on the day"),
    pytest.param(november(17), 11, 1, id="a day late"),
    pytest.param(november(20), 14, 4, id="at the end of the week"),
    pytest.param(november(22), 14, 4, id="on the Sunday after: no more working days"),
    pytest.param(november(23), 15, 5, id="a week late"),
]


@pytest.mark.parametrize(("completed", "gross", "late"), COMPLETIONS)
def test_late_begins_on_the_working_day_after_the_date(completed, gross, late):
    found = answer("2026-11-02T10:00", 10, completed=completed)
    assert (found.gross, found.net, found.late, found.late_against_original) == (gross, gross, late, late)


def test_a_hold_after_the_adjusted_date_makes_net_shorter_but_heals_no_miss():
    found = answer("2026-11-02T10:00", 10, "2026-11-17..2026-11-20", completed=november(23))
    assert (found.adjusted_due, found.relief_working_days) == (DUE, 0)
    assert (found.gross, found.net, found.late) == (15, 11, 5)


def test_net_is_gross_less_the_union_of_the_holds():
    relief = holds("2026-11-09..2026-11-11", "2026-11-10..2026-11-12")
    assert relief_days(ZERO, november(20), relief, CALENDAR) == 4
    assert net_days(ZERO, november(20), relief, CALENDAR) == 10


def test_relief_ends_with_the_day_up_to_which_it_is_asked_for():
    relief = holds("2026-11-09..2026-11-13")
    assert [relief_days(ZERO, november(day), relief, CALENDAR) for day in (8, 9, 11, 13, 30)] == [0, 1, 3, 5, 5]


def test_a_holiday_that_is_announced_moves_what_is_worked_out_with_the_new_calendar_only():
    changed = WorkingCalendar(override=CalendarOverride(added=(november(9),)))
    assert lead_time_date(ZERO, 10, changed) == november(17)
    assert lead_time_date(ZERO, 10, CALENDAR) == DUE


@pytest.mark.parametrize(
    ("words", "hold"),
    [
        ("2026-11-16..2026-11-27", Hold(november(16), november(27))),
        ("2026-11-16..2026-11-16", Hold(november(16), november(16))),
        ("2026-11-16..", Hold(november(16), None)),
    ],
)
def test_a_hold_is_read_as_it_is_typed(words, hold):
    assert parse_hold(words) == hold


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("", "FROM..TO", id="nothing"),
        pytest.param("2026-11-16", "FROM..TO", id="one date"),
        pytest.param("2026-11-16/2026-11-27", "FROM..TO", id="another separator"),
        pytest.param("..2026-11-27", "a date such as", id="no start"),
        pytest.param("2026-11-16..27", "a date such as", id="half a date"),
        pytest.param("2026-11-16...2026-11-27", "a date such as", id="a dot too many"),
        pytest.param("2026-11-31..2026-12-01", "a date such as", id="a day that does not exist"),
        pytest.param("2026-11-27..2026-11-16", "an end from 2026-11-27 on", id="reversed"),
    ],
)
def test_a_hold_that_is_none_is_refused(words, expected):
    with pytest.raises(TurnupError) as refused:
        parse_hold(words)
    assert refused.value.where == "hold"
    assert refused.value.expected.startswith(expected)


def test_a_negative_lead_time_and_a_completion_before_day_zero_are_refused():
    with pytest.raises(TurnupError, match="working days: expected 0 or more; found -1"):
        answer("2026-11-02T10:00", -1)
    with pytest.raises(TurnupError, match="completed: expected a date from day 0 on, 2026-11-02; found 2026-11-01"):
        answer("2026-11-02T10:00", 10, completed=november(1))


def test_a_hold_without_end_in_sight_is_an_error_and_no_endless_walk():
    with pytest.raises(TurnupError, match="expected a day from 2020 to 2045"):
        answer("2026-11-02T10:00", 10, "2026-11-09..2099-12-31")
