"""The design of video rooms: numbers that nobody else has, in the buyer's telephony."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.dialplan import Rule
from turnup.service.lines import ServiceLine
from turnup.service.telephony import claim_number, customer_of, telephony_of
from turnup.services.video.dial_plan import dial_rules
from turnup.services.video.parameters import Bridge, Room

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.video.parameters import VideoParameters


@dataclass(frozen=True, slots=True)
class VideoDesign:
    """The rooms of one site, with what they need of the buyer's telephony."""

    line: ServiceLine
    customer: int
    realm: str
    proxy: IPv4Address
    uprn: int
    postcode: str
    rules: tuple[Rule, ...]
    outside_prefix: str
    rooms: tuple[Room, ...]
    bridge: Bridge | None

    @property
    def reached(self) -> tuple[Room | Bridge, ...]:
        """All that can be called."""
        return (*self.rooms, *((self.bridge,) if self.bridge is not None else ()))


def design_video(work: Designing[VideoParameters]) -> VideoDesign:
    """Take the numbers that rooms ask for; whoever else has one of them keeps it.

    Raises:
        DesignError: the buyer has no telephony, or somebody else has a number.
    """
    asked, order = work.parameters, work.order
    telephony = telephony_of(order)
    customer = customer_of(order, work.allocator)
    for each in (*asked.rooms, *((asked.bridge,) if asked.bridge is not None else ())):
        work.allocator.claim(f"extension/{order.buyer.code}", each.number, work.line.id, f"extension:{each.number}")
        claim_number(order, work.allocator, each.ddi, work.line.id, f"ddi:{each.ddi}")
    return VideoDesign(
        line=work.line,
        customer=customer,
        realm=telephony.realm,
        proxy=telephony.proxy,
        uprn=work.site.uprn,
        postcode=work.site.postcode,
        rules=dial_rules(asked, telephony.realm),
        outside_prefix=asked.outside_prefix or "",
        rooms=asked.rooms,
        bridge=asked.bridge,
    )
