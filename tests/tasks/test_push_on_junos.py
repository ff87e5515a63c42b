"""The push on Junos: a candidate that only we edit, a commit that takes itself back, and commits of others.

Each fault by itself is in the table of `tests/conformance`; here is what only Junos has.
"""

from __future__ import annotations

import asyncio
import re

import pytest
import yaml

import tasks.devices.session as session_module
from lab.simulated import Fleet, client
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.progress import listening
from tests.conftest import PASSWORD, with_junos_switches
from tests.tasks.test_cease_on_simulated_devices import carry_out
from turnup.change.state import ChangeState, state_of

CALL_OFF = "LBHF-2026-0042"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


@pytest.fixture(autouse=True)
def junos_switches(monkeypatch: pytest.MonkeyPatch, inventory) -> None:
    """The library's switches run Junos; nobody waits half a minute for a device that hangs on purpose."""
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(session_module, "QUIET_SECONDS", 1.0)
    with_junos_switches(inventory, SITE)


def test_a_good_push_commits_confirms_and_owns(start_fleet, delivery, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = set(fleet.running_config(FIRST).splitlines())
    plan = delivery.plan(CALL_OFF)
    assert fleet.lines_received(FIRST) == (), "a plan never writes"
    assert not any(command.startswith("configure") for command in fleet.commands_received(FIRST))
    outcomes = delivery.deliver(plan)

    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    for change in plan.changes:
        running = fleet.running_config(change.device)
        assert state_of(change, running) is ChangeState.AFTER
        assert fleet.startup_config(change.device) == running
        assert not fleet.revert_is_pending(change.device)
        assert fleet.open_sessions(change.device) == ()
        assert ledger.ownership.on(change.device).fragments
    bare = {line for line in found if re.search(r"family ethernet-switching( storm-control \S+)?$", line)}
    assert found - bare <= set(fleet.running_config(FIRST).splitlines())
    again = delivery.plan(CALL_OFF)
    assert not any(change.changes_something for change in again.changes)


def type_at(fleet: Fleet, name: str, *lines: str) -> str:
    """Let a colleague type at a device over a login of his own."""
    text = "".join(f"{line}\n" for line in ("set cli screen-length 0", *lines, "# end"))
    return asyncio.run(
        client.type_at(fleet.port(name), text, until="# end\r\n", username="turnup", password=PASSWORD, seconds=3.0)
    )


def at_stage(stage: str, action):
    """Do something once, when a stage of the first switch begins."""
    done = []

    def told(event) -> None:
        if (event.device, event.stage) == (FIRST, stage) and not done:
            done.append(stage)
            action()

    return listening(told)


def outcome_of(outcomes, name: str = FIRST):
    return next(each for (_, device), each in outcomes.items() if device == name)


def test_edits_of_others_that_are_not_committed_keep_us_out(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    type_at(fleet, FIRST, "configure", "set vlans THEIRS vlan-id 3000", "exit", "yes")
    before = fleet.running_config(FIRST)
    outcome = outcome_of(delivery.deliver(plan))
    assert outcome.outcome is Outcome.FAILED
    assert "configuration database modified" in outcome.detail
    assert fleet.running_config(FIRST) == before
    assert fleet.open_sessions(FIRST) == ("shared",), "his edits are his"


def test_edits_of_others_that_begin_while_ours_waits_are_not_put_into_force(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    theirs = "set vlans THEIRS vlan-id 3000"
    with at_stage("verify", lambda: type_at(fleet, FIRST, "configure", theirs, "exit", "yes")):
        outcome = outcome_of(delivery.deliver(plan))
    assert outcome.outcome is Outcome.CHANGED, outcome
    assert not fleet.revert_is_pending(FIRST)
    assert theirs not in fleet.running_config(FIRST)
    assert fleet.open_sessions(FIRST) == ("shared",)
    assert "commit check" in fleet.commands_received(FIRST)


def test_nothing_that_confirms_is_typed_between_arming_and_confirming(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    delivery.deliver(delivery.plan(CALL_OFF))
    commits = [each for each in fleet.commands_received(FIRST) if each.startswith("commit")]
    assert [re.sub(r"turnup-[\w-]+", "TOKEN", each) for each in commits] == [
        'commit confirmed 1 comment "TOKEN"',
        "commit",
    ]


def test_an_order_is_delivered_modified_and_ceased_on_junos_switches(start_fleet, delivery, inventory):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = {name: fleet.running_config(name).splitlines() for name in (FIRST, SECOND)}
    carry_out(delivery, delivery.plan(CALL_OFF))
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    content = yaml.safe_load(path.read_text())
    content["revision"] = 2
    content["lines"][0]["parameters"]["segments"][0]["vlan"] = 170
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    plan = delivery.plan(CALL_OFF)
    assert any("vlan-id 170" in change.remediation for change in plan.changes)
    fleet.type_as_another_operator(FIRST, ("set vlans COLLEAGUE vlan-id 3001",))
    carry_out(delivery, plan)
    assert not delivery.plan(CALL_OFF).changes_something

    carry_out(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    for name in (FIRST, SECOND):
        baseline = [
            line
            for fragment in delivery.ledger.ownership.on(name).fragments
            for line in fragment.text.replace('"', "").splitlines()
        ]
        after = fleet.running_config(name).splitlines()
        come = [line for line in after if line not in found[name] and line.replace('"', "") not in baseline]
        assert come == (["set vlans COLLEAGUE vlan-id 3001"] if name == FIRST else []), name
        assert set(found[name]) - set(after) == set(), name
        assert fleet.startup_config(name).splitlines() == after
