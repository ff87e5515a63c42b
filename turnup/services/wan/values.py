"""What the templates of a WAN get: each device's part, complete."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class ShaperClass:
    """A share of the ordered rate.

    Attributes:
        name: of the class map: the service line's and the class's own.
        dscp: code points by name; no packet is of two classes.
        percent: of the ordered rate.
    """

    name: str
    dscp: tuple[str, ...]
    percent: int
    priority: bool


@dataclass(frozen=True, slots=True)
class Shaper:
    """The queue towards the other end of an access.

    Attributes:
        policy: name of the policy that shapes all traffic to the ordered rate.
        queues: name of the policy below it, with the classes; empty when there are none.
        rest_percent: what the classes leave to all other traffic, at least 1.
    """

    policy: str
    rate_mbps: int
    queues: str = ""
    classes: tuple[ShaperClass, ...] = ()
    rest_percent: int = 100


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """What is set on all routes that pass; what is none is left alone.

    Attributes:
        prepend: AS numbers that the path gets before it.
    """

    name: str
    local_preference: int | None = None
    med: int | None = None
    prepend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateway:
    """The address that two CPEs share towards the site (RFC 3768; HSRP on Cisco).

    Attributes:
        protocol: `vrrp` (version 2) or `hsrp` (version 2).
        track: number of the object that follows the access tail's interface.
        decrement: what the priority loses while that interface is down.
        preempt_seconds: how long the better one waits before it takes over again.
    """

    protocol: str
    group: int
    address: IPv4Address
    priority: int
    track: int
    decrement: int
    preempt_seconds: int


@dataclass(frozen=True, slots=True)
class Internet:
    """The site's own way to the internet, in the CPE's table that is not the buyer's.

    Attributes:
        translation: name of the list of sources that leave under the interface's address.
        guard: name of the list of what may come in.
    """

    interface: str
    address: IPv4Interface
    gateway: IPv4Address
    circuit: str
    translation: str
    guard: str


@dataclass(frozen=True, slots=True)
class WanSwitch:
    """The gateway switch's side of the transit link.

    Attributes:
        interfaces: ports towards the CPEs, access ports of the transit VLAN.
        prefixes: what is routed to the CPE: the buyer's aggregate, and everything with internet breakout.
        next_hop: the CPE, or the address that two of them share.
    """

    transit_vlan: int
    interfaces: tuple[str, ...]
    address: IPv4Interface
    prefixes: tuple[IPv4Network, ...]
    next_hop: IPv4Address


@dataclass(frozen=True, slots=True)
class WanCpe:
    """A CPE: transit link, static routes to the segments, eBGP to the provider edge, shaper.

    Attributes:
        inbound, outbound: what is set on routes from and to the provider edge; none: nothing.
        bfd_interval_ms: to the provider edge, and to the other CPE; 0: no BFD.
        peer: the other CPE, an iBGP neighbour over the transit VLAN; none: there is no other.
        gateway: the address that both share; none: there is no other CPE.
        internet: breakout on this CPE; default_via: the CPE that has it.
        is_boundary: whether the site's internet circuit ends on it, ordered or not: where a platform keeps sides of a
            boundary apart (zones of a Junos firewall), the buyer's side is one of them.
    """

    vrf: str
    lan_interface: str
    lan_address: IPv4Interface
    switch: IPv4Address
    wan_interface: str
    wan_address: IPv4Interface
    circuit: str
    customer_asn: int
    provider_asn: int
    provider_edge: IPv4Address
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    shaper: Shaper
    password: str = ""
    bfd_interval_ms: int = 0
    inbound: RoutePolicy | None = None
    outbound: RoutePolicy | None = None
    peer: IPv4Address | None = None
    gateway: Gateway | None = None
    internet: Internet | None = None
    default_via: IPv4Address | None = None
    is_boundary: bool = False


@dataclass(frozen=True, slots=True)
class WanPeAccess:
    """One access tail on a provider edge.

    Attributes:
        interface: the port, or its subinterface for the service VLAN.
        s_vlan: service VLAN tag (IEEE 802.1ad) of the subinterface; 0: the port is the customer's alone.
        inbound: what is set on routes from the site; none: nothing.
        as_override: the site's AS number is taken out of paths that other sites of the same number sent (RFC 4364).
        site_of_origin: routes of the site are not sent back to it, which could not tell with its AS number taken out
            of the path; an address that only this site has, and a number; empty: not needed.
    """

    interface: str
    address: IPv4Interface
    circuit: str
    customer_edge: IPv4Address
    password: str = ""
    s_vlan: int = 0
    inbound: RoutePolicy | None = None
    as_override: bool = False
    site_of_origin: str = ""


@dataclass(frozen=True, slots=True)
class WanPe:
    """A provider edge: the buyer's VRF and the site's access tails that end here, eBGP with filters and a limit.

    Attributes:
        bfd_interval_ms: 0: no BFD.
    """

    vrf: str
    route_distinguisher: str
    site: str
    provider_asn: int
    customer_asn: int
    subnets: tuple[IPv4Network, ...]
    aggregate: IPv4Network
    maximum_prefixes: int
    shaper: Shaper
    accesses: tuple[WanPeAccess, ...]
    bfd_interval_ms: int = 0


@dataclass(frozen=True, slots=True)
class WanParts:
    """What the template gets: the one part that this device plays, the others empty."""

    switch: WanSwitch | None = None
    cpe: WanCpe | None = None
    pe: WanPe | None = None
