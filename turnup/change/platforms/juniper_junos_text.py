"""From what Junos shows by `display set` to comparable lines, and back.

Lines are flat, as `display set` writes them. Three kinds are added, for they say what is not shown: one for each
object in which a statement stands (it stays, and is shown, when the last statement in it goes); `insert ... after ...`
for each entry of a list in the user's order; and a VLAN of a trunk stands in brackets, so that it is one of many,
while an access port has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from turnup.change.platforms.forms import Rewriter
from turnup.change.platforms.juniper_junos_forms import LINE_FORMS
from turnup.change.platforms.juniper_junos_words import (
    TRUNK_ELEMENT,
    bracketless,
    entry_of,
    insert_of,
    objects_around,
    words_of,
)

SET, INSERT = "set ", "insert "
ABSENCE = "no set"
"""What `delete` in a declared text says: the line shall not be there."""

_STATEMENT = re.compile(r"(set|deactivate|protect|delete) (.+)")
_IN_BRACKETS = re.compile(r"( vlan members) \[ (\S+) \]$")
_AFTER = re.compile(r"insert (.+) (\S+) after (?:\S+ )?(\S+)$")
_REWRITER = Rewriter(LINE_FORMS)

_Trie = dict[str, "_Trie"]


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `show configuration | display set`, or what is declared, into comparable lines."""
    return tuple((0, line) for line in complete(_read(text)))


def _read(text: str) -> Iterator[str]:
    for line in text.replace("\r", "").split("\n"):
        found = _STATEMENT.fullmatch(line.strip())
        if found is None:
            continue
        for words in bracketless(words_of(found[2])):
            verb = ABSENCE if found[1] == "delete" else found[1]
            yield from _REWRITER.lines(f"{verb} {' '.join(words)}")


def complete(lines: Iterable[str]) -> tuple[str, ...]:
    """All comparable lines of some: in the order of the device, with those that it does not show.

    Args:
        lines: `set` and `deactivate` lines; `insert` lines say which entry of an ordered list comes after which.
    """
    every = tuple(lines)
    after = {(found[1], found[2]): found[3] for line in every if (found := _AFTER.match(line))}
    statements = [_IN_BRACKETS.sub(r"\1 \2", line[4:]) for line in every if line.startswith(SET)]
    shown = _in_place(statements, _orders(statements, after))
    trunks = {each.rpartition(" interface-mode ")[0] for each in shown if each.endswith(" interface-mode trunk")}
    others = (line for line in every if not line.startswith((SET, INSERT)))
    return tuple(dict.fromkeys((*_with_objects(shown, trunks), *others)))


def _orders(statements: list[str], after: dict[tuple[str, str], str]) -> dict[str, tuple[str, ...]]:
    """The entries of each ordered list: as they come, but behind the one that they are said to come after."""
    found: dict[str, dict[str, None]] = {}
    for statement in statements:
        if (entry := entry_of(statement)) is not None:
            found.setdefault(entry[0], {})[entry[1]] = None
    return {name: tuple(_linear(name, tuple(entries), after)) for name, entries in found.items()}


def _linear(name: str, entries: tuple[str, ...], after: dict[tuple[str, str], str]) -> Iterator[str]:
    followers: dict[str, list[str]] = {}
    for entry in entries:
        leader = after.get((name, entry), "")
        followers.setdefault(leader if leader in entries else "", []).append(entry)
    waiting, done = list(reversed(followers.get("", []))), set[str]()
    while waiting:
        entry = waiting.pop()
        if entry not in done:
            done.add(entry)
            yield entry
            waiting += reversed(followers.get(entry, []))
    yield from (entry for entry in entries if entry not in done)


def _in_place(statements: list[str], orders: dict[str, tuple[str, ...]]) -> list[str]:
    """Statements side by side with those that begin alike; what only stands above another is left out."""
    root: _Trie = {}
    laid: set[str] = set()
    for statement in statements:
        entry = entry_of(statement)
        if entry is not None and entry[0] not in laid:
            laid.add(entry[0])
            for each in orders[entry[0]]:
                _lay(root, f"{entry[0]} {each}")
        _lay(root, statement)
    return list(_leaves(root, ""))


def _lay(root: _Trie, statement: str) -> None:
    here = root
    for word in words_of(statement):
        here = here.setdefault(word, {})


def _leaves(here: _Trie, above: str) -> Iterator[str]:
    for word, below in here.items():
        path = f"{above} {word}" if above else word
        if below:
            yield from _leaves(below, path)
        else:
            yield path


def _with_objects(statements: list[str], trunks: set[str]) -> Iterator[str]:
    last: dict[str, str] = {}
    for statement in statements:
        for each in objects_around(statement):
            yield f"{SET}{each}"
        entry = entry_of(statement)
        if entry is not None and last.get(entry[0]) != entry[1]:
            if entry[0] in last:
                yield insert_of(*entry, last[entry[0]])
            last[entry[0]] = entry[1]
        yield f"{SET}{_as_element(statement, trunks)}"


def _as_element(statement: str, trunks: set[str]) -> str:
    found = TRUNK_ELEMENT.fullmatch(statement)
    return f"{found[1]} vlan members [ {found[2]} ]" if found and found[1] in trunks else statement


def shown(lines: Iterable[str]) -> Iterator[str]:
    """Comparable lines as the device shows them: what is implied by others is left out."""
    every = [line for line in complete(lines) if not line.startswith(INSERT)]
    for line, following in zip_longest(every, every[1:], fillvalue=""):
        if not following.startswith(f"{line} "):
            yield _IN_BRACKETS.sub(r"\1 \2", line)
