"""`turnup show` as a user runs it: outcomes, timeline, transcript, before and after, and how to settle an unknown."""

from __future__ import annotations

import json
import re

import pytest

import tasks.devices.recovery as recovery_module
from flows.cli import app
from flows.commands.completion import complete_device
from flows.console import run_command
from lab.simulated import RejectLine, Unreachable
from tasks.devices.outcome import Outcome
from tasks.devices.platforms.cisco_ios import CiscoIos
from turnup.errors import SessionLost

CALL_OFF, SITE, FIRST, SECOND = "LBHF-2026-0042", "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
PASSWORD = "a-password-that-must-not-leak-7Q"

pytestmark = pytest.mark.usefixtures("one_by_one")

RUN = """\
LBHF-2026-0042 r1, attempt 1, plan HASH, field-engineer@supplier.example, DAY TIME UTC
site  device  outcome  lines pushed  seconds  sent  received
HF-LIB-01  HF-LIB-01-SW1  rolled_back  0  S  N  N
HF-LIB-01  HF-LIB-01-SW2  skipped  0
"""
FAILED = """\
LBHF-2026-0042 r1, attempt 1, plan HASH, field-engineer@supplier.example, DAY TIME UTC
HF-LIB-01 HF-LIB-01-SW1 (cisco_ios): rolled_back, 0 lines pushed
HF-LIB-01-SW1: expected the line 'vlan 110' to be taken; found % Bad VLAN. Correct the \
template or the order; then plan again.
stage  at  seconds  sent  received
connect  S  S  N  N  BAR
collect  S  S  0  0  BAR
check  S  S  0  0  BAR
arm  S  S  N  N  BAR
apply  S  S  N  N  BAR
revert  S  S  N  N  BAR
2 sessions, N exchanges
N commands planned, N lines to add, N to remove
"""


@pytest.fixture
def show(environment, monkeypatch, capsys):
    """Run `turnup show` in this process; gives its exit code, output and errors."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str, str]:
        code = run_command(app, ["show", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def plain(text: str) -> str:
    """What was printed, without what is another in each run, and with columns two spaces apart."""
    text = re.sub(r"plan [0-9a-f]{12}", "plan HASH", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "DAY TIME UTC", text)
    text = re.sub(r"\b\d+\.\d{3}\b", "S", text)
    text = re.sub(r" {2,}(█+)", "  BAR", text)
    text = re.sub(r"\b\d+(?= (exchanges|commands|lines to|to remove|lines owned))", "N", text)
    text = re.sub(r"(?<=  )\d{2,6}\b", "N", text)
    return re.sub(r" +$", "", re.sub(r" {2,}", "  ", text), flags=re.MULTILINE)


def test_what_was_done_to_a_call_offs_devices_and_to_each_of_them(start_fleet, delivery, show):
    code, printed, errors = show(CALL_OFF)
    assert (code, printed) == (1, "")
    assert "expected a call-off that the ledger knows; found none" in errors

    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    assert "Deliver it first: turnup plan LBHF-2026-0042" in show(CALL_OFF)[2]
    fleet.inject(FIRST, RejectLine("^vlan 110", "% Bad VLAN"))
    delivery.deliver(plan)

    code, printed, errors = show(CALL_OFF)
    assert (code, plain(printed)) == (0, RUN), errors
    code, printed, errors = show(CALL_OFF, "--device", FIRST)
    assert (code, plain(printed)) == (0, FAILED), errors
    assert "--transcript" in errors

    fleet.clear_faults(FIRST)
    delivery.deliver(plan)
    code, printed, errors = show(CALL_OFF, "--device", FIRST)
    assert ", attempt 2, " in printed
    assert f"{FIRST} (cisco_ios): changed, {plan.changes[0].command_count} lines pushed" in printed
    assert re.search(rf"^{CALL_OFF}/L1: \d+ lines owned$", printed, re.MULTILINE)
    assert ", attempt 1, " in show(CALL_OFF, "--device", FIRST, "--attempt", "1")[1]
    assert complete_device(type("Context", (), {"params": {"call_off": CALL_OFF}}), "HF-LIB-01-SW") == [FIRST, SECOND]

    code, printed, _ = show(CALL_OFF, "--device", FIRST, "--transcript")
    assert code == 0
    stages = re.findall(r"^--- (\w+), session (\d), at \d+\.\d{3} for \d+\.\d{3} s$", printed, re.MULTILINE)
    assert list(dict.fromkeys(stages)) == [
        (stage, number)
        for number, words in (("1", "connect arm apply"), ("2", "verify prove confirm save"))
        for stage in words.split()
    ]
    assert "\n> configure terminal revert timer 1\n" in printed
    assert "\n> vlan 150\n" in printed
    assert "<redacted>" in printed
    assert PASSWORD not in printed

    before, after = (show(CALL_OFF, "--device", FIRST, moment)[1] for moment in ("--before", "--after"))
    assert "\nvlan 150\n" not in before
    assert "\nvlan 150\n" in after
    diff = show(CALL_OFF, "--device", FIRST, "--diff")[1]
    assert diff.startswith(f"--- {FIRST} before\n+++ {FIRST} after\n")
    assert "\n+vlan 150\n" in diff
    assert f"! {CALL_OFF}/L1\n" in show(CALL_OFF, "--device", FIRST, "--owned")[1]

    words = ("--transcript", "--before", "--after", "--diff", "--owned", "--json")
    (told,) = json.loads(show(CALL_OFF, "--device", FIRST, *words)[1])
    assert (told["outcome"], told["attempt"], told["settles"]) == ("changed", 2, None)
    assert told["diff"] == diff
    assert {each["stage"] for each in told["transcript"]} == {stage for stage, _ in stages}
    whole = json.loads(show(CALL_OFF, "--attempt", "1", "--json")[1])
    assert [each["outcome"] for each in whole["devices"]] == ["rolled_back", "skipped"]


def test_an_unknown_carries_the_command_that_settles_it(start_fleet, delivery, show, monkeypatch):
    monkeypatch.setattr(recovery_module, "PATIENCE_SECONDS", -1000.0)
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)

    def vanish(_platform, session, _token):
        fleet.inject(FIRST, Unreachable())
        raise SessionLost(session.device, "an answer", "the session ended", "Run the same command again.")

    monkeypatch.setattr(CiscoIos, "confirm", vanish)
    outcome = delivery.deliver(plan)[SITE, FIRST].outcome
    assert outcome is Outcome.UNKNOWN
    settles = f"turnup deliver {CALL_OFF} --plan {plan.hash[:12]}"
    printed = show(CALL_OFF, "--device", FIRST)[1]
    assert f"Nobody knows yet what it has. Settle it: {settles}\n" in printed
    assert f"{SITE} {FIRST}: settle it with `{settles}`\n" in show(CALL_OFF)[1]
    assert json.loads(show(CALL_OFF, "--json")[1])["devices"][0]["settles"] == settles

    for words, expected in (
        (("--device", "HF-LIB-01-SW9"), f"a device of its plan; found HF-LIB-01-SW9. Did you mean '{SECOND}'?"),
        (("--device", FIRST, "--attempt", "7"), "the number of a run; found 7. Give one from 1 to 1"),
        (("--device", FIRST, "--site", "HF-HUB-02"), "a site for which it was changed; found HF-HUB-02."),
        (("--transcript",), f"Name it: turnup show {CALL_OFF} --device DEVICE"),
    ):
        code, printed, errors = show(CALL_OFF, *words)
        assert (code, printed) == (1, "")
        assert expected in errors
    assert "no configuration after it was kept" in show(CALL_OFF, "--device", FIRST, "--after")[2]
