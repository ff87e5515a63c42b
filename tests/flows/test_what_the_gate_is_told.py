"""What the ledger and the clock tell the gate: when an order is taken, and which revision stands."""

from __future__ import annotations

import json

import pytest
import yaml

from tasks.delivery import acknowledge, load_known_order
from tasks.ledger import LineState
from turnup.errors import GateRefused

CALL_OFF = "LBHF-2026-0042"


@pytest.fixture
def rewrite(inventory):
    """Change fields of the call-off."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"

    def rewritten(**fields):
        path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **fields}, sort_keys=False))

    return rewritten


def rules_of(error: GateRefused) -> list[str]:
    return [finding.rule for finding in error.findings]


def test_an_order_of_2099_is_neither_acknowledged_nor_approved_and_validate_warns(
    workspace, ledger, rewrite, turnup, signatory_key
):
    rewrite(ordered_at="2099-11-23T10:15:00+00:00")
    with pytest.raises(GateRefused) as caught:
        acknowledge(workspace, ledger, CALL_OFF)
    assert rules_of(caught.value) == ["order-placed"]
    assert "[order-placed]" in turnup("approve", CALL_OFF, "--key", str(signatory_key)).stderr
    assert ledger.audit.verify().events == 0
    draft = turnup("validate", CALL_OFF, "--json")
    assert draft.returncode == 0
    said = json.loads(draft.stdout)
    assert said["valid"] is True
    assert [(each["rule"], each["severity"]) for each in said["findings"]] == [("order-placed", "warning")]


def test_a_revision_that_a_later_one_replaced_is_refused_by_all_and_not_only_by_approve(
    turnup, ledger, rewrite, signatory_key
):
    rewrite(revision=2)
    assert turnup("approve", CALL_OFF, "--key", str(signatory_key)).returncode == 0
    assert turnup("validate", CALL_OFF).returncode == 0
    rewrite(revision=1)
    events = ledger.audit.verify().events
    for words in (("validate",), ("plan",), ("dry-run",), ("deliver",), ("cease",), ("approve", "--key", "none")):
        answer = turnup(words[0], CALL_OFF, *words[1:])
        assert answer.returncode == 1, words
        told = answer.stdout + answer.stderr
        assert "revision: [revision-stands] expected r2, which was approved, or a later one; found r1." in told, words
        assert "Go on with revision 2" in told
    assert ledger.audit.verify().events == events
    rewrite(revision=3)
    assert turnup("validate", CALL_OFF).returncode == 0


@pytest.fixture
def wan_alone(inventory, workspace, ledger):
    """A call-off for a WAN at a site whose LAN an earlier one delivered: only the ledger knows that."""
    folder = inventory / "call-offs"
    content = yaml.safe_load((folder / "RBKC-2026-0007.yaml").read_text())
    wan = next(line for line in content["lines"] if line["id"] == "L2")
    earlier = acknowledge(workspace, ledger, "RBKC-2026-0007")
    content |= {"reference": "RBKC-2026-0008", "lines": [{**wan, "id": "L1"}]}
    (folder / "RBKC-2026-0008.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    ledger.lines.set_state([f"{earlier.call_off.reference}/L1"], LineState.DELIVERED, "engineer@supplier.example")
    return "RBKC-2026-0008"


def test_a_wan_whose_lan_an_earlier_call_off_delivered_passes_everywhere(
    wan_alone, workspace, ledger, turnup, signatory_key
):
    order = acknowledge(workspace, ledger, wan_alone)
    assert load_known_order(workspace, ledger, wan_alone) == order
    assert turnup("canonical", wan_alone).stdout.encode() == order.call_off.canonical()
    told = turnup("accept", wan_alone, "--key", str(signatory_key)).stderr
    assert "wan-has-lan" not in told
    assert ledger.orders.revisions(wan_alone) == (1,)
    assert ledger.orders.revisions("RBKC-2026-0009") == ()
