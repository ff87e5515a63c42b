"""Named types for the scalars of the field, with the ranges that make them legal."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple, NewType

from pydantic import AfterValidator, Field, StringConstraints

SiteCode = NewType("SiteCode", str)
"""Stable code of a site: 2 to 16 capitals, digits and hyphens, such as `HF-LIB-01`."""

DeviceName = NewType("DeviceName", str)
"""Name of a device, as it calls itself at its prompt."""


class Place(NamedTuple):
    """A device, for the sake of one site: a provider edge has one place for each site that it serves."""

    site: SiteCode
    device: DeviceName


CallOffRef = NewType("CallOffRef", str)
"""Reference of a call-off, such as `LBHF-2026-0042`."""

SITE_CODE_PATTERN = r"^[A-Z][A-Z0-9-]{1,15}$"
DEVICE_NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9-]{0,62}$"
CALL_OFF_REF_PATTERN = r"^[A-Z]{2,8}-\d{4}-\d{4}$"

RESERVED_VLANS = range(1002, 1006)
RESERVED_ASNS = frozenset({0, 23456, 65535, 4294967295})


def _legal_vlan(number: int) -> int:
    if number == 1 or number in RESERVED_VLANS:
        raise ValueError("a VLAN of 2-1001 or 1006-4094 (1 is not for users, 1002-1005 are reserved)")
    return number


def _legal_asn(number: int) -> int:
    if number in RESERVED_ASNS:
        raise ValueError("an ASN other than 0, 23456, 65535 and 4294967295 (RFC 7607, RFC 6793, RFC 7300)")
    return number


IMSI_PATTERN = r"^[0-9]{15}$"
ICCID_PATTERN = r"^89[0-9]{17,18}$"
MSISDN_PATTERN = r"^\+[1-9][0-9]{6,14}$"
APN_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?){0,3}$"


def _luhn(digits: str) -> str:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        raise ValueError("an ICCID whose last digit is its Luhn digit (ITU-T E.118)")
    return digits


Imsi = Annotated[str, Field(pattern=IMSI_PATTERN)]
"""International mobile subscriber identity: 15 digits (ITU-T E.212; test network 001 01)."""

Iccid = Annotated[str, Field(pattern=ICCID_PATTERN), AfterValidator(_luhn)]
"""Number printed on the SIM: 89, 19 or 20 digits in all, the last by Luhn (ITU-T E.118)."""

Msisdn = Annotated[str, Field(pattern=MSISDN_PATTERN)]
"""The SIM's telephone number with + and country code, at most 15 digits (ITU-T E.164)."""

ApnText = Annotated[str, Field(pattern=APN_PATTERN)]
"""Access point name: labels of a domain name in lower case (3GPP TS 23.003, 9)."""

REALM_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?){1,4}$"
RealmText = Annotated[str, StringConstraints(max_length=63, pattern=REALM_PATTERN)]
"""Domain of SIP addresses: labels of a domain name in lower case (RFC 3261, 25.1)."""

OutsidePrefix = Annotated[str, Field(pattern=r"^[0-9]{1,2}$")]
"""What is dialled before an outside number, such as 9."""

VlanId = Annotated[int, Field(ge=1, le=4094), AfterValidator(_legal_vlan)]
"""IEEE 802.1Q VLAN id that may carry users."""

Asn = Annotated[int, Field(ge=1, le=4294967295), AfterValidator(_legal_asn)]
"""BGP autonomous system number (RFC 6793)."""

SiteCodeField = Annotated[SiteCode, StringConstraints(pattern=SITE_CODE_PATTERN)]
DeviceNameField = Annotated[DeviceName, StringConstraints(pattern=DEVICE_NAME_PATTERN)]
CallOffRefField = Annotated[CallOffRef, StringConstraints(pattern=CALL_OFF_REF_PATTERN)]

_LINE_SAFE = re.compile(r"^[A-Za-z0-9 .,:;()/&'+_@=-]*$")


def _line_safe(text: str) -> str:
    if not _LINE_SAFE.match(text) or text.endswith("\n"):
        raise ValueError(
            "letters, digits, spaces and .,:;()/&'+_@=- only: it becomes one line of a device configuration"
        )
    return text


LineText = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_line_safe)]
"""Free text from an order that is written into one line of a device: no newline, control character,
comment or banner delimiter, quote or `?`, on any platform."""

MAC_PATTERN = r"^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$"
MacText = Annotated[str, StringConstraints(pattern=MAC_PATTERN)]
"""Hardware address as Cisco writes it, such as `0000.5e00.5301`."""


def _ssid(text: str) -> str:
    if not 1 <= len(text.encode("utf-8", "surrogatepass")) <= 32:
        raise ValueError("an SSID of 1 to 32 bytes; letters beyond ASCII take 2 to 4 (IEEE 802.11-2020, 9.4.2.2)")
    if text != text.strip() or not all(
        _LINE_SAFE.fullmatch(char) if char.isascii() else char.isalnum() for char in text
    ):
        raise ValueError("an SSID of letters, digits, spaces between them and .,:;()/&'+_@=- only")
    return text


SsidText = Annotated[str, AfterValidator(_ssid)]
"""Name of a wireless network: at most 32 bytes, and nothing that could break out of its line on any platform."""

LOGIN_PATTERN = (
    r"^[a-z0-9][a-z0-9._+-]{0,30}@[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?){1,4}$"
)
LoginText = Annotated[str, StringConstraints(max_length=63, pattern=LOGIN_PATTERN)]
"""Who asks for a network: a name and a realm (RFC 7542), in lower case."""

SLOT_PATTERN = (
    r"^(env:TURNUP_SECRET_[A-Za-z0-9_{}]{1,60}|file:(~/|/)?([A-Za-z0-9_-]+/)*secrets/[A-Za-z0-9_{}-]+(\.[A-Za-z0-9_{}-]+)*)"
    r"@[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
)
SecretText = Annotated[str, StringConstraints(max_length=160, pattern=SLOT_PATTERN)]
"""A secret of a service by reference and version. An order can name only what is kept for devices, in a folder
`secrets` or a variable TURNUP_SECRET_...: else it could have Turnup's own login typed into a device."""

NameText = Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
"""A name that becomes an identifier on a device (VLAN name, prefix-list suffix): no spaces."""
