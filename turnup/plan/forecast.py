"""The blast radius, said before: what each wave touches, whom, what goes out and for how long, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange
    from turnup.plan.plan import Plan
    from turnup.scalars import DeviceName, SiteCode
    from turnup.sites import Site
    from turnup.windows import Due


@dataclass(frozen=True, slots=True)
class Outage:
    """A service line that users have now and are without for a while.

    Attributes:
        at_least, at_most: seconds, over all its devices, which are changed one after the other at worst.
    """

    service_line: str
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class SiteForecast:
    """What a delivery means for one site.

    Attributes:
        users: how many people it serves; none: the inventory does not say.
        tiers: its devices in the order of their change, those of a tier at once.
        outages: longest first.
        ends: service lines that end for good.
        due: whether it may be changed now, and else from when on.
    """

    site: SiteCode
    users: int | None
    tiers: tuple[tuple[DeviceName, ...], ...]
    outages: tuple[Outage, ...]
    ends: tuple[str, ...]
    due: Due


@dataclass(frozen=True, slots=True)
class WaveForecast:
    """What a delivery means for the sites that are changed together."""

    number: int
    sites: tuple[SiteForecast, ...]

    @property
    def users(self) -> int:
        """People at its sites, as far as they are known."""
        return sum(site.users or 0 for site in self.sites)

    @property
    def unknown_users(self) -> int:
        """Sites of which the inventory does not say how many people they serve."""
        return sum(1 for site in self.sites if site.users is None)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Service lines that are without service for a while, longest first."""
        return _longest_first(outage for site in self.sites for outage in site.outages)

    @property
    def ends(self) -> int:
        """Service lines that end for good."""
        return sum(len(site.ends) for site in self.sites)


def forecast(plan: Plan, sites: Mapping[SiteCode, Site], due: Mapping[SiteCode, Due]) -> tuple[WaveForecast, ...]:
    """Say what a plan means, wave by wave.

    Args:
        plan: what will be done.
        sites: those of the plan, as the inventory has them now.
        due: for each of them, whether it is due.
    """
    return tuple(
        WaveForecast(wave.number, tuple(_site(plan, sites[code], due[code]) for code in wave.sites))
        for wave in plan.waves
    )


def _site(plan: Plan, site: Site, due: Due) -> SiteForecast:
    return SiteForecast(
        site=site.code,
        users=site.users,
        tiers=tuple(tuple(change.device for change in tier) for tier in plan.tiers_at(site.code)),
        outages=_outages(plan.changes_at(site.code)),
        ends=tuple(line.id for line in plan.ceased if line.site == site.code),
        due=due,
    )


def _outages(changes: tuple[DeviceChange, ...]) -> tuple[Outage, ...]:
    """Add up over the devices of a site; on one device what happens at several places happens at once."""
    found: dict[str, Outage] = {}
    for change in changes:
        for line in sorted({each.service_line for each in change.interruptions if each.at_most}):
            here = [each for each in change.interruptions if each.service_line == line]
            before = found.get(line, Outage(line, 0, 0))
            least, most = max(each.at_least for each in here), max(each.at_most for each in here)
            found[line] = Outage(line, before.at_least + least, before.at_most + most)
    return _longest_first(found.values())


def _longest_first(outages: Iterable[Outage]) -> tuple[Outage, ...]:
    return tuple(sorted(outages, key=lambda each: (-each.at_most, each.service_line)))
