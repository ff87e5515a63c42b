"""Traps of brownfield configurations: each with the smallest configuration that shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from turnup.change.application import apply_change
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import as_text, load_tree, path_set
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

HERE = Path(__file__).resolve().parent
IOS, FRR = Platform.CISCO_IOS, Platform.FRR


def plan(running: str, declared: str, platform: Platform = IOS) -> DeviceChange:
    fragment = Fragment("REF-1/L1", "D-1", platform, declared)
    return plan_device("S-1", "D-1", platform, running, OwnedConfig(), (fragment,))


def printed(text: str, platform: Platform = IOS) -> str:
    return as_text(platform, load_tree(platform, text))


def test_the_body_of_a_macro_is_no_configuration():
    text = "macro name printer\nvlan 110\n name PRINT\n@\nmacro name ap\nswitchport mode trunk\n@\ninterface Vlan1\n"
    assert [
        path[0] for path in path_set(load_tree(IOS, text)) if path[0] in ("vlan 110", "switchport mode trunk")
    ] == []
    assert errors_of(plan(text, "vlan 110\n name STAFF\n").findings) == ()
    assert printed(text).count("@") == 2


def test_a_banner_inside_a_section_is_no_configuration():
    text = (
        "crypto isakmp client configuration group CONTRACTORS\n pool P\n banner ^C\nvlan 110\n name X\n! a\n ^C\n"
        "crypto isakmp profile P\n   match identity group CONTRACTORS\n"
    )
    assert ("vlan 110",) not in path_set(load_tree(IOS, text))
    assert errors_of(plan(text, "vlan 110\n name STAFF\n").findings) == ()
    assert "! a" in printed(text)


def test_the_title_of_a_menu_is_no_configuration():
    text = "menu noc title ^C\nvlan 110\n ! lift first\n^C\nmenu noc text 1 Leave\nmenu old title ^C\nOld\n^C\n"
    assert ("vlan 110",) not in path_set(load_tree(IOS, text))
    assert "lift first" in printed(text)
    assert printed(text).count("^C") == 4


def test_a_classful_network_has_a_mask_in_bgp_only():
    text = "router rip\n version 2\n network 10.0.0.0\n"
    assert printed(text) == text


def test_closing_words_of_templates_are_not_lines():
    text = (
        "router bgp 64496\n template peer-policy A\n  next-hop-self\n exit-peer-policy\n !\n"
        " template peer-policy B\n  send-community both\n exit-peer-policy\n !\n bgp log-neighbor-changes\n"
    )
    assert not [path for path in path_set(load_tree(IOS, text)) if path[-1].startswith("exit-")]


@pytest.mark.parametrize("mode", ["client", "server", "off"])
def test_a_vlan_that_vtp_holds_elsewhere_or_refuses_is_noticed(mode):
    change = plan(f"vtp domain D\nvtp mode {mode}\ninterface GigabitEthernet1/0/1\n", "vlan 110\n name STAFF\n")
    noticed = bool(change.findings)
    assert noticed == (mode in ("client", "server"))


def test_a_member_of_a_channel_gets_no_list_of_its_own():
    running = (
        "interface Port-channel1\n switchport trunk allowed vlan 10\n switchport mode trunk\n"
        "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 10\n switchport mode trunk\n"
        " channel-group 1 mode active\n"
    )
    declared = "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 110\n switchport mode trunk\n"
    assert plan(running, declared).findings != ()


def test_portfast_edge_is_how_newer_ios_says_portfast():
    running = "interface GigabitEthernet1/0/1\n switchport access vlan 110\n spanning-tree portfast edge\n"
    declared = "interface GigabitEthernet1/0/1\n switchport access vlan 110\n spanning-tree portfast\n"
    assert plan(running, declared).remediation == ""


def test_logins_by_a_server_group_of_others_are_not_replaced_with_a_warning_only():
    running = "aaa new-model\naaa authentication login default group TAC-LDN local\n"
    change = plan(running, "aaa new-model\naaa authentication login default local\n")
    assert (change.removes, change.remediation, errors_of(change.findings)) == ((), "", ())
    running = "aaa new-model\naaa authentication login default group TAC-LDN none\n"
    change = plan(running, "aaa new-model\naaa authentication login default local\n")
    assert [each.rule for each in errors_of(change.findings)] == ["not-taken-over"]


def test_a_comment_of_a_hand_written_frr_file_ends_no_section():
    text = "interface igb1\n ip address 10.77.0.1/24\n# the old hellos\n ip ospf hello-interval 10\nexit\n"
    assert ("interface igb1", "ip ospf hello-interval 10") in path_set(load_tree(FRR, text))


FRR_CLOSINGS = {
    "vni": (
        "router bgp 65545\n !\n address-family l2vpn evpn\n  advertise-all-vni\n  vni 5013\n   rd 192.0.2.249:13\n"
        "  exit-vni\n  vni 5012\n   rd 192.0.2.249:12\n  exit-vni\n exit-address-family\nexit\n"
    ),
    "link-params": "interface eth0\n link-params\n  enable\n  admin-grp 0xa\n exit-link-params\nexit\n",
}


@pytest.mark.parametrize("text", FRR_CLOSINGS.values(), ids=FRR_CLOSINGS.keys())
def test_closing_words_of_frr_are_not_lines(text):
    assert not [path for path in path_set(load_tree(FRR, text)) if path[-1].startswith("exit-")]


@pytest.mark.lab
@pytest.mark.skipif(shutil.which("vtysh") is None, reason="FRR's own grammar is needed")
@pytest.mark.parametrize("folder", sorted(path.parent for path in HERE.glob("frr/*/running.txt")), ids=lambda f: f.name)
def test_frr_understands_the_text_that_it_gets(folder, tmp_path):
    running = (folder / "running.txt").read_bytes().decode()
    text = apply_change(plan(running, "ip route 10.64.16.0/26 10.65.16.0\n", FRR), running)
    candidate = tmp_path / "frr.conf"
    candidate.write_text(text)
    read = subprocess.run(["vtysh", "-C", "-f", str(candidate)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stdout) == (0, ""), re.sub(r"\n+", "; ", read.stderr)[:400]
