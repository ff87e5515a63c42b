"""`turnup plan`, `cease`: what will be done, before anything is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import err, print_json
from flows.settings import workspace
from flows.show import plan_json, show_plan
from turnup.errors import PlanError

if TYPE_CHECKING:
    from tasks.planning import Purpose
    from turnup.plan import Plan


def plan(
    call_off: CallOffArgument,
    saved: Annotated[
        Path | None, typer.Option("--from", help="plan offline against saved configurations in this folder")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read the devices (or saved configurations), plan, store the plan, print diffs and its hash. Writes no device.

    What is live of an earlier revision and not in this one ends with the plan.

    Example: turnup plan LBHF-2026-0042
    """
    if saved is not None:
        from tasks.offline import offline_plan

        print_plan(offline_plan(workspace(), call_off, saved), json=json)
        return
    offer_plan(made_by_flow(call_off), json=json)


def cease(
    call_off: CallOffArgument,
    lines: Annotated[
        list[str] | None, typer.Argument(metavar="[LINE...]", help="order lines to end, such as L2; all of them")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Plan to end a call-off, or some of its lines, and to recover what they held.

    What others use stays, what stood there before comes back. The plan is approved and delivered like any other.

    Example: turnup cease RBKC-2026-0007 L6
    """
    from tasks.planning import Purpose

    offer_plan(made_by_flow(call_off, Purpose.CEASE, tuple(lines or ())), json=json)


def made_by_flow(call_off: str, purpose: Purpose | None = None, lines: tuple[str, ...] = ()) -> Plan:
    """Run the plan flow in this process and give the plan that it stored."""
    from flows.plan import plan as plan_flow
    from flows.prefect_runs import quiet_prefect
    from tasks.planning import Purpose
    from tasks.steps.workbench import ledger_at

    with quiet_prefect("Reading devices"):
        plan_hash = plan_flow(call_off, purpose or Purpose.DELIVER, lines)
    stored = ledger_at(workspace().ledger).plans.get(plan_hash)
    if stored is None:
        raise PlanError(f"plan {plan_hash[:12]}", "a stored plan", "none", "Run `turnup audit verify`.")
    return stored


def offer_plan(made: Plan, *, json: bool) -> None:
    """Print a stored plan and say what to type next."""
    print_plan(made, json=json)
    if made.changes_something and not json:
        err.print(f"Next: turnup approve {made.reference} --plan {made.hash[:12]} --key KEY")


def print_plan(made: Plan, *, json: bool) -> None:
    """Print a plan for people or as JSON."""
    if json:
        print_json(plan_json(made))
    else:
        show_plan(made)
