"""How the entries of a Cisco IOS access list are typed, so that no packet goes otherwise between two commands.

Between the first and the last of them each packet is let through or dropped as it was before, or as it shall be. IOS
replaces no entry in place and takes no rule twice; and a list without an entry lets everything pass where it is used
(IOS-XE 17: `ip access-list`, `ip access-group`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from turnup.change.platforms.access_rules import DENIES_ONLY, PASSES_ALL, REMARK, halves, is_standard
from turnup.change.platforms.numbered import NO, Entry, entry_in, in_the_way_of

_NEAR = 100
"""How far from its number a place beside an entry is looked for."""


def typed_entries(lines: tuple[str, ...], here: frozenset[str] | None, bare: bool) -> Iterator[str]:
    """Say how the remediation of a list is typed.

    Args:
        lines: entries that come, and `no` and entries that go.
        here: what the list has; none: it is not there yet, and nobody uses it.
        bare: whether the device shows no numbers: then an entry is named by what it says, and comes last.
    """
    standing = {each for each in map(entry_in, sorted(here or ())) if each is not None}
    comes = tuple(each for each in map(entry_in, lines) if each is not None)
    goes = tuple(each for line in lines if (each := entry_in(line.removeprefix(NO))) and line.startswith(NO))
    others = tuple(line for line in lines if entry_in(line.removeprefix(NO)) is None)
    replaced = tuple(each for each in standing if any(_replaces(other, each) for other in comes))
    after = (standing - {*goes, *replaced}) | {*comes}
    bare = bare and bool(_rules(standing))  # where nothing is in order yet, numbers put it in order
    emptied = here is not None and not (_rules(standing) and _rules(after))
    passing = _passes_all((*standing, *comes)) if emptied else ()
    own = tuple(each for each in passing if each in standing or each in comes)
    guards = tuple(each for each in passing if each not in own)
    # What falls through an upper entry that goes finds the lower one gone.
    goes = tuple(sorted(goes, key=lambda each: (each in own, -each.number)))
    yield from (_words(each, bare) for each in guards)
    yield from others
    if bare:
        gone = sorted({*goes, *replaced}, key=lambda each: (each in own, -each.number))
        left = tuple(each.rule for each in gone if each.rule not in rules_in_order(after))
        yield from _bare(rules_in_order(standing), rules_in_order(after), left)
    else:
        yield from _numbered(standing, comes, goes, own)
    yield from (_removal(each, bare) for each in guards)


def _words(entry: Entry, bare: bool) -> str:
    return entry.rule if bare else entry.text


def _removal(entry: Entry, bare: bool) -> str:
    return f"{NO}{entry.rule}" if bare else entry.removal


def _rules(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(each for each in entries if not each.rule.startswith(REMARK))


def _replaces(entry: Entry, other: Entry) -> bool:
    return other.number == entry.number and other.rule != entry.rule


def rules_in_order(entries: Iterable[Entry]) -> tuple[str, ...]:
    """What entries say, in the order of their numbers."""
    return tuple(each.rule for each in sorted(entries, key=lambda each: each.number))


def _bare(standing: tuple[str, ...], wanted: tuple[str, ...], goes: tuple[str, ...]) -> Iterator[str]:
    """Entries by what they say, each behind the last one: first what comes, in its order, then what goes, from below.

    What stays and has to come behind a new one cannot stand twice: halves of all that comes stand for it meanwhile.
    """
    comes = wanted[in_place(standing, wanted) :]
    moves = tuple(rule for rule in reversed(standing) if rule in comes)
    if not moves:
        yield from comes
        yield from (f"{NO}{rule}" for rule in goes)
        return
    meanwhile = tuple(half for rule in comes for half in halves(rule))
    yield from meanwhile
    yield from (f"{NO}{rule}" for rule in reversed(standing) if rule in moves or rule in goes)
    yield from comes
    yield from (f"{NO}{half}" for half in reversed(meanwhile))


def cannot_move(standing: tuple[str, ...], wanted: tuple[str, ...], ours: Collection[str]) -> str:
    """A rule that a list without numbers cannot bring to its place; empty when it can all of them."""
    comes = wanted[in_place(standing, wanted) :]
    moves = tuple(rule for rule in comes if rule in standing)
    both = [half for rule in comes for half in halves(rule)]
    clash = len({*both, *standing, *wanted}) < len(both) + len({*standing, *wanted})
    whole = (rule for rule in comes if not halves(rule) and not rule.startswith(REMARK))
    stuck = next((rule for rule in moves if rule not in ours), "") or (next(whole, "") if moves else "")
    return stuck or (moves[0] if moves and clash else "")


def in_place(standing: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """How many of the rules that are wanted stand in their order already, from the first on."""
    left = iter(standing)
    return next((place for place, rule in enumerate(wanted) if rule not in left), len(wanted))


def _numbered(
    standing: set[Entry], comes: tuple[Entry, ...], goes: tuple[Entry, ...], first: tuple[Entry, ...]
) -> Iterator[str]:
    """Entries by their numbers: those that move down first, the lowest of them before the others."""
    here = set(standing)
    numbers = {each.rule: each.number for each in standing}

    def place(entry: Entry) -> tuple[int, int]:
        moves_down = numbers.get(entry.rule, entry.number) < entry.number
        return (0, -entry.number) if moves_down else (1, 0 if entry in first else entry.number)

    for entry in sorted(comes, key=place):
        going = tuple(each for each in sorted(here, key=lambda each: each.number) if in_the_way_of(each, entry))
        guards = tuple(_guards(entry, going, here))
        yield from (guard.text for guard in guards)
        yield from (other.removal for other in going)
        yield entry.text
        yield from (guard.removal for guard in guards)
        here = (here - {*going}) | {entry}
    yield from (each.removal for each in goes if each in here)


def _guards(entry: Entry, going: tuple[Entry, ...], here: set[Entry]) -> Iterator[Entry]:
    """What stands for an entry between the removal of those in its way and its own coming: its halves, beside it.

    Where it has none, or there is no room, only what keeps the list from being empty.
    """
    if not _rules(going):
        return
    numbers = tuple(_free_beside(entry, going, here))
    both = halves(entry.rule)
    if both and len(numbers) >= len(both) and not set(both) & {each.rule for each in here}:
        yield from (Entry("", number, rule) for number, rule in zip(numbers, both, strict=False))
    elif set(_rules(here)) <= set(going):
        number = max(each.number for each in (entry, *here)) + 1
        used = {each.rule for each in (entry, *going)}
        yield Entry("", number, next(each for each in DENIES_ONLY[is_standard(entry.rule)] if each not in used))


def _free_beside(entry: Entry, going: tuple[Entry, ...], here: set[Entry]) -> Iterator[int]:
    """Numbers that nobody has and between which and the entry's own no rule stands that stays."""
    taken = {other.number for other in here}
    staying = {other.number for other in _rules(here) if other not in going}
    for way, last in ((1, entry.number + _NEAR), (-1, max(0, entry.number - _NEAR))):
        for number in range(entry.number + way, last, way):
            if number in staying:
                break
            if number not in taken:
                yield number


def _passes_all(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """What lets pass all that an empty list lets pass, while a list becomes empty or begins: its own rule, or one more.

    Returns:
        one entry, behind all others unless it is one of theirs; none for a list of remarks.
    """
    rules = _rules(entries)
    if not rules:
        return ()
    wanted = PASSES_ALL[is_standard(rules[0].rule)]
    own = next((each for each in rules if each.rule == wanted), None)
    return (own or Entry("", max(each.number for each in entries) + 1, wanted),)
