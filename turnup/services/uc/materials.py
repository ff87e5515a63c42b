"""What a site's telephones need in hand: the telephones, each with its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.service.materials import Material, MaterialKind, copper_lead
from turnup.services.uc.parameters import Make

if TYPE_CHECKING:
    from turnup.service.intent import Surroundings
    from turnup.services.uc.design import PhoneDesign, UcDesign

TITLES = {Make.YEALINK: "Yealink telephone, T4 or T5 series", Make.SNOM: "snom telephone, D7xx or D8xx series"}


def uc_materials(design: UcDesign, around: Surroundings) -> tuple[Material, ...]:
    """List each telephone by the address that is printed on it, and for whose desk it is."""
    return tuple(each for phone in design.phones for each in _of_one(design, around, phone))


def _of_one(design: UcDesign, around: Surroundings, phone: PhoneDesign) -> tuple[Material, ...]:
    site, line, desk = around.site.code, design.line.id, f"{phone.number} {phone.name}"
    return (
        Material(site, MaterialKind.HARDWARE, TITLES[phone.make], 1, desk, phone.mac, line),
        copper_lead(site, phone.mac, "its outlet", line),
    )
