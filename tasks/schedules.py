"""When sites may be changed: windows and freezes as the inventory has them now, of all places that a change touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.inventory.estate import Estate as EstateFiles
from tasks.order import estate_at
from turnup.plan import forecast
from turnup.windows import Due, Schedule, when_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tasks.workspace import Workspace
    from turnup.plan import Estate, Plan, WaveForecast
    from turnup.scalars import SiteCode
    from turnup.sites import Site
    from turnup.windows import Freeze


NOT_DUE = "not due: "
"""How the reason begins for which a site is skipped that is not due."""


def not_due_words(due: Due) -> str:
    """Say why a site is not due, and when it will be."""
    return f"{NOT_DUE}{due.why_not}" + (f"; due {due}" if due.at is not None else "; it will never be")


def due_at(workspace: Workspace, plan: Plan, codes: Iterable[SiteCode], at: datetime) -> dict[SiteCode, Due]:
    """Say of sites of a plan whether they may be changed at an instant.

    Raises:
        FileRefused: a file of the inventory is missing or malformed.
    """
    wanted = tuple(codes)
    return _due(workspace, plan, wanted, estate_at(workspace, wanted), at)


def forecast_of(workspace: Workspace, plan: Plan, at: datetime) -> tuple[WaveForecast, ...]:
    """Say what a plan means, wave by wave, at an instant.

    Raises:
        FileRefused: a file of the inventory is missing or malformed.
    """
    codes = tuple(site for wave in plan.waves for site in wave.sites)
    estate = estate_at(workspace, codes)
    return forecast(plan, estate.sites, _due(workspace, plan, codes, estate, at))


def _due(
    workspace: Workspace, plan: Plan, codes: tuple[SiteCode, ...], estate: Estate, at: datetime
) -> dict[SiteCode, Due]:
    files = EstateFiles(workspace.inventory)
    everywhere = (("the provider", each) for each in estate.provider.freezes)
    of_buyer = ((plan.buyer, each) for each in files.buyer(plan.buyer).freezes)
    shared = (*everywhere, *of_buyer)
    return {code: when_due(_schedule(plan, code, estate.sites, shared), at) for code in codes}


def _schedule(
    plan: Plan, code: SiteCode, sites: Mapping[SiteCode, Site], shared: tuple[tuple[str, Freeze], ...]
) -> Schedule:
    """The schedule of a site: its own, and that of the sites in which the provider edges stand that change for it."""
    devices = {change.device for change in plan.changes_at(code)}
    places = [
        site for site in sites.values() if site.code == code or any(each.name in devices for each in site.devices)
    ]
    return Schedule(
        windows=tuple(site.change_windows for site in places if site.change_windows),
        freezes=(*shared, *((str(site.code), each) for site in places for each in site.freezes)),
    )
