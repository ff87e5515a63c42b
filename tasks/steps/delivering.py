"""The steps of the deliver flow: open, deliver a site, verify it, close."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import lru_cache

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.break_glass import check_break_glass
from tasks.delivery import LEASE_SECONDS, approved_plan, holder_of, load_known_order
from tasks.devices.outcome import GOOD
from tasks.ledger import Lease, Ledger
from tasks.line_reports import delivered_sites
from tasks.order import estate_at
from tasks.preparation import sites_with
from tasks.progress import Event, announce
from tasks.schedules import NOT_DUE, due_at
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.soak import soak, soak_end
from tasks.steps.briefs import DeliveryBrief, WaitingSite, WaveDue
from tasks.steps.run_log import log_line, logged
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.clock import Milestone
from turnup.errors import PlanError
from turnup.findings import counted
from turnup.gate import Order
from turnup.plan import Plan, failure_budget
from turnup.scalars import SiteCode


@task(name="open delivery", task_run_name="open {call_off}", cache_policy=NO_CACHE, persist_result=False)
def open_delivery(workspace: Workspace, call_off: str, plan_hash: str, break_glass: str = "") -> DeliveryBrief:
    """Check gate and approvals, take the call-off's lease, and number the attempt.

    Args:
        workspace: where everything is, and who executes.
        call_off: reference or file.
        plan_hash: a certain plan; empty: the one approved last.
        break_glass: why sites are delivered that are not due; empty: they are not.

    Raises:
        ApprovalRefused, PlanError: it may not begin.
        LeaseHeld: somebody else delivers it now.
    """
    ledger = ledger_at(workspace.ledger)
    order = load_known_order(workspace, ledger, call_off)
    plan = approved_plan(workspace, ledger, order, plan_hash)
    reason = check_break_glass(workspace, plan.reference, break_glass) if break_glass else ""
    lease = ledger.leases.acquire(f"call-off/{plan.reference}", holder_of(workspace), LEASE_SECONDS)
    try:
        brief = _begin(workspace, ledger, order, plan, lease, breaks_glass=bool(reason))
        if reason:
            _record_break_glass(workspace, ledger, plan, brief, reason)
    except BaseException:
        ledger.leases.release(lease)
        raise
    sites, waves = counted(len(brief.sites), "site"), counted(len(brief.waves), "wave")
    log_line(_shown(brief), f"attempt {brief.attempt}, plan {brief.plan_hash[:12]}: {sites} in {waves}")
    return brief


def _shown(brief: DeliveryBrief) -> str:
    return f"{brief.reference} r{brief.revision}"


def _record_break_glass(workspace: Workspace, ledger: Ledger, plan: Plan, brief: DeliveryBrief, reason: str) -> None:
    due = due_at(workspace, plan, brief.sites, ledger.now())
    closed = tuple(site for site, each in due.items() if not each.now)
    ledger.break_glass.record(plan.reference, brief.attempt, plan.hash, reason, closed, workspace.executor)
    where = ", ".join(closed) or "no site: all are due"
    log_line(_shown(brief), f"{workspace.executor} breaks the glass for {where}: {reason}", level=logging.WARNING)


def _begin(
    workspace: Workspace, ledger: Ledger, order: Order, plan: Plan, lease: Lease, *, breaks_glass: bool
) -> DeliveryBrief:
    ids = [line.id for line in plan.lines if line.product]
    ledger.lines.reach(ids, Milestone.APPROVED, workspace.executor, plan.hash)
    ledger.plans.take(plan, workspace.executor)
    touched = tuple(sorted({change.device for change in plan.changes}))
    sites = tuple(site for wave in plan.waves for site in wave.sites)
    rules = order.framework.rules
    budget = failure_budget(rules, len(plan.changes))
    return DeliveryBrief(
        reference=plan.reference,
        revision=plan.revision,
        buyer=plan.buyer,
        sites=sites,
        devices=touched,
        inventory_sites=sites_with(estate_at(workspace, sites), touched),
        plan_hash=plan.hash,
        attempt=ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor),
        waves=tuple(wave.sites for wave in plan.waves),
        changes=len(plan.changes),
        failure_budget=budget.devices,
        budget_words=str(budget),
        soak_minutes=rules.soak_minutes,
        breaks_glass=breaks_glass,
        quarantine_days=rules.quarantine_days,
        lease_epoch=lease.epoch,
    )


@lru_cache(maxsize=2)
def _plan_at(place: str, plan_hash: str) -> Plan:
    """A stored plan, read once for all sites: its hash says what it is, so it cannot change."""
    plan = ledger_at(place).plans.get(plan_hash)
    if plan is None:
        raise PlanError(f"plan {plan_hash[:12]}", "a stored plan", "none", "Run `turnup plan` again.")
    return plan


def _site_delivery(workspace: Workspace, brief: DeliveryBrief) -> SiteDelivery:
    ledger, plan = ledger_at(workspace.ledger), _plan_at(workspace.ledger, brief.plan_hash)
    return SiteDelivery(
        workspace=workspace,
        ledger=ledger,
        plan=plan,
        inventory_sites=brief.inventory_sites,
        attempt=brief.attempt,
        budget=brief.failure_budget,
        breaks_glass=brief.breaks_glass,
    )


def _lease(ledger: Ledger, workspace: Workspace, brief: DeliveryBrief) -> Lease:
    until = ledger.now() + timedelta(seconds=LEASE_SECONDS)
    return Lease(f"call-off/{brief.reference}", holder_of(workspace), brief.lease_epoch, until)


@task(name="sites due", task_run_name="which sites are due", cache_policy=NO_CACHE, persist_result=False)
def sites_due(workspace: Workspace, brief: DeliveryBrief, sites: tuple[SiteCode, ...]) -> WaveDue:
    """Say which sites may be changed now, which have to wait, and which of those need nothing any more."""
    delivery = _site_delivery(workspace, brief)
    waiting = tuple(WaitingSite(site=site, why=why_not) for site in sites if (why_not := delivery.not_due(site)) != "")
    closed = {each.site for each in waiting}
    over = delivered_sites(delivery.ledger, delivery.plan) & closed if closed else frozenset[SiteCode]()
    for site in over:
        delivery.leave(site)
    for each in waiting:
        log_line(_shown(brief), f"{each.site} {'delivered before; ' if each.site in over else ''}{each.why}")
    return WaveDue(
        due=tuple(site for site in sites if site not in closed),
        waiting=tuple(each for each in waiting if each.site not in over),
        delivered=tuple(site for site in sites if site in over),
        delivered_changes=sum(len(delivery.plan.changes_at(site)) for site in over),
    )


@task(name="soak", task_run_name="soak {canary}", cache_policy=NO_CACHE, persist_result=False)
def soak_canary(workspace: Workspace, brief: DeliveryBrief, canary: SiteCode, later: tuple[SiteCode, ...]) -> bool:
    """Leave the canary alone for its time, if a later site can begin after it; says whether it had to wait to the end.

    The time counts from when the canary was changed, as the ledger has it: a run that was stopped waits for the rest.
    """
    delivery = _site_delivery(workspace, brief)
    ledger, plan = delivery.ledger, delivery.plan
    end = soak_end(ledger.devices.outcomes(plan.reference, plan.hash), canary, brief.soak_minutes)
    if end is None or end <= ledger.now():
        return False
    due = due_at(workspace, plan, later, end)
    if not brief.breaks_glass and not any(due[site].now for site in later):
        return False
    log_line(_shown(brief), f"{canary} soaks for {brief.soak_minutes:g} minutes, until {end:%Y-%m-%d %H:%M:%S} UTC")
    lease = _lease(ledger, workspace, brief)
    return soak(canary, end, ledger.now, lambda: _keep(ledger, lease))


def _keep(ledger: Ledger, lease: Lease) -> None:
    ledger.leases.renew(lease, LEASE_SECONDS)


@task(name="deliver site", task_run_name="deliver {site}", cache_policy=NO_CACHE, persist_result=False, retries=0)
def deliver_site(workspace: Workspace, brief: DeliveryBrief, site: SiteCode) -> State[str]:
    """Push all device changes of one site; the ledger has the outcomes."""
    delivery = _site_delivery(workspace, brief)
    _keep(delivery.ledger, _lease(delivery.ledger, workspace, brief))
    with logged(_shown(brief), site):
        outcomes = delivery.deliver(site)
    words = ", ".join(f"{each.device} {each.outcome}" for each in outcomes)
    if all(each.detail.startswith(NOT_DUE) for each in outcomes):
        return Completed(message=outcomes[0].detail if outcomes else "", name="NotDue", data=outcomes[0].detail)
    if all(each.outcome in GOOD for each in outcomes):
        return Completed(message=words, data=words)
    return Failed(message=words)


@task(name="verify site", task_run_name="verify {site}", cache_policy=NO_CACHE, persist_result=False)
def verify_site(workspace: Workspace, brief: DeliveryBrief, site: SiteCode) -> str:
    """Read all devices of the site again and prove that they are as declared: the lines are tested.

    Raises:
        DeviceError: one is not.
    """
    with logged(_shown(brief), site):
        announce(Event(site, stage="verify"))
        delivery = _site_delivery(workspace, brief)
        _keep(delivery.ledger, _lease(delivery.ledger, workspace, brief))
        evidence = delivery.verify(site)
        settle_lines(delivery, site, evidence, brief.quarantine_days)
        announce(Event(site, outcome="verified"))
    return evidence


@task(name="skip site", task_run_name="skip {site}", cache_policy=NO_CACHE, persist_result=False)
def skip_site(workspace: Workspace, brief: DeliveryBrief, site: SiteCode, reason: str) -> State[str]:
    """Record that a site was not begun, and why."""
    delivery = _site_delivery(workspace, brief)
    with logged(_shown(brief), site):
        delivery.skip(site, reason)
    return Completed(message=reason, name="Skipped", data=reason)


@task(name="close delivery", task_run_name="close {brief.reference}", cache_policy=NO_CACHE, persist_result=False)
def close_delivery(workspace: Workspace, brief: DeliveryBrief) -> None:
    """Let go of the call-off's lease."""
    ledger = ledger_at(workspace.ledger)
    ledger.leases.release(_lease(ledger, workspace, brief))
    log_line(_shown(brief), f"attempt {brief.attempt} ended")
