"""`turnup drift`: what does not stand as it was delivered, who might have done it, and the plans that put it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from flows.commands.order import JsonOption
from flows.commands.plan import made_by_flow, offer_plan
from flows.console import CHANGES, FAILED, OK, err, out, print_error, print_json, print_whole, table
from flows.interrupts import INTERRUPTED
from flows.settings import workspace
from flows.show import plan_json
from flows.show_waves import forecast_now
from turnup.errors import DeviceError, Interrupted, TurnupError
from turnup.redact import redact

if TYPE_CHECKING:
    from tasks.drift import DriftReport, FailedCheck, FoundDrift, Restorations
    from turnup.plan import Plan

COLUMNS = ("device", "site", "service line", "kind", "line", "found", "who")
CHECK_COLUMNS = ("device", "site", "service line", "service check", "expected", "found")


def complete_scope(incomplete: str) -> list[str]:
    """Complete codes of sites and buyers, and references of call-offs."""
    from tasks.inventory.estate import Estate

    files = Estate(workspace().inventory)
    names = (*files.site_codes(), *files.buyer_codes(), *files.references())
    return sorted(name for name in names if name.startswith(incomplete))


def drift(
    scope: Annotated[
        str,
        typer.Argument(
            metavar="[SITE|BUYER|CALL_OFF]",
            help="what to compare; everything that was delivered",
            autocompletion=complete_scope,
            show_default=False,
        ),
    ] = "",
    remediate: Annotated[bool, typer.Option("--remediate", help="plan to put back what drifted, for approval")] = False,
    checks: Annotated[bool, typer.Option("--checks", help="ask, too, what proves the service lines")] = False,
    json: JsonOption = False,
) -> int:
    """Compare devices with what was delivered to them: owned lines that are missing, changed or duplicated.

    Reads devices, writes none. Exit code 0: no drift; 2: drift, or a service check that does not hold; 1: a device
    could not be read, or another error.

    Example: turnup drift HF-LIB-01 --remediate
    """
    try:
        report = _report_of_flow(scope, checks=checks)
    except Interrupted as error:
        print_error(error)
        return INTERRUPTED
    plans: tuple[Plan, ...] = ()
    left = _restorations(report) if remediate else None
    if not json:
        _show(report)
    failed = bool(report.unread)
    for reference in left.references if left is not None else ():
        try:
            plans = (*plans, _plan_to_restore(reference, json=json))
        except TurnupError as error:
            failed = True
            print_error(error)
    if json:
        print_json(_as_json(scope, report, plans, left, asks=checks))
    elif left is not None:
        for words in left.not_covered:
            err.print(Text(f"Not covered by a plan: {words}"))
    return FAILED if failed else CHANGES if report.found or report.failed else OK


def _report_of_flow(scope: str, *, checks: bool) -> DriftReport:
    """Run the drift flow in this process and give its report, also when it could not read every device."""
    from flows.drift import drift as drift_flow
    from flows.drift import kept_reports
    from flows.prefect_runs import quiet_prefect

    with quiet_prefect("Comparing devices"), kept_reports() as reports:
        try:
            drift_flow(scope, checks)
        except DeviceError:
            if not reports:
                raise
    return reports[0]


def _restorations(report: DriftReport) -> Restorations:
    from tasks.drift import restorations
    from tasks.steps.workbench import ledger_at

    return restorations(ledger_at(workspace().ledger), report.found)


def _plan_to_restore(reference: str, *, json: bool) -> Plan:
    from tasks.requests import Purpose

    plan = made_by_flow(reference, Purpose.RESTORE)
    if not json:
        offer_plan(plan, json=False)
    return plan


def _show(report: DriftReport) -> None:
    if report.found:
        print_whole(table("", COLUMNS, (_row(each) for each in report.found)))
    if report.failed:
        print_whole(table("", CHECK_COLUMNS, (_check_row(each) for each in report.failed)))
    for each in report.unread:
        err.print(Text.assemble(("not read ", "bold red"), f"{each.site} {each.reason}"))
    if report.devices or not report.unread:
        out.print(str(report))


def _row(each: FoundDrift) -> tuple[str, ...]:
    drift, lines = each.drift, ", ".join(each.drift.service_lines)
    return (drift.device, each.site, lines, str(drift.kind), _words(drift.path), _words((drift.found,)), each.who)


def _check_row(each: FailedCheck) -> tuple[str, ...]:
    check = each.answer.check
    return (check.device, each.site, check.service_line, check.title, check.expected, each.answer.actual)


def _words(path: tuple[str, ...]) -> str:
    """A line as a cell shows it; a banner has newlines."""
    return redact(" / ".join(path)).replace("\n", "\\n")


def _checks_json(report: DriftReport) -> dict[str, Any]:
    names = ("device", "site", "service_line", "check", "expected", "found")
    failed = [dict(zip(names, _check_row(each), strict=True)) for each in report.failed]
    return {"asked": report.asked, "failed": failed}


def _as_json(
    scope: str, report: DriftReport, plans: tuple[Plan, ...], left: Restorations | None, *, asks: bool
) -> dict[str, Any]:
    restored = {
        "plans": [plan_json(plan, forecast_now(plan)) for plan in plans],
        "not_covered": list(left.not_covered if left is not None else ()),
    }
    return {
        "scope": scope,
        "devices": report.devices,
        "lines": report.lines,
        "drift": [
            {
                "device": each.drift.device,
                "site": each.site,
                "service_lines": list(each.drift.service_lines),
                "kind": str(each.drift.kind),
                "path": [redact(line) for line in each.drift.path],
                "found": redact(each.drift.found),
                "who": each.who,
            }
            for each in report.found
        ],
        "not_read": [{"device": each.device, "site": each.site, "reason": each.reason} for each in report.unread],
        **({"checks": _checks_json(report)} if asks else {}),
        **(restored if left is not None else {}),
    }
