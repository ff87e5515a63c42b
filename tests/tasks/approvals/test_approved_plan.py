"""The plan that may be delivered: approved as it is, for the call-off as it is, and not replaced since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.approvals.signatures import call_off_statement, plan_statement, record_approval
from tasks.delivery import acknowledge, approved_plan
from tasks.ledger import ApprovalKind, Ledger
from turnup.allocation import Allocation
from turnup.errors import ApprovalRefused, GateRefused, LedgerError, PlanError
from turnup.plan import Plan

CALL_OFF = "LBHF-2026-0042"


@pytest.fixture
def ledger(workspace, people):
    """The workspace's ledger, on the clock of the people."""
    opened = Ledger(workspace.ledger, lambda: people.now)
    yield opened
    opened.close()


class Desk:
    """What the supplier and the buyer do, in any order."""

    def __init__(self, people, ledger) -> None:
        self.people, self.ledger = people, ledger

    def order(self):
        return acknowledge(self.people.workspace, self.ledger, CALL_OFF)

    def plan(self, vlan: int = 110) -> Plan:
        order = self.order()
        taken = (Allocation("vlan/HF-LIB-01", str(vlan), f"{CALL_OFF}/L1", "segment:STAFF"),)
        call_off = order.call_off
        plan = Plan(call_off.reference, call_off.revision, call_off.hash(), "LBHF", "LBHF", (), (), (), (), taken, ())
        self.ledger.plans.store(plan, "clerk@supplier.example")
        return plan

    def approve(self, plan: Plan | None = None, who: str = "director") -> None:
        order = self.order()
        statement = plan_statement(order, plan.hash, self.ledger.head()) if plan else call_off_statement(order)
        record_approval(self.ledger, order, self.people.approval(order, statement, who))

    def find(self, plan_hash: str = "") -> Plan:
        return approved_plan(self.people.workspace, self.ledger, self.people.order(), plan_hash)

    def refusal(self, plan_hash: str = "") -> ApprovalRefused:
        with pytest.raises(ApprovalRefused) as caught:
            self.find(plan_hash)
        return caught.value


@pytest.fixture
def desk(people, ledger):
    return Desk(people, ledger)


def test_both_order_and_plan_have_to_be_approved(desk):
    plan = desk.plan()
    assert desk.refusal().expected == "an approval of the call-off by a signatory of LBHF"
    desk.approve()
    error = desk.refusal()
    assert error.expected == "an approval of the plan by a signatory of LBHF"
    assert plan.hash[:12] in error.remedy
    desk.approve(plan)
    assert desk.find() == plan
    assert desk.find(plan.hash[:12]) == plan
    assert desk.ledger.audit.verify().approvals == 2


def test_the_approval_of_a_plan_is_none_of_the_order(desk):
    plan = desk.plan()
    desk.approve(plan)
    assert desk.refusal().expected == "an approval of the call-off by a signatory of LBHF"


def test_without_a_plan_there_is_nothing_to_deliver(desk):
    desk.approve()
    with pytest.raises(PlanError, match="turnup plan"):
        desk.find()


def test_a_newer_plan_that_nobody_approved_does_not_take_the_place_of_the_approved_one(desk):
    approved = desk.plan(110)
    desk.approve()
    desk.approve(approved)
    newer = desk.plan(111)
    assert desk.find() == approved
    assert desk.refusal(newer.hash).expected == "an approval of the plan by a signatory of LBHF"


def test_a_call_off_that_was_edited_after_its_approval_is_refused(desk, people):
    plan = desk.plan()
    desk.approve()
    desk.approve(plan)
    people.change_order('"4200.00"', '"4200.01"')
    from tasks.order import load_order

    with pytest.raises(ApprovalRefused) as caught:
        approved_plan(people.workspace, desk.ledger, load_order(people.workspace, CALL_OFF))
    assert caught.value.expected.startswith("the content that director-of-resources@lbhf.example approved")
    with pytest.raises(ApprovalRefused, match="A changed call-off is a new revision"):
        desk.order()


def test_the_approvals_of_one_revision_are_none_of_the_next(desk, people):
    plan = desk.plan()
    desk.approve()
    desk.approve(plan)
    people.change_order("revision: 1", "revision: 2")
    assert desk.refusal().expected == "an approval of the call-off by a signatory of LBHF"
    desk.approve()
    with pytest.raises(PlanError, match="a plan"):
        desk.find()


def test_a_revision_that_a_later_one_replaced_is_not_delivered_any_more(desk, people, ledger):
    plan = desk.plan()
    desk.approve()
    desk.approve(plan)
    people.change_order("revision: 1", "revision: 2")
    desk.order()
    people.change_order("revision: 2", "revision: 1")
    assert desk.find() == plan  # a draft replaces nothing
    people.change_order("revision: 1", "revision: 2")
    desk.approve()
    people.change_order("revision: 2", "revision: 1")
    error = desk.refusal()
    assert (error.found, error.remedy) == ("r2, approved", "Go on with revision 2.")
    with pytest.raises(ApprovalRefused, match="Go on with revision 2"):
        record_approval(ledger, people.order(), people.approval(people.order(), call_off_statement(people.order())))
    with pytest.raises(GateRefused, match="Go on with revision 2"):
        desk.order()


def test_approving_again_heals_an_approval_that_expired(desk, people):
    plan = desk.plan()
    desk.approve()
    desk.approve(plan)
    people.now += timedelta(days=91)
    assert desk.refusal().found.startswith("expired on")
    desk.approve()
    assert desk.refusal().found.startswith("expired on")  # the plan's
    desk.approve(plan)
    assert desk.find() == plan
    assert desk.find(plan.hash) == plan


def test_the_executor_of_the_workspace_is_looked_at(desk, people):
    plan = desk.plan()
    desk.approve()
    desk.approve(plan, "head-of-ict")
    people.workspace = people.workspace.model_copy(update={"executor": "head-of-ict@lbhf.example"})
    assert desk.refusal().expected == "an executor who is neither author nor approver"


def test_an_approval_of_what_was_never_recorded_is_refused(people, ledger):
    order = people.order()
    with pytest.raises(LedgerError, match="Record what it refers to first"):
        record_approval(ledger, order, people.approval(order, call_off_statement(order)))
    assert ledger.orders.approvals(CALL_OFF) == ()


def test_approvals_read_back_as_they_were_recorded(desk, people):
    desk.approve()
    found = desk.ledger.orders.approvals(CALL_OFF, 1)
    assert [each.kind for each in found] == [ApprovalKind.CALL_OFF]
    assert found[0].statement.encode() == people.order().call_off.canonical()
    assert desk.ledger.orders.approvals(CALL_OFF, 2) == ()


@pytest.mark.parametrize("beginning", ["f" * 12, "five5", "%"])
def test_a_plan_that_there_is_not_is_no_missing_approval(desk, beginning):
    desk.approve(desk.plan())
    desk.approve()
    with pytest.raises(PlanError, match="expected the hash of a plan; found") as caught:
        desk.find(beginning)
    assert "its first 6 digits or more" in caught.value.remedy
