"""An approval that is refused says why, and leaves nothing behind: it starts no clock."""

from __future__ import annotations

import json
import subprocess

import pytest

CALL_OFF = "LBHF-2026-0042"
SIGNATORY = "director-of-resources@lbhf.example"


@pytest.fixture
def seal(turnup, signatory_key, tmp_path):
    """The call-off's signature, made elsewhere."""
    order = tmp_path / "order.json"
    order.write_text(turnup("canonical", CALL_OFF).stdout)
    words = ("ssh-keygen", "-Y", "sign", "-f", str(signatory_key), "-n", "call-off@turnup", str(order))
    subprocess.run(words, check=True, capture_output=True)
    return str(tmp_path / "order.json.sig")


@pytest.fixture
def foreign_key(tmp_path):
    path = tmp_path / "foreign"
    subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)), check=True)
    return str(path)


def refused(turnup, *words: str) -> str:
    answer = turnup("approve", CALL_OFF, *words)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    return answer.stderr


def test_nothing_is_recorded_of_a_refused_approval(turnup, ledger, foreign_key, signatory_key, tmp_path):
    refused(turnup)
    refused(turnup, "--key", foreign_key)
    refused(turnup, "--key", foreign_key, "--signatory", SIGNATORY)
    refused(turnup, "--key", str(signatory_key), "--plan", "f" * 12)
    refused(turnup, "--signature", str(tmp_path / "none.sig"), "--signatory", SIGNATORY)
    assert ledger.audit.verify().events == 0
    assert turnup("approve", CALL_OFF, "--key", str(signatory_key)).returncode == 0
    assert ledger.lines.lines(CALL_OFF)[0].contracted_date is not None


def test_a_key_that_is_not_there_is_said_to_be_missing(turnup, signatory_key, tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        assert f"{path}: expected a private key file; found none" in refused(turnup, "--key", str(path))


def test_what_goes_with_a_signature_is_asked_for_and_never_passed_over(turnup, seal, signatory_key):
    by = ("--signature", seal, "--signatory", SIGNATORY)
    assert "--signatory with --signature; found none. Say who signed, one of: head" in refused(turnup, *by[:2])
    assert "expected --key or --signature; found both" in refused(turnup, *by, "--key", str(signatory_key))
    assert "expected --plan with --statement; found none" in refused(turnup, *by, "--statement", seal)
    assert "expected --statement with --plan and --signature" in refused(turnup, *by, "--plan", "f" * 12)


def test_what_was_approved_is_printed_as_json(turnup, seal, ledger):
    answer = turnup("approve", CALL_OFF, "--signature", seal, "--signatory", SIGNATORY, "--json")
    told = json.loads(answer.stdout)
    (approval,) = told["approvals"]
    assert (approval["call_off"], approval["kind"], approval["signatory"]) == (CALL_OFF, "call-off", SIGNATORY)
    assert told["ledger_head"] == ledger.head()
