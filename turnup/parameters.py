"""What an order line says of a service: the parameters, typed, before anything is allocated.

Ranges here are those of the technology (IEEE 802.1Q, RFC 4271); the narrower ones of the contract live in the
catalogue of the framework.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated, TypeAlias

from pydantic import Field

from turnup.model import Model
from turnup.scalars import Iccid, Imsi, Msisdn, NameText, SecretText, VlanId


class ServiceName(StrEnum):
    """The services that Turnup delivers."""

    BASELINE = "baseline"
    LAN = "lan"
    WAN = "wan"
    MOBILE = "mobile"


class Segment(Model):
    """One user network of a site: a VLAN with its subnet and its access ports.

    Attributes:
        name: becomes the VLAN's name; unique in the site.
        hosts: addresses needed for hosts; the subnet is the smallest that holds them and the gateway.
        ports: access ports to put into the VLAN, taken from the site's free ones.
        vlan: a certain VLAN id, if the buyer needs one; else the next free one of the site's pool.
        dhcp_server: DHCP server to relay to (RFC 1542); none: addresses are given out otherwise.
    """

    name: NameText
    hosts: Annotated[int, Field(ge=1, le=2000)]
    ports: Annotated[int, Field(ge=0, le=192)] = 0
    vlan: VlanId | None = None
    dhcp_server: IPv4Address | None = None


class LanParameters(Model):
    """A LAN: the segments of one site on its switches."""

    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=32)]


class WanParameters(Model):
    """A WAN access: the site's segments routed to the buyer's other sites.

    Attributes:
        rate_mbps: ordered rate in Mbit/s, both directions; the shaper's rate.
        segments: names of the site's LAN segments to route; empty: all of them.
        maximum_prefixes: prefixes that the provider edge accepts from the site before it drops the session.
        bgp_password: the secret that both ends of the BGP session sign with (RFC 2385), as `REFERENCE@VERSION`.
    """

    rate_mbps: Annotated[int, Field(ge=1, le=100_000)]
    segments: tuple[NameText, ...] = ()
    maximum_prefixes: Annotated[int, Field(ge=1, le=1000)] = 20
    bgp_password: SecretText | None = None


class Sim(Model):
    """One SIM.

    Attributes:
        barred: it keeps its address and is let in no more.
    """

    iccid: Iccid
    imsi: Imsi
    msisdn: Msisdn
    barred: bool = False


class MobileParameters(Model):
    """SIMs in the buyer's private APN, each with an address of its own for as long as it is ordered."""

    sims: Annotated[tuple[Sim, ...], Field(min_length=1, max_length=2000)]


Parameters: TypeAlias = LanParameters | WanParameters | MobileParameters

PARAMETERS: dict[ServiceName, type[LanParameters] | type[WanParameters] | type[MobileParameters]] = {
    ServiceName.LAN: LanParameters,
    ServiceName.WAN: WanParameters,
    ServiceName.MOBILE: MobileParameters,
}
"""The parameter model of each service that an order line can ask for."""
