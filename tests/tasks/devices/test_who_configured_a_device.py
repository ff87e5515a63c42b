"""Who might have done it: what a device's own log says, and what is said where it keeps none."""

from __future__ import annotations

from lab.simulated import Reboot
from tasks.devices.collect import target_of
from tasks.devices.drift import NO_LOG, NOBODY, who_might_it_be
from tasks.devices.login import open_session
from tasks.devices.platforms import PLATFORMS, Edit
from tasks.devices.platforms.cisco_ios import read_edits
from tasks.inventory.nornir_run import open_nornir
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

DEVICE = "HF-LIB-01-SW1"
LOG = """\
000123: *Nov 25 06:00:01.123: %SYS-5-CONFIG_I: Configured from console by turnup on vty0 (192.0.2.10)
Nov 25 2026 07:10:00.001 GMT: %SYS-5-CONFIG_I: Configured from console by nightshift on vty1 (192.0.2.77)
.Nov 25 07:11:00: %SYS-5-CONFIG_I: Configured from console by console
Nov 25 07:12:00: %SYS-5-CONFIG_I: Configured from memory by localadmin on console
Nov 25 07:13:00: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to down
"""


def test_the_log_of_ios_is_read_as_ios_writes_it():
    assert list(read_edits(LOG)) == [
        Edit("turnup", "192.0.2.10", "Nov 25 06:00:01.123"),
        Edit("nightshift", "192.0.2.77", "Nov 25 2026 07:10:00.001 GMT"),
        Edit("console", "console", "Nov 25 07:11:00"),
        Edit("localadmin", "console", "Nov 25 07:12:00"),
    ]


def test_turnup_itself_is_not_suspected_and_no_log_is_no_answer():
    edits = tuple(read_edits(LOG))
    own = "env:TURNUP_USERNAME"
    assert who_might_it_be(edits[:2], own) == "might be: nightshift from 192.0.2.77, Nov 25 2026 07:10:00.001 GMT"
    assert who_might_it_be(edits[:2] + edits[:1], own).startswith("might be: nightshift")
    assert who_might_it_be(edits[:1], own) == NOBODY
    for platform in (Platform.FRR, Platform.OVS):
        assert who_might_it_be(PLATFORMS[platform].edits(None), own) == NO_LOG


def test_a_simulated_device_logs_who_configured_it_until_it_restarts(start_fleet, workspace):
    fleet = start_fleet("LBHF-2026-0042")
    host = open_nornir(workspace, [SiteCode("HF-LIB-01")], [DeviceName(DEVICE)]).inventory.hosts[DEVICE]
    platform = PLATFORMS[Platform.CISCO_IOS]
    fleet.type_as_another_operator(DEVICE, ("snmp-server location Attic",), user="nightshift", address="192.0.2.77")
    fleet.type_as_another_operator(DEVICE, ("snmp-server location Cellar",))
    with open_session(target_of(host), platform.read_list) as session:
        edits = platform.edits(session)
        assert [(each.who, each.source) for each in edits] == [("nightshift", "192.0.2.77"), ("console", "console")]
        fleet.inject(DEVICE, Reboot(0.1))
    assert not any("CONFIG_I" in line for line in fleet.log_lines(DEVICE))
