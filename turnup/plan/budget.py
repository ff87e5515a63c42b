"""The failure budget: how many devices of a delivery may fail before no further site is begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.findings import counted

if TYPE_CHECKING:
    from turnup.framework import Rules


@dataclass(frozen=True, slots=True)
class FailureBudget:
    """A count and a share of the devices of a plan; the smaller one wins.

    A device counts when the delivery came to it, or to a device before it, and it is not as declared now: failed,
    rolled back, unknown or skipped. A site that is not due counts for nothing.

    Attributes:
        count: devices that may fail.
        percent: of the device changes of the plan, rounded down.
        changes: how many device changes the plan has.
    """

    count: int
    percent: float
    changes: int

    @property
    def devices(self) -> int:
        """How many devices may fail."""
        return min(self.count, int(self.changes * self.percent / 100))

    def __str__(self) -> str:
        share = f"{self.percent:g} % of {counted(self.changes, 'device change')}"
        return f"{counted(self.devices, 'device')} (the smaller of {self.count} and {share})"


def failure_budget(rules: Rules, changes: int) -> FailureBudget:
    """The budget of a plan with so many device changes."""
    return FailureBudget(rules.failure_budget, rules.failure_budget_percent, changes)
