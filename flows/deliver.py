"""The deliver flow: an approved plan, wave by wave, each device one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from prefect import State, flow
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.plan import CallOffSource
from flows.runs import opaque, run_name, tag_run
from flows.settings import workspace
from tasks.devices.outcome import GOOD, Outcome, wants_a_new_plan
from tasks.ledger import OutcomeRecord
from tasks.progress import stop_requested
from tasks.steps.artifacts import begin_progress, publish_lines, publish_outcomes, show_progress
from tasks.steps.briefs import DeliveryBrief, WaitingSite
from tasks.steps.delivering import (
    close_delivery,
    deliver_site,
    open_delivery,
    sites_due,
    skip_site,
    soak_canary,
    verify_site,
)
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.errors import DeliveryStopped, DeviceError, Interrupted, NotDue
from turnup.findings import counted, few
from turnup.scalars import SiteCode

PlanHash = Annotated[
    str, Field(pattern=r"^([0-9a-f]{6,64})?$", description="Hash of the plan; empty: the one that was approved last")
]

BreakGlass = Annotated[
    str,
    Field(max_length=400, description="Why sites are delivered that are not due; empty: they wait for their window"),
]


@dataclass(slots=True)
class _Course:
    """How a delivery goes.

    Attributes:
        waiting: sites that are not due, as far as the waves were looked at.
        settled_changes: device changes of sites that are not due and were delivered before.
        unproven: sites that were pushed and then not read as declared, each with what was wrong.
    """

    waiting: list[WaitingSite] = field(default_factory=list)
    settled_changes: int = 0
    unproven: list[str] = field(default_factory=list)

    def waits(self, site: str) -> bool:
        """Whether a site is not due."""
        return any(each.site == site for each in self.waiting)

    def bad(self, records: tuple[OutcomeRecord, ...]) -> list[OutcomeRecord]:
        """Outcomes of devices that are not as declared, but for those of sites that are not due."""
        return [each for each in records if each.outcome not in GOOD and not self.waits(each.site)]


@flow(
    name="deliver",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]  # a thread a site: what limits is TURNUP_WORKERS
    validate_parameters=True,
    persist_result=False,
)
def deliver(call_off: CallOffSource, plan_hash: PlanHash = "", break_glass: BreakGlass = "") -> str:
    """Deliver an approved plan: the canary, its soak, then wave by wave, stopping when the failure budget is spent.

    Returns:
        the plan's hash.

    Raises:
        DeliveryStopped: not every device is as declared; the ledger has each outcome.
        NotDue: all is as declared but at sites that are outside their change window, or frozen.
        Interrupted: the user stopped it; running it again goes on.
    """
    bench = workspace()
    brief = open_delivery(bench, call_off, plan_hash, break_glass)
    try:
        tag_run(brief.tags)
        _deliver_waves(bench, brief)
    finally:
        close_delivery(bench, brief)
    return brief.plan_hash


def _deliver_waves(bench: Workspace, brief: DeliveryBrief) -> None:
    progress, done, course = begin_progress(brief.reference), 0, _Course()
    for number, wave in enumerate(brief.waves, start=1):
        reason = _reason_to_stop(bench, brief, course)
        if reason:
            for site in wave:
                skip_site(bench, opaque(brief), site, reason)
        else:
            _deliver_wave(bench, brief, _due_of(bench, brief, wave, course), course)
        if number == 1:
            _soak(bench, brief, course)
        done += len(wave)
        show_progress(progress, done, sum(len(each) for each in brief.waves))
    records = _outcomes(bench, brief)
    publish_outcomes(brief.reference, brief.attempt, records)
    publish_lines(bench, brief)
    _judge(brief, records, course)


def _due_of(
    bench: Workspace, brief: DeliveryBrief, wave: tuple[SiteCode, ...], course: _Course
) -> tuple[SiteCode, ...]:
    """The sites of a wave that are due; the others are skipped, each with the instant when it will be."""
    found = sites_due(bench, brief, wave)
    for each in found.waiting:
        skip_site(bench, opaque(brief), each.site, each.why)
    course.waiting += found.waiting
    course.settled_changes += found.delivered_changes
    return found.due


def _soak(bench: Workspace, brief: DeliveryBrief, course: _Course) -> None:
    """Leave the canary alone for its time, then read it once more before anything else is begun."""
    (canary,), later = brief.waves[0], tuple(site for wave in brief.waves[1:] for site in wave)
    may_go_on = later and not course.waits(canary) and not _reason_to_stop(bench, brief, course)
    if may_go_on and soak_canary(bench, brief, canary, later):
        _prove(bench, brief, [canary], course)


def _deliver_wave(bench: Workspace, brief: DeliveryBrief, sites: Sequence[SiteCode], course: _Course) -> None:
    """Push all sites of a wave at once; verify those that are good, at once again."""
    pushes = push_sites(bench, brief, sites)
    closed = [site for site, push in pushes.items() if push.state.name == "NotDue"]  # its window ended meanwhile
    course.waiting += (WaitingSite(site=site, why=str(pushes[site].result())) for site in closed)
    good = [site for site, push in pushes.items() if push.state.is_completed() and site not in closed]
    _prove(bench, brief, good, course)


def push_sites(
    bench: Workspace, brief: DeliveryBrief, sites: Sequence[SiteCode]
) -> dict[SiteCode, PrefectFuture[State[str]]]:
    """Push sites at once, each in a step of its own; all of them have ended then.

    Raises:
        TurnupError: a step could not say what became of its site, such as when the ledger is gone.
    """
    pushes = {site: deliver_site.submit(bench, opaque(brief), site) for site in sites}
    wait(list(pushes.values()))
    for push in pushes.values():
        if push.state.is_crashed() or isinstance(push.result(raise_on_failure=False), Exception):
            push.result()
    return pushes


def _prove(bench: Workspace, brief: DeliveryBrief, sites: Sequence[SiteCode], course: _Course) -> None:
    """Read sites again; one that is not as declared is remembered, and what is wrong with it.

    Raises:
        TurnupError: what is no device's fault, such as when the ledger is gone.
    """
    verifications: list[PrefectFuture[str]] = [verify_site.submit(bench, opaque(brief), site) for site in sites]
    wait(verifications)
    for site, verification in zip(sites, verifications, strict=True):
        found: object = verification.result(raise_on_failure=False)
        if isinstance(found, DeviceError):
            course.unproven.append(f"{site}, read again: {found}")
        elif isinstance(found, Exception):
            raise found


def _outcomes(bench: Workspace, brief: DeliveryBrief) -> tuple[OutcomeRecord, ...]:
    return ledger_at(bench.ledger).devices.outcomes(brief.reference, brief.plan_hash, brief.attempt)


def _reason_to_stop(bench: Workspace, brief: DeliveryBrief, course: _Course) -> str:
    """Why the next wave may not begin; empty when it may."""
    if stop_requested():
        return "stopped by the user"
    canary = brief.waves[0][0]
    if course.waits(canary):
        return f"the canary {canary} is not delivered yet: it is {course.waiting[0].why}"
    if course.unproven:
        return f"not as declared: {course.unproven[0]}"
    bad = course.bad(_outcomes(bench, brief))
    if any(record.site == canary for record in bad):
        return f"the canary {canary} is not as declared"
    if len(bad) > brief.failure_budget:
        return f"the failure budget of {brief.budget_words} is spent"
    return ""


def _judge(brief: DeliveryBrief, records: tuple[OutcomeRecord, ...], course: _Course) -> None:
    bad = course.bad(records)
    if course.waits(brief.waves[0][0]):
        bad = []  # all else was skipped for the canary's sake
    again = f"Run `turnup deliver {brief.reference}` again: it goes on from there."
    if len(records) + course.settled_changes < brief.changes:
        found = f"{len(records)} outcomes of {brief.changes - course.settled_changes}"
        raise DeliveryStopped(brief.reference, "an outcome of every device", found, again)
    if stop_requested() and bad:
        raise Interrupted(brief.reference, "all sites delivered", "stopped by the user", again)
    if course.unproven:
        more = f" and {len(course.unproven) - 1} more" if len(course.unproven) > 1 else ""
        raise DeliveryStopped(brief.reference, "every device as declared", f"{course.unproven[0]}{more}", again)
    if bad:
        skipped = sum(1 for record in bad if record.outcome == Outcome.SKIPPED)
        words = [f"{record.device} {record.outcome}" for record in bad if record.outcome != Outcome.SKIPPED]
        found = ", ".join([*words, *([f"{skipped} skipped"] if skipped else [])])
        raise DeliveryStopped(brief.reference, "every device as declared", found, _what_next(brief, bad, again))
    if course.waiting:
        raise _not_due(brief, course)


def _what_next(brief: DeliveryBrief, bad: Sequence[OutcomeRecord], again: str) -> str:
    """The same plan goes on where it stopped, unless a device will not take it as it is."""
    refusing = sorted({record.device for record in bad if wants_a_new_plan(record.detail)})
    if not refusing:
        return f"The reasons stand beside the outcomes. {again}"
    return (
        f"The reasons stand beside the outcomes: this plan would fail at {few(tuple(refusing))} again. Do what stands"
        f" there, run `turnup plan {brief.reference}` and have the new plan approved: what is delivered stays."
    )


def _not_due(brief: DeliveryBrief, course: _Course) -> NotDue:
    shown = "; ".join(f"{each.site} {each.why}" for each in course.waiting[:5])
    more = f"; {len(course.waiting) - 5} more" if len(course.waiting) > 5 else ""
    found = (
        f"{counted(len(course.waiting), 'site')} that {'is' if len(course.waiting) == 1 else 'are'} not: {shown}{more}"
    )
    remedy = f"Run `turnup deliver {brief.reference}` again when they are: it goes on from there."
    return NotDue(brief.reference, "every site due now", found, remedy)
