"""Who may approve what: the content, the person, the limit, the time, and three different people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.approvals.signatures import (
    call_off_statement,
    certificate_statement,
    check_approval,
    check_signatory,
    find_signatory,
    plan_statement,
    signers_of,
    worth_of,
)
from tasks.approvals.ssh_keygen import verify
from tasks.ledger import ApprovalKind
from turnup.canonical import canonical_bytes, text_hash
from turnup.errors import ApprovalRefused

HEAD = "0" * 64
PLAN = "a" * 64
EXECUTOR = "field-engineer@supplier.example"
AUTHOR = "category-manager@lbhf.example"


@pytest.fixture
def order(people):
    return people.order()


def refused(question, *words, **named) -> ApprovalRefused:
    with pytest.raises(ApprovalRefused) as caught:
        question(*words, **named)
    assert caught.value.remedy
    return caught.value


# What is signed


def test_what_is_signed_is_the_canonical_call_off_of_this_very_revision(order):
    statement = call_off_statement(order)
    content = json.loads(statement.content)
    assert (content["reference"], content["revision"]) == ("LBHF-2026-0042", 1)
    assert statement.content == canonical_bytes(content) == order.call_off.canonical()
    assert statement.subject_hash == text_hash(statement.content.decode()) == order.call_off.hash()


def test_an_approval_says_who_signed_what_with_which_key_until_when(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    assert (approval.reference, approval.revision, approval.kind) == ("LBHF-2026-0042", 1, ApprovalKind.CALL_OFF)
    assert approval.signatory == "director-of-resources@lbhf.example"
    assert approval.fingerprint.startswith("SHA256:")
    assert approval.statement.encode() == statement.content
    assert approval.expires_at - approval.at == timedelta(days=order.framework.rules.approval_valid_days)
    check_approval(order, approval, statement.content, EXECUTOR, people.now)


def test_a_buyer_can_check_it_with_ssh_keygen_alone(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    allowed = signers_of(order.buyer)
    assert allowed.count("\n") == len(order.buyer.signatories)
    namespace = f"{approval.kind}@turnup"
    assert verify(order.call_off.canonical(), approval.signature, approval.signatory, allowed, namespace, approval.at)


CHANGES = {
    "a later revision": ("revision: 1", "revision: 2"),
    "another price": ('"4200.00"', '"4200.01"'),
    "another VLAN": ("vlan: 150", "vlan: 151"),
    "another title": ("Hammersmith Library LAN", "Hammersmith library LAN"),
    "an option taken": ("months: 12}", "months: 12, exercised: true}"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_signature_for_one_content_is_none_for_another(people, order, old, new):
    approval = people.approval(order, call_off_statement(order))
    people.change_order(old, new)
    changed = people.order()
    statement = call_off_statement(changed)
    error = refused(people.approval, changed, statement, signature=approval.signature)
    assert "exactly these bytes" in error.expected
    refused(check_approval, changed, approval, statement.content, EXECUTOR, people.now)


def test_what_does_not_change_the_content_does_not_break_the_signature(people, order):
    approval = people.approval(order, call_off_statement(order))
    people.change_order('one_off_gbp: "4200.00"', "one_off_gbp: 4200  # the same to the penny")
    again = people.order()
    check_approval(again, approval, call_off_statement(again).content, EXECUTOR, people.now)


# One kind of statement is not another


@pytest.fixture
def statements(order):
    return {
        "call-off": call_off_statement(order),
        "plan": plan_statement(order, PLAN, HEAD),
        "certificate": certificate_statement(order, ("LBHF-2026-0042/L1",), "e" * 64, HEAD),
    }


@pytest.mark.parametrize("signed", ["call-off", "plan", "certificate"])
@pytest.mark.parametrize("used", ["call-off", "plan", "certificate"])
def test_a_signature_under_one_statement_approves_no_other(people, order, statements, signed, used):
    seal = people.sign(statements[signed], "director")
    if signed == used:
        assert people.approval(order, statements[used], signature=seal).kind is statements[used].kind
    else:
        refused(people.approval, order, statements[used], signature=seal)


@pytest.mark.parametrize("signed", ["call-off", "plan", "certificate"])
@pytest.mark.parametrize("kind", ApprovalKind)
def test_not_even_over_the_same_bytes(people, order, statements, signed, kind):
    seal = people.sign(statements[signed], "director")
    claimed = replace(statements[signed], kind=kind)
    if kind is statements[signed].kind:
        people.approval(order, claimed, signature=seal)
    else:
        refused(people.approval, order, claimed, signature=seal)


@pytest.mark.parametrize(
    "other",
    [
        lambda people, order: plan_statement(order, "b" * 64, HEAD),
        lambda people, order: plan_statement(order, PLAN, "1" * 64),
        lambda people, order: (
            people.change_order("revision: 1", "revision: 2"),
            plan_statement(people.order(), PLAN, HEAD),
        )[1],
        lambda people, order: (
            people.change_order('"4200.00"', '"4200.01"'),
            plan_statement(people.order(), PLAN, HEAD),
        )[1],
    ],
    ids=["another plan", "another head of the ledger", "another revision", "another content of the same revision"],
)
def test_the_approval_of_a_plan_binds_plan_revision_content_and_ledger(people, order, other):
    seal = people.sign(plan_statement(order, PLAN, HEAD), "director")
    people.approval(order, plan_statement(order, PLAN, HEAD), signature=seal)
    refused(people.approval, order, other(people, order), signature=seal)


@pytest.mark.parametrize(
    "other",
    [
        lambda order: certificate_statement(order, ("LBHF-2026-0042/L1", "LBHF-2026-0042/L2"), "e" * 64, HEAD),
        lambda order: certificate_statement(order, ("LBHF-2026-0042/L1",), "f" * 64, HEAD),
        lambda order: certificate_statement(order, ("LBHF-2026-0042/L1",), "e" * 64, "1" * 64),
    ],
    ids=["more lines", "other evidence", "another head of the ledger"],
)
def test_a_certificate_binds_lines_evidence_and_ledger(people, order, statements, other):
    seal = people.sign(statements["certificate"], "director")
    refused(people.approval, order, other(order), signature=seal)


# Who signs


def test_the_wrong_key_of_the_right_person_is_refused(people, order):
    statement = call_off_statement(order)
    seal = people.sign(statement, "head-of-ict")
    refused(people.approval, order, statement, "director", signature=seal)


@pytest.mark.parametrize("who", ["stranger"])
def test_a_signatory_of_another_buyer_is_a_stranger(people, order, who):
    statement = call_off_statement(order)
    error = refused(find_signatory, order.buyer, people.principal(who), None)
    assert (error.where, error.found) == ("buyer LBHF", "stranger@rbkc.example")
    error = refused(find_signatory, order.buyer, "", people.key(who))
    assert "inventory/buyers/LBHF.yaml" in error.remedy
    refused(people.approval, order, statement, "director", signature=people.sign(statement, who))


def test_an_approval_by_somebody_who_is_no_signatory_any_more_does_not_hold(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    people.change_buyer(lambda signatories: signatories.pop(1))
    error = refused(check_approval, people.order(), approval, statement.content, EXECUTOR, people.now)
    assert error.expected == "an approval by a signatory of the buyer"


def test_a_key_that_was_replaced_does_not_hold_any_more(people, order, make_key):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    people.change_buyer(lambda signatories: signatories[1].update(public_key=make_key("new")[1]))
    refused(check_approval, people.order(), approval, statement.content, EXECUTOR, people.now)


def test_a_signatory_is_found_by_the_key_and_a_misspelt_one_gets_the_nearest(people, order):
    found = find_signatory(order.buyer, "", people.key("director"))
    assert found.principal == "director-of-resources@lbhf.example"
    error = refused(find_signatory, order.buyer, "directr-of-resources@lbhf.example", None)
    assert error.remedy == "Did you mean 'director-of-resources@lbhf.example'?"


@pytest.mark.parametrize("key", [None, "missing"])
def test_without_name_and_key_nobody_signs(people, order, key, tmp_path):
    assert "key" in refused(find_signatory, order.buyer, "", tmp_path / key if key else None).expected


@pytest.mark.parametrize("who", ["former", "next"])
def test_a_signatory_whose_time_is_over_or_has_not_come_may_not_sign(people, order, who):
    statement = call_off_statement(order)
    error = refused(people.approval, order, statement, who)
    assert error.where == f"signature by {people.principal(who)}"


def test_what_a_signatory_signed_in_time_holds_when_the_time_is_over(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)

    def retire(signatories):
        signatories[1]["valid_until"] = "2026-11-30"

    people.change_buyer(retire)
    check_approval(people.order(), approval, statement.content, EXECUTOR, people.now + timedelta(days=30))


# The limit


@pytest.mark.parametrize(("pence", "enough"), [(-1, False), (0, True)])
def test_the_limit_covers_the_worst_case_to_the_penny(people, order, pence, enough):
    limit = worth_of(order) + Decimal(pence) / 100
    people.change_buyer(lambda signatories: signatories[1].update(limit_gbp=str(limit)))
    limited = people.order()
    if enough:
        people.approval(limited, call_off_statement(limited))
        return
    error = refused(people.approval, limited, call_off_statement(limited))
    assert error.expected == f"a signatory whose limit covers £{worth_of(order):,.2f}"
    assert error.found == f"director-of-resources@lbhf.example: £{limit:,.2f}"


def test_the_worst_case_counts_the_options_that_nobody_has_taken_yet(order):
    assert worth_of(order) == Decimal("4200.00") + Decimal("310.00") * (36 + 12)


def test_a_limit_that_was_lowered_since_counts(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    people.change_buyer(lambda signatories: signatories[1].update(limit_gbp="1.00"))
    error = refused(check_approval, people.order(), approval, statement.content, EXECUTOR, people.now)
    assert "limit covers" in error.expected


@pytest.mark.parametrize("kind", ["plan", "certificate"])
def test_the_limit_counts_for_plans_and_certificates_too(people, statements, kind):
    people.change_buyer(lambda signatories: signatories[1].update(limit_gbp="1.00"))
    assert "limit covers" in refused(people.approval, people.order(), statements[kind]).expected


# Three people


def test_the_author_does_not_approve(people):
    people.change_order(AUTHOR, "director-of-resources@lbhf.example")
    order = people.order()
    statement = call_off_statement(order)
    error = refused(people.approval, order, statement)
    assert error.expected == "an approver who is not the author"
    people.approval(order, statement, "head-of-ict")
    refused(check_signatory, order, order.buyer.signatories[1])


@pytest.mark.parametrize(
    "executor",
    [AUTHOR, "director-of-resources@lbhf.example", "Director-Of-Resources@LBHF.example", AUTHOR.upper()],
)
def test_neither_author_nor_approver_executes(people, order, executor):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    error = refused(check_approval, order, approval, statement.content, executor, people.now)
    assert (error.expected, error.found) == ("an executor who is neither author nor approver", executor)


def test_a_signatory_who_did_not_sign_may_execute(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    check_approval(order, approval, statement.content, "head-of-ict@lbhf.example", people.now)


# Time, and approvals that were edited


@pytest.mark.parametrize(("left", "holds"), [(timedelta(microseconds=1), True), (timedelta(0), False)])
def test_an_approval_holds_until_it_expires(people, order, left, holds):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    words = (order, approval, statement.content, EXECUTOR, approval.expires_at - left)
    if holds:
        check_approval(*words)
    else:
        assert refused(check_approval, *words).found == "expired on 2027-02-22"


EDITS = {
    "another signatory": {"signatory": "head-of-ict@lbhf.example"},
    "another kind": {"kind": ApprovalKind.PLAN},
    "no signature": {"signature": ""},
    "junk for a signature": {"signature": "junk"},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_approval_that_was_edited_in_the_ledger_does_not_verify(people, order, edit):
    statement = call_off_statement(order)
    edited = replace(people.approval(order, statement), **edit)
    refused(check_approval, order, edited, statement.content, EXECUTOR, people.now)


def test_a_signing_time_moved_to_when_the_key_did_not_hold_does_not_verify(people, order):
    statement = call_off_statement(order)
    approval = people.approval(order, statement)
    moved = replace(approval, at=approval.at - timedelta(days=3650))
    refused(check_approval, order, moved, statement.content, EXECUTOR, people.now)


@pytest.mark.parametrize(
    ("who", "days"), [("former", "2024-04-01 to 2026-03-31"), ("next", "2027-04-01 to 2029-03-31")]
)
def test_a_signatory_whose_time_is_over_or_not_come_hears_the_days(people, order, who, days):
    error = refused(people.approval, order, call_off_statement(order), who)
    assert (error.expected, error.found) == (f"a signature from {days}", "one on 2026-11-24")
