"""Service lines in the ledger: dates, milestones and holds are appended and never overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tasks.ledger import LineState
from tasks.standing import due_lines, standings
from turnup.clock import WorkingCalendar
from turnup.errors import LedgerError

CLERK = "clerk@supplier.example"


@pytest.fixture
def line(ledger, entries):
    """A recorded line whose dates are committed."""
    ledger.lines.record([entries.line], CLERK)
    dated = replace(
        entries.line, day_zero=date(2026, 11, 24), contracted_date=date(2026, 12, 15), calendar_version="v1"
    )
    ledger.lines.commit_dates(dated, CLERK)
    return dated


def test_the_first_contracted_date_is_kept_for_ever(ledger, line):
    ledger.lines.commit_dates(replace(line, contracted_date=date(2027, 1, 15), calendar_version="v2"), CLERK)
    found = ledger.lines.lines(line.reference)[0]
    assert (found.initial_contracted_date, found.contracted_date) == (date(2026, 12, 15), date(2027, 1, 15))
    assert found.calendar_version == "v2"
    ledger.audit.verify()


def test_recording_a_line_again_changes_nothing(ledger, line, entries):
    before, head = ledger.lines.lines(), ledger.head()
    ledger.lines.record([replace(entries.line, product="LAN-CAMPUS", state=LineState.CEASED)], CLERK)
    assert (ledger.lines.lines(), ledger.head()) == (before, head)


@pytest.mark.parametrize("state", LineState)
def test_a_line_is_recorded_in_any_state_and_the_audit_knows_it(ledger, entries, state):
    ledger.lines.record([replace(entries.line, state=state)], CLERK)
    assert ledger.lines.lines()[0].state is state
    ledger.audit.verify()
    ledger.lines.set_state([entries.line.id], LineState.DELIVERED, CLERK)
    ledger.lines.set_state([entries.line.id], LineState.CEASED, CLERK)
    ledger.audit.verify()


def test_a_line_that_there_is_not_has_no_dates_and_no_state(ledger, line, entries):
    head = ledger.head()
    for change in (
        lambda: ledger.lines.set_state([line.id, "LBHF-2026-0042/L9"], LineState.DELIVERED, CLERK),
        lambda: ledger.lines.commit_dates(replace(line, id="LBHF-2026-0042/L9"), CLERK),
    ):
        with pytest.raises(LedgerError, match="L9: expected a recorded one"):
            change()
    assert ledger.head() == head
    assert ledger.lines.lines()[0].state is LineState.DESIGNED


def test_a_milestone_is_reached_once(ledger, line, clock):
    ledger.lines.reach([line.id], "tested", CLERK, "first")
    first = clock.time
    clock.go_on(days=3)
    ledger.lines.reach([line.id], "tested", CLERK, "second")
    assert [(each.at, each.evidence) for each in ledger.lines.milestones(line.id)] == [(first, "first")]


def test_a_hold_is_released_once(ledger, line):
    number = ledger.lines.hold(line.reference, line.id, "no access", date(2026, 11, 26), CLERK)
    ledger.lines.release(number, date(2026, 11, 27), CLERK)
    for again in (number, number + 1):
        with pytest.raises(LedgerError, match="an open hold"):
            ledger.lines.release(again, date(2026, 12, 24), CLERK)
    assert [each.ends for each in ledger.lines.holds(line.reference)] == [date(2026, 11, 27)]
    ledger.audit.verify()


def test_a_hold_of_the_call_off_counts_for_each_line_and_one_of_a_line_for_it_alone(ledger, line):
    ledger.lines.hold(line.reference, None, "works on site", date(2026, 11, 26), CLERK)
    ledger.lines.hold(line.reference, line.id, "no access", date(2026, 11, 27), CLERK)
    ledger.lines.hold("RBKC-2026-0007", None, "works on site", date(2026, 11, 28), CLERK)
    assert [each.cause for each in ledger.lines.holds(line.reference, line.id)] == ["works on site", "no access"]
    assert [each.cause for each in ledger.lines.holds(line.reference, f"{line.reference}/L2")] == ["works on site"]


def test_the_standing_of_a_line_is_what_ledger_and_clock_say(ledger, line, clock):
    calendar = WorkingCalendar()
    standing = standings(ledger, line.reference, date(2026, 12, 1), calendar)[0]
    assert (standing.latest, str(standing.reading.standing)) == ("none", "on track")
    number = ledger.lines.hold(line.reference, line.id, "no access", date(2026, 11, 26), CLERK)
    assert str(standings(ledger, line.reference, date(2026, 12, 1), calendar)[0].reading.standing) == "on hold"
    ledger.lines.release(number, date(2026, 11, 27), CLERK)
    for milestone in ("accepted", "tested", "ordered"):  # shown in the order of life, whatever the order of recording
        ledger.lines.reach([line.id], milestone, CLERK, "evidence", clock.time + timedelta(days=14, hours=15))
    standing = standings(ledger, line.reference, date(2027, 2, 1), calendar)[0]
    assert [name for name, _day in standing.reached] == ["ordered", "tested", "accepted"]
    assert standing.latest == "accepted"
    assert standing.clock.completed == date(2026, 12, 9)  # 00:00 UTC is midnight in London's winter
    assert str(standing.reading.standing) == "met"
    assert standing.reading.adjusted == date(2026, 12, 17)
    assert [each.completed for each in due_lines((standing,), calendar)] == [date(2026, 12, 9)]


def test_a_line_without_dates_has_no_clock(ledger, entries):
    ledger.lines.record([entries.line], CLERK)
    standing = standings(ledger, "", date(2026, 12, 1), WorkingCalendar())[0]
    assert (standing.clock, standing.reading) == (None, None)
    assert due_lines((standing,), WorkingCalendar()) == ()
