"""A Junos configuration as a tree of statements: `set`, `delete`, `insert`, `deactivate`, and how it is shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.simulated.arguments import natural_order
from lab.simulated.junos.schema import Kind, Rule
from lab.simulated.junos.secrets import as_stored

Words = tuple[str, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[|\]|[^\s\[\]]+')
_PLAIN = re.compile(r"[\w.:/@+*%$,=~^&!<>-]+")
_TOGETHER = frozenset({"family", "from-zone"})
"""Shown in one line with what stands below."""

_ENCRYPTED = re.compile(r"\$\w+\$")


class StatementError(Exception):
    """A statement that the device does not take.

    Attributes:
        words: what it says.
        token: the word at which it stopped to understand; empty at the end of the line.
        place: number of that word.
    """

    def __init__(self, words: str, token: str = "", place: int = 0) -> None:
        super().__init__(words)
        self.words, self.token, self.place = words, token, place


def tokens_of(line: str) -> list[str]:
    """Split a line into words; a quoted text is one of them, without its quotes."""
    return [_unquoted(each) for each in _TOKEN.findall(line)]


def _unquoted(word: str) -> str:
    if len(word) > 1 and word.startswith('"') and word.endswith('"'):
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def shown_word(word: str, rule: Rule) -> str:
    """A word as the device shows it: in quotes if it is a secret or holds anything unusual."""
    secret = rule.argument in ("secret", "hash") or _ENCRYPTED.match(word)
    if _PLAIN.fullmatch(word) and not secret:
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(slots=True)
class Statement:
    """One statement that is there.

    Attributes:
        rule: what it is.
        words: keyword, and name or value.
        below: the statements in it, by what there can be one of.
    """

    rule: Rule
    words: Words = ()
    below: dict[Words, Statement] = field(default_factory=dict)
    inactive: bool = False

    def copy(self) -> Statement:
        """A copy that shares nothing that can change."""
        return Statement(self.rule, self.words, {key: each.copy() for key, each in self.below.items()}, self.inactive)

    def find(self, *path: Words) -> Statement | None:
        """The statement at a path of words."""
        here: Statement | None = self
        for words in path:
            here = None if here is None else here.below.get(words)
        return here

    def ordered(self) -> list[Statement]:
        """The statements in it as they are shown: by the vocabulary, entries by their order."""
        places = {id(rule): number for number, rule in enumerate(self.rule.below)}
        numbered = list(enumerate(self.below.values()))
        numbered.sort(key=lambda each: (places[id(each[1].rule)], *_rank(each[1], each[0])))
        return [statement for _, statement in numbered]

    @property
    def text(self) -> str:
        """Its words as they are shown."""
        return " ".join(
            word if number == 0 and self.rule.word else shown_word(word, self.rule)
            for number, word in enumerate(self.words)
        )


def _rank(statement: Statement, number: int) -> tuple[object, ...]:
    if statement.rule.order == "sorted":
        return (0, natural_order(statement.words[-1]), number)
    return (1, (), number)


def path_of(rule: Rule, tokens: list[str], *, partly: bool = False) -> list[tuple[Rule, Words]]:
    """Find the statements that words name, from the outside to the inside.

    Args:
        rule: where the words begin.
        tokens: the words.
        partly: whether a statement may be named without its value, and lists by their names.

    Raises:
        StatementError: they name none.
    """
    found: list[tuple[Rule, Words]] = []
    place = 0
    while place < len(tokens):
        word = tokens[place]
        step = rule.named(word)
        if step is None or word in "[]":
            raise StatementError("syntax error", word, place)
        words: Words = (word,)
        if step.has_argument():
            if place + 1 >= len(tokens):
                if not partly:
                    raise StatementError("missing argument", word, place)
            elif step.kind is Kind.VALUES:
                words, place = _listed(step, tokens, place)
            else:
                place += 1
                words = (word, tokens[place])
        _check(step, words, place)
        found.append((step, words))
        rule, place = step, place + 1
    last = found[-1][0] if found else None
    if not partly and (last is None or (last.kind is Kind.CONTAINER and not last.stays)):
        raise StatementError("syntax error, incomplete statement", tokens[-1] if tokens else "", len(tokens) - 1)
    return found


def _listed(step: Rule, tokens: list[str], place: int) -> tuple[Words, int]:
    if tokens[place + 1] != "[":
        return (tokens[place], tokens[place + 1]), place + 1
    try:
        end = tokens.index("]", place)
    except ValueError:
        raise StatementError("missing ']'", tokens[-1], len(tokens) - 1) from None
    return (step.word, *tokens[place + 2 : end]), end


def _check(step: Rule, words: Words, place: int) -> None:
    arguments = words if not step.word else words[1:]
    for argument in arguments:
        if refused := step.refuses(argument):
            raise StatementError(refused, argument, place)


def slot(rule: Rule, words: Words) -> Words:
    """What there can be only one of: the keyword of a value, the name of an entry."""
    if rule.kind is Kind.VALUE:
        return (rule.word,)
    if rule.kind is Kind.CHOICE:
        return ("", rule.argument)
    return words


def put(root: Statement, tokens: list[str]) -> None:
    """Carry out `set`.

    Raises:
        StatementError: the device does not take it; what it understood before that stays, as on a device.
    """
    for path in _each(root.rule, _localized(root.rule, tokens)):
        here = root
        for rule, words in path:
            key = slot(rule, words)
            there = here.below.get(key)
            kept = (*words[:1], *(as_stored(rule.argument, word) for word in words[1:]))
            if there is None:
                there = here.below[key] = Statement(rule, kept)
            elif rule.kind in (Kind.VALUE, Kind.CHOICE):
                there.words = kept
            here = there


def _localized(root: Rule, tokens: list[str]) -> list[str]:
    """Passwords of SNMPv3 users are kept as keys that are bound to the engine; a slot, typed by golden cases, stays."""
    path_of(root, tokens)
    if tokens[:3] != ["snmp", "v3", "usm"] or not tokens[-2].endswith("-password") or tokens[-1].startswith("<"):
        return tokens
    key = hashlib.sha256(f"engine {tokens[-1]}".encode()).hexdigest()[:40]
    return [*tokens[:-2], tokens[-2].replace("-password", "-key"), key]


def _each(rule: Rule, tokens: list[str]) -> Iterator[list[tuple[Rule, Words]]]:
    """One path for each value of a list in brackets."""
    path = path_of(rule, tokens)
    last, words = path[-1]
    if last.kind is not Kind.VALUES:
        yield path
        return
    for value in words[1:]:
        yield [*path[:-1], (last, (last.word, value))]


def take(root: Statement, tokens: list[str]) -> bool:
    """Carry out `delete`; says whether anything was there. What is empty then, and does not stay, goes too.

    Raises:
        StatementError: there can be no such statement.
    """
    path = path_of(root.rule, tokens, partly=True)
    parents = [root]
    for rule, words in path[:-1]:
        there = parents[-1].below.get(slot(rule, words))
        if there is None:
            return False
        parents.append(there)
    rule, words = path[-1]
    if not _forget(parents[-1], rule, words):
        return False
    for parent, here in zip(reversed(parents[:-1]), reversed(parents[1:]), strict=True):
        if here.below or here.rule.stays:
            break
        del parent.below[slot(here.rule, here.words)]
    return True


def _forget(here: Statement, rule: Rule, words: Words) -> bool:
    if rule.has_argument() and len(words) == 1:
        gone = [key for key, each in here.below.items() if each.rule is rule]
    elif rule.kind is Kind.VALUES:
        gone = [(rule.word, value) for value in words[1:] if (rule.word, value) in here.below]
    elif rule.kind is Kind.VALUE:
        there = here.below.get(slot(rule, words))
        same = there is not None and there.words == words
        gone = [slot(rule, words)] if same else []
    elif rule.kind is Kind.CHOICE:
        there = here.below.get(slot(rule, words))
        gone = [slot(rule, words)] if there is not None and there.words == words else []
    else:
        gone = [words] if words in here.below else []
    for key in gone:
        del here.below[key]
    return bool(gone)


def move(root: Statement, tokens: list[str]) -> None:
    """Carry out `insert PATH before|after NAME`.

    Raises:
        StatementError: one of the two is not there, or their order is not the user's.
    """
    where = next((number for number, word in enumerate(tokens) if word in ("before", "after")), 0)
    if not where:
        raise StatementError("missing argument", tokens[-1] if tokens else "", len(tokens) - 1)
    *above, (rule, words) = path_of(root.rule, tokens[:where], partly=True)
    other = (rule.word, tokens[-1]) if rule.word else (tokens[-1],)
    here = root.find(*(slot(each, name) for each, name in above))
    if here is None or words not in here.below or other not in here.below:
        raise StatementError("statement not found", tokens[-1], len(tokens) - 1)
    if rule.order == "sorted":
        raise StatementError("statement is not ordered by the user", words[-1], where - 1)
    keys = [key for key in here.below if key != words]
    keys.insert(keys.index(other) + (tokens[where] == "after"), words)
    here.below = {key: here.below[key] for key in keys}


def mark(root: Statement, tokens: list[str], *, inactive: bool) -> None:
    """Carry out `deactivate` and `activate`.

    Raises:
        StatementError: there is no such statement.
    """
    path = path_of(root.rule, tokens, partly=True)
    there = root.find(*(slot(rule, words) for rule, words in path))
    if there is None:
        raise StatementError("statement not found", tokens[-1], len(tokens) - 1)
    there.inactive = inactive


def set_lines(root: Statement) -> Iterator[str]:
    """The configuration as `display set` shows it."""
    for statement in root.ordered():
        yield from _set_lines(statement, "")


def _set_lines(statement: Statement, above: str) -> Iterator[str]:
    path = f"{above} {statement.text}".strip()
    if not statement.below:
        yield f"set {path}"
    for each in statement.ordered():
        yield from _set_lines(each, path)
    if statement.inactive:
        yield f"deactivate {path}"


def text_lines(root: Statement, depth: int = 0) -> Iterator[str]:
    """The configuration as it is shown by itself: braces, lists in brackets."""
    pad = "    " * depth
    done: set[int] = set()
    for statement in root.ordered():
        rule, sign = statement.rule, "inactive: " if statement.inactive else ""
        if rule.kind is Kind.VALUES:
            if id(rule) not in done:
                done.add(id(rule))
                yield f"{pad}{rule.word} {_together([each for each in root.ordered() if each.rule is rule])};"
        elif rule.word in _TOGETHER and statement.below:
            for each in statement.ordered():
                below = Statement(each.rule, (*statement.words, *each.words), each.below, each.inactive)
                yield from text_lines(Statement(rule, (), {below.words: below}), depth)
        elif statement.below:
            yield f"{pad}{sign}{statement.text} {{"
            yield from text_lines(statement, depth + 1)
            yield f"{pad}}}"
        else:
            secret = " ## SECRET-DATA" if rule.argument in ("secret", "hash") else ""
            yield f"{pad}{sign}{statement.text};{secret}"


def _together(values: list[Statement]) -> str:
    words = [shown_word(each.words[1], each.rule) for each in values]
    return words[0] if len(words) == 1 else f"[ {' '.join(words)} ]"


def read_text(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Read statements with braces; gives the number of the line and the words from the top."""
    above: list[list[str]] = []
    for number, line in enumerate(lines, start=1):
        text = re.sub(r"\s*##.*$|/\*.*?\*/", "", line).strip().removeprefix("inactive: ")
        if text == "}":
            if above:
                above.pop()
        elif text.endswith("{"):
            above.append(tokens_of(text[:-1]))
        elif text:
            yield number, [word for each in above for word in each] + tokens_of(text.removesuffix(";"))
