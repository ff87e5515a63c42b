"""Turnup's job in the benchmark as Prefect runs it: a step a site and stage, in a flow run that a server knows.

Only what a delivery adds to a process that is up is timed: the server runs already, and a flow run, a step and an
artifact of nothing were made before, for Prefect imports half of what it needs, a second's worth, in the first of each.
The server is found by `PREFECT_API_URL`, and `prefect.toml` holds, as on the command line.
"""

from __future__ import annotations

import time

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

from benchmarks.push.turnup_job import Took, count_good, run
from flows.deliver import push_sites
from flows.runs import opaque
from tasks.delivery import LEASE_SECONDS, holder_of
from tasks.ledger import Ledger
from tasks.steps.artifacts import begin_progress, publish_outcomes, show_progress
from tasks.steps.briefs import DeliveryBrief
from tasks.steps.delivering import close_delivery, sites_due, verify_site
from tasks.workspace import Workspace
from turnup.plan import Plan


def begin(workspace: Workspace, ledger: Ledger, plan: Plan) -> DeliveryBrief:
    """Take the call-off's lease and number the attempt; gate and signatures are not what is measured."""
    sites = tuple(site for wave in plan.waves for site in wave.sites)
    lease = ledger.leases.acquire(f"call-off/{plan.reference}", holder_of(workspace), LEASE_SECONDS)
    return DeliveryBrief(
        reference=plan.reference,
        revision=plan.revision,
        buyer=plan.buyer,
        sites=sites,
        devices=tuple(change.device for change in plan.changes),
        inventory_sites=sites,
        plan_hash=plan.hash,
        attempt=ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor),
        waves=(sites,),
        changes=len(plan.changes),
        failure_budget=0,
        budget_words="no device",
        soak_minutes=0,
        breaks_glass=False,
        quarantine_days=0,
        lease_epoch=lease.epoch,
    )


@task(name="nothing", persist_result=False)
def _nothing() -> None:
    """Do nothing."""


@flow(name="nothing", task_runner=ThreadPoolTaskRunner(), persist_result=False)  # type: ignore[arg-type]
def _nothing_flow(call_off: str, plan_hash: str) -> None:  # noqa: ARG001  # parameters as those of a delivery
    """Do nothing in a step, and show how far it is."""
    progress = begin_progress("nothing")
    _nothing.submit().result()
    show_progress(progress, 1, 1)


def deliver(workspace: Workspace, ledger: Ledger, plan: Plan) -> Took:
    """Deliver a plan as the deliver flow does one wave: which sites are due, push each, read each again, publish."""
    marks: list[tuple[float, float]] = []

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time()))

    @flow(name="deliver", task_runner=ThreadPoolTaskRunner(), persist_result=False)  # type: ignore[arg-type]
    def delivering(call_off: str, plan_hash: str) -> None:  # noqa: ARG001  # as those of a delivery
        brief = begin(workspace, ledger, plan)
        progress = begin_progress(brief.reference)
        push_sites(workspace, brief, sites_due(workspace, brief, brief.sites).due)
        show_progress(progress, len(brief.sites), len(brief.sites))
        mark()
        for verification in [verify_site.submit(workspace, opaque(brief), site) for site in brief.sites]:
            verification.result()
        records = ledger.devices.outcomes(plan.reference, plan.hash, brief.attempt)
        publish_outcomes(brief.reference, brief.attempt, records)
        close_delivery(workspace, brief)
        mark()

    _nothing_flow("", "")
    mark()
    delivering(plan.reference, plan.hash)
    began, pushed, ended = marks
    good = count_good(ledger, plan, attempt=1)
    return Took(pushed[0] - began[0], pushed[1] - began[1], good, began[0], ended[0] - began[0], ended[1] - began[1])


if __name__ == "__main__":
    run(deliver)
