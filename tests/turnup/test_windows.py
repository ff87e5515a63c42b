"""Change windows and freezes: London wall time through both changes of the clocks, and the instant when one is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from turnup.clock import LONDON
from turnup.windows import ChangeWindow, Freeze, Schedule, Weekday, when_due

NIGHTS = ChangeWindow(days=("mon", "tue", "wed", "thu"), starts=time(22), ends=time(6))
SATURDAYS = ChangeWindow(days=("sat",), starts=time(0, 15), ends=time(1, 30))
SUNDAYS = ChangeWindow(days=("sun",), starts=time(0, 15), ends=time(1, 30))
XMAS = Freeze(starts=date(2026, 12, 23), ends=date(2027, 1, 3), reason="Christmas")


def london(words: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON, fold=fold)


def due(at: datetime, *windows: ChangeWindow, freezes=()) -> str:
    return str(when_due(Schedule((windows,) if windows else (), tuple(("provider", each) for each in freezes)), at))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-25T21:59", "Wed 25 Nov 2026 22:00"),
        ("2026-11-25T22:00", "now"),
        ("2026-11-26T05:59", "now"),  # the window of Wednesday, on Thursday morning
        ("2026-11-26T06:00", "Thu 26 Nov 2026 22:00"),
        ("2026-11-27T05:59", "now"),
        ("2026-11-27T22:30", "Mon 30 Nov 2026 22:00"),  # Friday night is none of it
        ("2026-07-01T21:30", "Wed 01 Jul 2026 22:00"),  # BST: 20:30 UTC
        ("2026-07-01T22:00", "now"),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_starts(at, words):
    assert due(london(at), NIGHTS) == words


def test_the_hour_that_the_clocks_skip_closes_a_window_early_and_the_one_they_repeat_opens_it_once():
    sunday = Schedule(((SUNDAYS,),))
    open_in_march = [minute for minute in range(180) if when_due(sunday, _minute(2026, 3, 29, minute)).now]
    assert (open_in_march[0], open_in_march[-1]) == (
        15,
        29,
    )  # 00:15 GMT; 01:30 does not exist: closed half an hour early
    open_in_october = [minute for minute in range(-60, 180) if when_due(sunday, _minute(2026, 10, 25, minute)).now]
    assert (open_in_october[0], open_in_october[-1], len(open_in_october)) == (
        -45,
        29,
        75,
    )  # 00:15 BST to the first 01:30
    ordinary = [minute for minute in range(-60, 180) if when_due(sunday, _minute(2026, 11, 1, minute)).now]
    assert (ordinary[0], ordinary[-1], len(ordinary)) == (15, 89, 75)


def test_a_window_that_starts_in_such_an_hour_opens_late_and_once():
    late = ChangeWindow(days=("sun",), starts=time(1, 15), ends=time(4))
    assert when_due(Schedule(((late,),)), _minute(2026, 3, 28, 720)).at == _minute(2026, 3, 29, 75)  # 02:15 BST
    assert when_due(Schedule(((late,),)), _minute(2026, 10, 24, 720)).at == _minute(
        2026, 10, 25, 75
    )  # the second 01:15


def _minute(year: int, month: int, day: int, minute: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC) + timedelta(minutes=minute)


def test_a_freeze_holds_for_whole_london_days_and_a_window_after_it_is_the_next_one():
    assert due(london("2026-12-22T23:59"), freezes=(XMAS,)) == "now"
    assert due(london("2026-12-23T00:00"), freezes=(XMAS,)) == "Mon 04 Jan 2027 00:00"
    found = when_due(Schedule(((NIGHTS,),), (("RBKC", XMAS),)), london("2026-12-23T23:00"))
    assert (str(found), found.why_not) == ("Mon 04 Jan 2027 22:00", "freeze of RBKC until Sun 03 Jan 2027: Christmas")
    summer = Freeze(starts=date(2026, 7, 1), ends=date(2026, 7, 2), reason="Exams")
    assert when_due(Schedule(freezes=(("x", summer),)), datetime(2026, 7, 1, tzinfo=UTC)).at == datetime(
        2026, 7, 2, 23, tzinfo=UTC
    )


def test_every_place_that_has_windows_must_have_one_open_and_some_never_meet():
    both = Schedule(((NIGHTS,), (ChangeWindow(days=("wed",), starts=time(23), ends=time(23, 30)),)))
    assert str(when_due(both, london("2026-11-26T12:00"))) == "Wed 02 Dec 2026 23:00"
    assert str(when_due(Schedule(((NIGHTS,), (SATURDAYS, SUNDAYS))), london("2026-11-26T12:00"))) == "never"


windows = st.builds(
    lambda days, starts, ends: ChangeWindow(
        days=tuple(days), starts=time(*divmod(starts, 60)), ends=time(*divmod(ends, 60))
    ),
    st.sets(st.sampled_from(Weekday), min_size=1),
    st.integers(0, 719),
    st.integers(720, 1439),
)
freezes = st.builds(
    lambda first, days: Freeze(starts=first, ends=first + timedelta(days=days), reason="Exams"),
    st.dates(date(2026, 3, 1), date(2026, 12, 1)),
    st.integers(0, 40),
)


@given(
    st.lists(windows, max_size=3),
    st.lists(freezes, max_size=3),
    st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_is_due_later_is_due_then_and_not_a_minute_before(of_site, frozen, at):
    schedule = Schedule((tuple(of_site),) if of_site else (), tuple(("RBKC", each) for each in frozen))
    found = when_due(schedule, at)
    assert found.at is not None
    assert when_due(schedule, found.at).now
    assert found.now == (found.at == at)
    if not found.now:
        assert found.at > at
        assert not when_due(schedule, max(at, found.at - timedelta(minutes=1))).now


def test_a_window_of_no_length_and_a_freeze_that_runs_backwards_are_refused():
    with pytest.raises(ValidationError, match="two different times"):
        ChangeWindow(days=("mon",), starts=time(9), ends=time(9))
    with pytest.raises(ValidationError, match="on or after"):
        Freeze(starts=date(2026, 12, 2), ends=date(2026, 12, 1), reason="Exams")
