"""The vocabulary of each kind of device."""

from __future__ import annotations

from lab.simulated.eos.vocabulary import EOS
from lab.simulated.ios.vocabulary import IOS
from lab.simulated.kinds import DeviceKind
from lab.simulated.roomos.vocabulary import ROOMOS
from lab.simulated.vocabulary import Vocabulary

VOCABULARIES: dict[DeviceKind, Vocabulary] = {
    DeviceKind.SWITCH: IOS,
    DeviceKind.ROUTER: IOS,
    DeviceKind.CONTROLLER: IOS,
    DeviceKind.EOS_SWITCH: EOS,
    DeviceKind.ROOM_CODEC: ROOMOS,
}
"""Kind to what it understands."""
