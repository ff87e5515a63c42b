"""What an order line says of a LAN, typed, before anything is allocated.

Ranges here are those of the technology (IEEE 802.1Q); the narrower ones of the contract live in the catalogue.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import NameText, VlanId


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
