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
    from turnup.services.wan.values import WanParts
    from turnup.sites import Device


def limits_of(there: Device, parts: WanParts) -> tuple[Finding, ...]:
    """Say what a platform cannot do of a device's part.

    Raises:
        DesignError: without it there would be no service: a tag that the port cannot put on.
    """
    device, platform = there.name, there.platform
    if platform is Platform.JUNIPER_JUNOS:
        return tuple(_on_junos(there, parts))
    if platform is not Platform.FRR:
        return ()
    if parts.pe is not None:
        for access in parts.pe.accesses:
            if access.s_vlan:
                raise DesignError(
                    f"{device}: {access.interface}",
                    f"a port that tags S-VLAN {access.s_vlan}",
                    "FRR, which makes no ports: who looks after its Linux does",
                    f"Have {access.interface} made there, name it as pe_interface and leave s_vlan out;"
                    " or give the circuit a port of its own.",
                )
    return tuple(_on_frr(device, parts))


def _on_frr(device: DeviceName, parts: WanParts) -> Iterator[Finding]:
    """Both ends of an access have its classes."""
    platform = Platform.FRR
    if parts.cpe is not None:
        yield cannot(device, platform, "a VRF on the CPE", "The buyer's routes are in the CPE's default table.")
    ends = tuple(end for end in (parts.cpe, parts.pe) if end is not None)
    if any(each.priority for end in ends for each in end.shaper.classes):
        words = "A priority class never sends more than its share, also while the link is idle."
        yield cannot(device, platform, "more than its share for a priority class", words)


_FIREWALL = "SRX"
"""What models are called that have zones and translate without a service card; `vSRX` too."""


def _on_junos(there: Device, parts: WanParts) -> Iterator[Finding]:
    """Junos speaks no HSRP, and only its firewalls have zones; a model that is not recorded is one until it refuses."""
    device = there.name
    if parts.cpe is not None and parts.cpe.is_boundary and there.model and _FIREWALL not in there.model.upper():
        raise DesignError(
            f"{device}: internet circuit",
            "a firewall of the SRX series, which has zones and translates",
            there.model,
            "Put the circuit on another CPE of the site, or have the CPE replaced.",
        )
    if parts.cpe is not None and parts.cpe.gateway is not None and parts.cpe.gateway.protocol == "hsrp":
        raise DesignError(
            f"{device}: shared gateway", "vrrp", "hsrp, which is Cisco's own", "Order vrrp for both CPEs of the site."
        )
    if parts.pe is not None and parts.pe.shaper.classes:
        words = "All traffic towards the site waits in one queue at the ordered rate; the CPE sends by class."
        yield cannot(device, Platform.JUNIPER_JUNOS, "classes of the shaper", words)
