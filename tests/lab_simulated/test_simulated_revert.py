"""The archive and the revert timer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lab.simulated import Fleet

SW = "HF-LIB-01-SW1"
Typed = Callable[..., str]
ARM = "configure terminal revert timer 2"
CHANGE = ("vlan 20", "name USERS", "interface gi1/0/1", "description changed", "end")


def wait_until(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something that the device does by itself."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_an_unconfirmed_change_takes_itself_back_whole(typed: Typed, fleet: Fleet) -> None:
    before = fleet.running_config(SW)
    answer = typed(SW, ARM, *CHANGE)
    assert "Rollback Confirmed Change: Backing up current running config to bootflash:archive-" in answer
    assert "Enter configuration commands, one per line.  End with CNTL/Z." in answer
    assert "name USERS" in fleet.running_config(SW)
    wait_until(lambda: not fleet.revert_is_pending(SW))
    assert fleet.running_config(SW) == before
    assert any("ROLLBK_CNFMD_CHG_ROLLBACK_START" in line for line in fleet.log_lines(SW))


def test_the_timer_takes_back_what_others_changed_meanwhile(typed: Typed, fleet: Fleet) -> None:
    typed(SW, ARM, *CHANGE)
    fleet.type_as_another_operator(SW, ("hostname RENAMED",))
    wait_until(lambda: not fleet.revert_is_pending(SW))
    assert f"hostname {SW}\n" in fleet.running_config(SW)


def test_a_confirmed_change_stays(typed: Typed, fleet: Fleet) -> None:
    typed(SW, ARM, *CHANGE, "configure confirm")
    assert not fleet.revert_is_pending(SW)
    time.sleep(1.2)
    assert "name USERS" in fleet.running_config(SW)


def test_the_timer_is_shown_while_it_runs(typed: Typed) -> None:
    show = "show archive config rollback timer"
    answer = typed(SW, ARM, "end", show, "configure confirm", show)
    assert "Timer type: absolute timer\nTimer value: 2 min\nUser: turnup\n" in answer
    assert answer.count("%No Rollback Confirmed Change pending") == 1


def test_a_change_is_taken_back_at_once_when_asked(typed: Typed, fleet: Fleet) -> None:
    before = fleet.running_config(SW)
    answer = typed(SW, ARM, *CHANGE, "configure revert now")
    assert "Rollback Confirmed Change: Rolling to: bootflash:archive-" in answer
    assert "Rollback Done" in answer
    assert fleet.running_config(SW) == before


def test_a_timer_that_is_set_again_counts_from_then(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, ARM, *CHANGE, "configure revert timer 100", "show archive config rollback timer")
    assert "Timer value: 100 min" in answer
    time.sleep(1.2)
    assert fleet.revert_is_pending(SW)


def test_an_idle_timer_counts_from_the_last_line(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, "configure terminal revert timer idle 2", "end", "show archive config rollback timer")
    assert "Timer type: idle timer" in answer
    for _ in range(3):
        time.sleep(0.6)
        typed(SW, "show clock")
    assert fleet.revert_is_pending(SW)
    wait_until(lambda: not fleet.revert_is_pending(SW))


def test_without_an_archive_path_the_device_stays_in_exec_mode(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, "conf t", "no archive", "end", ARM, "hostname NOT-IN-CONFIG-MODE", "show archive")
    assert "%Turn config archive on before using Rollback Confirmed Change\n" in answer
    assert "Archive feature not enabled" in answer
    assert f"hostname {SW}\n" in fleet.running_config(SW)


@pytest.mark.parametrize("command", ["configure confirm", "configure revert now", "configure revert timer 5"])
def test_nothing_pending_is_said(command: str, typed: Typed) -> None:
    assert f"{SW}#{command}\n%No Rollback Confirmed Change pending\n" in typed(SW, command)


@pytest.mark.parametrize("minutes", ["0", "121", "soon"])
def test_the_timer_runs_from_1_to_120_minutes(minutes: str, typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, f"configure terminal revert timer {minutes}")
    assert "% Invalid input detected at '^' marker." in answer
    assert not fleet.revert_is_pending(SW)


def test_a_second_timer_is_refused(typed: Typed, fleet: Fleet) -> None:
    answer = typed(SW, ARM, "end", ARM, "hostname NOT-IN-CONFIG-MODE")
    assert "already pending" in answer
    assert "NOT-IN-CONFIG-MODE" not in fleet.running_config(SW)


def test_archives_are_kept_and_listed(typed: Typed) -> None:
    answer = typed(SW, "archive config", "archive config", "show archive")
    assert "   1       bootflash:archive-" in answer
    assert "-1 <- Most Recent" in answer
