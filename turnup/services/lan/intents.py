"""LAN: VLANs, SVIs, access ports and trunks on the switches of a site."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from turnup.findings import Finding, Severity
from turnup.service.intent import DeviceIntent, Surroundings, cannot
from turnup.sites import Platform, SwitchPorts

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.services.lan.design import LanDesign, SegmentDesign


@dataclass(frozen=True, slots=True)
class LanSvi:
    """A routed VLAN interface: the segment's gateway.

    Attributes:
        formers: gateways of former subnets, which hosts still have until they have moved.
    """

    vlan: int
    segment: str
    address: IPv4Interface
    dhcp_server: IPv4Address | None
    formers: tuple[IPv4Interface, ...] = ()


@dataclass(frozen=True, slots=True)
class LanPort:
    """An access port in its VLAN."""

    interface: str
    vlan: int
    segment: str


@dataclass(frozen=True, slots=True)
class LanTrunk:
    """A link between switches that carries the segments.

    Attributes:
        trusted: whether DHCP answers may come in here: towards the gateway.
    """

    interface: str
    vlans: tuple[int, ...]
    trusted: bool


@dataclass(frozen=True, slots=True)
class LanSwitch:
    """All that a LAN puts on one switch.

    Attributes:
        vlans: (VLAN id, name), by id.
        root: whether this switch is the spanning-tree root of the VLANs.
    """

    vlans: tuple[tuple[int, str], ...]
    svis: tuple[LanSvi, ...]
    ports: tuple[LanPort, ...]
    trunks: tuple[LanTrunk, ...]
    root: bool


def lan_intents(design: LanDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a LAN wants of each switch of its site."""
    return tuple(_intent(design, around, ports) for ports in around.site.switches)


def _intent(design: LanDesign, around: Surroundings, switch: SwitchPorts) -> DeviceIntent:
    device = around.devices[switch.device]
    return DeviceIntent(
        line=design.line,
        site=around.site.code,
        device=device.name,
        platform=device.platform,
        value=_switch(design.segments, switch),
        findings=(
            *_findings(design.segments, device.name, device.platform),
            *(_moves(design.segments, device.name, device.platform) if switch.uplink is None else ()),
        ),
    )


def _switch(segments: tuple[SegmentDesign, ...], switch: SwitchPorts) -> LanSwitch:
    by_vlan = sorted(segments, key=lambda segment: segment.vlan)
    vlans = tuple(segment.vlan for segment in by_vlan)
    is_gateway = switch.uplink is None
    uplinks = () if switch.uplink is None else (LanTrunk(switch.uplink, vlans, trusted=True),)
    return LanSwitch(
        vlans=tuple((segment.vlan, segment.name) for segment in by_vlan),
        svis=tuple(
            LanSvi(segment.vlan, segment.name, segment.gateway, segment.dhcp_server, segment.former_gateways)
            for segment in by_vlan
            if is_gateway
        ),
        ports=tuple(
            LanPort(port.interface, segment.vlan, segment.name)
            for segment in by_vlan
            for port in segment.ports
            if port.device == switch.device
        ),
        trunks=(*uplinks, *(LanTrunk(downlink, vlans, trusted=False) for downlink in switch.downlinks)),
        root=is_gateway,
    )


_NO_SNOOPING = ("DHCP snooping", "A rogue DHCP server on an access port is not stopped here.")
_LACKS: dict[Platform, tuple[tuple[str, str], ...]] = {
    Platform.OVS: (_NO_SNOOPING, ("spanning-tree portfast and bpduguard", "Do not cable loops behind access ports.")),
    Platform.ARISTA_EOS: (_NO_SNOOPING,),
}
"""What a platform cannot do of it, and what follows. EOS' snooping only adds option 82: EOS User Manual, DHCP."""


def _findings(segments: tuple[SegmentDesign, ...], device: DeviceName, platform: Platform) -> tuple[Finding, ...]:
    wanted = list(_LACKS.get(platform, ()))
    if platform is Platform.OVS and any(segment.dhcp_server for segment in segments):
        wanted.append(("DHCP relay", "Put a relay or a DHCP server into the segment."))
    return tuple(cannot(device, platform, feature, consequence) for feature, consequence in wanted)


_ONE_ADDRESS = frozenset({Platform.OVS})
"""Platforms on which a gateway has one address only."""


def _moves(segments: tuple[SegmentDesign, ...], device: DeviceName, platform: Platform) -> tuple[Finding, ...]:
    """Say of each segment that gets another subnet what becomes of hosts that still have an address of the former."""
    return tuple(
        Finding(
            file=device,
            line=0,
            field=f"segment {segment.name}",
            rule="subnet-changes",
            expected=f"{former.network}, which it had",
            found=f"{segment.subnet}",
            remedy=_remedy(platform),
            severity=Severity.WARNING,
        )
        for segment in segments
        for former in segment.former_gateways
    )


def _remedy(platform: Platform) -> str:
    if platform in _ONE_ADDRESS:
        return "This switch holds one address a VLAN: hosts are cut off until they have a new one; renew their leases."
    return (
        "Both are in force from now on. Hosts move as their leases are renewed; when none has an address of the former"
        " any more, plan and deliver this revision once more: then it goes."
    )
