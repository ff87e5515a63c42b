"""The design of wireless networks: each in the VLAN of its segment, with names and numbers that nobody else has."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.service.lines import ServiceLine
from turnup.services.lan.designs import LanDesign

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.wireless.parameters import Account, Network, WirelessParameters
    from turnup.sites import AccessPoint

CONTROLLER = "wireless_controller"
"""Key of `served_by` under which a site names the controller of its access points."""

_WLAN_IDS = (17, 4096)
"""Numbers of WLAN profiles; the first sixteen are in the default policy tag of every access point."""


@dataclass(frozen=True, slots=True)
class NetworkDesign:
    """A network with its VLAN; on a controller also with its number there, else 0."""

    ordered: Network
    vlan: int
    number: int


@dataclass(frozen=True, slots=True)
class AccountDesign:
    """An account; its VLAN is none where the network decides."""

    login: str
    password: str
    vlan: int | None
    barred: bool


@dataclass(frozen=True, slots=True)
class WirelessDesign:
    """The wireless networks of a site.

    Attributes:
        prefix: what names on shared devices begin with: the buyer's.
        realm: empty where nobody has to say who he is.
        radius_key: slot of the shared secret; empty likewise.
        askers: who asks the RADIUS servers, with the address from which it does.
    """

    line: ServiceLine
    prefix: str
    networks: tuple[NetworkDesign, ...]
    realm: str
    radius_key: str
    accounts: tuple[AccountDesign, ...]
    askers: tuple[tuple[str, IPv4Address], ...]


def design_wireless(work: Designing[WirelessParameters]) -> WirelessDesign:
    """Give each network its VLAN, and hold the names that only one may have.

    Raises:
        DesignError: a segment is not there, or somebody else holds a realm, a login or an address that asks.
    """
    ordered, order = work.parameters, work.order
    owner, buyer = order.framework.reference, order.buyer
    vlans = _vlans(work)
    if ordered.realm is not None:
        work.allocator.claim(f"realm/{owner}", ordered.realm, f"buyer/{buyer.code}", f"realm:{ordered.realm}")
    asks = bool(ordered.realm and ordered.radius_key)
    return WirelessDesign(
        line=work.line,
        prefix=f"{buyer.vrf}-{work.site.code}",
        networks=tuple(_network(work, each, vlans) for each in ordered.networks),
        realm=ordered.realm or "",
        radius_key=f"<secret:{ordered.radius_key}>" if asks else "",
        accounts=tuple(_account(work, each, vlans) for each in ordered.accounts),
        askers=tuple(_asker(work, *each) for each in _addresses(work)) if asks else (),
    )


def _network(work: Designing[WirelessParameters], network: Network, vlans: dict[str, int]) -> NetworkDesign:
    controller = work.site.served_by.get(CONTROLLER)
    number = 0
    if controller is not None:
        pool = f"wlan/{controller.site}"
        number = work.allocator.take_number(pool, _WLAN_IDS, work.line.id, f"network:{network.name}")
    return NetworkDesign(network, _vlan(work, network.segment, vlans), number)


def _account(work: Designing[WirelessParameters], account: Account, vlans: dict[str, int]) -> AccountDesign:
    owner = work.order.framework.reference
    work.allocator.claim(f"login/{owner}", account.login, work.line.id, f"login:{account.login}")
    vlan = None if account.segment is None else _vlan(work, account.segment, vlans)
    return AccountDesign(account.login, f"<secret:{account.password}>", vlan, account.barred)


def _addresses(work: Designing[WirelessParameters]) -> tuple[tuple[str, IPv4Address], ...]:
    wireless = work.site.wireless
    points: tuple[AccessPoint, ...] = wireless.access_points if wireless is not None else ()
    own = tuple((each.name, each.address) for each in points if each.address is not None)
    controller = work.site.served_by.get(CONTROLLER)
    if controller is not None and wireless is not None and wireless.controller_address is not None:
        return (*own, (controller.devices[0], wireless.controller_address))
    return own


def _asker(work: Designing[WirelessParameters], name: str, address: IPv4Address) -> tuple[str, IPv4Address]:
    """Hold an address: a controller asks for all sites of a buyer, an access point for one."""
    controller = work.site.served_by.get(CONTROLLER)
    shared = controller is not None and name in controller.devices
    holder = f"buyer/{work.order.buyer.code}" if shared else work.line.id
    work.allocator.claim(f"radius-client/{work.order.framework.reference}", str(address), holder, f"client:{name}")
    return name, address


def _vlans(work: Designing[WirelessParameters]) -> dict[str, int]:
    """The VLANs of the site's segments, from this order or delivered before."""
    site, allocator = work.site.code, work.allocator
    found = {
        each.key.removeprefix("segment:"): int(each.value)
        for each in allocator.held(f"vlan/{site}")
        if each.key.startswith("segment:") and not allocator.rests(each)
    }
    for lan in work.before:
        if isinstance(lan, LanDesign) and lan.line.site == site:
            found.update((each.name, each.vlan) for each in lan.segments)
    return found


def _vlan(work: Designing[WirelessParameters], segment: str, vlans: dict[str, int]) -> int:
    if segment not in vlans:
        raise DesignError(
            f"{work.site.code}: {work.line.id.rpartition('/')[2]}: segment {segment}",
            "a segment of a LAN at the site",
            f"only {', '.join(sorted(vlans))}" if vlans else "no LAN at the site",
            "Order the segment with the LAN, or deliver it first.",
        )
    return vlans[segment]
