"""`turnup rollback` as a user runs it: what it says, what it refuses, and the way through approval and delivery."""

from __future__ import annotations

import json
import re

import pytest

from flows.cli import app
from flows.commands.completion import complete_site
from flows.console import run_command
from tasks.ledger import LineState
from tasks.saving import save_devices

CALL_OFF, SITE, FIRST, SECOND = "LBHF-2026-0042", "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
EXECUTOR = "field-engineer@supplier.example"

OFFERED = """\
wave  site       tier  device         platform   commands
1     HF-LIB-01  1     HF-LIB-01-SW1  cisco_ios  227
1     HF-LIB-01  1     HF-LIB-01-SW2  cisco_ios  75
Blast radius
wave      sites  devices  users  without service   due
1 canary  1      2        75     2 lines for good  now
"""
REFUSED = """\
error HF-LIB-01-SW1: vlan 150 / name PRINT: [as-delivered] expected the line as it was delivered; found name THEIRS. \
Somebody changed it since: put it back (turnup drift HF-LIB-01), or plan what shall be.
1 finding; nothing was changed.
"""


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


@pytest.fixture
def here(environment, monkeypatch, capsys):
    """Run a command in this process; gives its exit code, output and errors."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str, str]:
        code = run_command(app, list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def configurations(fleet) -> dict[str, list[str]]:
    return {
        name: [
            line
            for line in fleet.running_config(name).splitlines()
            if not line.startswith(("! ", "Current configuration"))
        ]
        for name in fleet.names
    }


def test_from_what_if_and_refusals_through_approval_back_to_what_was(
    start_fleet, delivery, ledger, workspace, here, turnup, signatory_key, tmp_path
):
    code, printed, errors = here("rollback", CALL_OFF)
    assert (code, printed) == (1, "")
    assert f"{CALL_OFF}: expected a delivered change; found none. Nothing is to be taken back" in errors
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    found = configurations(fleet)
    plan = delivery.plan(CALL_OFF)
    delivery.approve(plan)
    answer = turnup("deliver", CALL_OFF)
    assert answer.returncode == 0, answer.stderr

    for words, expected in (
        (("--site", "HF-LIB-02"), "a site with a delivered change; found HF-LIB-02. Did you mean 'HF-LIB-01'?"),
        (("--plan", "123456"), "the hash of a plan that is in force; found 123456."),
        (("--plan", "last"), "expected the hash of a plan; found 'last'. Give its first 6 digits or more"),
    ):
        code, printed, errors = here("rollback", CALL_OFF, "--from", str(tmp_path), *words)
        assert (code, printed) == (1, "")
        assert expected in errors
    assert complete_site(type("Context", (), {"params": {"call_off": CALL_OFF}}), "HF") == [SITE]

    saved, head = tmp_path / "saved", ledger.head()
    save_devices(workspace, ledger, CALL_OFF, saved)
    code, printed, _ = here("rollback", CALL_OFF, "--from", str(saved))
    assert code == 0
    assert "\n-vlan 150\n" in printed
    shown = re.sub(r" +$", "", printed[printed.index("wave  site") :], flags=re.MULTILINE)
    assert shown.startswith(f"{OFFERED}plan "), shown
    what_if = re.search(r"^plan ([0-9a-f]{64})$", printed, re.MULTILINE)[1]
    told = json.loads(here("rollback", CALL_OFF, "--from", str(saved), "--site", SITE, "--json")[1])
    assert (told["takes_back"], told["plan_hash"]) == (plan.hash, what_if)
    assert told["ceased"] == [f"{SITE}/BASELINE", f"{CALL_OFF}/L1"]
    assert ledger.head() == head

    path = saved / f"{FIRST}.cfg"
    path.write_text(path.read_text().replace("name PRINT", "name THEIRS"))
    code, printed, errors = here("rollback", CALL_OFF, "--from", str(saved))
    assert (code, printed, errors) == (1, "", REFUSED)

    answer = turnup("rollback", CALL_OFF)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.rstrip().endswith(f"plan {what_if}")
    assert f"Takes back plan {plan.hash[:12]} of {CALL_OFF} at {SITE}.\n" in answer.stderr
    assert f"Next: turnup approve {CALL_OFF} --plan {what_if[:12]} --key KEY" in answer.stderr
    not_approved = turnup("deliver", CALL_OFF, "--plan", what_if)
    assert not_approved.returncode == 1
    answer = turnup("approve", CALL_OFF, "--plan", what_if[:12], "--key", str(signatory_key))
    assert answer.returncode == 0, answer.stderr
    answer = turnup("deliver", CALL_OFF)
    assert answer.returncode == 0, answer.stderr
    assert configurations(fleet) == found
    assert [line.state for line in ledger.lines.lines(CALL_OFF)] == [LineState.DESIGNED]
    assert "tested" not in [each.milestone for each in ledger.lines.milestones(f"{CALL_OFF}/L1")]
    assert ledger.ownership.places() == ()
    answer = turnup("audit", "verify")
    assert answer.returncode == 0, answer.stderr
    again = turnup("deliver", CALL_OFF)
    assert "Nothing to change: 0 lines pushed." in again.stdout
