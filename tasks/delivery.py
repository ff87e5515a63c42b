"""The stages of a delivery as plain functions: what the Prefect steps call, and tests call without Prefect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tasks.approvals.signatures import (
    call_off_statement,
    check_approval,
    check_not_superseded,
    missing_approval,
)
from tasks.inventory.estate import Estate as EstateFiles
from tasks.ledger import (
    ApprovalKind,
    Ledger,
    LineRecord,
    LineState,
    LotCommitment,
    RevisionRecord,
    this_process,
)
from tasks.order import Background, load_order
from tasks.preparation import Prepared
from turnup.clock import Milestone, WorkingCalendar, contracted_date, day_zero
from turnup.errors import ApprovalRefused, InputRefused, PlanError
from turnup.findings import Finding, errors_of
from turnup.gate import Commitment, Order, value_of
from turnup.plan import DeviceReading, Plan
from turnup.scalars import CallOffRef, DeviceName, SiteCode
from turnup.services.lan import NAME as LAN

if TYPE_CHECKING:
    from tasks.ledger import Approval
    from tasks.workspace import Workspace

LEASE_SECONDS = 900.0


def background_of(ledger: Ledger, framework: str, reference: str) -> Background:
    """What the ledger knows that the gate has to know about a call-off of a framework."""
    commitments = tuple(
        Commitment(CallOffRef(each.reference), each.lot, _pounds(each.committed_pence), _pounds(each.worst_case_pence))
        for each in ledger.orders.commitments(framework)
    )
    delivered = frozenset(SiteCode(site) for site in ledger.lines.delivered_sites(LAN))
    return Background(commitments, delivered, ledger.orders.approved_revision(reference))


def _pounds(pence: int) -> Decimal:
    return Decimal(pence) / 100


def acknowledge(workspace: Workspace, ledger: Ledger, source: str) -> Order:
    """Let a call-off pass the gate and record it: ordered and acknowledged (KCI1), its dates committed (KCI2).

    Raises:
        FileRefused, GateRefused: with every finding; nothing is recorded.
    """
    order = let_pass(workspace, ledger, source)
    record_order(ledger, order, workspace.executor)
    return order


def let_pass(workspace: Workspace, ledger: Ledger, source: str) -> Order:
    """Let a call-off that is about to be taken pass the gate, with all that the ledger knows; nothing is recorded.

    Raises:
        FileRefused, GateRefused: with every finding.
    """
    return load_order(workspace, source, replace(_background(workspace, ledger, source), now=ledger.now()))


def load_known_order(workspace: Workspace, ledger: Ledger, source: str) -> Order:
    """Let a call-off that was taken pass the gate again, with all that the ledger knows.

    Raises:
        FileRefused, GateRefused: with every finding.
    """
    return load_order(workspace, source, _background(workspace, ledger, source))


def _background(workspace: Workspace, ledger: Ledger, source: str) -> Background:
    call_off = EstateFiles(workspace.inventory).call_off(source).call_off
    return background_of(ledger, call_off.framework, call_off.reference)


def record_order(ledger: Ledger, order: Order, actor: str, *, dated: bool = True) -> None:
    """Record a revision with its service lines; and, unless what exists is adopted, the dates that are due for them."""
    call_off = order.call_off
    values = tuple(
        LotCommitment(call_off.reference, each.lot, int(each.committed * 100), int(each.worst_case * 100))
        for each in value_of(call_off, order.framework)
    )
    revision = RevisionRecord(
        reference=call_off.reference,
        revision=call_off.revision,
        framework=order.framework.reference,
        buyer=call_off.buyer,
        author=call_off.author,
        content_hash=call_off.hash(),
        content=call_off.canonical().decode(),
        recorded_at=ledger.now(),
    )
    ledger.orders.record(revision, values, actor)
    records = tuple(_line_record(order, index) for index in range(len(order.lines)))
    ledger.lines.record(records, actor)
    if dated:
        ids = [record.id for record in records]
        ledger.lines.reach(ids, Milestone.ORDERED, call_off.author, call_off.hash(), call_off.ordered_at)
        ledger.lines.reach(ids, Milestone.ACKNOWLEDGED, actor, "passed the gate")
        _commit_dates(ledger, order, records, actor)


def _line_record(order: Order, index: int) -> LineRecord:
    line = order.lines[index]
    return LineRecord(
        id=f"{order.call_off.reference}/{line.order_line.id}",
        reference=order.call_off.reference,
        revision=order.call_off.revision,
        site=line.site.code,
        service=line.product.service,
        product=line.product.code,
        state=LineState.DESIGNED,
        lead_time_working_days=line.product.lead_time_with(line.order_line.parameters),
        customer_required_date=line.order_line.customer_required_date,
    )


def _commit_dates(ledger: Ledger, order: Order, records: tuple[LineRecord, ...], actor: str) -> None:
    """Commit the dates of lines that have none yet."""
    calendar = WorkingCalendar()
    known = {line.id: line for line in ledger.lines.lines(order.call_off.reference)}
    for record in records:
        if known[record.id].contracted_date is not None or known[record.id].state is not LineState.DESIGNED:
            continue
        acknowledged = next(
            each.at for each in ledger.lines.milestones(record.id) if each.milestone == Milestone.ACKNOWLEDGED
        )
        zero = day_zero(acknowledged, order.framework.rules.cut_off, calendar)
        due = contracted_date(zero, record.lead_time_working_days, record.customer_required_date, calendar)
        dated = replace(record, day_zero=zero, contracted_date=due, calendar_version=calendar.version)
        ledger.lines.commit_dates(dated, actor)


def plan_from_readings(ledger: Ledger, prepared: Prepared, running: Mapping[DeviceName, str], actor: str) -> Plan:
    """Make a plan, refuse it if a finding does, and store it with its reservations.

    Raises:
        InputRefused: findings forbid the plan; carries them all.
        DesignError, PlanError: see `make_plan`.
    """
    readings = {device: DeviceReading(text, ledger.ownership.on(device)) for device, text in running.items()}
    plan = prepared.plan(readings)
    if not plan.takes_back:  # that brings back to life what a cease ended, under its own id
        check_not_ceased(ledger, plan)
    if plan.refused:
        raise InputRefused(f"plan of {plan.reference}", errors_of(plan.findings))
    ledger.plans.store(plan, actor)
    ids = [line.id for line in plan.lines if line.product]
    ledger.lines.reach(ids, Milestone.PLANNED, actor, plan.hash)
    return plan


def approved_plan(workspace: Workspace, ledger: Ledger, order: Order, plan_hash: str = "") -> Plan:
    """Find the plan that may be delivered: approved, for exactly these bytes, by the right people.

    Args:
        workspace: says who executes.
        ledger: holds plans and approvals.
        order: as it is in the inventory now.
        plan_hash: a certain plan; else the one approved last.

    Raises:
        ApprovalRefused: call-off or plan not approved, content changed since, superseded, expired, roles mixed.
        PlanError: no plan yet.
    """
    call_off = order.call_off
    approvals = ledger.orders.approvals(call_off.reference, call_off.revision)
    signed = [each for each in approvals if each.kind is ApprovalKind.CALL_OFF and each.subject_hash == call_off.hash()]
    if not signed:
        _check_not_changed(order, approvals)
        raise missing_approval(order, ApprovalKind.CALL_OFF)
    now, executor = ledger.now(), workspace.executor
    check_not_superseded(ledger, order)
    check_approval(order, signed[-1], call_off_statement(order).content, executor, now)
    plan, approval = _signed_plan(ledger, order, plan_hash)
    stated = json.loads(approval.statement)
    if (stated["plan_hash"], stated["call_off_hash"]) != (plan.hash, call_off.hash()):
        raise missing_approval(order, ApprovalKind.PLAN, plan.hash)
    check_approval(order, approval, approval.statement.encode(), executor, now)
    return plan


def _check_not_changed(order: Order, approvals: tuple[Approval, ...]) -> None:
    """Say so when what was approved is not what is in the file now."""
    others = [each for each in approvals if each.kind is ApprovalKind.CALL_OFF]
    if others:
        raise ApprovalRefused(
            f"{order.call_off.reference} r{order.call_off.revision}",
            f"the content that {others[-1].signatory} approved ({others[-1].subject_hash[:12]})",
            f"another content ({order.call_off.hash()[:12]})",
            "Restore the file, or raise `revision` and have it approved again.",
        )


def _signed_plan(ledger: Ledger, order: Order, plan_hash: str) -> tuple[Plan, Approval]:
    call_off = order.call_off
    latest = ledger.plans.latest(call_off.reference, call_off.revision)
    if latest is None:
        raise PlanError(
            f"{call_off.reference} r{call_off.revision}", "a plan", "none", f"Run `turnup plan {call_off.reference}`."
        )
    found = ledger.plans.latest_approved(call_off.reference, call_off.revision)
    if plan_hash:
        wanted = ledger.plans.get(plan_hash)
        if wanted is None:
            remedy = f"Give it, or its first 6 digits or more, as `turnup plan {call_off.reference}` printed it."
            raise PlanError(f"{call_off.reference} r{call_off.revision}", "the hash of a plan", plan_hash, remedy)
        approvals = ledger.orders.approvals(call_off.reference, call_off.revision)
        approval = next((each for each in reversed(approvals) if wanted and each.subject_hash == wanted.hash), None)
        found = (wanted, approval) if wanted is not None and approval is not None else None
    if found is None:
        raise missing_approval(order, ApprovalKind.PLAN, plan_hash or latest.hash)
    return found


def holder_of(workspace: Workspace) -> str:
    """Name of this process as a holder of leases."""
    return this_process(workspace.executor)


def check_not_ceased(ledger: Ledger, plan: Plan) -> None:
    """Refuse to bring a ceased line back to life: an id is never given to another service.

    Raises:
        InputRefused: names every such line.
    """
    ceased = {line.id for line in ledger.lines.lines(plan.reference) if line.state is LineState.CEASED}
    findings = tuple(
        Finding(
            file=plan.reference,
            line=0,
            field=f"lines {line.id.rpartition('/')[2]}",
            rule="line-ceased",
            expected="a line that has not ceased",
            found=f"{line.id}, ceased",
            remedy="Leave it out of the next revision, and order the service under an id of its own.",
        )
        for line in plan.lines
        if line.id in ceased
    )
    if findings:
        raise InputRefused(f"plan of {plan.reference}", findings)
