"""Behaviour that no table can say, for each kind of device, gathered by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.simulated.configuration import Change
from lab.simulated.eos.quirks import QUIRKS as EOS
from lab.simulated.ios.quirks import QUIRKS as IOS
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.quirks import QUIRKS as ROOMOS

QUIRKS: dict[DeviceKind, Mapping[str, Callable[[Change], str]]] = {
    DeviceKind.SWITCH: IOS,
    DeviceKind.ROUTER: IOS,
    DeviceKind.CONTROLLER: IOS,
    DeviceKind.EOS_SWITCH: EOS,
    DeviceKind.ROOM_CODEC: ROOMOS,
}
"""Kind to its quirks: each puts one line where it belongs and returns what the device says, or raises a Refusal."""
