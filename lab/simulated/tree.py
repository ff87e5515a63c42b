"""The configuration that a device keeps: sections of lines, in the device's own order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.simulated.arguments import natural_order
from lab.simulated.grammar import Match, Rule
from lab.simulated.vocabulary import Vocabulary

Key = tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """One line, with the section under it if it opens one.

    Attributes:
        words: the line, one string an argument; without `no`.
        rule: the rule that it matched.
        negated: shown with `no` before it.
        section: the lines under it.
    """

    words: Key
    rule: Rule
    negated: bool = False
    section: Section | None = None

    @property
    def text(self) -> str:
        """The line as it is shown."""
        return ("no " if self.negated else "") + " ".join(word for word in self.words if word)

    @property
    def value(self) -> str:
        """What follows the identity of the line."""
        return " ".join(self.words[self.rule.key_length :])

    def copy(self) -> Entry:
        """A copy that shares nothing that can change."""
        return Entry(self.words, self.rule, self.negated, self.section.copy() if self.section else None)


@dataclass(slots=True)
class Section:
    """Lines by their identity."""

    mode: str
    entries: dict[Key, Entry] = field(default_factory=dict)

    def get(self, *words: str) -> Entry | None:
        """The line with this identity, unless it is shown as `no`."""
        entry = self.entries.get(words)
        return entry if entry and not entry.negated else None

    def value(self, *words: str) -> str:
        """The value of a single-valued line; empty when there is none."""
        entry = self.get(*words)
        return entry.value if entry else ""

    def starting(self, *words: str) -> Iterator[Entry]:
        """All lines that begin with these words."""
        size = len(words)
        return (entry for entry in tuple(self.entries.values()) if entry.words[:size] == words)

    def store(self, match: Match, words: Key | None = None) -> Entry:
        """Keep a line; one with the same identity is replaced, its section stays.

        Args:
            match: the line as understood; its rule is never None here.
            words: what to keep instead of the words typed.
        """
        rule = match.rule
        if rule is None:
            raise ValueError(f"{match.text}: a beginning of a line cannot be stored")
        words = words or match.words
        key = words[: rule.key_length]
        old = self.entries.get(key)
        section = old.section if old else None
        if rule.opens and section is None:
            section = Section(rule.opens)
        entry = Entry(words, rule, match.negated, section)
        self.entries[key] = entry
        return entry

    def remove(self, *words: str) -> bool:
        """Remove the lines that begin with these words; says whether there were any."""
        doomed = [entry.words[: entry.rule.key_length] for entry in self.starting(*words)]
        for key in doomed:
            self.entries.pop(key, None)
        return bool(doomed)

    def copy(self) -> Section:
        """A copy that shares nothing that can change."""
        return Section(self.mode, {key: entry.copy() for key, entry in self.entries.items()})

    def in_order(self) -> list[Entry]:
        """The lines in the order in which the device shows them."""
        return sorted(self.entries.values(), key=_rank)


def _rank(entry: Entry) -> tuple[int, object, int, object]:
    rule = entry.rule
    if not rule.is_sorted:
        return rule.group, (), rule.position, ()
    name = next((word for word, token in zip(entry.words, rule.pattern, strict=False) if token[0] == "<"), "")
    return rule.group, natural_order(name), rule.position, natural_order(" ".join(entry.words))


def shown_lines(vocabulary: Vocabulary, section: Section, depth: int = 0) -> list[str]:
    """The lines of a section as `show running-config` prints them, with the `!` between parts."""
    lines: list[str] = []
    pad = " " * (depth * vocabulary.indentation)
    former: Entry | None = None
    for entry in section.in_order():
        if entry.rule.hidden or (entry.rule.default_on and not entry.negated):
            continue
        if depth == 0 and vocabulary.is_parted_by_word and _is_parted(former, entry):
            lines.append("!")
        former = entry
        lines += _with_section(vocabulary, entry, pad, depth)
    return lines


def _is_parted(former: Entry | None, entry: Entry) -> bool:
    if former is None:
        return False
    return former.section is not None or entry.section is not None or _part_of(former) != _part_of(entry)


def _part_of(entry: Entry) -> Key:
    """What stands together: lines of one first word; `ip` begins many that have nothing in common."""
    return entry.words[:2] if entry.words[0] == "ip" else entry.words[:1]


def _with_section(vocabulary: Vocabulary, entry: Entry, pad: str, depth: int) -> list[str]:
    lines = [pad + part if depth else part for part in entry.text.split("\n")]
    if entry.section is None:
        return lines
    closing = vocabulary.closing_lines.get(entry.rule.opens or "")
    lines = [f"{pad}!", *lines] if closing else lines
    lines += shown_lines(vocabulary, entry.section, depth + 1)
    lines += [f"{pad}{closing}"] if closing else []
    return [*lines, "!"] if depth == 0 and not vocabulary.is_parted_by_word else lines
