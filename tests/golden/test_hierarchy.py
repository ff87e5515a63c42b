"""hier_config's own driver of a platform, which is not ours, reads each whole text with the hierarchy that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hier_config import HConfig, HConfigChild, Platform, get_hconfig
from hier_config.exceptions import DuplicateChildError

HERE = Path(__file__).resolve().parent
DRIVERS = {
    "cisco_ios": Platform.CISCO_IOS,
    "arista_eos": Platform.ARISTA_EOS,
    "juniper_junos": Platform.JUNIPER_JUNOS,
}
TEXTS = sorted(path for platform in DRIVERS for path in HERE.glob(f"*/{platform}/*/candidate.txt"))


def printed(node: HConfig | HConfigChild, depth: int = 0) -> Iterator[str]:
    for child in node.children:
        yield f"{' ' * depth}{child.text}\n"
        yield from printed(child, depth + 1)


def as_it_reads(platform: str, text: str) -> str:
    return "".join(printed(get_hconfig(DRIVERS[platform], text)))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.parent.relative_to(HERE)))
def test_hier_config_reads_the_hierarchy_of_a_candidate(path):
    text = path.read_text()
    lines = re.sub(r"(?m)^ exit-address-family\n", "", text)  # closes a section, and is no line to it
    assert as_it_reads(path.parent.parent.name, text) == lines


def test_a_section_that_is_closed_in_another_way_is_seen():
    closed = "policy-map A\n class B\n  set dscp ef\n exit\n class class-default\n  set dscp default\n exit\n"
    with pytest.raises(DuplicateChildError):
        as_it_reads("cisco_ios", closed)
    deeper = "interface Vlan10\n description A\n   ip address 192.0.2.1 255.255.255.0\n"
    assert as_it_reads("cisco_ios", deeper) != deeper
