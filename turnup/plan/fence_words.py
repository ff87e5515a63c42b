"""What the words of a shared platform name that belongs to one buyer, and in which pool the buyer has to hold it.

These are read from the final text. They know nothing of templates or designs: a template that is wrong must not be able
to be wrong here too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from turnup.sites import Platform


class Held:
    """What a buyer holds of some kinds.

    Args:
        values: in any order.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = frozenset(values)

    def __contains__(self, value: str) -> bool:
        return value in self._values

    def beginning_with(self, prefix: str) -> list[str]:
        """All values that begin like this."""
        first = bisect_left(self._in_order, prefix)
        last = bisect_right(self._in_order, prefix, lo=first, key=lambda value: value[: len(prefix)])
        return self._in_order[first:last]

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._values)


def _held(found: str, held: Held) -> bool:
    return found in held


def whole_block(prefix: str, held: Held) -> bool:
    """Whether all numbers that begin like this are held: 10 for each digit that is left open."""
    ours = held.beginning_with(prefix)
    lengths = {len(number) for number in ours}
    return len(lengths) == 1 and len(ours) == 10 ** (lengths.pop() - len(prefix))


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that a line can name.

    Attributes:
        pattern: finds it in a line whose spaces are made one; its groups are the names.
        kinds: pools, by the word before their owner; the buyer has to hold the name in one of them.
        words: what it is, for people.
        fits: whether the name is covered by the values that the buyer holds.
    """

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    words: str
    fits: Callable[[str, Held], bool] = _held


def _named(pattern: str, *kinds: str, words: str, fits: Callable[[str, Held], bool] = _held) -> Named:
    return Named(re.compile(pattern), kinds, words, fits)


SHARED: dict[Platform, tuple[Named, ...]] = {
    Platform.FREERADIUS: (
        _named(r"^(?:no )?user (\S+)", "imsi", "login", words="SIMs and logins"),
        _named(r"^(?:no )?client (\S+)", "radius-client", words="clients"),
        _named(r"^(?:no )?realm (\S+)", "realm", words="realms"),
        _named(r'\bCalled-Station-Id \S+ "([^"]*)"', "apn", words="access points"),
        _named(r"\bFramed-IP-Address \S+ (\S+)", "sim", words="SIM addresses"),
    ),
    Platform.KAMAILIO: (
        _named(r"^(?:no )?(?:dialplan|dispatcher|address) (\S+)", "customer", words="customers' numbers"),
        _named(r"^(?:no )?(?:customer|did) (\S+)$", "customer", words="customers' numbers"),
        _named(r"^(?:no )?attrs trunk:([^;,\s]+)", "customer", words="customers' numbers"),
        _named(r"^(?:no )?address \S+ ([^/\s]+)", "sip-peer", words="SIP peers"),
        _named(r"^(?:no )?dispatcher \S+ sips?:(?:[^@\s]*@)?([^:;\s]+)", "sip-peer", words="SIP peers"),
        _named(r"^(?:no )?numbers (\+\d+)", "number", words="telephone numbers", fits=whole_block),
        _named(r"^(?:no )?tag (\S+)", "number", words="telephone numbers"),
        _named(r"^(?:no )?domain (\S+)", "realm", words="SIP realms"),
        _named(r"^(?:no )?subscriber \S+@(\S+)", "realm", words="SIP realms"),
        _named(r"\battrs (?:extension|hunt):([^;,\s]+)", "realm", words="SIP realms"),
    ),
    Platform.PROVISIONING: (_named(r"^(?:no )?file ([^.\s]+)", "phone", words="telephones"),),
}
"""Servers that many buyers share. A record that none of these words finds is nobody's, so it is refused."""
