"""What proves a LAN on a switch: its VLANs are there and active."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.service.checks import ServiceCheck
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.services.lan.design import LanDesign, SegmentDesign
    from turnup.sites import Device

_SHOW_VLANS = {Platform.CISCO_IOS: "show vlan brief", Platform.ARISTA_EOS: "show vlan brief"}
"""The question that lists the VLANs, each with id, name and state in one row."""


def lan_checks(design: LanDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask every switch for every VLAN of the line."""
    switches = (around.devices[switch.device] for switch in around.site.switches)
    return tuple(
        _vlan(design, device, segment)
        for device in switches
        if device.platform in _SHOW_VLANS
        for segment in design.segments
    )


def _vlan(design: LanDesign, device: Device, segment: SegmentDesign) -> ServiceCheck:
    return ServiceCheck(
        service_line=design.line.id,
        site=design.line.site,
        device=device.name,
        title=f"VLAN {segment.vlan} {segment.name}",
        ask=_SHOW_VLANS[device.platform],
        shows=rf"^{segment.vlan}\s+{re.escape(segment.name)}\s+(\S+)",
        expected="active",
    )
