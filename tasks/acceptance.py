"""Acceptance: the buyer's signed satisfaction certificate for tested service lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.approvals.signatures import (
    certificate_statement,
    find_signatory,
    make_approval,
    record_approval,
    sign_statement,
)
from turnup.canonical import content_hash
from turnup.clock import Milestone
from turnup.errors import ApprovalRefused
from turnup.findings import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.ledger import Ledger
    from turnup.gate import Order


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted, by whom, and where the ledger stood when it was signed."""

    lines: tuple[str, ...]
    signatory: str
    head: str


def accept_lines(ledger: Ledger, order: Order, wanted: tuple[str, ...], signatory: str, key: Path) -> Accepted:
    """Sign and record the certificate.

    Args:
        ledger: holds the evidence.
        order: the call-off.
        wanted: ids of order lines; none: all that are tested and not accepted yet.
        signatory: who signs; found by the key unless given.
        key: what to sign with.

    Raises:
        ApprovalRefused: a line is unknown or not tested, or the signature may not be given.
    """
    reference = order.call_off.reference
    reached = {
        line.id: {each.milestone: each.evidence for each in ledger.lines.milestones(line.id)}
        for line in ledger.lines.lines(reference)
    }
    lines = tuple(f"{reference}/{each}" for each in wanted) or tuple(
        line for line, done in reached.items() if Milestone.TESTED in done and Milestone.ACCEPTED not in done
    )
    _check(reference, lines, reached)
    evidence = content_hash({line: reached[line][Milestone.TESTED] for line in lines})
    head = ledger.head()
    statement = certificate_statement(order, lines, evidence, head)
    who = find_signatory(order.buyer, signatory, key)
    approval = make_approval(order, statement, who, sign_statement(statement, key), head, ledger.now())
    record_approval(ledger, order, approval)
    ledger.lines.reach(lines, Milestone.ACCEPTED, who.principal, statement.subject_hash)
    return Accepted(lines, who.principal, head)


def _check(reference: str, lines: tuple[str, ...], reached: dict[str, dict[str, str]]) -> None:
    if not lines:
        remedy = f"Deliver first: turnup deliver {reference}"
        raise ApprovalRefused(reference, "service lines that are tested and not accepted", "none", remedy)
    for line in lines:
        if line not in reached:
            raise ApprovalRefused(reference, "a line of the call-off", line, did_you_mean(line, reached))
        if Milestone.TESTED not in reached[line]:
            done = ", ".join(reached[line]) or "no milestone"
            remedy = f"Deliver first: turnup deliver {reference}"
            raise ApprovalRefused(line, "a tested line", done, remedy)
