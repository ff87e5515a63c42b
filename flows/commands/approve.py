"""`turnup canonical`, `approve` and `accept`: what the buyer signs, and the signatures."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.order import CallOffArgument, JsonOption, told_by_ledger
from flows.console import out, print_json
from flows.settings import workspace
from turnup.errors import ApprovalRefused, PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tasks.approvals.signatures import Statement
    from tasks.ledger import Approval, Ledger
    from tasks.workspace import Workspace
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

    bench = workspace()
    order = load_order(bench, call_off, told_by_ledger(bench, call_off))
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
    json: JsonOption = False,
) -> None:
    """Approve a call-off, and its plan if there is one, by a signature over exactly these bytes.

    Example: turnup approve LBHF-2026-0042 --plan 3f2a9c01d4e5 --key ~/.ssh/id_ed25519
    """
    from tasks.delivery import let_pass
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    order = let_pass(bench, ledger, call_off)
    if signature is not None:
        _refuse_with_signature(order, key, plan_hash, statement, signatory)
        made = _made_elsewhere(ledger, order, plan_hash, signature, statement, signatory)
    elif key is not None:
        made = _signed_here(ledger, order, plan_hash, key, signatory)
    else:
        raise ApprovalRefused(order.call_off.reference, "--key or --signature", "neither", "Give your key with --key.")
    recorded = []
    for approval in made:
        recorded.append(_record(bench, ledger, order, approval))
        if not json:
            out.print(_words(approval))
    if json:
        print_json({"approvals": [_as_json(approval) for approval in recorded], "ledger_head": ledger.head()})
    elif signature is None and len(recorded) == 1:
        out.print("There is no plan yet: approve again after `turnup plan`.")


def _refuse_with_signature(
    order: Order, key: Path | None, plan_hash: str, statement: Path | None, signatory: str
) -> None:
    """What goes with --signature is said, never guessed: nothing that was typed is passed over."""
    where = order.call_off.reference
    if key is not None:
        raise ApprovalRefused(where, "--key or --signature", "both", "Give the one with which you sign.")
    if not signatory:
        names = ", ".join(each.principal for each in order.buyer.signatories)
        raise ApprovalRefused(where, "--signatory with --signature", "none", f"Say who signed, one of: {names}.")
    if plan_hash and statement is None:
        remedy = "Give the file that was signed: `turnup canonical REF --plan HASH` printed it."
        raise ApprovalRefused(where, "--statement with --plan and --signature", "none", remedy)
    if statement is not None and not plan_hash:
        remedy = "Give the plan's hash too; a call-off is signed without a statement of its own."
        raise ApprovalRefused(where, "--plan with --statement", "none", remedy)


def _signed_here(ledger: Ledger, order: Order, plan_hash: str, key: Path, signatory: str) -> Iterator[Approval]:
    from tasks.approvals.signatures import call_off_statement, plan_statement, sign_statement

    found = plan_to_approve(ledger, order, plan_hash)
    first = call_off_statement(order)
    yield _make(ledger, order, first, signatory, key, lambda: sign_statement(first, key))
    if found:  # signed when the first is recorded: where the ledger stands is part of it
        second = plan_statement(order, found, ledger.head())
        yield _make(ledger, order, second, signatory, key, lambda: sign_statement(second, key))


def _made_elsewhere(
    ledger: Ledger, order: Order, plan_hash: str, signature: Path, statement: Path | None, signatory: str
) -> Iterator[Approval]:
    from tasks.approvals.elsewhere import read_plan_statement, read_signature
    from tasks.approvals.signatures import call_off_statement

    sealed = read_signature(signature)
    signed = call_off_statement(order)
    if statement is not None:
        signed = read_plan_statement(statement, ledger, order, plan_to_approve(ledger, order, plan_hash))
    yield _make(ledger, order, signed, signatory, None, lambda: sealed)


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
        remedy = (
            f"Run `turnup plan {call_off.reference}` and give the hash that it prints, or its first 6 digits or more."
        )
        raise PlanError(call_off.reference, "the hash of a plan of exactly this revision", plan_hash, remedy)
    return plan.hash


def _make(
    ledger: Ledger, order: Order, statement: Statement, signatory: str, key: Path | None, sealed: Callable[[], str]
) -> Approval:
    from tasks.approvals.signatures import check_signatory, find_signatory, make_approval

    who = find_signatory(order.buyer, signatory, key)
    check_signatory(order, who)
    return make_approval(order, statement, who, sealed(), ledger.head(), ledger.now())


def _record(bench: Workspace, ledger: Ledger, order: Order, approval: Approval) -> Approval:
    """Record a signature that holds, and with it the order: a refused one starts no clock."""
    from tasks.approvals.signatures import check_not_superseded, record_approval
    from tasks.delivery import record_order

    check_not_superseded(ledger, order)
    record_order(ledger, order, bench.executor)
    record_approval(ledger, order, approval)
    return approval


def _words(approval: Approval) -> str:
    return (
        f"{approval.reference} r{approval.revision}: {approval.kind} {approval.subject_hash[:16]} "
        f"signed by {approval.signatory} ({approval.fingerprint}), holds until {approval.expires_at:%Y-%m-%d}"
    )


def _as_json(approval: Approval) -> dict[str, Any]:
    return {
        "call_off": approval.reference,
        "revision": approval.revision,
        "kind": str(approval.kind),
        "subject_hash": approval.subject_hash,
        "signatory": approval.signatory,
        "fingerprint": approval.fingerprint,
        "expires_at": approval.expires_at.isoformat(),
    }


def accept(
    call_off: CallOffArgument,
    key: KeyOption = None,
    line: Annotated[list[str] | None, typer.Option(help="order line, such as L1; all that are tested")] = None,
    signatory: SignatoryOption = "",
    json: JsonOption = False,
) -> None:
    """Sign the satisfaction certificate for delivered lines: only then is a milestone met.

    Example: turnup accept LBHF-2026-0042 --key ~/.ssh/id_ed25519
    """
    from tasks.acceptance import accept_lines
    from tasks.delivery import load_known_order
    from tasks.steps.workbench import ledger_at

    bench = workspace()
    ledger = ledger_at(bench.ledger)
    order = load_known_order(bench, ledger, call_off)
    if key is None:
        raise ApprovalRefused(order.call_off.reference, "--key", "none", "Give your key with --key.")
    accepted = accept_lines(ledger, order, tuple(line or ()), signatory, key)
    if json:
        print_json(asdict(accepted))
        return
    out.print(
        f"accepted: {', '.join(accepted.lines)}; signed by {accepted.signatory}, ledger head {accepted.head[:16]}"
    )
