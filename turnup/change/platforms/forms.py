"""Forms: what a device stores differently from how it was typed, as data. One table a platform, one entry a rule.

Each entry carries an example, typed and shown, which is its test: both read the same, and a plan from one to the other
types nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Line = tuple[int, str]
"""Indent and text."""

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
    """Applies the forms of a platform to one line after another."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._by_first_word: dict[str, tuple[Form, ...]] = {}
        for form in forms:
            for word in form.first_words:
                self._by_first_word[word] = (*self._by_first_word.get(word, ()), form)

    def lines(self, text: str, header: str = "") -> Iterator[str]:
        """The lines that a line is compared as, given the header at the top of its section."""
        forms = self._by_first_word.get(text.partition(" ")[0])
        if forms is None:
            yield text
            return
        for form in forms:
            match = form.pattern.fullmatch(text)
            if match is not None and (not form.below or header.startswith(form.below)):
                for line in form.becomes(match):
                    yield from (line,) if line == text else self.lines(line, header)
                return
        yield text
