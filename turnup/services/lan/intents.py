"""What a LAN wants of each switch of its site: the gateway routes and filters, all of them switch and protect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.services.lan.filters import filter_of
from turnup.services.lan.findings import findings_for
from turnup.services.lan.marks import classes_of, policies_of, policy_name
from turnup.services.lan.parameters import POE_MILLIWATTS, Marking, RadiusSilence, Segment
from turnup.services.lan.values import LanAuthentication, LanPort, LanRadiusServer, LanSvi, LanSwitch, LanTrunk

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.service.lines import PortRef
    from turnup.services.lan.designs import LanDesign, SegmentDesign
    from turnup.sites import SwitchPorts

NATIVE_NAME = "NATIVE"
"""Name of the VLAN of untagged frames, on every switch of a site."""
EVERYONES = 32768
"""Priority that every bridge has unless told otherwise: none of them shows a line for it (IEEE 802.1D-2004, 17.14)."""
WHOLE = 100
"""Percent: no limit."""


def lan_intents(design: LanDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a LAN wants of each switch of its site.

    Raises:
        DesignError: ports shall ask who is there and no RADIUS server is named, or a segment has ports on a switch
            whose uplink does not carry it.
    """
    lan = _Lan(design, around, provider)
    return tuple(lan.intent(switch) for switch in around.site.switches)


@dataclass(frozen=True, slots=True)
class _Lan:
    """One LAN on the switches of its site."""

    design: LanDesign
    around: Surroundings
    provider: Provider

    def intent(self, ports: SwitchPorts) -> DeviceIntent:
        """What it wants of one switch."""
        device = self.around.devices[ports.device]
        switch = self._switch(ports)
        return DeviceIntent(
            line=self.design.line,
            site=self.around.site.code,
            device=device.name,
            platform=device.platform,
            value=switch,
            findings=findings_for(self.design.segments, switch, device),
        )

    def _switch(self, ports: SwitchPorts) -> LanSwitch:
        by_vlan = sorted(self.design.segments, key=lambda segment: segment.vlan)
        is_gateway, ordered = ports.uplink is None, self.design.ordered
        here = tuple(
            self._port(segment, port, ports)
            for segment in by_vlan
            for port in segment.ports
            if port.device == ports.device
        )
        native = () if ordered.native_vlan is None else ((ordered.native_vlan, NATIVE_NAME),)
        policies = policies_of(here)
        return LanSwitch(
            vlans=tuple(sorted((*((segment.vlan, segment.name) for segment in by_vlan), *native))),
            segments=tuple(segment.vlan for segment in by_vlan),
            svis=tuple(self._svi(segment) for segment in by_vlan) if is_gateway else (),
            ports=here,
            trunks=self._trunks(ports),
            inspected=tuple(each.vlan for each in by_vlan if self._ordered(each).arp_inspection),
            root_priority=ordered.root_priority if is_gateway and ordered.root_priority != EVERYONES else None,
            authentication=self._authentication(here),
            classes=classes_of(policies),
            policies=policies,
        )

    def _ordered(self, segment: SegmentDesign) -> Segment:
        return next(each for each in self.design.ordered.segments if each.name == segment.name)

    def _vlan_of(self, name: str | None) -> int | None:
        return next((each.vlan for each in self.design.segments if each.name == name), None)

    def _svi(self, segment: SegmentDesign) -> LanSvi:
        return LanSvi(
            vlan=segment.vlan,
            segment=segment.name,
            address=segment.gateway,
            dhcp_server=segment.dhcp_server,
            formers=segment.former_gateways,
            filter=filter_of(segment, self.design, self.around.site),
        )

    def _port(self, segment: SegmentDesign, port: PortRef, switch: SwitchPorts) -> LanPort:
        wanted, ordered = self._ordered(segment), self.design.ordered
        opens = wanted.authenticated and ordered.when_radius_is_silent is RadiusSilence.OPEN
        return LanPort(
            interface=port.interface,
            vlan=segment.vlan,
            segment=segment.name,
            voice_vlan=self._vlan_of(wanted.voice),
            authenticated=wanted.authenticated,
            critical_vlan=(self._vlan_of(ordered.critical_segment) or segment.vlan) if opens else None,
            poe_milliwatts=None if switch.poe_watts is None else POE_MILLIWATTS[wanted.poe_watts],
            broadcast_percent=_limit(ordered.broadcast_percent),
            multicast_percent=_limit(ordered.multicast_percent),
            dhcp_rate=ordered.dhcp_rate,
            arp_rate=ordered.arp_rate if wanted.arp_inspection else None,
            trusts=wanted.marking is Marking.TRUST,
            policy=policy_name(wanted),
        )

    def _trunks(self, switch: SwitchPorts) -> tuple[LanTrunk, ...]:
        uplinks = () if switch.uplink is None else (self._trunk(switch, switch.uplink, trusted=True),)
        return (*uplinks, *(self._trunk(switch, downlink, trusted=False) for downlink in switch.downlinks))

    def _trunk(self, switch: SwitchPorts, interface: str, *, trusted: bool) -> LanTrunk:
        limits = (each for each in self.design.ordered.trunks if (each.switch, each.port) == (switch.device, interface))
        limit = next(limits, None)
        carried = [each for each in self.design.segments if limit is None or each.name in limit.segments]
        if trusted:
            self._check_carried(switch, interface, carried)
        return LanTrunk(
            interface, tuple(sorted(each.vlan for each in carried)), trusted, self.design.ordered.native_vlan
        )

    def _check_carried(self, switch: SwitchPorts, uplink: str, carried: list[SegmentDesign]) -> None:
        """A segment with ports on a switch, or with telephones there, has to come to it."""
        for segment in self.design.segments:
            if not any(port.device == switch.device for port in segment.ports):
                continue
            voice = self._ordered(segment).voice
            needed = (segment, *(each for each in self.design.segments if each.name == voice))
            missing = next((each.name for each in needed if each not in carried), None)
            if missing is not None:
                raise DesignError(
                    f"{self.design.line.id}: trunk {switch.device} {uplink}: [trunk-carries-ports]",
                    f"{missing}, which has ports on {switch.device}",
                    f"{', '.join(each.name for each in carried)}",
                    "Add the segment to the trunk, or order its ports elsewhere.",
                )

    def _authentication(self, ports: tuple[LanPort, ...]) -> LanAuthentication | None:
        asking = tuple(port for port in ports if port.authenticated)
        if not asking:
            return None
        servers = self.around.site.radius or self.provider.radius
        if not servers:
            raise DesignError(
                f"{self.design.line.id}: [radius-named]",
                "a RADIUS server that says who may use a port",
                "none",
                f"Name one in inventory/sites/{self.around.site.code}/site.yaml or inventory/provider.yaml (`radius`).",
            )
        ordered = self.design.ordered
        return LanAuthentication(
            servers=tuple(LanRadiusServer(each.name, each.address, each.slot) for each in servers),
            opens=ordered.when_radius_is_silent is RadiusSilence.OPEN,
            critical_vlan=self._vlan_of(ordered.critical_segment),
            phones=any(port.voice_vlan is not None for port in asking),
        )


def _limit(percent: int) -> int | None:
    return None if percent >= WHOLE else percent
