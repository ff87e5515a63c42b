"""Waves: which sites are changed together, and the tiers of devices inside a site."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from turnup.plan.plan import Wave
from turnup.sites import ROLE_ORDER, Device, DeviceRole

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from turnup.scalars import DeviceName, SiteCode

WAVE_SITES = (1, 5, 25, 100)
"""Sites of each wave where a framework says nothing else."""


def arrange_waves(
    devices_per_site: Mapping[SiteCode, int], ending: Container[SiteCode] = (), sizes: tuple[int, ...] = WAVE_SITES
) -> tuple[Wave, ...]:
    """Put the smallest site into a wave of its own, the canary, then the rest into growing waves.

    Sites where all ends come last, in waves of their own: what moved from there is made elsewhere first.

    Args:
        devices_per_site: how many devices change for each site.
        ending: sites at which nothing is made.
        sizes: how many sites each wave has at most, the canary's 1 first; the last number goes on.

    Returns:
        waves that partition the sites; ties are broken by site code, so that the order is stable.
    """
    ordered = sorted(devices_per_site, key=lambda site: (site in ending, devices_per_site[site], site))
    if not ordered:
        return ()
    canary, rest = ordered[0], sorted(ordered[1:])
    made = [site for site in rest if site not in ending]
    ended = [site for site in rest if site in ending]
    later = chain(sizes[1:], repeat(sizes[-1]))
    waves: list[tuple[SiteCode, ...]] = [(canary,)]
    for left in (made, ended):
        while left:
            size = next(later)
            waves.append(tuple(left[:size]))
            del left[:size]
    return tuple(Wave(number, sites) for number, sites in enumerate(waves, start=1))


def arrange_tiers(
    devices: Iterable[Device], roles: tuple[DeviceRole, ...] = ROLE_ORDER, *, ends: bool = False
) -> tuple[tuple[DeviceName, ...], ...]:
    """Put the devices of a site into tiers: those of one do not depend on each other and are changed at once.

    What others depend on comes first; of a redundant pair the second member, by name, is in a tier after the first.
    Where all ends, the order is the other way round, for the others are reached through what stands before them.

    Args:
        devices: those that change for the site.
        roles: in which order, by what they are for.
        ends: whether nothing is made there.
    """
    tiers: dict[tuple[int, bool], list[DeviceName]] = {}
    for device in sorted(devices, key=lambda each: each.name):
        place = roles.index(device.role)
        first = tiers.get((place, False), [])
        tiers.setdefault((place, device.redundant_with in first), []).append(device.name)
    ordered = tuple(tuple(tiers[key]) for key in sorted(tiers))
    return tuple(reversed(ordered)) if ends else ordered


def pairs_among(devices: Iterable[Device]) -> tuple[tuple[DeviceName, DeviceName], ...]:
    """The redundant pairs whose both members are among these, by name."""
    peers = {device.name: device.redundant_with for device in devices}
    pairs = ((name, peer) for name, peer in sorted(peers.items()) if peer is not None and peer in peers)
    return tuple(pair for pair in pairs if pair[0] < pair[1])
