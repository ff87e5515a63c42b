"""From the difference of two trees to the commands that are typed, and the list of those that never are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from turnup.change.platforms import LANGUAGES, Language
from turnup.change.platforms.driver import RETYPED_WEIGHT
from turnup.change.platforms.language import NEGATION, Occupied, Path, as_it_is
from turnup.change.slots import MASK, SLOT
from turnup.change.tree import remove_child, where_they_differ
from turnup.errors import ForbiddenCommand

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hier_config import HConfig, HConfigChild

    from turnup.change.platforms.entries import Hidden
    from turnup.sites import Platform


def commands_between(
    platform: Platform, running: HConfig, candidate: HConfig, hidden: Hidden = frozenset()
) -> tuple[str, str]:
    """Work out the commands from running to candidate, and those of the way back.

    Args:
        platform: the platform of both trees.
        running: what the device has.
        candidate: what it shall have.
        hidden: lists that it shows without numbers: their entries are typed without.

    Returns:
        remediation and rollback, one command a line, sections closed; empty when nothing differs.
    """
    before, after = where_they_differ(running, candidate)
    remediation, rollback = before.config_to_get_to(after), after.config_to_get_to(before)
    return (
        _typed(platform, remediation, running, candidate, hidden),
        _typed(platform, rollback, candidate, running, hidden),
    )


def _typed(platform: Platform, delta: HConfig, base: HConfig, target: HConfig, hidden: Hidden) -> str:
    language = LANGUAGES[platform]
    if language.first or language.last:
        for line in delta.all_children():
            line.order_weight = language.driver().weight_of(tuple(line.path()))
    for section in delta.children:
        _retype_what_is_wiped(language, section, base, target)
    walked = (*_taken_away_first(language, delta, base, target), *_walk(language, delta, base, 0, hidden))
    lines = language.arranged(walked, _top(base), _top(target))
    return "".join(f"{_without_secret(line)}\n" for line in lines)


def _top(root: HConfig) -> tuple[str, ...]:
    return tuple(child.text for child in root.children)


def _without_secret(line: str) -> str:
    """A line that takes a secret away does not name it."""
    if not line.strip().startswith(NEGATION) or "<" not in line:
        return line
    return MASK.sub("", SLOT.sub("", line)).rstrip()


def _taken_away_first(language: Language, delta: HConfig, base: HConfig, target: HConfig) -> Iterator[str]:
    """Free what moves from one section to another: a device refuses an address that two interfaces would have."""
    coming = tuple(
        (section.text, place)
        for section in delta.children
        for place in (language.occupies(section.text, line.text) for line in section.children)
        if place is not None
    )
    for section in tuple(delta.children):
        header = section.text.removeprefix(NEGATION)
        others = tuple(place for where, place in coming if where != header)
        going = tuple(_lines_in_the_way(language, base.children.get(header), target.children.get(header), others))
        if not going:
            continue
        yield header
        yield from (f" {NEGATION}{line}" for line in going)
        yield "exit"
        _drop(delta, section, going)


def _lines_in_the_way(
    language: Language, before: HConfigChild | None, after: HConfigChild | None, coming: tuple[Occupied, ...]
) -> Iterator[str]:
    """The lines of a section that go, and whose subnet or name comes to another one."""
    for line in before.children if before is not None else ():
        place = language.occupies(before.text, line.text) if before is not None else None
        stays = after is not None and line.text in after.children
        if place is not None and not stays and any(_clash(place, other) for other in coming):
            yield line.text


def _clash(one: Occupied, other: Occupied) -> bool:
    """Whether two sections cannot have both: subnets that overlap, or one name."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.overlaps(other)


def _drop(delta: HConfig, section: HConfigChild, gone: tuple[str, ...]) -> None:
    """Leave out of the remediation what is gone already, and the section with its last line."""
    for line in gone:
        if f"{NEGATION}{line}" in section.children:
            remove_child(section, f"{NEGATION}{line}")
            if not section.children:
                remove_child(delta, section.text)


