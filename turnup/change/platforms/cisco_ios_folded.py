"""A whole configuration as Cisco IOS shows it, made of comparable lines: the way back from `cisco_ios_text`.

Sources: IOS-XE 17 command references of the Catalyst 9000, `switchport trunk allowed vlan`, `ip dhcp snooping vlan`,
`ip arp inspection vlan`, `spanning-tree vlan`. Whoever reads a trunk's list line by line, as a parser of configurations
does, takes the last line without `add` for the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from turnup.change.platforms.trunks import ALL_VLANS

_ELEMENT = re.compile(
    r"( *(?:switchport trunk allowed vlan|ip dhcp snooping vlan|ip arp inspection vlan|spanning-tree vlan)) (\d+)(.*)"
)
_HIDDEN = frozenset({f" {ALL_VLANS}", *(f"{' ' * depth}exit" for depth in range(8))})
"""`exit` is typed and never shown; only `exit-address-family` is."""


def folded(lines: tuple[str, ...]) -> Iterator[str]:
    """Give lines with each list in one of them, where its first element stands, and without what is hidden."""
    lists: dict[tuple[str, ...], list[int]] = {}
    lines = tuple(line for line in lines if line not in _HIDDEN)
    found = dict(_elements(lines))
    for key, number in found.values():
        lists.setdefault(key, []).append(number)
    for place, line in enumerate(lines):
        if place not in found:
            yield line
        elif numbers := lists.pop(found[place][0], None):
            _, start, end = found[place][0]
            yield f"{start} {compress(numbers)}{end}"


def _elements(lines: tuple[str, ...]) -> Iterator[tuple[int, tuple[tuple[str, ...], int]]]:
    """Find the elements of lists: their place among the lines, their list (section, words around it), their number."""
    section = ""
    for place, line in enumerate(lines):
        inside = line[:1] == " "
        if not inside:
            section = line
        if " vlan " in line and (match := _ELEMENT.fullmatch(line)):
            yield place, ((section if inside else "", match.group(1), match.group(3)), int(match.group(2)))


def compress(numbers: Iterable[int]) -> str:
    """Write numbers as a list of IOS: two neighbours as `10,11`, three or more as `10-12`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return ",".join(part for each in parts for part in each)
