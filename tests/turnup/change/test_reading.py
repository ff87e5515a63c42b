"""A reading without a tree has the very lines that hier_config's tree has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.state import ChangeState, is_as_planned, state_of
from turnup.change.tree import load_tree, path_set, paths_in
from turnup.fragments import Fragment
from turnup.sites import Platform

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
TEXTS = sorted(GOLDEN.glob("*/*/*/running*")) + sorted(GOLDEN.glob("*/*/*/candidate*"))
TWICE = "interface Vlan5\n ip address 192.0.2.1 255.255.255.0\n!\nntp server 192.0.2.9\ninterface Vlan5\n shutdown\n"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: "-".join(path.parts[-4:-1]))
def test_a_reading_has_the_lines_of_the_tree(path):
    platform = next(each for each in Platform if each in path.parts)
    text = path.read_text()
    assert frozenset(paths_in(platform, text)) == path_set(load_tree(platform, text))


def test_a_section_that_appears_twice_is_one():
    paths = paths_in(Platform.CISCO_IOS, TWICE)
    assert frozenset(paths) == path_set(load_tree(Platform.CISCO_IOS, TWICE))
    assert paths[-2:] == (("interface Vlan5", "shutdown"), ("ntp server 192.0.2.9",))


def test_as_planned_means_line_by_line_and_in_the_same_order():
    running = "hostname X\nip access-list extended A\n permit tcp any any\n deny ip any any\nvlan 5\n name A\n"
    fragment = Fragment("L", "X", Platform.CISCO_IOS, "vlan 6\n name B\n")
    change = plan_device("S", "X", Platform.CISCO_IOS, running, OwnedConfig((), ()), (fragment,))
    assert is_as_planned(change, f"Building configuration...\n\n!\n{running}end\n")
    other = running.replace(" permit tcp any any\n deny ip any any\n", " deny ip any any\n permit tcp any any\n")
    assert not is_as_planned(change, other)
    assert state_of(change, other) is ChangeState.BEFORE
    assert not is_as_planned(change, f"{running}ntp server 192.0.2.9\n")
    assert is_as_planned(replace(change, running=other), other)
