"""Waves: which sites are changed together, and the order of devices inside a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.plan.plan import Wave
from turnup.sites import Device, DeviceRole

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from turnup.scalars import SiteCode

ROLE_ORDER = (DeviceRole.PE, DeviceRole.CPE, DeviceRole.SWITCH)
"""What others depend on comes first: the provider's side, then the site's way out, then its switches."""


def arrange_waves(devices_per_site: Mapping[SiteCode, int], ending: Container[SiteCode] = ()) -> tuple[Wave, ...]:
    """Put the smallest site into a wave of its own, the canary, then the rest; sites where all ends come last.

    Args:
        devices_per_site: how many devices change for each site.
        ending: sites at which nothing is made: what moved from there is made elsewhere first.

    Returns:
        waves that partition the sites; ties are broken by site code, so that the order is stable.
    """
    ordered = sorted(devices_per_site, key=lambda site: (site in ending, devices_per_site[site], site))
    if not ordered:
        return ()
    canary, rest = ordered[0], sorted(ordered[1:])
    made = tuple(site for site in rest if site not in ending)
    ended = tuple(site for site in rest if site in ending)
    return tuple(Wave(number, sites) for number, sites in enumerate(filter(None, ((canary,), made, ended)), start=1))


def device_order(device: Device) -> tuple[int, str]:
    """Sort key of a device inside its site."""
    return ROLE_ORDER.index(device.role), device.name
