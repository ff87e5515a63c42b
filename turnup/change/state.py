"""Is a device as planned before, as planned after, or neither?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from turnup.change.application import apply_change
from turnup.change.ownership import merge_fragments
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import STILL_IN_USE, Scene
from turnup.change.reading import Reading, as_reading
from turnup.change.tree import find, load_tree, paths_in

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

    from turnup.change.device_change import DeviceChange
    from turnup.change.platforms import Language
    from turnup.change.platforms.language import Path


class ChangeState(StrEnum):
    """How a device stands towards the change that was planned for it."""

    BEFORE = "before"
    AFTER = "after"
    NEITHER = "neither"


def state_of(change: DeviceChange, running: str | Reading) -> ChangeState:
    """Compare what a device has now with what the plan saw and what it wants.

    Only the lines that the change adds or removes, the sections they stand in, and the single-valued lines they
    replace are looked at: what others change elsewhere does not matter.
    """
    reading = as_reading(change, running)
    if reading.lines.issuperset(change.adds) and reading.lines.isdisjoint(change.removes):
        return ChangeState.AFTER
    if is_as_planned(change, reading) or _is_before(change, reading):
        return ChangeState.BEFORE
    return ChangeState.NEITHER


def is_as_planned(change: DeviceChange, running: str | Reading) -> bool:
    """Whether a device has, line by line and in the same order, all that the plan saw there, and nothing else."""
    return as_reading(change, running).is_as_planned


def _is_before(change: DeviceChange, reading: Reading) -> bool:
    lines = reading.lines
    if not lines.issuperset(change.removes) or not lines.isdisjoint(change.adds):
        return False
    if _section_that_is_gone(change, lines):
        return False
    if _sets_that_began(change, lines):
        return False
    return all(_slot_is_as_planned(change, reading.tree, path) for path in change.adds)


def is_between(change: DeviceChange, running: str | Reading) -> bool:
    """Whether all that a change touches is as planned before or as planned after: it was begun, and nobody else wrote.

    Only for platforms whose lines are set one by one and may be set again.
    """
    reading = as_reading(change, running)
    if any(path not in reading.lines and not _slot_is_as_planned(change, reading.tree, path) for path in change.adds):
        return False
    only_gone = change.ours_that_go
    return all(path in reading.lines or path not in only_gone for path in change.removes)


def _section_that_is_gone(change: DeviceChange, lines: frozenset[Path]) -> bool:
    """A line would be added to a section that is neither there nor made by the change."""
    hidden = LANGUAGES[change.platform].hidden_if_empty
    sections = {path[:-1] for path in change.adds if path[:-1]}.difference(change.adds, lines)
    return any(len(section) > 1 or not hidden.match(section[0]) for section in sections)


def _sets_that_began(change: DeviceChange, lines: frozenset[Path]) -> bool:
    """Somebody gave a set its first element where the plan's first element would replace it, or took the last."""
    language = LANGUAGES[change.platform]
    sections = {path[:-1] for path in change.adds if language.sets.fullmatch(path[-1])}
    if not sections:
        return False
    planned = frozenset(paths_in(change.platform, change.running))
    return any(_has_set(language, planned, section) != _has_set(language, lines, section) for section in sections)


def _has_set(language: Language, lines: frozenset[Path], section: Path) -> bool:
    return any(path[:-1] == section and language.sets.fullmatch(path[-1]) for path in lines)


def _slot_is_as_planned(change: DeviceChange, running: HConfig, path: Path) -> bool:
    """No single-valued line that the plan did not see stands where ours shall go."""
    section = find(running, path[:-1])
    if section is None or not section.children:
        return True
    wanted = _as_node(change, path)
    rival = wanted.driver.idempotent_for(wanted, section.children)
    return rival is None or (*path[:-1], rival.text) in change.removes


def _as_node(change: DeviceChange, path: Path) -> HConfigChild:
    root = load_tree(change.platform, "")
    node = root.add_child(path[0])
    for text in path[1:]:
        node = node.add_child(text)
    return node


