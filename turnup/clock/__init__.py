"""The delivery clock: working days of England, dates of a service line, KPIs. Pure: today is an argument."""

from turnup.clock.calendar import (
    LONDON,
    CalendarOverride,
    WorkingCalendar,
    london_date,
    parse_cut_off,
    parse_date,
    parse_instant,
)
from turnup.clock.delivery import (
    DueAnswer,
    Hold,
    adjusted_date,
    check_lead_time,
    contracted_date,
    day_zero,
    due_answer,
    lead_time_date,
    parse_hold,
)
from turnup.clock.kpi import (
    DueLine,
    LeadTimes,
    Share,
    delay_payment,
    initial_certainty,
    lead_times,
    nearest_rank,
    on_time,
)
from turnup.clock.milestones import ClockReading, LineClock, Milestone, Standing

__all__ = [
    "LONDON",
    "CalendarOverride",
    "ClockReading",
    "DueAnswer",
    "DueLine",
    "Hold",
    "LeadTimes",
    "LineClock",
    "Milestone",
    "Share",
    "Standing",
    "WorkingCalendar",
    "adjusted_date",
    "check_lead_time",
    "contracted_date",
    "day_zero",
    "delay_payment",
    "due_answer",
    "initial_certainty",
    "lead_time_date",
    "lead_times",
    "london_date",
    "nearest_rank",
    "on_time",
    "parse_cut_off",
    "parse_date",
    "parse_hold",
    "parse_instant",
]
