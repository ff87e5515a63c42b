"""How long a change leaves users of a live service line without service: what the plan says before anybody signs it.

What a command does to traffic is data: the `interrupts` of each platform's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.change.ownership import paths_of
from turnup.change.platforms import LANGUAGES

if TYPE_CHECKING:
    from turnup.change.platforms.language import Interrupts, Path
    from turnup.fragments import Fragment
    from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class Interruption:
    """What a change does to the users of one service line on one device.

    Attributes:
        sections: how many sections (ports, interfaces) it happens in.
        at_least, at_most: seconds without service; both 0: none.
        why: what happens.
    """

    service_line: str
    sections: int
    at_least: int
    at_most: int
    why: str


def interruptions(
    platform: Platform,
    owned: Mapping[str, frozenset[Path]],
    fragments: tuple[Fragment, ...],
    removes: frozenset[Path],
    adds: frozenset[Path],
) -> tuple[Interruption, ...]:
    """Say what a change does to service lines that have users: those that were in force and stay so.

    Args:
        platform: the platform of the device.
        owned: the lines that were applied there, by service line.
        fragments: what the service lines of the order declare now.
        removes: lines that go.
        adds: lines that come.

    Returns:
        longest first; empty for lines that begin or end, for they have no users yet, or none any more.
    """
    found = [
        Interruption(fragment.service_line, count, rule.at_least, rule.at_most, rule.why)
        for fragment in fragments
        if (going := removes & owned.get(fragment.service_line, frozenset()))
        for rule, count in _rules_hit(platform, going, adds & paths_of(platform, (fragment,)))
    ]
    return tuple(sorted(found, key=lambda each: (-each.at_most, each.service_line, each.why)))


def _rules_hit(platform: Platform, going: frozenset[Path], coming: frozenset[Path]) -> Iterator[tuple[Interrupts, int]]:
    for rule in LANGUAGES[platform].interrupts:
        gone = {_section(rule, path) for path in going} - {None}
        come = {_section(rule, path) for path in coming} - {None}
        sections = gone - come if rule.as_it_goes else gone if rule.wherever_it_comes and come else gone & come
        if sections:
            yield rule, len(sections)


def _section(rule: Interrupts, path: Path) -> Path | None:
    """The section of a line that a rule is about, with what the rule's last group says of the line; else none."""
    if len(path) != len(rule.lineage):
        return None
    matches = [re.search(pattern, text) for pattern, text in zip(rule.lineage, path, strict=True)]
    if not all(matches):
        return None
    return (*path[:-1], *(matches[-1].groups() if matches[-1] is not None else ()))
