"""What platforms cannot do of a WAN: said in the plan, never kept silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.service.intent import cannot
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.findings import Finding
    from turnup.scalars import DeviceName
    from turnup.services.wan.values import WanCpe, WanParts


def limits_of(device: DeviceName, platform: Platform, parts: WanParts) -> tuple[Finding, ...]:
    """Say what a platform cannot do of a device's part.

    Raises:
        DesignError: without it there would be no service: a tag that the port cannot put on.
    """
    if platform is Platform.JUNIPER_JUNOS:
        return tuple(_on_junos(device, parts))
    if platform is not Platform.FRR:
        return ()
    if parts.pe is not None:
        for access in parts.pe.accesses:
            if access.s_vlan:
                raise DesignError(
                    f"{device}: {access.interface}",
                    f"a port that tags S-VLAN {access.s_vlan}",
                    "FRR, whose ports are not tagged here",
                    "Give the circuit a port of its own, or another provider edge.",
                )
    return tuple(_on_frr(device, parts.cpe)) if parts.cpe is not None else ()


def _on_frr(device: DeviceName, cpe: WanCpe) -> Iterator[Finding]:
    platform = Platform.FRR
    yield cannot(device, platform, "a VRF on the CPE", "The buyer's routes are in the CPE's default table.")
    if cpe.shaper.classes:
        yield cannot(device, platform, "classes of the shaper", "All traffic waits in one queue at the ordered rate.")
    if cpe.gateway is not None:
        yield cannot(
            device,
            platform,
            "a shared gateway that follows the access",
            "The CPE hands over when it goes; while only its access is away it passes traffic on to the other CPE.",
        )


def _on_junos(device: DeviceName, parts: WanParts) -> Iterator[Finding]:
    """Junos speaks no HSRP, and translation on SRX needs zones and policies that are not ours to make."""
    if parts.cpe is not None and parts.cpe.internet is not None:
        raise DesignError(
            f"{device}: internet breakout",
            "a CPE whose translation Turnup writes: cisco_ios, frr",
            Platform.JUNIPER_JUNOS,
            "Give the breakout to another CPE, or configure it by hand.",
        )
    if parts.cpe is not None and parts.cpe.gateway is not None and parts.cpe.gateway.protocol == "hsrp":
        raise DesignError(
            f"{device}: shared gateway", "vrrp", "hsrp, which is Cisco's own", "Order vrrp for both CPEs of the site."
        )
    if parts.pe is not None and parts.pe.shaper.classes:
        words = "All traffic towards the site waits in one queue at the ordered rate; the CPE sends by class."
        yield cannot(device, Platform.JUNIPER_JUNOS, "classes of the shaper", words)
