"""The dial plan of a site's telephones: rules for its own numbers, before those for calls out of the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from turnup.dialplan import Matching, Rule, outside_rules

if TYPE_CHECKING:
    from turnup.services.uc.parameters import UcParameters

HOUSE = 5
"""Priority of a site's own numbers: after emergency calls, before what a trunk says of whole ranges."""

ACCESS = "voicemail"


def dial_rules(parameters: UcParameters, realm: str) -> tuple[Rule, ...]:
    """All rules of an order line, the emergency services first.

    Extensions that are dealt with alike share rules: exactly those numbers, in the fewest blocks of tens.
    """
    groups = {group.number: group for group in parameters.hunt_groups}
    alike = {
        voicemail: sorted(each.number for each in parameters.extensions if each.voicemail is voicemail)
        for voicemail in (False, True)
    }
    return (
        *outside_rules(parameters.outside_prefix or "", parameters.barred),
        *(rule for voicemail, numbers in alike.items() for rule in _extension_rules(numbers, realm, voicemail)),
        *(
            _equal(each.ddi, each.number, extension_route(realm, voicemail=each.voicemail))
            for each in parameters.extensions
            if each.ddi is not None
        ),
        *(_equal(number, number, hunt_route(realm, each.members, each.voicemail)) for number, each in groups.items()),
        *(
            _equal(each.ddi, each.number, hunt_route(realm, each.members, each.voicemail))
            for each in groups.values()
            if each.ddi is not None
        ),
        *((_equal(access, access, ACCESS),) if (access := parameters.voicemail_number) is not None else ()),
    )


def extension_route(realm: str, *, voicemail: bool) -> str:
    """Where a call to an extension goes."""
    return f"extension:{realm}{';voicemail' if voicemail else ''}"


def hunt_route(realm: str, members: Iterable[str], voicemail: bool) -> str:  # read with its two others
    """Where a call to a hunt group goes."""
    return f"hunt:{realm},{','.join(members)}{';voicemail' if voicemail else ''}"


def _equal(dialled: str, number: str, route: str) -> Rule:
    return Rule(HOUSE, Matching.EQUAL, dialled, number, route)


def _extension_rules(numbers: list[str], realm: str, voicemail: bool) -> Iterator[Rule]:
    for prefix, free in blocks_of(numbers):
        route = extension_route(realm, voicemail=voicemail)
        if free == 0:
            yield _equal(prefix, prefix, route)
        else:
            digits = "[0-9]" if free == 1 else f"[0-9]{{{free}}}"
            yield Rule(HOUSE, Matching.REGEX, f"^({prefix}{digits})$", r"\1", route)


def blocks_of(numbers: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The fewest blocks that hold exactly these numbers: beginning, and how many digits follow that may be any."""
    level = sorted(set(numbers))
    free = 0
    while level:
        whole: list[str] = []
        for parent, members in groupby(level, key=lambda number: number[:-1]):
            here = list(members)
            if len(here) == 10 and parent:
                whole.append(parent)
            else:
                yield from ((number, free) for number in here)
        level, free = whole, free + 1
