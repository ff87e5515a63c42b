"""The design of a SIP trunk: its numbers are held one by one, and it has a dialplan of its own on the SBC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.dialplan import Barring, NumberRange
from turnup.errors import DesignError
from turnup.service.lines import ServiceLine
from turnup.service.telephony import claim_number, take_customer

if TYPE_CHECKING:
    from turnup.allocation import Allocator
    from turnup.service.contract import Designing
    from turnup.services.landline.parameters import AnalogueLine, Ddi, LandlineParameters
    from turnup.sites import VoiceEdge

GATEWAY_NUMBERS = (90, 98)
"""Of one voice gateway; the tags of a trunk are 100 times its number and what follows, as classes end at 10000."""


@dataclass(frozen=True, slots=True)
class PlacedRange:
    """A range of numbers with the place from which its calls come."""

    numbers: NumberRange
    uprn: int
    postcode: str


@dataclass(frozen=True, slots=True)
class AnalogueDesign:
    """An analogue line with its port."""

    name: str
    number: str
    port: str


@dataclass(frozen=True, slots=True)
class LandlineDesign:
    """A SIP trunk with everything that it was allocated.

    Attributes:
        dialplan: its number on the SBC, a customer of its own: of its dialplan, its gateways and its addresses.
        gateway_number: its number on the site's own voice gateway; 0 where there is none.
        port_date: when its numbers come from another provider; none: they do not.
    """

    line: ServiceLine
    dialplan: int
    pbx: IPv4Address
    pbx_port: int
    ranges: tuple[PlacedRange, ...]
    main_number: str
    channels: int
    outside_prefix: str
    barred: tuple[Barring, ...]
    gateway_number: int = 0
    analogue: tuple[AnalogueDesign, ...] = ()
    port_date: date | None = None


def design_landline(work: Designing[LandlineParameters]) -> LandlineDesign:
    """Give a trunk its dialplan and hold its numbers.

    Raises:
        PoolExhausted: no dialplan or no port is left.
        DesignError: somebody else holds a number, or the PBX's address.
    """
    order, allocator, asked, line = work.order, work.allocator, work.parameters, work.line
    owner, edge = order.framework.reference, work.site.voice_edge
    peer = asked.pbx if edge is None else edge.address
    allocator.claim(f"sip-peer/{owner}", str(peer), line.id, "pbx")
    if edge is not None:
        allocator.claim(f"voice-peer/{edge.device}", str(asked.pbx), line.id, "pbx")
    for number in (number for ddi in asked.numbers for number in ddi.range.numbers()):
        claim_number(order, allocator, number, line.id, f"ddi:{number}")
    return LandlineDesign(
        line=line,
        dialplan=take_customer(order, allocator, line.id, "trunk"),
        pbx=asked.pbx,
        pbx_port=asked.pbx_port,
        ranges=tuple(_placed(ddi, work.site.uprn, work.site.postcode) for ddi in asked.numbers),
        main_number=asked.main_number,
        channels=asked.channels,
        outside_prefix=asked.outside_prefix or "",
        barred=asked.barred,
        gateway_number=0
        if edge is None
        else allocator.take_number(f"voice-gateway/{edge.device}", GATEWAY_NUMBERS, line.id, "trunk"),
        analogue=() if edge is None else _analogue(asked.analogue, edge, line.id, allocator),
        port_date=asked.port.date if asked.port is not None else None,
    )


def _placed(ddi: Ddi, uprn: int, postcode: str) -> PlacedRange:
    return PlacedRange(ddi.range, ddi.uprn or uprn, ddi.postcode or postcode)


def _analogue(
    lines: tuple[AnalogueLine, ...], edge: VoiceEdge, holder: str, allocator: Allocator
) -> tuple[AnalogueDesign, ...]:
    """Give each line its port, and the port that it has; one that the gateway has not any more is refused by name."""
    pool, found = f"analogue-port/{edge.device}", []
    for each in lines:
        port = allocator.take(pool, edge.analogue_ports, holder, f"analogue:{each.name}")
        if port not in edge.analogue_ports:
            raise DesignError(
                f"voice_edge.analogue_ports of {edge.device}",
                f"port {port}, which {each.name} of {holder} has",
                ", ".join(edge.analogue_ports) or "none",
                "Describe the port again, or order the analogue line away while it is there.",
            )
        found.append(AnalogueDesign(each.name, each.number, port))
    return tuple(found)
