"""A whole configuration as IOS and EOS show it, made of comparable lines: the way back from `normalise`.

Whoever reads a trunk's list line by line, as a parser of configurations does, takes the last line without `add` for
the whole list; and leaves a class or a family of others at an `exit` that is typed and never shown.

Sources: IOS-XE 17 command references of the Catalyst 9000 and EOS User Manual 4.31, `switchport trunk allowed vlan`,
`spanning-tree vlan`; IOS-XE also `ip dhcp snooping vlan`, `ip arp inspection vlan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from turnup.change.platforms.trunks import ALL_VLANS

_HIDDEN = frozenset({f" {ALL_VLANS}", *(f"{' ' * depth}exit" for depth in range(8))})
"""What is a comparable line, or closes a section, and is not shown."""


@dataclass(frozen=True, slots=True)
class Folding:
    """How a platform shows lists of VLANs.

    Attributes:
        element: pattern of a line with one element; its groups are what stands before it, the number, and the rest.
        shortest_range: how many neighbours are written as a range.
    """

    element: re.Pattern[str]
    shortest_range: int

    def __call__(self, lines: tuple[str, ...]) -> Iterator[str]:
        """Give lines with each list in one of them, where its first element stands, and without what is hidden."""
        lists: dict[tuple[str, ...], list[int]] = {}
        lines = tuple(line for line in lines if line not in _HIDDEN)
        found = dict(self._elements(lines))
        for key, number in found.values():
            lists.setdefault(key, []).append(number)
        for place, line in enumerate(lines):
            if place not in found:
                yield line
            elif numbers := lists.pop(found[place][0], None):
                _, start, end = found[place][0]
                yield f"{start}{self.compress(numbers)}{end}"

    def _elements(self, lines: tuple[str, ...]) -> Iterator[tuple[int, tuple[tuple[str, ...], int]]]:
        """Find elements: their place among the lines, their list (section, words around it), their number."""
        section = ""
        for place, line in enumerate(lines):
            inside = line[:1] == " "
            if not inside:
                section = line
            if " vlan" in line and (match := self.element.fullmatch(line)):
                yield place, ((section if inside else "", match.group(1), match.group(3)), int(match.group(2)))

    def compress(self, numbers: Iterable[int]) -> str:
        """Write numbers as a list: on IOS `10,11,20-22`, on EOS `10-11,20-22`."""
        runs: list[list[int]] = []
        for number in sorted(numbers):
            if runs and runs[-1][-1] + 1 == number:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = ([f"{run[0]}-{run[-1]}"] if len(run) >= self.shortest_range else map(str, run) for run in runs)
        return ",".join(part for each in parts for part in each)


AS_IOS = Folding(
    re.compile(
        r"( switchport trunk allowed vlan |ip dhcp snooping vlan |ip arp inspection vlan |spanning-tree vlan )(\d+)(.*)"
    ),
    3,
)
AS_EOS = Folding(re.compile(r"( switchport trunk allowed vlan |spanning-tree vlan-id )(\d+)(.*)"), 2)
