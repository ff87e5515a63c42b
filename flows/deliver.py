"""The deliver flow: an approved plan, wave by wave, each device one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from prefect import flow
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.plan import CallOffSource
from flows.runs import run_name, tag_run
from flows.settings import workspace
from tasks.devices.outcome import GOOD, Outcome
from tasks.ledger import OutcomeRecord
from tasks.progress import stop_requested
from tasks.steps.artifacts import begin_progress, publish_outcomes, show_progress
from tasks.steps.briefs import DeliveryBrief
from tasks.steps.delivering import close_delivery, deliver_site, open_delivery, skip_site, verify_site
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.errors import DeliveryStopped, Interrupted
from turnup.scalars import SiteCode

PlanHash = Annotated[
    str, Field(pattern=r"^([0-9a-f]{6,64})?$", description="Hash of the plan; empty: the one that was approved last")
]


@flow(
    name="deliver",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]  # a thread a site: what limits is TURNUP_WORKERS
    validate_parameters=True,
    persist_result=False,
)
def deliver(call_off: CallOffSource, plan_hash: PlanHash = "") -> str:
    """Deliver an approved plan: canary first, then wave by wave, stopping when the failure budget is spent.

    Returns:
        the plan's hash.

    Raises:
        DeliveryStopped: not every device is as declared; the ledger has each outcome.
        Interrupted: the user stopped it; running it again goes on.
    """
    bench = workspace()
    brief = open_delivery(bench, call_off, plan_hash)
    try:
        tag_run(brief.tags)
        _deliver_waves(bench, brief)
    finally:
        close_delivery(bench, brief)
    return brief.plan_hash


def _deliver_waves(bench: Workspace, brief: DeliveryBrief) -> None:
    progress, done = begin_progress(brief.reference), 0
    for wave in brief.waves:
        reason = _reason_to_stop(bench, brief)
        if reason:
            for site in wave:
                skip_site(bench, brief, site, reason)
        else:
            _deliver_wave(bench, brief, wave)
        done += len(wave)
        show_progress(progress, done, sum(len(each) for each in brief.waves))
    records = _outcomes(bench, brief)
    publish_outcomes(brief.reference, brief.attempt, records)
    _judge(brief, records)


def _deliver_wave(bench: Workspace, brief: DeliveryBrief, sites: Sequence[SiteCode]) -> None:
    """Push all sites of a wave at once; verify those that are good, at once again.

    Raises:
        TurnupError: a step could not say what became of its site, such as when the ledger is gone.
    """
    pushes = {site: deliver_site.submit(bench, brief, site) for site in sites}
    wait(list(pushes.values()))
    good = [site for site, push in pushes.items() if push.state.is_completed()]
    for push in pushes.values():
        if push.state.is_crashed() or isinstance(push.result(raise_on_failure=False), Exception):
            push.result()
    verifications = [verify_site.submit(bench, brief, site) for site in good]
    wait(verifications)
    for verification in verifications:
        verification.result()


def _outcomes(bench: Workspace, brief: DeliveryBrief) -> tuple[OutcomeRecord, ...]:
    return ledger_at(bench.ledger).devices.outcomes(brief.reference, brief.plan_hash, brief.attempt)


def _reason_to_stop(bench: Workspace, brief: DeliveryBrief) -> str:
    """Why the next wave may not begin; empty when it may."""
    if stop_requested():
        return "stopped by the user"
    bad = [record for record in _outcomes(bench, brief) if record.outcome not in GOOD]
    if len(bad) > brief.failure_budget:
        return f"the failure budget of {brief.failure_budget} devices is spent"
    return ""


def _judge(brief: DeliveryBrief, records: tuple[OutcomeRecord, ...]) -> None:
    bad = [record for record in records if record.outcome not in GOOD]
    again = f"Run `turnup deliver {brief.reference}` again: it goes on from there."
    if len(records) < brief.changes:
        found = f"{len(records)} outcomes of {brief.changes}"
        raise DeliveryStopped(brief.reference, "an outcome of every device", found, again)
    if stop_requested() and bad:
        raise Interrupted(brief.reference, "all sites delivered", "stopped by the user", again)
    if bad:
        skipped = sum(1 for record in bad if record.outcome == Outcome.SKIPPED)
        words = [f"{record.device} {record.outcome}" for record in bad if record.outcome != Outcome.SKIPPED]
        found = ", ".join([*words, *([f"{skipped} skipped"] if skipped else [])])
        raise DeliveryStopped(
            brief.reference, "every device as declared", found, f"The reasons stand beside the outcomes. {again}"
        )
