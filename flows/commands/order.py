"""`turnup validate`, `canonical`, `render`: what can be said of a call-off without touching a device."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.console import FAILED, OK, err, out, print_findings, print_json, table
from flows.settings import workspace
from turnup.errors import InputRefused
from turnup.findings import Finding, counted, errors_of, in_one_line

if TYPE_CHECKING:
    from tasks.order import Background
    from tasks.workspace import Workspace
    from turnup.gate import Order


def complete_call_off(incomplete: str) -> list[str]:
    """Complete references of the call-offs of the inventory."""
    folder = workspace().inventory / "call-offs"
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem.startswith(incomplete))


CallOffArgument = Annotated[
    str,
    typer.Argument(
        metavar="CALL_OFF",
        help="reference of a call-off, or its file",
        autocompletion=complete_call_off,
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]


def known_background(bench: Workspace, source: str, *, is_draft: bool = False) -> Background:
    """What the clock knows, and the ledger, if there is one; validating never makes one."""
    return replace(told_by_ledger(bench, source), now=datetime.now(UTC), is_draft=is_draft)


def has_ledger(bench: Workspace) -> bool:
    """Whether there is something where the ledger should be; if it is no ledger, opening it says so."""
    return "://" in bench.ledger or Path(bench.ledger).exists()


def told_by_ledger(bench: Workspace, source: str) -> Background:
    """What the ledger knows of a call-off, if there is one."""
    from tasks.order import NOTHING_KNOWN

    if not has_ledger(bench):
        return NOTHING_KNOWN
    from tasks.delivery import background_of
    from tasks.inventory.estate import Estate
    from tasks.steps.workbench import ledger_at

    call_off = Estate(bench.inventory).call_off(source).call_off
    return background_of(ledger_at(bench.ledger), call_off.framework, call_off.reference)


def validate(call_offs: Annotated[list[str], typer.Argument(metavar="CALL_OFF...")], json: JsonOption = False) -> int:
    """Let call-offs pass the gate; all findings at once, each with file, line, field, rule and remedy.

    Example: turnup validate LBHF-2026-0042
    """
    bench = workspace()
    findings: list[Finding] = []
    for source in call_offs:
        found, words = _examined(bench, source)
        findings.extend(found)
        if not json:
            print_findings(found)
            out.print(words)
    if json:
        print_json({"valid": not errors_of(findings), "findings": [asdict(finding) for finding in findings]})
    return FAILED if errors_of(findings) else OK


def _examined(bench: Workspace, source: str) -> tuple[tuple[Finding, ...], str]:
    from tasks.order import examine_call_off

    try:
        verdict = examine_call_off(bench, source, known_background(bench, source, is_draft=True))
    except InputRefused as error:
        return error.findings, _refusal(source, error.findings)
    refusals = errors_of(verdict.findings)
    if verdict.order is None:
        return verdict.findings, _refusal(source, refusals)
    return verdict.findings, _summary(verdict.order)


def _refusal(source: str, findings: tuple[Finding, ...]) -> str:
    return f"{in_one_line(source)}: {counted(len(findings), 'finding')}; nothing was changed."


def _summary(order: Order) -> str:
    from tasks.approvals.signatures import worth_of

    call_off = order.call_off
    sites = len({line.site.code for line in order.lines})
    return (
        f"{call_off.reference} r{call_off.revision}: valid. {order.buyer.name}, "
        f"{counted(len(order.lines), 'line')} at {counted(sites, 'site')}, worst case £{worth_of(order):,.2f}, "
        f"sha256 {call_off.hash()[:16]}"
    )


def render(
    call_off: CallOffArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="folder to write into")],
    json: JsonOption = False,
) -> None:
    """Write what the call-off declares of each device, offline and deterministic.

    Example: turnup render LBHF-2026-0042 -o /tmp/rendered
    """
    from tasks.offline import offline_plan, write_rendered
    from tasks.requests import PlanRequest

    plan = offline_plan(workspace(), PlanRequest(call_off=call_off), None)
    written = write_rendered(plan, output)
    if json:
        print_json({"files": [str(path) for path in written]})
        return
    print_findings(plan.findings)
    out.print(table("", ("file", "lines"), ((str(path), str(len(path.read_text().splitlines()))) for path in written)))
    err.print("Values are provisional: without a ledger everything is taken to be free.")
