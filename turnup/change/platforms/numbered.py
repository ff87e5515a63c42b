"""Numbered entries of Cisco IOS: prefix lists and access lists.

IOS replaces no entry in place ("%Insertion failed - prefix-list entry exists", "% Duplicate sequence number") and takes
no entry twice under two numbers. And a list without an entry permits everything where it is used, so that it may not be
empty even between two commands (IOS-XE 17: `ip prefix-list`, `ip access-group`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX_ENTRY = re.compile(r"(ip prefix-list \S+ seq) (\d+) (.+)")
_ACCESS_ENTRY = re.compile(r"()(\d+) ((?:permit|deny|remark) .+)")
NO = "no "
_NEVER_MATCHES = "deny 0.0.0.0/32"
"""Keeps a prefix list from being empty: what matches no entry is denied."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered entry of a list.

    Attributes:
        start: the words before the number; empty in an access list, which is a section of its own.
        rule: what it says.
    """

    start: str
    number: int
    rule: str

    @property
    def text(self) -> str:
        """The entry as the device shows it."""
        return f"{self.start} {self.number} {self.rule}".strip()

    @property
    def removal(self) -> str:
        """The command that takes it away: an access list wants the number alone."""
        return f"{NO}{self.text}" if self.start else f"{NO}{self.number}"


def entry_in(line: str) -> Entry | None:
    """Read an entry; None when the line is none."""
    match = _PREFIX_ENTRY.fullmatch(line) or _ACCESS_ENTRY.fullmatch(line)
    return None if match is None else Entry(match.group(1), int(match.group(2)), match.group(3))


def typed_entry(line: str, section: frozenset[str]) -> tuple[str, ...] | None:
    """Say how an entry of a prefix list, or its removal, is typed; None when the line is neither.

    Args:
        line: a line of the remediation, without indentation.
        section: what its section has at this moment.
    """
    entry = entry_in(line.removeprefix(NO))
    if entry is None or not entry.start:
        return None
    if line.startswith(NO):
        return (entry.removal,) if entry.text in section else ()
    lines = sorted(each for each in section if each.startswith(entry.start))
    here = tuple(other for other in map(entry_in, lines) if other is not None and other.start == entry.start)
    in_the_way = tuple(other for other in here if in_the_way_of(other, entry))
    number = max(each.number for each in (entry, *in_the_way)) + 1
    guards = (Entry(entry.start, number, _NEVER_MATCHES),) if here and set(here) <= set(in_the_way) else ()
    return (
        *(guard.text for guard in guards),
        *(other.removal for other in in_the_way),
        entry.text,
        *(guard.removal for guard in guards),
    )


def in_the_way_of(other: Entry, entry: Entry) -> bool:
    """Whether an entry has to go before another one can come: it has its number, or says the same."""
    same_rule = other.rule == entry.rule and not entry.rule.startswith("remark ")
    return other != entry and (other.number == entry.number or same_rule)
