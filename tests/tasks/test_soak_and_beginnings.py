"""The soak counts from the canary's change by an injected clock; whether a site may begin is asked once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks import soak as soak_module
from tasks.ledger import OutcomeRecord
from tasks.line_reports import last_words
from tasks.progress import clear_stop, listening, request_stop
from tasks.soak import countdown, soak, soak_end
from tasks.turns import Turns

AT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
CANARY = "HF-LIB-01"


def record(device: str, outcome: str, minute: int, attempt: int = 1, site: str = CANARY) -> OutcomeRecord:
    at = AT + timedelta(minutes=minute)
    return OutcomeRecord("LBHF-2026-0042", "h", attempt, site, device, outcome, "", 0, "[]", at)


def test_a_soak_counts_from_the_last_device_that_was_changed_whoever_runs_and_however_often():
    records = [record("SW1", "changed", 0), record("SW2", "changed", 4), record("PE1", "changed", 9, site="KC-TH-01")]
    assert soak_end(records, CANARY, 30) == AT + timedelta(minutes=34)
    again = [*records, record("SW1", "unchanged", 20, 2), record("SW2", "unchanged", 21, 2)]
    assert soak_end(again, CANARY, 30) == AT + timedelta(minutes=34)
    assert soak_end([record("SW1", "unchanged", 0)], CANARY, 30) is None


@pytest.fixture
def clock(monkeypatch):
    """A clock that a wait moves on; no test waits."""

    class Clock:
        def __init__(self) -> None:
            self.at, self.stop_at = AT, None

        def now(self) -> datetime:
            return self.at

        def wait(self, seconds: float) -> bool:
            self.at += timedelta(seconds=seconds)
            return self.stop_at is not None and self.at >= self.stop_at

    clock = Clock()
    monkeypatch.setattr(soak_module, "wait_for_stop", clock.wait)
    return clock


def test_a_soak_shows_what_is_left_and_keeps_the_lease(clock):
    kept, stages, said = [], [], []
    with listening(lambda event: (stages.append(event.stage), said.append(event.said))):
        assert soak(CANARY, AT + timedelta(minutes=3, seconds=0.5), clock.now, lambda: kept.append(clock.at))
    assert clock.at == AT + timedelta(minutes=3, seconds=0.5)
    assert [each for each in said if each] == ["HF-LIB-01 soaks until Wed 25 Nov 22:03:00 London time (3:01 left)"]
    assert [each for each in stages if each][:2] == ["soak, 3:01 left", "soak, 3:00 left"]
    assert len(kept) == 3


def test_a_soak_ends_when_somebody_stops_it(clock):
    clock.stop_at = AT + timedelta(seconds=5)
    assert not soak(CANARY, AT + timedelta(hours=2), clock.now, lambda: None)
    assert clock.at == AT + timedelta(seconds=5)


def test_a_real_wait_ends_at_once_when_a_stop_is_asked_for():
    request_stop()
    try:
        end = datetime.now(UTC) + timedelta(hours=1)
        assert not soak(CANARY, end, lambda: datetime.now(UTC), lambda: None)
    finally:
        clear_stop()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (0.2, "0:01"), (65, "1:05"), (3600, "1:00:00"), (-3, "0:00")]
)
def test_a_countdown_reads_like_a_clock(seconds, words):
    assert countdown(seconds) == words


def test_whether_a_site_may_begin_is_asked_once_and_holds_for_all_its_devices():
    turns, asked = Turns(), []

    def not_due() -> str:
        asked.append(1)
        return ""

    assert turns.may_not_begin("HF-LIB-01", 0, not_due) == ""
    turns.fail()
    assert turns.may_not_begin("HF-LIB-01", 0, not_due) == ""
    assert len(asked) == 1
    assert turns.may_not_begin("HF-HUB-02", 1, not_due) == ""
    assert turns.may_not_begin("HF-DEP-03", 0, not_due) == "the failure budget is spent"
    assert turns.may_not_begin("KC-TH-01", 5, lambda: "not due: x") == "not due: x"


def test_what_was_skipped_later_is_still_what_it_was():
    done = record("SW1", "changed", 0)
    again = record("SW1", "skipped", 9, 2)
    assert last_words([done, again], "h") == {("HF-LIB-01", "SW1"): done}
    failed = record("SW1", "failed", 9, 2)
    assert last_words([done, failed], "h") == {("HF-LIB-01", "SW1"): failed}
    why = replace(again, detail="a later reason")
    assert last_words([again, why], "h") == {("HF-LIB-01", "SW1"): why}


def test_what_another_plan_changed_since_is_not_delivered_any_more():
    done, looked_at = record("SW1", "changed", 0), replace(record("SW1", "unchanged", 5), plan_hash="another")
    taken_back = replace(looked_at, outcome="changed")
    assert last_words([done, looked_at], "h") == {("HF-LIB-01", "SW1"): done}
    assert last_words([done, taken_back], "h") == {}
    assert last_words([taken_back, done], "h") == {("HF-LIB-01", "SW1"): done}
