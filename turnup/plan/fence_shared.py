"""The fence on network devices that buyers share: provider edges, controllers of access points, voice gateways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.plan.fence_names import WORDS
from turnup.plan.fence_ports import check_ports
from turnup.plan.fence_tenant import Command, Tenant, commands, refused
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.change.device_change import DeviceChange

_ACCESS_POINT = re.compile(r"(?:no )?ap (?!profile )(\S+)")
_WLAN = re.compile(r"(?:no )?wlan (\S+) (\d+) ")
_POINT = re.compile(r"^ap (?!profile )(\S+)\s*?((?:\n[ \t].*)*)$", re.MULTILINE)
_TAG = re.compile(r"^\s+(?:policy|site|rf)-tag (\S+)", re.MULTILINE)
_AUTONOMOUS_SYSTEM = re.compile(r"^set routing-options autonomous-system (\S+)", re.MULTILINE)
_NEW_NUMBER = re.compile(r"(\w+) routing-options autonomous-system ?(\S*)")
_PROCESS = re.compile(r"^router bgp \d+\s*?((?:\n[ !].*)*)$", re.MULTILINE)
_IN_PROCESS = re.compile(r"^ (\w.*?)\s*$", re.MULTILINE)
_SPEAKS = re.compile(r"^set (protocols bgp|routing-instances \S+)", re.MULTILINE)


def check_shared(change: DeviceChange, tenant: Tenant) -> None:
    """Check every command on a device that the provider's buyers share, there and back.

    Raises:
        TenantFence: a command is of no kind that is known, or names something that is not the buyer's.
    """
    if change.platform not in WORDS:
        return
    ways = {"there": list(commands(change.remediation)), "back": list(commands(change.rollback))}
    for command in (command for found in ways.values() for command in found):
        _check_command(change, tenant, command)
    check_ports(change, tenant, ways)
    if change.platform is Platform.CISCO_IOS:
        _check_controller(change, tenant, [command for found in ways.values() for command in found])
    if check := _WHOLE_EDGE.get(change.platform):
        check(change, tenant, change.running, ways["there"])
        check(change, tenant, change.candidate, ways["back"])


def _check_autonomous_system(change: DeviceChange, tenant: Tenant, before: str, found: list[Command]) -> None:
    """The number of an edge is everybody's: it never becomes another, and goes only if nobody else has BGP there."""
    numbers = _AUTONOMOUS_SYSTEM.findall(before)
    others = [name for name in _SPEAKS.findall(before) if name != f"routing-instances {tenant.vrf}"]
    for command in found:
        match = _NEW_NUMBER.match(command[0])
        if match and (others if match[1] == "delete" else numbers not in ([], [match[2]])):
            expected = "the autonomous system to stay as it is"
            raise refused(
                change.device, command, expected, f"a change of it, with {others[0] if others else numbers[0]}"
            )


def _check_process(change: DeviceChange, tenant: Tenant, before: str, found: list[Command]) -> None:
    """BGP of an edge is everybody's: it goes only from one on which nobody but the buyer has anything in it."""
    others = [
        line
        for process in _PROCESS.findall(before)
        for line in _IN_PROCESS.findall(process)
        if not re.fullmatch(
            rf"address-family ipv[46] (?:unicast )?vrf {re.escape(tenant.vrf)}|exit-address-family", line
        )
    ]
    for command in found if others else ():
        if command[0].startswith("no router bgp "):
            raise refused(change.device, command, "BGP of the edge to stay", f"{others[0]!r} in it")


_WHOLE_EDGE = {Platform.CISCO_IOS: _check_process, Platform.JUNIPER_JUNOS: _check_autonomous_system}
"""What of an edge is everybody's, on platforms where an order can make it and take it away."""


def _check_command(change: DeviceChange, tenant: Tenant, command: Command) -> None:
    words = WORDS[change.platform]
    if not words.knows(command):
        expected = f"a command that is known to be about what is {tenant.buyer}'s"
        raise refused(change.device, command, expected, "one of no known kind")
    for name in words.named(command):
        if not tenant.owns(name):
            expected = f"only names of {tenant.buyer}: {tenant.vrf}-..., or made of {tenant.reference}"
            raise refused(change.device, command, expected, name)


def _check_controller(change: DeviceChange, tenant: Tenant, found: list[Command]) -> None:
    """Networks have numbers that the buyer holds, and access points are those of its sites, or had its tags."""
    numbers = [held for pool, held in tenant.held.items() if pool.startswith("wlan/")]
    tags = _tags_in(change.running)
    for command in found:
        wlan = _WLAN.match(f"{command[0]} ")
        if wlan and not any(wlan[2] in held for held in numbers):
            raise refused(change.device, command, f"only numbers of networks that {tenant.buyer} holds", wlan[2])
        point = _ACCESS_POINT.match(command[0])
        if point is None:
            continue
        mac = point[1].lower()
        others = [tag for tag in tags.get(mac, ()) if not tenant.owns(tag) and not tag.startswith("default-")]
        if others or (mac not in tenant.access_points and mac not in tags):
            found_there = f"{mac}, which has {others[0]}" if others else mac
            raise refused(change.device, command, f"only access points of sites of {tenant.buyer}", found_there)


def _tags_in(text: str) -> dict[str, list[str]]:
    """The tags that access points have."""
    return {point[1].lower(): _TAG.findall(point[2]) for point in _POINT.finditer(text)}
