"""What a site's telephones want of the session border controllers, and of the server that has their files."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.dialplan import emergency_strings
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.service.registrar import Registrar
from turnup.services.uc.design import PhoneDesign
from turnup.sites import DeviceRole

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.services.uc.design import UcDesign

SBC, PHONES = "uc", "provisioning"
"""What a site calls in `served_by` the devices that its telephones stand on."""


@dataclass(frozen=True, slots=True)
class UcTelephones:
    """The files of a site's telephones.

    Attributes:
        emergency: all that is dialled to reach the emergency services.
        voicemail_number: empty: there is none.
    """

    realm: str
    proxy: IPv4Address
    ntp: tuple[IPv4Address, ...]
    emergency: tuple[str, ...]
    voicemail_number: str
    phones: tuple[PhoneDesign, ...]


UcParts = Registrar | UcTelephones
"""What a template of the service gets."""


def uc_intents(design: UcDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what the line wants: the same of every session border controller, and its files where telephones look.

    Raises:
        DesignError: the site names no such device.
    """
    telephones = UcTelephones(
        realm=design.registrar.realm,
        proxy=design.proxy,
        ntp=provider.ntp,
        emergency=emergency_strings(design.outside_prefix),
        voicemail_number=design.voicemail_number,
        phones=design.phones,
    )
    servers = around.serving(PHONES, DeviceRole.PHONES) if design.phones else ()
    return (
        *(
            DeviceIntent(design.line, around.site.code, each.name, each.platform, design.registrar)
            for each in around.serving(SBC, DeviceRole.SBC)
        ),
        *(DeviceIntent(design.line, around.site.code, each.name, each.platform, telephones) for each in servers),
    )
