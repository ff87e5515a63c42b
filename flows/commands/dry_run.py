"""`turnup dry-run`: what would happen, for review and CI."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import JsonOption, has_ledger, known_background
from flows.console import CHANGES, FAILED, OK
from flows.reports import FORMATS, CallOffResult
from flows.settings import workspace
from turnup.errors import InputRefused, TurnupError
from turnup.findings import Finding

if TYPE_CHECKING:
    from tasks.workspace import Workspace
    from turnup.plan import Plan


class ReportFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


def dry_run(
    call_offs: Annotated[list[str], typer.Argument(metavar="CALL_OFF...", help="references or files")],
    offline: Annotated[bool, typer.Option("--offline", help="no socket, no credentials, no ledger")] = False,
    saved: Annotated[Path | None, typer.Option("--from", help="folder of saved DEVICE.cfg; offline")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="folder for rendered files and diffs")] = None,
    report: Annotated[ReportFormat, typer.Option("--format", help="how the result is written")] = ReportFormat.TEXT,
    detailed: Annotated[bool, typer.Option("--detailed-exitcode", help="2 when there are changes")] = False,
    json: JsonOption = False,
) -> int:
    """Validate and plan call-offs, and change nothing; online, devices are read through a connection that cannot write.

    Example: turnup dry-run LBHF-2026-0042 --offline --format markdown
    """
    bench = workspace()
    results = tuple(_result(bench, source, offline, saved, output) for source in call_offs)
    typer.echo(FORMATS[ReportFormat.JSON if json else report](results), nl=False)
    if any(result.refused for result in results):
        return FAILED
    return CHANGES if detailed and any(result.changes for result in results) else OK


def _result(bench: Workspace, source: str, offline: bool, saved: Path | None, output: Path | None) -> CallOffResult:
    try:
        plan = _offline(bench, source, saved) if offline or saved else _online(bench, source)
    except InputRefused as error:
        return CallOffResult(source, error.findings, None)
    except TurnupError as error:
        finding = Finding(error.where, 0, type(error).__name__, "dry-run", error.expected, error.found, error.remedy)
        return CallOffResult(source, (finding,), None)
    if output is not None:
        _write(plan, output)
    return CallOffResult(source, plan.findings, plan)


def _offline(bench: Workspace, source: str, saved: Path | None) -> Plan:
    from tasks.offline import offline_plan
    from tasks.requests import PlanRequest

    return offline_plan(bench, PlanRequest(call_off=source), saved)


def _online(bench: Workspace, source: str) -> Plan:
    from tasks.devices.collect import collect
    from tasks.inventory.nornir_run import open_nornir
    from tasks.live import standing_of
    from tasks.order import load_order
    from tasks.preparation import prepare, sites_of
    from turnup.plan import NOTHING_STANDS, DeviceReading

    order = load_order(bench, source, known_background(bench, source))
    ledger = _ledger_if_any(bench)
    prepared = prepare(bench, order, standing_of(ledger, order.call_off.reference) if ledger else NOTHING_STANDS)
    readings = collect(open_nornir(bench, sites_of(prepared), prepared.devices))
    if readings.errors:
        raise InputRefused(
            source,
            tuple(
                dict.fromkeys(
                    Finding(error.where, 0, "running configuration", "readable", *error.args[1:])
                    for error in readings.errors
                )
            ),
        )
    return prepared.plan(
        {
            device: DeviceReading(text, ledger.ownership.on(device)) if ledger else DeviceReading(text)
            for device, text in readings.running.items()
        }
    )


def _ledger_if_any(bench: Workspace):  # type: ignore[no-untyped-def]
    """The ledger if there is one: a dry run makes none."""
    if not has_ledger(bench):
        return None
    from tasks.steps.workbench import ledger_at

    return ledger_at(bench.ledger)


def _write(plan: Plan, output: Path) -> None:
    from tasks.offline import writable, write_rendered
    from turnup.redact import redact

    folder = output / plan.reference
    write_rendered(plan, folder)
    with writable(folder, "--output", "a folder to write into"):
        for change in plan.changes:
            (folder / f"{change.site}--{change.device}.diff").write_text(redact(change.diff), encoding="utf-8")
            (folder / f"{change.site}--{change.device}.commands").write_text(change.remediation, encoding="utf-8")
