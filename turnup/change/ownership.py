"""Ownership: which lines of a device are ours, and what the device shall have.

`candidate = running - (owned - declared) + declared`, section by section. Nothing that Turnup neither owns nor
declares is added, removed or edited; what stood there before we declared it is a takeover, and is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from turnup.change.platforms import LANGUAGES, Language
from turnup.change.platforms.language import Path
from turnup.change.tree import find, load_tree, path_set
from turnup.errors import FragmentConflict

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

    from turnup.fragments import Fragment
    from turnup.sites import Platform

NEGATION = "no "


@dataclass(frozen=True, slots=True)
class Takeover:
    """A line of somebody else that ours replaced, or that stood there before we declared it.

    Attributes:
        path: our line.
        former: what was there before; the same words if ours was there already.
    """

    path: Path
    former: str


def merge_fragments(platform: Platform, fragments: tuple[Fragment, ...]) -> HConfig:
    """Merge the fragments of all live service lines of one device into its declared config.

    Raises:
        FragmentConflict: two service lines give one single-valued line different values; names both.
    """
    trees = [(fragment, load_tree(platform, fragment.text)) for fragment in fragments]
    for (one, first), (other, second) in combinations(trees, 2):
        _check_agreement(one, first, other, second)
    merged = load_tree(platform, "")
    for _, tree in trees:
        _union(merged, tree)
    return merged


def _union(target: HConfig | HConfigChild, source: HConfig | HConfigChild) -> None:
    for child in source.children:
        _union(target.add_child(child.text, return_if_present=True), child)


def _check_agreement(
    one: Fragment, first: HConfig | HConfigChild, other: Fragment, second: HConfig | HConfigChild
) -> None:
    for child in first.children:
        twin = second.children.get(child.text)
        if twin is not None:
            _check_agreement(one, child, other, twin)
            continue
        rival = child.driver.idempotent_for(child, second.children)
        if rival is not None:
            raise FragmentConflict(
                f"{one.device}: {' / '.join(child.path())}",
                f"one value from {one.service_line} and {other.service_line}",
                f"{child.text!r} from {one.service_line} and {rival.text!r} from {other.service_line}",
                "Change one of the two service lines; no device was touched.",
            )


def make_candidate(
    platform: Platform, running: HConfig, owned: HConfig, declared: HConfig, kept: frozenset[Path]
) -> tuple[HConfig, tuple[Takeover, ...]]:
    """Work out what a device shall have, and what we take over from others on the way.

    Args:
        platform: the platform of all trees.
        running: what the device has.
        owned: what Turnup applied there last, as the device gave it back.
        declared: what Turnup wants there now.
        kept: owned lines that were there before us; they stay when we go.
    """
    candidate = running.deep_copy()
    language = LANGUAGES[platform]
    _withdraw(language, candidate, owned, declared, kept)
    takeovers: list[Takeover] = []
    _declare(language, candidate, declared, path_set(owned), takeovers)
    return candidate, tuple(takeovers)


def _withdraw(language: Language, candidate: HConfig, owned: HConfig, declared: HConfig, kept: frozenset[Path]) -> None:
    """Take out owned lines that are no longer declared: deepest first, headers only when empty and ours."""
    wanted = path_set(declared)
    for path in sorted(path_set(owned) - wanted - kept, key=len, reverse=True):
        node = find(candidate, path)
        if node is None or node.children or (language.permanent.match(path[0]) and len(path) == 1):
            continue
        parent = find(candidate, path[:-1])
        if parent is not None:
            parent.children.delete(path[-1])
            parent.children.rebuild_mapping()


def _declare(
    language: Language,
    target: HConfig | HConfigChild,
    declared: HConfig | HConfigChild,
    owned: frozenset[Path],
    takeovers: list[Takeover],
) -> None:
    for child in declared.children:
        if child.text.startswith(NEGATION) and not language.shown_absences.match(child.text):
            _declare_absence(target, child, owned, takeovers)
            continue
        here = target.children.get(child.text)
        if here is None:
            here = _put(language, target, child, owned, takeovers)
        elif _is_takeover(language, child, owned):
            takeovers.append(Takeover(tuple(child.path()), child.text))
        if here is not None:
            _declare(language, here, child, owned, takeovers)


def _is_takeover(language: Language, child: HConfigChild, owned: frozenset[Path]) -> bool:
    """A line that is there already and not ours; headers that never go are nobody's."""
    path = tuple(child.path())
    return path not in owned and not (len(path) == 1 and language.permanent.match(child.text))


def _declare_absence(
    target: HConfig | HConfigChild, child: HConfigChild, owned: frozenset[Path], takeovers: list[Takeover]
) -> None:
    """A declared `no shutdown` is the absence of `shutdown`: devices do not show the former."""
    text = child.text.removeprefix(NEGATION)
    if text in target.children:
        target.children.delete(text)
        target.children.rebuild_mapping()
        if tuple(child.path()) not in owned:
            takeovers.append(Takeover(tuple(child.path()), text))


def _put(
    language: Language,
    target: HConfig | HConfigChild,
    child: HConfigChild,
    owned: frozenset[Path],
    takeovers: list[Takeover],
) -> HConfigChild | None:
    """Add one declared line, in the place of the single-valued line that it replaces."""
    siblings = frozenset(each.text for each in target.children)
    if language.satisfied(child, siblings):
        return None
    void = language.voids(child.text)
    if void and void in target.children:
        target.children.delete(void)
        target.children.rebuild_mapping()
    rival = child.driver.idempotent_for(child, target.children)
    if rival is not None:
        if (*tuple(child.path())[:-1], rival.text) not in owned:
            takeovers.append(Takeover(tuple(child.path()), rival.text))
        target.children.delete(rival.text)
        target.children.rebuild_mapping()
    return target.add_child(child.text)
