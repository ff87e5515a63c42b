"""The plan flow: gate, read the devices, plan, store the plan under its hash. Reads devices, writes none."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.runs import run_name, tag_run
from flows.settings import workspace
from tasks.requests import PlanRequest, Purpose
from tasks.steps.artifacts import publish_plan
from tasks.steps.planning import acknowledge_request, read_site, store_plan
from tasks.steps.workbench import ledger_at

CallOffSource = Annotated[
    str, Field(min_length=1, max_length=300, description="Reference of a call-off, such as LBHF-2026-0042, or its file")
]

OrderLines = Annotated[
    tuple[str, ...], Field(max_length=10_000, description="Order lines to cease, such as L2; none: all of them")
]

Sites = Annotated[
    tuple[str, ...], Field(max_length=10_000, description="Sites at which a change is taken back; none: all of its")
]

TakenBack = Annotated[
    str, Field(pattern=r"^([0-9a-f]{6,64})?$", description="Hash of the plan to take back; empty: the last delivered")
]


@flow(
    name="plan",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]  # a thread a site: what limits is TURNUP_WORKERS
    validate_parameters=True,
    persist_result=False,
)
def plan(
    call_off: CallOffSource,
    purpose: Purpose = Purpose.DELIVER,
    lines: OrderLines = (),
    sites: Sites = (),
    takes_back: TakenBack = "",
) -> str:
    """Plan to deliver a call-off, cease it or some of its lines, put back what drifted, or take a change back.

    Returns:
        the plan's hash.
    """
    bench = workspace()
    request = PlanRequest(call_off=call_off, purpose=purpose, lines=lines, sites=sites, plan_hash=takes_back)
    order = acknowledge_request(bench, request)
    tag_run(order.tags)
    readings = [read_site.submit(bench, order, site) for site in order.inventory_sites]
    running = {device: text for reading in readings for device, text in reading.result().items()}
    plan_hash = store_plan(bench, request, running)
    stored = ledger_at(bench.ledger).plans.get(plan_hash)
    if stored is not None:
        publish_plan(stored)
    return plan_hash
