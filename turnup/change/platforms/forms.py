"""Forms: what a device stores differently from how it was typed, as data. One table a platform, one entry a rule.

Each entry carries an example, typed and shown, which is its test: both read the same, and a plan from one to the other
types nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

Line = tuple[int, str]
"""Indent and text."""

REMEMBERED = 20_000
"""Lines of which is remembered what became of them: some 5 MB."""

Rule = Callable[[re.Match[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which what is shown differs from what was typed.

    Attributes:
        name: what it is about.
        why: what the device does, and who says so.
        typed, shown: the example.
        first_words: lines that begin with one of them are looked at; none for a rule about the text as a whole.
        pattern: matches the line that is written differently.
        becomes: the lines in its place; none hides it.
        below: beginnings of the headers under which the rule holds; none for everywhere.
    """

    name: str
    why: str
    typed: str
    shown: str
    first_words: tuple[str, ...] = ()
    pattern: re.Pattern[str] = re.compile(r"(?!)")
    becomes: Rule = lambda _match: ()
    below: tuple[str, ...] = ()


class Rewriter:
    """Applies the forms of a platform to one line after another; what became of a line is remembered.

    The same few hundred lines stand on every port of every device of an estate.
    """

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._by_first_word: dict[str, tuple[Form, ...]] = {}
        for form in forms:
            for word in form.first_words:
                self._by_first_word[word] = (*self._by_first_word.get(word, ()), form)
        # Longest first: whatever else a header begins with, its longest beginning begins with too.
        self._beginnings = tuple(sorted({each for form in forms for each in form.below}, key=len, reverse=True))
        self._beginning_of = lru_cache(REMEMBERED)(self._find_beginning)
        self._remembered = lru_cache(REMEMBERED)(self._work_out)

    def lines(self, text: str, header: str = "") -> tuple[str, ...]:
        """The lines that a line is compared as, given the header at the top of its section."""
        if text.partition(" ")[0] not in self._by_first_word:
            return (text,)
        return self._remembered(text, self._beginning_of(header))

    def _find_beginning(self, header: str) -> str:
        return next((each for each in self._beginnings if header.startswith(each)), "")

    def _work_out(self, text: str, header: str) -> tuple[str, ...]:
        for form in self._by_first_word.get(text.partition(" ")[0], ()):
            match = form.pattern.fullmatch(text)
            if match is not None and (not form.below or header.startswith(form.below)):
                becomes = ((line,) if line == text else self._work_out(line, header) for line in form.becomes(match))
                return tuple(each for lines in becomes for each in lines)
        return (text,)
