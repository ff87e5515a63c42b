"""One subject: all its plans, and what came of them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.bulk.orders import Sims, Subject, Telephones
from benchmarks.bulk.stages import Times, bound, deliver, most_memory_mb, plan_once, prepare_once
from tasks.ledger import Ledger
from tasks.workspace import Workspace

CHECKOUT = Path(__file__).resolve().parents[2]
SUBJECTS: dict[str, tuple[Subject, int]] = {
    "sims": (Sims(), 2000),
    "extensions": (Telephones(with_files=False), 5000),
    "telephones": (Telephones(), 5000),
}
"""What is measured, and how many of it."""
FIRST, AGAIN, CHANGED = "first", "again", "one more, one gone"


def one_round(folder: Path, subject: Subject, count: int, times: Times) -> None:
    """All plans once, on a ledger of its own."""
    shutil.copytree(CHECKOUT / "inventory", folder / "inventory")
    workspace = Workspace(
        inventory=folder / "inventory",
        templates=CHECKOUT / "templates",
        ledger=str(folder / "ledger.db"),
        executor="field-engineer@supplier.example",
    )
    ledger = Ledger(workspace.ledger)
    subject.write(workspace.inventory, 1, range(count))
    for what in (FIRST, AGAIN):
        prepared = prepare_once(workspace, ledger, subject.call_off, times, what)
        plan = plan_once(workspace, ledger, prepared, {}, times, what)
    bound(workspace, ledger, prepared, {}, times, FIRST)
    running = deliver(workspace, ledger, plan)
    subject.write(workspace.inventory, 2, (count, *range(1, count)))
    prepared = prepare_once(workspace, ledger, subject.call_off, times, CHANGED)
    changed = plan_once(workspace, ledger, prepared, running, times, CHANGED)
    typed = sum(change.command_count for change in changed.changes)
    if typed > subject.commands_of_two:
        raise SystemExit(f"{typed} commands for two of {subject.name}: {subject.commands_of_two} expected at most")
    bound(workspace, ledger, prepared, running, times, CHANGED)
    ledger.close()


def measure(name: str, count: int, rounds: int) -> None:
    """Measure one subject and print what came of it."""
    subject, usual = SUBJECTS[name]
    times, before = Times(), most_memory_mb()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="bench") as folder:
            one_round(Path(folder), subject, count or usual, times)
    print(f"{count or usual} {subject.name}, medians of {rounds}")
    for stage in times.stages:
        seconds, cpu_seconds = times.median(stage)
        print(f"{stage:44}{seconds:8.2f} s, processor {cpu_seconds:6.2f} s")
    for what in (FIRST, CHANGED):
        ours = [times.median(each) for each in times.stages if each.startswith(f"{what}: ") and "bound" not in each]
        seconds, cpu_seconds = (sum(each) for each in zip(*ours, strict=True))
        least = times.median(f"{what}: lower bound")[1]
        ratio = f"{cpu_seconds / least:.0f} times the bound"
        print(f"{what}, in all: {seconds:.2f} s, processor {cpu_seconds:.2f} s: {ratio}")
    print(f"at most {most_memory_mb()} MB, {before} MB of it before the first\n", flush=True)