def _retype_what_is_wiped(language: Language, section: HConfigChild, base: HConfig, target: HConfig) -> None:
    """Type what the device drops on the way once more, and what a closing `no` would drop only after it."""
    before, after = base.children.get(section.text), target.children.get(section.text)
    wipes = [line.text for line in section.children if language.wipes.match(line.text)]
    if before is None or after is None or not wipes:
        return
    ends_with_a_wipe = any(text.startswith("no ") for text in wipes)
    for line in after.children:
        if language.wiped.match(line.text) and (ends_with_a_wipe or line.text not in section.children):
            section.add_child(line.text, return_if_present=True).order_weight = RETYPED_WEIGHT


def _walk(
    language: Language,
    delta: HConfig | HConfigChild,
    base: HConfig | HConfigChild | None,
    depth: int,
    hidden: Hidden = frozenset(),
) -> Iterator[str]:
    looks_around = language.typed is not as_it_is
    section = {child.text for child in base.children} if looks_around and base is not None else set[str]()
    for child in sorted(delta.children):
        words = f"{' ' * depth}{child.text}"
        if looks_around:
            words = language.typed(words, frozenset(section))
            _follow(section, child.text, words)
        if words:
            yield words
        if child.children:
            below = base.children.get(child.text) if base is not None else None
            if depth == 0 and language.entry_lists.match(child.text):
                yield from _entries(language, child, below, child.text in hidden)
            else:
                yield from _walk(language, child, below, depth + 1)
            if language.mode_exit:
                yield f"{' ' * depth}{child.sectional_exit}"


def _entries(language: Language, delta: HConfigChild, base: HConfig | HConfigChild | None, bare: bool) -> Iterator[str]:
    here = None if base is None else frozenset(child.text for child in base.children)
    lines = tuple(child.text for child in sorted(delta.children))
    return (f" {words}" for words in language.typed_entries(lines, here, bare))


def _follow(section: set[str], line: str, words: str) -> None:
    """Keep up with what a section has: with what was typed on the way too."""
    for each in (*(text.strip() for text in words.splitlines()), line):
        gone = each.removeprefix(NEGATION)
        if gone.isdigit():
            section.difference_update([entry for entry in section if entry.startswith(f"{gone} ")])
        elif gone != each:
            section.discard(gone)
        else:
            section.add(each)


def check_never_typed(platform: Platform, device: str, text: str, removed: Collection[Path] = ()) -> None:
    """Refuse a text that holds a command which touches more than what is ours.

    Args:
        platform: the platform of the text.
        device: whose it is.
        text: the commands, sections indented.
        removed: the lines that the change takes away: a section or function may only go where it is one of them.

    Raises:
        ForbiddenCommand: names the line; called when planning and again on the final text before the push.
    """
    language = LANGUAGES[platform]
    gone = frozenset(removed)
    above: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        del above[len(line) - len(line.lstrip(" ")) :]
        if _any_of(language.never_typed).search(line) or not _may_be_typed(language, (*above, line), gone):
            raise ForbiddenCommand(
                f"{device}: command {number}",
                "only commands that touch what Turnup owns",
                repr(line.strip()),
                "This is a defect of a template or of the platform's language; nothing was sent.",
            )
        above.append(line.strip())


@lru_cache(maxsize=32)
def _any_of(patterns: tuple[re.Pattern[str], ...]) -> re.Pattern[str]:
    """One pattern that finds what any of these finds; nothing at all for none."""
    either = (f"(?{'i' if each.flags & re.IGNORECASE else ''}:{each.pattern})" for each in patterns)
    return re.compile("|".join(either) or r"(?!)")


def _may_be_typed(language: Language, typed: Path, gone: frozenset[Path]) -> bool:
    """Whether a command that takes a whole section or function away is about one that is all ours."""
    if not _any_of(language.typed_if_ours).search(typed[-1]):
        return True
    return (*typed[:-1], language.undone_by(typed[-1])) in gone
