"""What a command line printed to a block of lines: which of them it refused."""

from __future__ import annotations

import re
from collections.abc import Iterator


def rejected(answer: str, first: str, prompt: re.Pattern[str], error: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Find the lines of a block that the device answered with an error.

    Args:
        answer: what the device printed: each line echoed after its prompt, errors below it.
        first: the first line, whose prompt was printed earlier.
        prompt: a prompt; its second group is what was typed there.
        error: the beginning of a line that says that something was refused.

    Yields:
        (the line, the device's words).
    """
    line = first
    for printed in answer.replace("\r", "").splitlines():
        if match := prompt.match(printed):
            line = match.group(2).strip()
        elif error.match(printed):
            yield line, printed.strip()
