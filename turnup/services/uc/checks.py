"""What proves telephones: emergency calls find their way, every number has its place, every file can be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import EMERGENCY, emergency_strings
from turnup.service.checks import ServiceCheck
from turnup.service.registrar import dialled_check, placed_check
from turnup.services.uc.intents import PHONES, SBC
from turnup.services.uc.parameters import Make
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from turnup.provider import Provider
    from turnup.scalars import DeviceName
    from turnup.service.intent import Surroundings
    from turnup.services.uc.design import PhoneDesign, UcDesign


def uc_checks(design: UcDesign, around: Surroundings, _provider: Provider) -> tuple[ServiceCheck, ...]:
    """Look up what would happen: no number is dialled."""
    servers = around.serving(PHONES, DeviceRole.PHONES) if design.phones else ()
    return (
        *(check for each in around.serving(SBC, DeviceRole.SBC) for check in _of_registrar(design, each.name)),
        *(_file(design, around, each.name, phone) for each in servers for phone in design.phones),
    )


def _of_registrar(design: UcDesign, device: DeviceName) -> Iterator[ServiceCheck]:
    registrar = design.registrar
    for dialled in emergency_strings(design.outside_prefix):
        title = f"{dialled} is an emergency call"
        yield dialled_check(design.line, device, title, registrar.customer, dialled, EMERGENCY)
    for number in registrar.numbers:
        yield placed_check(design.line, device, number, registrar.customer, registrar.uprn, registrar.postcode)


def _file(design: UcDesign, around: Surroundings, device: DeviceName, phone: PhoneDesign) -> ServiceCheck:
    suffix, key = {
        Make.YEALINK: ("cfg", r"account\.1\.user_name"),
        Make.SNOM: ("xml", r"user_name\[1\]"),
    }[phone.make]
    return ServiceCheck(
        service_line=design.line.id,
        site=around.site.code,
        device=device,
        title=f"telephone {phone.mac} gets extension {phone.number}",
        ask=f"get {phone.mac}.{suffix}",
        shows=rf"^{key} = (\S+)$",
        expected=phone.number,
    )
