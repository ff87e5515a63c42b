"""Working days of England, London dates of instants, and where day 0 falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from turnup.clock import (
    LONDON,
    CalendarOverride,
    WorkingCalendar,
    day_zero,
    london_date,
    parse_cut_off,
    parse_date,
    parse_instant,
)
from turnup.errors import TurnupError

CALENDAR = WorkingCalendar()
CUT_OFF = time(16, 0)

# Copied by hand from GOV.UK's list for England and Wales; the years in which the calendar package is easily misused.
BANK_HOLIDAYS = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}


def days_of(year: int):
    return (date(year, 1, 1) + timedelta(days=number) for number in range(365 + (year % 4 == 0)))


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_the_weekdays_that_are_not_worked_are_exactly_the_bank_holidays_of_england(year):
    idle = [day.strftime("%m-%d") for day in days_of(year) if day.weekday() < 5 and not CALENDAR.is_working(day)]
    assert idle == BANK_HOLIDAYS[year].split()


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_no_saturday_or_sunday_is_a_working_day(year):
    assert not [day for day in days_of(year) if day.weekday() >= 5 and CALENDAR.is_working(day)]


@pytest.mark.parametrize("day", [date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)], ids=str)
def test_the_one_off_bank_holidays_are_known(day):
    assert not CALENDAR.is_working(day)
    assert CALENDAR.is_working(day.replace(year=2024))


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 8, 3), date(2026, 3, 17), date(2026, 11, 30)], ids=str)
def test_holidays_of_scotland_and_northern_ireland_are_worked_in_england(day):
    assert CALENDAR.is_working(day)


def test_a_holiday_announced_later_is_added_and_one_withdrawn_is_worked():
    override = CalendarOverride(added=(date(2026, 11, 3),), removed=(date(2026, 8, 31),))
    changed = WorkingCalendar(override=override)
    assert (CALENDAR.is_working(date(2026, 11, 3)), changed.is_working(date(2026, 11, 3))) == (True, False)
    assert (CALENDAR.is_working(date(2026, 8, 31)), changed.is_working(date(2026, 8, 31))) == (False, True)
    assert changed.is_working(date(2026, 11, 4))


def test_the_version_names_the_holidays_and_moves_only_when_they_do():
    same = WorkingCalendar(override=CalendarOverride(added=(date(2026, 12, 25),)))
    other = WorkingCalendar(override=CalendarOverride(added=(date(2026, 11, 3),)))
    assert CALENDAR.version.startswith("GB-ENG 2020-2045 ")
    assert WorkingCalendar().version == CALENDAR.version == same.version
    assert other.version != CALENDAR.version


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2046, 1, 1)], ids=str)
def test_a_day_whose_holidays_are_not_known_is_an_error_and_never_a_guess(day):
    with pytest.raises(TurnupError, match="expected a day from 2020 to 2045") as refused:
        CALENDAR.is_working(day)
    assert str(day) in str(refused.value)


@pytest.mark.parametrize("day", [date(2020, 1, 2), date(2045, 12, 29)], ids=str)
def test_the_first_and_the_last_year_are_inside(day):
    assert CALENDAR.is_working(day)


def test_counting_leaves_the_first_day_out_and_takes_the_last_one_in():
    monday, tuesday, next_monday = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 9)
    assert CALENDAR.count(monday, monday) == 0
    assert CALENDAR.count(monday, tuesday) == 1
    assert CALENDAR.count(monday, next_monday) == 5
    assert CALENDAR.count(tuesday, monday) == 0


LONDON_DATES = [
    pytest.param(datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1), id="the last minute of a summer day"),
    pytest.param(datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2), id="midnight in summer"),
    pytest.param(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2), id="23:30 UTC on 1 July"),
    pytest.param(datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1), id="23:30 UTC in winter"),
    pytest.param(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 28), id="the night the clocks go forward"),
    pytest.param(datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30), id="the night after"),
    pytest.param(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25), id="the night the clocks go back"),
    pytest.param(datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25), id="the night after they went back"),
]


@pytest.mark.parametrize(("instant", "day"), LONDON_DATES)
def test_a_day_is_the_london_date_of_its_instant(instant, day):
    assert london_date(instant) == day


def test_the_offset_in_which_an_instant_is_written_does_not_move_its_day():
    words = ("2026-07-01T23:30Z", "2026-07-02T00:30+01:00", "2026-07-01T19:30-04:00", "2026-07-02T00:30")
    assert {parse_instant(each) for each in words} == {datetime(2026, 7, 1, 23, 30, tzinfo=UTC)}


@pytest.mark.parametrize("words", ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T01:59:59"])
def test_a_time_that_london_skips_is_refused(words):
    with pytest.raises(TurnupError, match="a time that London's clocks show") as refused:
        parse_instant(words)
    assert refused.value.found == words
    assert "give a later time" in refused.value.remedy


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        pytest.param("2026-03-29T00:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), id="just before the gap"),
        pytest.param("2026-03-29T02:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), id="just after the gap"),
        pytest.param("2026-03-29T01:30+00:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="with offset it exists"),
        pytest.param("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="twice there: the first"),
        pytest.param("2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), id="the second, by offset"),
        pytest.param(
            "2026-10-25T02:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC), id="after the hour that comes twice"
        ),
    ],
)
def test_the_hours_around_a_change_of_the_clocks(words, instant):
    assert parse_instant(words) == instant


@pytest.mark.parametrize(
    "words",
    ["", "soon", "2026-13-01T10:00", "2026-02-29T10:00", "24/12/2026", "0001-01-01T00:00Z", "9999-12-31T23:59-14:00"],
)
def test_a_time_that_is_none_is_refused_with_its_words(words):
    with pytest.raises(TurnupError, match="such as 2026-12-24T16:30") as refused:
        parse_instant(words)
    assert refused.value.found == repr(words)


@pytest.mark.parametrize("words", ["", "teatime", "25:00", "16:60", "16:00Z", "16:00+01:00"])
def test_a_cut_off_that_is_no_london_time_of_day_is_refused(words):
    with pytest.raises(TurnupError, match=r"cut-off: expected a time such as 16:00") as refused:
        parse_cut_off(words)
    assert refused.value.found == repr(words)


@pytest.mark.parametrize("words", ["", "tomorrow", "2026-02-30", "2026-11-16T10:00"])
def test_a_date_that_is_none_is_refused_where_it_stands(words):
    with pytest.raises(TurnupError, match="such as 2026-11-16") as refused:
        parse_date(words, "completed")
    assert (refused.value.where, refused.value.found) == ("completed", repr(words))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


DAY_ZERO = [
    pytest.param(local(2026, 11, 3, 10), date(2026, 11, 3), id="in the morning: the same day"),
    pytest.param(local(2026, 11, 3, 0, 0), date(2026, 11, 3), id="at midnight: the day that begins"),
    pytest.param(local(2026, 11, 3, 15, 59, 59), date(2026, 11, 3), id="a second before the cut-off"),
    pytest.param(local(2026, 11, 3, 16, 0), date(2026, 11, 3), id="exactly at the cut-off: still the same day"),
    pytest.param(local(2026, 11, 3, 16, 0, 1), date(2026, 11, 4), id="a second after the cut-off"),
    pytest.param(local(2026, 11, 3, 16, 0, 0, 1), date(2026, 11, 4), id="a microsecond after the cut-off"),
    pytest.param(local(2026, 11, 6, 16, 30), date(2026, 11, 9), id="Friday after the cut-off: Monday"),
    pytest.param(local(2026, 11, 7, 10), date(2026, 11, 9), id="Saturday: Monday"),
    pytest.param(local(2026, 11, 7, 16, 30), date(2026, 11, 9), id="Saturday after the cut-off: Monday, not Tuesday"),
    pytest.param(local(2026, 11, 8, 23, 59), date(2026, 11, 9), id="Sunday night: Monday, not Tuesday"),
    pytest.param(local(2026, 8, 31, 9), date(2026, 9, 1), id="bank holiday: the next day"),
    pytest.param(local(2026, 8, 31, 17), date(2026, 9, 1), id="bank holiday after the cut-off: no second day"),
    pytest.param(local(2026, 4, 2, 16, 30), date(2026, 4, 7), id="Maundy Thursday evening: over Easter"),
    pytest.param(local(2026, 12, 24, 16, 30), date(2026, 12, 29), id="Christmas Eve evening: over the substitute day"),
    pytest.param(local(2026, 12, 31, 16, 30), date(2027, 1, 4), id="New Year's Eve evening: into the next year"),
    pytest.param(datetime(2026, 7, 1, 15, 0, tzinfo=UTC), date(2026, 7, 1), id="15:00 UTC in summer is the cut-off"),
    pytest.param(datetime(2026, 7, 1, 15, 1, tzinfo=UTC), date(2026, 7, 2), id="15:01 UTC in summer is after it"),
    pytest.param(datetime(2026, 12, 1, 15, 59, tzinfo=UTC), date(2026, 12, 1), id="15:59 UTC in winter is before it"),
    pytest.param(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2), id="23:30 UTC on 1 July is 2 July"),
]


@pytest.mark.parametrize(("acknowledged", "zero"), DAY_ZERO)
def test_day_zero_is_the_london_date_rolled_forward(acknowledged, zero):
    assert day_zero(acknowledged, CUT_OFF, CALENDAR) == zero


def test_another_cut_off_moves_day_zero():
    at_noon = local(2026, 11, 3, 12, 30)
    assert day_zero(at_noon, time(12, 0), CALENDAR) == date(2026, 11, 4)
    assert day_zero(at_noon, time(12, 30), CALENDAR) == date(2026, 11, 3)


def test_day_zero_keeps_to_the_calendar_that_it_is_given():
    closed = WorkingCalendar(override=CalendarOverride(added=(date(2026, 11, 3), date(2026, 11, 4))))
    assert day_zero(local(2026, 11, 3, 10), CUT_OFF, closed) == date(2026, 11, 5)
