"""Telephone numbers (ITU-T E.164) and ranges of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """All numbers that begin with `prefix` and have `free` more digits."""

    prefix: str
    free: int

    @property
    def expression(self) -> str:
        """A regular expression for exactly these numbers; the number itself is its group 1."""
        digits = {0: "", 1: "[0-9]"}.get(self.free, f"[0-9]{{{self.free}}}")
        return rf"^(\{self.prefix}{digits})$"


@dataclass(frozen=True, slots=True, order=True)
class NumberRange:
    """Numbers from the first to the last, both inside.

    Attributes:
        first, last: with + and country code; of one length.
    """

    first: str
    last: str

    @property
    def fault(self) -> str:
        """What is wrong with it; empty when nothing is."""
        if len(self.first) != len(self.last):
            return "first and last of one length"
        return "" if self.first <= self.last else "first before last"

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(self.last[1:]) - int(self.first[1:]) + 1

    @property
    def text(self) -> str:
        """As people write it."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    def overlaps(self, other: NumberRange) -> bool:
        """Whether a number is in both."""
        same_length = len(self.first) == len(other.first)
        return same_length and self.first <= other.last and other.first <= self.last

    def holds(self, other: NumberRange) -> bool:
        """Whether all numbers of another range are of this one."""
        return self.has(other.first) and self.has(other.last)

    def has(self, number: str) -> bool:
        """Whether a number is one of these."""
        return len(number) == len(self.first) and self.first <= number <= self.last

    def numbers(self) -> Iterator[str]:
        """Every number, in order."""
        return (f"+{number}" for number in range(int(self.first[1:]), int(self.last[1:]) + 1))

    def blocks(self) -> tuple[Block, ...]:
        """The fewest blocks that hold these numbers and no others, in order."""
        at, last, found = int(self.first[1:]), int(self.last[1:]), []
        while at <= last:
            free = 0
            while at % 10 ** (free + 1) == 0 and at + 10 ** (free + 1) - 1 <= last:
                free += 1
            found.append(Block(f"+{at // 10**free}", free))
            at += 10**free
        return tuple(found)
