"""999 and 112: always reachable, with and without the outside prefix, never barred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from turnup.dialplan.rules import EMERGENCY, EMERGENCY_NUMBERS, Call, Rule, evaluate


@dataclass(frozen=True, slots=True)
class LostCall:
    """An emergency call that would not get through.

    Attributes:
        dialled: as it would be.
        found: what the dialplan would make of it.
    """

    dialled: str
    found: str


def emergency_strings(prefix: str) -> tuple[str, ...]:
    """All ways in which the emergency services are dialled."""
    bare = EMERGENCY_NUMBERS
    return (*bare, *(f"{prefix}{number}" for number in bare)) if prefix else bare


def lost_emergency_calls(rules: Iterable[Rule], prefix: str) -> tuple[LostCall, ...]:
    """Look up every way in which the emergency services are dialled.

    Args:
        rules: of one customer.
        prefix: the outside prefix; empty for none.

    Returns:
        those that do not reach them; none when all do.
    """
    known = tuple(rules)
    looked_up = ((dialled, evaluate(known, dialled)) for dialled in emergency_strings(prefix))
    return tuple(LostCall(dialled, _told(call)) for dialled, call in looked_up if not _reaches(dialled, call))


def _reaches(dialled: str, call: Call | None) -> bool:
    return call is not None and call.route == EMERGENCY and call.number == dialled[-3:]


def _told(call: Call | None) -> str:
    return f"{call.route} by the rule {call.rule.expression}" if call is not None else "no rule for it"
