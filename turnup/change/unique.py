"""Things that a device may have only once, and where it has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from turnup.change.platforms import LANGUAGES

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

    from turnup.change.platforms.language import Path
    from turnup.sites import Platform

Thing = tuple[int, int, tuple[str, ...]]
"""Number of the rule, number of the key that the line has by it, and what must agree."""

_Lineage = tuple[int, tuple[re.Pattern[str], ...], re.Pattern[str] | None]
"""Number of the rule, patterns of headers and line, pattern of the line beside."""


def things_in(platform: Platform, root: HConfig) -> Iterator[tuple[Thing, Path]]:
    """Find the lines that give something that may be there only once, each with what it gives."""
    return _walk(_lineages(platform), (), root)


def are_apart(one: Path, other: Path) -> bool:
    """Whether two lines stand in different sections, or are two lines of the top level."""
    return one[:-1] != other[:-1] or (len(one) == 1 and one != other)


@cache
def _lineages(platform: Platform) -> tuple[tuple[_Lineage, ...], ...]:
    """The rules of a platform by the depth of the lines that they are about; the top level is 0."""
    found = [
        (number, tuple(re.compile(each) for each in patterns), re.compile(rule.beside) if rule.beside else None)
        for number, rule in enumerate(LANGUAGES[platform].unique)
        for patterns in rule.lineages
    ]
    deepest = max((len(patterns) for _, patterns, _ in found), default=0)
    return tuple(tuple(each for each in found if len(each[1]) == depth + 1) for depth in range(deepest))


def _walk(
    lineages: tuple[tuple[_Lineage, ...], ...], above: Path, node: HConfig | HConfigChild
) -> Iterator[tuple[Thing, Path]]:
    if len(above) == len(lineages):
        return
    for child in node.children:
        path = (*above, child.text)
        for number, patterns, beside in lineages[len(above)]:
            # The line itself is looked at first: most lines of a device are none of these.
            if patterns[-1].search(child.text) is not None:
                for kind, key in enumerate(_keys(patterns, path, _beside(beside, node))):
                    yield (number, kind, key), path
        if child.children:
            yield from _walk(lineages, path, child)


def _keys(patterns: tuple[re.Pattern[str], ...], path: Path, beside: str) -> Iterator[tuple[str, ...]]:
    """What must agree: the groups; a subnet by its network, and once more by its address."""
    matches = [match for match in map(re.Pattern.search, patterns, path) if match is not None]
    if len(matches) < len(path):
        return
    words = (beside, *(word or "" for match in matches for word in _unnamed(match)))
    subnet = next((match["subnet"] for match in matches if "subnet" in match.re.groupindex), "")
    if not subnet:
        yield words
        return
    try:
        interface = IPv4Interface(subnet.replace(" ", "/"))
    except ValueError:
        return
    yield (*words, str(interface.network))
    yield (*words, str(interface.ip))


def _unnamed(match: re.Match[str]) -> Iterator[str | None]:
    named = match.re.groupindex.values()
    return (match[number] for number in range(1, match.re.groups + 1) if number not in named)


def _beside(pattern: re.Pattern[str] | None, section: HConfig | HConfigChild) -> str:
    matches = (pattern.search(each.text) for each in section.children) if pattern is not None else ()
    return next((match[1] for match in matches if match is not None), "")
