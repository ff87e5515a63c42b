"""Milestones in their order, when a line is complete, and how it stands on a day."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from turnup.clock import Hold, LineClock, Milestone, Standing, WorkingCalendar

CALENDAR = WorkingCalendar()
ZERO, DUE = date(2026, 11, 2), date(2026, 11, 16)


def november(day: int) -> date:
    return date(2026, 11, day)


def clock(*holds: Hold, tested: date | None = None, accepted: date | None = None, contracted: date = DUE) -> LineClock:
    return LineClock(ZERO, DUE, contracted, holds, tested, accepted)


def test_milestones_follow_each_other_from_the_order_to_the_certificate():
    assert list(Milestone) == ["ordered", "acknowledged", "approved", "planned", "activated", "tested", "accepted"]


@pytest.mark.parametrize("word", ["delivered", "Tested", "completed", ""])
def test_a_word_that_is_no_milestone_is_refused(word):
    with pytest.raises(ValueError, match="is not a valid Milestone"):
        Milestone(word)


@pytest.mark.parametrize(
    ("tested", "accepted", "completed"),
    [
        pytest.param(None, None, None, id="neither"),
        pytest.param(november(13), None, None, id="tested only: not complete before the buyer accepts"),
        pytest.param(november(13), november(20), november(13), id="both: the day on which it was ready"),
        pytest.param(november(13), november(13), november(13), id="both on one day"),
        pytest.param(None, november(20), november(20), id="accepted without a day of tests: that of the certificate"),
    ],
)
def test_a_line_is_complete_when_the_buyer_accepts_and_on_the_day_it_was_ready(tested, accepted, completed):
    assert clock(tested=tested, accepted=accepted).completed == completed


def test_a_buyer_who_signs_late_makes_nothing_late():
    reading = clock(tested=DUE, accepted=date(2026, 12, 18)).reading(date(2026, 12, 18), CALENDAR)
    assert (reading.standing, reading.days_late, reading.net) == (Standing.MET, 0, 10)


OPEN_FROM_9 = Hold(november(9))
CLOSED_9_TO_10 = Hold(november(9), november(10))
OPEN_AFTER_DUE = Hold(november(17))
READINGS = [
    pytest.param(clock(), november(2), Standing.ON_TRACK, 10, 0, "10 left", id="on day 0"),
    pytest.param(clock(), november(13), Standing.ON_TRACK, 1, 0, "1 left", id="the day before"),
    pytest.param(clock(), november(16), Standing.ON_TRACK, 0, 0, "0 left", id="on the day"),
    pytest.param(clock(), november(17), Standing.LATE, 0, 1, "1 late", id="the day after"),
    pytest.param(clock(tested=november(13)), november(17), Standing.LATE, 0, 1, "1 late", id="tested, not accepted"),
    pytest.param(clock(CLOSED_9_TO_10), november(17), Standing.ON_TRACK, 1, 0, "1 left", id="relieved"),
    pytest.param(clock(CLOSED_9_TO_10), november(19), Standing.LATE, 0, 1, "1 late", id="late in spite of relief"),
    pytest.param(clock(OPEN_FROM_9), november(11), Standing.ON_HOLD, 6, 0, "6 left", id="on hold"),
    pytest.param(clock(OPEN_FROM_9), november(30), Standing.ON_HOLD, 6, 0, "6 left", id="long on hold: never late"),
    pytest.param(clock(OPEN_AFTER_DUE), november(19), Standing.LATE, 0, 3, "3 late", id="a hold that came too late"),
    pytest.param(
        clock(tested=november(16), accepted=november(18)), november(18), Standing.MET, 0, 0, "met", id="in time"
    ),
    pytest.param(
        clock(tested=november(18), accepted=november(18)),
        november(30),
        Standing.MISSED,
        0,
        2,
        "missed, 2 late",
        id="late",
    ),
    pytest.param(
        clock(CLOSED_9_TO_10, tested=november(18), accepted=november(30)),
        november(30),
        *(Standing.MET, 0, 0, "met"),
        id="in time by the adjusted date",
    ),
    pytest.param(
        clock(OPEN_FROM_9, tested=november(20), accepted=november(20)),
        november(30),
        *(Standing.MET, 0, 0, "met"),
        id="completed while on hold",
    ),
]


@pytest.mark.parametrize(("line", "today", "standing", "left", "late", "shown"), READINGS)
def test_how_a_line_stands(line, today, standing, left, late, shown):
    reading = line.reading(today, CALENDAR)
    assert (reading.standing, reading.days_left, reading.days_late, str(reading)) == (standing, left, late, shown)


def test_on_the_weekend_after_its_date_a_line_is_missed_though_no_working_day_late():
    friday, saturday = november(13), november(14)
    done = clock(tested=saturday, accepted=saturday, contracted=friday).reading(saturday, CALENDAR)
    assert (done.standing, done.days_late, str(done)) == (Standing.MISSED, 0, "missed")
    still_open = clock(contracted=friday).reading(saturday, CALENDAR)
    assert (still_open.standing, still_open.days_late, str(still_open)) == (Standing.LATE, 0, "0 late")


def test_while_a_hold_is_open_there_is_a_forecast_and_no_adjusted_date():
    reading = clock(OPEN_FROM_9).reading(november(11), CALENDAR)
    assert (reading.adjusted, reading.forecast) == (None, november(19))


def test_an_adjusted_date_is_its_own_forecast():
    reading = clock(CLOSED_9_TO_10).reading(november(11), CALENDAR)
    assert (reading.adjusted, reading.forecast) == (november(18), november(18))


def test_net_is_told_of_completed_lines_only():
    assert clock(CLOSED_9_TO_10).reading(november(18), CALENDAR).net is None
    done = clock(CLOSED_9_TO_10, tested=november(18), accepted=november(18))
    assert done.reading(november(30), CALENDAR).net == 10


def test_neither_a_hold_nor_a_new_contracted_date_moves_the_first_one():
    moved = clock(CLOSED_9_TO_10, contracted=november(30))
    reading = moved.reading(november(11), CALENDAR)
    assert (moved.initial, moved.contracted, reading.adjusted) == (DUE, november(30), date(2026, 12, 2))
    with pytest.raises(FrozenInstanceError):
        moved.initial = november(30)
