"""Messages that a device prints into a session by itself, as after `terminal monitor` or on a console.

Source: Cisco IOS and Arista EOS system message guides: `%FACILITY-SEVERITY-MNEMONIC: text`, with a number and a time
before it if the device is told so.
"""

from __future__ import annotations

import re

MESSAGE = r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:"
"""Begins a message; what refuses a line begins with a percent sign too, and a blank."""

_MESSAGE_LINE = re.compile(rf"^(?:\d+: )?(?:[*.]?\w{{3}} +\d+ [\d:. ]+\w*: ?|[*.]?\S+ )?{MESSAGE}.*\n?", re.MULTILINE)


def without_messages(text: str) -> str:
    """Leave out of an answer the messages that came in the middle of it."""
    return _MESSAGE_LINE.sub("", text)


_BREAK = rf"\n(?:{_MESSAGE_LINE.pattern.removeprefix('^').removesuffix('?')})*"
"""Where a line is broken in two: by the width of the terminal, or by messages with the line ends that they bring."""

_BROKEN = re.compile(_BREAK)


def mended(printed: str, wanted: str) -> str:
    """Put together a text that a device printed back where the terminal or messages broke it in two.

    Args:
        printed: what the device printed.
        wanted: a text without line ends, that stands nowhere but where it was printed back.

    Returns:
        the same, with `wanted` in one piece wherever it was in several.
    """
    return printed if wanted in printed else _put_together(printed, wanted)


def mended_at_first(printed: str, wanted: str) -> str:
    """Put a text together where it stands first: an answer may name the command again that it answers."""
    return _put_together(printed, wanted, most=1)


def _put_together(printed: str, wanted: str, most: int = 0) -> str:
    if wanted not in _BROKEN.sub("", printed):
        return printed
    return re.sub(f"(?:{_BREAK})?".join(map(re.escape, wanted)), lambda _: wanted, printed, count=most)


def is_message(line: str) -> bool:
    """Whether a line is a message."""
    return "%" in line and _MESSAGE_LINE.match(line) is not None


def without_last_messages(text: str) -> str:
    """Leave out the messages at the end of a text and the empty lines around them: a prompt may stand before them."""
    if "%" not in text:
        return text
    lines = text.split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or is_message(lines[-1])):
        lines.pop()
    return "\n".join(lines)
