"""How Junos stores secrets: `$9$` can be read back, `$6$` cannot.

Source: the public description of Junos' `$9$` obfuscation: characters of four families, gaps between them weighted by
place; Crypt::Juniper, K. Brintnall.
"""

from __future__ import annotations

import hashlib

_FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_LETTERS = "".join(_FAMILIES)
_EXTRA = {letter: 3 - number for number, family in enumerate(_FAMILIES) for letter in family}
_WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def as_stored(argument: str, word: str) -> str:
    """A word as the device keeps it.

    Args:
        argument: kind of the statement's argument: `secret`, `hash`, or anything else.
        word: what was typed.
    """
    return obfuscated(word) if argument == "secret" and not word.startswith("$9$") else word


def obfuscated(secret: str) -> str:
    """`$9$` and what follows: another text each time on a device, here one that the secret itself decides."""
    salt = _LETTERS[hashlib.sha256(secret.encode()).digest()[0] % len(_LETTERS)]
    text = f"{salt}{_LETTERS[: _EXTRA[salt]]}"
    previous = salt
    for place, character in enumerate(secret):
        for gap in _gaps(ord(character), _WEIGHTS[place % len(_WEIGHTS)]):
            previous = _LETTERS[(_LETTERS.index(previous) + gap + 1) % len(_LETTERS)]
            text += previous
    return f"$9${text}"


def _gaps(number: int, weights: tuple[int, ...]) -> list[int]:
    gaps: list[int] = []
    for weight in reversed(weights):
        gaps.insert(0, number // weight)
        number %= weight
    return gaps
