"""As planned before, as planned after, or neither; and the way there and back on the text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from turnup.change.application import apply_change, inverse
from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.state import ChangeState, differences, foreign_edits, state_of
from turnup.change.tree import load_tree, path_set
from turnup.fragments import Fragment
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

IOS = Platform.CISCO_IOS
RUNNING = """\
hostname SW1
vlan 99
 name MGMT
interface GigabitEthernet1
 description Spare
 shutdown
interface TenGigabitEthernet1
 switchport trunk allowed vlan 99
 switchport mode trunk
interface TenGigabitEthernet2
router bgp 64496
 neighbor 192.0.2.1 remote-as 64500
"""
DECLARED = """\
vlan 110
 name STAFF
interface GigabitEthernet1
 description STAFF
 no shutdown
interface TenGigabitEthernet1
 switchport trunk allowed vlan 110
interface TenGigabitEthernet2
 switchport trunk allowed vlan 110
router bgp 64496
 neighbor 192.0.2.9 remote-as 65536
"""


def change_of(running: str = RUNNING, declared: str = DECLARED):
    fragment = Fragment("LBHF-2026-0042/L1", DeviceName("SW1"), IOS, declared)
    return plan_device(SiteCode("HF-LIB-01"), DeviceName("SW1"), IOS, running, OwnedConfig(), (fragment,))


CHANGE = change_of()


def test_the_device_that_was_planned_on_is_before():
    assert state_of(CHANGE, RUNNING) is ChangeState.BEFORE


def test_the_candidate_is_after():
    assert state_of(CHANGE, CHANGE.candidate) is ChangeState.AFTER
    assert differences(CHANGE, CHANGE.candidate) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(" description Spare\n", " description Taken by facilities\n", id="a slot that we replace"),
        pytest.param(" description Spare\n", "", id="a line that we take away"),
        pytest.param(" shutdown\n", "", id="a state that we change"),
        pytest.param("interface TenGigabitEthernet2\n", "", id="the section vanished"),
        pytest.param("vlan 99\n", "vlan 110\n name OTHER\nvlan 99\n", id="our slot is filled with something else"),
        pytest.param("vlan 99\n", "vlan 110\n name STAFF\nvlan 99\n", id="applied in part"),
        pytest.param(
            "interface TenGigabitEthernet2\n",
            "interface TenGigabitEthernet2\n switchport trunk allowed vlan 99\n",
            id="a list began that ours would replace",
        ),
        pytest.param(
            " switchport trunk allowed vlan 99\n", " switchport trunk allowed vlan none\n", id="a list was emptied"
        ),
        pytest.param(" neighbor 192.0.2.1", " neighbor 192.0.2.9 remote-as 64999\n neighbor 192.0.2.1", id="neighbour"),
    ],
)
def test_a_change_of_others_where_the_plan_touches_is_neither(old, new):
    running = RUNNING.replace(old, new, 1)
    assert running != RUNNING
    assert state_of(CHANGE, running) is ChangeState.NEITHER


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hostname SW1\n", "hostname SW1\nntp server 192.0.2.5\n"),
        (" name MGMT\n", " name MANAGEMENT\n"),
        ("allowed vlan 99\n", "allowed vlan 98-99\n"),
        ("interface TenGigabitEthernet2\n", "interface TenGigabitEthernet2\n description cabled today\n"),
    ],
)
def test_a_change_of_others_elsewhere_does_not_matter(old, new):
    assert state_of(CHANGE, RUNNING.replace(old, new, 1)) is ChangeState.BEFORE
    assert state_of(CHANGE, CHANGE.candidate.replace(old, new, 1)) is ChangeState.AFTER


def test_a_port_that_already_carries_all_takes_no_first_list():
    change = change_of(
        RUNNING.replace("interface TenGigabitEthernet2\n", "interface TenGigabitEthernet2\n switchport mode trunk\n")
    )
    assert "interface TenGigabitEthernet2" not in change.remediation


def test_differences_name_what_is_missing_and_what_is_still_there():
    words = differences(CHANGE, RUNNING)
    assert "missing: vlan 110 / name STAFF" in words
    assert "still there: interface GigabitEthernet1 / shutdown" in words


def test_foreign_edits_name_lines_that_are_not_ours_and_no_others():
    after = CHANGE.candidate.replace(" name MGMT\n", " name MANAGEMENT\n")
    assert foreign_edits(CHANGE, RUNNING, after) == ("+ vlan 99 / name MANAGEMENT", "- vlan 99 / name MGMT")


def test_what_the_device_adds_by_itself_is_nobody_elses_edit():
    after = f"{CHANGE.candidate}aaa session-id common\nsnmp-server location Annexe\n"
    assert foreign_edits(CHANGE, RUNNING, after) == ("+ snmp-server location Annexe",)
    without = after.replace("aaa session-id common\n", "")
    assert foreign_edits(CHANGE, after, without) == ("- aaa session-id common",)


def test_applying_the_change_to_the_text_gives_the_candidate_and_back():
    there = apply_change(CHANGE, RUNNING)
    assert paths(there) == paths(CHANGE.candidate)
    assert paths(apply_change(inverse(CHANGE), there)) == paths(RUNNING)


def test_applying_the_change_keeps_what_others_did_meanwhile():
    edited = RUNNING.replace("hostname SW1\n", "hostname SW1\nntp server 192.0.2.5\n")
    assert ("ntp server 192.0.2.5",) in paths(apply_change(CHANGE, edited))


def test_an_interface_that_frr_does_not_show_for_it_is_empty_can_get_its_line_back():
    fragment = Fragment("LBHF-2026-0042/L2", DeviceName("R1"), Platform.FRR, "interface eth1\n description LAN\n")
    owned = OwnedConfig((fragment,))
    change = plan_device(SiteCode("HF-LIB-01"), DeviceName("R1"), Platform.FRR, fragment.text, owned, (), ("L2",))
    assert not change.changes_something, "another line ends"
    change = plan_device(
        SiteCode("HF-LIB-01"), DeviceName("R1"), Platform.FRR, fragment.text, owned, (), (fragment.service_line,)
    )
    assert change.removes == (("interface eth1", "description LAN"),)
    for shown in ("", "interface eth1\n"):
        assert state_of(change, shown) is ChangeState.AFTER
        assert state_of(inverse(change), shown) is ChangeState.BEFORE
        assert apply_change(inverse(change), shown) == "interface eth1\n description LAN\nexit\n"


def test_the_inverse_of_the_inverse_is_the_change():
    assert inverse(inverse(CHANGE)) == CHANGE
    assert state_of(inverse(CHANGE), CHANGE.candidate) is ChangeState.BEFORE
    assert state_of(inverse(CHANGE), RUNNING) is ChangeState.AFTER


def test_a_change_of_nothing_is_after():
    assert state_of(replace(CHANGE, adds=(), removes=()), RUNNING) is ChangeState.AFTER


def paths(text: str) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(IOS, text))
