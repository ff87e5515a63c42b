"""Waves: which sites are changed together, and the order of devices inside a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.plan.plan import Wave
from turnup.sites import Device, DeviceRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from turnup.scalars import SiteCode

ROLE_ORDER = (DeviceRole.PE, DeviceRole.CPE, DeviceRole.SWITCH)
"""What others depend on comes first: the provider's side, then the site's way out, then its switches."""


def arrange_waves(devices_per_site: Mapping[SiteCode, int]) -> tuple[Wave, ...]:
    """Put the smallest site into a wave of its own, the canary, and the rest into the next.

    Args:
        devices_per_site: how many devices change for each site.

    Returns:
        waves that partition the sites; ties are broken by site code, so that the order is stable.
    """
    ordered = sorted(devices_per_site, key=lambda site: (devices_per_site[site], site))
    if not ordered:
        return ()
    canary, rest = Wave(1, (ordered[0],)), tuple(sorted(ordered[1:]))
    return (canary, Wave(2, rest)) if rest else (canary,)


def device_order(device: Device) -> tuple[int, str]:
    """Sort key of a device inside its site."""
    return ROLE_ORDER.index(device.role), device.name
