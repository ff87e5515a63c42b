"""Which delivered change is the last one at each place, and what there was before it: read from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.devices.outcome import GOOD, Outcome
from tasks.live import live_lines
from turnup.canonical import text_hash
from turnup.change.slots import slots_in
from turnup.clock import Milestone
from turnup.errors import InputRefused, PlanError
from turnup.findings import Finding, did_you_mean
from turnup.plan import Undoing, check_nothing_stands_on
from turnup.scalars import Place, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger
    from tasks.ledger.records import FormerlyOwned
    from tasks.requests import PlanRequest
    from turnup.change.device_change import DeviceChange
    from turnup.design import Allocation
    from turnup.fragments import Fragment
    from turnup.gate import Order
    from turnup.plan import Plan, PlannedLine


@dataclass(frozen=True, slots=True)
class DeliveredPlan:
    """A plan that is in force at a place, and the run that brought it there."""

    plan: Plan
    attempt: int


Stacks = Mapping[Place, tuple[DeliveredPlan, ...]]
"""The plans in force at each place, the last one on top; what a rollback took back is not there any more."""


def undoing_of(ledger: Ledger, order: Order, request: PlanRequest) -> Undoing:
    """Say what shall be taken back: the last change of a call-off, at all its places or at those of some sites.

    Raises:
        PlanError: nothing was delivered, no such site or plan, or a later change stands on it; names that.
        InputRefused: a service line stands on one that would go, or the buyer has accepted it.
    """
    past = _Past(ledger, order.call_off.reference)
    chosen = _chosen(past.reference, past.stacks(), request)
    plan, attempt = next(iter(chosen.values())).plan, min(each.attempt for each in chosen.values())
    changes = [change for change in plan.changes if change.place in chosen]
    _check_whole_lines(plan, changes)
    began = ledger.past.begun(past.reference, attempt)
    left = _used_by_others(ledger, past.reference, changes)
    former = past.former(changes, began, left)
    again = {fragment.service_line for fragments in former.values() for fragment in fragments}
    touched = {line for change in changes for line in change.service_lines} - left
    ended = tuple(line for line in (*plan.lines, *plan.ceased) if line.id in touched - again)
    _check_may_go(ledger, ended)
    allocations, released = _allocations(ledger, order, plan, began, touched)
    return Undoing(plan, former, left, past.lines(plan, attempt, again), ended, allocations, released)


@dataclass(slots=True)
class _Past:
    """What a call-off's deliveries did; reads each plan once."""

    ledger: Ledger
    reference: str
    _plans: dict[str, Plan | None] = field(default_factory=dict)

    def plan(self, plan_hash: str) -> Plan | None:
        if plan_hash not in self._plans:
            self._plans[plan_hash] = self.ledger.plans.get(plan_hash)
        return self._plans[plan_hash]

    def stacks(self) -> Stacks:
        """Pile up what was brought to each place, in the order of the deliveries."""
        found: dict[Place, tuple[DeliveredPlan, ...]] = {}
        for record in self.ledger.devices.outcomes(self.reference):
            plan = self.plan(record.plan_hash)
            if plan is None or Outcome(record.outcome) not in GOOD:
                continue
            for change in plan.changes_at(SiteCode(record.site)):
                if change.device == record.device:
                    here = found.get(change.place, ())
                    found[change.place] = _piled(here, DeliveredPlan(plan, record.attempt), change)
        return {place: here for place, here in found.items() if here}

    def former(
        self, changes: list[DeviceChange], began: int, left: frozenset[str]
    ) -> Mapping[Place, tuple[Fragment, ...]]:
        """What the lines of each change declared at its place before it, in the very words of that time."""
        owned = self.ledger.past.owned_before({change.device for change in changes}, began)
        return {
            change.place: tuple(
                self._words(change, each)
                for each in owned
                if each.device == change.device and each.service_line in change.service_lines - left
            )
            for change in changes
        }

    def _words(self, change: DeviceChange, owned: FormerlyOwned) -> Fragment:
        earlier = self.plan(owned.plan_hash)
        for fragment in () if earlier is None else (each for one in earlier.changes for each in one.fragments):
            is_it = (fragment.service_line, fragment.device) == (owned.service_line, owned.device)
            # With secrets the ledger's words have fingerprints that declared ones have not: the plan's hash is proof.
            if is_it and (text_hash(fragment.text) == owned.text_hash or slots_in(fragment.text)):
                return fragment
        raise PlanError(
            f"{change.site} {change.device}",
            f"the plan that delivered {owned.service_line} before",
            "an adoption, whose words were not kept",
            "Plan and deliver the former revision of the call-off instead.",
        )

    def lines(self, plan: Plan, attempt: int, wanted: set[str]) -> tuple[PlannedLine, ...]:
        """Service lines as the last plan before a run knew them: where they were then."""
        found: dict[str, PlannedLine] = {}
        runs = [run for run in self.ledger.plans.attempts(self.reference) if run.number < attempt]
        earlier = [each for run in reversed(runs) if (each := self.plan(run.plan_hash)) is not None]
        for each in (*earlier, plan):
            for line in (*each.lines, *each.ceased):
                if line.id in wanted:
                    found.setdefault(line.id, line)
        return tuple(found[name] for name in sorted(found))


