"""What an order line says of a SIP trunk, typed, before anything is allocated."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address
from typing import Annotated

from pydantic import Field

from turnup.dialplan import Barring, NumberRange
from turnup.model import Model
from turnup.scalars import LineText, Msisdn, NameText, OutsidePrefix
from turnup.sites import Postcode, Uprn


class Ddi(Model):
    """A range of numbers, both ends inside.

    Attributes:
        first, last: with + and country code; `last` is left out for a single number.
        uprn, postcode: from where its calls come, if not from the site: emergency services are sent there.
    """

    first: Msisdn
    last: Msisdn | None = None
    uprn: Uprn | None = None
    postcode: Postcode | None = None

    @property
    def range(self) -> NumberRange:
        """Its numbers."""
        return NumberRange(self.first, self.last or self.first)


class AnalogueLine(Model):
    """A line that is no part of the PBX: of a lift, an alarm, a door.

    Attributes:
        number: one of the numbers of the trunk.
    """

    name: NameText
    number: Msisdn


class NumberPort(Model):
    """Numbers that come from another provider.

    Attributes:
        date: London date on which they change hands.
        from_provider: who holds them now.
    """

    date: date
    from_provider: LineText


class LandlineParameters(Model):
    """A SIP trunk.

    Attributes:
        pbx: address of the customer's PBX.
        pbx_port: UDP port on which it listens for SIP.
        numbers: what is called by this trunk.
        main_number: what others see of a caller who gives no number of the trunk.
        channels: calls at once.
        outside_prefix: what the PBX leaves before outside numbers; none: nothing.
        barred: what may not be called; 999 and 112 always may.
        analogue: lines on ports of the site's own voice gateway.
        port: if the numbers come from another provider.
    """

    pbx: IPv4Address
    pbx_port: Annotated[int, Field(ge=1, le=65535)] = 5060
    numbers: Annotated[tuple[Ddi, ...], Field(min_length=1, max_length=100)]
    main_number: Msisdn
    channels: Annotated[int, Field(ge=1, le=10_000)]
    outside_prefix: OutsidePrefix | None = None
    barred: tuple[Barring, ...] = ()
    analogue: Annotated[tuple[AnalogueLine, ...], Field(max_length=24)] = ()
    port: NumberPort | None = None
