"""A trunk on a voice gateway: translations to E.164, dial peers, the emergency services by peers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY_NUMBERS
from turnup.services.landline.values import AnaloguePort, LandlineGateway, Outgoing, Translation

if TYPE_CHECKING:
    from turnup.services.landline.design import LandlineDesign
    from turnup.sites import VoiceEdge

FROM_SBC, FROM_PBX, TO_PBX = 1, 2, 3
"""The last digits of the numbers of the trunk's other dial peers, as the template has them."""

_TO_E164 = ((r"00\([1-9].+\)", r"+\1"), (r"0\([1-9].+\)", r"+44\1"), (r"\(\+.+\)", r"\1"), (r"\(1.+\)", r"\1"))
"""International, national, E.164 and short numbers, in the expressions of the gateway (no `?`: it asks for help)."""
_WAYS = (
    ("+[1-9]T", "to the provider"),
    ("1..$", "to short numbers"),
    ("116...$", "to services of social value"),
    ("118...$", "to directory enquiries"),
)


def gateway_of(design: LandlineDesign, edge: VoiceEdge) -> LandlineGateway:
    """The trunk on the site's own voice gateway."""
    number = design.gateway_number
    first = number * 100 + 50
    return LandlineGateway(
        number=number,
        name=design.line.id,
        sbc=edge.sbc,
        pbx=design.pbx,
        pbx_port=design.pbx_port,
        channels=design.channels,
        patterns=tuple(
            f"{block.prefix}{'.' * block.free}$"
            for placed in sorted(design.ranges, key=lambda each: each.numbers)
            for block in placed.numbers.blocks()
        ),
        translations=translations(design.outside_prefix),
        outgoing=_outgoing(number),
        analogue=tuple(
            # By the place of its port, so that a line keeps its dial peer when others come and go.
            AnaloguePort(first + edge.analogue_ports.index(each.port), each.name, each.number, each.port)
            for each in design.analogue
        ),
    )


def translations(prefix: str) -> tuple[Translation, ...]:
    """From what is dialled to 999, 112, a short number or E.164; the emergency services before all."""
    begins = (prefix, "") if prefix else ("",)
    emergency = (Translation(f"^{begin}{each}$", each) for begin in begins for each in EMERGENCY_NUMBERS)
    outside = (Translation(f"^{begin}{match}$", replacement) for begin in begins for match, replacement in _TO_E164)
    return (*emergency, *outside)


def _outgoing(number: int) -> tuple[Outgoing, ...]:
    first = number * 100 + 10
    emergency = tuple(
        Outgoing(first + place, f"{each}$", f"emergency calls {each}", is_emergency=True)
        for place, each in enumerate(EMERGENCY_NUMBERS)
    )
    ways = enumerate(_WAYS, start=first + len(emergency))
    return (*emergency, *(Outgoing(peer, pattern, words) for peer, (pattern, words) in ways))
