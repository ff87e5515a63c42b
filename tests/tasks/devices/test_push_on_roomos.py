"""The push on a room codec, which has no transaction: what cannot be promised is said, and the way back is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

import tasks.devices.recovery as recovery_module
import tasks.devices.session as session_module
from lab.simulated import (
    AcceptButIgnore,
    CutAccess,
    DeviceKind,
    DropAtLine,
    Fault,
    Fleet,
    HangAt,
    RejectLine,
    WrongHostname,
    WrongSerial,
    factory_spec,
)
from tasks.devices.ending import Ending
from tasks.devices.journal import Journal
from tasks.devices.login import open_session
from tasks.devices.masking import hidden
from tasks.devices.outcome import DeviceOutcome, Outcome
from tasks.devices.platforms import PLATFORMS
from tasks.devices.push import Push
from tasks.devices.session import Target
from tasks.devices.transcript import Transcript
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.slots import given_back
from turnup.change.tree import load_tree, path_set
from turnup.errors import CommandRefused, ForbiddenCommand
from turnup.findings import Severity, errors_of
from turnup.fragments import Fragment
from turnup.sites import Platform

CODEC, SERIAL, PASSWORD, SECRET = "HF-LIB-01-VC1", "FOC2650V001", "codec-login-7K", "room-secret-9Q"
LINE = "LBHF-2026-0050/L1"
WITH_PASSWORD = 'xConfiguration SIP Authentication Password: "<secret:env:TURNUP_SECRET_ROOM@1>"\n'
ROOM = """xConfiguration Network 1 QoS Diffserv Audio: 46
xConfiguration SIP DisplayName: "Meeting room 1"
xConfiguration SIP Proxy 1 Address: "192.0.2.10"
xConfiguration SIP URI: "7101@lbhf.example"
"""
FIRST, LAST = "Diffserv Audio", "SIP URI"


@dataclass
class Notes(Journal):
    """A journal that forgets nothing and may be the last thing that a killed run wrote."""

    token: str = ""
    stages: list[str] = field(default_factory=list)
    transcript: Transcript = field(default_factory=Transcript)

    def open_token(self) -> str:
        return self.token

    def secrets_given(self) -> tuple[tuple[str, ...], ...]:
        return ()

    def intend(self, token: str, before: str) -> None:
        self.token = token
        assert SECRET not in before

    def advance(self, stage: str) -> None:
        self.stages.append(stage)

    def turn_back(self, token: str) -> None:
        self.stages.append("reverting")

    def withdraw(self) -> None:
        self.token = ""

    def check_lease(self) -> None:
        pass

    def finish(self, outcome: DeviceOutcome, after: str) -> None:
        assert SECRET not in after


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    monkeypatch.setenv("TURNUP_USERNAME", "turnup")
    monkeypatch.setenv("TURNUP_PASSWORD", PASSWORD)
    monkeypatch.setenv("TURNUP_SECRET_ROOM", SECRET)
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 1.5)
    monkeypatch.setattr(recovery_module, "POLL_SECONDS", 0.05)
    spec = factory_spec(DeviceKind.ROOM_CODEC, CODEC, SERIAL, password=PASSWORD)
    with Fleet((spec,), minute_seconds=60) as fleet:
        yield fleet


def target(fleet: Fleet) -> Target:
    where = ("127.0.0.1", fleet.port(CODEC), Platform.CISCO_TP, SERIAL)
    return Target(CODEC, *where, "env:TURNUP_USERNAME", "env:TURNUP_PASSWORD", host_key=fleet.host_key(CODEC))


def collected(fleet: Fleet) -> str:
    platform = PLATFORMS[Platform.CISCO_TP]
    with open_session(target(fleet), platform.read_list) as session:
        platform.identity(session)
        return hidden(Platform.CISCO_TP, platform.collect(session), "")


def planned(
    fleet: Fleet, text: str = ROOM, owned: OwnedConfig | None = None, ceased: tuple[str, ...] = ()
) -> DeviceChange:
    fragments = (Fragment(LINE, CODEC, Platform.CISCO_TP, text),) if text else ()
    running = collected(fleet)
    return plan_device("HF-LIB-01", CODEC, Platform.CISCO_TP, running, owned or OwnedConfig(), fragments, ceased)


def push(fleet: Fleet, change: DeviceChange, notes: Notes | None = None) -> DeviceOutcome:
    return Push(target(fleet), change, "LBHF", notes or Notes(), "token1", revert_seconds=1).run()


def settings(fleet: Fleet) -> dict[str, str]:
    lines = fleet.running_config(CODEC).splitlines()
    return dict(line.removeprefix("xConfiguration ").split(": ", 1) for line in lines)


def test_a_room_is_set_kept_and_owned_and_put_back_at_the_end(fleet: Fleet) -> None:
    factory = settings(fleet)
    change = planned(fleet)
    outcome = push(fleet, change)
    assert (outcome.outcome, outcome.detail) == (Outcome.CHANGED, "set line by line, without a transaction"), outcome
    assert settings(fleet) == factory | {
        "Network 1 QoS Diffserv Audio": "46",
        "SIP DisplayName": '"Meeting room 1"',
        "SIP Proxy 1 Address": '"192.0.2.10"',
        "SIP URI": '"7101@lbhf.example"',
    }
    assert fleet.startup_config(CODEC) == fleet.running_config(CODEC), "a codec keeps what it takes"
    assert push(fleet, change).outcome is Outcome.UNCHANGED
    assert len(fleet.lines_received(CODEC)) == 4
    owned = owned_afterwards(change, OwnedConfig())
    ceased = planned(fleet, "", owned, (LINE,))
    assert push(fleet, ceased).outcome is Outcome.CHANGED
    assert settings(fleet) == factory


def test_a_password_goes_to_the_codec_and_nowhere_else(fleet: Fleet) -> None:
    factory, change = settings(fleet), planned(fleet, ROOM + WITH_PASSWORD)
    assert push(fleet, change).outcome is Outcome.CHANGED
    assert settings(fleet)["SIP Authentication Password"] == f'"{SECRET}"'
    shown = collected(fleet)
    assert SECRET not in shown
    fragments = given_back(change.fragments, path_set(load_tree(Platform.CISCO_TP, shown)))
    owned = OwnedConfig(fragments, change.takeovers)
    assert not planned(fleet, ROOM + WITH_PASSWORD, owned).changes_something
    assert push(fleet, planned(fleet, "", owned, (LINE,))).outcome is Outcome.CHANGED
    assert settings(fleet) == factory


def test_a_password_that_would_end_its_own_quotes_is_not_sent(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    change = planned(fleet, ROOM + WITH_PASSWORD)
    for secret in ('before"after', "before\\after", 'x"|resultId="y'):
        monkeypatch.setenv("TURNUP_SECRET_ROOM", secret)
        outcome = push(fleet, change)
        assert outcome.outcome is Outcome.FAILED, outcome
        assert "SIP Authentication Password" in outcome.detail
        assert secret not in outcome.detail
    assert fleet.lines_received(CODEC) == ()


def test_a_plan_says_that_there_is_no_transaction(fleet: Fleet) -> None:
    found = [(each.rule, each.severity) for each in planned(fleet).findings if each.rule == "no-transaction"]
    assert found == [("no-transaction", Severity.WARNING)]
    owned = owned_afterwards(planned(fleet), OwnedConfig())
    assert push(fleet, planned(fleet)).outcome is Outcome.CHANGED
    assert "no-transaction" not in {each.rule for each in planned(fleet, ROOM, owned).findings}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (RejectLine(FIRST, "Invalid or missing parameters"), "Diffserv Audio' to be taken; found .*Invalid or missing"),
        (RejectLine("DisplayName", "No match on address expression"), "DisplayName' to be taken; found .*No match"),
        (RejectLine(LAST, "Invalid or missing parameters"), "SIP URI' to be taken"),
        (AcceptButIgnore("DisplayName"), "every line of the plan in the running configuration"),
        (DropAtLine("DisplayName"), "the session ended"),
        (DropAtLine("DisplayName", before=False), "the session ended"),
        (HangAt("DisplayName"), "expected an answer to xConfiguration SIP DisplayName; found none in time"),
    ],
)
def test_what_fails_half_way_is_typed_back_and_says_so(fleet: Fleet, fault: Fault, says: str) -> None:
    factory, change = settings(fleet), planned(fleet, ROOM + WITH_PASSWORD)
    fleet.inject(CODEC, fault)

    class Healing(Notes):
        def turn_back(self, token: str) -> None:
            fleet.clear_faults(CODEC)

    outcome = push(fleet, change, Healing())
    assert outcome.outcome is Outcome.ROLLED_BACK, outcome
    assert re.search(says, outcome.detail), outcome.detail
    assert SECRET not in outcome.detail
    assert settings(fleet) == factory
    fleet.clear_faults(CODEC)
    assert push(fleet, change).outcome is Outcome.CHANGED


def test_a_run_that_was_killed_half_way_is_finished_by_the_next(fleet: Fleet) -> None:
    change = planned(fleet)
    half = tuple(change.remediation.splitlines()[:1])
    fleet.type_as_another_operator(CODEC, half)
    assert push(fleet, change).outcome is Outcome.SKIPPED, "nobody knows whose half it is"
    assert push(fleet, change, Notes(token="token0")).outcome is Outcome.CHANGED
    assert settings(fleet)["SIP URI"] == '"7101@lbhf.example"'


def test_a_run_that_was_killed_does_not_go_on_over_what_others_set_meanwhile(fleet: Fleet) -> None:
    change = planned(fleet)
    theirs = 'xConfiguration SIP URI: "room@elsewhere.example"'
    fleet.type_as_another_operator(CODEC, (change.remediation.splitlines()[0], theirs))
    outcome = push(fleet, change, Notes(token="token0"))
    assert outcome.outcome is Outcome.SKIPPED
    assert settings(fleet)["SIP URI"] == '"room@elsewhere.example"'


def test_a_change_that_cuts_the_access_is_never_called_good(fleet: Fleet) -> None:
    change = planned(fleet)
    fleet.inject(CODEC, CutAccess("Proxy 1 Address: .192"))
    outcome = Push(target(fleet), change, "LBHF", Notes(), "token1", revert_seconds=-59).run()
    assert outcome.outcome is Outcome.UNKNOWN, outcome


@pytest.mark.parametrize("fault", [WrongHostname("HF-LIB-02-VC1"), WrongSerial("FOC0000X000")])
def test_another_codec_behind_the_address_is_not_written_to(fleet: Fleet, fault: Fault) -> None:
    change = planned(fleet)
    fleet.inject(CODEC, fault)
    assert push(fleet, change).outcome is Outcome.FAILED
    assert fleet.lines_received(CODEC) == ()


def test_a_session_that_only_reads_cannot_set_anything(fleet: Fleet) -> None:
    platform = PLATFORMS[Platform.CISCO_TP]
    with open_session(target(fleet), platform.read_list) as session:
        with pytest.raises(CommandRefused):
            session.type_line("xConfiguration SIP URI: x", Ending(re.compile("OK")))
        with pytest.raises(CommandRefused):
            session.type_line("xCommand SystemUnit Boot", Ending(re.compile("OK")))


def test_what_would_lock_us_out_or_is_not_there_is_refused(fleet: Fleet) -> None:
    with pytest.raises(ForbiddenCommand):
        planned(fleet, "xConfiguration NetworkServices SSH Mode: Off\n")
    with pytest.raises(ForbiddenCommand):
        planned(fleet, 'xConfiguration SystemUnit Name: "other"\n')
    refused = errors_of(planned(fleet, "xConfiguration SIP Turbo Mode: On\n").findings)
    assert [each.rule for each in refused] == ["no-such-setting"]
    fleet.type_as_another_operator(CODEC, ('xConfiguration SIP Authentication Password: "of-others"',))
    assert errors_of(planned(fleet, WITH_PASSWORD).findings), "a password of others could never be put back"
