"""Whatever is typed, in whatever order, a device keeps its footing."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.simulated import DeviceKind, factory_config
from lab.simulated.arguments import compress_vlans, expand_vlans
from lab.simulated.editor import Editor, boot, hardware_of
from lab.simulated.grammar import Refusal
from lab.simulated.vocabularies import VOCABULARIES

NAMES = st.sampled_from(["A", "B"])
VLANS = st.sampled_from(["10", "20", "30", "10,20", "10-12", "99", "1", "4094", "5000"])
PEERS = st.sampled_from(["10.0.0.1", "10.0.0.5"])
ADDRESSES = st.sampled_from(["10.0.0.2 255.255.255.252", "10.0.0.6 255.255.255.252", "10.1.0.1 255.255.0.0"])
PORTS = st.sampled_from(["GigabitEthernet1/0/1", "GigabitEthernet0/0/1", "GigabitEthernet0/0/1.10", "Vlan10", "lo0"])
PATTERNS = {
    "hostname {}": NAMES, "vlan {}": VLANS, "name {}": NAMES, "interface {}": PORTS, "description {}": NAMES,
    "switchport access vlan {}": VLANS, "switchport mode {}": st.sampled_from(["access", "trunk", "dynamic auto"]),
    "switchport trunk allowed vlan {}": VLANS, "switchport trunk allowed vlan add {}": VLANS,
    "switchport trunk allowed vlan remove {}": VLANS, "switchport": st.none(), "ip address {}": ADDRESSES,
    "encapsulation dot1Q {}": VLANS, "vrf definition {}": NAMES, "vrf forwarding {}": NAMES, "shutdown": st.none(),
    "rd 64512:{}": st.integers(1, 2), "address-family ipv4": st.none(), "address-family ipv4 vrf {}": NAMES,
    "exit-address-family": st.none(), "router bgp {}": st.sampled_from(["64512", "64513"]),
    "neighbor {} remote-as 64500": PEERS, "neighbor {} activate": PEERS, "neighbor {} prefix-list A in": PEERS,
    "neighbor {} maximum-prefix 10": PEERS, "neighbor {}": PEERS, "network 10.0.{}.0 mask 255.255.255.0":
    st.integers(0, 3), "ip prefix-list {} seq 5 permit 10.0.0.0/8 le 24": NAMES, "ip prefix-list {}": NAMES,
    "ip prefix-list {} permit 10.1.0.0/16": NAMES, "ip route vrf {} 10.9.0.0 255.255.0.0 10.0.0.1": NAMES,
    "ip dhcp snooping vlan {}": VLANS, "spanning-tree vlan {} priority 4096": VLANS, "spanning-tree portfast":
    st.none(), "class-map match-any {}": NAMES, "class-map {}": NAMES, "match dscp {}": st.just("ef"),
    "policy-map {}": NAMES, "class {}": st.sampled_from(["A", "class-default"]), "shape average {}": st.just("8000"),
    "service-policy output {}": NAMES, "service-policy {}": NAMES, "username {} privilege 15 secret x": NAMES,
    "ip access-list standard {}": NAMES, "permit 10.{}.0.0 0.0.255.255": st.integers(0, 2), "line vty 0 {}":
    st.integers(0, 20), "exec-timeout {} 0": st.integers(1, 9), "aaa new-model": st.none(), "archive": st.none(),
    "path bootflash:{}": NAMES, "banner motd #{}#": NAMES, "ip http server": st.none(), "cdp run": st.none(),
}  # fmt: skip


@st.composite
def typed_lines(draw: st.DrawFn) -> list[str]:
    lines = []
    for pattern in draw(st.lists(st.sampled_from(sorted(PATTERNS)), max_size=40)):
        line = pattern.format(draw(PATTERNS[pattern]))
        lines.append(f"no {line}" if draw(st.integers(0, 3)) == 0 else line)
    return lines


@pytest.mark.parametrize("kind", list(VOCABULARIES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=typed_lines())
def test_what_was_typed_is_shown_so_that_it_boots_into_the_same(kind: DeviceKind, lines: list[str]) -> None:
    startup = factory_config(kind, "X")
    device = boot(kind, hardware_of(startup), startup)
    editor = Editor(device)
    for line in lines:
        before = device.lines()
        try:
            editor.take(line)
        except Refusal:
            assert device.lines() == before, f"{line!r} was refused and changed something"
    shown = device.lines()
    assert boot(kind, device.hardware, "\n".join(shown)).lines() == shown


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60))
def test_nothing_that_can_be_typed_breaks_a_device(text: str) -> None:
    editor = Editor(boot(DeviceKind.SWITCH, frozenset({"GigabitEthernet1/0/1"}), ""))
    if text.strip():
        with contextlib.suppress(Refusal):
            editor.take(text)


@given(numbers=st.sets(st.integers(1, 4094), min_size=1))
def test_a_vlan_list_reads_back(numbers: set[int]) -> None:
    assert expand_vlans(compress_vlans(numbers)) == numbers
