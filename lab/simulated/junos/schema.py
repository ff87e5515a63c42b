"""What statements a Junos configuration may hold: read from indented text, one statement a line.

word                a container when lines stand below it, else a flag
word!               a container that stays, and is shown, when nothing is left below it
word <kind>         one value; a second one replaces it
word (a|b)          one value of these
word [kind]         values beside each other
word {kind}         named entries; `^` behind it: in the order of the user, `@`: sorted, `~`: named by what is below it
                    too, and gone with the last of it
{kind}, (a|b)       the same without a word before it
$name               the statements of another text
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from ipaddress import ip_address, ip_interface, ip_network


class Kind(Enum):
    """How a statement is made up."""

    CONTAINER = "container"
    FLAG = "flag"
    VALUE = "value"
    VALUES = "values"
    ENTRY = "entry"
    CHOICE = "choice"


@dataclass(slots=True)
class Rule:
    """One statement of the vocabulary.

    Attributes:
        word: its keyword; empty when there is none.
        argument: kind of what follows, or the words that may.
        stays: whether it stays when nothing is left below it.
        order: `user`, `sorted`, or empty: as it came.
    """

    kind: Kind
    word: str = ""
    argument: str = ""
    stays: bool = False
    order: str = ""
    below: list[Rule] = field(default_factory=list)

    def named(self, word: str) -> Rule | None:
        """The statement below it that begins with a word, or takes the word as it is."""
        for rule in self.below:
            if rule.word == word or (rule.kind is Kind.CHOICE and word in rule.argument.split("|")):
                return rule
        return next((each for each in self.below if not each.word and each.kind is not Kind.CHOICE), None)

    def has_argument(self) -> bool:
        """Whether a word of its own follows the keyword."""
        return bool(self.word) and self.kind in (Kind.VALUE, Kind.VALUES, Kind.ENTRY)

    def refuses(self, text: str) -> str:
        """What the device says to an argument that it does not take; empty when it takes it."""
        if self.kind is Kind.CHOICE or not self.argument:
            return ""
        if "|" in self.argument:
            return "" if text in self.argument.split("|") else f"invalid value '{text}'"
        name, _, limits = self.argument.partition(":")
        return _CHECKS.get(name, _anything)(text, limits)


_LINE = re.compile(
    r"(?P<word>[\w./*-]*)(?P<stays>!?)(?: ?(?:<(?P<value>[^>]+)>|\[(?P<values>[^\]]+)\]"
    r"|\{(?P<entry>[^}]+)\}(?P<order>[@^~]?)|\((?P<choice>[^)]+)\)))?"
)


@dataclass(frozen=True)
class Schema:
    """A whole vocabulary.

    Attributes:
        text: its statements.
        parts: texts that are named in it.
    """

    text: str
    parts: Mapping[str, str]

    @cached_property
    def root(self) -> Rule:
        """The top of the configuration."""
        root = Rule(Kind.CONTAINER)
        self._read(self.text, root)
        groups = root.named("groups")
        if groups is not None:
            groups.below[0].below = root.below
        return root

    def _read(self, text: str, root: Rule) -> None:
        stack: list[tuple[int, Rule]] = [(-1, root)]
        for line in text.splitlines():
            if not line.strip():
                continue
            indent = len(line) - len(line.lstrip())
            while stack[-1][0] >= indent:
                stack.pop()
            if line.strip().startswith("$"):
                self._read(self.parts[line.strip()[1:]], stack[-1][1])
                continue
            rule = _rule(line.strip())
            parent = stack[-1][1]
            parent.kind = Kind.CONTAINER if parent.kind is Kind.FLAG else parent.kind
            parent.below.append(rule)
            stack.append((indent, rule))


def _rule(line: str) -> Rule:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"no statement of a vocabulary: {line!r}")
    word, stays = found["word"], bool(found["stays"])
    if found["entry"]:
        order = {"@": "sorted", "^": "user"}.get(found["order"] or "", "")
        return Rule(Kind.ENTRY, word, found["entry"], stays=found["order"] != "~", order=order)
    if found["values"]:
        return Rule(Kind.VALUES, word, found["values"])
    if found["value"]:
        return Rule(Kind.VALUE, word, found["value"])
    if found["choice"]:
        return Rule(Kind.VALUE if word else Kind.CHOICE, word, found["choice"])
    return Rule(Kind.CONTAINER if stays else Kind.FLAG, word, stays=stays)


def _number(text: str, limits: str) -> str:
    if not text.isdigit():
        return f"Invalid numeric value: '{text}'"
    low, _, high = limits.partition("-")
    if limits and not int(low) <= int(text) <= int(high):
        return f"Value {text} is not within range ({low}..{high})"
    return ""


def _parsed(parse: Callable[[str], object], words: str) -> Callable[[str, str], str]:
    def check(text: str, _limits: str) -> str:
        try:
            parse(text)
        except ValueError:
            return f"{words}: '{text}'"
        return ""

    return check


def _vlan(text: str, _limits: str) -> str:
    if text in ("all", "none") or not text[:1].isdigit():
        return ""
    numbers = text.split("-")
    return next((words for each in numbers if (words := _number(each, "1-4094"))), "")


def _anything(_text: str, _limits: str) -> str:
    return ""


def _bandwidth(text: str, _limits: str) -> str:
    return "" if re.fullmatch(r"\d+[kmg]?", text) else f"Invalid numeric value: '{text}'"


_CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "number": _number,
    "address": _parsed(ip_address, "invalid ip address"),
    "prefix": _parsed(ip_interface, "invalid prefix length in ip prefix"),
    "network": _parsed(lambda text: ip_network(text, strict=False), "invalid prefix length in ip prefix"),
    "vlan": _vlan,
    "rate": _bandwidth,
}
