"""`turnup drift` as a user runs it: what it shows, its exit codes, its JSON, and the way back through approval."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows.deployments import DRIFT_CRON, DRIFT_TIMEZONE
from lab.simulated import RefuseLogin
from tasks.devices.platforms import PLATFORMS

CALL_OFF, FIRST, SECOND = "LBHF-2026-0042", "HF-LIB-01-SW1", "HF-LIB-01-SW2"
READ_LIST = PLATFORMS["cisco_ios"].read_list
OWN_TERMINAL = {"terminal width 511", "terminal length 0"}
CHECKOUT = Path(__file__).resolve().parent.parent.parent


def ask_prefect(url: str, path: str, body: dict) -> list[dict]:
    request = urllib.request.Request(
        f"{url}{path}", json.dumps(body).encode(), {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


def deliver(turnup, key) -> None:
    assert turnup("approve", CALL_OFF, "--key", str(key)).returncode == 0
    answer = turnup("deliver", CALL_OFF)
    assert answer.returncode == 0, answer.stderr


def test_from_drift_through_approval_back_to_what_was_delivered(
    turnup, start_fleet, signatory_key, prefect_environment
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    nothing = turnup("drift")
    assert (nothing.returncode, nothing.stdout) == (0, "0 devices compared: nothing is delivered there\n")
    assert turnup("plan", CALL_OFF).returncode == 0
    deliver(turnup, signatory_key)
    sent = {name: len(fleet.commands_received(name)) for name in fleet.names}
    none = turnup("drift")
    assert none.returncode == 0, none.stderr
    assert re.search(r"^no drift: 2 devices, \d{3} lines as delivered$", none.stdout, re.MULTILINE)

    edits = ("no vlan 150", "interface GigabitEthernet1/0/1", "switchport access vlan 666")
    fleet.type_as_another_operator(FIRST, edits, user="nightshift", address="192.0.2.77")
    found = turnup("drift", "HF-LIB-01", "--checks")
    assert found.returncode == 2, found.stderr
    assert re.search(rf"^{FIRST} .*{CALL_OFF}/L1 .*VLAN 150.* active\b", found.stdout, re.MULTILINE), found.stdout
    assert re.search(r"; service checks: 1 of \d+ do not hold$", found.stdout, re.MULTILINE)
    row = re.search(rf"^{FIRST} .*changed .*$", found.stdout, re.MULTILINE)
    assert row is not None, found.stdout
    for words in (f"{CALL_OFF}/L1", "switchport access vlan 666", "might be: nightshift from 192.0.2.77, "):
        assert words in row[0]
    as_json = json.loads(turnup("drift", "LBHF", "--checks", "--json").stdout)
    (failed,) = as_json["checks"]["failed"]
    assert (failed["device"], failed["expected"], failed["found"]) == (FIRST, "active", "")
    assert as_json["checks"]["asked"] > 1
    assert [(each["device"], each["kind"], each["found"]) for each in as_json["drift"]] == [
        (FIRST, "missing", ""),
        (FIRST, "changed", "switchport access vlan 666"),
    ]
    assert as_json["drift"][1]["path"] == ["interface GigabitEthernet1/0/1", "switchport access vlan 110"]
    for name in fleet.names:
        others = [line for line in fleet.commands_received(name)[sent[name] :] if line not in OWN_TERMINAL]
        assert [line for line in others if not any(allowed.fullmatch(line) for allowed in READ_LIST)] == []

    planned = turnup("drift", CALL_OFF, "--remediate")
    assert planned.returncode == 2, planned.stderr
    again = re.search(rf"Next: turnup approve {CALL_OFF} --plan ([0-9a-f]{{12}}) --key KEY", planned.stderr)
    assert again is not None, planned.stderr
    deliver(turnup, signatory_key)
    assert turnup("drift").returncode == 0
    assert "vlan 150" in fleet.startup_config(FIRST)

    url = prefect_environment["PREFECT_API_URL"]
    runs = [each for each in ask_prefect(url, "/flow_runs/filter", {}) if each["name"] == "drift HF-LIB-01"]
    of_run = {"artifacts": {"flow_run_id": {"any_": [runs[0]["id"]]}}}
    (artifact,) = ask_prefect(url, "/artifacts/filter", of_run)
    assert (runs[0]["state_type"], artifact["key"]) == ("COMPLETED", "drift-hf-lib-01")
    assert [each["kind"] for each in json.loads(artifact["data"])] == ["missing", "changed", "does not work"]


def test_a_device_that_is_not_read_is_listed_beside_the_drift_of_the_others(
    turnup, start_fleet, delivery, prefect_environment
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    delivery.deliver(delivery.plan(CALL_OFF))
    fleet.type_as_another_operator(FIRST, ("no vlan 150",))
    fleet.inject(SECOND, RefuseLogin())
    answer = turnup("drift")
    assert answer.returncode == 1
    assert re.search(rf"^{FIRST} .*missing .*vlan 150", answer.stdout, re.MULTILINE)
    assert re.search(rf"^not read HF-LIB-01 {SECOND}: .*login refused", answer.stderr, re.MULTILINE)
    as_json = json.loads(turnup("drift", "--json").stdout)
    assert (len(as_json["drift"]), [each["device"] for each in as_json["not_read"]]) == (1, [SECOND])
    runs = ask_prefect(prefect_environment["PREFECT_API_URL"], "/flow_runs/filter", {})
    mine = [each for each in runs if each["name"] == "drift of everything" and each["state_type"] == "FAILED"]
    assert len(mine) == 2

    unknown = turnup("drift", "HF-LIB-O1")
    assert (unknown.returncode, "Did you mean 'HF-LIB-01'?" in unknown.stderr) == (1, True)
    assert turnup("drift", "a b; c").returncode == 1


def test_everything_is_compared_every_morning(prefect_environment):
    program = "from flows.deployments import deploy_all; print(*deploy_all())"
    environment = {**os.environ, **prefect_environment}
    said = subprocess.run(
        (sys.executable, "-c", program), env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert "drift/turnup" in said.stdout
    url = prefect_environment["PREFECT_API_URL"]
    (found,) = [
        each for each in ask_prefect(url, "/deployments/filter", {}) if each["entrypoint"] == "flows.drift.drift"
    ]
    (schedule,) = found["schedules"]
    assert (schedule["active"], schedule["schedule"]["cron"]) == (True, DRIFT_CRON)
    assert schedule["schedule"]["timezone"] == DRIFT_TIMEZONE == "Europe/London"
