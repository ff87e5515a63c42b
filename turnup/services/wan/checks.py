"""What proves a WAN: the provider edge has a session with each CPE, and the prefixes that were ordered from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.service.checks import Moment, ServiceCheck
from turnup.services.wan.intents import ends_of
from turnup.sites import Platform

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.services.wan.design import WanDesign

SESSION_SECONDS = 180
"""A router that tried in vain tries again after two minutes (RFC 4271, 10: ConnectRetryTime)."""


def wan_checks(design: WanDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask each provider edge for its sessions, when the whole site is there."""
    return tuple(
        ServiceCheck(
            service_line=design.line.id,
            site=design.line.site,
            device=tail.pe,
            title=f"prefixes of {tail.circuit_id} over BGP with {access.ce_address.ip}",
            ask=ask,
            shows=shows,
            expected=str(len(design.subnets)),
            moment=Moment.SITE,
            within_seconds=SESSION_SECONDS,
        )
        for access, tail in ends_of(design, around.site)
        for ask, shows in _questions(around.devices[tail.pe].platform, design.vrf, access.ce_address.ip)
    )


def _questions(platform: Platform, vrf: str, peer: IPv4Address) -> tuple[tuple[str, str], ...]:
    """How a platform is asked, and what its answer shows: a number only while the session is established."""
    if platform is Platform.FRR:
        columns = rf"^{re.escape(str(peer))}(?:\s+\S+){{8}}\s+(\d+)\s"
        return ((f"show bgp vrf {vrf} ipv4 unicast summary", columns),)
    if platform is Platform.CISCO_IOS:
        return ((f"show ip bgp vpnv4 vrf {vrf} summary", rf"^{re.escape(str(peer))} .*\s(\d+)$"),)
    if platform is Platform.JUNIPER_JUNOS:
        # Below the row of an established peer: active, received, accepted and damped, one row a table.
        accepted = rf"^{re.escape(str(peer))}\s.* Establ\s*\n\s+{vrf}\.inet\.0: \d+/\d+/(\d+)/\d+$"
        return ((f"show bgp summary instance {vrf}", accepted),)
    return ()
