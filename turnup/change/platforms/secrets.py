"""Where on a line of a configuration a secret stands, and how it is left out of all that is kept or shown.

What a device shows becomes `<hidden:FINGERPRINT>` of the secret itself where the device stores it so that it can be
read (as it is, or merely obscured), and `<hashed:FINGERPRINT>` of what is stored where it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

Plain = Callable[[str], str | None]
"""From what is stored to the secret; none where that cannot be."""

Fingerprint = Callable[[str], str]
"""From a secret to its keyed fingerprint."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A line that holds a secret.

    Attributes:
        example: one, with `SECRET` in the place of the secret; it is its own test.
        first_words: lines that begin with one of them are looked at.
        pattern: what is before the secret, what is stored, what is behind.
        below: beginnings of the headers under which it holds; none for everywhere.
    """

    example: str
    first_words: tuple[str, ...]
    pattern: re.Pattern[str]
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HiddenText:
    """A configuration without its secrets.

    Attributes:
        text: with a mask in the place of each.
        stored: what stood there, by mask; shows in no representation.
    """

    text: str
    stored: dict[str, str] = field(repr=False)


def hide_secrets(
    secret_places: tuple[SecretPlace, ...], plain_of: Plain, text: str, fingerprint: Fingerprint
) -> HiddenText:
    """Leave the secrets out of a configuration.

    Args:
        secret_places: where they stand.
        plain_of: reads them.
        text: what a device shows; what is left out already stays so.
        fingerprint: makes the fingerprint of one.
    """
    stored: dict[str, str] = {}
    parts, done = [], 0
    for begins in _beginnings(secret_places).finditer(text):
        start, end = begins.start(), text.find("\n", begins.start())
        line = text[start : end if end >= 0 else len(text)]
        found = _secret_in(secret_places, text, start, line.strip())
        if found is not None:
            mask = _mask(plain_of, found.group(2), fingerprint)
            stored[mask] = found.group(2)
            parts += [text[done:start], line.replace(line.strip(), f"{found.group(1)}{mask}{found.group(3)}")]
            done = start + len(line)
    return HiddenText("".join((*parts, text[done:])), stored)


@lru_cache(maxsize=32)
def _beginnings(secret_places: tuple[SecretPlace, ...]) -> re.Pattern[str]:
    """Finds the lines that may hold a secret; most begin with another word, and are not looked at one by one."""
    words = {re.escape(word) for place in secret_places for word in place.first_words}
    return re.compile(rf"^[^\S\n]*(?:{'|'.join(sorted(words)) or '(?!)'})(?=\s|$)", re.MULTILINE)


def _secret_in(secret_places: tuple[SecretPlace, ...], text: str, start: int, words: str) -> re.Match[str] | None:
    """The secret of a line; none when it has none, or when it is left out already."""
    word = words.partition(" ")[0]
    for place in secret_places:
        match = place.pattern.fullmatch(words) if word in place.first_words else None
        if match is None or match.group(2).startswith("<"):
            continue
        if not place.below or _header_of(text, start).startswith(place.below):
            return match
    return None


def _header_of(text: str, start: int) -> str:
    """The header of the section in which a line stands that begins at a place of a text."""
    while text.startswith(" ", start) and start:
        start = text.rfind("\n", 0, start - 1) + 1
    return text[start:].partition("\n")[0].strip()


def _mask(plain_of: Plain, stored: str, fingerprint: Fingerprint) -> str:
    plain = plain_of(stored)
    return f"<hashed:{fingerprint(stored)}>" if plain is None else f"<hidden:{fingerprint(plain)}>"
