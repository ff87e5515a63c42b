"""`turnup canonical`, `approve` and `accept`: what the buyer signs, and the signatures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument
from flows.console import out
from flows.settings import workspace
from turnup.errors import ApprovalRefused, PlanError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.approvals.signatures import Statement
    from tasks.ledger import Ledger
    from turnup.gate import Order

KeyOption = Annotated[Path | None, typer.Option("--key", help="private key to sign with, or a public key of the agent")]
SignatoryOption = Annotated[str, typer.Option("--signatory", help="who signs; found by the key unless given")]


def canonical(
    call_off: CallOffArgument,
    plan: Annotated[str, typer.Option(help="hash of a plan: print what its approval signs instead")] = "",
) -> None:
    """Print the bytes that a signatory signs: RFC 8785 JSON, no newline at the end.

    Example: turnup canonical LBHF-2026-0042 > order.json; ssh-keygen -Y sign -f KEY -n call-off@turnup order.json
    """
    from tasks.order import load_order

    order = load_order(workspace(), call_off)
    sys.stdout.buffer.write(_plan_statement(order, plan) if plan else order.call_off.canonical())
    sys.stdout.buffer.flush()


def _plan_statement(order: Order, plan: str) -> bytes:
    from tasks.approvals.signatures import plan_statement
    from tasks.steps.workbench import ledger_at

    ledger = ledger_at(workspace().ledger)
    return plan_statement(order, plan_to_approve(ledger, order, plan), ledger.head()).content


def approve(
    call_off: CallOffArgument,
    key: KeyOption = None,
    plan_hash: Annotated[str, typer.Option("--plan", help="hash of the plan to approve; the last one made")] = "",
    signature: Annotated[Path | None, typer.Option(help="made elsewhere by ssh-keygen over `turnup canonical`")] = None,
    statement: Annotated[Path | None, typer.Option(help="what was signed there, for a plan: canonical --plan")] = None,
    signatory: SignatoryOption = "",
) -> None:
    """Approve a call-off, and its plan if there is one, by a signature over exactly these bytes.

    Example: turnup approve LBHF-2026-0042 --plan 3f2a9c01d4e5 --key ~/.ssh/id_ed25519
    """
    from tasks.delivery import acknowledge
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    order = acknowledge(bench, ledger, call_off)
    if signature is not None:
        _record_made_elsewhere(ledger, order, plan_hash, signature, statement, signatory)
    elif key is not None:
        _sign_and_record(ledger, order, plan_hash, key, signatory)
    else:
        raise ApprovalRefused(order.call_off.reference, "--key or --signature", "neither", "Give your key with --key.")


def _sign_and_record(ledger: Ledger, order: Order, plan_hash: str, key: Path, signatory: str) -> None:
    from tasks.approvals.signatures import call_off_statement, plan_statement, sign_statement

    found = plan_to_approve(ledger, order, plan_hash)
    first = call_off_statement(order)
    _record(ledger, order, first, signatory, key, lambda: sign_statement(first, key))
    if not found:
        out.print("There is no plan yet: approve again after `turnup plan`.")
        return
    second = plan_statement(order, found, ledger.head())
    _record(ledger, order, second, signatory, key, lambda: sign_statement(second, key))


def _record_made_elsewhere(
    ledger: Ledger, order: Order, plan_hash: str, signature: Path, statement: Path | None, signatory: str
) -> None:
    from tasks.approvals.elsewhere import read_plan_statement, read_signature
    from tasks.approvals.signatures import call_off_statement

    sealed = read_signature(signature)
    if not plan_hash:
        _record(ledger, order, call_off_statement(order), signatory, None, lambda: sealed)
        return
    if statement is None:
        remedy = "Give the file that was signed: `turnup canonical REF --plan HASH` printed it."
        raise ApprovalRefused(order.call_off.reference, "--statement with --plan and --signature", "none", remedy)
    signed = read_plan_statement(statement, ledger, order, plan_to_approve(ledger, order, plan_hash))
    _record(ledger, order, signed, signatory, None, lambda: sealed)


def plan_to_approve(ledger: Ledger, order: Order, plan_hash: str) -> str:
    """Find the plan that is meant: by the beginning of its hash, or the last one made; empty when there is none.

    Raises:
        PlanError: no plan of this very revision has that hash.
    """
    call_off = order.call_off
    if not plan_hash:
        latest = ledger.plans.latest(call_off.reference, call_off.revision)
        return latest.hash if latest is not None and latest.call_off_hash == call_off.hash() else ""
    plan = ledger.plans.get(plan_hash)
    if plan is None or (plan.reference, plan.call_off_hash) != (call_off.reference, call_off.hash()):
        remedy = f"Run `turnup plan {call_off.reference}` and give the hash that it prints."
        raise PlanError(call_off.reference, "the hash of a plan of exactly this revision", plan_hash, remedy)
    return plan.hash


def _record(
    ledger: Ledger, order: Order, statement: Statement, signatory: str, key: Path | None, sealed: Callable[[], str]
) -> None:
    from tasks.approvals.signatures import check_signatory, find_signatory, make_approval, record_approval

    who = find_signatory(order.buyer, signatory, key)
    check_signatory(order, who)
    approval = make_approval(order, statement, who, sealed(), ledger.head(), ledger.now())
    record_approval(ledger, order, approval)
    out.print(
        f"{order.call_off.reference} r{order.call_off.revision}: {statement.kind} {statement.subject_hash[:16]} "
        f"signed by {who.principal} ({approval.fingerprint}), holds until {approval.expires_at:%Y-%m-%d}"
    )


def accept(
    call_off: CallOffArgument,
    key: KeyOption = None,
    line: Annotated[list[str] | None, typer.Option(help="order line, such as L1; all that are tested")] = None,
    signatory: SignatoryOption = "",
) -> None:
    """Sign the satisfaction certificate for delivered lines: only then is a milestone met.

    Example: turnup accept LBHF-2026-0042 --key ~/.ssh/id_ed25519
    """
    from tasks.acceptance import accept_lines
    from tasks.order import load_order
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    order = load_order(bench, call_off)
    if key is None:
        raise ApprovalRefused(order.call_off.reference, "--key", "none", "Give your key with --key.")
    accepted = accept_lines(ledger_at(bench.ledger), order, tuple(line or ()), signatory, key)
    out.print(
        f"accepted: {', '.join(accepted.lines)}; signed by {accepted.signatory}, ledger head {accepted.head[:16]}"
    )
