"""After a site is verified: which service lines are delivered, ceased or taken back, and what they let go of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.devices.outcome import GOOD, Outcome
from tasks.ledger import Ledger, LineState
from turnup.clock import Milestone

if TYPE_CHECKING:
    from tasks.site_delivery import SiteDelivery
    from turnup.plan import Plan, PlannedLine
    from turnup.scalars import SiteCode


def settle_lines(delivery: SiteDelivery, site: SiteCode, evidence: str, quarantine_days: int) -> None:
    """Record what became of the service lines of a site that was verified; settling again changes nothing.

    Args:
        delivery: the attempt.
        site: the site that was verified.
        evidence: SHA-256 over what its devices have.
        quarantine_days: how long what is let go of rests before it is given out again.
    """
    ledger, plan, actor = delivery.ledger, delivery.plan, delivery.workspace.executor
    good = {
        (record.site, record.device)
        for record in ledger.devices.outcomes(plan.reference, plan.hash, delivery.attempt)
        if Outcome(record.outcome) in GOOD
    }
    made = [line.id for line in _in_force(plan, plan.lines, good) if line.site == site]
    ended = [line.id for line in _in_force(plan, plan.ceased, good) if line.site == site]
    if plan.takes_back:
        ledger.lines.withdraw(ended, (Milestone.ACTIVATED, Milestone.TESTED), actor, plan.hash)
    else:
        ledger.lines.reach(made, Milestone.ACTIVATED, actor, plan.hash)
        ledger.lines.reach(made, Milestone.TESTED, actor, evidence)
    _move(ledger, plan.reference, made, LineState.DELIVERED, actor)
    _move(ledger, plan.reference, ended, LineState.DESIGNED if plan.takes_back else LineState.CEASED, actor)
    ledger.plans.release(plan, (*made, *ended), quarantine_days, actor)


def _in_force(plan: Plan, lines: tuple[PlannedLine, ...], good: set[tuple[str, str]]) -> tuple[PlannedLine, ...]:
    """Service lines whose every device change is in force; baselines are not settled."""
    return tuple(line for line in lines if line.product and _places(plan, line) <= good)


def _places(plan: Plan, line: PlannedLine) -> set[tuple[str, str]]:
    return {(change.site, change.device) for change in plan.changes if line.id in change.service_lines}


def _move(ledger: Ledger, reference: str, ids: list[str], state: LineState, actor: str) -> None:
    """Move the lines that are not in the state yet."""
    there = {line.id for line in ledger.lines.lines(reference) if line.state == state}
    ledger.lines.set_state([line for line in ids if line not in there], state, actor)
