"""Slots: what stands for a secret in all that is planned, shown and kept.

Declared text has `<secret:REFERENCE@VERSION>`. What is ours on a device has the fingerprint of what the device gave
back beside it, `<secret:REFERENCE@VERSION=FINGERPRINT>`; what a device shows has only that, `<hidden:FINGERPRINT>`. A
line shown is ours if its fingerprint is still the one that was given back: then it reads as our slot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from turnup.fragments import Fragment

if TYPE_CHECKING:
    from turnup.change.platforms.language import Path

SLOT = re.compile(r"<secret:((?:env|file):[^@<>=\s]+)@([^@<>=\s]+?)(?:=([0-9a-f]+|\*))?>")
MASK = re.compile(r"<(hidden|hashed):([0-9a-f]+)>")
UNREADABLE = "<hashed:0>"
"""In the place of a secret of which a device shows nothing at all, or another thing each time."""
ANY = "*"
"""In the place of a fingerprint: whatever hash the device made of the secret that was just typed."""

Place = tuple[tuple[str, ...], str]
"""The headers above a line, and the line with a bare fingerprint in the place of its secret."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A secret by its name.

    Attributes:
        reference: `env:NAME` or `file:PATH`, in which `{version}` stands for the version.
        version: another one is another secret.
    """

    reference: str
    version: str

    @property
    def text(self) -> str:
        """As it stands in a declared line."""
        return f"<secret:{self.reference}@{self.version}>"


def slots_in(text: str) -> tuple[Slot, ...]:
    """The slots of a text, each once."""
    return tuple(dict.fromkeys(Slot(match.group(1), match.group(2)) for match in SLOT.finditer(text)))


def has_mask(text: str) -> bool:
    """Whether a line holds a secret that a device showed and that is none of ours."""
    return MASK.search(text) is not None


def has_fingerprint(text: str) -> bool:
    """Whether a line of ours holds a secret of which is known what the device gave back."""
    return "<secret:" in text and any(match.group(3) for match in SLOT.finditer(text))


def without_fingerprints(text: str) -> str:
    """Write a text as it was declared."""
    return SLOT.sub(lambda match: Slot(match.group(1), match.group(2)).text, text) if "<secret:" in text else text


def as_declared(fragments: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
    """Fragments without the fingerprints that their slots got on the device."""
    return tuple(replace(each, text=without_fingerprints(each.text)) for each in fragments)


def as_declared_path(path: Path) -> Path:
    """A line of ours, and the headers above it, without the fingerprints of what the device gave back."""
    return tuple(map(without_fingerprints, path))


def with_slots(text: str, known: Iterable[Path]) -> str:
    """Write our slots into what a device shows, where they are ours.

    Args:
        text: what it shows, secrets hidden.
        known: lines with the fingerprints of what it gave back.
    """
    slots = _known(known) if "<h" in text else {}
    if not slots:
        return text
    above: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        words = line.strip()
        del above[len(line) - len(line.lstrip(" ")) :]
        if has_mask(line):
            lines[number] = line.replace(words, _read_as(slots, tuple(above), words))
        above.append(words)
    return "\n".join(lines)


def _known(paths: Iterable[Path]) -> dict[Place, str]:
    """What lines with a fingerprint read as, by their places."""
    found: dict[Place, str] = {}
    for path in paths:
        if has_fingerprint(path[-1]):
            words = SLOT.sub(lambda match: f"<{match.group(3)}>", path[-1])
            found[path[:-1], words] = without_fingerprints(path[-1])
    return found


def _read_as(known: Mapping[Place, str], above: tuple[str, ...], line: str) -> str:
    """What a line that a device shows reads as: with our slot if it is ours."""
    exact = MASK.sub(lambda match: f"<{match.group(2)}>", line)
    made = MASK.sub(lambda match: f"<{ANY if match.group(1) == 'hashed' else match.group(2)}>", line)
    return known.get((above, exact)) or known.get((above, made), line)


def with_fingerprints(paths: Iterable[Path], of: Callable[[Slot], str]) -> Iterator[Path]:
    """Lines with slots, each slot with the fingerprint that its secret is known by."""
    for path in paths:
        if "<secret:" in path[-1]:
            yield (*path[:-1], with_fingerprint(path[-1], of))


def with_fingerprint(text: str, of: Callable[[Slot], str]) -> str:
    """A text with the fingerprint of each of its slots beside it."""
    return SLOT.sub(lambda match: _stamped(match, of), text) if "<secret:" in text else text


def _stamped(match: re.Match[str], of: Callable[[Slot], str]) -> str:
    slot = Slot(match.group(1), match.group(2))
    return f"{slot.text[:-1]}={of(slot)}>"


def given_back(fragments: tuple[Fragment, ...], shown: Iterable[Path]) -> tuple[Fragment, ...]:
    """Note beside each slot the fingerprint of what the device gave back for it.

    Args:
        fragments: what was applied.
        shown: the lines that the device has now, secrets hidden, none read as ours.
    """
    prints = {
        (path[:-1], MASK.sub(f"<{ANY}>", path[-1])): match.group(2)
        for path in shown
        if (match := MASK.search(path[-1])) is not None
    }
    return tuple(
        replace(each, text=_noted(each.text, prints)) if "<secret:" in each.text else each for each in fragments
    )


def _noted(text: str, prints: Mapping[Place, str]) -> str:
    above: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        words = line.strip()
        del above[len(line) - len(line.lstrip(" ")) :]
        found = prints.get((tuple(above), SLOT.sub(f"<{ANY}>", words)), "") if "<secret:" in line else ""
        if found:
            lines[number] = _with_one(line, found)
        above.append(words)
    return "\n".join(lines)


def _with_one(line: str, fingerprint: str) -> str:
    return with_fingerprint(line, lambda _slot: fingerprint)
