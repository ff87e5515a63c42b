"""What the templates of a LAN get: everything that it puts on one switch, decided and complete."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class LanRule:
    """One rule of a filter, about where packets go; the first that matches decides.

    Attributes:
        number: its place, which it keeps while others come and go.
        to: destinations; none: all.
    """

    number: int
    permits: bool
    to: IPv4Network | None = None


@dataclass(frozen=True, slots=True)
class LanFilter:
    """What hosts of a segment may reach beyond it; DHCP is always let through before its rules.

    Attributes:
        name: what the access list is called.
    """

    name: str
    rules: tuple[LanRule, ...]


@dataclass(frozen=True, slots=True)
class LanSvi:
    """A routed VLAN interface: the segment's gateway.

    Attributes:
        formers: gateways of former subnets, which hosts still have until they have moved.
        filter: what its hosts may reach; none where nobody ordered segments apart.
    """

    vlan: int
    segment: str
    address: IPv4Interface
    dhcp_server: IPv4Address | None
    formers: tuple[IPv4Interface, ...] = ()
    filter: LanFilter | None = None


@dataclass(frozen=True, slots=True)
class LanPort:
    """An access port in its VLAN.

    Attributes:
        voice_vlan: VLAN in which telephones send tagged frames.
        authenticated: whether it asks who is there, by 802.1X and then by hardware address.
        critical_vlan: where hosts are let in while no RADIUS server answers; none: nowhere.
        poe_milliwatts: power that it gives; 0: none, on a switch that could; none: the switch powers nothing.
        broadcast_percent, multicast_percent: most of its bandwidth for such frames; none: no limit.
        dhcp_rate: most DHCP packets a second.
        arp_rate: most ARP packets a second; none: addresses are not inspected in its VLAN.
        trusts: whether marks of hosts are kept as they are.
        policy: name of the policy that sets them; empty: none.
    """

    interface: str
    vlan: int
    segment: str
    voice_vlan: int | None = None
    authenticated: bool = False
    critical_vlan: int | None = None
    poe_milliwatts: int | None = None
    broadcast_percent: int | None = None
    multicast_percent: int | None = None
    dhcp_rate: int | None = None
    arp_rate: int | None = None
    trusts: bool = True
    policy: str = ""

    @property
    def poe_watts(self) -> str:
        """The power with two decimals, such as `15.40`."""
        return f"{(self.poe_milliwatts or 0) / 1000:.2f}"

    @property
    def poe_tenths(self) -> str:
        """The power with one decimal, such as `15.4`."""
        return f"{(self.poe_milliwatts or 0) / 1000:.1f}"

    @property
    def storm_profile(self) -> str:
        """A name that says which frames are limited, and to what; empty: none are."""
        limits = (("BROADCAST", self.broadcast_percent), ("MULTICAST", self.multicast_percent))
        words = [f"{kind}-{percent}" for kind, percent in limits if percent is not None]
        return "-".join(("LAN", *words)) if words else ""

    @property
    def storm_percent(self) -> int:
        """The lower of both limits, where one holds for both."""
        return min(each for each in (self.broadcast_percent, self.multicast_percent, 100) if each is not None)


@dataclass(frozen=True, slots=True)
class LanTrunk:
    """A link between switches that carries the segments.

    Attributes:
        trusted: whether DHCP answers may come in here: towards the gateway.
        native: VLAN of untagged frames; none: as the switch has it.
    """

    interface: str
    vlans: tuple[int, ...]
    trusted: bool
    native: int | None = None


@dataclass(frozen=True, slots=True)
class LanRadiusServer:
    """A server that says who may use a port.

    Attributes:
        key: slot of the secret that both share.
    """

    name: str
    address: IPv4Address
    key: str


@dataclass(frozen=True, slots=True)
class LanAuthentication:
    """How ports that ask who is there do so.

    Attributes:
        opens: whether hosts are let in while no server answers.
        critical_vlan: where then; none: into the VLAN of their port.
        phones: whether telephones are behind such ports; they are always let in.
    """

    servers: tuple[LanRadiusServer, ...]
    opens: bool = False
    critical_vlan: int | None = None
    phones: bool = False


@dataclass(frozen=True, slots=True)
class LanClass:
    """Packets that are told apart by their mark.

    Attributes:
        dscp: its word (RFC 2474, RFC 2597, RFC 3246), such as `ef`.
        code: the same as a number.
    """

    name: str
    dscp: str
    code: int


@dataclass(frozen=True, slots=True)
class LanPolicy:
    """What becomes of the marks of packets that come in at a port.

    Attributes:
        kept: classes whose marks stay as they are.
        dscp, code: the mark that all other packets get.
    """

    name: str
    kept: tuple[LanClass, ...]
    dscp: str
    code: int


@dataclass(frozen=True, slots=True)
class LanSwitch:
    """All that a LAN puts on one switch.

    Attributes:
        vlans: (VLAN id, name), by id, the native one of trunks among them.
        segments: VLANs of its users.
        inspected: VLANs in which only addresses that DHCP gave out may be used.
        root_priority: spanning-tree priority of the users' VLANs; none: that which every switch has.
        authentication: none: no port of this switch asks.
        classes, policies: those that its ports use.
    """

    vlans: tuple[tuple[int, str], ...]
    segments: tuple[int, ...]
    svis: tuple[LanSvi, ...]
    ports: tuple[LanPort, ...]
    trunks: tuple[LanTrunk, ...]
    inspected: tuple[int, ...] = ()
    root_priority: int | None = None
    authentication: LanAuthentication | None = None
    classes: tuple[LanClass, ...] = ()
    policies: tuple[LanPolicy, ...] = ()

    @property
    def root_priority_k(self) -> str:
        """The priority of the root as Junos writes it, such as `8k`; empty: this switch is not it."""
        return "" if self.root_priority is None else f"{self.root_priority // 1024}k"

    @property
    def routes(self) -> bool:
        """Whether segments reach each other here: a switch that routes only if it is told to has to be told."""
        return any(
            rule.permits and rule.to is not None and not any(own.ip in rule.to for own in (svi.address, *svi.formers))
            for svi in self.svis
            if svi.filter is not None
            for rule in svi.filter.rules
        )

    @property
    def filters(self) -> tuple[LanFilter, ...]:
        """What the segments may reach, of those that this switch routes."""
        return tuple(svi.filter for svi in self.svis if svi.filter is not None)
