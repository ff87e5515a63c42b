"""Sites: places, what stands in them, and the address plan from which their services are allocated."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field

from turnup.framework import CodeText, ServiceText
from turnup.model import Model
from turnup.scalars import DeviceName, DeviceNameField, LineText, MacText, SiteCode, SiteCodeField, VlanId
from turnup.servers import AaaServer
from turnup.windows import ChangeWindow, Freeze, Weekday

Uprn = Annotated[int, Field(ge=1, le=999_999_999_999)]
"""Unique Property Reference Number, up to 12 digits."""

Postcode = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$")]

InterfaceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9/.:-]{0,31}$")]
"""Name of an interface as its device writes it."""


class Platform(StrEnum):
    """Platforms by the word that Nornir, Netmiko and hier_config use."""

    CISCO_IOS = "cisco_ios"
    ARISTA_EOS = "arista_eos"
    JUNIPER_JUNOS = "juniper_junos"
    FRR = "frr"
    OVS = "ovs"
    FREERADIUS = "freeradius"
    PROVISIONING = "provisioning"
    CISCO_TP = "cisco_tp"
    KAMAILIO = "kamailio"
    HOSTAPD = "hostapd"


class DeviceRole(StrEnum):
    """What a device is for."""

    SWITCH = "switch"
    CPE = "cpe"
    PE = "pe"
    RADIUS = "radius"
    PHONES = "phones"
    CODEC = "codec"
    SBC = "sbc"
    ACCESS_POINT = "access_point"
    AUTHENTICATOR = "authenticator"
    CONTROLLER = "controller"


ROLE_ORDER = (
    DeviceRole.PE,
    DeviceRole.CPE,
    DeviceRole.RADIUS,
    DeviceRole.SBC,
    DeviceRole.SWITCH,
    DeviceRole.PHONES,
    DeviceRole.AUTHENTICATOR,
    DeviceRole.CONTROLLER,
    DeviceRole.ACCESS_POINT,
    DeviceRole.CODEC,
)
"""What others depend on comes first: the provider's side, the site's way out, who lets users in, its switches, and
at last what is plugged into them or seen on the air."""


def _each_once(roles: tuple[DeviceRole, ...]) -> tuple[DeviceRole, ...]:
    if len(set(roles)) < len(roles):
        raise ValueError("each role once")
    return (*roles, *(role for role in ROLE_ORDER if role not in roles))


DeviceOrder = Annotated[tuple[DeviceRole, ...], AfterValidator(_each_once)]
"""In which order the devices of a site are changed, by what they are for; roles that are not named come last."""


class AccessHours(Model):
    """When an engineer may enter: London local time."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time


class AddressPlan(Model):
    """What a site's services are allocated from.

    Attributes:
        lan: aggregate of the site's user subnets (RFC 1918), inside the buyer's.
        transit: prefix of the /31 links between switch and CPE (RFC 3021); outside `lan`.
        vlans: first and last VLAN for users.
        transit_vlans: first and last VLAN for transit links.
    """

    lan: IPv4Network
    transit: IPv4Network
    vlans: tuple[VlanId, VlanId]
    transit_vlans: tuple[VlanId, VlanId]


class SwitchPorts(Model):
    """The ports of one switch that services may use, in the order in which they are given out.

    Attributes:
        device: the switch.
        access_ports: ports for users.
        uplink: port towards the site's gateway switch; none on the gateway switch itself.
        downlinks: ports towards the switches behind this one.
        poe_watts: what its power supplies give to all ports together; none: it powers nothing.
    """

    device: DeviceNameField
    access_ports: tuple[InterfaceName, ...]
    uplink: InterfaceName | None = None
    downlinks: tuple[InterfaceName, ...] = ()
    poe_watts: Annotated[int, Field(ge=1, le=20_000)] | None = None


class LanHandoff(Model):
    """The cable between the gateway switch and the CPE."""

    switch: DeviceNameField
    switch_interface: InterfaceName
    cpe: DeviceNameField
    cpe_interface: InterfaceName


class AccessTail(Model):
    """The circuit between the CPE and the provider edge.

    Attributes:
        bearer_mbps: what the circuit can carry in Mbit/s; the ordered rate may not pass it.
        pe_site: code of the site in which the provider edge stands.
        s_vlan: service VLAN tag (IEEE 802.1ad) under which the circuit arrives at a port that it shares; none: the
            port of the provider edge is the circuit's alone.
    """

    circuit_id: LineText
    bearer_mbps: Annotated[int, Field(ge=1)]
    cpe: DeviceNameField
    cpe_interface: InterfaceName
    pe: DeviceNameField
    pe_site: SiteCodeField
    pe_interface: InterfaceName
    s_vlan: Annotated[int, Field(ge=1, le=4094)] | None = None


class InternetCircuit(Model):
    """A circuit to the internet that ends on a CPE.

    Attributes:
        address: the CPE's address on it, with the length of its subnet.
        gateway: the way out.
    """

    circuit_id: LineText
    cpe: DeviceNameField
    cpe_interface: InterfaceName
    address: IPv4Interface
    gateway: IPv4Address


