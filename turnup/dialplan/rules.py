"""A customer's dialplan: rules for what is dialled, what becomes of it, and where the call goes.

The rules are those of Kamailio's module `dialplan`: the lowest priority first, and of one priority the first. A rule
for one string is `equal`; a regular expression is of the kind that PCRE and Python read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

EMERGENCY_NUMBERS = ("999", "112")
"""Ofcom, General Condition A3.2: always reachable."""

EMERGENCY, CARRIER, BARRED = "emergency", "carrier", "barred"
"""Where a call goes; besides `trunk:SET`, `extension:REALM`, `hunt:REALM,MEMBER,...` and `voicemail`."""


class Matching(StrEnum):
    """How a rule is compared with what is dialled."""

    EQUAL = "equal"
    REGEX = "regex"


class Barring(StrEnum):
    """Kinds of calls that a buyer may have barred; emergency calls are none."""

    PREMIUM = "premium"
    INTERNATIONAL = "international"
    DIRECTORY = "directory"
    MOBILE = "mobile"


class Priority:
    """The order of the rules: what is dialled is first held against those of the lowest number."""

    EMERGENCY = 1
    OWN = 10
    BARRED = 20
    OUTSIDE = 30


@dataclass(frozen=True, slots=True)
class Rule:
    r"""One rule.

    Attributes:
        expression: what is dialled: the string itself, or a regular expression for the whole of it.
        replacement: what becomes of it; `\1` is a group of the expression.
        route: where the call goes.
    """

    priority: int
    matching: Matching
    expression: str
    replacement: str
    route: str


@dataclass(frozen=True, slots=True)
class Call:
    """What a dialplan makes of what was dialled.

    Attributes:
        number: what is called in the end.
        rule: which rule said so.
    """

    number: str
    route: str
    rule: Rule


def evaluate(rules: Iterable[Rule], dialled: str) -> Call | None:
    """Look a call up: nothing is dialled.

    Args:
        rules: of one customer, in any order of priorities.
        dialled: what a telephone or a PBX sends, or a number of the customer's in E.164 for a call to it.

    Returns:
        what becomes of it; none: no rule fits.
    """
    for rule in sorted(rules, key=lambda each: each.priority):
        number = _replaced(rule, dialled)
        if number is not None:
            return Call(number, rule.route, rule)
    return None


def _replaced(rule: Rule, dialled: str) -> str | None:
    if rule.matching is Matching.EQUAL:
        return rule.replacement if rule.expression == dialled else None
    match = re.search(rule.expression, dialled)
    if match is None:
        return None
    return re.sub(r"\\([0-9])", lambda group: match.group(int(group.group(1))) or "", rule.replacement)


_BARRED = {
    Barring.PREMIUM: r"(?:0|\+44|0044)9[0-9]*",
    Barring.MOBILE: r"(?:0|\+44|0044)7[0-9]*",
    Barring.INTERNATIONAL: r"(?:00|\+)(?!44)[0-9]*",
    Barring.DIRECTORY: r"118[0-9]*",
}


def outside_rules(prefix: str, barred: tuple[Barring, ...] = ()) -> tuple[Rule, ...]:
    """The rules for calls out of the house, each with and without the outside prefix; the emergency services first.

    Args:
        prefix: digits that are dialled before an outside number, such as 9; empty for none.
        barred: what may not be called.
    """
    begin = f"^(?:{prefix})?" if prefix else "^"
    emergency = Rule(Priority.EMERGENCY, Matching.REGEX, f"{begin}({'|'.join(EMERGENCY_NUMBERS)})$", r"\1", EMERGENCY)
    return (
        emergency,
        *(
            Rule(Priority.BARRED, Matching.REGEX, f"{begin}({_BARRED[each]})$", r"\1", BARRED)
            for each in sorted(set(barred))
        ),
        *(
            Rule(Priority.OUTSIDE, Matching.REGEX, f"{begin}{expression}$", replacement, CARRIER)
            for expression, replacement in _OUTSIDE
        ),
    )


_OUTSIDE = (
    (r"0([1-9][0-9]{8,9})", r"+44\1"),
    (r"00([1-9][0-9]{6,14})", r"+\1"),
    (r"(\+[1-9][0-9]{6,14})", r"\1"),
    (r"(1[0-9]{2}|116[0-9]{3}|118[0-9]{3})", r"\1"),
)
"""National, international, E.164, and short numbers such as 101, 111 and 116 123 (National Numbering Plan)."""
