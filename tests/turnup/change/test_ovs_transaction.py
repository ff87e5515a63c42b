"""Remediation lines of a switch become one atomic ovs-vsctl transaction."""

from __future__ import annotations

import json

import pytest

from turnup.change.ovs_transaction import transaction
from turnup.errors import PlanError


def commands(text: str) -> list[list[str]]:
    return [json.loads(line) for line in transaction(tuple(text.splitlines()))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vlan 110\n name STAFF", [["set", "Bridge", "br0", 'external_ids:"turnup-vlan-110"="STAFF"']]),
        ("no vlan 110", [["remove", "Bridge", "br0", "external_ids", '"turnup-vlan-110"']]),
        ("vlan 110\n no name STAFF", [["set", "Bridge", "br0", 'external_ids:"turnup-vlan-110"=""']]),
        ("port eth1\n tag 110", [["set", "Port", "eth1", "tag=110"]]),
        ("port eth1\n no tag 110", [["remove", "Port", "eth1", "tag", "110"]]),
        (
            "port eth7\n trunk 110\n no trunk 120",
            [["remove", "Port", "eth7", "trunks", "120"], ["add", "Port", "eth7", "trunks", "110"]],
        ),
        (
            "port vlan110\n internal\n tag 110\n address 10.64.16.1/25",
            [
                ["add-port", "br0", "vlan110"],
                ["set", "Interface", "vlan110", "type=internal"],
                ["set", "Port", "vlan110", "tag=110"],
                ["set", "Interface", "vlan110", 'external_ids:turnup-address="10.64.16.1/25"'],
            ],
        ),
        (
            "port vlan110\n no address 10.64.16.1/25",
            [["remove", "Interface", "vlan110", "external_ids", "turnup-address"]],
        ),
        ("no port vlan110", [["del-port", "br0", "vlan110"]]),
        ("port eth1\n mode native-untagged", [["set", "Port", "eth1", "vlan_mode=native-untagged"]]),
        ("port eth1\n no mode trunk", [["remove", "Port", "eth1", "vlan_mode", "trunk"]]),
        (
            "port vlan110\n deny 10.64.16.0/20",
            [["set", "Interface", "vlan110", 'external_ids:"turnup-deny-10.64.16.0/20"="deny"']],
        ),
        (
            "port vlan110\n no permit 10.64.16.64/27",
            [["remove", "Interface", "vlan110", "external_ids", '"turnup-permit-10.64.16.64/27"']],
        ),
        (
            "route 0.0.0.0/0 via 10.64.31.1",
            [["set", "Bridge", "br0", 'external_ids:"turnup-route-0.0.0.0/0"="10.64.31.1"']],
        ),
        (
            "no route 2001:db8::/32 via 2001:db8:1::1",
            [["remove", "Bridge", "br0", "external_ids", '"turnup-route-2001:db8::/32"']],
        ),
        ("", []),
    ],
)
def test_each_kind_of_line_becomes_its_sub_commands(text: str, expected: list[list[str]]) -> None:
    assert commands(text) == expected


def test_what_replaces_a_line_is_not_undone_by_its_removal() -> None:
    """The planner may print the new value first: as one transaction the order decides what stays."""
    found = commands(
        "route 10.64.0.0/16 via 10.65.16.3\nno route 10.64.0.0/16 via 10.65.16.1\nport eth1\n tag 120\n no tag 110"
    )
    assert [command[0] for command in found] == ["remove", "set", "remove", "set"]


def test_the_bridge_is_the_one_that_was_asked_for() -> None:
    assert json.loads(transaction(("no port vlan110",), bridge="br-lan")[0]) == ["del-port", "br-lan", "vlan110"]


@pytest.mark.parametrize(
    "line",
    [
        "bridge br0",
        "no bridge br0",
        "hostname X",
        "vlan 4095",
        "vlan 0",
        "vlan 110\n name two words",
        "vlan 110\n colour red",
        "port eth1\n tag 5000",
        "port eth1\n tag",
        "port eth1\n internal now",
        "port eth1\n no internal",
        "port eth1\n trunk 1,2",
        "port vlan110\n address 10.64.16.300/25",
        "port --all",
        "port eth1; reboot",
        "no port eth1\n tag 110",
        "route 10.64.0.1/16 via 10.65.16.1",
        'route 10.64.0.0/16 via "x"',
        "route 10.64.0.0/16 via 10.65.16.1\n metric 5",
        " tag 110",
    ],
)
def test_a_line_without_a_translation_is_refused_by_name(line: str) -> None:
    with pytest.raises(PlanError, match="Open vSwitch transaction"):
        transaction(tuple(line.split("\n")))


def test_nothing_that_comes_from_an_order_leaves_its_word() -> None:
    for value in ("a b", 'a"b', "a\tb", "-- del-br br0", "a=b"):
        with pytest.raises(PlanError):
            transaction(("vlan 110", f" name {value}"))
