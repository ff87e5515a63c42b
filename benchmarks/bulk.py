"""One call-off with 2,000 SIMs, from its table to its stored plan: how long, and how much of it need not be?

Repeat: .venv/bin/python -m benchmarks.bulk [--sims 2000] [--rounds 3]

Three plans are made as `turnup plan` makes them, with the ledger, reading texts in the place of a device: of the whole
order on an empty server; the same again; and, on a server that has them all, of the order with one SIM more and one
gone. The lower bound renders the same template for the same values and makes a unified diff of the two texts, and
nothing else: no gate, no address is taken, nothing is owned, nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader

from tasks.delivery import holder_of, plan_from_readings
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.ledger import Ledger
from tasks.ledger_journal import LedgerJournal
from tasks.planning import prepare_request
from tasks.requests import PlanRequest
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.plan import Plan
from turnup.scalars import DeviceName
from turnup.services.mobile import MobileServer
from turnup.services.mobile.intents import MobileSim

CHECKOUT = Path(__file__).resolve().parent.parent
CALL_OFF, SERVER = "WCC-2026-0005", DeviceName("LON-AAA-01")
COMMANDS_OF_TWO_SIMS = 12
SIMS_A_LINE = 2000


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


def luhn(digits: str) -> str:
    """Add the last digit of an ICCID (ITU-T E.118)."""
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def row_of(number: int) -> dict[str, str]:
    """A SIM of the test network; numbers of the range for drama, made longer than any that is in use."""
    return {
        "iccid": luhn(f"890100100000{number:06}"),
        "imsi": f"00101{number:010}",
        "msisdn": f"+447700900{number:05}",
    }


def write_order(inventory: Path, revision: int, numbers: Sequence[int]) -> None:
    """Write a revision of the example's order with other SIMs, in tables beside it, as many to a line as are legal."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = revision
    line = content["lines"][0]
    content["lines"] = []
    for at in range(0, len(numbers), SIMS_A_LINE):
        name = f"L{len(content['lines']) + 1}"
        of_line = {"sims": {"csv": f"{CALL_OFF}-{name}.csv"}}
        content["lines"].append({**line, "id": name, "parameters": of_line})
        with path.with_name(f"{CALL_OFF}-{name}.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, ("iccid", "imsi", "msisdn"))
            table.writeheader()
            table.writerows(row_of(number) for number in numbers[at : at + SIMS_A_LINE])
    path.write_text(yaml.safe_dump(content))


def plan_once(workspace: Workspace, ledger: Ledger, running: str, times: Times, what: str) -> Plan:
    """Make and store a plan as `turnup plan` does, but for the device."""
    with times.of(f"{what}: gate and design"):
        prepared = prepare_request(workspace, ledger, PlanRequest(call_off=CALL_OFF))
    with times.of(f"{what}: render, plan and store"):
        return plan_from_readings(ledger, prepared, {SERVER: running}, workspace.executor)


def bound(running: str, plan: Plan, times: Times, what: str) -> None:
    """Render what a plan gives its SIMs and compare the text with what runs."""
    held = {(each.pool.partition("/")[0], each.key): each.value for each in plan.allocations}
    sims = tuple(
        MobileSim(imsi, held["msisdn", key].removeprefix("+"), IPv4Address(held["sim", key]))
        for (kind, key), imsi in sorted(held.items())
        if kind == "imsi"
    )
    environment = Environment(loader=FileSystemLoader(CHECKOUT / "templates"), trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template("mobile/freeradius.j2")
    with times.of(f"{what}: lower bound"):
        text = template.render(intent=MobileServer("wcc.example", sims))
        list(difflib.unified_diff(running.splitlines(), text.splitlines(), lineterm=""))


def deliver(workspace: Workspace, ledger: Ledger, plan: Plan) -> str:
    """Record a plan as delivered, without a device; gives what the device has then."""
    (change,) = plan.changes
    ledger.plans.take(plan, workspace.executor)
    attempt = ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor)
    lease = ledger.leases.acquire(f"device/{change.device}", holder_of(workspace), 60)
    journal = LedgerJournal(ledger, plan.reference, plan.hash, attempt, change, lease, workspace.executor)
    journal.finish(DeviceOutcome(change.site, change.device, Outcome.CHANGED, ""), change.candidate)
    settle_lines(SiteDelivery(workspace, ledger, plan, (change.site,), attempt), change.site, "0" * 64, 0)
    ledger.leases.release(lease)
    return change.candidate


def one_round(folder: Path, count: int, times: Times) -> None:
    """All plans once, on a ledger of its own."""
    shutil.copytree(CHECKOUT / "inventory", folder / "inventory")
    workspace = Workspace(
        inventory=folder / "inventory",
        templates=CHECKOUT / "templates",
        ledger=str(folder / "ledger.db"),
        executor="field-engineer@supplier.example",
    )
    ledger = Ledger(workspace.ledger)
    write_order(workspace.inventory, 1, range(count))
    plan_once(workspace, ledger, "", times, "first")
    plan = plan_once(workspace, ledger, "", times, "again")
    bound("", plan, times, "first")
    running = deliver(workspace, ledger, plan)
    write_order(workspace.inventory, 2, (count, *range(1, count)))
    changed = plan_once(workspace, ledger, running, times, "one more, one gone")
    if changed.changes[0].command_count > COMMANDS_OF_TWO_SIMS:
        raise SystemExit(f"{changed.changes[0].command_count} commands for two SIMs")
    bound(running, changed, times, "one more, one gone")
    ledger.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sims", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    times = Times()
    for _ in range(chosen.rounds):
        with tempfile.TemporaryDirectory(prefix="bench") as name:
            one_round(Path(name), chosen.sims, times)
    print(f"{chosen.sims} SIMs, medians of {chosen.rounds}")
    for stage in times.stages:
        seconds, cpu_seconds = times.median(stage)
        print(f"{stage:44}{seconds:8.2f} s, processor {cpu_seconds:6.2f} s")
    for what in ("first", "one more, one gone"):
        ours = [times.median(each) for each in times.stages if each.startswith(f"{what}: ") and "bound" not in each]
        seconds, cpu_seconds = (sum(each) for each in zip(*ours, strict=True))
        least = times.median(f"{what}: lower bound")[1]
        print(
            f"{what}, in all: {seconds:.2f} s, processor {cpu_seconds:.2f} s: {cpu_seconds / least:.0f} times the bound"
        )


if __name__ == "__main__":
    main()
