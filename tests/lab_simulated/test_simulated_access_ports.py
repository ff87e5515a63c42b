"""Access ports of the simulated IOS-XE switch: what it refuses, what it adds by itself, and what it does not show."""

from __future__ import annotations

import pytest

from lab.simulated.editor import Editor, boot
from lab.simulated.grammar import Refusal
from lab.simulated.kinds import DeviceKind

PORT = "GigabitEthernet1/0/1"
ACCESS = "switchport access vlan 110\nswitchport mode access\n"


def port_after(lines: str, before: str = "") -> list[str]:
    """The lines that the port shows after these were typed."""
    device = boot(DeviceKind.SWITCH, frozenset({PORT}), f"vlan 110\n{before}")
    editor = Editor(device)
    editor.take(f"interface {PORT}")
    for line in lines.splitlines():
        editor.take(line)
    shown = device.lines()
    begins = shown.index(f"interface {PORT}")
    return [line.strip() for line in shown[begins + 1 : shown.index("!", begins)]]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("storm-control broadcast level 5", ["storm-control broadcast level 5.00"]),
        ("storm-control broadcast level 5 2.5", ["storm-control broadcast level 5.00 2.50"]),
        ("storm-control broadcast level pps 500 250", ["storm-control broadcast level pps 500 250"]),
        (
            "storm-control broadcast level pps 500\nstorm-control broadcast level 1",
            ["storm-control broadcast level 1.00"],
        ),
        ("storm-control broadcast level 100", []),
        ("power inline static max 30000", ["power inline static max 30000"]),
        ("power inline never\npower inline auto", []),
        ("power inline port priority high\npower inline never\nno power inline", ["power inline port priority high"]),
        ("authentication host-mode multi-auth\nauthentication host-mode single-host", []),
        ("ip arp inspection limit rate 15", []),
        ("ip access-group A in\nip access-group B in", ["ip access-group B in"]),
        ("switchport voice vlan 110", ["switchport voice vlan 110", "spanning-tree portfast"]),
        (f"{ACCESS}authentication port-control auto", [*ACCESS.split("\n")[:2], "authentication port-control auto"]),
    ],
)
def test_a_port_shows_what_was_typed_in_the_words_of_the_device(typed, shown):
    assert port_after(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "authentication port-control auto",
        f"{ACCESS}authentication port-control auto\nswitchport mode trunk",
        f"{ACCESS}authentication port-control auto\nno switchport mode",
        "authentication host-mode many",
        "authentication event server dead action authorise vlan 110",
        "storm-control broadcast level 101",
        "power inline static max 90000",
        "power inline sometimes",
        "switchport voice vlan 4095",
    ],
)
def test_a_port_refuses_what_the_device_would(typed):
    with pytest.raises(Refusal):
        port_after(typed)


@pytest.mark.parametrize(("encrypts", "shown"), [("", "key s3cret"), ("service password-encryption\n", "key 7 ")])
def test_the_key_of_a_server_is_stored_as_passwords_are(encrypts, shown):
    device = boot(DeviceKind.SWITCH, frozenset(), f"{encrypts}radius server A\n key s3cret\n")
    [line] = [line.strip() for line in device.lines() if line.strip().startswith("key ")]
    assert line.startswith(shown)
    assert ("s3cret" in line) == (not encrypts)
