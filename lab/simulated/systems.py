"""The operating system of each kind of device."""

from __future__ import annotations

from lab.simulated.eos.system import Eos
from lab.simulated.ios.system import Ios
from lab.simulated.junos.system import Junos
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.system import RoomOs
from lab.simulated.system import System

SYSTEMS: dict[DeviceKind, System] = {
    DeviceKind.SWITCH: Ios(),
    DeviceKind.ROUTER: Ios(),
    DeviceKind.CONTROLLER: Ios(),
    DeviceKind.EOS_SWITCH: Eos(),
    DeviceKind.ROOM_CODEC: RoomOs(),
    DeviceKind.JUNOS_SWITCH: Junos(),
    DeviceKind.JUNOS_ROUTER: Junos(),
}
"""Kind to what runs on it."""
