"""From what Arista EOS shows to comparable lines: what it compresses, hides and prints by itself.

The rules are data: `arista_eos_forms`. Each is tested by its own example, `tests/turnup/change/test_forms.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.arista_eos_forms import LINE_FORMS
from turnup.change.platforms.forms import Rewriter
from turnup.change.platforms.trunks import with_trunk_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

END_OF_TEXT = "EOF"
"""Stands on a line of its own below a free text."""

_VOLATILE = re.compile(r"^\s*(!.*|exit|end)$")
_FREE_TEXT = re.compile(r"^\s*(banner (login|motd)|action bash|comment)$")
"""Lines below which free text stands: EOS User Manual, `banner`, `event-handler`, `comment`."""

_REWRITER = Rewriter(LINE_FORMS)


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `show running-config` into comparable lines: one element a line, free texts whole, indented by one."""
    return tuple(with_trunk_defaults(tuple(_expanded(_joined_texts(text)))))


def _joined_texts(text: str) -> Iterator[str]:
    """Join each free text with the line above and the `EOF` below it into one: it is no configuration.

    Only a newline ends a line here: a form feed or a Unicode separator in a description does not.
    """
    lines = iter(text.replace("\r", "").split("\n"))
    for line in lines:
        if _FREE_TEXT.match(line.rstrip()):
            yield "\n".join((line.rstrip(), *_up_to_its_end(lines)))
        else:
            yield line.rstrip()


def _up_to_its_end(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.strip() == END_OF_TEXT:
            break
        yield line
    yield END_OF_TEXT


def _expanded(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    header, above = "", [0]
    for line in lines:
        text = line.strip(" ")
        if not text or _VOLATILE.match(line):
            continue
        indent = len(line) - len(line.lstrip(" "))
        above = [*(each for each in above if each < indent), indent]
        depth = len(above) - 1
        header = header if depth else text
        for element in _REWRITER.lines(text, header):
            yield depth, element
