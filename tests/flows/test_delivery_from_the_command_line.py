"""The main job as a user runs it, through Prefect, on simulated devices."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from lab.simulated import HangAt, SlowLogin
from tasks.ledger import this_process
from tasks.ledger.engine import BUSY_SECONDS

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CALL_OFF = "LBHF-2026-0042"
FIRST = "HF-LIB-01-SW1"
PASSWORD = "a-password-that-must-not-leak-7Q"


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-m", "flows.cli", *words),
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_the_main_job_and_what_it_leaves_behind(
    turnup, start_fleet, signatory_key, workspace, tmp_path, prefect_environment
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    said: list[str] = []

    def say(*words: str) -> subprocess.CompletedProcess[str]:
        answer = turnup(*words)
        said.extend((answer.stdout, answer.stderr))
        return answer

    refused = say("deliver", CALL_OFF)
    assert refused.returncode == 1
    assert "an approval of the call-off" in refused.stderr

    planned = json.loads(say("plan", CALL_OFF, "--json").stdout)
    assert [device["device"] for device in planned["devices"]] == [FIRST, "HF-LIB-01-SW2"]
    assert say("deliver", CALL_OFF).returncode == 1

    assert say("approve", CALL_OFF, "--key", str(signatory_key)).returncode == 0
    delivered = say("deliver", CALL_OFF, "--json")
    outcomes = json.loads(delivered.stdout)["outcomes"]
    assert (delivered.returncode, {each["outcome"] for each in outcomes}) == (0, {"changed"}), delivered.stderr
    assert f"{FIRST} changed" in delivered.stderr
    assert "vlan 150" in fleet.startup_config(FIRST)

    again = say("deliver", CALL_OFF)
    assert (again.returncode, "0 lines pushed" in again.stdout) == (0, True)

    not_met = json.loads(say("status", CALL_OFF, "--json").stdout)
    assert not_met[0]["standing"] == "on track"
    assert say("accept", CALL_OFF, "--key", str(signatory_key)).returncode == 0
    status = json.loads(say("status", CALL_OFF, "--json").stdout)[0]
    assert status["standing"] == "met"
    assert list(status["milestones"]) == [
        *("ordered", "acknowledged", "approved", "planned", "activated", "tested", "accepted"),
    ]
    assert say("audit", "verify").returncode == 0
    report = json.loads(say("report", "--to", "2027-12-31", "--json").stdout)
    assert report["on_time"] == {"percent": 100.0, "n": 1}

    # Nothing that the run leaves behind holds the devices' password.
    places = (tmp_path, Path(prefect_environment["PREFECT_HOME"]))
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) > 20
    leaking = [path for path in files if PASSWORD.encode() in path.read_bytes()]
    assert leaking == []
    assert PASSWORD not in "".join(said)


def test_a_changed_call_off_is_not_delivered(turnup, start_fleet, approved, workspace):
    start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    path = workspace.inventory / "call-offs" / f"{CALL_OFF}.yaml"
    path.write_text(path.read_text().replace("hosts: 60", "hosts: 61"))
    answer = turnup("deliver", CALL_OFF)
    assert answer.returncode == 1
    assert "the content that director-of-resources@lbhf.example approved" in answer.stderr


@pytest.mark.parametrize("executor", ["category-manager@lbhf.example", "director-of-resources@lbhf.example"])
def test_author_approver_and_executor_are_different_people(turnup, start_fleet, approved, executor):
    start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    answer = turnup("deliver", CALL_OFF, TURNUP_EXECUTOR=executor)
    assert answer.returncode == 1
    assert "an executor who is neither author nor approver" in answer.stderr


def test_a_limit_that_is_too_low_and_a_foreign_key_are_refused(turnup, workspace, tmp_path, signatory_key):
    stranger = tmp_path / "stranger"
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(stranger)), check=True)
    answer = turnup("approve", CALL_OFF, "--key", str(stranger))
    assert (answer.returncode, "the key of one of its signatories" in answer.stderr) == (1, True)
    path = workspace.inventory / "buyers" / "LBHF.yaml"
    content = yaml.safe_load(path.read_text())
    for each in content["signatories"]:
        each["limit_gbp"] = "100.00"
    path.write_text(yaml.safe_dump(content))
    answer = turnup("approve", CALL_OFF, "--key", str(signatory_key))
    assert (answer.returncode, "a signatory whose limit covers £19,080.00" in answer.stderr) == (1, True)


def test_of_two_deliveries_at_the_same_time_one_is_refused(environment, start_fleet, approved):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    fleet.inject(FIRST, SlowLogin(3.0))
    both = [start(environment, "deliver", CALL_OFF) for _ in range(2)]
    said = {process.returncode: err for process, (_, err) in ((each, each.communicate(timeout=90)) for each in both)}
    assert set(said) == {0, 1}, said
    assert re.search(rf"call-off/{CALL_OFF}: .*field-engineer@supplier.example on \S+ pid \d+, until", said[1])
    for name in fleet.names:
        assert fleet.lines_received(name).count("vlan 150") == 1
        assert "vlan 150" in fleet.startup_config(name)


def test_a_device_that_somebody_else_works_on_is_no_success(turnup, start_fleet, approved, ledger):
    start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    ledger.leases.acquire("device/HF-LIB-01-SW2", this_process("colleague@supplier.example"), 60)
    answer = turnup("deliver", CALL_OFF, "--json")
    assert answer.returncode == 3, answer.stderr
    outcomes = {each["device"]: each["outcome"] for each in json.loads(answer.stdout)["outcomes"]}
    assert outcomes == {FIRST: "changed", "HF-LIB-01-SW2": "skipped"}
    assert "skipped" in answer.stderr


@pytest.mark.usefixtures("one_by_one")
def test_a_ledger_that_is_locked_in_mid_push_ends_with_1_and_the_next_run_finishes(
    turnup, environment, start_fleet, approved, workspace
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    process = start(environment, "deliver", CALL_OFF)
    wait_until(lambda: fleet.revert_is_pending(FIRST) or process.poll() is not None)
    other = sqlite3.connect(workspace.ledger, isolation_level=None, timeout=5)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(BUSY_SECONDS + 1.5)  # the push gives up; what comes after it finds the ledger as it was
    other.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.search(r"ledger.*(locked|busy|another)", err, re.IGNORECASE), err
    assert "Traceback" not in err
    assert "vlan 150" not in fleet.startup_config(FIRST)
    assert fleet.lines_received("HF-LIB-01-SW2") == ()
    again = turnup("deliver", CALL_OFF)
    assert again.returncode == 0, again.stderr
    assert all("vlan 150" in fleet.startup_config(name) for name in fleet.names)


def test_unreachable_devices_are_all_named_and_nothing_is_planned(turnup, start_fleet, workspace):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    for name in fleet.names:
        fleet.stop(name)
    answer = turnup("plan", CALL_OFF)
    assert answer.returncode == 1
    assert all(name in answer.stderr for name in fleet.names)
    assert "Traceback" not in answer.stderr


@pytest.mark.usefixtures("one_by_one")
def test_after_ctrl_c_the_same_command_finishes_the_job(turnup, environment, start_fleet, approved):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    fleet.inject(FIRST, SlowLogin(2.0))
    process = start(environment, "deliver", CALL_OFF)
    wait_until(lambda: fleet.revert_is_pending(FIRST) or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)
    assert process.returncode == 130, out + err
    assert "vlan 150" in fleet.startup_config(FIRST)
    assert "vlan 150" not in fleet.running_config("HF-LIB-01-SW2")
    fleet.clear_faults(FIRST)
    again = json.loads(turnup("deliver", CALL_OFF, "--json").stdout)
    assert {each["device"]: each["outcome"] for each in again["outcomes"]} == {
        FIRST: "unchanged",
        "HF-LIB-01-SW2": "changed",
    }


@pytest.mark.usefixtures("one_by_one")
def test_ctrl_c_twice_leaves_and_the_same_command_finishes_the_job(turnup, environment, start_fleet, approved):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    fleet.inject(FIRST, HangAt("^ip dhcp snooping vlan 110"))
    process = start(environment, "deliver", CALL_OFF)
    wait_until(lambda: fleet.revert_is_pending(FIRST) or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=90)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 10
    assert "Traceback" not in err
    assert "prefect" not in err.lower(), err
    assert "Service " not in err, err
    fleet.clear_faults(FIRST)
    assert turnup("deliver", CALL_OFF).returncode == 0
    assert all("vlan 150" in fleet.startup_config(name) for name in fleet.names)


@pytest.mark.usefixtures("one_by_one")
def test_killed_in_mid_push_the_same_command_finishes_the_job(turnup, environment, start_fleet, approved):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    approved(CALL_OFF)
    process = start(environment, "deliver", CALL_OFF)
    wait_until(lambda: fleet.revert_is_pending(FIRST) or process.poll() is not None)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    again = turnup("deliver", CALL_OFF, "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    for name in fleet.names:
        assert "vlan 150" in fleet.startup_config(name)
        assert not fleet.revert_is_pending(name)
    assert turnup("audit", "verify").returncode == 0
