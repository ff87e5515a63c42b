"""A signatory with nothing but OpenSSH signs on another machine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

CALL_OFF = "LBHF-2026-0042"
SIGNATORY = "director-of-resources@lbhf.example"


@pytest.fixture
def environment(environment, prefect_environment):
    return {**environment, **prefect_environment}


def signed(key: Path, namespace: str, content: str, place: Path) -> tuple[Path, Path]:
    place.write_bytes(content.encode())
    subprocess.run(
        ("ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace, str(place)), check=True, capture_output=True
    )
    return place, place.with_name(place.name + ".sig")


def test_order_and_plan_are_approved_by_signatures_made_elsewhere(turnup, start_fleet, signatory_key, tmp_path):
    start_fleet(CALL_OFF, minute_seconds=60)
    _order, seal = signed(signatory_key, "call-off@turnup", turnup("canonical", CALL_OFF).stdout, tmp_path / "order")
    approved = turnup("approve", CALL_OFF, "--signature", str(seal), "--signatory", SIGNATORY)
    assert approved.returncode == 0, approved.stderr
    planned = turnup("plan", CALL_OFF, "--json")
    plan_hash = json.loads(planned.stdout)["plan_hash"]
    words = turnup("canonical", CALL_OFF, "--plan", plan_hash[:12]).stdout
    statement, seal = signed(signatory_key, "plan@turnup", words, tmp_path / "plan")
    turnup("hold", CALL_OFF, "--line", "L1", "--cause", "the head moves on meanwhile")
    by = ("--plan", plan_hash[:12], "--signature", str(seal), "--signatory", SIGNATORY)
    assert "--statement" in turnup("approve", CALL_OFF, *by).stderr
    approved = turnup("approve", CALL_OFF, *by, "--statement", str(statement))
    assert approved.returncode == 0, approved.stderr
    delivered = turnup("deliver", CALL_OFF)
    assert delivered.returncode == 0, delivered.stderr


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (lambda said: {**said, "ledger_head": "f" * 64}, "a head of this ledger"),
        (lambda said: {**said, "plan_hash": "f" * 64}, "another statement"),
        (lambda said: {**said, "revision": 7}, "another statement"),
        (lambda said: [said], "something else"),
    ],
)
def test_a_statement_about_something_else_is_refused(
    turnup, start_fleet, delivery, signatory_key, tmp_path, changed, complaint
):
    start_fleet(CALL_OFF)
    plan_hash = delivery.plan(CALL_OFF).hash
    said = json.loads(turnup("canonical", CALL_OFF, "--plan", plan_hash).stdout)
    words = json.dumps(changed(said), sort_keys=True, separators=(",", ":"))
    statement, seal = signed(signatory_key, "plan@turnup", words, tmp_path / "plan")
    refused = turnup(
        "approve", CALL_OFF, "--plan", plan_hash, "--signature", str(seal), "--signatory", SIGNATORY,
        "--statement", str(statement),
    )  # fmt: skip
    assert refused.returncode == 1
    assert complaint in refused.stderr
