"""Configuration text as a tree of lines, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.nodes import Tree, put
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.entries import Hidden, hidden_in, numbered_like
from turnup.change.platforms.language import Path
from turnup.change.slots import with_slots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hier_config import HConfig, HConfigChild

    from turnup.change.platforms.forms import Line
    from turnup.sites import Platform

_Nested = dict[str, "_Nested"]


def load_tree(platform: Platform, text: str, known: Collection[Path] = ()) -> HConfig:
    """Parse a configuration; a section that appears twice becomes one.

    Args:
        platform: the platform of the text.
        text: as the device gives it, or as it is declared.
        known: lines with their numbers, for lists that the device shows without, and with the fingerprints of their
            secrets: see `entries.numbered_like` and `slots.with_slots`.
    """
    root = Tree(LANGUAGES[platform].driver())
    stack: list[tuple[int, HConfig | HConfigChild]] = [(-1, root)]
    for indent, line in _lines(platform, text, known):
        while stack[-1][0] >= indent:
            stack.pop()
        child = stack[-1][1].add_child(line, return_if_present=True)
        stack.append((indent, child))
    return root


def paths_in(platform: Platform, text: str, known: Collection[Path] = ()) -> tuple[Path, ...]:
    """All lines of the tree of a text in their order, each with the headers above it; a tree costs three times as much.

    Args:
        platform: the platform of the text.
        text: as the device gives it, or as it is declared.
        known: as for `load_tree`.
    """
    root: _Nested = {}
    stack: list[tuple[int, _Nested]] = [(-1, root)]
    for indent, line in _lines(platform, text, known):
        while stack[-1][0] >= indent:
            stack.pop()
        stack.append((indent, stack[-1][1].setdefault(line.strip(), {})))
    found: list[Path] = []
    _collect_nested(root, (), found)
    return tuple(found)


def _lines(platform: Platform, text: str, known: Collection[Path]) -> Iterable[Line]:
    language = LANGUAGES[platform]
    lines: Iterable[Line] = language.normalise(with_slots(text, known) if known else text)
    if known and (hidden := hidden_in(text, language.entry_lists)):
        return numbered_like(tuple(lines), hidden, known)
    return lines


def _collect_nested(nested: _Nested, above: Path, found: list[Path]) -> None:
    for text, below in nested.items():
        path = (*above, text)
        found.append(path)
        if below:
            _collect_nested(below, path, found)


def lists_without_numbers(platform: Platform, text: str) -> Hidden:
    """Find the lists that a device shows without the numbers of their entries."""
    return hidden_in(text, LANGUAGES[platform].entry_lists)


def path_set(root: HConfig) -> frozenset[Path]:
    """All lines of a configuration, each with the headers above it."""
    found: list[Path] = []
    _collect(root, (), found)
    return frozenset(found)


def _collect(node: HConfig | HConfigChild, above: Path, found: list[Path]) -> None:
    for child in node.children:
        path = (*above, child.text)
        found.append(path)
        if child.children:
            _collect(child, path, found)


def where_they_differ(one: HConfig, other: HConfig) -> tuple[HConfig, HConfig]:
    """Two trees with nothing below those headers below which both have the same; only to be compared."""
    same = {
        child.text
        for child in one.children
        if (twin := other.children.get(child.text)) is not None and _has_the_same(child, twin)
    }
    return _bare(one, same), _bare(other, same)


def _has_the_same(one: HConfigChild, other: HConfigChild) -> bool:
    """Whether the same lines stand below both, in whatever order: it makes no difference to hier_config."""
    if one is other:
        return True
    if len(one.children) != len(other.children):
        return False
    twins = ((child, other.children.get(child.text)) for child in one.children)
    return all(twin is not None and _has_the_same(child, twin) for child, twin in twins)


def _bare(root: HConfig, same: Collection[str]) -> HConfig:
    bare = Tree(root.driver)
    for child in root.children:
        if child.text in same and child.children:
            bare.add_child(child.text)
        else:
            put(bare, child)
    return bare


def find(root: HConfig, path: Path) -> HConfig | HConfigChild | None:
    """Find the node at a path; the root for the empty one."""
    node: HConfig | HConfigChild = root
    for text in path:
        child = node.children.get(text)
        if child is None:
            return None
        node = child
    return node


def remove_child(section: HConfig | HConfigChild, text: str) -> None:
    """Take one line, with all below it, out of a section that has it."""
    section.children.delete(text)
    section.children.rebuild_mapping()


def remove_children(section: HConfig | HConfigChild, texts: Collection[str]) -> None:
    """Take lines, with all below them, out of a section; thousands of them one by one would cost their square."""
    kept = [child for child in section.children if child.text not in texts]
    if len(kept) < len(section.children):
        section.children.clear()
        section.children.extend(kept)


def drop_hidden(platform: Platform, root: HConfig) -> None:
    """Take out the headers that a device does not show because nothing is left below them."""
    hidden = LANGUAGES[platform].hidden_if_empty
    remove_children(root, {each.text for each in root.children if not each.children and hidden.match(each.text)})


def complete(platform: Platform, root: HConfig) -> None:
    """Put the lines of a flat configuration in order, with those that follow from them."""
    language = LANGUAGES[platform]
    if language.completed is None:
        return
    lines = tuple(child.text for child in root.children)
    wanted = tuple(language.completed(lines))
    if lines != wanted:
        root.children.clear()
        for text in wanted:
            root.add_child(text)


def as_text(platform: Platform, root: HConfig, *, closed: bool = False) -> str:
    """Print a tree in its own order, an element a line; `closed` prints it as a whole text, as the device shows it."""
    language = LANGUAGES[platform]
    also_closed = language.closed_when_empty if closed and language.mode_exit else None
    lines = tuple(language.shown(tuple(_printed(root, 0, also_closed))))
    return "".join(f"{line}\n" for line in (language.folded(lines) if closed else lines))


def _printed(node: HConfig | HConfigChild, depth: int, also_closed: re.Pattern[str] | None) -> Iterator[str]:
    for child in node.children:
        yield f"{' ' * depth}{child.text}"
        yield from _printed(child, depth + 1, also_closed)
        if also_closed is not None and (child.children or (depth == 0 and also_closed.match(child.text))):
            yield f"{' ' * depth}{child.sectional_exit}"
