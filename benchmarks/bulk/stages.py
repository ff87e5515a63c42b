"""The stages of a plan, measured one by one, and what comes after it without a device."""

from __future__ import annotations

import difflib
import re
import resource
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader

from tasks.delivery import holder_of, plan_from_readings
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.ledger import Ledger
from tasks.ledger_journal import LedgerJournal
from tasks.live import standing_of
from tasks.order import estate_at
from tasks.planning import prepare_request
from tasks.preparation import Prepared
from tasks.requests import PlanRequest
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.change.slots import SLOT
from turnup.design import make_design
from turnup.plan import Plan, intents_for
from turnup.scalars import DeviceName
from turnup.service.intent import DeviceIntent

Texts = Mapping[DeviceName, str]


@dataclass(slots=True)
class Times:
    """Seconds of each stage, run by run: of the clock, and of this process's processor time."""

    stages: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Measure a stage once."""
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.stages.setdefault(stage, []).append((time.perf_counter() - began, time.process_time() - worked))

    def median(self, stage: str) -> tuple[float, float]:
        """Medians of a stage."""
        seconds, cpu_seconds = zip(*self.stages[stage], strict=True)
        return statistics.median(seconds), statistics.median(cpu_seconds)


def prepare_once(workspace: Workspace, ledger: Ledger, call_off: str, times: Times, what: str) -> Prepared:
    """Let an order pass the gate and design it, as `turnup plan` does."""
    with times.of(f"{what}: gate and design"):
        return prepare_request(workspace, ledger, PlanRequest(call_off=call_off))


def plan_once(
    workspace: Workspace, ledger: Ledger, prepared: Prepared, running: Texts, times: Times, what: str
) -> Plan:
    """Make and store a plan as `turnup plan` does, but for the devices; what is not given of them is empty."""
    texts = {device: running.get(device, "") for device in prepared.devices}
    with times.of(f"{what}: render, plan and store"):
        return plan_from_readings(ledger, prepared, texts, workspace.executor)


def bound(workspace: Workspace, ledger: Ledger, prepared: Prepared, running: Texts, times: Times, what: str) -> None:
    """Render the same values and compare the texts with what runs, and nothing else."""
    estate = estate_at(workspace, prepared.sites)
    standing = standing_of(ledger, prepared.order.call_off.reference)
    design = make_design(prepared.order, standing.taken, standing.resting, standing.reserved)
    intents = intents_for(design, estate)
    environment = Environment(loader=FileSystemLoader(workspace.templates), trim_blocks=True, lstrip_blocks=True)
    templates = {name: environment.get_template(name) for name in {_template(each) for each in intents}}
    with times.of(f"{what}: lower bound"):
        for each in intents:
            text = templates[_template(each)].render(intent=each.value, line=each.line)
            before, after = running.get(each.device, ""), SLOT.sub(_hidden, text)
            list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""))


def _template(intent: DeviceIntent) -> str:
    return f"{intent.line.service}/{intent.platform}.j2"


def deliver(workspace: Workspace, ledger: Ledger, plan: Plan) -> Texts:
    """Record a plan as delivered, without devices; gives what they have then, with their secrets hidden."""
    ledger.plans.take(plan, workspace.executor)
    attempt = ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor)
    given: dict[DeviceName, str] = {}
    for change in plan.changes:
        given[change.device] = SLOT.sub(_hidden, change.candidate)
        lease = ledger.leases.acquire(f"device/{change.device}", holder_of(workspace), 60)
        journal = LedgerJournal(ledger, plan.reference, plan.hash, attempt, change, lease, workspace.executor)
        journal.finish(DeviceOutcome(change.site, change.device, Outcome.CHANGED, ""), given[change.device])
        ledger.leases.release(lease)
    sites = tuple(dict.fromkeys(change.site for change in plan.changes))
    for site in sites:
        settle_lines(SiteDelivery(workspace, ledger, plan, sites, attempt), site, "0" * 64, 0)
    return given


def _hidden(slot: re.Match[str]) -> str:
    """What a device shows in the place of a secret, once its reader has hidden it."""
    return f"<hidden:{sha256(slot.group().encode()).hexdigest()[:16]}>"


def most_memory_mb() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
