"""`turnup report`: what was due, what was kept, how long it took; read from a ledger, on a day that is given."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime

import pytest

from tasks.ledger import LineRecord, LineState
from turnup.clock import Milestone

REFERENCE = "LBHF-2026-0042"
ACTOR = "field-engineer@supplier.example"
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def deliver(ledger):
    """Record a service line with day 0 on 2 November 2026 and, if it is completed, its tests and certificate."""

    def record(number: int, due: date, completed: date | None = None, product: str = "LAN-SITE") -> str:
        line = LineRecord(
            id=f"{REFERENCE}/L{number}",
            reference=REFERENCE,
            revision=1,
            site="HF-LIB-01",
            service="lan",
            product=product,
            state=LineState.DESIGNED,
            lead_time_working_days=10,
            day_zero=date(2026, 11, 2),
            contracted_date=due,
            calendar_version="GB-ENG",
        )
        ledger.lines.record((line,), ACTOR)
        ledger.lines.commit_dates(line, ACTOR)
        if completed is not None:
            at = datetime(completed.year, completed.month, completed.day, 12, tzinfo=UTC)
            ledger.lines.reach((line.id,), Milestone.TESTED, ACTOR, "read back", at)
            ledger.lines.reach((line.id,), Milestone.ACCEPTED, ACTOR, "certificate", at)
        return line.id

    return record


@pytest.fixture
def report(turnup):
    def run(*words: str) -> dict:
        answer = turnup("report", *words, "--json")
        assert (answer.returncode, answer.stderr) == (0, "")
        return json.loads(answer.stdout)

    return run


def test_an_empty_ledger_reports_n_0_and_no_percentage(turnup, report, ledger):
    empty = report(*NOVEMBER, "--today", "2026-12-01")
    assert empty["on_time"] == {"percent": None, "n": 0}
    assert list(empty) == ["period", "on_time", "icdd_certainty", "lead_times", "late"]
    assert (empty["lead_times"], empty["late"]) == ([], [])
    words = turnup("report", *NOVEMBER, "--today", "2026-12-01").stdout
    assert "n=0" in words
    assert "%" not in words


def test_overdue_and_open_is_a_miss_and_what_is_not_due_yet_is_not_counted(report, deliver):
    deliver(1, date(2026, 11, 16), completed=date(2026, 11, 16))
    overdue = deliver(2, date(2026, 11, 16))
    deliver(3, date(2026, 11, 27))
    in_the_middle = report(*NOVEMBER, "--today", "2026-11-17")
    assert in_the_middle["on_time"] == {"percent": 50.0, "n": 2}
    assert [each["service_line"] for each in in_the_middle["late"]] == [overdue]
    assert report(*NOVEMBER, "--today", "2026-12-01")["on_time"] == {"percent": 33.3, "n": 3}


def test_a_line_on_hold_is_neither_due_nor_late_but_its_first_date_is_missed(report, deliver, ledger):
    line = deliver(1, date(2026, 11, 16))
    ledger.lines.hold(REFERENCE, line, "no access to the riser", date(2026, 11, 9), ACTOR)
    found = report(*NOVEMBER, "--today", "2026-12-01")
    assert found["on_time"] == {"percent": None, "n": 0}
    assert found["icdd_certainty"] == {"percent": 0.0, "n": 1}
    assert found["late"] == []


def test_lead_times_are_those_of_the_period_as_numbers_with_n(report, deliver):
    deliver(1, date(2026, 11, 16), completed=date(2026, 11, 9))
    deliver(2, date(2026, 11, 16), completed=date(2026, 11, 16))
    deliver(3, date(2026, 11, 16), completed=date(2026, 12, 14))
    assert report(*NOVEMBER, "--today", "2026-12-31")["lead_times"] == [
        {"product": "LAN-SITE", "n": 2, "p50": 5, "p90": 10, "p95": 10}
    ]


def test_a_line_is_late_from_the_saturday_after_its_friday(report, deliver):
    line = deliver(1, date(2026, 11, 13))
    assert report(*NOVEMBER, "--today", "2026-11-13")["late"] == []
    late = report(*NOVEMBER, "--today", "2026-11-14")["late"]
    assert [(each["service_line"], each["working_days_late"], each["standing"]) for each in late] == [(line, 0, "late")]


def test_the_words_and_the_csv_file_tell_the_same(turnup, deliver, tmp_path):
    line = deliver(1, date(2026, 11, 16))
    path = tmp_path / "lines.csv"
    answer = turnup("report", *NOVEMBER, "--today", "2026-11-18", "--csv", str(path))
    assert "0.0% (n=1)" in answer.stdout
    assert "2 late" in answer.stdout
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["service_line"], row["icdd"], row["late"], row["standing"]) for row in rows] == [
        (line, "2026-11-16", "2", "late")
    ]


def test_a_period_that_ends_before_it_begins_is_refused(turnup, ledger):
    answer = turnup("report", "--from", "2026-11-30", "--to", "2026-11-01")
    assert answer.returncode == 1
    assert "--to: expected a day from 2026-11-30 on; found 2026-11-01" in answer.stderr
