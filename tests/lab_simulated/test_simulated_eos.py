"""Arista EOS: configuration sessions, the commit timer, its words, and the faults that all devices share."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator

import pytest
from netmiko import ConnectHandler

from lab.simulated import (
    AcceptButIgnore,
    ConfigurationLocked,
    DeviceKind,
    DropAtLine,
    Fleet,
    FullFlash,
    LoseConfirm,
    Reboot,
    RejectLine,
    WrongHostname,
    WrongSerial,
    client,
    factory_spec,
)
from lab.simulated.editor import Editor, boot, hardware_of
from lab.simulated.grammar import Refusal

PASSWORD = "for-tests-only"
SPEC = factory_spec(DeviceKind.EOS_SWITCH, "HF-LIB-01-SW1", "JPE2500A001", password=PASSWORD)
SW = SPEC.name
CHANGE = ("vlan 20", "name USERS", "interface et1", "switchport access vlan 20")
SHOW = "show configuration sessions detail"


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet((SPEC,), minute_seconds=60) as running:
        yield running


def wait_until(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def type_lines(fleet: Fleet, *lines: str) -> str:
    block = "\n".join(("terminal length 0", *lines, "! end of block", "")) + "\n"
    work = client.type_at(
        fleet.port(SW), block, until="! end of block\r\n", username="turnup", password=PASSWORD, seconds=5.0
    )
    return asyncio.run(work).replace("\r\n", "\n")


def states(answer: str) -> dict[str, str]:
    rows = re.findall(r"^[* ] (\S+) +(pending\S*|completed)", answer, re.MULTILINE)
    return dict(rows)


def test_netmiko_finds_its_way_and_the_device_says_who_it_is(fleet: Fleet) -> None:
    with ConnectHandler(
        device_type="arista_eos", host="127.0.0.1", port=fleet.port(SW), username="turnup", password=PASSWORD
    ) as netmiko:
        assert netmiko.find_prompt() == f"{SW}#"
        assert "Serial number: JPE2500A001" in netmiko.send_command("show version")
        assert "Hostname: HF-LIB-01-SW1" in netmiko.send_command("show hostname")
        shown = netmiko.send_command("show running-config")
        assert shown.startswith("! Command: show running-config\n! device: HF-LIB-01-SW1 (")
        assert shown.endswith("\nend")


def test_a_session_changes_nothing_until_it_is_committed_and_nothing_is_saved(fleet: Fleet) -> None:
    answer = type_lines(fleet, "configure session turnup-a", *CHANGE, "show session-config diffs", SHOW)
    assert f"{SW}(config-s-turnup)#" in answer
    assert f"{SW}(config-s-turnup-vlan-20)#" in answer
    assert f"{SW}(config-s-turnup-if-Et1)#" in answer
    assert "--- system:/running-config\n+++ session:/turnup-a-session-config\n@@" in answer
    assert "+vlan 20\n+   name USERS\n" in answer
    assert "+   switchport access vlan 20\n" in answer
    assert states(answer) == {"turnup-a": "pending"}
    assert "USERS" not in fleet.running_config(SW)
    assert fleet.open_sessions(SW) == ("turnup-a",), "it outlives its login"
    answer = type_lines(fleet, "configure session turnup-a", "commit", SHOW, f"{SW}")
    assert states(answer) == {"turnup-a": "completed"}
    assert "vlan 20\n   name USERS\n" in fleet.running_config(SW)
    assert "USERS" not in fleet.startup_config(SW)
    assert "Copy completed successfully." in type_lines(fleet, "write memory")
    assert "USERS" in fleet.startup_config(SW)


def test_a_commit_overwrites_what_others_changed_since_the_session_began(fleet: Fleet) -> None:
    type_lines(fleet, "configure session a", *CHANGE)
    fleet.type_as_another_operator(SW, ("snmp-server location Attic",))
    answer = type_lines(fleet, "configure session a", "show session-config diffs", "commit")
    assert "-snmp-server location Attic\n" in answer
    assert "snmp-server location Attic" not in fleet.running_config(SW)


@pytest.mark.parametrize("how", ["the timer", "abort"])
def test_what_nobody_confirms_goes_back_whole(fleet: Fleet, how: str) -> None:
    before = fleet.running_config(SW)
    answer = type_lines(fleet, "configure session a", *CHANGE, "commit timer 00:10:00", SHOW)
    assert states(answer) == {"a": "pendingCommitTimer"}
    assert re.search(r"a +pendingCommitTimer +(9m5\ds|10m0s)", answer)
    assert "USERS" in fleet.running_config(SW)
    assert fleet.revert_is_pending(SW)
    fleet.type_as_another_operator(SW, ("snmp-server location Attic",))
    if how == "abort":
        type_lines(fleet, "configure session a abort")
    else:
        fleet.end_revert_timer(SW)
    assert fleet.running_config(SW) == before, "edits of others go too"
    assert not fleet.revert_is_pending(SW)
    assert states(type_lines(fleet, SHOW)) == {}


def test_the_commit_timer_counts_hours_minutes_and_seconds(fleet: Fleet) -> None:
    type_lines(fleet, "configure session a", *CHANGE, "commit timer 00:00:01")
    wait_until(lambda: not fleet.revert_is_pending(SW))
    assert "USERS" not in fleet.running_config(SW)
    assert "% Incomplete command" in type_lines(fleet, "configure session a", "commit timer soon")


def test_a_second_commit_confirms_from_any_login(fleet: Fleet) -> None:
    type_lines(fleet, "configure session a", *CHANGE, "commit timer 00:10:00")
    assert states(type_lines(fleet, "configure session a commit", SHOW)) == {"a": "completed"}
    fleet.end_revert_timer(SW)
    assert "USERS" in fleet.running_config(SW)


def test_while_one_waits_for_its_confirmation_another_is_not_committed(fleet: Fleet) -> None:
    fleet.arm_as_another_operator(SW, "colleague")
    answer = type_lines(fleet, "configure session a", *CHANGE, "commit timer 00:10:00")
    assert "% Session colleague-1 has a pending commit timer" in answer
    assert "USERS" not in fleet.running_config(SW)


def test_there_is_a_maximum_of_sessions(fleet: Fleet) -> None:
    answer = ""
    for number in range(6):
        answer = type_lines(fleet, f"configure session s{number}", "hostname NOT-SO")
    assert "% Maximum number of pending sessions has been reached" in answer
    assert f"{SW}#hostname NOT-SO\n% Invalid input (at token 0: 'hostname')\n" in answer
    type_lines(fleet, "configure session s0", "abort")
    assert fleet.open_sessions(SW) == ("s1", "s2", "s3", "s4")
    assert f"{SW}(config-s-s9)#" in type_lines(fleet, "configure session s9", "hostname NOT-SO")


def test_a_restart_ends_sessions_and_loses_what_was_not_saved(fleet: Fleet) -> None:
    type_lines(fleet, "configure session a", *CHANGE, "commit timer 00:10:00", "configure session b")
    fleet.inject(SW, Reboot(0.0))
    assert not fleet.revert_is_pending(SW)
    assert fleet.open_sessions(SW) == ()
    assert "USERS" not in fleet.running_config(SW)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("swichport mode trunk", "% Invalid input (at token 0: 'swichport')"),
        ("interface Ethernet99", "% Invalid input (at token 1: 'Ethernet99')"),
        ("no frobnicate", "% Invalid input (at token 1: 'frobnicate')"),
        ("spanning-tree vlan-id 10", "% Incomplete command"),
        ("s", "% Ambiguous command"),
    ],
)
def test_it_refuses_in_its_own_words(fleet: Fleet, line: str, words: str) -> None:
    assert f"#{line}\n{words}\n" in type_lines(fleet, "configure session a", line)


def test_long_answers_come_page_by_page_until_told_otherwise(fleet: Fleet) -> None:
    answer = asyncio.run(
        client.type_at(fleet.port(SW), "show running-config\n", until="--More--", username="turnup", password=PASSWORD)
    )
    assert answer.endswith("--More--")
    assert "Pagination disabled." in type_lines(fleet)


def test_the_faults_of_all_devices_are_its_faults_too(fleet: Fleet) -> None:
    fleet.inject(SW, RejectLine("^name", "% Invalid input"))
    assert "#name USERS\n% Invalid input\n" in type_lines(fleet, "configure session a", *CHANGE)
    fleet.inject(SW, AcceptButIgnore("access vlan"))
    answer = type_lines(fleet, "configure session b", *CHANGE, "show session-config diffs")
    assert "switchport access vlan 20\n%" not in answer
    assert "+   switchport access vlan 20" not in answer
    fleet.inject(SW, DropAtLine("^vlan 21"))
    assert "vlan 22" not in type_lines(fleet, "configure session c", "vlan 21", "vlan 22")
    fleet.clear_faults(SW)
    fleet.inject(SW, FullFlash())
    assert "No space left on device" in type_lines(fleet, "write memory")
    fleet.inject(SW, ConfigurationLocked("colleague"))
    assert "locked by colleague" in type_lines(fleet, "configure session d")
    fleet.clear_faults(SW)
    fleet.inject(SW, LoseConfirm())
    type_lines(fleet, "configure session e", *CHANGE, "commit timer 00:10:00", "configure session e commit")
    assert fleet.revert_is_pending(SW)
    fleet.inject(SW, WrongHostname("SOMEBODY-ELSE"))
    fleet.inject(SW, WrongSerial("JPE0000X000"))
    answer = type_lines(fleet, "show hostname", "show version")
    assert "Hostname: SOMEBODY-ELSE\n" in answer
    assert "Serial number: JPE0000X000\n" in answer


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (("vlan 10,11,13",), ["vlan 10-11,13,665"]),
        (("vlan 10-11", "vlan 10", "name A"), ["vlan 10", "   name A", "vlan 11,665"]),
        (("interface et1", "switchport mode access", "switchport access vlan 1"), []),
        (("int et1", "switchport trunk allowed vlan 10-11", "switchport trunk allowed vlan add 12"),
         ["   switchport trunk allowed vlan 10-12"]),
        (("int et25", "no switchport trunk allowed vlan"), []),
        (("spanning-tree vlan-id 10 priority 8192", "spanning-tree vlan-id 11 priority 8192"),
         ["spanning-tree vlan-id 10-11 priority 8192"]),
        (("ip routing",), ["ip routing"]),
        (("banner login", "Keep out", "  all of you.", "EOF"), ["banner login", "Keep out", "  all of you."]),
        (("interface vlan10", "ip address 10.1.0.1/24"), ["interface Vlan10", "   ip address 10.1.0.1/24"]),
    ],
)  # fmt: skip
def test_what_it_shows_for_what_was_typed_and_boots_from_it(typed: tuple[str, ...], shown: list[str]) -> None:
    device = boot(DeviceKind.EOS_SWITCH, hardware_of(SPEC.startup_config), SPEC.startup_config)
    before = device.lines()
    editor = Editor(device)
    for line in typed:
        editor.take(line)
    after = device.lines()
    assert [line for line in after if line not in before] == shown
    assert boot(DeviceKind.EOS_SWITCH, device.hardware, "\n".join(after)).lines() == after


def test_two_interfaces_do_not_share_a_subnet() -> None:
    editor = Editor(boot(DeviceKind.EOS_SWITCH, hardware_of(SPEC.startup_config), SPEC.startup_config))
    editor.take("interface Vlan10")
    with pytest.raises(Refusal, match="overlaps with an address of interface Vlan99"):
        editor.take("ip address 10.255.0.12/24")
