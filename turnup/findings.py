"""A finding: one thing that is wrong with, or worth knowing about, an input or a plan."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How much a finding matters: an error refuses, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where it is, and what to do.

    Attributes:
        file: path of the input as the user gave it, or the name of a device.
        line: line in that file, from 1; 0 when there is none.
        field: dotted path of the field, such as `lines[0].parameters.rate_mbps`.
        rule: short stable name of the rule broken, such as `lot-ceiling`.
        expected: what the rule asks for.
        found: what is there.
        remedy: what to do, as an instruction.
        severity: whether the finding refuses the input.
    """

    file: str
    line: int
    field: str
    rule: str
    expected: str
    found: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        wrong = f"expected {self.expected}; found {self.found}"
        return f"{place}: {self.field}: [{self.rule}] {wrong}. {self.remedy}"


def errors_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the findings that refuse."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def counted(number: int, noun: str) -> str:
    """A number of things, such as `1 finding` or `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def few(words: tuple[str, ...], most: int = 5) -> str:
    """The first few of many, and how many more there are."""
    more = f"; and {len(words) - most} more" if len(words) > most else ""
    return "; ".join(words[:most]) + more


def in_one_line(text: str) -> str:
    """Write what could break out of its line, or paint a terminal, as Python escapes it."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def did_you_mean(found: str, choices: Iterable[str]) -> str:
    """Word a remedy for a misspelt name: the nearest valid one, or the list of all (at most 12)."""
    known = sorted(choices)
    near = get_close_matches(found, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    if not known:
        return "There is none to choose from."
    listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return in_one_line(f"Use one of: {listed}.")
