"""Kinds of simulated devices."""

from __future__ import annotations

from enum import StrEnum


class DeviceKind(StrEnum):
    """What a simulated device is: it decides which operating system it runs and which commands it knows."""

    SWITCH = "switch"
    ROUTER = "router"
    CONTROLLER = "controller"
    EOS_SWITCH = "eos_switch"
    ROOM_CODEC = "room_codec"
    JUNOS_SWITCH = "junos_switch"
    JUNOS_ROUTER = "junos_router"
