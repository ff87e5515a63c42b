"""Marks (DSCP) that a switch puts on packets of hosts, and those of telephones that it keeps.

Source: RFC 4594 as revised by RFC 8622 (which class is for what); RFC 2597, RFC 3246 (code points).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.services.lan.parameters import Marking, Segment
from turnup.services.lan.values import LanClass, LanPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from turnup.services.lan.values import LanPort

_DSCP = {
    Marking.BEST_EFFORT: ("default", 0),
    Marking.BUSINESS: ("af21", 18),
    Marking.VIDEO: ("af41", 34),
    Marking.VOICE: ("ef", 46),
}
_KEPT = (LanClass("LAN-VOICE", "ef", 46), LanClass("LAN-SIGNALLING", "cs3", 24))
"""What telephones send: speech, and the words that set calls up."""
_WITH_PHONES = "-PHONES"


def policy_name(segment: Segment) -> str:
    """The policy of a segment's ports; empty where marks are trusted."""
    if segment.marking is Marking.TRUST:
        return ""
    return f"LAN-{segment.marking.upper()}{_WITH_PHONES if segment.voice is not None else ''}"


def policies_of(ports: Iterable[LanPort]) -> tuple[LanPolicy, ...]:
    """The policies that ports use, each once."""
    used = {port.policy for port in ports}
    every = (
        LanPolicy(f"LAN-{marking.upper()}{ending}", kept, dscp, code)
        for marking, (dscp, code) in _DSCP.items()
        for ending, kept in (("", ()), (_WITH_PHONES, _KEPT))
    )
    return tuple(policy for policy in every if policy.name in used)


def classes_of(policies: Iterable[LanPolicy]) -> tuple[LanClass, ...]:
    """The classes that policies use, each once."""
    return tuple(dict.fromkeys(each for policy in policies for each in policy.kept))
