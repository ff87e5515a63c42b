"""What a plan may send, what a failed canary stops, and what the Prefect UI shows of it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from flows.server import free_port
from lab.simulated import RefuseLogin, RejectLine
from tasks.devices.platforms import PLATFORMS

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ONE_SITE, THREE_SITES = "LBHF-2026-0042", "RBKC-2026-0007"
READ_LIST = PLATFORMS["cisco_ios"].read_list
OWN_TERMINAL = {"terminal width 511", "terminal length 0"}
"""What a session sets of its own terminal when it opens."""


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


PASSWORD = "a-password-that-must-not-leak-7Q"


def ask_prefect(url: str, path: str, body: dict) -> list[dict]:
    request = urllib.request.Request(
        f"{url}{path}", json.dumps(body).encode(), {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@pytest.mark.parametrize("words", [("plan", ONE_SITE), ("dry-run", ONE_SITE)])
def test_planning_and_an_online_dry_run_send_reads_only(turnup, start_fleet, words):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    before = {name: fleet.running_config(name) for name in fleet.names}
    answer = turnup(*words)
    assert answer.returncode == 0, answer.stderr
    for name in fleet.names:
        assert fleet.lines_received(name) == ()
        sent = fleet.commands_received(name)
        assert "show running-config" in sent
        others = [line for line in sent if line not in OWN_TERMINAL]
        assert [line for line in others if not any(allowed.fullmatch(line) for allowed in READ_LIST)] == []
        assert fleet.running_config(name) == before[name]


def test_an_online_dry_run_writes_nothing_down(turnup, start_fleet, workspace):
    start_fleet(ONE_SITE, minute_seconds=60)
    assert turnup("dry-run", ONE_SITE).returncode == 0
    assert not Path(workspace.ledger).exists()


def test_a_refused_login_is_named_and_nothing_is_planned(turnup, start_fleet):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    fleet.inject("HF-LIB-01-SW2", RefuseLogin())
    answer = turnup("plan", ONE_SITE)
    assert answer.returncode == 1
    assert re.search(r"HF-LIB-01-SW2.*login", answer.stderr)
    assert "HF-LIB-01-SW1:" not in answer.stderr
    assert turnup("approve", ONE_SITE, "--plan", "abcdef0", "--key", "/dev/null").returncode == 1


def test_a_failed_canary_stops_the_later_waves_and_the_next_run_goes_on(turnup, start_fleet, approved):
    fleet = start_fleet(THREE_SITES, minute_seconds=60)
    approved(THREE_SITES)
    before = {name: fleet.running_config(name) for name in fleet.names}
    fleet.inject("KC-HUB-03-CPE1", RejectLine("router bgp"))
    failed = turnup("deliver", THREE_SITES, "--json")
    assert failed.returncode == 3, failed.stderr
    outcomes = {(each["site"], each["device"]): each["outcome"] for each in json.loads(failed.stdout)["outcomes"]}
    assert outcomes["KC-HUB-03", "KC-HUB-03-CPE1"] == "rolled_back"
    later = {place: outcome for place, outcome in outcomes.items() if place[0] != "KC-HUB-03"}
    assert set(later.values()) == {"skipped"}
    assert len(later) == 7
    for name in ("KC-LIB-02-SW1", "KC-TH-01-SW1", "KC-TH-01-SW2", "KC-LIB-02-CPE1", "KC-TH-01-CPE1", "KC-HUB-03-SW1"):
        assert configured(fleet.running_config(name)) == configured(before[name])

    fleet.clear_faults("KC-HUB-03-CPE1")
    again = turnup("deliver", THREE_SITES, "--json")
    assert again.returncode == 0, again.stderr
    outcomes = {each["outcome"] for each in json.loads(again.stdout)["outcomes"]}
    assert outcomes <= {"changed", "unchanged"}
    assert "vrf definition RBKC" in fleet.running_config("KC-TH-01-CPE1")


def configured(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(("! ", "Current configuration"))]


def test_ctrl_c_while_devices_are_read_leaves_nothing_behind(environment, turnup, start_fleet):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    process = subprocess.Popen(
        (sys.executable, "-m", "flows.cli", "plan", ONE_SITE),
        env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not any(fleet.commands_received(name) for name in fleet.names):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert turnup("plan", ONE_SITE).returncode == 0


def test_runs_are_named_and_tagged_and_leave_plan_diff_progress_and_outcomes(
    turnup, start_fleet, signatory_key, prefect_environment
):
    start_fleet(ONE_SITE, minute_seconds=60)
    url = prefect_environment["PREFECT_API_URL"]
    seen = {each["id"] for each in ask_prefect(url, "/flow_runs/filter", {})}
    plan_hash = json.loads(turnup("plan", ONE_SITE, "--json").stdout)["plan_hash"]
    assert turnup("approve", ONE_SITE, "--key", str(signatory_key)).returncode == 0
    assert turnup("deliver", ONE_SITE).returncode == 0
    runs = [each for each in ask_prefect(url, "/flow_runs/filter", {}) if each["id"] not in seen]
    assert {each["name"] for each in runs} == {f"plan {ONE_SITE} r1", f"deliver {ONE_SITE} r1"}
    for run in runs:
        assert run["state_type"] == "COMPLETED"
        assert {ONE_SITE, "LBHF", "HF-LIB-01"} <= set(run["tags"])
    steps = ask_prefect(url, "/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"] for run in runs]}}})
    assert {"deliver HF-LIB-01", "verify HF-LIB-01"} <= {step["name"] for step in steps}
    artifacts = {}
    for run in runs:
        of_run = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}}
        artifacts |= {each["key"]: each for each in ask_prefect(url, "/artifacts/filter", of_run)}
    key = ONE_SITE.lower()
    assert set(artifacts) == {f"plan-{key}", f"diff-{key}", f"progress-{key}", f"outcomes-{key}", f"lines-{key}"}
    assert plan_hash in artifacts[f"plan-{key}"]["description"]
    assert "+vlan 150" in artifacts[f"diff-{key}"]["data"]
    assert float(artifacts[f"progress-{key}"]["data"]) == 100.0
    assert [row["outcome"] for row in json.loads(artifacts[f"outcomes-{key}"]["data"])] == ["changed", "changed"]
    (line,) = json.loads(artifacts[f"lines-{key}"]["data"])
    assert (line["service line"], line["state"], line["milestone"]) == (f"{ONE_SITE}/L1", "delivered", "tested")


def test_turnup_up_serves_deployments_with_which_a_delivery_is_started(
    environment, turnup, start_fleet, signatory_key, tmp_path
):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    port = free_port()
    here = {**environment, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "PREFECT_HOME": str(tmp_path / "home")}
    up = subprocess.Popen(
        (sys.executable, "-m", "flows.cli", "up", "--port", str(port), "--home", str(tmp_path / "home")),
        env=here, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert up.stdout is not None
        for line in up.stdout:
            if "Stop with Ctrl-C" in line:
                break
        told = {name: here[name] for name in ("PREFECT_API_URL", "PREFECT_HOME")}
        assert turnup("plan", ONE_SITE, **told).returncode == 0
        assert turnup("approve", ONE_SITE, "--key", str(signatory_key), **told).returncode == 0
        found = ask_prefect(here["PREFECT_API_URL"], "/deployments/filter", {})
        deployment = next(each for each in found if each["entrypoint"] == "flows.deliver.deliver")
        run = ask_prefect(
            here["PREFECT_API_URL"],
            f"/deployments/{deployment['id']}/create_flow_run",
            {"parameters": {"call_off": ONE_SITE}, "state": {"type": "SCHEDULED"}},
        )
        assert state_at_the_end(here["PREFECT_API_URL"], run["id"]) == "COMPLETED"
        told = logs_of(here["PREFECT_API_URL"], run["id"])
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=60)
    assert all("vlan 150" in fleet.startup_config(name) for name in fleet.names)
    first = f"{ONE_SITE} r1 HF-LIB-01 HF-LIB-01-SW1"
    stages = [line for line in told if line.startswith(first)]
    for stage in ("connect", "collect", "arm", "apply", "verify", "confirm", "save"):
        assert f"{first} {stage}" in stages
    assert re.fullmatch(re.escape(first) + r" changed \(\d+ lines\)", stages[-1]), stages
    assert f"{ONE_SITE} r1 HF-LIB-01 verified" in told
    assert any(line.startswith(f"{ONE_SITE} r1 attempt 1, plan ") for line in told)
    assert f"{ONE_SITE} r1 attempt 1 ended" in told
    assert not any(PASSWORD in line for line in told)


def logs_of(url: str, run_id: str) -> list[str]:
    """What the UI's run page shows, once the last line that steps write is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        wanted = {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC", "limit": 200}
        found = [each["message"] for each in ask_prefect(url, "/logs/filter", wanted)]
        if any(line.endswith(" ended") for line in found):
            return found
        time.sleep(0.5)
    return found


def state_at_the_end(url: str, run_id: str) -> str:
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{url}/flow_runs/{run_id}", timeout=20) as answer:
            state = json.load(answer)["state_type"]
        if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return state
        time.sleep(0.5)
    return "still running"


@pytest.mark.parametrize("words", [("plan",), ("dry-run",)], ids=lambda words: words[0])
def test_one_cause_for_all_devices_is_said_once(turnup, start_fleet, words):
    start_fleet(ONE_SITE, minute_seconds=60)
    answer = turnup(*words, ONE_SITE, TURNUP_PASSWORD="")
    said = answer.stdout + answer.stderr
    assert answer.returncode == 1
    assert said.count("expected the environment variable TURNUP_PASSWORD to be set") == 1
    assert ".." not in said
