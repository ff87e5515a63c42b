"""Drift: what is ours on a device, against what stands there now, outside a change.

`drift = owned against running`: only lines that Turnup owns are looked at, and what contradicts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from turnup.change.ownership import paths_of
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.language import NEGATION, Path
from turnup.change.slots import has_fingerprint
from turnup.change.tree import find, lists_without_numbers, load_tree, path_set
from turnup.change.unique import Thing, are_apart, things_in
from turnup.scalars import DeviceName

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

    from turnup.change.ownership import OwnedConfig
    from turnup.change.platforms import Language
    from turnup.sites import Platform


class DriftKind(StrEnum):
    """How a device differs from what was delivered."""

    MISSING = "missing"
    CHANGED = "changed"
    DUPLICATED = "duplicated"


@dataclass(frozen=True, slots=True)
class Drift:
    """One line of ours that does not stand as it was delivered.

    Attributes:
        service_lines: those that declare it.
        path: our line, with the headers above it; a header stands for all that was under it.
        found: what stands there now; for a line that is missing or duplicated, where else its thing stands.
    """

    device: DeviceName
    service_lines: tuple[str, ...]
    path: Path
    kind: DriftKind
    found: str


def drift_of(platform: Platform, device: DeviceName, owned: OwnedConfig, running_text: str) -> tuple[Drift, ...]:
    """Find all that differs from what was delivered to a device, in the order of its configuration.

    Args:
        platform: its platform.
        device: its name.
        owned: what the ledger says that Turnup applied there.
        running_text: what the device answered, as it is.
    """
    holds_secrets = any(has_fingerprint(each.text) for each in owned.fragments)
    needed = holds_secrets or lists_without_numbers(platform, running_text)
    given = paths_of(platform, owned.fragments) if needed else ()
    owned = owned.as_declared()
    ours = load_tree(platform, "\n".join(fragment.text for fragment in owned.fragments))
    running = load_tree(platform, running_text, given)
    lines = [(each.service_line, path_set(load_tree(platform, each.text))) for each in owned.fragments]
    elsewhere = _elsewhere(platform, ours, running)
    found = (*_compare(LANGUAGES[platform], ours, running, elsewhere), *_duplicates(running, elsewhere))
    return tuple(
        Drift(device, tuple(line for line, paths in lines if path in paths), path, kind, words)
        for path, kind, words in found
    )


def lines_owned(platform: Platform, owned: OwnedConfig) -> int:
    """Count the lines that are ours on a device; one that two service lines share counts once."""
    return len(path_set(load_tree(platform, "\n".join(fragment.text for fragment in owned.fragments))))


Found = tuple[Path, DriftKind, str]


def _compare(
    language: Language, ours: HConfig | HConfigChild, here: HConfig | HConfigChild, elsewhere: dict[Path, Path]
) -> Iterator[Found]:
    """Compare one section of ours with what stands there; below a header that is missing nothing is said."""
    for child in ours.children:
        path = tuple(child.path())
        twin = here.children.get(child.text)
        if language.is_absence(child):
            positive = child.text.removeprefix(NEGATION)
            if positive in here.children:
                yield path, DriftKind.CHANGED, positive
        elif twin is not None:
            yield from _compare(language, child, twin, elsewhere)
        elif not language.satisfied(child, frozenset(each.text for each in here.children)):
            rival = _rival(child, ours, here)
            kind = DriftKind.MISSING if rival is None else DriftKind.CHANGED
            yield path, kind, rival or " / ".join(elsewhere.get(path, ()))


def _rival(child: HConfigChild, ours: HConfig | HConfigChild, here: HConfig | HConfigChild) -> str | None:
    """What stands in the single-valued place of a line of ours, if it is not ours too."""
    others = tuple(each for each in here.children if each.text not in ours.children)
    rival = child.driver.idempotent_for(child, others)
    return None if rival is None else str(rival.text)


def _elsewhere(platform: Platform, ours: HConfig, running: HConfig) -> dict[Path, Path]:
    """For lines of ours that give what may be there only once: a line of somebody else that gives the same."""
    places: dict[Thing, list[Path]] = {}
    for thing, path in things_in(platform, ours):
        places.setdefault(thing, []).append(path)
    found: dict[Path, Path] = {}
    for thing, other in things_in(platform, running) if places else ():
        mine = places.get(thing, ())
        if other not in mine:
            found.update((path, other) for path in mine if are_apart(path, other) and path not in found)
    return found


def _duplicates(running: HConfig, elsewhere: dict[Path, Path]) -> Iterator[Found]:
    """Lines of ours that stand as delivered, and whose thing stands a second time."""
    return (
        (path, DriftKind.DUPLICATED, " / ".join(other))
        for path, other in elsewhere.items()
        if find(running, path) is not None
    )
