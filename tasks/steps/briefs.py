"""What steps hand to each other: small values that Prefect can show, names instead of contents."""

from __future__ import annotations

from turnup.model import Model
from turnup.scalars import DeviceName, SiteCode


class OrderBrief(Model):
    """An order that passed the gate.

    Attributes:
        devices: what it touches.
        inventory_sites: sites in whose inventories they are.
    """

    reference: str
    revision: int
    buyer: str
    sites: tuple[SiteCode, ...]
    devices: tuple[DeviceName, ...]
    inventory_sites: tuple[SiteCode, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags of its runs: call-off, buyer, sites."""
        return (self.reference, self.buyer, *self.sites)


class WaitingSite(Model):
    """A site that is not due, and why."""

    site: SiteCode
    why: str


class WaveDue(Model):
    """What of a wave can be done now.

    Attributes:
        due: sites that are delivered, or looked at again.
        waiting: sites that are not due.
        delivered: sites that are not due and were delivered before, by this very plan: nothing is left to do there.
        delivered_changes: how many device changes those have.
    """

    due: tuple[SiteCode, ...]
    waiting: tuple[WaitingSite, ...] = ()
    delivered: tuple[SiteCode, ...] = ()
    delivered_changes: int = 0


class DeliveryBrief(OrderBrief):
    """A delivery that may begin: approved, and nobody else is at it.

    Attributes:
        attempt: number of the delivery of this reference.
        waves: sites of each wave, the canary first.
        changes: how many device changes the plan has.
        failure_budget: devices that may fail before no further site is begun.
        budget_words: the same, with how it came about.
        soak_minutes: how long the canary is left alone before the second wave.
        breaks_glass: whether sites are delivered that are not due.
        quarantine_days: how long values that a line lets go of rest before they are given out again.
        lease_epoch: of the lease on the call-off.
    """

    plan_hash: str
    attempt: int
    waves: tuple[tuple[SiteCode, ...], ...]
    changes: int
    failure_budget: int
    budget_words: str
    soak_minutes: float
    breaks_glass: bool
    quarantine_days: int
    lease_epoch: int
