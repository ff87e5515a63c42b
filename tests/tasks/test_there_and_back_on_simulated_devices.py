"""Remediation and rollback, typed into devices: there and back again, on every kind of device of the example."""

from __future__ import annotations

from tasks.devices.outcome import Outcome
from tasks.devices.push import Push
from tasks.devices.session import Target
from tasks.devices.transcript import Transcript
from turnup.change.application import inverse

CALL_OFF = "RBKC-2026-0007"


class NoJournal:
    """A journal for pushes that a test does by hand."""

    def __init__(self) -> None:
        self.transcript = Transcript()

    def open_token(self) -> str:
        return ""

    def secrets_given(self) -> tuple[tuple[str, ...], ...]:
        return ()

    def intend(self, token: str, before: str) -> None:
        self.before = before

    def advance(self, stage: str) -> None:
        self.stage = stage

    def turn_back(self, token: str) -> None:
        self.stage = "reverting"

    def withdraw(self) -> None:
        self.stage = "withdrawn"

    def check_lease(self) -> None:
        self.checked = True

    def finish(self, outcome: object, after: str) -> None:
        self.outcome = outcome


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() != "!" and not line.startswith(("! ", "Current conf"))]


def test_every_device_comes_back_to_what_it_was(start_fleet, delivery, workspace, monkeypatch):
    # Taking back what was ours a moment ago may type what a change may not, such as `no ip routing`.
    monkeypatch.setattr("tasks.devices.push.check_never_typed", lambda *_: None)
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    before = {name: lines(fleet.running_config(name)) for name in fleet.names}
    plan = delivery.plan(CALL_OFF)
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    assert all(lines(fleet.running_config(name)) != before[name] for name in fleet.names)

    for change in reversed(plan.changes):
        target = Target(
            name=change.device,
            hostname="127.0.0.1",
            port=fleet.port(change.device),
            platform=change.platform,
            serial=_serial(workspace, change.device),
            username="env:TURNUP_USERNAME",
            password="env:TURNUP_PASSWORD",
            host_key=fleet.host_key(change.device),
        )
        push = Push(target, inverse(change), plan.vrf, NoJournal(), "back")
        push_outcome = push.run()
        assert push_outcome.outcome is Outcome.CHANGED, push_outcome.detail

    for name in fleet.names:
        assert sorted(lines(fleet.running_config(name))) == sorted(before[name])


def _serial(workspace, device: str) -> str:
    from tasks.inventory.estate import Estate

    estate = Estate(workspace.inventory)
    for code in estate.site_codes():
        found = estate.site(code).device(device)
        if found is not None:
            return found.serial
    raise AssertionError(device)
