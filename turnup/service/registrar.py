"""What all that registers has in common on a session border controller: records, and what proves them.

Telephones and video rooms differ in what they are; on the SBC both are subscribers of the buyer's realm with a dialplan
and numbers that have a place. A trunk has the dialplan and the numbers too, and is asked for in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.dialplan import Rule
from turnup.service.checks import ServiceCheck

if TYPE_CHECKING:
    from turnup.scalars import DeviceName
    from turnup.service.lines import ServiceLine


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who registers: an extension, a room, a bridge.

    Attributes:
        ha1: reference of what its password is compared with.
        cli: the number that others see, and by which an emergency call is placed.
    """

    number: str
    ha1: str
    cli: str


@dataclass(frozen=True, slots=True)
class Registrar:
    """What a service line puts on one session border controller.

    Attributes:
        customer: the buyer's number there.
        uprn, postcode: the place of every number of the line, for emergency calls.
        numbers: every number that the line shows to others, in E.164.
    """

    customer: int
    realm: str
    uprn: int
    postcode: str
    rules: tuple[Rule, ...]
    numbers: tuple[str, ...]
    subscribers: tuple[Subscriber, ...]


def ha1_reference(secret: str) -> str:
    """The reference of a secret's HA1, kept beside it: `file:PATH.ha1@V`, `env:NAME_HA1@V`."""
    reference, _, version = secret.rpartition("@")
    return f"{reference}{'.ha1' if reference.startswith('file:') else '_HA1'}@{version}"


def dialled_check(
    line: ServiceLine, device: DeviceName, title: str, customer: int, dialled: str, expected: str, shows: str = ""
) -> ServiceCheck:
    """Look a call of a customer up, without dialling it.

    Args:
        line: whose proof it is.
        device: the session border controller.
        title: what it proves.
        customer: whose dialplan.
        dialled: what would be dialled.
        expected: where the call has to go.
        shows: what else the answer has to be like; by default it only has to say where.
    """
    ask = f"dial {customer} {dialled}"
    return ServiceCheck(line.id, line.site, device, title, ask, shows or r"^\s*Attributes: (\S+)$", expected)


def placed_check(
    line: ServiceLine, device: DeviceName, number: str, customer: int, uprn: int, postcode: str
) -> ServiceCheck:
    """Look up where help is sent when a number calls for it."""
    place = f"{customer},{uprn},{postcode}"
    title, ask = f"{number} has its place", f"number {number}"
    return ServiceCheck(line.id, line.site, device, title, ask, r"^\s*TVALUE: (.+)$", place)
