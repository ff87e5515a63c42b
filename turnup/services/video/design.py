"""The design of video rooms: numbers that nobody else has, in the buyer's telephony."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.service.lines import ServiceLine
from turnup.service.registrar import Registrar, Subscriber, ha1_reference
from turnup.service.telephony import claim_number, customer_of, telephony_of
from turnup.services.video.dial_plan import dial_rules

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.video.parameters import VideoParameters


@dataclass(frozen=True, slots=True)
class VideoDesign:
    """The rooms of one site, with what they need of the buyer's telephony.

    Attributes:
        registrar: what the session border controllers have of them.
        proxy: where rooms register.
        asked: the rooms and their bridge, as ordered.
    """

    line: ServiceLine
    registrar: Registrar
    proxy: IPv4Address
    asked: VideoParameters


def design_video(work: Designing[VideoParameters]) -> VideoDesign:
    """Take the numbers that rooms ask for; whoever else has one of them keeps it.

    Raises:
        DesignError: the buyer has no telephony, or somebody else has a number.
    """
    asked, order = work.parameters, work.order
    telephony = telephony_of(order)
    customer = customer_of(order, work.allocator)
    for each in asked.reached:
        work.allocator.claim(f"extension/{order.buyer.code}", each.number, work.line.id, f"extension:{each.number}")
        claim_number(order, work.allocator, each.ddi, work.line.id, f"ddi:{each.ddi}")
    registrar = Registrar(
        customer=customer,
        realm=telephony.realm,
        uprn=work.site.uprn,
        postcode=work.site.postcode,
        rules=dial_rules(asked, telephony.realm),
        numbers=tuple(sorted(each.ddi for each in asked.reached)),
        subscribers=tuple(
            Subscriber(each.number, ha1_reference(each.secret), each.ddi)
            for each in sorted(asked.reached, key=lambda each: each.number)
        ),
    )
    return VideoDesign(work.line, registrar, telephony.proxy, asked)
