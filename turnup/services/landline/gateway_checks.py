"""What proves a trunk on the site's own voice gateway: its peers and ports work, and help is reached by its own peers.

Answers are read as IOS-XE 17 prints them: Cisco IOS Voice Command Reference, `show dial-peer voice`, `show dialplan
number`, `show voice port`; CUBE Configuration Guide, "SIP Out-of-dialog OPTIONS Ping Group".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.service.checks import Moment, ServiceCheck
from turnup.services.landline.gateway import FROM_PBX, FROM_SBC, TO_PBX

if TYPE_CHECKING:
    from turnup.scalars import DeviceName
    from turnup.service.lines import ServiceLine
    from turnup.services.landline.values import LandlineGateway

KEEPALIVE_SECONDS = 180
"""A server that was silent is asked every 30 seconds, and counts as there when it has answered (CUBE guide)."""


def gateway_checks(line: ServiceLine, device: DeviceName, trunk: LandlineGateway) -> Iterator[ServiceCheck]:
    """Ask a CUBE for every peer and port of a trunk, for the SBC, and look calls for help up; nothing is dialled."""

    def check(title: str, ask: str, shows: str, expected: str) -> ServiceCheck:
        return ServiceCheck(line.id, line.site, device, title, ask, shows, expected)

    kinds = [(trunk.number * 100 + each, "voip") for each in (FROM_SBC, FROM_PBX, TO_PBX)]
    kinds += [(each.peer, "voip") for each in trunk.outgoing] + [(each.peer, "pots") for each in trunk.analogue]
    for peer, kind in kinds:
        shows = rf"^{peer}\s+{kind}\s+\S+\s+(\S+)"
        yield check(f"dial peer {peer} is up", "show dial-peer voice summary", shows, "up")
    for way in trunk.outgoing:
        if way.is_emergency:
            number = way.pattern.rstrip("$")
            title = f"{number} takes the dial peer for it"
            yield check(title, f"show dialplan number {number}", r"^VoiceOverIpPeer(\d+)", str(way.peer))
    for port in trunk.analogue:
        # Idle it is dormant; only one that carries a call says up.
        shows = rf"^{re.escape(port.port)}\s+\S+\s+fxs\S*\s+(\S+)\s"
        yield check(f"port {port.port} of {port.name} is up", "show voice port summary", shows, "up")
    yield _answered(line, device, trunk)


def _answered(line: ServiceLine, device: DeviceName, trunk: LandlineGateway) -> ServiceCheck:
    """The SBC answers OPTIONS: only when it has its half, so when the site is verified."""
    group = f"{trunk.number}01"
    return ServiceCheck(
        service_line=line.id,
        site=line.site,
        device=device,
        title=f"SBC {trunk.sbc} answers OPTIONS",
        ask=f"show voice class sip-options-keepalive {group}",
        shows=rf"^\s+Server Group: {group}\s+OOD Stat: (\S+)",
        expected="Active",
        moment=Moment.SITE,
        within_seconds=KEEPALIVE_SECONDS,
    )
