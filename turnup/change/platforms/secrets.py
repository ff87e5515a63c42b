"""Where on a line of a configuration a secret stands, and how it is left out of all that is kept or shown.

What a device shows becomes `<hidden:FINGERPRINT>` of the secret itself where the device stores it so that it can be
read (as it is, or merely obscured), and `<hashed:FINGERPRINT>` of what is stored where it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

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
    places: dict[str, list[SecretPlace]] = {}
    for place in secret_places:
        for word in place.first_words:
            places.setdefault(word, []).append(place)
    stored: dict[str, str] = {}
    header = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        words = line.strip()
        header = header if line.startswith(" ") else words
        for place in places.get(words.partition(" ")[0], ()):
            match = place.pattern.fullmatch(words)
            if match is None or match.group(2).startswith("<") or (place.below and not header.startswith(place.below)):
                continue
            mask = _mask(plain_of, match.group(2), fingerprint)
            stored[mask] = match.group(2)
            lines[number] = line.replace(words, f"{match.group(1)}{mask}{match.group(3)}")
            break
    return HiddenText("\n".join(lines), stored)


def _mask(plain_of: Plain, stored: str, fingerprint: Fingerprint) -> str:
    plain = plain_of(stored)
    return f"<hashed:{fingerprint(stored)}>" if plain is None else f"<hidden:{fingerprint(plain)}>"
