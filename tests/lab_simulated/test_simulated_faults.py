"""Each fault does what it says, and stops when it is cleared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine

import asyncssh
import pytest

from lab.simulated import (
    AcceptButIgnore,
    ConfigurationLocked,
    DropAtLine,
    Fault,
    Fleet,
    FullFlash,
    HangAt,
    LoseConfirm,
    Reboot,
    RefuseLogin,
    RejectLine,
    SlowLogin,
    Unreachable,
    WrongHostname,
    WrongSerial,
)
from lab.simulated.faults import fault_from_text

SW = "HF-LIB-01-SW1"
Typed = Callable[..., str]
TypeAt = Callable[..., Coroutine[None, None, str]]
BLOCK = ("configure terminal", "vlan 20", "name USERS", "vlan 30", "name VOICE", "end")


def vlans(fleet: Fleet) -> set[str]:
    return {line for line in fleet.running_config(SW).splitlines() if line in {"vlan 20", "vlan 30"}}


def test_a_rejected_line_is_refused_in_the_words_given_and_the_others_stay(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, RejectLine("^name USERS", "% Not today"))
    assert "#name USERS\n% Not today\n" in typed(SW, *BLOCK)
    assert vlans(fleet) == {"vlan 20", "vlan 30"}
    assert "USERS" not in fleet.running_config(SW)
    fleet.clear_faults(SW)
    assert "% Not today" not in typed(SW, *BLOCK)
    assert "USERS" in fleet.running_config(SW)


def test_an_ignored_line_looks_accepted(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, AcceptButIgnore("name VOICE"))
    assert "%" not in typed(SW, *BLOCK)
    assert "USERS" in fleet.running_config(SW)
    assert "VOICE" not in fleet.running_config(SW)


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (DropAtLine(3), {"vlan 20"}),
        (DropAtLine(3, before=False), {"vlan 20", "vlan 30"}),
        (DropAtLine("vlan 30"), {"vlan 20"}),
        (DropAtLine("^name users", before=False), {"vlan 20"}),
    ],
)
def test_a_session_ends_at_a_line_before_or_after_it(fault: Fault, left: set[str], typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, fault)
    assert "! end of block" not in typed(SW, *BLOCK)
    assert vlans(fleet) == left


def test_a_line_number_counts_from_the_injection(typed: Typed, fleet: Fleet) -> None:
    typed(SW, *BLOCK)
    fleet.inject(SW, DropAtLine(5))
    assert typed(SW, *BLOCK).endswith("! end of block\n")


def test_a_hanging_device_keeps_the_session_and_says_nothing(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, HangAt("name VOICE"))
    with pytest.raises(TimeoutError):
        typed(SW, *BLOCK, seconds=0.5)
    assert vlans(fleet) == {"vlan 20", "vlan 30"}
    assert "VOICE" not in fleet.running_config(SW)


def test_a_slow_login_takes_its_time(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, SlowLogin(0.7))
    began = time.monotonic()
    typed(SW, "show clock")
    assert time.monotonic() - began > 0.7


def test_a_refused_login(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, RefuseLogin())
    with pytest.raises(asyncssh.PermissionDenied):
        typed(SW)
    fleet.clear_faults(SW)
    assert typed(SW)


def test_a_lost_confirm_looks_well_and_the_change_takes_itself_back(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, LoseConfirm())
    answer = typed(SW, "configure terminal revert timer 1", *BLOCK[1:], "configure confirm")
    assert f"#configure confirm\n{SW}#" in answer
    assert vlans(fleet) == {"vlan 20", "vlan 30"}
    time.sleep(0.8)
    assert vlans(fleet) == set()


def test_a_session_that_dies_at_the_confirm_has_not_confirmed(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, LoseConfirm(drop=True))
    answer = typed(SW, "configure terminal revert timer 1", *BLOCK[1:], "configure confirm")
    assert "! end of block" not in answer
    time.sleep(0.8)
    assert vlans(fleet) == set()


def test_a_reboot_forgets_what_was_not_saved_and_comes_back(typed: Typed, fleet: Fleet) -> None:
    typed(SW, *BLOCK[:3], "end", "write memory", *BLOCK)
    fleet.inject(SW, Reboot(0.5))
    with pytest.raises(OSError, match="Connect call failed"):
        typed(SW)
    time.sleep(0.8)
    assert typed(SW, "show clock")
    assert vlans(fleet) == {"vlan 20"}


def test_a_reboot_ends_the_revert_timer(typed: Typed, fleet: Fleet) -> None:
    typed(SW, "configure terminal revert timer 100", "end")
    fleet.inject(SW, Reboot(0.0))
    assert not fleet.revert_is_pending(SW)


def test_another_device_answers_at_the_address(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, WrongHostname("HF-LIB-02-SW1"))
    fleet.inject(SW, WrongSerial("FOC9999Z999"))
    answer = typed(SW, "show version", "show running-config | include ^hostname")
    assert "HF-LIB-02-SW1#" in answer
    assert "HF-LIB-02-SW1 uptime is" in answer
    assert "\nhostname HF-LIB-02-SW1\n" in answer
    assert "Processor board ID FOC9999Z999" in answer
    assert SW not in answer


@pytest.mark.parametrize("command", ["write memory", "copy running-config startup-config\n"])
def test_a_full_flash_saves_nothing(command: str, typed: Typed, fleet: Fleet) -> None:
    before = fleet.startup_config(SW)
    fleet.inject(SW, FullFlash())
    answer = typed(SW, *BLOCK, command)
    assert "%Error opening nvram:/startup-config (No space left on device)" in answer
    assert "[OK]" not in answer
    assert fleet.startup_config(SW) == before


def test_another_operator_holds_configuration_mode(typed: Typed, fleet: Fleet) -> None:
    fleet.inject(SW, ConfigurationLocked("alex"))
    assert "Configuration mode locked exclusively by user 'alex'" in typed(SW, *BLOCK)
    assert vlans(fleet) == set()
    assert fleet.lines_received(SW) == ()


def test_an_unreachable_device_comes_back_on_its_port(typed: Typed, fleet: Fleet) -> None:
    port = fleet.port(SW)
    fleet.inject(SW, Unreachable())
    with pytest.raises(OSError, match="Connect call failed"):
        typed(SW)
    fleet.clear_faults(SW)
    assert typed(SW, "show clock")
    assert fleet.port(SW) == port


def test_open_sessions_end_when_the_device_goes_away(type_at: TypeAt, fleet: Fleet) -> None:
    async def watch() -> str:
        reading = asyncio.create_task(type_at(fleet.port(SW), "", until="never said"))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(fleet.inject, SW, Unreachable())
        return await reading

    assert asyncio.run(watch()).endswith("#")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("reject_line:^vlan 20$", RejectLine("^vlan 20$")),
        ("drop_at_line:12", DropAtLine(12)),
        ("drop_after_line:write memory", DropAtLine("write memory", before=False)),
        ("lose_confirm:drop", LoseConfirm(drop=True)),
        ("reboot:2.5", Reboot(2.5)),
        ("full_flash", FullFlash()),
    ],
)
def test_faults_are_read_from_the_command_line(text: str, fault: Fault) -> None:
    assert fault_from_text(text) == fault


@pytest.mark.parametrize("text", ["flurble", "reject_line", "slow_login:soon"])
def test_a_fault_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"use one of|needs an argument|could not convert"):
        fault_from_text(text)
