"""After a site is verified: which service lines are delivered, ceased or taken back, and what they let go of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.devices.outcome import GOOD, Outcome
from tasks.ledger import Ledger, LineState
from turnup.clock import Milestone
from turnup.scalars import DeviceName, Place, SiteCode

if TYPE_CHECKING:
    from tasks.site_delivery import SiteDelivery
    from turnup.plan import Plan, PlannedLine


def settle_lines(delivery: SiteDelivery, site: SiteCode, evidence: str, quarantine_days: int) -> None:
    """Record what became of the service lines of a site that was verified; settling again changes nothing.

    Args:
        delivery: the attempt.
        site: the site that was verified.
        evidence: SHA-256 over what its devices have.
        quarantine_days: how long what is let go of rests before it is given out again.
    """
    ledger, plan, actor = delivery.ledger, delivery.plan, delivery.workspace.executor
    made, ended = _in_force(delivery, site, plan.lines), _in_force(delivery, site, plan.ceased)
    if plan.takes_back:
        ledger.lines.withdraw(ended, (Milestone.ACTIVATED, Milestone.TESTED), actor, plan.hash)
    else:
        ledger.lines.reach(made, Milestone.ACTIVATED, actor, plan.hash)
        ledger.lines.reach(made, Milestone.TESTED, actor, evidence)
    _move(ledger, site, made, LineState.DELIVERED, actor)
    _move(ledger, site, ended, LineState.DESIGNED if plan.takes_back else LineState.CEASED, actor)
    ledger.plans.release(plan, (*made, *ended), quarantine_days, actor)


def _in_force(delivery: SiteDelivery, site: SiteCode, lines: tuple[PlannedLine, ...]) -> list[str]:
    """Service lines of a site whose every device change is in force; baselines are not settled."""
    plan = delivery.plan
    places = {line.id: _places(plan, line) for line in lines if line.site == site and line.product}
    sites = {place.site for of_line in places.values() for place in of_line}
    records = delivery.ledger.devices.outcomes(plan.reference, plan.hash, delivery.attempt, sites) if sites else ()
    good = {
        Place(SiteCode(record.site), DeviceName(record.device)) for record in records if Outcome(record.outcome) in GOOD
    }
    return [line for line, of_line in places.items() if of_line <= good]


def _places(plan: Plan, line: PlannedLine) -> set[Place]:
    return {change.place for change in plan.changes if line.id in change.service_lines}


def _move(ledger: Ledger, site: SiteCode, ids: list[str], state: LineState, actor: str) -> None:
    """Move the lines of a site that are not in the state yet."""
    if ids:
        there = {line.id for line in ledger.lines.at_site(site) if line.state == state}
        ledger.lines.set_state([line for line in ids if line not in there], state, actor)
