"""FRR is given a whole text: what others have has to be in it, and what the device will not show must not be."""

from __future__ import annotations

import pytest

from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.state import ChangeState, state_of
from turnup.change.tree import as_text, load_tree
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

SITE, DEVICE, LINE = SiteCode("WCC-LIB-01"), DeviceName("LON-PE-02"), "WCC-2026-0003/L2"

SECTIONS = {
    "VNIs of EVPN": """\
router bgp 64496
 address-family l2vpn evpn
  advertise-all-vni
  vni 200
   rd 64496:200
  exit-vni
  vni 100
   rd 64496:100
  exit-vni
 exit-address-family
exit
""",
    "parameters of a link": """\
interface eth0
 description uplink
 link-params
  enable
  admin-grp 0x1
 exit-link-params
exit
""",
    "policy of a VRF": """\
router bgp 64496
 vrf-policy RED
  rd 64496:1
 exit-vrf-policy
exit
""",
    "a VRF with nothing in it, and a route that is not in it": """\
vrf LEISURE
exit-vrf
ip route 172.20.0.0/16 172.16.7.2
""",
    "LDP": """\
mpls ldp
 router-id 192.0.2.1
 address-family ipv4
  discovery transport-address 192.0.2.1
  interface eth1
  interface eth2
 exit-address-family
exit
""",
}

OURS = """\
host vrf WCC
host vrf WCC interface eth1
vrf WCC
 netns /run/netns/WCC
interface eth1 vrf WCC
 description ACT-100301
 ip address 198.51.100.0/31
"""
THEIRS = "interface eth1\n description RESERVED\n"


def plan(running: str, owned: str, wanted: str) -> DeviceChange:
    def fragments(text: str) -> tuple[Fragment, ...]:
        return (Fragment(LINE, DEVICE, Platform.FRR, text),) if text else ()

    ceased = () if wanted else (LINE,)
    return plan_device(SITE, DEVICE, Platform.FRR, running, OwnedConfig(fragments(owned)), fragments(wanted), ceased)


@pytest.mark.parametrize("shown", SECTIONS.values(), ids=SECTIONS.keys())
def test_every_section_of_others_is_closed_as_frr_closes_it(shown):
    assert as_text(Platform.FRR, load_tree(Platform.FRR, shown), closed=True) == shown


def test_the_last_link_of_a_buyer_leaves_no_interface_and_no_vrf():
    change = plan(THEIRS + OURS, OURS, "")
    assert errors_of(change.findings) == ()
    assert apply_change(change, THEIRS + OURS) == change.candidate == f"{THEIRS}exit\n"
    assert "no interface" not in change.remediation
    assert state_of(change, change.candidate) is ChangeState.AFTER
    assert sorted(apply_change(inverse(change), change.candidate).splitlines()) == sorted(
        as_text(Platform.FRR, load_tree(Platform.FRR, THEIRS + OURS), closed=True).splitlines()
    )


def test_an_interface_without_lines_is_none():
    empty = "interface eth0\nexit\ninterface eth1\n description A\nexit\ninterface eth2\nexit\n"
    assert as_text(Platform.FRR, load_tree(Platform.FRR, empty)) == "interface eth1\n description A\n"
