"""What became of each service line of a plan: delivered with its milestones, or not, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tasks.devices.outcome import GOOD, Outcome
from tasks.ledger import LineState
from turnup.scalars import DeviceName, Place, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger, OutcomeRecord
    from turnup.plan import Plan, PlannedLine


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a plan makes of a service line, and the state that the line has in the ledger then."""

    word: str
    state: LineState


DELIVERED = _Wanted("delivered", LineState.DELIVERED)
CEASED = _Wanted("ceased", LineState.CEASED)
TAKEN_BACK = _Wanted("taken back", LineState.DESIGNED)


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one service line.

    Attributes:
        wanted: what the plan makes of it: `delivered`, `ceased` or `taken back`.
        done: whether it is as the plan wants it: every device of it, read again.
        milestones: what it reached, with the instants, in their order.
        why_not: each thing that is in the way; empty if done.
    """

    id: str
    site: SiteCode
    service: str
    wanted: str
    done: bool
    milestones: tuple[tuple[str, datetime], ...]
    why_not: tuple[str, ...]

    @property
    def words(self) -> str:
        """Its state in a few words."""
        return self.wanted if self.done else f"not {self.wanted}"


def line_reports(ledger: Ledger, plan: Plan) -> tuple[LineReport, ...]:
    """Say of each service line of a plan what became of it, over all attempts at the plan."""
    last = last_words(ledger.devices.outcomes(plan.reference), plan.hash)
    states = {line.id: line.state for line in ledger.lines.lines(plan.reference)}
    ends = TAKEN_BACK if plan.takes_back else CEASED
    wanted = ((each, line) for each, lines in ((DELIVERED, plan.lines), (ends, plan.ceased)) for line in lines)
    return tuple(
        _report(ledger, plan, line, each, last, settled=states.get(line.id) is each.state)
        for each, line in wanted
        if line.product
    )


def delivered_sites(ledger: Ledger, plan: Plan) -> frozenset[SiteCode]:
    """Sites of a plan at which all is done: every device change, and every line read again."""
    done = delivered_places(ledger, plan)
    open_places = {change.site for change in plan.changes if change.place not in done}
    open_lines = {report.site for report in line_reports(ledger, plan) if not report.done}
    return frozenset(site for wave in plan.waves for site in wave.sites) - open_places - open_lines


def delivered_places(ledger: Ledger, plan: Plan) -> frozenset[Place]:
    """Where the device is as the plan wants it, over all attempts at it."""
    last = last_words(ledger.devices.outcomes(plan.reference), plan.hash)
    return frozenset(change.place for change in plan.changes if _is_good(last.get(change.place)))


def last_plan(ledger: Ledger, reference: str) -> Plan | None:
    """The plan of a call-off that was worked on last; none before its first delivery."""
    records = ledger.devices.outcomes(reference)
    return ledger.plans.get(records[-1].plan_hash) if records else None


def last_words(records: Iterable[OutcomeRecord], plan_hash: str) -> dict[Place, OutcomeRecord]:
    """The last outcome of a plan at each place; one that was skipped later is still what it was before.

    Args:
        records: of all plans of its call-off, oldest first: where another one changed the device since, nothing of
            this one holds any more.
        plan_hash: the plan.
    """
    last: dict[Place, OutcomeRecord] = {}
    for record in records:
        place = Place(SiteCode(record.site), DeviceName(record.device))
        if record.plan_hash != plan_hash:
            if record.outcome == Outcome.CHANGED:
                last.pop(place, None)
        elif record.outcome != Outcome.SKIPPED or place not in last or last[place].outcome == Outcome.SKIPPED:
            last[place] = record
    return last


def _report(
    ledger: Ledger,
    plan: Plan,
    line: PlannedLine,
    wanted: _Wanted,
    last: dict[Place, OutcomeRecord],
    *,
    settled: bool,
) -> LineReport:
    places = [change.place for change in plan.changes if line.id in change.service_lines]
    why_not = [_why(place, last.get(place)) for place in places if not _is_good(last.get(place))]
    if not why_not and not settled:
        why_not = ["its devices were not read again yet: run the same command again"]
    milestones = tuple((each.milestone, each.at) for each in ledger.lines.milestones(line.id))
    return LineReport(
        id=line.id,
        site=line.site,
        service=line.service,
        wanted=wanted.word,
        done=not why_not,
        milestones=milestones,
        why_not=tuple(dict.fromkeys(why_not)),
    )


def _is_good(record: OutcomeRecord | None) -> bool:
    return record is not None and record.outcome in GOOD


def _why(place: Place, record: OutcomeRecord | None) -> str:
    if record is None:
        return f"{place.device}: not begun"
    return f"{place.device} {record.outcome}: {record.detail}" if record.detail else f"{place.device} {record.outcome}"
