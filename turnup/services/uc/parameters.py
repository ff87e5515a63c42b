"""What an order line says of unified communications: extensions, hunt groups, telephones, and how they dial out."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from turnup.dialplan import Barring
from turnup.model import Model
from turnup.scalars import LineText, Msisdn, OutsidePrefix, SecretText

EXTENSION_PATTERN = r"^[1-9][0-9]{2,5}$"
ExtensionNumber = Annotated[str, StringConstraints(pattern=EXTENSION_PATTERN)]
"""What is dialled inside the house: 3 to 6 digits, the first not 0."""

MAC_PATTERN = r"^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}$"


def _of_one_device(text: str) -> str:
    digits = re.sub(r"[:-]", "", text).lower()
    if int(digits[:2], 16) & 1 or digits == "0" * 12:
        raise ValueError("the MAC address of one device (IEEE 802: the first byte is even)")
    return digits


MacText = Annotated[str, StringConstraints(pattern=MAC_PATTERN), AfterValidator(_of_one_device)]
"""A MAC address, kept as 12 digits in lower case, as telephones name their files."""

PersonText = Annotated[LineText, Field(max_length=40)]
"""What a telephone shows: no longer than its display takes."""


class Make(StrEnum):
    """Makes of telephones whose files are known."""

    YEALINK = "yealink"
    """Yealink SIP-T4 and T5 series: `MAC.cfg`."""
    SNOM = "snom"
    """snom D7xx and D8xx series: `MAC.xml`."""


class Extension(Model):
    """Somebody, or something, that can be called.

    Attributes:
        name: what the telephone shows.
        secret: its SIP password as `REFERENCE@VERSION`. What the registrar compares with (RFC 2617, HA1) is kept
            beside it: `file:PATH.ha1`, or `env:NAME_HA1`.
        ddi: its number for calls from outside; none: it is reached by its extension only, and shows the main number.
        voicemail: whether calls that nobody answers go to its mailbox.
    """

    number: ExtensionNumber
    name: PersonText
    secret: SecretText
    ddi: Msisdn | None = None
    voicemail: bool = True


class HuntGroup(Model):
    """A number at which several extensions ring at once.

    Attributes:
        voicemail: whether calls that none of them answers go to the group's mailbox.
    """

    number: ExtensionNumber
    name: PersonText
    members: Annotated[tuple[ExtensionNumber, ...], Field(min_length=1, max_length=32)]
    ddi: Msisdn | None = None
    voicemail: bool = True


class Phone(Model):
    """A telephone on a desk."""

    mac: MacText
    make: Make
    extension: ExtensionNumber


class UcParameters(Model):
    """The telephones of one site.

    Attributes:
        main_number: what extensions without a DDI show, in emergency calls too; its place is the site's.
        extension_length: digits of every extension and hunt group.
        outside_prefix: dialled before a number outside the house; none: nothing is. 999 and 112 need none.
        voicemail_number: what is dialled to listen to one's messages.
        barred: kinds of calls that may not be made; emergency calls are none.
    """

    main_number: Msisdn
    extension_length: Annotated[int, Field(ge=3, le=6)] = 4
    outside_prefix: OutsidePrefix | None = None
    voicemail_number: ExtensionNumber | None = None
    barred: tuple[Barring, ...] = ()
    extensions: Annotated[tuple[Extension, ...], Field(min_length=1, max_length=5000)]
    hunt_groups: Annotated[tuple[HuntGroup, ...], Field(max_length=500)] = ()
    phones: Annotated[tuple[Phone, ...], Field(max_length=5000)] = ()
