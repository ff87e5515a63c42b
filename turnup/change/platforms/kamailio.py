"""The canonical text of the tables of a Kamailio server, as its on-device agent prints them: a section per record.

Its header is the table with the columns by which the server finds the record; below it stand the other columns that
have a value. A customer has one number from 1000 on: `dialplan`, group of addresses, `did` of domains; what has a lower
one is the operator's. Sources: the modules dialplan, dispatcher, domain, permissions, mtree, auth_db, db_text (5.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Interrupts, Language, Obstacle, Scene
from turnup.change.platforms.records import normalise, second_records
from turnup.change.platforms.secrets import SecretPlace

if TYPE_CHECKING:
    from hier_config import HConfig

TABLES = ("domain", "subscriber", "dispatcher", "dialplan", "numbers", "address")
"""The tables that hold records of customers."""

_TABLE = rf"^(?:{'|'.join(TABLES)}) "
_DIALPLAN = re.compile(r"^dialplan (\d+) ")
_CUSTOMER = re.compile(r"^(?:(?:dialplan|dispatcher|address) (\d{4,})(?= )|(?:did|customer) (\d{4,})$)")
_REMEDY = "Look at the table with whoever wrote it."
_CORRECT = "Correct what the buyer has in the inventory, or let whoever has it here give it up first."


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find what would keep a declared record from doing what it says."""
    yield from second_records(scene, "table", _REMEDY)
    yield from _rules_for_one_length(scene)
    yield from _customers_of_others(scene)
    yield from _numbers_of_others(scene)
    yield from _realms_of_others(scene)


def _rules_for_one_length(scene: Scene) -> Iterator[Obstacle]:
    """Rules for numbers of one length come before all others, whatever their priority: also before emergency calls."""
    ours = {_dialplan_of(child.text): child.text for child in scene.declared.children}
    for child in scene.running.children:
        length = next((line.text for line in child.children if line.text.startswith("match_len ")), "")
        header = ours.get(_dialplan_of(child.text), "")
        if length and header and child.text not in _headers(scene.declared):
            expected = "rules for numbers of any length only, in the order of their priority"
            yield Obstacle((header,), "comes-first", expected, f"{child.text} / {length}", _REMEDY)


def _customers_of_others(scene: Scene) -> Iterator[Obstacle]:
    """A customer's number that others have used on this server: his calls and ours would become one."""
    known = {number for path in scene.owned for number in _customers_in(path[0], path[1:])}
    declared = _headers(scene.declared)
    taken: dict[str, str] = {}
    for child in scene.running.children:
        if child.text not in declared:
            for number in _customers_in(child.text, [line.text for line in child.children]):
                taken.setdefault(number, child.text)
    for child in scene.declared.children:
        for number in _customers_in(child.text, [line.text for line in child.children]):
            if number not in known and (found := taken.pop(number, "")):
                remedy = "Let the allocation begin behind the numbers that are in use, or adopt what stands there."
                yield Obstacle((child.text,), "customer-of-others", f"nothing of customer {number}", found, remedy)


def _numbers_of_others(scene: Scene) -> Iterator[Obstacle]:
    """Numbers that are another customer's here, one by one or by how they begin: help would be sent to his place."""
    ours = {_name(child.text): child.text for child in scene.declared.children if child.text.startswith("numbers ")}
    if not ours:
        return
    theirs = {_name(header): words for header, words in _held_by_others(scene, "numbers ", "customer ")}
    inside = ((number, begin) for number in ours for begin in _beginnings(number) if begin in theirs)
    around = ((begin, number) for number in theirs for begin in _beginnings(number)[:-1] if begin in ours)
    for number, other in {**dict(around), **dict(inside)}.items():
        found = f"numbers {other} / {theirs[other]}"
        yield Obstacle((ours[number],), "number-of-others", f"{number} to be nobody else's", found, _CORRECT)


def _realms_of_others(scene: Scene) -> Iterator[Obstacle]:
    """A realm that is another customer's here: his telephones and ours would be one."""
    theirs = dict(_held_by_others(scene, "domain ", "did "))
    for child in scene.declared.children:
        if found := theirs.get(child.text):
            expected = f"{_name(child.text)} to be nobody else's"
            yield Obstacle((child.text,), "realm-of-others", expected, f"{child.text} / {found}", _CORRECT)


def _held_by_others(scene: Scene, table: str, column: str) -> Iterator[tuple[str, str]]:
    """Records that are not ours, and say of another customer that he has something: header, and the line that says so.

    What already says of our own customer what we declare was prepared for us.
    """
    owned = {path[0] for path in scene.owned}
    declared = {(child.text, line.text) for child in scene.declared.children for line in child.children}
    for child in scene.running.children:
        if child.text.startswith(table) and child.text not in owned:
            words = next((line.text for line in child.children if line.text.startswith(column)), "")
            if any(_customers_in("", [words])) and (child.text, words) not in declared:
                yield child.text, words


def _beginnings(number: str) -> tuple[str, ...]:
    return tuple(number[:length] for length in range(1, len(number) + 1))


def _name(header: str) -> str:
    return header.partition(" ")[2]


def _customers_in(header: str, items: Iterable[str]) -> Iterator[str]:
    """The customers' numbers that a record has."""
    for line in (header, *items):
        if found := _CUSTOMER.match(line):
            yield found.group(1) or found.group(2)


def _dialplan_of(header: str) -> str:
    found = _DIALPLAN.match(header)
    return found.group(1) if found else "none"


def _headers(root: HConfig) -> frozenset[str]:
    return frozenset(child.text for child in root.children)


KAMAILIO = Language(
    normalise=normalise,
    single_valued=((_TABLE, r"^(\S+)(?: |$)"),),
    secret_places=(SecretPlace("ha1 SECRET", ("ha1",), re.compile(r"(ha1 )(\S+)()"), ("subscriber ",)),),
    never_typed=(
        re.compile(r"^(no )?(dialplan|dispatcher|address) \d{1,3}( |$)"),
        re.compile(r"\boccurrence \d+$"),
        re.compile(r"<hidden:[0-9a-f]+>$"),
        re.compile(r"^ match_len "),
        re.compile(r"\$[A-Za-z(]"),
        re.compile(r"^ did \d{1,3}$"),
        re.compile(r"^ customer \d{1,3}$"),
    ),
    obstacles=obstacles,
    interrupts=(
        Interrupts((r"^subscriber ", r"^(ha1) "), 0, 3600, "the phone registers again only with its new password"),
        Interrupts((r"^numbers ", r"^(customer) "), 0, 5, "calls to the numbers go elsewhere from the reload on"),
        Interrupts((r"^dispatcher ", r"^(flags|priority) "), 0, 5, "new calls take another way; those that stand stay"),
    ),
    mode_exit=False,
)
"""Kamailio."""
