"""What rooms want of the session border controllers, and of their codecs."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.service.intent import DeviceIntent
from turnup.service.registrar import Registrar
from turnup.services.video.rules import NAME
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.services.video.design import VideoDesign
    from turnup.services.video.parameters import Room

AUDIO, VIDEO, SIGNALLING = 46, 34, 24
"""Marks: expedited forwarding, AF41 and CS3 (RFC 4594, table 4, for multimedia conferencing and signalling)."""


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """All that a room puts on its codec.

    Attributes:
        secret: reference of its SIP password.
        bridge: number of the meeting bridge, for a button of its own; empty: there is none.
        audio, video, signalling: marks, 0 to 63 (RFC 2474).
    """

    number: str
    realm: str
    name: str
    proxy: IPv4Address
    secret: str
    ntp: tuple[IPv4Address, ...]
    bridge: str = ""
    audio: int = AUDIO
    video: int = VIDEO
    signalling: int = SIGNALLING


VideoParts = VideoCodec | Registrar
"""What a template of the service gets."""


def video_intents(design: VideoDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what rooms want: the same of every session border controller, and its own settings of each codec.

    Raises:
        DesignError: the site names no session border controller.
    """
    servers = around.serving(NAME, DeviceRole.SBC)
    return (
        *(DeviceIntent(design.line, around.site.code, each.name, each.platform, design.registrar) for each in servers),
        *(_room(design, around, provider, room) for room in design.asked.rooms),
    )


def _room(design: VideoDesign, around: Surroundings, provider: Provider, room: Room) -> DeviceIntent:
    codec = around.devices[room.codec]
    bridge = design.asked.bridge.number if design.asked.bridge is not None else ""
    value = VideoCodec(room.number, design.registrar.realm, room.name, design.proxy, room.secret, provider.ntp, bridge)
    return DeviceIntent(design.line, around.site.code, codec.name, codec.platform, value)
