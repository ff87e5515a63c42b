"""What proves what is live: the service checks of the plans that put it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.service.checks import ServiceCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.drift.watch import Round
    from tasks.ledger import AttemptRecord, Ledger
    from turnup.plan import Plan
    from turnup.scalars import DeviceName


@dataclass(frozen=True, slots=True)
class Proof:
    """A service check, and the delivery that it comes from."""

    reference: str
    plan_hash: str
    attempt: int
    check: ServiceCheck


def proofs_of(ledger: Ledger, here: Round) -> tuple[Proof, ...]:
    """What the devices of a site have to answer for the service lines that are looked at.

    What put a line back has no checks of its own: then it is the delivery before it that says what proves the line.
    """
    plans: dict[str, Plan | None] = {}
    return tuple(proof for device in here.devices for proof in _on(ledger, here, device, plans))


def _on(ledger: Ledger, here: Round, device: DeviceName, plans: dict[str, Plan | None]) -> Iterator[Proof]:
    for line, plan_hash in ledger.ownership.plans_on(device):
        attempts = ledger.plans.attempts(line.partition("/")[0]) if line in here.lines else ()
        for attempt in _back_from(plan_hash, attempts):
            if attempt.plan_hash not in plans:
                plans[attempt.plan_hash] = ledger.plans.get(attempt.plan_hash)
            plan = plans[attempt.plan_hash]
            if plan is not None and any(check.service_line == line for check in plan.checks):
                mine = (check for check in plan.checks if (check.service_line, check.device) == (line, device))
                yield from (Proof(plan.reference, plan.hash, attempt.number, check) for check in mine)
                break


def _back_from(plan_hash: str, attempts: tuple[AttemptRecord, ...]) -> Iterator[AttemptRecord]:
    """The deliveries of a call-off from the last one of a plan, newest first."""
    last = max((each.number for each in attempts if each.plan_hash == plan_hash), default=0)
    return (each for each in reversed(attempts) if each.number <= last)
