"""A delivery that has to wait: for the soak of its canary, for a window, for somebody who may break the glass."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CALL_OFF, CANARY, FROZEN, OTHER = "RBKC-2026-0007", "KC-HUB-03", "KC-LIB-02", "KC-TH-01"
DUTY = "duty-manager@supplier.example"
REASON = "Members vote here tomorrow; agreed with the head of ICT by telephone"


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


def edit(path: Path, **values: object) -> None:
    content = yaml.safe_load(path.read_text())
    content.update(values)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def soak_for(inventory: Path, minutes: float) -> None:
    path = inventory / "frameworks" / "LDN-NET-2026" / "framework.yaml"
    rules = yaml.safe_load(path.read_text())["rules"]
    edit(path, rules={**rules, "soak_minutes": minutes})


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-m", "flows.cli", *words),
        env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def outcomes_at(answer: dict, site: str) -> set[str]:
    return {each["outcome"] for each in answer["outcomes"] if each["site"] == site}


def test_soak_freeze_and_broken_glass(turnup, environment, start_fleet, approved, workspace, ledger):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = approved(CALL_OFF)
    freeze = {"starts": "2020-01-01", "ends": "2099-12-31", "reason": "Election night"}
    edit(workspace.inventory / "sites" / FROZEN / "site.yaml", freezes=[freeze])

    # The canary soaks; Ctrl-C leaves at once, and nothing else was begun.
    soak_for(workspace.inventory, 30)
    process = start(environment, "deliver", CALL_OFF)
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    said = []
    for line in process.stderr:
        said.append(line)
        if "soaks until" in line:
            process.send_signal(signal.SIGINT)
            break
    rest = process.communicate(timeout=60)
    watchdog.cancel()
    assert process.returncode == 130, ("".join(said), rest)
    assert re.search(rf"{CANARY} soaks until \w+ \d+ \w+ [\d:]+ London time \((30:00|29:\d\d) left\)", "".join(said))
    assert fleet.lines_received(f"{OTHER}-CPE1") == fleet.lines_received(f"{FROZEN}-CPE1") == ()

    # The same command goes on when the soak, counted from the canary's change, is over; what is frozen waits.
    soak_for(workspace.inventory, 0.01)
    partial = turnup("deliver", CALL_OFF, "--json")
    assert partial.returncode == 3, partial.stderr
    told = json.loads(partial.stdout)
    assert "soaks" not in partial.stderr
    assert (outcomes_at(told, CANARY), outcomes_at(told, OTHER)) == ({"unchanged"}, {"changed"})
    assert outcomes_at(told, FROZEN) == {"skipped"}
    assert f"{FROZEN} not due: freeze of {FROZEN} until Thu 31 Dec 2099: Election night" in partial.stderr
    wave = told["blast_radius"][1]
    assert {site["site"]: site["due"] for site in wave["sites"]} == {FROZEN: False, OTHER: True}
    assert next(site["due_from"] for site in wave["sites"] if site["site"] == FROZEN) == "2100-01-01T00:00:00+00:00"
    lines = {each["service_line"].rpartition("/")[2]: each for each in told["service_lines"]}
    assert {name for name, each in lines.items() if each["state"] == "delivered"} == {"L1", "L2", "L5", "L6"}
    assert list(lines["L1"]["milestones"])[-1] == "tested"
    assert all("not due: freeze" in words for name in ("L3", "L4") for words in lines[name]["why_not"])
    assert fleet.lines_received(f"{FROZEN}-CPE1") == ()
    status = turnup("status", CALL_OFF).stdout
    assert re.search(rf"{CALL_OFF}/L4 not delivered: \S+ skipped: not due: freeze", status)
    assert "4 of 6 service lines as planned." in status

    # Broken glass delivers the rest, and stands in the audit and in the status for good.
    whole = turnup("deliver", CALL_OFF, "--break-glass", REASON, "--json", TURNUP_EXECUTOR=DUTY)
    assert whole.returncode == 0, whole.stderr
    assert outcomes_at(json.loads(whole.stdout), FROZEN) == {"changed"}
    (glass,) = ledger.break_glass.of(CALL_OFF)
    assert (glass.who, glass.reason, glass.sites) == (DUTY, REASON, (FROZEN,))
    shown = {each["service_line"]: each for each in json.loads(turnup("status", CALL_OFF, "--json").stdout)}
    assert shown[f"{CALL_OFF}/L4"]["delivery"] == "delivered"
    assert [each["who"] for each in shown[f"{CALL_OFF}/L4"]["break_glass"]] == [DUTY]
    assert shown[f"{CALL_OFF}/L1"]["break_glass"] == []
    assert ledger.audit.verify().events > 100

    # What is frozen and delivered already keeps nobody waiting.
    over = turnup("deliver", CALL_OFF, "--json")
    assert over.returncode == 0, over.stderr
    assert outcomes_at(json.loads(over.stdout), FROZEN) == set()
    assert plan.hash == json.loads(over.stdout)["plan_hash"]
