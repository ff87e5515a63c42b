"""What proves a trunk: its numbers come to it, with their place, 999 and 112 get out, and its own gateway works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY, emergency_strings
from turnup.service.checks import ServiceCheck
from turnup.service.registrar import dialled_check, placed_check
from turnup.services.landline.gateway import gateway_of
from turnup.services.landline.gateway_checks import gateway_checks
from turnup.services.landline.intents import sbc_of
from turnup.sites import DeviceRole, Platform

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.service.intent import Surroundings
    from turnup.services.landline.design import LandlineDesign


def landline_checks(design: LandlineDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Look up calls to and from a trunk on every SBC, and ask the site's own gateway; nothing is dialled."""
    on_sbcs = (
        check
        for server in around.serving("landline", DeviceRole.SBC)
        if server.platform is Platform.KAMAILIO
        for check in (
            *_emergency(design, server.name),
            *_numbers(design, server.name),
            _channels(design, around, server.name),
        )
    )
    return (*on_sbcs, *_own_gateway(design, around))


def _own_gateway(design: LandlineDesign, around: Surroundings) -> tuple[ServiceCheck, ...]:
    edge = around.site.voice_edge
    if edge is None or around.devices[edge.device].platform is not Platform.CISCO_IOS:
        return ()
    return tuple(gateway_checks(design.line, edge.device, gateway_of(design, edge)))


def _emergency(design: LandlineDesign, device: DeviceName) -> tuple[ServiceCheck, ...]:
    return tuple(
        dialled_check(
            design.line,
            device,
            f"{dialled} is routed to the emergency services",
            design.dialplan,
            dialled,
            EMERGENCY,
        )
        for dialled in emergency_strings(design.outside_prefix)
    )


def _numbers(design: LandlineDesign, device: DeviceName) -> tuple[ServiceCheck, ...]:
    """The first and the last number of each range, for their place and for where they ring."""
    return tuple(
        check
        for placed in design.ranges
        for number in dict.fromkeys((placed.numbers.first, placed.numbers.last))
        for check in (
            placed_check(design.line, device, number, design.dialplan, placed.uprn, placed.postcode),
            _ring(design, device, number),
        )
    )


def _ring(design: LandlineDesign, device: DeviceName, number: str) -> ServiceCheck:
    title, expected = f"{number} rings at the trunk", f"trunk:{design.dialplan}"
    shows = rf"^\s*Output: {re.escape(number)}\s+Attributes: (\S+)$"
    return dialled_check(design.line, device, title, design.dialplan, number, expected, shows)


def _channels(design: LandlineDesign, around: Surroundings, device: DeviceName) -> ServiceCheck:
    """How many calls at once the server puts through, as it has it in its memory."""
    trunk = sbc_of(design, around.site.voice_edge)
    gateway = re.escape(f"[{trunk.dialplan}] sip:{trunk.peer}:{trunk.peer_port}")
    shows = rf"{gateway} \d+ channels=(\d+);"
    title = f"{design.channels} calls at once"
    return ServiceCheck(design.line.id, design.line.site, device, title, "gateways", shows, f"{design.channels}")
