"""From what Cisco IOS shows to comparable lines: what it compresses, wraps, hides and prints by itself.

The rules are data: `cisco_ios_forms`. Each is tested by its own example, `tests/turnup/change/test_forms.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.cisco_ios_forms import LINE_FORMS
from turnup.change.platforms.entries import by_number
from turnup.change.platforms.forms import Rewriter
from turnup.change.platforms.trunks import with_trunk_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY_LISTS = re.compile(r"^ip access-list (?:standard|extended) ", re.MULTILINE)
"""Headers of lists whose entries have numbers, whether they are shown or not."""

_VOLATILE = re.compile(
    r"^(Building configuration|Current configuration|! |!$|version |end$|ntp clock-period |"
    r"\s+!|\s*exit(-[a-z-]+)?$)"
)
_REWRITER = Rewriter(LINE_FORMS)
_DELIMITED = re.compile(r"^(banner \S+|menu \S+ title| +banner) (\^C|\S)(.*)$")
_MACRO = re.compile(r"^macro name \S+$")
_WORD_OF_A_TEXT = re.compile(r" *(?:banner|menu|macro) ")


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `show running-config` into comparable lines: one element a line, free texts whole, the rest as it is."""
    return tuple(with_trunk_defaults(tuple(by_number(_expanded(_joined_texts(text)), ENTRY_LISTS))))


def _joined_texts(text: str) -> Iterator[str]:
    """Join the lines of each free text (banner, title of a menu, body of a macro) into one: it is no configuration.

    Only a newline ends a line here: a form feed or a Unicode separator in a description does not.
    """
    lines = iter(text.replace("\r", "").replace("\x03", "^C").split("\n"))
    for line in lines:
        if _WORD_OF_A_TEXT.match(line) is None:
            yield line.rstrip()
        elif match := _DELIMITED.match(line):
            header, delimiter, rest = match.groups()
            yield f"{header} ^C{_up_to(delimiter, rest, lines)}^C"
        elif _MACRO.match(line):
            yield "\n".join((line, *_body(lines)))
        else:
            yield line.rstrip()


def _up_to(delimiter: str, rest: str, lines: Iterator[str]) -> str:
    parts = [rest]
    while delimiter not in parts[-1]:
        following = next(lines, None)
        if following is None:
            break
        parts.append(following)
    parts[-1] = parts[-1].split(delimiter, 1)[0]
    return "\n".join(parts)


def _body(lines: Iterator[str]) -> Iterator[str]:
    """The lines of a macro, with the one that ends it."""
    for line in lines:
        yield line
        if line.strip() == "@":
            return


def _expanded(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    header = ""
    for line in lines:
        text = line.strip(" ")
        if not text or _VOLATILE.match(line):
            continue
        indent = len(line) - len(line.lstrip(" "))
        header = header if indent else text
        for element in _REWRITER.lines(text, header):
            yield indent, element