def still_used(change: DeviceChange, running: str | Reading) -> tuple[str, ...]:
    """Say what stands on something that the change would take away: others may have begun to use it since the plan."""
    reading = as_reading(change, running)
    if is_as_planned(change, reading):
        return ()  # nobody began anything: the plan itself has looked at just this
    candidate = load_tree(change.platform, apply_change(change, reading.text))
    declared = merge_fragments(change.platform, change.fragments)
    scene = Scene(reading.tree, candidate, declared, frozenset(change.ours_that_go))
    return tuple(
        f"{' / '.join(each.path)} is used by: {each.found}"
        for each in LANGUAGES[change.platform].obstacles(scene)
        if each.rule == STILL_IN_USE
    )


def differences(change: DeviceChange, running: str | Reading) -> tuple[str, ...]:
    """Say in words how a device differs from what the change wants: one text a line, empty when it is done."""
    lines = as_reading(change, running).lines
    missing = (f"missing: {' / '.join(path)}" for path in change.adds if path not in lines)
    surplus = (f"still there: {' / '.join(path)}" for path in change.removes if path in lines)
    return (*missing, *surplus)


def changed_since(change: DeviceChange, running: str | Reading) -> tuple[tuple[Path, str, str], ...]:
    """Say line by line what of a change does not stand as it was delivered.

    Returns:
        the line with the headers above it, what was expected of it, what is found; empty when all stands.
    """
    reading = as_reading(change, running)
    missing = (
        (path, "the line as it was delivered", _rival(change, reading, path) or "nothing")
        for path in change.adds
        if path not in reading.lines
    )
    back = ((path, "nothing there, as it was delivered", path[-1]) for path in change.removes if path in reading.lines)
    return (*missing, *back)


def _rival(change: DeviceChange, reading: Reading, path: Path) -> str:
    """The single-valued line that stands where one of ours should."""
    section = find(reading.tree, path[:-1])
    if section is None or not section.children:
        return ""
    wanted = _as_node(change, path)
    rival = wanted.driver.idempotent_for(wanted, section.children)
    return rival.text if rival is not None else ""


def foreign_edits(change: DeviceChange, before: str | Reading, after: str | Reading) -> tuple[str, ...]:
    """Name the lines that changed on a device between two readings and are not part of the change, nor come with it."""
    former, present = as_reading(change, before).lines, as_reading(change, after).lines
    language = LANGUAGES[change.platform]
    by_itself = (path for path in present - former if language.is_generated(path))
    return _in_words(former, present, frozenset((*change.adds, *change.removes, *by_itself, *_voided(change))))


def left_behind(change: DeviceChange, before: str | Reading, after: str | Reading) -> tuple[str, ...]:
    """Name the lines that came with a change and stay when it is taken back, such as the "none" of an emptied list."""
    former, present = as_reading(change, before).lines, as_reading(change, after).lines
    return tuple(" / ".join(path) for path in sorted((present - former) & _voided(change)))


def _voided(change: DeviceChange) -> frozenset[Path]:
    """Lines that come and go by themselves with those of the change."""
    void = LANGUAGES[change.platform].voids
    return frozenset((*path[:-1], void(path[-1])) for path in (*change.adds, *change.removes) if void(path[-1]))


def lines_between(change: DeviceChange, one: str | Reading, other: str | Reading) -> tuple[str, ...]:
    """Name all lines that one text has and the other has not, ours or not; empty when they say the same."""
    return _in_words(as_reading(change, one).lines, as_reading(change, other).lines, frozenset())


def _in_words(before: frozenset[Path], after: frozenset[Path], but: frozenset[Path]) -> tuple[str, ...]:
    appeared = (f"+ {' / '.join(path)}" for path in sorted(after - before - but))
    vanished = (f"- {' / '.join(path)}" for path in sorted(before - after - but))
    return (*appeared, *vanished)
