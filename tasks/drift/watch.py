"""What is compared, and where it stands: each device once, at its own site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.inventory.estate import Estate
from turnup.design import baseline_line
from turnup.errors import FileRefused, TurnupError
from turnup.findings import did_you_mean
from turnup.scalars import DeviceName, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger, OwnedPlace
    from tasks.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Unread:
    """A device that could not be compared, and why."""

    site: SiteCode
    device: DeviceName
    reason: str


@dataclass(frozen=True, slots=True)
class Round:
    """What is compared at one site.

    Attributes:
        devices: those that stand there.
        lines: the service lines that are looked at.
    """

    site: SiteCode
    devices: tuple[DeviceName, ...]
    lines: frozenset[str]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is compared in all: one round a site.

    Attributes:
        lost: devices whose place in the estate cannot be read.
    """

    rounds: tuple[Round, ...]
    lost: tuple[Unread, ...] = ()


@dataclass(slots=True)
class _Device:
    """A device with the service lines that are looked at there; its home is that of the first of them."""

    home: SiteCode
    lines: set[str]


def watch_of(workspace: Workspace, ledger: Ledger, scope: str) -> Watch:
    """Say what is compared, and where it stands.

    Args:
        workspace: where the estate is.
        ledger: knows what was delivered.
        scope: a site, a buyer, the reference of a call-off; empty: everything.

    Raises:
        TurnupError: there is no such site, buyer or call-off.
    """
    files = Estate(workspace.inventory)
    places = ledger.ownership.places()
    sites = _sites_of_lines(ledger, places)
    devices: dict[DeviceName, _Device] = {}
    for place in _in_scope(files, ledger, scope, places, sites):
        found = devices.setdefault(place.device, _Device(sites[place.service_line], set()))
        found.lines.add(place.service_line)
    return _watch(files, devices)


def _sites_of_lines(ledger: Ledger, places: tuple[OwnedPlace, ...]) -> dict[str, SiteCode]:
    """The site of each service line that has configuration in force; that of a baseline is in its name."""
    known = {line.id: SiteCode(line.site) for line in ledger.lines.lines()}
    lines = {place.service_line for place in places}
    return {line: known.get(line, SiteCode(line.partition("/")[0])) for line in lines}


def _in_scope(
    files: Estate, ledger: Ledger, scope: str, places: tuple[OwnedPlace, ...], sites: Mapping[str, SiteCode]
) -> Iterator[OwnedPlace]:
    if not scope:
        return iter(places)
    buyers = {each.reference: each.buyer for each in ledger.orders.all()}
    site_codes = frozenset(files.site_codes())
    known = site_codes.union(files.buyer_codes(), files.references(), buyers)
    if scope not in known:
        expected = "a site, a buyer, or the reference of a call-off"
        raise TurnupError(f"drift {scope}", expected, "none of that name", did_you_mean(scope, known))
    # A provider's own site has no service lines: there it is the devices that count.
    here = {device.name for device in files.site(SiteCode(scope)).devices} if scope in site_codes else set()
    asked = {line for line in sites if scope in _belongs_to(line, sites, buyers)}
    asked_sites = {sites[line] for line in asked}
    asked.update(baseline_line(site).id for site in asked_sites)
    return (place for place in places if place.service_line in asked or place.device in here)


def _belongs_to(line: str, sites: Mapping[str, SiteCode], buyers: Mapping[str, str]) -> tuple[str, ...]:
    reference = line.partition("/")[0]
    return reference, sites[line], buyers.get(reference, "")


def _watch(files: Estate, devices: Mapping[DeviceName, _Device]) -> Watch:
    homes: dict[SiteCode, list[DeviceName]] = {}
    for name, each in devices.items():
        homes.setdefault(each.home, []).append(name)
    rounds: dict[SiteCode, list[DeviceName]] = {}
    lost: list[Unread] = []
    for site, names in homes.items():
        try:
            standing = _standing(files, site, names)
        except FileRefused as error:
            lost += (Unread(site, name, str(error)) for name in names)
            continue
        for name, place in standing.items():
            rounds.setdefault(place, []).append(name)
    return Watch(
        tuple(
            Round(site, tuple(sorted(names)), frozenset[str]().union(*(devices[name].lines for name in names)))
            for site, names in sorted(rounds.items())
        ),
        tuple(lost),
    )


def _standing(files: Estate, site: SiteCode, names: list[DeviceName]) -> dict[DeviceName, SiteCode]:
    """Find where devices stand: at the site of their service line, or at one of the provider's that serves it.

    One that is at neither is looked for at the site, where its absence is reported.

    Raises:
        FileRefused: a site is missing or malformed.
    """
    here = files.site(site)
    elsewhere = [name for name in names if here.device(name) is None]
    provider = [files.site(code) for code in here.provider_sites] if elsewhere else []
    served = {device.name: place.code for place in provider for device in place.devices}
    return {name: served.get(name, site) if name in elsewhere else site for name in names}
