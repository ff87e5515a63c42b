"""Cisco IOS-XE, Arista EOS and Cisco RoomOS devices in one process: they keep configuration and can misbehave.

    with Fleet((spec,), minute_seconds=0.5) as fleet:
        connect("127.0.0.1", fleet.port(spec.name))
        fleet.inject(spec.name, DropAtLine(3))

They know nothing of the code that they are there to test: their grammar is their own (`vocabulary.py`).

What a device runs follows from its kind, so that a fleet may mix them; the faults are the same for all:

    DeviceSpec("SW1", DeviceKind.SWITCH, ...)           # Cisco IOS-XE; `DeviceKind.ROUTER` too
    DeviceSpec("SW2", DeviceKind.EOS_SWITCH, ...)       # Arista EOS; or factory_spec(DeviceKind.EOS_SWITCH, ...)
    fleet.revert_is_pending("SW2")                      # its commit timer runs
    fleet.open_sessions("SW2")                          # its configuration sessions that nobody committed

A further operating system is a folder beside `ios/` and `eos/`, a kind in `kinds.py`, an entry in `vocabularies.py`
(its language as data), `quirks.py`, `derived.py` (what no table can say), `systems.py` (what it prints, and its
commands) and `factory.py`. Terminal, faults, fleet, editor and grammar know none of them.
"""

from lab.simulated.factory import factory_config, factory_spec
from lab.simulated.faults import (
    AcceptButIgnore,
    Chatter,
    ConfigurationLocked,
    CutAccess,
    DropAtLine,
    Fault,
    FullFlash,
    HangAt,
    LoseCharacters,
    LoseConfirm,
    Reboot,
    RefuseLogin,
    RejectLine,
    RevertFails,
    SlowLogin,
    Unreachable,
    WrongHostname,
    WrongSerial,
)
from lab.simulated.fleet import Fleet
from lab.simulated.kinds import DeviceKind
from lab.simulated.spec import DeviceSpec

__all__ = [
    "AcceptButIgnore",
    "Chatter",
    "ConfigurationLocked",
    "CutAccess",
    "DeviceKind",
    "DeviceSpec",
    "DropAtLine",
    "Fault",
    "Fleet",
    "FullFlash",
    "HangAt",
    "LoseCharacters",
    "LoseConfirm",
    "Reboot",
    "RefuseLogin",
    "RejectLine",
    "RevertFails",
    "SlowLogin",
    "Unreachable",
    "WrongHostname",
    "WrongSerial",
    "factory_config",
    "factory_spec",
]
