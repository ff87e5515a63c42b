"""`turnup materials`: what to carry to the sites of a plan."""

from __future__ import annotations

import csv
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.completion import complete_site
from flows.commands.order import CallOffArgument, JsonOption
from flows.console import out, print_json, print_whole, table
from flows.settings import workspace
from turnup.errors import PlanError
from turnup.findings import counted, did_you_mean
from turnup.service.materials import Material, MaterialKind

if TYPE_CHECKING:
    from turnup.plan import Plan

COLUMNS = ("site", "kind", "quantity", "item", "place", "to", "service line")


def materials(
    call_off: CallOffArgument,
    plan: Annotated[str, typer.Option(help="hash of a certain plan; the last one unless given")] = "",
    site: Annotated[str, typer.Option(help="only this site", autocompletion=complete_site)] = "",
    csv_file: Annotated[Path | None, typer.Option("--csv", help="file to write it into, a row a line")] = None,
    json: JsonOption = False,
) -> None:
    """List what a field engineer needs in hand: devices, optics, leads with both their ends, and power.

    Reads the ledger only: the list is that of a stored plan.

    Example: turnup materials RBKC-2026-0007 --site KC-TH-01
    """
    found = _at(_stored(call_off, plan), site)
    if json:
        print_json([asdict(each) for each in found])
    elif csv_file is not None:
        _write(found, csv_file)
        out.print(f"{counted(len(found), 'row')} in {csv_file}")
    else:
        _show(found)


def _stored(call_off: str, plan_hash: str) -> Plan:
    from flows.commands.status import known_reference
    from tasks.steps.workbench import ledger_at

    ledger = ledger_at(workspace().ledger)
    reference = known_reference(ledger, call_off)
    stored = ledger.plans.get(plan_hash) if plan_hash else ledger.plans.latest(reference)
    if stored is None:
        raise PlanError(reference, "a stored plan", plan_hash or "none", f"Make one: turnup plan {reference}")
    return stored


def _at(plan: Plan, site: str) -> tuple[Material, ...]:
    sites = {each.site for each in plan.materials}
    if site and site not in sites:
        raise PlanError(f"{plan.reference} --site", "a site of the plan", site, did_you_mean(site, sites))
    return tuple(each for each in plan.materials if site in ("", each.site))


def _write(found: tuple[Material, ...], path: Path) -> None:
    from tasks.offline import writable

    with writable(path, "--csv", "a file to write into"), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(each.name for each in fields(Material))
        writer.writerows(tuple(asdict(each).values()) for each in found)


def _show(found: tuple[Material, ...]) -> None:
    print_whole(table("", COLUMNS, (_row(each) for each in found)))
    for code in dict.fromkeys(each.site for each in found):
        watts = sum(each.quantity for each in found if (each.site, each.kind) == (code, MaterialKind.POWER))
        out.print(f"{code}: {watts} W in all")


def _row(each: Material) -> tuple[str, ...]:
    unit = " W" if each.kind is MaterialKind.POWER else ""
    return (each.site, each.kind, f"{each.quantity}{unit}", each.item, each.place, each.to, each.service_line)
