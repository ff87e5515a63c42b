"""What is signed, by whom, and whether it covers the value: approvals of call-offs and plans, certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.approvals.ssh_keygen import AllowedSigner, allowed_signers_text, public_key_of, sign, verify
from tasks.ledger.records import Approval, ApprovalKind, LotCommitment
from turnup.buyers import Buyer, Signatory
from turnup.canonical import Json, canonical_bytes, text_hash
from turnup.clock import london_date
from turnup.errors import ApprovalRefused
from turnup.findings import did_you_mean
from turnup.framework import OverCeiling
from turnup.gate import Order, value_of

if TYPE_CHECKING:
    from tasks.ledger import Ledger

NAMESPACES = tuple(f"{kind}@turnup" for kind in ApprovalKind)
"""Signature namespaces, so that a signature for one thing is none for another."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signatory signs.

    Attributes:
        subject_hash: what the statement is about.
        content: the bytes.
    """

    kind: ApprovalKind
    subject_hash: str
    content: bytes


def call_off_statement(order: Order) -> Statement:
    """The canonical bytes of the call-off itself: a buyer can check the signature with ssh-keygen alone."""
    return Statement(ApprovalKind.CALL_OFF, order.call_off.hash(), order.call_off.canonical())


def plan_statement(order: Order, plan_hash: str, ledger_head: str) -> Statement:
    """Which plan is approved for which revision, and where the ledger stood."""
    content: Json = {
        "statement": "plan approval",
        "call_off": order.call_off.reference,
        "revision": order.call_off.revision,
        "call_off_hash": order.call_off.hash(),
        "plan_hash": plan_hash,
        "ledger_head": ledger_head,
    }
    return Statement(ApprovalKind.PLAN, plan_hash, canonical_bytes(content))


def certificate_statement(order: Order, lines: tuple[str, ...], evidence: str, ledger_head: str) -> Statement:
    """The buyer's satisfaction certificate for delivered service lines."""
    content: Json = {
        "statement": "satisfaction certificate",
        "call_off": order.call_off.reference,
        "revision": order.call_off.revision,
        "service_lines": list(lines),
        "evidence_hash": evidence,
        "ledger_head": ledger_head,
    }
    sealed = canonical_bytes(content)
    return Statement(ApprovalKind.ACCEPTANCE, text_hash(sealed.decode()), sealed)


def worth_of(order: Order) -> Decimal:
    """What a signatory's limit has to cover: the worst case of the call-off."""
    return sum((each.worst_case for each in value_of(order.call_off, order.framework)), Decimal(0))


def find_signatory(buyer: Buyer, principal: str, key: Path | None) -> Signatory:
    """Find who signs: by name if given, else by the key.

    Raises:
        ApprovalRefused: nobody of the buyer has that name or that key.
    """
    if principal:
        found = buyer.signatory(principal)
        if found is not None:
            return found
        remedy = did_you_mean(principal, (each.principal for each in buyer.signatories))
        raise ApprovalRefused(f"buyer {buyer.code}", "one of its signatories", principal, remedy)
    if key is not None:
        public = public_key_of(key)
        for each in buyer.signatories:
            if each.public_key.split()[:2] == public.split()[:2]:
                return each
    raise ApprovalRefused(
        f"buyer {buyer.code}",
        "the key of one of its signatories",
        f"the key {key}" if key else "no key",
        f"Put its public half into inventory/buyers/{buyer.code}.yaml, or sign with another key.",
    )


def check_signatory(order: Order, signatory: Signatory) -> None:
    """Check that a signatory may sign for this order: is not its author, and has the limit.

    Raises:
        ApprovalRefused: says which.
    """
    where = f"{order.call_off.reference} r{order.call_off.revision}"
    if signatory.principal == order.call_off.author:
        remedy = "Somebody else has to sign: author, approver and executor are different people."
        raise ApprovalRefused(where, "an approver who is not the author", signatory.principal, remedy)
    worth = worth_of(order)
    if worth > signatory.limit_gbp:
        remedy = "Have it signed by a signatory with a higher limit."
        expected = f"a signatory whose limit covers £{worth:,.2f}"
        raise ApprovalRefused(where, expected, f"{signatory.principal}: £{signatory.limit_gbp:,.2f}", remedy)


def _check_days(signatory: Signatory, at: datetime) -> None:
    """Say it in our words when a signatory's time is over or not come; OpenSSH checks it too, but does not say why."""
    day = london_date(at)
    if not signatory.valid_from <= day <= signatory.valid_until:
        expected = f"a signature from {signatory.valid_from} to {signatory.valid_until}"
        remedy = "Have it signed by somebody who is a signatory now."
        raise ApprovalRefused(f"signature by {signatory.principal}", expected, f"one on {day}", remedy)


def signers_of(buyer: Buyer) -> str:
    """The allowed-signers file of a buyer."""
    signers = (
        AllowedSigner(each.principal, each.public_key, each.valid_from, each.valid_until) for each in buyer.signatories
    )
    return allowed_signers_text(signers, NAMESPACES)


