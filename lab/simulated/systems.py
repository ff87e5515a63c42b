"""The operating system of each kind of device."""

from __future__ import annotations

from lab.simulated.eos.system import Eos
from lab.simulated.ios.system import Ios
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.system import RoomOs
from lab.simulated.system import System

SYSTEMS: dict[DeviceKind, System] = {
    DeviceKind.SWITCH: Ios(),
    DeviceKind.ROUTER: Ios(),
    DeviceKind.EOS_SWITCH: Eos(),
    DeviceKind.ROOM_CODEC: RoomOs(),
}
"""Kind to what runs on it."""
