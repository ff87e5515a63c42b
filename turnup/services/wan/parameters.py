"""What an order line says of a WAN access, typed, before anything is allocated.

Ranges here are those of the technology (RFC 4271, RFC 2474, RFC 5880); the narrower ones of the contract live in the
catalogue.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import Asn, NameText, SecretText

CLASS_NAME_PATTERN = r"^[A-Z][A-Z0-9]{0,11}$"
MOST_PERCENT = 100
MOST_PRIORITY_PERCENT = 33
"""More than a third of a link in a priority queue starves the others (IOS-XE 17 QoS congestion management guide)."""

ClassName = Annotated[str, Field(pattern=CLASS_NAME_PATTERN)]
"""Name of a class of traffic; with the service line's before it, it has to fit the 40 characters of a class map."""


class CodePoint(StrEnum):
    """Differentiated services code points by name (RFC 2474, RFC 2597, RFC 3246); what has none goes with the rest."""

    CS1, CS2, CS3, CS4, CS5, CS6, CS7 = "cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cs7"
    AF11, AF12, AF13 = "af11", "af12", "af13"
    AF21, AF22, AF23 = "af21", "af22", "af23"
    AF31, AF32, AF33 = "af31", "af32", "af33"
    AF41, AF42, AF43 = "af41", "af42", "af43"
    EF = "ef"


class Steering(StrEnum):
    """By what the provider's network is told which of two accesses is the primary."""

    LOCAL_PREFERENCE = "local-preference"
    MED = "med"
    AS_PATH_PREPEND = "as-path-prepend"


class GatewayProtocol(StrEnum):
    """By what two CPEs share the address of the way out."""

    VRRP = "vrrp"
    HSRP = "hsrp"


class QosClass(Model):
    """A class of traffic and its share of the ordered rate.

    Attributes:
        dscp: code points of its packets; no other class has them.
        percent: what it gets when the link is full.
        priority: its packets go first, and never more of them than its share while the link is full (on FRR: ever).
    """

    name: ClassName
    dscp: Annotated[tuple[CodePoint, ...], Field(min_length=1)]
    percent: Annotated[int, Field(ge=1, le=MOST_PERCENT)]
    priority: bool = False


class WanParameters(Model):
    """A WAN access: the site's segments routed to the buyer's other sites.

    Attributes:
        rate_mbps: ordered rate in Mbit/s, both directions; the shaper's rate.
        segments: names of the site's LAN segments to route; empty: all of them.
        maximum_prefixes: prefixes that the provider edge accepts from the site before it drops the session.
        bgp_password: the secret that both ends of the BGP session sign with (RFC 2385), as `REFERENCE@VERSION`.
        classes: shares of the ordered rate; what they leave is for all other traffic.
        bfd_interval_ms: how often both ends of the access say that they are there; three misses end the BGP session;
            none: nothing with one access, 300 ms with two, whose CPEs watch each other too.
        asn: AS number of the buyer that its sites share; none: each site gets one of its own.
        dual_access: a second CPE over the site's second access tail stands in for the first.
        steering: how the provider's network knows the primary access.
        gateway_protocol: what the two CPEs speak towards the site.
        internet_breakout: traffic for elsewhere leaves at the site, over its internet circuit, translated.
    """

    rate_mbps: Annotated[int, Field(ge=1, le=100_000)]
    segments: tuple[NameText, ...] = ()
    maximum_prefixes: Annotated[int, Field(ge=1, le=1000)] = 20
    bgp_password: SecretText | None = None
    classes: Annotated[tuple[QosClass, ...], Field(max_length=7)] = ()
    bfd_interval_ms: Annotated[int, Field(ge=50, le=999)] | None = None
    asn: Asn | None = None
    dual_access: bool = False
    steering: Steering = Steering.LOCAL_PREFERENCE
    gateway_protocol: GatewayProtocol = GatewayProtocol.VRRP
    internet_breakout: bool = False
