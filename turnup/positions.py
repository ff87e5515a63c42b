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
    """The lines of the fields of one file, and of the tables beside it that it names.

    Attributes:
        file: the path as the user gave it.
        lines: line from 1, by field path.
        rows: fields that stand in a table: its path and the line there, by field path.
    """

    file: str
    lines: Mapping[FieldPath, int] = field(default_factory=dict)
    rows: Mapping[FieldPath, tuple[str, int]] = field(default_factory=dict)

    def place_of(self, path: FieldPath) -> tuple[str, int]:
        """File and line of a field, or of the nearest thing around it that has a line; line 0 when nothing has."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.rows:
                return self.rows[path[:length]]
            line = self.lines.get(path[:length])
            if line is not None:
                return self.file, line
        return self.file, 0

    def line_of(self, path: FieldPath) -> int:
        """Line of a field, or of the nearest thing around it that has one; 0 when nothing has."""
        return self.place_of(path)[1]
