"""What the templates of wireless networks get: everything for one access point, RADIUS server or controller."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class WirelessServer:
    """A RADIUS server that access points ask.

    Attributes:
        key: slot of the secret that both share.
    """

    name: str
    address: IPv4Address
    key: str


@dataclass(frozen=True, slots=True)
class WirelessNetwork:
    """One network.

    Attributes:
        profile: what it is called on a shared device.
        number: its number on a controller; 0 on an access point.
        ssid_word: the SSID as hostapd takes it: in quotes, or as hexadecimal digits where it is not all ASCII.
        is_enterprise: whether it asks who is there (802.1X).
        wpa2, wpa3: whether stations may use either.
        passphrase: slot; empty: none.
        is_owe: open to all, encrypted station by station.
        isolates: whether stations cannot reach each other.
        bands: `2.4`, `5`, `6`.
    """

    profile: str
    number: int
    ssid: str
    ssid_word: str
    vlan: int
    segment: str
    is_enterprise: bool
    wpa2: bool
    wpa3: bool
    passphrase: str
    is_owe: bool
    isolates: bool
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WirelessBss:
    """A network on one radio, with the interface that it has there."""

    interface: str
    network: WirelessNetwork


@dataclass(frozen=True, slots=True)
class WirelessRadio:
    """A radio of an access point."""

    name: str
    band: str
    channel: int
    networks: tuple[WirelessBss, ...]


@dataclass(frozen=True, slots=True)
class WirelessAccessPoint:
    """All that networks put on one access point.

    Attributes:
        address: from which it asks; none: it asks nobody.
        uplink: where its VLANs go.
        servers: whom it asks, first to last.
    """

    name: str
    address: IPv4Address | None
    uplink: str
    country: str
    radios: tuple[WirelessRadio, ...]
    servers: tuple[WirelessServer, ...]


@dataclass(frozen=True, slots=True)
class WirelessClient:
    """Somebody who may ask a RADIUS server."""

    name: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class WirelessAccount:
    """Somebody who is let in.

    Attributes:
        password: slot.
        vlan: where; none: where the network is.
    """

    login: str
    password: str
    vlan: int | None
    barred: bool


@dataclass(frozen=True, slots=True)
class WirelessRealm:
    """All that networks put on one RADIUS server.

    Attributes:
        key: slot of the secret that clients share with it.
    """

    realm: str
    key: str
    clients: tuple[WirelessClient, ...]
    accounts: tuple[WirelessAccount, ...]


@dataclass(frozen=True, slots=True)
class WirelessMember:
    """An access point as its controller knows it."""

    name: str
    mac: str


@dataclass(frozen=True, slots=True)
class WirelessController:
    """All that networks of one site put on a controller.

    Attributes:
        prefix: what all names begin with.
        vlans: (name, VLAN id) of every VLAN into which stations are put.
        group: of the RADIUS servers; empty: nobody is asked.
        country: regulatory domain of the site.
    """

    prefix: str
    group: str
    country: str
    vlans: tuple[tuple[str, int], ...]
    networks: tuple[WirelessNetwork, ...]
    servers: tuple[WirelessServer, ...]
    members: tuple[WirelessMember, ...]


@dataclass(frozen=True, slots=True)
class WirelessParts:
    """What the template gets: the one part that this device plays, the others empty."""

    access_point: WirelessAccessPoint | None = None
    realm: WirelessRealm | None = None
    controller: WirelessController | None = None
