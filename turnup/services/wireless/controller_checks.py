"""What proves wireless networks on a controller: they are on, bound, its access points have them, its servers answer.

Answers are read as IOS-XE 17.9 prints them on a Catalyst 9800 (command reference); columns that later releases moved
are found by what stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.service.checks import Moment, ServiceCheck, check_for

if TYPE_CHECKING:
    from turnup.service.intent import DeviceIntent
    from turnup.services.wireless.values import WirelessController, WirelessMember, WirelessNetwork

JOIN_SECONDS = 300
"""An access point that gets other tags leaves its controller and joins again; one with another country starts anew."""

_ADDRESS = r"(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)"


def controller_checks(intent: DeviceIntent, site: WirelessController) -> Iterator[ServiceCheck]:
    """Ask a controller for each network, access point and server of a site."""
    for network in site.networks:
        yield from _network(intent, site.prefix, network)
    for server in site.servers:
        name = re.escape(f"{site.prefix}-{server.name}")
        shows = rf"^RADIUS: id .*, host {re.escape(str(server.address))}, .*hostname {name}\s*\n\s*State: current (\w+)"
        yield check_for(intent, f"RADIUS server {server.name} is not dead", "show aaa servers", shows, "UP")
    for member in site.members:
        yield from _member(intent, site.prefix, member)


def _network(intent: DeviceIntent, prefix: str, network: WirelessNetwork) -> Iterator[ServiceCheck]:
    profile = re.escape(network.profile)
    shows = rf"^{network.number}\s+{profile}\s+{re.escape(network.ssid)}\s+(\S+)"
    yield check_for(intent, f"WLAN {network.profile} is on", "show wlan summary", shows, "UP")
    ask, shows = "show wireless profile policy summary", rf"^{profile}\s.*?(\S+)\s*$"
    yield check_for(intent, f"policy {network.profile} is on", ask, shows, "ENABLED")
    ask, shows = f"show wireless tag policy detailed {prefix}", rf"^{profile}\s+(\S+)"
    yield check_for(intent, f"tag {prefix} binds {network.profile} to its policy", ask, shows, network.profile)


def _member(intent: DeviceIntent, prefix: str, member: WirelessMember) -> Iterator[ServiceCheck]:
    """Access points are plugged in when the controller knows them: asked when the whole site is there."""
    mac = f"(?i:{re.escape(member.mac)})"
    shows = rf"^\S+\s+\d+\s+\S+\s+{mac}\s.*\s{_ADDRESS}\s+(\S+)"
    yield _later(intent, f"access point {member.name} has joined", "show ap summary", shows, "Registered")
    for kind, before in (("site", ""), ("policy", r"\S+\s+")):
        shows = rf"^\S+\s+{mac}\s+{before}(\S+)"
        yield _later(intent, f"access point {member.name} has the {kind} tag", "show ap tag summary", shows, prefix)


def _later(intent: DeviceIntent, title: str, ask: str, shows: str, expected: str) -> ServiceCheck:
    return check_for(intent, title, ask, shows, expected, moment=Moment.SITE, within_seconds=JOIN_SECONDS)
