"""What the supplier is measured by: every figure with its n."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turnup.clock import (
    DueLine,
    LeadTimes,
    Share,
    delay_payment,
    initial_certainty,
    lead_times,
    nearest_rank,
    on_time,
)
from turnup.framework import DayCount, DelayPayment

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
TODAY = date(2026, 12, 31)


def november(day: int) -> date:
    return date(2026, 11, day)


def line(adjusted: date | None, completed: date | None, initial: date | None = None, net: int | None = None) -> DueLine:
    return DueLine("LAN-SITE", adjusted, initial or adjusted or FIRST, completed, net)


ON_TIME = [
    pytest.param(line(november(16), november(13)), (1, 1), id="completed before the day"),
    pytest.param(line(november(16), november(16)), (1, 1), id="completed on the day"),
    pytest.param(line(november(16), november(17)), (0, 1), id="completed a day late"),
    pytest.param(line(november(16), None), (0, 1), id="overdue and open is a miss"),
    pytest.param(line(None, None), (0, 0), id="on hold: not due"),
    pytest.param(line(FIRST, FIRST), (1, 1), id="due on the first day of the period"),
    pytest.param(line(LAST, LAST), (1, 1), id="due on the last day of the period"),
    pytest.param(line(FIRST - timedelta(days=1), november(3)), (0, 0), id="due before the period, completed in it"),
    pytest.param(line(LAST + timedelta(days=1), november(3)), (0, 0), id="due after the period, completed in it"),
    pytest.param(line(november(16), november(16), initial=november(2)), (1, 1), id="the iCDD plays no part"),
]


@pytest.mark.parametrize(("each", "expected"), ON_TIME)
def test_a_line_counts_by_its_adjusted_date(each, expected):
    share = on_time((each,), FIRST, LAST, TODAY)
    assert (share.hits, share.n) == expected


@pytest.mark.parametrize(
    ("today", "n"),
    [
        pytest.param(november(13), 0, id="before the day: not due yet"),
        pytest.param(november(16), 0, id="on the day: it can still be met"),
        pytest.param(november(17), 1, id="the day after: a miss"),
    ],
)
def test_an_open_line_becomes_a_miss_on_the_day_after_its_date(today, n):
    still_open = line(november(16), None)
    assert on_time((still_open,), FIRST, LAST, today) == Share(0, n)
    assert initial_certainty((still_open,), FIRST, LAST, today) == Share(0, n)


def test_a_line_that_was_completed_early_counts_before_its_date():
    assert on_time((line(november(16), november(10)),), FIRST, LAST, november(11)) == Share(1, 1)


def test_initial_certainty_goes_by_the_first_date_whatever_relief_there_was():
    relieved = line(november(18), november(18), initial=november(16))
    on_hold = line(None, None, initial=november(16))
    kept = line(november(20), november(16), initial=november(16))
    assert initial_certainty((relieved, on_hold, kept), FIRST, LAST, TODAY) == Share(1, 3)
    assert on_time((relieved, on_hold, kept), FIRST, LAST, TODAY) == Share(2, 2)


@pytest.mark.parametrize(
    ("share", "percent", "shown"),
    [
        (Share(2, 3), 66.7, "66.7% (n=3)"),
        (Share(1, 1), 100.0, "100.0% (n=1)"),
        (Share(0, 4), 0.0, "0.0% (n=4)"),
        (Share(0, 0), None, "n=0"),
    ],
)
def test_a_share_says_what_it_is_of_and_nothing_of_nothing_is_no_percentage(share, percent, shown):
    assert (share.percent, str(share)) == (percent, shown)


def test_no_lines_give_no_percentage():
    assert on_time((), FIRST, LAST, TODAY).percent is None
    assert initial_certainty((), FIRST, LAST, TODAY).percent is None


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        pytest.param([15, 20, 35, 40, 50], 30, 20, id="the textbook example"),
        pytest.param([15, 20, 35, 40, 50], 40, 20, id="exactly on a rank"),
        pytest.param([15, 20, 35, 40, 50], 50, 35, id="the median of five"),
        pytest.param([15, 20, 35, 40, 50], 100, 50, id="the largest"),
        pytest.param([1, 2, 3, 4], 50, 2, id="the median of four: a value that occurred, no mean"),
        pytest.param(list(range(1, 11)), 90, 9, id="P90 of ten"),
        pytest.param(list(range(1, 11)), 95, 10, id="P95 of ten"),
        pytest.param(list(range(1, 21)), 95, 19, id="P95 of twenty"),
        pytest.param(list(range(1, 101)), 7, 7, id="no rank too far by the fraction of a float"),
        pytest.param([9, 1, 5], 50, 5, id="in any order"),
        pytest.param([42], 95, 42, id="one value"),
        pytest.param([], 95, None, id="none"),
    ],
)
def test_nearest_rank_percentiles(values, percent, expected):
    assert nearest_rank(values, percent) == expected


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=300), st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    def reached(value: int) -> bool:
        return Fraction(sum(1 for each in values if each <= value), len(values)) >= Fraction(percent, 100)

    assert nearest_rank(values, percent) == min(value for value in values if reached(value))


def test_lead_times_are_told_per_product_with_n_of_the_lines_completed_in_the_period():
    found = lead_times(
        [
            *(line(None, november(day), net=day) for day in range(1, 11)),
            line(None, FIRST - timedelta(days=1), net=400),
            line(None, LAST + timedelta(days=1), net=400),
            line(november(16), None),
            DueLine("WAN-ETH-100", None, FIRST, LAST, 65),
            DueLine("SIM-DATA", None, FIRST, FIRST, 0),
        ],
        FIRST,
        LAST,
    )
    assert found == (
        LeadTimes("LAN-SITE", 10, 5, 9, 10),
        LeadTimes("SIM-DATA", 1, 0, 0, 0),
        LeadTimes("WAN-ETH-100", 1, 65, 65, 65),
    )


def test_a_product_of_which_nothing_was_completed_has_no_lead_times():
    assert lead_times([line(november(16), None)], FIRST, LAST) == ()


def terms(day_count: DayCount) -> DelayPayment:
    return DelayPayment(rate_gbp_per_day=Decimal("12.50"), cap_gbp=Decimal("100.00"), day_count=day_count)


@pytest.mark.parametrize(
    ("day_count", "late", "pounds"),
    [
        pytest.param(DayCount.AFTER_MILESTONE, 0, "0", id="in time"),
        pytest.param(DayCount.FROM_MILESTONE, 0, "0", id="in time, whatever the convention"),
        pytest.param(DayCount.AFTER_MILESTONE, 1, "12.50", id="a day, after the milestone date"),
        pytest.param(DayCount.FROM_MILESTONE, 1, "25.00", id="a day, from and including the milestone date"),
        pytest.param(DayCount.AFTER_MILESTONE, 8, "100.00", id="just at the cap"),
        pytest.param(DayCount.FROM_MILESTONE, 7, "100.00", id="just at the cap, counted from the date"),
        pytest.param(DayCount.AFTER_MILESTONE, 9, "100.00", id="capped"),
        pytest.param(DayCount.FROM_MILESTONE, 250, "100.00", id="capped, however late"),
    ],
)
def test_a_delay_payment_is_the_rate_for_each_day_late_up_to_the_cap(day_count, late, pounds):
    assert delay_payment(terms(day_count), late) == Decimal(pounds)
