"""A device that loses characters is noticed by what it prints back, and gets less at once."""

from __future__ import annotations

import pytest

from lab.simulated import LoseCharacters
from tasks.devices import pacing, session
from tasks.devices.outcome import Outcome
from tasks.devices.pacing import LINES_AT_ONCE, first_lost, lines_at_once
from turnup.change.state import ChangeState, state_of

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST = "HF-LIB-01", "HF-LIB-01-SW1"

TYPED = "vlan 110\n name A\nexit\nvlan 111\n name B\nexit\n!end-1\n"
SHOWN = (
    "vlan 110\r\nSW(config-vlan)# name A\r\nSW(config-vlan)#exit\r\nSW(config)#vlan 111\r\n"
    "SW(config-vlan)# name B\r\nSW(config-vlan)#exit\r\nSW(config)#!end-1\r\nSW(config)#"
)


@pytest.fixture(autouse=True)
def nothing_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_learnt", {})
    monkeypatch.setattr(session, "QUIET_SECONDS", 0.5)


@pytest.mark.parametrize(
    ("shown", "whole", "lost"),
    [
        (SHOWN, True, ""),
        (SHOWN.replace("vlan 111", "vla111"), True, "vlan 111"),
        (SHOWN.replace("exit\r\nSW(config)#vlan 111", "exivlan 111"), True, "vlan 111"),
        (SHOWN[: SHOWN.index("vlan 111")], True, "vlan 111"),
        (SHOWN[: SHOWN.index("vlan 111")], False, ""),
        (SHOWN.replace("vlan 110", "vln 110").partition("#!end")[0], False, "vlan 110"),
    ],
    ids=["nothing", "in a line", "a line end", "the rest", "the session ended before", "before the session ended"],
)
def test_what_was_lost_is_found_in_the_echo(shown, whole, lost):
    assert first_lost(TYPED, shown, whole=whole) == lost


def test_a_device_that_loses_characters_is_taken_back_and_typed_at_more_slowly(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    fleet.inject(FIRST, LoseCharacters(400))
    outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.CHANGED, outcomes[SITE, FIRST].detail
    assert lines_at_once(FIRST) < LINES_AT_ONCE
    change = next(each for each in plan.changes if each.device == FIRST)
    for text in (fleet.running_config(FIRST), fleet.startup_config(FIRST)):
        assert state_of(change, text) is ChangeState.AFTER
    stages = [stage.stage for stage in outcomes[SITE, FIRST].timeline]
    assert "revert" in stages[: stages.index("save")]
    assert not fleet.revert_is_pending(FIRST)
    assert ledger.devices.open_intention(FIRST, SITE, plan.hash) is None


def test_a_device_that_loses_characters_of_every_line_stays_as_it_was(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF)
    plan = delivery.plan(CALL_OFF)
    before = state_of(plan.changes[0], fleet.running_config(FIRST))
    fleet.inject(FIRST, LoseCharacters(75))
    outcome = delivery.deliver(plan, revert_seconds=5)[SITE, FIRST]
    assert outcome.outcome in (Outcome.ROLLED_BACK, Outcome.FAILED), outcome
    assert "characters were lost" in outcome.detail or "in time" in outcome.detail
    assert state_of(plan.changes[0], fleet.running_config(FIRST)) is before
    assert not fleet.revert_is_pending(FIRST)
