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
_TAG = re.compile(r"(?:policy|site|rf)-tag (\S+)")
_AUTONOMOUS_SYSTEM = re.compile(r"^set routing-options autonomous-system \d+", re.MULTILINE)


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
    if change.platform is Platform.JUNIPER_JUNOS and _AUTONOMOUS_SYSTEM.search(change.running):
        for command in (command for found in ways.values() for command in found):
            if " routing-options " in command[0]:
                raise refused(change.device, command, "the autonomous system to stay as it is", "a change of it")


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
    tags: dict[str, list[str]] = {}
    for command in commands(text):
        if (point := _ACCESS_POINT.match(command[0])) and len(command) > 1 and (tag := _TAG.match(command[1])):
            tags.setdefault(point[1].lower(), []).append(tag[1])
    return tags
