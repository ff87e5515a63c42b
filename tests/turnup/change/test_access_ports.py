"""What begins, and what must not go, on access ports that are protected: said while planning."""

from __future__ import annotations

import pytest

from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, EOS = Platform.CISCO_IOS, Platform.ARISTA_EOS
LINE = "LBHF-2026-0042/L1"
PORT = "interface GigabitEthernet1/0/1\n switchport access vlan 110\n switchport mode access\n"
ASKS = f"{PORT} authentication port-control auto\n"


def plan(running: str, declared: str, owned: str = "", platform: Platform = IOS) -> DeviceChange:
    before, after = (Fragment(LINE, "SW1", platform, text) for text in (owned, declared))
    fragments, ceased = ((after,), ()) if declared else ((), (LINE,))
    return plan_device("S", "SW1", platform, running, OwnedConfig((before,) if owned else ()), fragments, ceased)


def rules(change: DeviceChange) -> dict[str, str]:
    return {each.rule: each.severity.value for each in change.findings}


@pytest.mark.parametrize(
    ("running", "said"),
    [
        (PORT, {"authentication-begins": "warning"}),
        ("interface GigabitEthernet1/0/1\n", {}),
        (ASKS, {}),
        (f"{PORT} access-session closed\n", {"authentication-begins": "warning", "new-style-authentication": "error"}),
        (
            f"{PORT} access-session port-control auto\n service-policy type control subscriber POLICY_Gi1/0/1\n",
            {"new-style-authentication": "error"},
        ),
    ],
)
def test_802_1x_that_begins_under_hosts_is_said_and_the_new_style_refused(running, said):
    assert {rule: how for rule, how in rules(plan(running, ASKS)).items() if "authentication" in rule} == said


@pytest.mark.parametrize(
    ("running", "said"),
    [("vlan 110\n", True), ("", False), ("vlan 110\nip arp inspection vlan 110\n", False)],
)
def test_inspection_that_begins_in_a_vlan_in_use_is_said(running, said):
    assert ("inspection-begins" in rules(plan(running, "ip arp inspection vlan 110\n"))) is said


@pytest.mark.parametrize(
    ("ours", "theirs", "platform"),
    [
        ("dot1x system-auth-control\n", ASKS, IOS),
        ("radius server A\n key x\n", "aaa group server radius B\n server name A\n", IOS),
        ("aaa group server radius A\n server name B\n", "aaa authentication dot1x default group A\n", IOS),
        ("vlan 120\n name WAITING\n", f"{PORT} authentication event server dead action authorize vlan 120\n", IOS),
        ("ip access-list A\n 10 permit ip any any\n", "interface Vlan99\n ip access-group A in\n", EOS),
        (
            "ip access-list A\n 10 permit ip any any\n",
            "class-map type qos match-any B\n match ip access-group A\n",
            EOS,
        ),
        (
            "policy-map type quality-of-service A\n class class-default\n  set dscp 0\n",
            "interface Ethernet1\n service-policy type qos input A\n",
            EOS,
        ),
        ("vlan 120\n name WAITING\n", "dot1x\n aaa unresponsive action traffic allow vlan 120\n", EOS),
    ],
)
def test_what_others_have_come_to_stand_on_does_not_go(ours, theirs, platform):
    assert rules(plan(f"{ours}{theirs}", "", ours, platform))["still-in-use"] == "error"
    assert "still-in-use" not in rules(plan(ours, "", ours, platform))


@pytest.mark.parametrize(
    ("platform", "before", "after", "typed"),
    [
        (IOS, " storm-control broadcast level 5.00\n", "", "no storm-control broadcast level"),
        (IOS, " power inline static max 15400\n", "", "no power inline"),
        (IOS, " power inline static max 15400\n", " power inline never\n", "power inline never"),
        (IOS, " ip dhcp snooping limit rate 15\n", "", "no ip dhcp snooping limit rate"),
        (IOS, " ip arp inspection limit rate 30\n", "", "no ip arp inspection limit"),
        (EOS, "   poe limit 15.40 watts fixed\n", "", "no poe limit"),
        (EOS, "   storm-control broadcast level 5\n", "", "no storm-control broadcast level"),
    ],
)
def test_a_limit_is_taken_off_by_its_name_and_replaced_in_place(platform, before, after, typed):
    header = "interface GigabitEthernet1/0/1\n" if platform is IOS else "interface Ethernet1\n"
    change = plan(f"{header}{before}", f"{header} description A\n{after}", f"{header}{before}", platform)
    assert [line.strip() for line in change.remediation.splitlines() if "description" not in line][1:-1] == [typed]


def test_a_port_stops_asking_before_it_is_no_access_port_any_more_and_asks_after_it_is_one():
    lines = [line.strip() for line in plan("interface GigabitEthernet1/0/1\n", ASKS).remediation.splitlines()]
    assert lines.index("switchport mode access") < lines.index("authentication port-control auto")
    gone = [line.strip() for line in plan(ASKS, "", ASKS).remediation.splitlines()]
    assert gone.index("no authentication port-control auto") < gone.index("no switchport mode access")
