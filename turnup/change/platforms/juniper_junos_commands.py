"""How the lines of a Junos remediation are typed: `delete`, `activate`, and `insert` only where it is needed.

Nothing is in force before the commit, so the order of the lines matters to the reader only: first what goes, then what
comes, then what is put into its place. Source: Junos OS CLI User Guide, "delete", "insert", "activate".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from turnup.change.platforms.juniper_junos_words import entry_of, insert_of, is_within

_IN_BRACKETS = re.compile(r"( vlan members) \[ (\S+) \]$")
_SECRET = re.compile(r' "?<(?:hidden|hashed|secret):[^>]*>"?$')
_ONE_OF_MANY = re.compile(
    r"set (interfaces \S+ unit \S+ family ethernet-switching vlan members|.+ route \S+ next-hop) [^\[\s]\S*"
)
_INSERT = re.compile(r"insert (.+) (\S+) after (?:\S+ )?(\S+)$")


def typed(line: str, _section: frozenset[str]) -> str:
    """Say a line as it is typed; a secret that goes is not named."""
    text = _IN_BRACKETS.sub(r"\1 \2", line)
    if text.startswith("no set "):
        return f"delete {_SECRET.sub('', text.removeprefix('no set '))}"
    if text.startswith("no deactivate "):
        return f"activate {text.removeprefix('no deactivate ')}"
    return "" if text.startswith("no insert ") else text


def undone_by(command: str) -> str:
    """The line that a command takes away."""
    return re.sub(r"^delete ", "set ", command.strip())


def arranged(lines: tuple[str, ...], base: tuple[str, ...], target: tuple[str, ...]) -> Iterator[str]:
    """Leave out what other commands imply, and put entries of ordered lists into their places.

    Args:
        lines: the commands.
        base: the lines that the device has.
        target: the lines that it shall have.
    """
    gone = (*_starting(lines, "delete "), *_replaced(base, target))
    come = tuple(_starting(lines, "set "))
    outermost = set(gone)
    yield from (f"delete {each}" for each in gone if not any(_above(each, outermost)))
    innermost = {above for each in come for above in _beginnings(each)}
    yield from (f"set {each}" for each in come if each not in innermost)
    yield from _moves(gone, come, base, target)
    yield from (line for line in lines if line.startswith(("activate ", "deactivate ")))


def _replaced(base: tuple[str, ...], target: tuple[str, ...]) -> Iterator[str]:
    """What ours replace though the device would keep both: the VLAN of an access port, the next hop of a route."""
    stays = set(target)
    places = {found[1] for line in target if (found := _ONE_OF_MANY.fullmatch(line)) is not None}
    for line in base:
        found = _ONE_OF_MANY.fullmatch(line)
        if found is not None and found[1] in places and line not in stays:
            yield line.removeprefix("set ")


def _starting(lines: Iterable[str], word: str) -> Iterator[str]:
    return (line.removeprefix(word) for line in lines if line.startswith(word))


def _beginnings(statement: str) -> Iterator[str]:
    """What a statement stands below, outermost first; a text in quotes is cut too, and then means nothing."""
    at = statement.find(" ")
    while at >= 0:
        yield statement[:at]
        at = statement.find(" ", at + 1)


def _above(statement: str, outermost: set[str]) -> Iterator[str]:
    return (each for each in _beginnings(statement) if each in outermost)


def _moves(
    gone: tuple[str, ...], come: tuple[str, ...], base: tuple[str, ...], target: tuple[str, ...]
) -> Iterator[str]:
    """New entries go to the end of their list: where that is not their place, the whole list is put in order."""
    touched = dict.fromkeys(entry[0] for each in (*gone, *come) if (entry := entry_of(each)) is not None)
    touched |= dict.fromkeys(
        match[1] for line in (*base, *target) if (match := _INSERT.match(line)) and line not in base
    )
    for name in touched:
        here = [each for each in _entries(base, name) if not _goes(f"{name} {each}", gone)]
        here += [each for each in dict.fromkeys(_new(come, name)) if each not in here]
        wanted = list(_entries(target, name))
        if here != wanted:
            yield from (insert_of(name, second, first) for first, second in pairwise(wanted))


def _goes(entry: str, gone: tuple[str, ...]) -> bool:
    return any(entry == each or is_within(entry, each) for each in gone)


def _new(come: tuple[str, ...], name: str) -> Iterator[str]:
    return (entry[1] for each in come if (entry := entry_of(each)) is not None and entry[0] == name)


def _entries(lines: Iterable[str], name: str) -> tuple[str, ...]:
    """The entries of an ordered list as `set` lines have them."""
    start = f"set {name} "
    found = (line.removeprefix(start).split(" ", 1)[0] for line in lines if line.startswith(start))
    return tuple(dict.fromkeys(found))
