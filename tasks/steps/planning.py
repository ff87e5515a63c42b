"""The steps of the plan flow: gate, read, plan."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.delivery import plan_from_readings
from tasks.devices.collect import collect
from tasks.inventory.nornir_run import open_nornir
from tasks.planning import prepare_request
from tasks.preparation import Prepared, sites_of
from tasks.progress import Event, announce
from tasks.requests import PlanRequest
from tasks.steps.briefs import OrderBrief
from tasks.steps.run_log import log_line, logged
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.errors import DeviceError
from turnup.findings import counted
from turnup.scalars import SiteCode


@task(name="acknowledge", task_run_name="acknowledge {request.call_off}", cache_policy=NO_CACHE, persist_result=False)
def acknowledge_request(workspace: Workspace, request: PlanRequest) -> OrderBrief:
    """Let the call-off pass the gate, record it, and say what the plan touches."""
    brief = brief_of(prepare_request(workspace, ledger_at(workspace.ledger), request))
    sites, devices = counted(len(brief.sites), "site"), counted(len(brief.devices), "device")
    log_line(_shown(brief), f"passed the gate: {sites}, {devices}")
    return brief


def brief_of(prepared: Prepared) -> OrderBrief:
    """Say in names what a plan touches."""
    order = prepared.order
    return OrderBrief(
        reference=order.call_off.reference,
        revision=order.call_off.revision,
        buyer=order.buyer.code,
        sites=prepared.sites,
        devices=prepared.devices,
        inventory_sites=sites_of(prepared),
    )


@task(name="read site", task_run_name="read {site}", cache_policy=NO_CACHE, persist_result=False)
def read_site(workspace: Workspace, brief: OrderBrief, site: SiteCode) -> dict[str, str]:
    """Read the running configurations of the devices of one site, read-only.

    Raises:
        DeviceError: a device cannot be read; all of the site are named.
    """
    with logged(_shown(brief), site):
        announce(Event(site, stage="read"))
        readings = collect(open_nornir(workspace, (site,), brief.devices))
        announce(Event(site, outcome="failed" if readings.errors else "read"))
    if len(readings.errors) == 1:
        raise readings.errors[0]
    if readings.errors:
        words = "; ".join(dict.fromkeys(str(error).rstrip(".") for error in readings.errors))  # one cause, once
        raise DeviceError(site, "readable devices", words, "Mend them and run the same command again.")
    return {str(device): running for device, running in readings.running.items()}


@task(name="plan", task_run_name="plan {request.call_off}", cache_policy=NO_CACHE, persist_result=False)
def store_plan(workspace: Workspace, request: PlanRequest, running: dict[str, str]) -> str:
    """Plan all device changes, store the plan with its reservations, and give its hash."""
    ledger = ledger_at(workspace.ledger)
    prepared = prepare_request(workspace, ledger, request)
    readings = {device: running[device] for device in prepared.devices}
    plan = plan_from_readings(ledger, prepared, readings, workspace.executor)
    log_line(f"{plan.reference} r{plan.revision}", f"plan {plan.hash}: {counted(len(plan.changes), 'device change')}")
    return plan.hash


def _shown(brief: OrderBrief) -> str:
    return f"{brief.reference} r{brief.revision}"
