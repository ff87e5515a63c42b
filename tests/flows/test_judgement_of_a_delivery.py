"""What stops a delivery between its waves, and what it says at its end: the flow's own judgement, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from flows import deliver as flow
from flows.commands.deliver import _exit_code
from flows.console import FAILED, PARTIAL
from flows.deliver import _Course, _judge, _prove, _reason_to_stop
from tasks.ledger import OutcomeRecord
from tasks.progress import clear_stop, request_stop
from tasks.steps.briefs import DeliveryBrief, WaitingSite
from turnup.errors import (
    DeliveryStopped,
    Interrupted,
    LedgerUnavailable,
    LineRejected,
    NotDue,
    ReadBackDiffers,
    SessionLost,
    StalePlan,
)
from turnup.scalars import Place

CANARY, OTHER, LAST = "KC-HUB-03", "KC-LIB-02", "KC-TH-01"
WAITS = WaitingSite(site=OTHER, why="not due: freeze of RBKC until Sun 29 Nov 2026: Exams; due Mon 30 Nov 2026 00:00")


def record(site: str, outcome: str, detail: str = "", attempt: int = 1) -> OutcomeRecord:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return OutcomeRecord("RBKC-2026-0007", "h" * 64, attempt, site, f"{site}-SW1", outcome, detail, 0, "[]", at)


@pytest.fixture
def brief() -> DeliveryBrief:
    return DeliveryBrief(
        reference="RBKC-2026-0007",
        revision=1,
        buyer="RBKC",
        sites=(CANARY, OTHER, LAST),
        devices=(),
        inventory_sites=(),
        plan_hash="h" * 64,
        attempt=1,
        waves=((CANARY,), (OTHER, LAST)),
        changes=3,
        failure_budget=1,
        budget_words="1 device (the smaller of 1 and 50 % of 3 device changes)",
        soak_minutes=0,
        breaks_glass=False,
        quarantine_days=30,
        lease_epoch=1,
    )


@pytest.fixture
def stopping(brief, monkeypatch):
    """Why a wave may not begin, given these outcomes so far."""

    def ask(course: _Course, *records: OutcomeRecord) -> str:
        monkeypatch.setattr(flow, "_outcomes", lambda *_: records)
        return _reason_to_stop(None, brief, course)

    return ask


def test_a_bad_canary_stops_all_whatever_the_budget(stopping):
    assert stopping(_Course(), record(CANARY, "changed")) == ""
    assert stopping(_Course(), record(CANARY, "rolled_back")) == f"the canary {CANARY} is not as declared"


def test_the_budget_counts_skipped_devices_and_not_those_of_sites_that_are_not_due(stopping):
    bad = (record(OTHER, "failed"), record(OTHER, "skipped"))
    assert stopping(_Course(), *bad[:1]) == ""
    assert stopping(_Course(), *bad).startswith("the failure budget of 1 device (the smaller of 1 and 50 %")
    assert stopping(_Course(waiting=[WAITS]), *bad) == ""


def test_nothing_goes_before_the_canary_and_nothing_after_what_was_not_proven(stopping):
    waits = WAITS.model_copy(update={"site": CANARY})
    assert stopping(_Course(waiting=[waits])).startswith(f"the canary {CANARY} is not delivered yet: it is not due")
    assert stopping(_Course(unproven=["KC-HUB-03, read again: x"])) == "not as declared: KC-HUB-03, read again: x"


def test_all_good_ends_quietly_and_an_outcome_less_does_not(brief):
    good = tuple(record(site, "changed") for site in (CANARY, OTHER, LAST))
    _judge(brief, good, _Course())
    with pytest.raises(DeliveryStopped, match="found 2 outcomes of 3"):
        _judge(brief, good[:2], _Course())
    _judge(brief, good[:2], _Course(settled_changes=1))


def test_what_is_left_for_its_window_is_no_failure_and_says_when(brief):
    records = (record(CANARY, "changed"), record(OTHER, "skipped"), record(LAST, "changed"))
    with pytest.raises(NotDue, match=f"found 1 site that is not: {OTHER} not due: .*; due Mon 30 Nov 2026 00:00"):
        _judge(brief, records, _Course(waiting=[WAITS]))
    waits = WAITS.model_copy(update={"site": CANARY})
    skipped = tuple(record(site, "skipped") for site in (CANARY, OTHER, LAST))
    with pytest.raises(NotDue, match=f"{CANARY} not due"):
        _judge(brief, skipped, _Course(waiting=[waits]))
    failed = (*records[:2], record(LAST, "failed"))
    with pytest.raises(DeliveryStopped, match="KC-TH-01-SW1 failed") as stopped:
        _judge(brief, failed, _Course(waiting=[WAITS]))
    assert not isinstance(stopped.value, NotDue)


def test_stopped_by_the_user_is_said_first(brief):
    request_stop()
    try:
        with pytest.raises(Interrupted):
            _judge(brief, (record(CANARY, "changed"), record(OTHER, "skipped"), record(LAST, "failed")), _Course())
    finally:
        clear_stop()


def test_a_site_that_is_not_read_as_declared_stops_the_delivery_and_a_lost_ledger_ends_it(brief, monkeypatch):
    found: dict[str, object] = {OTHER: ReadBackDiffers("KC-LIB-02-SW1", "vlan 110", "none", "Look."), LAST: "evidence"}
    monkeypatch.setattr(flow, "wait", lambda _futures: None)
    future = SimpleNamespace
    submit = lambda _bench, _brief, site: future(result=lambda raise_on_failure: found[site])  # noqa: E731
    monkeypatch.setattr(flow, "verify_site", SimpleNamespace(submit=submit))
    course = _Course()
    _prove(None, brief, [OTHER, LAST], course)
    assert course.unproven == [f"{OTHER}, read again: {found[OTHER]}"]
    with pytest.raises(DeliveryStopped, match="read again: KC-LIB-02-SW1: expected vlan 110"):
        _judge(brief, tuple(record(site, "changed") for site in (CANARY, OTHER, LAST)), course)
    found[LAST] = LedgerUnavailable("ledger", "a writable ledger", "disk is full", "Make space.")
    with pytest.raises(LedgerUnavailable):
        _prove(None, brief, [LAST], course)


REJECTED = LineRejected("KC-TH-01-SW1", "line 'x' to be taken", "% Invalid", "Correct the template; then plan again.")
STALE = StalePlan("KC-TH-01-SW1", "the device as planned", "vlan 110", "Run `turnup plan` and have it approved.")
LOST = SessionLost("KC-TH-01-SW1", "an answer", "the session ended", "Run the same command again to find out.")


@pytest.mark.parametrize(
    ("cause", "outcome", "next_step", "not_said"),
    [
        (REJECTED, "rolled_back", "run `turnup plan RBKC-2026-0007`", "turnup deliver"),
        (STALE, "skipped", "run `turnup plan RBKC-2026-0007`", "turnup deliver"),
        (LOST, "rolled_back", "Run `turnup deliver RBKC-2026-0007` again: it goes on from there.", "turnup plan"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_a_plan_that_would_fail_again_is_not_to_be_run_again(brief, cause, outcome, next_step, not_said):
    records = (record(CANARY, "changed"), record(OTHER, "changed"), record(LAST, outcome, str(cause)))
    with pytest.raises(DeliveryStopped) as stopped:
        _judge(brief, records, _Course())
    assert next_step in stopped.value.remedy
    assert not_said not in stopped.value.remedy


@pytest.mark.parametrize(
    ("former", "now", "code"),
    [
        ((), ("failed", "skipped", "skipped"), FAILED),
        (("changed", "changed", "failed"), ("failed", "skipped", "skipped"), PARTIAL),
        (("changed", "failed", "skipped"), ("failed", "skipped", "skipped"), FAILED),
        ((), ("changed", "failed", "skipped"), PARTIAL),
    ],
    ids=["nothing", "an earlier run delivered part", "what it delivered has failed since", "this run delivered part"],
)
def test_partial_is_what_is_delivered_in_part_by_whatever_run(former, now, code):
    sites = (CANARY, OTHER, LAST)
    records = [
        record(site, outcome, attempt=attempt)
        for attempt, outcomes in ((1, former), (2, now))
        for site, outcome in zip(sites, outcomes, strict=False)
    ]
    ledger = SimpleNamespace(devices=SimpleNamespace(outcomes=lambda _reference: tuple(records)))
    changes = tuple(SimpleNamespace(place=Place(site, f"{site}-SW1")) for site in sites)
    plan = SimpleNamespace(reference="RBKC-2026-0007", hash="h" * 64, changes=changes)
    stopped = DeliveryStopped("RBKC-2026-0007", "every device as declared", "some not", "Look.")
    assert _exit_code(stopped, ledger, plan) == code
