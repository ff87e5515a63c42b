"""What an order line says of wireless networks, typed, before anything is allocated."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import LoginText, NameText, RealmText, SecretText, SsidText
from turnup.sites import Band

NetworkName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,7}$")]
"""What a network is called in configurations: short, for interfaces are named after it."""


class Purpose(StrEnum):
    """Whom a network is for."""

    CORPORATE = "corporate"
    """The buyer's own users, each by 802.1X."""
    GUEST = "guest"
    """Anybody; stations cannot reach each other."""
    ROAMING = "roaming"
    """Users of all organisations of a roaming federation, each sent to its own."""


class Security(StrEnum):
    """What a network with 802.1X asks of stations (Wi-Fi Alliance, WPA3 Specification 3.x)."""

    WPA2 = "wpa2"
    BOTH = "wpa2-wpa3"
    WPA3 = "wpa3"


class Network(Model):
    """One wireless network.

    Attributes:
        segment: LAN segment of the site in whose VLAN its stations are, unless RADIUS names another.
        passphrase: of a guest network, the same for all; none: open, encrypted station by station (OWE, RFC 8110).
        bands: on which radios it is sent; empty: on all.
    """

    name: NetworkName
    purpose: Purpose
    ssid: SsidText
    segment: NameText
    security: Security = Security.BOTH
    passphrase: SecretText | None = None
    bands: tuple[Band, ...] = ()


class Account(Model):
    """Somebody, or something, that may use networks with 802.1X.

    Attributes:
        segment: in whose VLAN it is put, whichever network it joins; none: in that of the network.
        barred: it is known and let in no more.
    """

    login: LoginText
    password: SecretText
    segment: NameText | None = None
    barred: bool = False


class WirelessParameters(Model):
    """Wireless networks of a site, and who may join those that ask.

    Attributes:
        realm: the buyer's realm that is answered by the provider's RADIUS servers; none: no 802.1X.
        radius_key: the secret that access points and RADIUS servers share (RFC 2865, section 3).
    """

    networks: Annotated[tuple[Network, ...], Field(min_length=1, max_length=16)]
    realm: RealmText | None = None
    radius_key: SecretText | None = None
    accounts: Annotated[tuple[Account, ...], Field(max_length=5000)] = ()
