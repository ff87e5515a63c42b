"""A device that has every line and does not do its work goes back; what it answered is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.devices import checks as checks_module
from tasks.devices.checks import ask_checks, check_answers
from tasks.devices.outcome import Outcome
from tasks.site_delivery import SiteDelivery
from turnup.change.state import ChangeState, state_of
from turnup.errors import ServiceCheckFailed
from turnup.service.checks import Moment, ServiceCheck, judged

CALL_OFF, SITE, FIRST, SECOND = "LBHF-2026-0042", "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
WAN_CALL_OFF, WAN_SITE = "RBKC-2026-0007", "KC-TH-01"
PLACES = (WAN_SITE, "LON-CORE-01")
CHECK = ServiceCheck("LINE", SITE, FIRST, "BGP with 198.51.100.4", "show bgp", r"^peer is (\w+)$", "up")


@pytest.fixture
def planned(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    return fleet, delivery.plan(CALL_OFF)


def verified(delivery, plan) -> str:
    return SiteDelivery(delivery.workspace, delivery.ledger, plan, (SITE,), 1).verify(SITE)


def answers_of(delivery, plan) -> list[tuple[str, str, str, bool]]:
    kept = delivery.ledger.checks.of(plan.reference, plan.hash, 1)
    return [(each.stage, each.device, each.title, each.passed) for each in kept]


def test_every_vlan_is_asked_for_in_the_push_and_again_at_the_end(planned, delivery):
    _, plan = planned
    titles = [(check.device, check.title) for check in plan.checks_at(SITE)]
    assert {device for device, _ in titles} == {FIRST, SECOND}
    assert titles
    delivery.deliver(plan)
    evidence = verified(delivery, plan)
    kept = answers_of(delivery, plan)
    assert sorted(kept) == sorted((stage, *each, True) for stage in ("push", "verify") for each in titles)
    assert evidence != verified(delivery, replace(plan, checks=plan.checks[1:]))
    assert delivery.ledger.audit.verify().events


def test_a_device_on_which_the_service_does_not_work_goes_back(planned, delivery):
    fleet, plan = planned
    before = fleet.running_config(FIRST)
    wrong = tuple(replace(check, expected="suspended") for check in plan.checks if check.device == FIRST)
    plan = replace(plan, checks=(*wrong[:1], *(check for check in plan.checks if check not in wrong[:1])))
    outcomes = delivery.deliver(plan)
    failed = outcomes[SITE, FIRST]
    assert failed.outcome is Outcome.ROLLED_BACK
    assert f"{wrong[0].title}: expected suspended; found active" in failed.detail
    assert fleet.running_config(FIRST) == before
    assert ("push", FIRST, wrong[0].title, False) in answers_of(delivery, plan)


def test_what_only_a_whole_site_can_prove_is_asked_when_it_is_verified(planned, delivery):
    fleet, plan = planned
    late = tuple(replace(check, moment=Moment.SITE, expected="suspended") for check in plan.checks[:1])
    plan = replace(plan, checks=late)
    assert {each.outcome for each in delivery.deliver(plan).values()} == {Outcome.CHANGED}
    assert answers_of(delivery, plan) == []
    with pytest.raises(ServiceCheckFailed, match="expected suspended; found active"):
        verified(delivery, plan)
    assert answers_of(delivery, plan) == [("verify", late[0].device, late[0].title, False)]
    for change in plan.changes:
        assert state_of(change, fleet.running_config(change.device)) is ChangeState.AFTER


def test_a_wan_works_when_its_edge_has_the_prefixes_that_were_ordered(start_fleet, delivery):
    start_fleet(WAN_CALL_OFF, minute_seconds=60)
    plan = delivery.plan(WAN_CALL_OFF)
    delivery.deliver(plan)
    checks = [check for check in plan.checks_at(WAN_SITE) if check.service_line == f"{WAN_CALL_OFF}/L2"]
    assert [(check.device, check.expected) for check in checks] == [("LON-PE-01", "3")]
    assert SiteDelivery(delivery.workspace, delivery.ledger, plan, PLACES, 1).verify(WAN_SITE)
    more = tuple(replace(check, expected="4", within_seconds=0) for check in checks)
    with pytest.raises(
        ServiceCheckFailed, match=r"prefixes of ACT-\d+ over BGP with 198.51.100.1: expected 4; found 3"
    ):
        SiteDelivery(delivery.workspace, delivery.ledger, replace(plan, checks=more), PLACES, 1).verify(WAN_SITE)


class Answering:
    """A platform that answers something else each time."""

    def __init__(self, *answers: str) -> None:
        self.left, self.asked = list(answers), 0

    def answers(self, _session, questions):
        self.asked += 1
        return tuple(self.left.pop(0) for _ in questions)


@pytest.mark.parametrize(
    ("within", "most", "asked", "actual"),
    [(60, 60, 3, "up"), (0, 60, 1, "down"), (60, 0, 1, "down")],
    ids=["it comes", "it has to be there", "no time is left"],
)
def test_a_device_is_asked_again_as_long_as_the_check_allows(monkeypatch, within, most, asked, actual):
    monkeypatch.setattr(checks_module, "ASK_AGAIN_SECONDS", 0.0)
    platform = Answering("peer is down", "nothing yet", "peer is up")
    (answer,) = ask_checks(None, platform, [replace(CHECK, within_seconds=within)], most)
    assert (platform.asked, answer.actual, answer.passed) == (asked, actual, actual == "up")


def test_one_question_is_asked_once_for_all_that_it_answers():
    other = replace(CHECK, title="and its state", shows=r"is (\w+)")
    platform = Answering("peer is up")
    assert [each.passed for each in ask_checks(None, platform, [CHECK, other], 0)] == [True, True]
    assert platform.asked == 1


def test_failures_are_named_with_expected_and_actual():
    answers = [judged(replace(CHECK, title=f"peer {number}"), "peer is down") for number in range(6)]
    with pytest.raises(ServiceCheckFailed) as failed:
        check_answers(FIRST, [*answers, judged(CHECK, "peer is up")])
    assert "peer 0: expected up; found down" in str(failed.value)
    assert "and 2 more" in str(failed.value)
    assert str(judged(CHECK, "")) == "BGP with 198.51.100.4: expected up; found nothing of it"
