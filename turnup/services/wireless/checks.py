"""What proves wireless networks: they are on the air under their names, and users are let in with their VLAN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.service.checks import ServiceCheck, check_for
from turnup.services.wireless.controller_checks import controller_checks
from turnup.services.wireless.intents import wireless_intents
from turnup.services.wireless.values import WirelessParts
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.intent import DeviceIntent, Surroundings
    from turnup.services.wireless.design import WirelessDesign
    from turnup.services.wireless.values import WirelessAccessPoint, WirelessAccount, WirelessRealm

_ASKED = (Platform.HOSTAPD, Platform.FREERADIUS, Platform.CISCO_IOS)
_NETWORK_SECONDS = 30
"""hostapd looks for radar and other access points before it sends."""


def wireless_checks(design: WirelessDesign, around: Surroundings, provider: Provider) -> tuple[ServiceCheck, ...]:
    """Ask access points or their controller for networks, and RADIUS servers as they do (RFC 2865, RFC 3580)."""
    return tuple(
        check
        for intent in wireless_intents(design, around, provider)
        if isinstance(intent.value, WirelessParts) and intent.platform in _ASKED
        for check in _checks(intent, intent.value)
    )


def _checks(intent: DeviceIntent, parts: WirelessParts) -> Iterator[ServiceCheck]:
    if parts.access_point is not None:
        yield from _on_the_air(intent, parts.access_point)
    if parts.realm is not None:
        yield from _let_in(intent, parts.realm)
    if parts.controller is not None:
        yield from controller_checks(intent, parts.controller)


def _on_the_air(intent: DeviceIntent, point: WirelessAccessPoint) -> Iterator[ServiceCheck]:
    for radio in point.radios:
        for bss in radio.networks:
            expected = _printed(bss.network.ssid)
            title = f"{bss.interface} sends {expected}"
            yield check_for(
                intent, title, f"network {bss.interface}", r"^ssid=(.*)$", expected, within_seconds=_NETWORK_SECONDS
            )


def _let_in(intent: DeviceIntent, realm: WirelessRealm) -> Iterator[ServiceCheck]:
    yield check_for(intent, f"realm {realm.realm} is answered", f"realm {realm.realm}", r"^(.*)$", "known")
    for client in realm.clients:
        yield check_for(intent, f"{client.name} may ask", f"client {client.address}", r"^(.*)$", "known")
    for account in realm.accounts:
        yield check_for(intent, *_answer(account))


def _answer(account: WirelessAccount) -> tuple[str, str, str, str]:
    ask = f"user {account.login}"
    if account.barred:
        return f"{account.login} is barred", ask, r"^(Access-\w+)$", "Access-Reject"
    if account.vlan is None:
        return f"{account.login} is let in", ask, r"^(Access-\w+)$", "Access-Accept"
    shows = r'^Tunnel-Private-Group-Id = "(\d+)"$'
    return f"{account.login} is let in with its VLAN", ask, shows, str(account.vlan)


def _printed(ssid: str) -> str:
    """A name as hostapd prints it (src/utils/common.c, printf_encode)."""
    return "".join(chr(byte) if 32 <= byte <= 126 else f"\\x{byte:02x}" for byte in ssid.encode())
