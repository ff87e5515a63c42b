"""Numbered entries of Cisco IOS: prefix lists and access lists.

IOS replaces no entry in place ("%Insertion failed - prefix-list entry exists", "% Duplicate sequence number") and takes
no entry twice under two numbers. And a list without an entry permits everything where it is used, so that it may not be
empty even between two commands (IOS-XE 17: `ip prefix-list`, `ip access-group`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PREFIX_ENTRY = re.compile(r"(ip prefix-list \S+ seq) (\d+) (.+)")
_ACCESS_ENTRY = re.compile(r"()(\d+) ((?:permit|deny|remark) .+)")
_NO = "no "
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
        return f"{_NO}{self.text}" if self.start else f"{_NO}{self.number}"


def entry_in(line: str) -> Entry | None:
    """Read an entry; None when the line is none."""
    match = _PREFIX_ENTRY.fullmatch(line) or _ACCESS_ENTRY.fullmatch(line)
    return None if match is None else Entry(match.group(1), int(match.group(2)), match.group(3))


def typed_entry(line: str, section: frozenset[str]) -> tuple[str, ...] | None:
    """Say how an entry, or its removal, is typed; None when the line is neither.

    Args:
        line: a line of the remediation, without indentation.
        section: what its section has at this moment.
    """
    entry = entry_in(line.removeprefix(_NO))
    if entry is None:
        return None
    if line.startswith(_NO):
        return (entry.removal,) if entry.text in section else ()
    lines = sorted(each for each in section if each.startswith(entry.start))
    here = tuple(other for other in map(entry_in, lines) if other is not None and other.start == entry.start)
    in_the_way = tuple(other for other in here if _in_the_way(other, entry))
    rules = tuple(other for other in here if not other.rule.startswith("remark "))
    kept_from_empty = tuple(_guard(entry, in_the_way)) if rules and set(rules) <= set(in_the_way) else ()
    return (
        *(guard.text for guard in kept_from_empty),
        *(other.removal for other in in_the_way),
        entry.text,
        *(guard.removal for guard in kept_from_empty),
    )


def _in_the_way(other: Entry, entry: Entry) -> bool:
    same_rule = other.rule == entry.rule and not entry.rule.startswith("remark ")
    return other != entry and (other.number == entry.number or same_rule)


def _guard(entry: Entry, in_the_way: tuple[Entry, ...]) -> Iterator[Entry]:
    """An entry that opens nothing, while none of the list's own stands."""
    number = max(each.number for each in (entry, *in_the_way)) + 1
    if entry.start:
        yield Entry(entry.start, number, _NEVER_MATCHES)
        return
    permits = (each.rule for each in (entry, *in_the_way) if each.rule.startswith("permit "))
    rule = next(permits, "")
    if rule:
        yield Entry("", number, f"deny {rule.removeprefix('permit ')}")
