"""The steps of the deliver flow: open, deliver a site, verify it, close."""

from __future__ import annotations

from datetime import timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.delivery import LEASE_SECONDS, approved_plan, holder_of, load_known_order
from tasks.devices.outcome import GOOD
from tasks.ledger import Lease, Ledger
from tasks.order import estate_at
from tasks.preparation import sites_with
from tasks.progress import Event, announce
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.steps.briefs import DeliveryBrief
from tasks.steps.run_log import log_line, logged
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.clock import Milestone
from turnup.errors import PlanError
from turnup.findings import counted
from turnup.gate import Order
from turnup.plan import Plan
from turnup.scalars import SiteCode


@task(name="open delivery", task_run_name="open {call_off}", cache_policy=NO_CACHE, persist_result=False)
def open_delivery(workspace: Workspace, call_off: str, plan_hash: str) -> DeliveryBrief:
    """Check gate and approvals, take the call-off's lease, and number the attempt.

    Raises:
        ApprovalRefused, PlanError: it may not begin.
        LeaseHeld: somebody else delivers it now.
    """
    ledger = ledger_at(workspace.ledger)
    order = load_known_order(workspace, ledger, call_off)
    plan = approved_plan(workspace, ledger, order, plan_hash)
    lease = ledger.leases.acquire(f"call-off/{plan.reference}", holder_of(workspace), LEASE_SECONDS)
    try:
        brief = _begin(workspace, ledger, order, plan, lease)
    except BaseException:
        ledger.leases.release(lease)
        raise
    sites, waves = counted(len(brief.sites), "site"), counted(len(brief.waves), "wave")
    log_line(_shown(brief), f"attempt {brief.attempt}, plan {brief.plan_hash[:12]}: {sites} in {waves}")
    return brief


def _shown(brief: DeliveryBrief) -> str:
    return f"{brief.reference} r{brief.revision}"


def _begin(workspace: Workspace, ledger: Ledger, order: Order, plan: Plan, lease: Lease) -> DeliveryBrief:
    ids = [line.id for line in plan.lines if line.product]
    ledger.lines.reach(ids, Milestone.APPROVED, workspace.executor, plan.hash)
    ledger.plans.take(plan, workspace.executor)
    touched = tuple(sorted({change.device for change in plan.changes}))
    sites = tuple(site for wave in plan.waves for site in wave.sites)
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
        failure_budget=order.framework.rules.failure_budget,
        quarantine_days=order.framework.rules.quarantine_days,
        lease_epoch=lease.epoch,
    )


def _site_delivery(workspace: Workspace, brief: DeliveryBrief) -> SiteDelivery:
    ledger = ledger_at(workspace.ledger)
    plan = ledger.plans.get(brief.plan_hash)
    if plan is None:
        raise PlanError(f"plan {brief.plan_hash[:12]}", "a stored plan", "none", "Run `turnup plan` again.")
    return SiteDelivery(workspace, ledger, plan, brief.inventory_sites, brief.attempt)


def _lease(ledger: Ledger, workspace: Workspace, brief: DeliveryBrief) -> Lease:
    until = ledger.now() + timedelta(seconds=LEASE_SECONDS)
    return Lease(f"call-off/{brief.reference}", holder_of(workspace), brief.lease_epoch, until)


@task(name="deliver site", task_run_name="deliver {site}", cache_policy=NO_CACHE, persist_result=False, retries=0)
def deliver_site(workspace: Workspace, brief: DeliveryBrief, site: SiteCode) -> State[str]:
    """Push all device changes of one site; the ledger has the outcomes."""
    delivery = _site_delivery(workspace, brief)
    delivery.ledger.leases.renew(_lease(delivery.ledger, workspace, brief), LEASE_SECONDS)
    with logged(_shown(brief), site):
        outcomes = delivery.deliver(site)
    words = ", ".join(f"{each.device} {each.outcome}" for each in outcomes)
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
