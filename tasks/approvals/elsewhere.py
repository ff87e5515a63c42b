"""Statements that were signed on another machine: read back, and compared with what they must say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.approvals.signatures import Statement, plan_statement
from turnup.errors import ApprovalRefused

if TYPE_CHECKING:
    from tasks.ledger import Ledger
    from turnup.gate import Order


def read_signature(path: Path) -> str:
    """Read a detached signature as `ssh-keygen -Y sign` writes it.

    Raises:
        ApprovalRefused: the file cannot be read.
    """
    return _read(path, "a signature file").decode("utf-8", "replace")


def read_plan_statement(path: Path, ledger: Ledger, order: Order, plan_hash: str) -> Statement:
    """Read the statement of a plan that `turnup canonical --plan` printed earlier, when the ledger stood elsewhere.

    Raises:
        ApprovalRefused: it is about something else, or names a place of the ledger that never was.
    """
    content = _read(path, "the statement of a plan")
    try:
        said = json.loads(content)
        head = str(said["ledger_head"])
    except (ValueError, TypeError, KeyError) as error:
        raise _refused(path, "JSON with its fields", "something else") from error
    expected = plan_statement(order, plan_hash, head)
    if content != expected.content:
        raise _refused(path, f"plan {plan_hash[:16]} of {order.call_off.reference}", "another statement")
    if not ledger.has_been_at(head):
        raise _refused(path, "a head of this ledger", head[:16])
    return expected


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ApprovalRefused(str(path), what, "none that can be read", "Give another path.") from error


def _refused(path: Path, expected: str, found: str) -> ApprovalRefused:
    remedy = "Sign what `turnup canonical REF --plan HASH` prints, unchanged."
    return ApprovalRefused(str(path), expected, found, remedy)
