"""What IOS and EOS have in common about trunks: the allowed list is a set, and what is hidden is every VLAN.

Sources: IOS-XE 17 layer 2 command reference and EOS User Manual 4.31 (VLANs), `switchport trunk allowed vlan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from turnup.change.platforms.forms import Line

ALL_VLANS = "switchport trunk allowed vlan all"
NO_VLANS = "switchport trunk allowed vlan none"
LISTED = re.compile(r"switchport trunk allowed vlan (\d+)")
"""One element of a list."""

_LIST = "switchport trunk allowed vlan "


def with_trunk_defaults(lines: tuple[Line, ...]) -> Iterator[Line]:
    """Say in words what is hidden: a trunk without a list allows every VLAN."""
    starts = [index for index, (indent, _) in enumerate(lines) if indent == 0] or [0]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        section = lines[start:stop]
        yield from section
        texts = [text for _, text in section]
        listed = any(text.startswith(_LIST) for text in texts)
        if texts and texts[0].startswith("interface ") and "switchport mode trunk" in texts and not listed:
            yield 1, ALL_VLANS


def voids(line: str) -> str:
    """A first VLAN ends "none" on a trunk."""
    return NO_VLANS if LISTED.fullmatch(line) else ""


def carries_all(line: str, siblings: frozenset[str]) -> bool:
    """Whether a line lists a VLAN on a trunk that allows every VLAN: it carries the declared one already."""
    return line.startswith(_LIST) and ALL_VLANS in siblings


def typed_element(line: str, section: frozenset[str]) -> str | None:
    """Say how a line of a list is typed: by `add` and `remove`, and only on a port without a list without them.

    Args:
        line: a line of the remediation, with its indentation.
        section: what its section has at this moment.

    Returns:
        the command, "" for nothing at all, None when the line is none of a list.
    """
    text, indent = line.strip(), line[: len(line) - len(line.lstrip(" "))]
    if text.removeprefix("no ") == NO_VLANS:
        return ""
    match = LISTED.fullmatch(text.removeprefix("no "))
    if match is None:
        return None
    has_list = any(each.startswith(_LIST) for each in section)
    verb = "remove " if text.startswith("no ") else "add " if has_list else ""
    return f"{indent}{_LIST}{verb}{match.group(1)}"
