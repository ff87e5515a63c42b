"""What proves a trunk: its numbers come to it, with their place, and 999 and 112 get out by every way of dialling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY, emergency_strings
from turnup.service.checks import ServiceCheck
from turnup.sites import DeviceRole, Platform

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.services.landline.design import LandlineDesign, PlacedRange
    from turnup.sites import Device


def landline_checks(design: LandlineDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Look up calls to and from a trunk on every SBC; nothing is dialled."""
    return tuple(
        check
        for server in around.serving("landline", DeviceRole.SBC)
        if server.platform is Platform.KAMAILIO
        for check in (*_emergency(design, around, server), *_numbers(design, around, server))
    )


def _emergency(design: LandlineDesign, around: Surroundings, server: Device) -> tuple[ServiceCheck, ...]:
    return tuple(
        ServiceCheck(
            service_line=design.line.id,
            site=around.site.code,
            device=server.name,
            title=f"{dialled} is routed to the emergency services",
            ask=f"dial {design.dialplan} {dialled}",
            shows=r"^\s*Attributes: (\S+)$",
            expected=EMERGENCY,
        )
        for dialled in emergency_strings(design.outside_prefix)
    )


def _numbers(design: LandlineDesign, around: Surroundings, server: Device) -> tuple[ServiceCheck, ...]:
    """The first and the last number of each range, for their place and for where they ring."""
    return tuple(
        check
        for placed in design.ranges
        for number in dict.fromkeys((placed.numbers.first, placed.numbers.last))
        for check in (_place(design, around, server, placed, number), _ring(design, around, server, number))
    )


def _place(
    design: LandlineDesign, around: Surroundings, server: Device, placed: PlacedRange, number: str
) -> ServiceCheck:
    return ServiceCheck(
        service_line=design.line.id,
        site=around.site.code,
        device=server.name,
        title=f"{number} has its place",
        ask=f"number {number}",
        shows=r"^\s*TVALUE: (.+)$",
        expected=f"{design.dialplan},{placed.uprn},{placed.postcode}",
    )


def _ring(design: LandlineDesign, around: Surroundings, server: Device, number: str) -> ServiceCheck:
    return ServiceCheck(
        service_line=design.line.id,
        site=around.site.code,
        device=server.name,
        title=f"{number} rings at the trunk",
        ask=f"dial {design.dialplan} {number}",
        shows=rf"^\s*Output: {re.escape(number)}\s+Attributes: (\S+)$",
        expected=f"trunk:{design.dialplan}",
    )
