"""A connection that only reads refuses everything else before a byte is sent."""

from __future__ import annotations

import pytest

from tasks.devices.collect import target_of
from tasks.devices.ending import ANY_PROMPT, Ending
from tasks.devices.login import open_session
from tasks.devices.platforms import PLATFORMS
from tasks.inventory.nornir_run import open_nornir
from turnup.errors import CommandRefused
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

DEVICE = "HF-LIB-01-SW1"
WRITES = (
    "configure terminal",
    "conf t",
    "write memory",
    "copy running-config startup-config",
    "reload",
    "show version\nconfigure terminal",
    "show running-config | redirect flash:x",
    " show version",
    "",
)


@pytest.fixture
def session(start_fleet, workspace):
    fleet = start_fleet("LBHF-2026-0042")
    nornir = open_nornir(workspace, [SiteCode("HF-LIB-01")], [DeviceName(DEVICE)])
    with open_session(target_of(nornir.inventory.hosts[DEVICE]), PLATFORMS[Platform.CISCO_IOS].read_list) as opened:
        yield fleet, opened


def test_a_read_only_session_sends_nothing_that_is_not_on_the_read_list(session):
    fleet, opened = session
    before = fleet.commands_received(DEVICE)
    for command in WRITES:
        with pytest.raises(CommandRefused, match="Nothing was sent"):
            opened.ask(command)
        with pytest.raises(CommandRefused):
            opened.send_block(f"{command}\n", Ending(ANY_PROMPT), lambda _: None)
        with pytest.raises(CommandRefused):
            opened.run(command)
    assert fleet.commands_received(DEVICE) == before
    assert fleet.lines_received(DEVICE) == ()


@pytest.mark.parametrize("platform", list(Platform))
def test_no_read_list_lets_a_write_through(platform):
    for pattern in PLATFORMS[platform].read_list:
        assert not any(pattern.fullmatch(command) for command in WRITES)
        assert not pattern.fullmatch("sudo -n /usr/local/sbin/turnup-frr apply --token x")
        assert not pattern.fullmatch("sudo -n /usr/local/sbin/turnup-ovs arm --token x --seconds 9")
