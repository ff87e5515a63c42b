"""What proves a LAN: VLANs are there and active, and ports that ask who is there ask the servers that they shall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.service.checks import ServiceCheck
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import Surroundings
    from turnup.service.lines import PortRef, ServiceLine
    from turnup.services.lan.designs import LanDesign
    from turnup.sites import Device

_SHOW_VLANS = {
    Platform.CISCO_IOS: "show vlan brief",
    Platform.ARISTA_EOS: "show vlan brief",
    Platform.JUNIPER_JUNOS: "show vlans",
}
"""The question that lists the VLANs: each with id, name and state in one row; on Junos those that are in force."""


def lan_checks(design: LanDesign, around: Surroundings, provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask every switch for every VLAN of the line, and every authenticator whom its ports ask."""
    switches = tuple(around.devices[switch.device] for switch in around.site.switches)
    vlans = (
        check
        for device in switches
        for segment in design.segments
        for check in vlan_check(design.line, device, segment.vlan, segment.name)
    )
    servers = " ".join(str(server.address) for server in around.site.radius or provider.radius)
    asking = (
        _asks(design, device, port.interface, servers)
        for device in switches
        if device.platform is Platform.HOSTAPD
        for port in _asking_ports(design)
        if port.device == device.name
    )
    return (*vlans, *asking)


def _asking_ports(design: LanDesign) -> Iterator[PortRef]:
    asking = {each.name for each in design.ordered.segments if each.authenticated}
    return (port for segment in design.segments if segment.name in asking for port in segment.ports)


def _asks(design: LanDesign, device: Device, port: str, servers: str) -> ServiceCheck:
    return ServiceCheck(
        service_line=design.line.id,
        site=design.line.site,
        device=device.name,
        title=f"{port} asks RADIUS servers",
        ask=f"network {port}",
        shows=r"^radiusAuthServerAddress=(.*)$",
        expected=servers,
        within_seconds=30,
    )


def vlan_check(line: ServiceLine, device: Device, vlan: int, name: str) -> tuple[ServiceCheck, ...]:
    """Ask a switch whether a VLAN is in force; nothing is asked of one that cannot say it."""
    if device.platform not in _SHOW_VLANS:
        return ()
    on_junos = device.platform is Platform.JUNIPER_JUNOS
    # The state of the VLAN; on Junos its number, for it lists one only where it is in force.
    shows = rf"^\S+\s+{re.escape(name)}\s+(\d+)" if on_junos else rf"^{vlan}\s+{re.escape(name)}\s+(\S+)"
    return (
        ServiceCheck(
            service_line=line.id,
            site=line.site,
            device=device.name,
            title=f"VLAN {vlan} {name}",
            ask=_SHOW_VLANS[device.platform],
            shows=shows,
            expected=str(vlan) if on_junos else "active",
        ),
    )