_AnaloguePort = Annotated[str, Field(pattern=r"^[0-9]{1,2}(/[0-9]{1,2}){1,2}$")]


class VoiceEdge(Model):
    """The site's own voice gateway, between its PBX and the provider's SBC.

    Attributes:
        device: one of the site's own, in the role `sbc`.
        address: its address towards the provider.
        sbc: the provider's SBC, as it sees it.
        analogue_ports: ports for lifts and alarms, such as 0/1/0, in the order in which they are given out; at most 50,
            for each has a number of a dial peer by its place, of the upper half of its trunk's hundred.
    """

    device: DeviceNameField
    address: IPv4Address
    sbc: IPv4Address
    analogue_ports: Annotated[tuple[_AnaloguePort, ...], Field(max_length=50)] = ()


class Core(Model):
    """The provider's devices that a service of a site stands on, such as the RADIUS servers of its SIMs.

    Attributes:
        site: code of the provider's site in which they stand.
        devices: their names; each gets all of the service.
    """

    site: SiteCodeField
    devices: Annotated[tuple[DeviceNameField, ...], Field(min_length=1)]


class Band(StrEnum):
    """A frequency band of wireless LAN, in GHz."""

    LOW = "2.4"
    MIDDLE = "5"
    HIGH = "6"


RadioName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,5}$")]
"""Name of a radio as its access point writes it: short, for networks are named after it."""


class Radio(Model):
    """A radio of an access point, with the channel that a survey gave it."""

    name: RadioName
    band: Band
    channel: Annotated[int, Field(ge=1, le=233)]


class AccessPoint(Model):
    """An access point: one that is configured itself, or one that a controller has.

    Attributes:
        name: of itself a device of the site, else what its controller calls it.
        address: from which it asks RADIUS servers; none: its controller asks.
        mac: address of its wired port, by which a controller knows it.
        radios: with their channels; none: its controller chooses.
    """

    name: DeviceNameField
    address: IPv4Address | None = None
    mac: MacText | None = None
    radios: tuple[Radio, ...] = ()


class Wireless(Model):
    """What a site has for wireless networks.

    Attributes:
        uplink: interface by which access points that bridge themselves reach the switch.
        controller_address: from which the controller asks RADIUS servers.
    """

    access_points: Annotated[tuple[AccessPoint, ...], Field(min_length=1)]
    uplink: InterfaceName = "eth0"
    controller_address: IPv4Address | None = None


class Device(Model):
    """One device of a site, as Nornir's inventory lists it.

    Attributes:
        model: part number of its hardware, as `hardware.yaml` has it; none: it is not recorded.
        redundant_with: the other member of its redundant pair (HSRP or VRRP peers, dual CPE); each names the other.
    """

    name: DeviceNameField
    platform: Platform
    role: DeviceRole
    serial: Annotated[str, Field(pattern=r"^[A-Z0-9-]{4,32}$")]
    redundant_with: DeviceNameField | None = None
    model: LineText | None = None


class Site(Model):
    """A place with its devices.

    Attributes:
        buyer: code of the buyer whose site it is; none for the provider's own sites.
        users: how many people the site serves, for the blast radius; none: not known.
        change_windows: when it may be changed; empty: at any time.
        freezes: when it must not be.
        device_order: in which order its devices are changed, where it is not the provider's.
        second_handoff, second_tail: cable and circuit of the CPE that stands in for the first.
        internet: the site's own way to the internet.
        served_by: by the name of a service, the provider's devices that it needs besides the site's own.
        radius: servers that its switches ask who is at a port, first to last; none: the provider's.
        wireless: its access points.
        devices: taken from the Nornir hosts file beside the site's own file.
    """

    code: SiteCodeField
    name: LineText
    buyer: CodeText | None
    uprn: Uprn
    postcode: Postcode
    rooms: tuple[LineText, ...]
    access_hours: tuple[AccessHours, ...]
    users: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    change_windows: tuple[ChangeWindow, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    device_order: DeviceOrder | None = None
    addresses: AddressPlan | None = None
    switches: tuple[SwitchPorts, ...] = ()
    handoff: LanHandoff | None = None
    access_tail: AccessTail | None = None
    second_handoff: LanHandoff | None = None
    second_tail: AccessTail | None = None
    internet: InternetCircuit | None = None
    voice_edge: VoiceEdge | None = None
    served_by: dict[ServiceText, Core] = Field(default_factory=dict)
    radius: tuple[AaaServer, ...] = ()
    wireless: Wireless | None = None
    devices: tuple[Device, ...] = ()

    def device(self, name: str) -> Device | None:
        """Find a device of this site by name."""
        return next((device for device in self.devices if device.name == name), None)

    @property
    def provider_sites(self) -> tuple[SiteCode, ...]:
        """The provider's sites whose devices change for this one."""
        edges = (tail.pe_site for tail in (self.access_tail, self.second_tail) if tail is not None)
        return tuple(dict.fromkeys((*edges, *(core.site for core in self.served_by.values()))))

    @property
    def gateway_switch(self) -> DeviceName | None:
        """The switch that routes for the site: the first that has no uplink."""
        return next((ports.device for ports in self.switches if ports.uplink is None), None)
