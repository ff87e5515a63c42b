"""The design of a site's telephones: a customer of the session border controllers, numbers that nobody else has."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.service.lines import ServiceLine
from turnup.service.registrar import Registrar, Subscriber, ha1_reference
from turnup.service.telephony import claim_number, customer_of, telephony_of
from turnup.services.uc.dial_plan import dial_rules
from turnup.services.uc.parameters import Make

if TYPE_CHECKING:
    from turnup.service.contract import Designing
    from turnup.services.uc.parameters import Extension, UcParameters


@dataclass(frozen=True, slots=True)
class PhoneDesign:
    """A telephone with all that its file says of its user.

    Attributes:
        mac: 12 digits in lower case.
        secret: reference of its password.
    """

    mac: str
    make: Make
    number: str
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class UcDesign:
    """The telephones of one site.

    Attributes:
        registrar: what the session border controllers have of them.
        proxy: where telephones register.
    """

    line: ServiceLine
    registrar: Registrar
    proxy: IPv4Address
    outside_prefix: str
    voicemail_number: str
    phones: tuple[PhoneDesign, ...]


def design_uc(work: Designing[UcParameters]) -> UcDesign:
    """Take what the line asks for by name; whoever else has one of its numbers keeps it.

    Raises:
        DesignError: the buyer has no telephony, or somebody else has an extension, a number or a telephone.
    """
    asked, order, line = work.parameters, work.order, work.line
    telephony = telephony_of(order)
    customer = customer_of(order, work.allocator)
    _claim(work)
    extensions = {each.number: each for each in asked.extensions}
    registrar = Registrar(
        customer=customer,
        realm=telephony.realm,
        uprn=work.site.uprn,
        postcode=work.site.postcode,
        rules=dial_rules(asked, telephony.realm),
        numbers=tuple(sorted({asked.main_number, *_ddis(asked)})),
        subscribers=tuple(
            Subscriber(each.number, ha1_reference(each.secret), each.ddi or asked.main_number)
            for each in sorted(asked.extensions, key=lambda each: each.number)
        ),
    )
    return UcDesign(
        line=line,
        registrar=registrar,
        proxy=telephony.proxy,
        outside_prefix=asked.outside_prefix or "",
        voicemail_number=asked.voicemail_number or "",
        phones=tuple(
            PhoneDesign(each.mac, each.make, each.extension, _name(extensions, each.extension), secret)
            for each in sorted(asked.phones, key=lambda each: each.mac)
            if (secret := extensions[each.extension].secret)
        ),
    )


def _claim(work: Designing[UcParameters]) -> None:
    asked, line, allocator = work.parameters, work.line.id, work.allocator
    owner, buyer = work.order.framework.reference, work.order.buyer.code
    inside = (*(each.number for each in asked.extensions), *(each.number for each in asked.hunt_groups))
    for number in inside:
        allocator.claim(f"extension/{buyer}", number, line, f"extension:{number}")
    for number in (asked.main_number, *_ddis(asked)):
        claim_number(work.order, allocator, number, line, f"ddi:{number}")
    for phone in asked.phones:
        allocator.claim(f"phone/{owner}", phone.mac, line, f"phone:{phone.mac}")


def _ddis(asked: UcParameters) -> tuple[str, ...]:
    extensions, groups = (each.ddi for each in asked.extensions), (each.ddi for each in asked.hunt_groups)
    return tuple(ddi for ddi in (*extensions, *groups) if ddi is not None)


def _name(extensions: dict[str, Extension], number: str) -> str:
    return extensions[number].name
