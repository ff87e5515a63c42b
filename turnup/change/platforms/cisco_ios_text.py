"""From what Cisco IOS shows to comparable lines: what it compresses, wraps, hides and prints by itself.

Each rule has a case of its own in `tests/turnup/change/test_normalise_cisco_ios.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_VLANS = "switchport trunk allowed vlan all"
NO_VLANS = "switchport trunk allowed vlan none"

_VOLATILE = re.compile(
    r"^(Building configuration|Current configuration|! |!$|version |end$|ntp clock-period |"
    r"\s+!|\s+no ip address$|\s*(exit|exit-vrf|exit-address-family)$)"
)
_TRUNK_LIST = re.compile(r"^switchport trunk allowed vlan (?:add )?([\d,-]+|none|all)$")
_SNOOPED = re.compile(r"^ip dhcp snooping vlan ([\d,-]+)$")
_CLASSFUL_NETWORK = re.compile(r"^network (\d+)(\.\d+\.\d+\.\d+)$")
_ROOT_PRIORITY = re.compile(r"^spanning-tree vlan ([\d,-]+) priority (\d+)$")
_VLAN_HEADER = re.compile(r"^vlan (\d+[,-][\d,-]*)$")
_BANNER = re.compile(r"^(banner \S+) (\^C|\S)(.*)$")


def expand_ranges(spec: str) -> tuple[int, ...]:
    """Expand `10-12,20` to (10, 11, 12, 20)."""
    numbers: list[int] = []
    for part in spec.split(","):
        low, _, high = part.partition("-")
        numbers.extend(range(int(low), int(high or low) + 1))
    return tuple(numbers)


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `show running-config` into comparable lines: one element a line, banners whole, the rest as it is."""
    return tuple(_with_trunk_defaults(tuple(_expanded(_joined_banners(text)))))


def _joined_banners(text: str) -> Iterator[str]:
    """Join the lines of each banner into one, newlines kept, between the delimiters that IOS shows.

    Only a newline ends a line here: a form feed or a Unicode separator in a description does not.
    """
    lines = iter(text.replace("\r", "").replace("\x03", "^C").split("\n"))
    for line in lines:
        match = _BANNER.match(line)
        if match is None:
            yield line.rstrip()
            continue
        header, delimiter, rest = match.groups()
        yield f"{header} ^C{_banner_text(delimiter, rest, lines)}^C"


def _banner_text(delimiter: str, rest: str, lines: Iterator[str]) -> str:
    parts = [rest]
    while delimiter not in parts[-1]:
        following = next(lines, None)
        if following is None:
            break
        parts.append(following)
    parts[-1] = parts[-1].split(delimiter, 1)[0]
    return "\n".join(parts)


def _expanded(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        text = line.strip(" ")
        if not text or _VOLATILE.match(line):
            continue
        indent = len(line) - len(line.lstrip(" "))
        for element in _elements(text):
            yield indent, element


def _elements(text: str) -> Iterator[str]:
    """One line for each element of a set; the line itself when it is none."""
    if match := _TRUNK_LIST.match(text):
        words = (match.group(1),) if match.group(1) in ("none", "all") else expand_ranges(match.group(1))
        yield from (f"switchport trunk allowed vlan {word}" for word in words)
    elif match := _SNOOPED.match(text):
        yield from (f"ip dhcp snooping vlan {number}" for number in expand_ranges(match.group(1)))
    elif match := _ROOT_PRIORITY.match(text):
        yield from (
            f"spanning-tree vlan {number} priority {match.group(2)}" for number in expand_ranges(match.group(1))
        )
    elif match := _CLASSFUL_NETWORK.match(text):
        yield f"{text} mask {_classful_mask(int(match.group(1)))}"
    elif match := _VLAN_HEADER.match(text):
        yield from (f"vlan {number}" for number in expand_ranges(match.group(1)))
    else:
        yield text


def _classful_mask(first_octet: int) -> str:
    """The mask that IOS hides: that of the address class (RFC 791)."""
    return "255.0.0.0" if first_octet < 128 else "255.255.0.0" if first_octet < 192 else "255.255.255.0"


def _with_trunk_defaults(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
    """Say in words what IOS hides: a trunk without a list allows every VLAN."""
    starts = [index for index, (indent, _) in enumerate(lines) if indent == 0] or [0]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        section = lines[start:stop]
        yield from section
        texts = [text for _, text in section]
        listed = any(text.startswith("switchport trunk allowed vlan ") for text in texts)
        if texts and texts[0].startswith("interface ") and "switchport mode trunk" in texts and not listed:
            yield 1, ALL_VLANS