def _piled(here: tuple[DeliveredPlan, ...], new: DeliveredPlan, change: DeviceChange) -> tuple[DeliveredPlan, ...]:
    """Put a plan on top; a rollback takes one away, and what declares the same again is no other change."""
    if new.plan.takes_back:
        return tuple(each for each in here if each.plan.hash != new.plan.takes_back)
    if here:
        last = next(each for each in here[-1].plan.changes if each.place == change.place)
        if (set(last.fragments), set(last.ceased)) == (set(change.fragments), set(change.ceased)):
            return here
    return (*here, new)


def _chosen(reference: str, stacks: Stacks, request: PlanRequest) -> Mapping[Place, DeliveredPlan]:
    """The places at which the change that is meant is the last one."""
    if not stacks:
        raise PlanError(
            reference, "a delivered change", "none", f"Nothing is to be taken back: turnup status {reference}"
        )
    sites = {str(place.site) for place in stacks}
    for site in request.sites:
        if site not in sites:
            raise PlanError(f"{reference} --site", "a site with a delivered change", site, did_you_mean(site, sites))
    here = {place: stack for place, stack in stacks.items() if not request.sites or place.site in request.sites}
    if request.plan_hash:
        _check_on_top(reference, here, request.plan_hash)
    meant = [stack[-1] for stack in here.values() if stack[-1].plan.hash.startswith(request.plan_hash)]
    last = max(meant, key=lambda each: each.attempt).plan.hash
    return {place: stack[-1] for place, stack in here.items() if stack[-1].plan.hash == last}


def _check_on_top(reference: str, here: Stacks, wanted: str) -> None:
    """Refuse to take away what another change stands on."""
    known = {each.plan.hash for stack in here.values() for each in stack}
    if not any(each.startswith(wanted) for each in known):
        remedy = did_you_mean(wanted, {each[:12] for each in known})
        raise PlanError(f"{reference} --plan", "the hash of a plan that is in force", wanted, remedy)
    for place, stack in here.items():
        if any(each.plan.hash.startswith(wanted) for each in stack[:-1]):
            later = stack[-1].plan
            raise PlanError(
                f"{place.site} {place.device}",
                f"plan {wanted[:12]} as its last change",
                f"plan {later.hash[:12]} of {reference} r{later.revision}, delivered after it",
                f"Take that back first: turnup rollback {reference} --plan {later.hash[:12]}",
            )


def _check_whole_lines(plan: Plan, changes: list[DeviceChange]) -> None:
    """A line that moved is made at one site and ended at another: half of that would leave it nowhere, or twice."""
    inside = {line for change in changes for line in change.service_lines}
    places = {change.place for change in changes}
    for change in plan.changes:
        for line in sorted(change.service_lines & inside):
            if change.place not in places and change.site not in {place.site for place in places}:
                remedy = f"It moved: take both back together, with --site {change.site} too or without --site."
                raise PlanError(line, "all sites of its change", f"not {change.site}", remedy)


def _used_by_others(ledger: Ledger, reference: str, changes: list[DeviceChange]) -> frozenset[str]:
    """Baselines of sites at which another call-off is live."""
    ours = f"{reference}/"
    busy = {each.line.site for each in live_lines(ledger) if not each.line.id.startswith(ours)}
    lines = (line for change in changes if change.site in busy for line in change.service_lines)
    return frozenset(line for line in lines if not line.startswith(ours))


def _check_may_go(ledger: Ledger, ended: tuple[PlannedLine, ...]) -> None:
    """Refuse what others stand on, and what the buyer has signed for."""
    gone, live = {line.id for line in ended}, live_lines(ledger)
    going, staying = ([each for each in live if (each.line.id in gone) is wanted] for wanted in (True, False))
    accepted = tuple(
        Finding(
            file=line.id,
            line=0,
            field="acceptance",
            rule="accepted",
            expected="a line that the buyer has not accepted",
            found="a signed certificate",
            remedy=f"End it instead: turnup cease {line.id.replace('/', ' ')}",
        )
        for line in ended
        if any(each.milestone == Milestone.ACCEPTED for each in ledger.lines.milestones(line.id))
    )
    if findings := (*check_nothing_stands_on(going, staying), *accepted):
        raise InputRefused("rollback", findings)


def _allocations(
    ledger: Ledger, order: Order, plan: Plan, began: int, touched: set[str]
) -> tuple[tuple[Allocation, ...], tuple[Allocation, ...]]:
    """What is held afterwards, and what no more: the lines of the change hold again what they held before it."""
    reference = order.call_off.reference
    holders = {each.line.id for each in live_lines(ledger, reference)} | {f"buyer/{order.buyer.code}"}
    rests = ledger.plans.resting()
    held = [each for each in ledger.plans.taken() if each.holder in holders and each not in rests]
    before = [each for each in ledger.past.held_before(reference, began, plan.hash) if each.holder in touched]
    released = tuple(each for each in held if each.holder in touched and each not in before)
    staying = [each for each in held if each not in released]
    return (*staying, *(each for each in before if each not in staying)), released
