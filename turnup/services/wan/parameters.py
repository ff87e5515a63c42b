"""What an order line says of a WAN access, typed, before anything is allocated.

Ranges here are those of the technology (RFC 4271); the narrower ones of the contract live in the catalogue.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from turnup.model import Model
from turnup.scalars import NameText, SecretText


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
