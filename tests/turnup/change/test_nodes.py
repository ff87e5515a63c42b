"""Lean lines do what hier_config's do, with less to each."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hier_config import HConfig, HConfigChild

from turnup.change import nodes
from turnup.change.nodes import Line, Tree
from turnup.change.platforms import LANGUAGES
from turnup.change.tree import load_tree
from turnup.sites import Platform

GOLDEN = Path(__file__).parents[2] / "golden"
PLATFORMS = sorted({Platform(case.parent.name) for case in GOLDEN.glob("*/*/*") if (case / "candidate.txt").exists()})


def plain_copy(section: HConfig | HConfigChild, of: HConfig | HConfigChild) -> None:
    """Build the same tree of hier_config's own lines."""
    for child in of.children:
        plain_copy(section.add_child(child.text), child)


def lines_of(node: HConfig | HConfigChild) -> Iterator[tuple[str, ...]]:
    for child in node.children:
        yield tuple(child.path())
        yield from lines_of(child)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_lean_trees_lead_to_each_other_by_the_lines_that_hier_config_finds(platform: Platform) -> None:
    for case in GOLDEN.glob(f"*/{platform}/*"):
        trees = [load_tree(platform, (case / name).read_text()) for name in ("running.txt", "candidate.txt")]
        plain = [HConfig(LANGUAGES[platform].driver()) for _ in trees]
        for copy, tree in zip(plain, trees, strict=True):
            plain_copy(copy, tree)
        for here, there in ((0, 1), (1, 0)):
            ours = trees[here].config_to_get_to(trees[there])
            assert isinstance(ours, Tree)
            assert list(lines_of(ours)) == list(lines_of(plain[here].config_to_get_to(plain[there])))
        assert list(lines_of(trees[0].deep_copy())) == list(lines_of(plain[0]))
    assert not nodes._NOTHING_BELOW


def test_what_stands_below_one_line_stands_below_no_other() -> None:
    tree = load_tree(Platform.CISCO_IOS, "vlan 110\nvlan 120\n")
    one, other = tree.children["vlan 110"], tree.children["vlan 120"]
    one.add_child("name STAFF")
    copy = tree.deep_copy().children["vlan 110"]
    copy.add_child("shutdown")
    assert [child.text for child in one.children] == ["name STAFF"]
    assert not other.children
    assert one != other
    assert one == load_tree(Platform.CISCO_IOS, "vlan 110\n name STAFF\n").children["vlan 110"]


def test_a_line_with_nothing_below_it_is_one_object() -> None:
    line = Line(Tree(LANGUAGES[Platform.CISCO_IOS].driver()), "name STAFF")
    assert [type(each) for each in gc.get_referents(line) if gc.is_tracked(each) and not isinstance(each, type)] == [
        Tree,
        type(nodes._NOTHING_BELOW),
    ]
