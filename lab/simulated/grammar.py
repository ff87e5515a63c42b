"""Matches what was typed against the vocabulary, with the device's abbreviations and its refusals."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import cache

from lab.simulated.arguments import ARGUMENTS, Argument
from lab.simulated.kinds import DeviceKind
from lab.simulated.vocabularies import VOCABULARIES


class Refusal(Exception):
    """The device does not take a line.

    Args:
        words: what it says; empty for a caret under the word at `column`.
        column: where in the line it stopped understanding, from 0.
    """

    def __init__(self, words: str = "", column: int = 0) -> None:
        super().__init__(words, column)
        self.words = words
        self.column = column


INCOMPLETE = "% Incomplete command.\n"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the vocabulary.

    Attributes:
        pattern: the words and arguments, choices expanded.
        key_length: how many of them are the line's identity.
        position: place in the mode's table; the order of the running config.
        group: position of the first rule that is shown together with this one.
        opens: mode of the section that the line opens, if any.
        quirk: name of its special behaviour, if any.
        default_on: the device does it unless told `no`.
        hidden: accepted and never shown.
        is_sorted: shown sorted rather than in the order typed.
    """

    pattern: tuple[str, ...]
    key_length: int
    position: int
    group: int
    opens: str | None = None
    quirk: str | None = None
    default_on: bool = False
    hidden: bool = False
    is_sorted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A line that was understood.

    Attributes:
        words: the line in full, one string an argument, as the device writes it back.
        columns: where each of the words began.
        rule: what it matched; None when `no` named only a beginning.
        negated: whether it began with `no` or `default`.
        quirk: name of the special behaviour, also of a beginning.
    """

    words: tuple[str, ...]
    columns: tuple[int, ...]
    rule: Rule | None
    negated: bool
    quirk: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The identity of the line."""
        return self.words[: self.rule.key_length] if self.rule else self.words

    @property
    def text(self) -> str:
        """The line as the device writes it back."""
        return " ".join(word for word in self.words if word)


@dataclass(slots=True)
class _Node:
    keywords: dict[str, _Node] = field(default_factory=dict)
    arguments: dict[str, tuple[Argument, _Node]] = field(default_factory=dict)
    rule: Rule | None = None
    removable: bool = False
    quirk: str | None = None

    def child(self, token: str) -> _Node:
        if token.startswith("<"):
            argument = ARGUMENTS[token[1:-1]]
            return self.arguments.setdefault(argument.name, (argument, _Node()))[1]
        return self.keywords.setdefault(token, _Node())


_TOKEN = re.compile(r"\S+")
_HEAD = re.compile(r"^(?:@(?P<kind>\w+)\s+)?(?P<flags>[+~%]*)\s*(?P<rest>.*)$")


@cache
def grammar(mode: str, kind: DeviceKind) -> _Node:
    """Build the tree of one mode for one kind of device, once a process."""
    root = _Node()
    groups: dict[str, int] = {}
    for position, line in enumerate(VOCABULARIES[kind].modes[mode].strip().splitlines()):
        head = _HEAD.match(line.strip())
        if head is None or not head["rest"] or (head["kind"] and head["kind"] != kind):
            continue
        _add_rule(root, head["flags"], head["rest"].split(), position, groups)
    return root


def _add_rule(root: _Node, flags: str, tokens: list[str], position: int, groups: dict[str, int]) -> None:
    removal = tokens[0] == "no"
    tokens = tokens[1:] if removal else tokens
    quirk = tokens.pop()[1:] if tokens[-1].startswith("!") else None
    opens = tokens.pop() if "->" in tokens else None
    tokens = [token for token in tokens if token != "->"]
    key_length = tokens.index("=") if "=" in tokens else len(tokens)
    tokens = [token for token in tokens if token != "="]
    is_sorted = "%" in flags
    group = groups.setdefault(tokens[0] if is_sorted else str(position), position)
    for pattern in itertools.product(*(_choices(token) for token in tokens)):
        nodes = [root]
        for token in pattern:
            nodes.append(nodes[-1].child(token))
        if removal:
            nodes[-1].removable = True
            continue
        nodes[key_length].removable = True
        nodes[key_length].quirk = quirk
        nodes[-1].rule = Rule(pattern, key_length, position, group, opens, quirk, "+" in flags, "~" in flags, is_sorted)


def _choices(token: str) -> list[str]:
    return token[1:-1].split("|") if token.startswith("(") else [token]


def match_line(mode: str, kind: DeviceKind, line: str) -> Match:
    """Understand one configuration line in one mode.

    Raises:
        Refusal: the line is unknown, ambiguous or incomplete in this mode.
    """
    tokens = [(found.group(), found.start()) for found in _TOKEN.finditer(line)]
    negated = tokens[0][0] in ("no", "default")
    start = 1 if negated else 0
    if len(tokens) <= start:
        raise Refusal(INCOMPLETE)
    node, words, columns = grammar(mode, kind), [], []
    index = start
    while index < len(tokens):
        columns.append(tokens[index][1])
        node, word, used = _step(node, line, tokens, index)
        words.append(word)
        index += used
    if node.rule is None and not (negated and node.removable):
        ending = [child for argument, child in node.arguments.values() if argument.optional]
        if not ending:
            raise Refusal(INCOMPLETE)
        node = ending[0]
    return Match(tuple(words), tuple(columns), node.rule, negated, node.rule.quirk if node.rule else node.quirk)


def _step(node: _Node, line: str, tokens: list[tuple[str, int]], index: int) -> tuple[_Node, str, int]:
    token, column = tokens[index]
    exact = node.keywords.get(token) or node.keywords.get(token.lower())
    if exact:
        return exact, token if token in node.keywords else token.lower(), 1
    arguments = list(node.arguments.values())
    for argument, child in arguments:
        if not argument.loose and (found := _read(argument, line, tokens, index)):
            return child, *found
    near = [word for word in node.keywords if word.lower().startswith(token.lower())]
    if len(near) == 1:
        return node.keywords[near[0]], near[0], 1
    for argument, child in arguments:
        if argument.loose and (found := _read(argument, line, tokens, index)):
            return child, *found
    if near:
        raise Refusal(f'% Ambiguous command:  "{line.strip()}"\n')
    raise Refusal("", column)


def _read(argument: Argument, line: str, tokens: list[tuple[str, int]], index: int) -> tuple[str, int] | None:
    token, column = tokens[index]
    if argument.greedy:
        return line[column:].rstrip(), len(tokens) - index
    if argument.name in ("ifname", "port") and token.isalpha() and index + 1 < len(tokens):
        joined = argument.read(token + tokens[index + 1][0])
        return (joined, 2) if joined else None
    word = argument.read(token)
    return (word, 1) if word is not None else None


def next_words(mode: str, kind: DeviceKind, line: str) -> tuple[str, ...]:
    """What may come next, as `?` shows it."""
    tokens = [(found.group(), found.start()) for found in _TOKEN.finditer(line)]
    partial = tokens.pop()[0] if tokens and not line.endswith(" ") else ""
    node = grammar(mode, kind)
    for index in range(len(tokens)):
        node = _step(node, line, tokens, index)[0]
    shown = [word for word in node.keywords if word.startswith(partial)]
    return tuple(sorted(shown) + [argument.upper() for argument in node.arguments if not partial])
