"""A Junos firewall passes what is between zones, and translates only while it forwards by flow."""

from __future__ import annotations

import pytest

from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

JUNOS = Platform.JUNIPER_JUNOS
ZONE_OF_OTHERS = "set security zones security-zone MODEM interfaces ge-0/0/3.0\n"
BY_PACKET = "set security forwarding-options family mpls mode packet-based\n"
PORT = "set interfaces ge-0/0/1 unit 0 family inet address 10.81.16.1/31\n"
ZONE = "set security zones security-zone RBKC interfaces ge-0/0/1.0\n"
NAT = "set security nat source rule-set RBKC-TRANSLATED rule A then source-nat interface\n"


def refusals(running: str, declared: str) -> list[str]:
    change = plan_device("S", "S-CPE1", JUNOS, running, OwnedConfig(), (Fragment("L", "S-CPE1", JUNOS, declared),))
    return [finding.rule for finding in errors_of(change.findings)]


@pytest.mark.parametrize(
    ("running", "declared", "rules"),
    [
        ("", PORT, []),  # no firewall, or one of which nothing is known
        (ZONE_OF_OTHERS, PORT, ["no-zone"]),
        (ZONE_OF_OTHERS, PORT + ZONE, []),
        (ZONE_OF_OTHERS + BY_PACKET, PORT, []),
        (ZONE_OF_OTHERS + ZONE, PORT, []),  # others put it into a zone of theirs
        (ZONE_OF_OTHERS, PORT.replace("ge-0/0/1", "lo0"), []),  # nothing passes there
        (BY_PACKET, PORT + ZONE, []),
        (BY_PACKET, PORT + ZONE + NAT, ["forwards-by-packet"]),
        (ZONE_OF_OTHERS, ZONE.replace("ge-0/0/1.0", "ge-0/0/3.0"), ["not-taken-over"]),
    ],
)
def test_what_a_firewall_would_drop_or_not_translate_is_refused(running, declared, rules):
    assert refusals(running, declared) == rules
