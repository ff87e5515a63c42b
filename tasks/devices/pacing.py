"""How much is typed at a device at once: as much as its platform takes, and less where characters were lost.

Old devices, and those behind a console server, drop what does not fit into their input buffer and say nothing. What a
device prints back shows it. What was learnt of a device holds as long as the process.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from itertools import islice

from tasks.devices.messages import is_message

LINES_AT_ONCE = 100
"""Lines that are typed before their answers are read, until a device is seen to lose some."""

_SLOWER = 4
_LONGEST_ECHO = 200
"""A line that does not fit on the terminal is not shown whole; the read-back knows whether it arrived."""

_NARROWEST = 40
"""Columns of the narrowest terminal: what is shorter is no line that the terminal has wrapped."""

_LEAST_TAIL = 8
"""A terminal that scrolls a long line sideways shows at least so much of its end."""

_MOST_PIECES = 6

_learnt: dict[str, int] = {}
_learning = threading.Lock()


def lines_at_once(device: str) -> int:
    """How many lines may be typed at a device before their answers are read."""
    return _learnt.get(device, LINES_AT_ONCE)


def is_slow(device: str) -> bool:
    """Whether a device was seen to lose characters."""
    return device in _learnt


def slow_down(device: str) -> bool:
    """Type less at once from now on; says whether that was possible."""
    with _learning:
        lines = _learnt.get(device, LINES_AT_ONCE)
        _learnt[device] = max(1, lines // _SLOWER)
        return lines > 1


def first_lost(typed: str, printed: str, *, whole: bool) -> str:
    """Find the first line that a device did not print back as it was typed.

    Args:
        typed: the lines, each ended by a newline.
        printed: what came back.
        whole: whether the device has read all that reached it; else a line counts only if a later one was printed.

    Returns:
        the line; empty when none is missing.
    """
    shown = tuple(_pieces(printed))
    missing, at = "", 0
    for line in (each.strip() for each in typed.split("\n")):
        if not line.isprintable() or not line or len(line) > _LONGEST_ECHO:
            continue
        found = next((number for number in range(at, len(shown)) if _shows(shown, number, line)), None)
        if found is None:
            missing = missing or line
        elif missing and not whole:
            return missing
        else:
            at = found + 1
    return missing if whole else ""


def _pieces(printed: str) -> Iterator[tuple[str, bool]]:
    """What was printed, line by line without messages, each with whether a message or the terminal may break it."""
    lines = [line for line in re.split(r"[\r\n]+", printed) if line]
    for number, line in enumerate(lines):
        if not is_message(line):
            before_message = number + 1 < len(lines) and is_message(lines[number + 1])
            # The first line was typed at a prompt that was printed earlier.
            yield line, before_message or number == 0 or len(line) >= _NARROWEST


def _shows(shown: tuple[tuple[str, bool], ...], number: int, line: str) -> bool:
    """Whether a line that was typed is shown there: whole, scrolled sideways, wrapped, or broken by a message."""
    text, is_broken = shown[number]
    if text.rstrip().endswith(line):
        return True
    if "\b" in text:
        tail = text.rpartition("\b")[2].lstrip("$").strip()
        return len(tail) >= _LEAST_TAIL and line.endswith(tail)
    for more, goes_on in islice(shown, number + 1, number + _MOST_PIECES) if is_broken else ():
        text += more
        if text.rstrip().endswith(line):
            return True
        if not goes_on:
            return False
    return False
