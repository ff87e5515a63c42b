"""What an order line says of a LAN, typed, before anything is allocated.

Ranges here are those of the technology (IEEE 802.1Q, 802.3bt, 802.1D); the narrower ones of the contract live in the
catalogue. Everything but the segments has a default that is safe: hosts reach their own segment and what lies beyond
the site, storms and floods of DHCP are held, and nobody is asked to authenticate.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, Field

from turnup.model import Model
from turnup.scalars import DeviceNameField, NameText, VlanId
from turnup.sites import InterfaceName

Percent = Annotated[int, Field(ge=1, le=100)]
PacketRate = Annotated[int, Field(ge=1, le=2048)]
"""Packets a second that a switch takes to its own processor from one port."""


def _in_steps(priority: int) -> int:
    if priority % 4096:
        raise ValueError("a multiple of 4096 (IEEE 802.1D-2004, 9.2.5)")
    return priority


RootPriority = Annotated[int, Field(ge=0, le=61440), AfterValidator(_in_steps)]
"""Bridge priority of the gateway switch; the lowest of a VLAN is its root."""


def _of_a_type(watts: int) -> int:
    if watts not in POE_MILLIWATTS:
        raise ValueError(f"one of {', '.join(map(str, POE_MILLIWATTS))} (IEEE 802.3bt, types 1 to 4)")
    return watts


POE_MILLIWATTS = {0: 0, 15: 15_400, 30: 30_000, 60: 60_000, 90: 90_000}
"""What a port gives at the switch's end, by the watts that it is called after."""

PoeWatts = Annotated[int, AfterValidator(_of_a_type)]


class Marking(StrEnum):
    """What a switch makes of the marks (DSCP, RFC 2474) on packets that hosts of a segment send."""

    TRUST = "trust"
    BEST_EFFORT = "best-effort"
    BUSINESS = "business"
    VIDEO = "video"
    VOICE = "voice"


class RadiusSilence(StrEnum):
    """What becomes of a port that asks for authentication while no RADIUS server answers."""

    CLOSED = "closed"
    OPEN = "open"


class Segment(Model):
    """One user network of a site: a VLAN with its subnet and its access ports.

    Attributes:
        name: becomes the VLAN's name; unique in the site.
        hosts: addresses needed for hosts; the subnet is the smallest that holds them and the gateway.
        ports: access ports to put into the VLAN, taken from the site's free ones.
        vlan: a certain VLAN id, if the buyer needs one; else the next free one of the site's pool.
        dhcp_server: DHCP server to relay to (RFC 1542); none: addresses are given out otherwise.
        voice: the segment whose VLAN telephones on the ports use, tagged; their computers stay in this one.
        authenticated: whether ports ask who is there: by 802.1X, and by hardware address what cannot answer.
        poe_watts: power that each port gives (IEEE 802.3bt); 0: none.
        marking: what becomes of the marks that hosts put on packets; those of telephones in `voice` are kept.
        arp_inspection: whether only addresses that DHCP gave out may be used; fixed addresses are cut off.
        reaches: segments of the site that its hosts may reach, and whose hosts may reach them; else none.
    """

    name: NameText
    hosts: Annotated[int, Field(ge=1, le=2000)]
    ports: Annotated[int, Field(ge=0, le=192)] = 0
    vlan: VlanId | None = None
    dhcp_server: IPv4Address | None = None
    voice: NameText | None = None
    authenticated: bool = False
    poe_watts: PoeWatts = 0
    marking: Marking = Marking.TRUST
    arp_inspection: bool = False
    reaches: tuple[NameText, ...] = ()


class TrunkSegments(Model):
    """A link between switches that carries only some of the segments.

    Attributes:
        switch, port: one end of it, an uplink or downlink of the site's description; each end is named for itself.
    """

    switch: DeviceNameField
    port: InterfaceName
    segments: Annotated[tuple[NameText, ...], Field(min_length=1)]


class LanParameters(Model):
    """A LAN: the segments of one site on its switches.

    Attributes:
        when_radius_is_silent: whether ports that ask let hosts in while no RADIUS server answers; telephones always.
        critical_segment: where they are let in then; none: into their own segment.
        broadcast_percent, multicast_percent: share of a port's bandwidth for such frames; 100: all of it.
        dhcp_rate, arp_rate: packets a second that a port may send; more, and it is closed for five minutes.
        root_priority: spanning-tree priority of the gateway switch.
        native_vlan: VLAN of untagged frames between switches, which carries no user; none: as the switches have it.
        trunks: links that carry only some segments; all others carry all of them.
    """

    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=32)]
    when_radius_is_silent: RadiusSilence = RadiusSilence.CLOSED
    critical_segment: NameText | None = None
    broadcast_percent: Percent = 5
    multicast_percent: Percent = 100
    dhcp_rate: PacketRate = 15
    arp_rate: PacketRate = 30
    root_priority: RootPriority = 8192
    native_vlan: VlanId | None = None
    trunks: tuple[TrunkSegments, ...] = ()
