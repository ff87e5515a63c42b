"""Whose a port of a shared device is: as the estate gives it to a circuit, and as the device's own text has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from turnup.plan.fence_tenant import Command, Tenant, refused
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange

_NAMES = {
    Platform.CISCO_IOS: re.compile(r"(?:no )?interface (\S+)"),
    Platform.FRR: re.compile(r"(?:no )?(?:host vrf \S+ interface (\S+)|host (?!vrf )\S+ (\S+)|interface (\S+) vrf )"),
    Platform.JUNIPER_JUNOS: re.compile(
        r"\w+ (?:class-of-service )?interfaces (\S+)(?: unit (\S+))?|\w+ routing-instances \S+ interface (\S+)"
    ),
}
"""The port, or port and unit, of a command's first header."""


@dataclass(frozen=True, slots=True)
class _Ports:
    """The ports of a configuration.

    Attributes:
        vrf: of each port or unit that is there; empty: none.
    """

    vrf: Mapping[str, str]

    def units_of(self, port: str) -> dict[str, str]:
        """The units of a port, and what is on it."""
        return {name: vrf for name, vrf in self.vrf.items() if name.startswith(f"{port}.")}


def check_ports(change: DeviceChange, tenant: Tenant, here: Mapping[str, list[Command]]) -> None:
    """Check every port that a change names.

    Args:
        change: of a shared device.
        tenant: for whom it is.
        here: the commands, by the direction in which they lead.

    Raises:
        TenantFence: a port carries others, or is nobody's that is known.
    """
    ports = [_ports(change.platform, text) for text in (change.running, change.candidate)]
    for command in (command for found in here.values() for command in found):
        name = _named(change.platform, command)
        if name and (whose := _others(change.device, name, tenant, ports)):
            raise refused(change.device, command, f"only ports of circuits of {tenant.buyer}", f"{name}, {whose}")


def _named(platform: Platform, command: Command) -> str:
    match = _NAMES[platform].match(command[0])
    if match is None:
        return ""
    if platform is Platform.JUNIPER_JUNOS and match[2]:
        return f"{match[1]}.{match[2]}"
    return next(group for group in match.groups() if group)


def _others(device: str, name: str, tenant: Tenant, ports: list[_Ports]) -> str:
    """Why a port is not the buyer's, before the change or after it; empty if it is."""
    vrfs = {found for each in ports if (found := each.vrf.get(name, ""))}
    if vrfs - {tenant.vrf}:
        return f"a port of {', '.join(sorted(vrfs - {tenant.vrf}))}"
    strangers = {unit for each in ports for unit, vrf in each.units_of(name).items() if vrf != tenant.vrf}
    if mine := _given(device, name, tenant):
        return f"with {', '.join(sorted(strangers - mine))} of others on it" if strangers - mine else ""
    # Where the buyer's VRF is now, not where the change puts it: a port of nobody would be his by being taken.
    running = ports[0]
    is_his = running.vrf.get(name) == tenant.vrf or (running.units_of(name) and not strangers)
    return "" if is_his else "which no circuit of its sites has"


def _given(device: str, name: str, tenant: Tenant) -> frozenset[str]:
    """What of a port the estate gives to the buyer: itself, or units of it; empty: nothing."""
    given = {f"{port}.{tag}" if tag else port for pe, port, tag in tenant.ports if pe == device}
    alone = {f"{port}.0" for pe, port, tag in tenant.ports if pe == device and not tag}
    mine = given | alone
    return frozenset(unit for unit in mine if unit == name or unit.startswith(f"{name}."))


@lru_cache(maxsize=4)
def _ports(platform: Platform, text: str) -> _Ports:
    readers = {Platform.CISCO_IOS: _on_ios, Platform.FRR: _on_frr, Platform.JUNIPER_JUNOS: _on_junos}
    found: dict[str, str] = {}
    for name, vrf in readers[platform](text):
        found[name] = vrf or found.get(name, "")
    return _Ports(found)


# Whole texts of thousands of lines are read by few expressions: an edge changes for each of an order's sites.

_IOS_PORT = re.compile(r"^interface (\S+).*((?:\n[ \t].*)*)", re.MULTILINE)
_IOS_VRF = re.compile(r"^[ \t]+(?:ip )?vrf forwarding (\S+)", re.MULTILINE)
_FRR_PORT = re.compile(r"^(?:host vrf (\S+) interface (\S+)|interface (\S+)(?: vrf (\S+))?)\s*$", re.MULTILINE)
_JUNOS_PORT = re.compile(
    r"^set (?:interfaces (\S+) unit (\S+)|routing-instances (\S+) (?:.* )?interface (\S+))", re.MULTILINE
)


def _on_ios(text: str) -> Iterator[tuple[str, str]]:
    for port in _IOS_PORT.finditer(text):
        vrf = _IOS_VRF.search(port[2])
        yield port[1], vrf[1] if vrf else ""


def _on_frr(text: str) -> Iterator[tuple[str, str]]:
    for vrf, port, other, of_other in _FRR_PORT.findall(text):
        yield port or other, vrf or of_other


def _on_junos(text: str) -> Iterator[tuple[str, str]]:
    for port, unit, vrf, logical in _JUNOS_PORT.findall(text):
        yield logical or f"{port}.{unit}", vrf
