"""How waves and service lines look to people and programs: what a delivery means before it, what became of it after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from flows.console import out, table
from flows.settings import workspace
from turnup.findings import counted
from turnup.redact import redact

if TYPE_CHECKING:
    from collections.abc import Collection

    from tasks.ledger import BreakGlass
    from tasks.line_reports import LineReport
    from turnup.plan import Outage, Plan, SiteForecast, WaveForecast


def forecast_now(plan: Plan) -> tuple[WaveForecast, ...]:
    """Say what a plan means, wave by wave, if it were delivered now."""
    from tasks.schedules import forecast_of

    return forecast_of(workspace(), plan, datetime.now(UTC))


SHOWN = 40
"""Lines of a table that a person reads; the rest is counted."""


def show_forecast(waves: tuple[WaveForecast, ...]) -> None:
    """Print the blast radius wave by wave, and which sites are not due."""
    columns = ("wave", "sites", "devices", "users", "without service", "due")
    out.print(table("Blast radius", columns, (_wave_row(wave) for wave in waves)))
    later = [site for wave in waves for site in wave.sites if not site.due.now]
    for site in later[:SHOWN]:
        out.print(Text(f"{site.site} is not due: {site.due.why_not}; due {site.due}", style="yellow"))
    if len(later) > SHOWN:
        out.print(f"{len(later) - SHOWN} more sites are not due; --json names them all.")


def _wave_row(wave: WaveForecast) -> tuple[str, ...]:
    name = f"{wave.number} canary" if wave.number == 1 else str(wave.number)
    devices = sum(len(tier) for site in wave.sites for tier in site.tiers)
    unknown = f" and {counted(wave.unknown_users, 'site')} more" if wave.unknown_users else ""
    users = f"{wave.users}{unknown}" if wave.unknown_users < len(wave.sites) else "not known"
    return (name, str(len(wave.sites)), str(devices), users, _without_service(wave), _due(wave))


def _without_service(wave: WaveForecast) -> str:
    words = []
    if wave.outages:
        words.append(f"{counted(len(wave.outages), 'line')}, up to {wave.outages[0].at_most} s")
    if wave.ends:
        words.append(f"{counted(wave.ends, 'line')} for good")
    return "; ".join(words) or "none"


def _due(wave: WaveForecast) -> str:
    now = sum(1 for site in wave.sites if site.due.now)
    first = min((site for site in wave.sites if not site.due.now), key=_when, default=None)
    if first is None:
        return "now"
    return f"{now} now, {len(wave.sites) - now} from {first.due} on" if now else f"from {first.due} on"


def _when(site: SiteForecast) -> str:
    return site.due.at.isoformat() if site.due.at is not None else "~"


def forecast_json(waves: tuple[WaveForecast, ...]) -> list[dict[str, Any]]:
    """The blast radius as `--json` prints it."""
    return [
        {
            "wave": wave.number,
            "canary": wave.number == 1,
            "users": wave.users,
            "sites_with_unknown_users": wave.unknown_users,
            "without_service": [_outage_json(each) for each in wave.outages],
            "sites": [_site_json(site) for site in wave.sites],
        }
        for wave in waves
    ]


def _outage_json(each: Outage) -> dict[str, Any]:
    return {"service_line": each.service_line, "at_least_seconds": each.at_least, "at_most_seconds": each.at_most}


def _site_json(site: SiteForecast) -> dict[str, Any]:
    return {
        "site": site.site,
        "users": site.users,
        "tiers": [list(tier) for tier in site.tiers],
        "without_service": [_outage_json(each) for each in site.outages],
        "ends": list(site.ends),
        "due": site.due.now,
        "due_from": site.due.at.isoformat() if site.due.at is not None else None,
        "not_due_because": site.due.why_not or None,
    }


def tier_words(plan: Plan, site: str, device: str) -> str:
    """Which tier of its site a device is in, and after which peer it waits."""
    tiers = plan.tiers_at(site)  # type: ignore[arg-type]
    number = next(index for index, tier in enumerate(tiers, start=1) if any(each.device == device for each in tier))
    peer = plan.peer_of(device)  # type: ignore[arg-type]
    earlier = [each.device for tier in tiers[: number - 1] for each in tier]
    return f"{number}, after its peer {peer}" if peer in earlier else str(number)


def show_lines(reports: tuple[LineReport, ...], told: Collection[str] = ()) -> None:
    """Print what became of each service line, and why where it is not as planned: each reason once.

    Args:
        reports: of all lines; those that are not done are said.
        told: words of devices that stand above already.
    """
    undone = [each for each in reports if not each.done]
    shown = reports if len(reports) <= SHOWN else tuple(undone[:SHOWN])
    rows = ((each.id, each.site, each.service, each.words, _milestone(each)) for each in shown)
    if shown:
        out.print(table("Service lines", ("service line", "site", "service", "state", "milestone"), rows))
    lines_of: dict[str, list[str]] = {}
    for each in undone[:SHOWN]:
        lines_of.setdefault(f"{each.words}: {_reason(each, told)}", []).append(each.id)
    for reason, lines in lines_of.items():
        out.print(Text(redact(f"{', '.join(lines)} {reason}")))
    out.print(f"{len(reports) - len(undone)} of {counted(len(reports), 'service line')} as planned.")


def _reason(report: LineReport, told: Collection[str]) -> str:
    """The first thing that is in the way; what a device said is not said twice."""
    reason, more = report.why_not[0], len(report.why_not) - 1
    detail = next((words for words in told if words and reason.endswith(f": {words}")), "")
    return reason.removesuffix(f": {detail}") + (f" ({more} more)" if more else "")


def _milestone(each: LineReport) -> str:
    if not each.milestones:
        return ""
    name, at = each.milestones[-1]
    return f"{name} {at:%Y-%m-%d %H:%M} UTC"


def lines_json(reports: tuple[LineReport, ...]) -> list[dict[str, Any]]:
    """What became of the service lines as `--json` prints it."""
    return [
        {
            "service_line": each.id,
            "site": each.site,
            "service": each.service,
            "state": each.words,
            "milestones": {name: at.isoformat() for name, at in each.milestones},
            "why_not": [redact(words) for words in each.why_not],
        }
        for each in reports
    ]


def show_broken_glass(found: tuple[BreakGlass, ...]) -> None:
    """Print who delivered outside windows and in freezes, when and why."""
    for each in found:
        where = ", ".join(each.sites) or "no site that was closed"
        words = (
            f"{each.reference}: {each.who} broke the glass on {each.at:%Y-%m-%d %H:%M} UTC for {where}: {each.reason}"
        )
        out.print(Text(words, style="bold yellow"))


def broken_glass_json(found: tuple[BreakGlass, ...]) -> list[dict[str, Any]]:
    """The same as `--json` prints it."""
    return [
        {
            "attempt": each.attempt,
            "who": each.who,
            "at": each.at.isoformat(),
            "reason": each.reason,
            "sites": list(each.sites),
        }
        for each in found
    ]
