"""`turnup approve` and `accept`: signatures of the buyer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.order import CallOffArgument
from flows.console import out
from flows.settings import workspace
from turnup.errors import ApprovalRefused, PlanError

if TYPE_CHECKING:
    from tasks.approvals.signatures import Statement
    from tasks.ledger import Ledger
    from turnup.gate import Order

KeyOption = Annotated[Path | None, typer.Option("--key", help="private key to sign with, or a public key of the agent")]
SignatoryOption = Annotated[str, typer.Option("--signatory", help="who signs; found by the key unless given")]


def approve(
    call_off: CallOffArgument,
    key: KeyOption = None,
    plan_hash: Annotated[str, typer.Option("--plan", help="hash of the plan to approve; the last one made")] = "",
    signature: Annotated[
        Path | None, typer.Option(help="a signature over `turnup canonical`, made elsewhere by ssh-keygen")
    ] = None,
    signatory: SignatoryOption = "",
) -> None:
    """Approve a call-off, and its plan if there is one, by a signature over exactly these bytes.

    Example: turnup approve LBHF-2026-0042 --plan 3f2a9c01d4e5 --key ~/.ssh/id_ed25519
    """
    from tasks.approvals.signatures import call_off_statement, plan_statement
    from tasks.delivery import acknowledge
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    order = acknowledge(bench, ledger, call_off)
    if signature is not None:
        sealed = _read(signature)
        _record(ledger, order, call_off_statement(order), signatory, key, sealed)
        return
    if key is None:
        raise ApprovalRefused(order.call_off.reference, "--key or --signature", "neither", "Give your key with --key.")
    _record(ledger, order, call_off_statement(order), signatory, key)
    found = _plan_to_approve(ledger, order, plan_hash)
    if found:
        _record(ledger, order, plan_statement(order, found, ledger.head()), signatory, key)
    else:
        out.print("There is no plan yet: approve again after `turnup plan`.")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ApprovalRefused(str(path), "a signature file", "none that can be read", "Give another path.") from error


def _plan_to_approve(ledger: Ledger, order: Order, plan_hash: str) -> str:
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
    ledger: Ledger, order: Order, statement: Statement, signatory: str, key: Path | None, sealed: str = ""
) -> None:
    from tasks.approvals.signatures import (
        check_signatory,
        find_signatory,
        make_approval,
        record_approval,
        sign_statement,
    )

    who = find_signatory(order.buyer, signatory, key)
    check_signatory(order, who)
    if not sealed and key is not None:
        sealed = sign_statement(statement, key)
    approval = make_approval(order, statement, who, sealed, ledger.head(), ledger.now())
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
