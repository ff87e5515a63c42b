"""Where in a file a field stands, so that a finding can say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FieldPath = tuple[str | int, ...]
"""Path of a field: `("lines", 0, "parameters", "rate_mbps")`."""


def dotted(path: FieldPath) -> str:
    """Write a path as a user reads it: `lines[0].parameters.rate_mbps`."""
    text = ""
    for step in path:
        word = step if isinstance(step, int) or step.isprintable() else repr(step)
        text += f"[{word}]" if isinstance(step, int) else f".{word}" if text else str(word)
    return text or "(whole file)"


@dataclass(frozen=True, slots=True)
class Positions:
    """The lines of the fields of one file.

    Attributes:
        file: the path as the user gave it.
        lines: line from 1, by field path.
    """

    file: str
    lines: Mapping[FieldPath, int] = field(default_factory=dict)

    def line_of(self, path: FieldPath) -> int:
        """Line of a field, or of the nearest thing around it that has one; 0 when nothing has."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return line
        return 0
