"""Access ports of the simulated EOS switch: what it refuses, and how it shows what it took."""

from __future__ import annotations

import pytest

from lab.simulated.editor import Editor, boot
from lab.simulated.grammar import Refusal
from lab.simulated.kinds import DeviceKind


def lines_after(typed: str) -> list[str]:
    device = boot(DeviceKind.EOS_SWITCH, frozenset({"Ethernet1"}), "")
    editor = Editor(device)
    for line in typed.splitlines():
        editor.take(line)
    return [line.strip() for line in device.lines()]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("interface Ethernet1\npoe limit 30 watts fixed", "poe limit 30.00 watts fixed"),
        ("interface Ethernet1\nswitchport mode trunk phone", "switchport mode trunk phone"),
        ("interface Ethernet1\ndot1x host-mode multi-host authenticated", "dot1x host-mode multi-host authenticated"),
        ("interface Ethernet1\nstorm-control broadcast level pps 500", "storm-control broadcast level pps 500"),
        ("interface Ethernet1\nip access-group A in\nip access-group B in", "ip access-group B in"),
        ("ip access-list A\n10 permit ip any any\nno 10\n10 deny ip any any", "10 deny ip any any"),
        ("dot1x\naaa unresponsive action traffic allow vlan 150", "aaa unresponsive action traffic allow vlan 150"),
        ("radius-server host 203.0.113.61 key s3cret", "radius-server host 203.0.113.61 key 7 733363726574"),
    ],
)
def test_the_switch_shows_what_was_typed_in_its_own_words(typed, shown):
    assert shown in lines_after(typed)


def test_a_section_of_which_nothing_is_left_and_a_default_are_not_shown():
    shown = lines_after(
        "dot1x\naaa unresponsive action traffic allow\nno aaa unresponsive action traffic\n"
        "interface Ethernet1\ndot1x port-control auto\ndot1x port-control force-authorized"
    )
    assert not [line for line in shown if "dot1x" in line]


@pytest.mark.parametrize(
    "typed",
    [
        "interface Ethernet1\npoe limit 100 watts",
        "interface Ethernet1\npoe sometimes",
        "interface Ethernet1\nstorm-control broadcast level 101",
        "interface Ethernet1\ndot1x port-control maybe",
        "interface Vlan10\ndot1x port-control auto",
        "ip access-list A\n10 permit ip any any\n10 deny ip any any",
        "policy-map type quality-of-service A\nclass class-default\nset colour 4",
    ],
)
def test_the_switch_refuses_what_the_device_would(typed):
    with pytest.raises(Refusal):
        lines_after(typed)
