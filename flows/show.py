"""How plans and outcomes look in a terminal, and what they are in JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from flows.console import out, print_diff, print_findings, table
from flows.show_waves import forecast_json, show_forecast, tier_words
from turnup.redact import redact
from turnup.service.materials import MaterialKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.ledger import OutcomeRecord
    from turnup.change.interruption import Interruption
    from turnup.plan import Plan, WaveForecast


def show_plan(plan: Plan, waves: tuple[WaveForecast, ...], *, diffs: bool = True) -> None:
    """Print diffs, findings, the table of changes, what it means wave by wave, and the hash."""
    if diffs:
        for change in plan.changes:
            if change.diff:
                print_diff(redact(change.diff))
    print_findings(plan.findings)
    rows = (
        (
            str(wave.number),
            change.site,
            tier_words(plan, change.site, change.device),
            change.device,
            str(change.platform),
            _size(change.command_count),
        )
        for wave in plan.waves
        for site in wave.sites
        for change in plan.changes_at(site)
    )
    out.print(table("", ("wave", "site", "tier", "device", "platform", "commands"), rows))
    _show_materials(plan)
    _show_interruptions(plan)
    show_forecast(waves)
    if not plan.changes_something:
        out.print("Nothing to change: every device is as declared.")
    out.print(f"plan {plan.hash}")


def _show_materials(plan: Plan) -> None:
    """Say what to carry to the sites: all at one glance; both ends of each lead are in `turnup materials`."""
    counts: dict[tuple[str, str], int] = {}
    for each in plan.materials:
        counts[each.kind, each.item] = counts.get((each.kind, each.item), 0) + each.quantity
    if counts:
        whole = sorted(counts.items(), key=lambda each: tuple(MaterialKind).index(MaterialKind(each[0][0])))
        rows = (
            (kind, item, f"{count} W" if kind == MaterialKind.POWER else str(count)) for (kind, item), count in whole
        )
        out.print(table("Bill of materials", ("kind", "item", "in all"), rows))


def _show_interruptions(plan: Plan) -> None:
    """Say how long users of live service lines are without service, if any has a change."""
    rows = [
        (each.service_line, change.device, str(each.sections), _seconds(each), each.why)
        for change in plan.changes
        for each in change.interruptions
    ]
    if rows:
        out.print(table("Without service", ("service line", "device", "places", "for", "why"), rows))


def _seconds(each: Interruption) -> str:
    return f"{each.at_least}-{each.at_most} s" if each.at_most else "no time"


def _size(commands: int) -> str:
    return str(commands) if commands else "none"


def plan_json(plan: Plan, waves: tuple[WaveForecast, ...]) -> dict[str, Any]:
    """A plan as `--json` prints it."""
    return {
        "call_off": plan.reference,
        "revision": plan.revision,
        "plan_hash": plan.hash,
        "changes": plan.changes_something,
        "waves": [list(wave.sites) for wave in plan.waves],
        "redundant_pairs": [list(pair) for pair in plan.pairs],
        "blast_radius": forecast_json(waves),
        "ceased": [line.id for line in plan.ceased],
        "materials": [asdict(each) for each in plan.materials],
        **({"takes_back": plan.takes_back} if plan.takes_back else {}),
        "devices": [
            {
                "site": change.site,
                "device": change.device,
                "platform": str(change.platform),
                "commands": change.command_count,
                "remediation": change.remediation,
                "rollback": change.rollback,
                "diff": redact(change.diff),
                "findings": [str(finding) for finding in change.findings],
                "without_service": [
                    {
                        "service_line": each.service_line,
                        "places": each.sections,
                        "at_least_seconds": each.at_least,
                        "at_most_seconds": each.at_most,
                        "why": each.why,
                    }
                    for each in change.interruptions
                ],
            }
            for change in plan.changes
        ],
    }


def show_outcomes(records: tuple[OutcomeRecord, ...]) -> frozenset[str]:
    """Print what happened to each device, and the reasons below; gives the words that were printed."""
    rows = ((each.site, each.device, each.outcome, str(each.lines_pushed)) for each in records)
    out.print(table("", ("site", "device", "outcome", "lines pushed"), rows))
    told = [each for each in records if each.detail and each.outcome not in ("unchanged", "skipped")]
    for each in told:
        out.print(Text(f"{each.site} {each.device}: {each.detail}"))
    return frozenset(each.detail for each in told)


def outcomes_json(records: Iterable[OutcomeRecord]) -> list[dict[str, Any]]:
    """Outcomes as `--json` prints them."""
    return [
        {
            "site": each.site,
            "device": each.device,
            "outcome": each.outcome,
            "lines_pushed": each.lines_pushed,
            "detail": each.detail,
        }
        for each in records
    ]
