"""IOS-XE switches and routers in one process: they keep configuration as a device does, and can misbehave.

    with Fleet((spec,), minute_seconds=0.5) as fleet:
        connect("127.0.0.1", fleet.port(spec.name))
        fleet.inject(spec.name, DropAtLine(3))

They know nothing of the code that they are there to test: their grammar is their own (`vocabulary.py`).
"""

from lab.simulated.factory import factory_config, factory_spec
from lab.simulated.faults import (
    AcceptButIgnore,
    ConfigurationLocked,
    DropAtLine,
    Fault,
    FullFlash,
    HangAt,
    LoseConfirm,
    Reboot,
    RefuseLogin,
    RejectLine,
    SlowLogin,
    Unreachable,
    WrongHostname,
    WrongSerial,
)
from lab.simulated.fleet import Fleet
from lab.simulated.grammar import DeviceKind
from lab.simulated.spec import DeviceSpec

__all__ = [
    "AcceptButIgnore",
    "ConfigurationLocked",
    "DeviceKind",
    "DeviceSpec",
    "DropAtLine",
    "Fault",
    "Fleet",
    "FullFlash",
    "HangAt",
    "LoseConfirm",
    "Reboot",
    "RefuseLogin",
    "RejectLine",
    "SlowLogin",
    "Unreachable",
    "WrongHostname",
    "WrongSerial",
    "factory_config",
    "factory_spec",
]
