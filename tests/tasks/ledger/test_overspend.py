"""Call-offs of two processes at once cannot together pass a ceiling: the value is checked where it is committed."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.approvals import signatures
from tasks.approvals.signatures import call_off_statement, record_approval, worth_of
from tasks.delivery import acknowledge
from tasks.ledger import Approval, Ledger
from tasks.workspace import Workspace
from turnup.errors import ApprovalRefused
from turnup.gate import value_of

CHECKOUT = Path(__file__).resolve().parents[3]
FIRST, SECOND = "LBHF-2026-0042", "WCC-2026-0003"


@pytest.fixture
def bench(place, inventory):
    """A workspace on the ledger, whose estate a test may change."""
    return Workspace(inventory=inventory, templates=CHECKOUT / "templates", ledger=place, executor="e@supplier.example")


@pytest.fixture
def orders(bench, ledger):
    """Two call-offs, recorded but not approved."""
    return {name: acknowledge(bench, ledger, name) for name in (FIRST, SECOND)}


@pytest.fixture
def worth(orders):
    """What the two are worth in the framework."""
    return {name: worth_of(order) for name, order in orders.items()}


@pytest.fixture
def worth_in(orders, worth):
    """What the two are worth under a ceiling."""
    lans = {
        name: sum(each.worst_case for each in value_of(order.call_off, order.framework) if each.lot == "LOT-1")
        for name, order in orders.items()
    }
    assert all(lans.values())
    return {"framework": worth, "lot": lans}.__getitem__


@pytest.fixture
def ceiling(inventory):
    """Set the ceiling of the framework or of the lot of the LANs."""

    def lower(what: str, pounds: Decimal) -> None:
        path = inventory / "frameworks" / "LDN-NET-2026" / "framework.yaml"
        old = '"200000000.00"' if what == "framework" else '"70000000.00"'
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, f'"{pounds}"'))

    return lower


def approve(bench: Workspace, ledger: Ledger, source: str) -> str:
    """Commit a call-off as `turnup approve` does, with a signature that was verified before; says how it went.

    The gate is asked with nothing known, as it would be by a process that looked before the other one committed.
    """
    from tasks.order import load_order

    order = load_order(bench, source)
    statement = call_off_statement(order)
    approval = Approval(
        reference=order.call_off.reference,
        revision=order.call_off.revision,
        kind=statement.kind,
        subject_hash=statement.subject_hash,
        signatory=order.buyer.signatories[-1].principal,
        fingerprint="SHA256:0000",
        signature="-----BEGIN SSH SIGNATURE-----",
        statement=statement.content.decode(),
        ledger_head=ledger.head(),
        at=ledger.now(),
        expires_at=ledger.now(),
    )
    try:
        record_approval(ledger, order, approval)
    except ApprovalRefused as error:
        return error.expected
    return "approved"


def approve_slowly(bench: Workspace, source: str) -> str:
    """The same in a process of its own, with time between the check and the commit for the other to come between."""
    check = signatures.check_ceilings

    def dawdle(order, commitments):
        check(order, commitments)
        time.sleep(0.3)

    signatures.check_ceilings = dawdle
    ledger = Ledger(bench.ledger)
    answer = approve(bench, ledger, source)
    ledger.close()
    return answer


@pytest.mark.parametrize("what", ["framework", "lot"])
@pytest.mark.parametrize("attempt", range(2))
def test_of_two_call_offs_at_once_that_overspend_together_exactly_one_wins(
    what, attempt, bench, ledger, worth, worth_in, ceiling, processes
):
    ceiling(what, sum(worth_in(what).values()) - Decimal("0.01"))
    answers = processes.at_once(approve_slowly, (bench, FIRST), (bench, SECOND))
    assert sorted(answers)[0] == "approved", answers
    assert sorted(answers)[1].startswith("at most £"), answers
    approved = [name for name in (FIRST, SECOND) if ledger.orders.approvals(name)]
    assert len(approved) == 1
    committed = ledger.orders.commitments("LDN-NET-2026")
    assert sum(each.worst_case_pence for each in committed) == worth[approved[0]] * 100
    assert ledger.audit.verify().approvals == 1


def test_two_call_offs_at_once_that_fit_to_the_penny_both_win(bench, ledger, worth, ceiling, processes):
    ceiling("framework", sum(worth.values()))
    assert processes.at_once(approve_slowly, (bench, FIRST), (bench, SECOND)) == ["approved", "approved"]


@pytest.mark.parametrize("what", ["framework", "lot"])
def test_who_comes_second_is_told_what_is_left_and_of_which_ceiling(what, bench, ledger, worth_in, ceiling):
    ceiling(what, sum(worth_in(what).values()) - Decimal("0.01"))
    assert approve(bench, ledger, FIRST) == "approved"
    left = worth_in(what)[SECOND] - Decimal("0.01")
    name = "framework LDN-NET-2026" if what == "framework" else "lot LOT-1"
    assert approve(bench, ledger, SECOND) == f"at most £{left:,.2f}, what is left of {name}"
    assert ledger.orders.approvals(SECOND) == ()


def test_approving_again_does_not_count_the_call_off_twice(bench, ledger, worth, ceiling):
    ceiling("framework", worth[FIRST])
    assert approve(bench, ledger, FIRST) == "approved"
    assert approve(bench, ledger, FIRST) == "approved"


def test_a_variation_counts_instead_of_the_revision_that_it_replaces(bench, ledger, worth, ceiling, inventory):
    ceiling("framework", worth[FIRST] + 1000)
    assert approve(bench, ledger, FIRST) == "approved"
    path = inventory / "call-offs" / f"{FIRST}.yaml"
    path.write_text(path.read_text().replace("revision: 1", "revision: 2").replace('"4200.00"', '"5200.00"'))
    acknowledge(bench, ledger, FIRST)
    assert approve(bench, ledger, FIRST) == "approved"
    assert (
        sum(each.worst_case_pence for each in ledger.orders.commitments("LDN-NET-2026")) == worth[FIRST] * 100 + 100_000
    )


def test_a_contract_that_only_warns_lets_it_pass(bench, ledger, worth, ceiling, inventory):
    path = inventory / "frameworks" / "LDN-NET-2026" / "framework.yaml"
    ceiling("framework", worth[FIRST])
    path.write_text(path.read_text().replace("over_ceiling: block", "over_ceiling: warn"))
    assert [approve(bench, ledger, name) for name in (FIRST, SECOND)] == ["approved", "approved"]
