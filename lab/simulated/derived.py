"""Lines that a device shows though nobody typed them so, for each kind of device."""

from __future__ import annotations

from collections.abc import Callable

from lab.simulated.eos.derived import add_derived_lines as of_eos
from lab.simulated.ios.derived import add_derived_lines as of_ios
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.derived import add_derived_lines as of_roomos
from lab.simulated.tree import Section

DERIVED: dict[DeviceKind, Callable[[DeviceKind, Section], None]] = {
    DeviceKind.SWITCH: of_ios,
    DeviceKind.ROUTER: of_ios,
    DeviceKind.CONTROLLER: of_ios,
    DeviceKind.EOS_SWITCH: of_eos,
    DeviceKind.ROOM_CODEC: of_roomos,
}
"""Kind to what turns a configuration as kept into one as shown."""
