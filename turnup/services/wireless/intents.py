"""What wireless networks want: of the RADIUS servers who is let in, of access points or their controller the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.services.wireless.design import CONTROLLER
from turnup.services.wireless.parameters import Purpose, Security
from turnup.services.wireless.values import (
    WirelessAccessPoint,
    WirelessAccount,
    WirelessBss,
    WirelessClient,
    WirelessController,
    WirelessMember,
    WirelessNetwork,
    WirelessParts,
    WirelessRadio,
    WirelessRealm,
    WirelessServer,
)
from turnup.sites import Band, DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.services.wireless.design import NetworkDesign, WirelessDesign
    from turnup.sites import AccessPoint, Device, Radio, Wireless

COUNTRY = "GB"
"""Regulatory domain (ISO 3166-1) of all sites."""


def wireless_intents(design: WirelessDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what the networks want of each device that they touch.

    Raises:
        DesignError: the site has no access points, or names no RADIUS servers where somebody has to be asked.
    """
    return tuple(_Networks(design, around, provider).intents())


@dataclass(frozen=True, slots=True)
class _Networks:
    """The networks of one line on the devices of its site."""

    design: WirelessDesign
    around: Surroundings
    provider: Provider

    def intents(self) -> Iterator[DeviceIntent]:
        """RADIUS servers first, then the controller, then access points of their own."""
        if self.design.realm:
            for server in self.around.serving("wireless", DeviceRole.RADIUS):
                yield self._intent(server, WirelessParts(realm=self._realm()))
        for each in self._controllers():
            yield self._intent(each, WirelessParts(controller=self._controller()))
        for point in self._wireless.access_points:
            device = self.around.site.device(point.name)
            if device is not None:
                yield self._intent(device, WirelessParts(access_point=self._access_point(point)))

    def _intent(self, device: Device, parts: WirelessParts) -> DeviceIntent:
        return DeviceIntent(self.design.line, self.around.site.code, device.name, device.platform, parts)

    @property
    def _wireless(self) -> Wireless:
        found = self.around.site.wireless
        if found is None:
            where, remedy = f"inventory/sites/{self.around.site.code}/site.yaml", "Describe `wireless`."
            raise DesignError(where, "access points", "none", remedy)
        return found

    def _controllers(self) -> tuple[Device, ...]:
        known = self.around.site.served_by
        return self.around.serving(CONTROLLER, DeviceRole.CONTROLLER) if CONTROLLER in known else ()

    def _realm(self) -> WirelessRealm:
        clients = tuple(WirelessClient(name, address) for name, address in sorted(self.design.askers))
        accounts = sorted(self.design.accounts, key=lambda each: each.login)
        return WirelessRealm(
            self.design.realm,
            self.design.radius_key,
            clients,
            tuple(WirelessAccount(each.login, each.password, each.vlan, each.barred) for each in accounts),
        )

    def _servers(self) -> tuple[WirelessServer, ...]:
        """The servers that ports and networks of the site ask; the secret is that of the order."""
        if not self.design.radius_key:
            return ()
        asked = self.around.site.radius or self.provider.radius
        return tuple(WirelessServer(each.name, each.address, self.design.radius_key) for each in asked)

    def _controller(self) -> WirelessController:
        points = self._wireless.access_points
        members = tuple(WirelessMember(each.name, each.mac) for each in points if each.mac is not None)
        return WirelessController(
            self.design.prefix,
            f"{self.design.prefix}-RADIUS" if self.design.radius_key else "",
            COUNTRY,
            self._vlans(),
            tuple(map(self._network, self.design.networks)),
            self._servers(),
            members,
        )

    def _vlans(self) -> tuple[tuple[str, int], ...]:
        """Those of networks by the names of their segments, those of accounts only by their numbers."""
        named = {each.vlan: each.ordered.segment for each in self.design.networks}
        others = {each.vlan: f"VLAN-{each.vlan}" for each in self.design.accounts if each.vlan is not None}
        return tuple((name, vlan) for vlan, name in sorted({**others, **named}.items()))

    def _access_point(self, point: AccessPoint) -> WirelessAccessPoint:
        return WirelessAccessPoint(
            point.name,
            point.address,
            self._wireless.uplink,
            COUNTRY,
            tuple(map(self._radio, point.radios)),
            self._servers(),
        )

    def _radio(self, radio: Radio) -> WirelessRadio:
        here = (each for each in self.design.networks if radio.band in _bands(each))
        networks = (WirelessBss(f"{radio.name}-{each.ordered.name}", self._network(each)) for each in here)
        return WirelessRadio(radio.name, radio.band, radio.channel, tuple(networks))

    def _network(self, network: NetworkDesign) -> WirelessNetwork:
        ordered = network.ordered
        guest = ordered.purpose is Purpose.GUEST
        return WirelessNetwork(
            profile=f"{self.design.prefix}-{ordered.name}",
            number=network.number,
            ssid=ordered.ssid,
            ssid_word=f'"{ordered.ssid}"' if ordered.ssid.isascii() else ordered.ssid.encode().hex(),
            vlan=network.vlan,
            segment=ordered.segment,
            is_enterprise=not guest,
            wpa2=ordered.security is not Security.WPA3,
            wpa3=ordered.security is not Security.WPA2,
            passphrase=f"<secret:{ordered.passphrase}>" if guest and ordered.passphrase else "",
            is_owe=guest and ordered.passphrase is None,
            isolates=guest,
            bands=_bands(network),
        )


def _bands(network: NetworkDesign) -> tuple[str, ...]:
    return tuple(each.value for each in network.ordered.bands or Band)