def make_approval(
    order: Order, statement: Statement, signatory: Signatory, signature: str, ledger_head: str, at: datetime
) -> Approval:
    """Verify a signature and make it an approval.

    Raises:
        ApprovalRefused: the signature does not hold, or the signatory may not sign this.
    """
    check_signatory(order, signatory)
    _check_days(signatory, at)
    fingerprint = verify(
        statement.content, signature, signatory.principal, signers_of(order.buyer), f"{statement.kind}@turnup", at
    )
    return Approval(
        reference=order.call_off.reference,
        revision=order.call_off.revision,
        kind=statement.kind,
        subject_hash=statement.subject_hash,
        signatory=signatory.principal,
        fingerprint=fingerprint,
        signature=signature,
        statement=statement.content.decode(),
        ledger_head=ledger_head,
        at=at,
        expires_at=at + timedelta(days=order.framework.rules.approval_valid_days),
    )


def sign_statement(statement: Statement, key: Path) -> str:
    """Sign a statement in the namespace of its kind."""
    return sign(key, f"{statement.kind}@turnup", statement.content)


def record_approval(ledger: Ledger, order: Order, approval: Approval) -> None:
    """Record an approval, the value checked in the same transaction.

    Raises:
        ApprovalRefused: other call-offs took what was left under a ceiling meanwhile, or a later revision stands.
    """

    def check(commitments: tuple[LotCommitment, ...]) -> None:
        if approval.kind is ApprovalKind.CALL_OFF:
            check_ceilings(order, commitments)

    check_not_superseded(ledger, order)
    ledger.orders.approve(approval, order.framework.reference, check, approval.signatory)
    if approval.kind is ApprovalKind.CALL_OFF:
        call_off = order.call_off
        ids = (f"{call_off.reference}/{line.id}" for line in call_off.lines)
        ledger.lines.settle_on(call_off.reference, call_off.revision, ids, approval.signatory)


def check_not_superseded(ledger: Ledger, order: Order) -> None:
    """Check that no later revision of the call-off is approved: what it replaced may not be used any more.

    Raises:
        ApprovalRefused: names the later one.
    """
    call_off = order.call_off
    latest = ledger.orders.approved_revision(call_off.reference)
    if latest > call_off.revision:
        where, remedy = f"{call_off.reference} r{call_off.revision}", f"Go on with revision {latest}."
        raise ApprovalRefused(where, "a revision that no later one replaced", f"r{latest}, approved", remedy)


def check_ceilings(order: Order, commitments: tuple[LotCommitment, ...]) -> None:
    """Check the order's worst case against what is left of each ceiling.

    Raises:
        ApprovalRefused: names the ceiling.
    """
    if order.framework.rules.over_ceiling is OverCeiling.WARN:
        return
    others = [each for each in commitments if each.reference != order.call_off.reference]
    total_left = order.framework.ceiling_gbp * 100 - sum(each.worst_case_pence for each in others)
    for value in value_of(order.call_off, order.framework):
        lot = order.framework.lot(value.lot)
        taken = sum(each.worst_case_pence for each in others if each.lot == value.lot)
        left = (lot.ceiling_gbp * 100 - taken) if lot is not None else Decimal(0)
        _check_left(order, f"lot {value.lot}", left, value.worst_case)
    _check_left(order, f"framework {order.framework.reference}", total_left, worth_of(order))


def _check_left(order: Order, name: str, left_pence: Decimal, worth: Decimal) -> None:
    if worth * 100 > left_pence:
        raise ApprovalRefused(
            order.call_off.reference,
            f"at most £{left_pence / 100:,.2f}, what is left of {name}",
            f"£{worth:,.2f}",
            "Reduce the order or its options, or agree a variation of the framework.",
        )


def check_approval(order: Order, approval: Approval, statement: bytes, executor: str, now: datetime) -> None:
    """Verify an approval again before it is used: signature over the present bytes, limit, expiry, three people.

    Raises:
        ApprovalRefused: says which rule does not hold.
    """
    where = f"{order.call_off.reference} r{order.call_off.revision}"
    signatory = order.buyer.signatory(approval.signatory)
    if signatory is None:
        remedy = "Have it approved again."
        raise ApprovalRefused(where, "an approval by a signatory of the buyer", approval.signatory, remedy)
    check_signatory(order, signatory)
    if approval.expires_at <= now:
        found = f"expired on {approval.expires_at:%Y-%m-%d}"
        raise ApprovalRefused(where, "an approval that still holds", found, "Have it approved again.")
    if executor.casefold() in (approval.signatory, order.call_off.author):  # those two are lower case
        remedy = "Somebody else has to run it: author, approver and executor are different people."
        raise ApprovalRefused(where, "an executor who is neither author nor approver", executor, remedy)
    verify(
        statement,
        approval.signature,
        approval.signatory,
        signers_of(order.buyer),
        f"{approval.kind}@turnup",
        approval.at,
    )


def missing_approval(order: Order, kind: ApprovalKind, plan_hash: str = "") -> ApprovalRefused:
    """The error for an approval that is not there."""
    reference = order.call_off.reference
    words = f"turnup approve {reference} --key KEY" + (f" --plan {plan_hash[:12]}" if plan_hash else "")
    return ApprovalRefused(
        f"{reference} r{order.call_off.revision}",
        f"an approval of the {kind} by a signatory of {order.buyer.code}",
        "none",
        f"Have it signed: {words}",
    )
