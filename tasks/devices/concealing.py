"""Words that are taken out of a text: thousands of passwords cost one walk along it, not one each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

FEW = 8
"""Up to so many words a search for each of them is faster."""


def without_words(text: str, words: Collection[str], instead: str) -> str:
    """Put something in the place of words, wherever they stand; where two overlap, in the place of both.

    Args:
        text: what holds them.
        words: none of them empty.
        instead: what stands there then.
    """
    parts: list[str] = []
    done = 0
    for start, end in _places(text, words):
        if start >= done:
            parts += (text[done:start], instead)
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _places(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where words stand, in the order in which they begin: the longest of those that begin in one place."""
    if len(words) <= FEW:
        yield from sorted(place for word in words for place in _places_of(text, word))
        return
    known = frozenset(words)
    lengths = sorted({len(word) for word in known}, reverse=True)
    least = lengths[-1]
    beginnings = frozenset(word[:least] for word in known)
    for at in range(len(text) - least + 1):
        if text[at : at + least] in beginnings:
            longest = next((each for each in lengths if text[at : at + each] in known), 0)
            if longest:
                yield at, at + longest


def _places_of(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)
