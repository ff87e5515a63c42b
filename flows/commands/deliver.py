"""`turnup deliver`: apply an approved plan, or go on with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import FAILED, OK, PARTIAL, out, print_error, print_json
from flows.interrupts import INTERRUPTED
from flows.settings import workspace
from flows.show import outcomes_json, show_outcomes
from flows.show_waves import forecast_json, lines_json, show_forecast, show_lines
from turnup.errors import DeliveryStopped, Interrupted, NotDue
from turnup.findings import counted

if TYPE_CHECKING:
    from tasks.ledger import Ledger, OutcomeRecord
    from turnup.plan import Plan


def deliver(
    call_off: CallOffArgument,
    plan_hash: Annotated[str, typer.Option("--plan", help="hash of an approved plan; the last approved one")] = "",
    break_glass: Annotated[
        str | None, typer.Option(help="why sites are delivered that are not due; for those on the provider's list only")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Deliver an approved plan: canary, soak, then wave by wave; the same command again goes on where it stopped.

    A site that is outside its change window, or frozen, is left for later: run the same command then.

    Example: turnup deliver LBHF-2026-0042
    """
    from flows.deliver import deliver as deliver_flow
    from flows.prefect_runs import quiet_prefect
    from tasks.break_glass import check_break_glass
    from tasks.delivery import approved_plan, load_known_order
    from tasks.line_reports import line_reports
    from tasks.schedules import forecast_of
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    plan = approved_plan(bench, ledger, load_known_order(bench, ledger, call_off), plan_hash)
    if break_glass is not None:
        break_glass = check_break_glass(bench, plan.reference, break_glass)
    waves = forecast_of(bench, plan, ledger.now())
    if not json:
        show_forecast(waves)
    code, stopped = OK, None
    try:
        with quiet_prefect(f"Delivering {plan.reference}", len(plan.changes), writes=True):
            deliver_flow(call_off, plan.hash, break_glass or "")
    except (DeliveryStopped, Interrupted) as error:
        stopped = error
    records = _last_attempt(ledger.devices.outcomes(plan.reference, plan.hash))
    if stopped is not None:
        code = _exit_code(stopped, ledger, plan)
    lines = line_reports(ledger, plan)
    if json:
        print_json(
            {
                "call_off": plan.reference,
                "plan_hash": plan.hash,
                "blast_radius": forecast_json(waves),
                "outcomes": outcomes_json(records),
                "service_lines": lines_json(lines),
                "exit": code,
            }
        )
    else:
        told = show_outcomes(records)
        show_lines(lines, told)
        _show_sum(records)
    if stopped is not None:
        print_error(stopped)
    return code


def _last_attempt(records: tuple[OutcomeRecord, ...]) -> tuple[OutcomeRecord, ...]:
    last = max((record.attempt for record in records), default=0)
    return tuple(record for record in records if record.attempt == last)


def _show_sum(records: tuple[OutcomeRecord, ...]) -> None:
    pushed = sum(record.lines_pushed for record in records)
    if records and all(record.outcome == "unchanged" for record in records):
        out.print("Nothing to change: 0 lines pushed.")
    else:
        devices = {record.device for record in records if record.lines_pushed}  # a provider edge serves many sites
        out.print(f"{counted(pushed, 'line')} pushed to {counted(len(devices), 'device')}.")


def _exit_code(stopped: DeliveryStopped | Interrupted, ledger: Ledger, plan: Plan) -> int:
    """Partial is what is delivered in part, be it by this run or by an earlier one."""
    from tasks.line_reports import delivered_places

    if isinstance(stopped, Interrupted):
        return INTERRUPTED
    if isinstance(stopped, NotDue):
        return PARTIAL
    return PARTIAL if delivered_places(ledger, plan) else FAILED
