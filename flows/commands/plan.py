"""`turnup plan`, `cease`: what will be done, before anything is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument, JsonOption
from flows.console import err, out, print_json
from flows.settings import workspace
from flows.show import plan_json, show_plan
from flows.show_waves import forecast_now
from turnup.errors import PlanError

if TYPE_CHECKING:
    from tasks.requests import PlanRequest, Purpose
    from turnup.plan import Plan


SavedOption = Annotated[
    Path | None, typer.Option("--from", help="plan offline, against what `turnup save` (or you) put into this folder")
]


def plan(call_off: CallOffArgument, saved: SavedOption = None, json: JsonOption = False) -> None:
    """Read the devices (or saved configurations), plan, store the plan, print diffs and its hash. Writes no device.

    What is live of an earlier revision and not in this one ends with the plan. A plan that is made offline is not
    stored: it says what would be, for review and CI.

    Example: turnup plan LBHF-2026-0042
    """
    if saved is not None:
        print_plan(made_offline(call_off, saved), json=json)
    else:
        offer_plan(made_by_flow(call_off), json=json)


def cease(
    call_off: CallOffArgument,
    lines: Annotated[
        list[str] | None, typer.Argument(metavar="[LINE...]", help="order lines to end, such as L2; all of them")
    ] = None,
    saved: SavedOption = None,
    json: JsonOption = False,
) -> None:
    """Plan to end a call-off, or some of its lines, and to recover what they held.

    What others use stays, what stood there before comes back. The plan is approved and delivered like any other.

    Example: turnup cease RBKC-2026-0007 L6
    """
    from tasks.requests import Purpose

    ending = tuple(lines or ())
    if saved is not None:
        print_plan(made_offline(call_off, saved, Purpose.CEASE, ending), json=json)
    else:
        offer_plan(made_by_flow(call_off, Purpose.CEASE, ending), json=json)


def save(
    call_off: CallOffArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="folder to write into")],
    json: JsonOption = False,
) -> None:
    """Save the configurations of a call-off's devices with how things stand: what `--from` plans against.

    Devices are only read, secrets are left out. The folder may be kept beside the call-off, for review and CI.

    Example: turnup save RBKC-2026-0007 -o saved/RBKC-2026-0007
    """
    from tasks.saving import save_devices
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    written = save_devices(bench, ledger_at(bench.ledger), call_off, output)
    if json:
        print_json({"files": [str(path) for path in written]})
        return
    out.print(f"{len(written)} files in {output}. Next: turnup plan {call_off} --from {output}")


def made_offline(call_off: str, saved: Path, purpose: Purpose | None = None, lines: tuple[str, ...] = ()) -> Plan:
    """Plan against a folder of saved configurations; nothing is stored."""
    from tasks.offline import offline_plan
    from tasks.requests import PlanRequest, Purpose

    request = PlanRequest(call_off=call_off, purpose=purpose or Purpose.DELIVER, lines=lines)
    return offline_plan(workspace(), request, saved)


def made_by_flow(call_off: str, purpose: Purpose | None = None, lines: tuple[str, ...] = ()) -> Plan:
    """Run the plan flow in this process and give the plan that it stored."""
    from tasks.requests import PlanRequest, Purpose

    return made_for(PlanRequest(call_off=call_off, purpose=purpose or Purpose.DELIVER, lines=lines))


def made_for(request: PlanRequest) -> Plan:
    """Run the plan flow in this process for what is asked, and give the plan that it stored."""
    from flows.plan import plan as plan_flow
    from flows.prefect_runs import quiet_prefect
    from tasks.steps.workbench import ledger_at

    with quiet_prefect("Reading devices"):
        plan_hash = plan_flow(
            request.call_off, request.purpose, request.lines, sites=request.sites, takes_back=request.plan_hash
        )
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
    waves = forecast_now(made)
    if json:
        print_json(plan_json(made, waves))
    else:
        show_plan(made, waves)
