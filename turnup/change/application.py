"""Apply a planned change to a configuration text, and turn a change round."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from turnup.change.commands import commands_between
from turnup.change.device_change import DeviceChange
from turnup.change.platforms import LANGUAGES
from turnup.change.tree import (
    as_text,
    drop_hidden,
    find,
    lists_without_numbers,
    load_tree,
    path_set,
    remove_children,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from hier_config import HConfig, HConfigChild


def load_running(change: DeviceChange, running_text: str) -> HConfig:
    """Parse what a device has now; entries that it shows without numbers have those by which the change knows them."""
    hidden = lists_without_numbers(change.platform, running_text)
    known = (*path_set(load_tree(change.platform, change.running)), *change.adds) if hidden else ()
    return load_tree(change.platform, running_text, known)


def apply_change(change: DeviceChange, running_text: str) -> str:
    """Work out what a device shall have, from what it has now: foreign lines as they are now, ours as planned."""
    tree = load_running(change, running_text)
    paths = sorted(change.removes, key=lambda path: (-len(path), path))
    for above, found in groupby(paths, key=lambda path: path[:-1]):
        _remove(find(tree, above), {path[-1] for path in found})
    for path in sorted(change.adds, key=len):
        if len(path) == 2 and LANGUAGES[change.platform].hidden_if_empty.match(path[0]):
            tree.add_child(path[0], return_if_present=True)
        parent = find(tree, path[:-1])
        if parent is not None:
            parent.add_child(path[-1], return_if_present=True)
    drop_hidden(change.platform, tree)
    return as_text(change.platform, tree, closed=True)


def _remove(section: HConfig | HConfigChild | None, texts: Collection[str]) -> None:
    """Take lines of one section out; a header goes only when nothing is left below it."""
    if section is not None:
        remove_children(section, {each.text for each in section.children if each.text in texts and not each.children})


def inverse(change: DeviceChange) -> DeviceChange:
    """The change that takes a device back."""
    return replace(
        change,
        adds=change.removes,
        removes=change.adds,
        remediation=change.rollback,
        rollback=change.remediation,
        running=change.candidate,
        candidate=change.running,
    )


def way_back(change: DeviceChange, running_text: str) -> DeviceChange:
    """The change that takes a device back from where it stands, be the change there whole or in part."""
    back = inverse(change)
    running = load_tree(change.platform, running_text)
    former = load_tree(change.platform, apply_change(back, running_text))
    remediation, rollback = commands_between(change.platform, running, former)
    return replace(back, remediation=remediation, rollback=rollback)
