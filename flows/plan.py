"""The plan flow: gate, read the devices, plan, store the plan under its hash. Reads devices, writes none."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.runs import run_name, tag_run
from flows.settings import workspace
from tasks.steps.artifacts import publish_plan
from tasks.steps.planning import acknowledge_call_off, read_site, store_plan
from tasks.steps.workbench import ledger_at

CallOffSource = Annotated[
    str, Field(min_length=1, max_length=300, description="Reference of a call-off, such as LBHF-2026-0042, or its file")
]


@flow(
    name="plan",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=16),  # type: ignore[arg-type]
    validate_parameters=True,
    persist_result=False,
)
def plan(call_off: CallOffSource) -> str:
    """Plan a call-off and return the plan's hash."""
    bench = workspace()
    order = acknowledge_call_off(bench, call_off)
    tag_run(order.tags)
    readings = [read_site.submit(bench, order, site) for site in order.inventory_sites]
    running = {device: text for reading in readings for device, text in reading.result().items()}
    plan_hash = store_plan(bench, call_off, running)
    stored = ledger_at(bench.ledger).plans.get(plan_hash)
    if stored is not None:
        publish_plan(stored)
    return plan_hash
