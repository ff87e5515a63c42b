"""Devices as they are found on site: partly made by hand, years ago."""

from __future__ import annotations

from ipaddress import IPv4Interface

from lab.simulated.eos.factory import switch_config
from lab.simulated.ios.factory import device_config
from lab.simulated.junos import factory as junos
from lab.simulated.kinds import DeviceKind
from lab.simulated.spec import DeviceSpec

DEFAULT_MANAGEMENT = IPv4Interface("10.255.0.11/24")
USUAL_MODEL = {
    DeviceKind.SWITCH: "C9300-24P",
    DeviceKind.ROUTER: "ISR4331/K9",
    DeviceKind.CONTROLLER: "C9800-40-K9",
    DeviceKind.EOS_SWITCH: "CCS-720XP-24ZY4",
    DeviceKind.ROOM_CODEC: "Cisco Room Kit",
    DeviceKind.JUNOS_SWITCH: "EX3400-24P",
    DeviceKind.JUNOS_ROUTER: "SRX345",
}
"""Model of each kind, unless told otherwise."""


def factory_config(
    kind: DeviceKind,
    name: str,
    *,
    interfaces: tuple[str, ...] = (),
    management: IPv4Interface = DEFAULT_MANAGEMENT,
    archive: bool = True,
) -> str:
    """Write the startup configuration of a device that has stood on site for a while.

    Args:
        kind: an IOS switch gets 24 access ports and 4 uplinks, a router 4 ports, an EOS switch 28 ports.
        name: its hostname.
        interfaces: other physical interfaces of a switch than the usual ones.
        management: address of the management SVI (switch) or loopback (router).
        archive: whether the archive path is configured, which the revert timer of IOS needs; EOS needs none.
    """
    if kind is DeviceKind.ROOM_CODEC:
        return f'xConfiguration SystemUnit Name: "{name}"\n'
    if kind is DeviceKind.EOS_SWITCH:
        return switch_config(name, interfaces, management)
    if kind is DeviceKind.JUNOS_SWITCH:
        return junos.switch_config(name, management)
    if kind is DeviceKind.JUNOS_ROUTER:
        return junos.router_config(name, management)
    return device_config(kind, name, interfaces, management, archive=archive)


def factory_spec(kind: DeviceKind, name: str, serial: str, *, password: str, username: str = "turnup") -> DeviceSpec:
    """A device fresh from `factory_config`, with a usual model."""
    return DeviceSpec(name, kind, serial, USUAL_MODEL[kind], factory_config(kind, name), username, password)
