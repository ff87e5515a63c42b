"""What proves rooms: where calls would go, and that each codec has registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY, emergency_strings
from turnup.service.checks import Moment, ServiceCheck
from turnup.service.registrar import dialled_check
from turnup.services.uc.dial_plan import extension_route
from turnup.services.video.rules import NAME
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.service.intent import Surroundings
    from turnup.services.video.design import VideoDesign

REGISTER_SECONDS = 60


def video_checks(design: VideoDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Look up where calls would go, and ask each codec whether it has registered."""
    servers = around.serving(NAME, DeviceRole.SBC)
    route = extension_route(design.registrar.realm, voicemail=False)
    dialled = (
        *(
            (each, EMERGENCY, f"{each} is an emergency call")
            for each in emergency_strings(design.asked.outside_prefix or "")
        ),
        *((each.number, route, f"{each.number} is reached") for each in design.asked.reached),
    )
    return (
        *(
            dialled_check(design.line, server.name, title, design.registrar.customer, number, expected)
            for server in servers
            for number, expected, title in dialled
        ),
        *(_registration(design, room.codec) for room in design.asked.rooms),
    )


def _registration(design: VideoDesign, codec: DeviceName) -> ServiceCheck:
    return ServiceCheck(
        service_line=design.line.id,
        site=design.line.site,
        device=codec,
        title="the room is registered",
        ask="xStatus SIP Registration 1 Status",
        shows=r"SIP Registration 1 Status: (\S+)",
        expected="Registered",
        moment=Moment.SITE,
        within_seconds=REGISTER_SECONDS,
    )
