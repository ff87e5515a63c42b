"""`turnup deliver`: apply an approved plan, or go on with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import FAILED, OK, PARTIAL, out, print_error, print_json
from flows.interrupts import INTERRUPTED
from flows.settings import workspace
from flows.show import outcomes_json, show_outcomes
from turnup.errors import DeliveryStopped, Interrupted
from turnup.findings import counted

if TYPE_CHECKING:
    from tasks.ledger import OutcomeRecord


def deliver(
    call_off: CallOffArgument,
    plan_hash: Annotated[str, typer.Option("--plan", help="hash of an approved plan; the last approved one")] = "",
    json: JsonOption = False,
) -> int:
    """Deliver an approved plan wave by wave; the same command again goes on where it stopped.

    Example: turnup deliver LBHF-2026-0042
    """
    from flows.deliver import deliver as deliver_flow
    from flows.prefect_runs import quiet_prefect
    from tasks.delivery import approved_plan, load_known_order
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    plan = approved_plan(bench, ledger, load_known_order(bench, ledger, call_off), plan_hash)
    code, stopped = OK, None
    try:
        with quiet_prefect(f"Delivering {plan.reference}", len(plan.changes), writes=True):
            deliver_flow(call_off, plan.hash)
    except (DeliveryStopped, Interrupted) as error:
        stopped = error
    records = _last_attempt(ledger.devices.outcomes(plan.reference, plan.hash))
    if stopped is not None:
        code = _exit_code(stopped, records)
    if json:
        print_json(
            {"call_off": plan.reference, "plan_hash": plan.hash, "outcomes": outcomes_json(records), "exit": code}
        )
    else:
        show_outcomes(records)
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


def _exit_code(stopped: DeliveryStopped | Interrupted, records: tuple[OutcomeRecord, ...]) -> int:
    if isinstance(stopped, Interrupted):
        return INTERRUPTED
    return PARTIAL if any(record.outcome in ("changed", "unchanged") for record in records) else FAILED
