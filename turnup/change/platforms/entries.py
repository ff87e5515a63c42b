"""Entries of lists that a device keeps by number, whether it shows the numbers or not.

IOS numbers what is typed without a number: 10, then 10 more than the last one. IOS-XE from 16.12 on shows the numbers,
older trains do not; and what is not shown is lost with a restart, after which the entries are 10, 20, ... again. So
where none are shown, an entry is known by what it says and by its place among the others, and never by its number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from turnup.change.platforms.forms import Line

STEP = 10

_NUMBERED = re.compile(r"(\d+) (.+)")
_BARE = re.compile(r"(?:permit|deny|remark|evaluate|dynamic)\b")

Hidden = frozenset[str]
"""Headers of the lists of a device that it shows without numbers."""


def by_number(lines: Iterable[Line], lists: re.Pattern[str]) -> Iterator[Line]:
    """Number the entries that have no number, as IOS does, and put each list in the order of its numbers."""
    entries: list[Line] | None = None
    for line in lines:
        if line[0] and entries is not None:
            entries.append(line)
            continue
        if entries:
            yield from _in_order(entries)
        entries = [] if not line[0] and lists.match(line[1]) else None
        yield line
    yield from _in_order(entries or [])


def _in_order(entries: list[Line]) -> list[Line]:
    found: list[tuple[int, Line]] = []
    last = 0
    for indent, text in entries:
        line = text if "remark " in text else " ".join(text.split())
        number = number_of(line)
        if not number and _BARE.match(text):
            number = last + STEP
            line = f"{number} {line}"
        last = max(last, number)
        found.append((number, (indent, line)))
    return [line for _, line in sorted(found, key=lambda each: each[0])]


def number_of(text: str) -> int:
    """The number of an entry; 0 when it has none."""
    match = _NUMBERED.fullmatch(text)
    return int(match.group(1)) if match is not None else 0


def rule_of(text: str) -> str:
    """What an entry says."""
    match = _NUMBERED.fullmatch(text)
    return match.group(2) if match is not None else text


def hidden_in(text: str, lists: re.Pattern[str]) -> Hidden:
    """Find the lists that a text shows without numbers: those of which no entry has one."""
    bare: set[str] = set()
    numbered: set[str] = set()
    header = ""
    for line in text.replace("\r", "").split("\n") if lists.search(text) else ():
        if not line.startswith(" "):
            header = line.strip() if lists.match(line) else ""
        elif header and _BARE.match(line.strip()):
            bare.add(header)
        elif header and number_of(line.strip()):
            numbered.add(header)
    return frozenset(bare - numbered)


def hide_numbers(text: str, hidden: Hidden) -> str:
    """Write a text as the device would show it."""
    header, shown = "", []
    for line in text.split("\n") if hidden else ():
        header = line if not line.startswith(" ") else header
        bare = line.startswith(" ") and header in hidden
        shown.append(f" {rule_of(line.strip())}" if bare else line)
    return "\n".join(shown) if hidden else text


def numbered_like(lines: tuple[Line, ...], hidden: Hidden, known: Collection[tuple[str, ...]]) -> Iterator[Line]:
    """Give the entries of lists that are shown without numbers those by which they are known.

    Args:
        lines: comparable lines, numbered from 10 on where the device shows no number.
        hidden: the lists that are shown without numbers.
        known: lines with the headers above them; of two entries that say the same the first counts.

    Yields:
        the lines. What is not known, or stands in another place than its number says, gets a number between its
        neighbours'.
    """
    section: list[str] = []
    header = ""
    for indent, text in lines:
        if indent and header:
            section.append(text)
            continue
        if section:
            yield from ((1, each) for each in _renumbered(section, _numbers_in(header, known)))
        section, header = [], text if not indent and text in hidden else ""
        yield indent, text
    yield from ((1, each) for each in _renumbered(section, _numbers_in(header, known)))


def _numbers_in(header: str, known: Collection[tuple[str, ...]]) -> Mapping[str, list[int]]:
    """The numbers of what is known of a list, lowest first, by what the entry says."""
    numbers: dict[str, list[int]] = {}
    for path in known if header else ():
        if len(path) == 2 and path[0] == header and (number := number_of(path[1])):
            here = numbers.setdefault(rule_of(path[1]), [])
            if not here or rule_of(path[1]).startswith("remark "):  # only a remark may stand there twice
                here.append(number)
    return {rule: sorted(set(each)) for rule, each in numbers.items()}


def _renumbered(entries: list[str], known: Mapping[str, list[int]]) -> Iterator[str]:
    if not known:
        yield from entries
        return
    rules = [rule_of(each) for each in entries]
    wanted = [
        known[rule][min(rules[:place].count(rule), len(known[rule]) - 1)] if rule in known else 0
        for place, rule in enumerate(rules)
    ]
    for number, rule in zip(_filled(wanted), rules, strict=True):
        yield f"{number} {rule}"


def _filled(wanted: list[int]) -> list[int]:
    """Keep as many of the numbers as go upwards and leave room; spread the others (0) between them."""
    anchors = [(-1, 0), *((place, wanted[place]) for place in _kept(wanted))]
    numbers: list[int] = []
    for (place, low), (following, high) in zip(anchors, [*anchors[1:], (len(wanted), 0)], strict=True):
        count = following - place - 1
        step = (high - low) // (count + 1) if high else STEP
        numbers.extend(low + step * (each + 1) for each in range(count))
        numbers.extend([high] if high else [])
    return numbers


def _kept(wanted: list[int]) -> list[int]:
    """Places of the longest run of numbers that go upwards and leave a number for each entry between them."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for place, number in enumerate(wanted):
        room = number - place - 1
        if number and room >= 0:
            at = bisect_right(tails, room)
            tails[at : at + 1], ends[at : at + 1] = [room], [place]
            before[place] = ends[at - 1] if at else -1
    run = [ends[-1]] if ends else []
    while run and before[run[-1]] >= 0:
        run.append(before[run[-1]])
    return run[::-1]
