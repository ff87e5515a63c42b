"""`turnup plan`: what will be done, before anything is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import err, print_json
from flows.settings import workspace
from flows.show import plan_json, show_plan


def plan(
    call_off: CallOffArgument,
    saved: Annotated[
        Path | None, typer.Option("--from", help="plan offline against saved configurations in this folder")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read the devices (or saved configurations), plan, store the plan, print diffs and its hash. Writes no device.

    Example: turnup plan LBHF-2026-0042
    """
    if saved is not None:
        from tasks.offline import offline_plan

        made = offline_plan(workspace(), call_off, saved)
    else:
        from flows.plan import plan as plan_flow
        from flows.prefect_runs import quiet_prefect
        from tasks.steps.workbench import ledger_at

        with quiet_prefect("Reading devices"):
            plan_hash = plan_flow(call_off)
        stored = ledger_at(workspace().ledger).plans.get(plan_hash)
        if stored is None:
            raise typer.BadParameter(f"the plan {plan_hash} vanished from the ledger")
        made = stored
    if json:
        print_json(plan_json(made))
        return
    show_plan(made)
    if saved is None and made.changes_something:
        err.print(f"Next: turnup approve {made.reference} --plan {made.hash[:12]} --key KEY")
