"""From an order to its design: each order line becomes a service line with all that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from turnup.allocation import Allocation, Allocator
from turnup.service.contract import Designing
from turnup.service.lines import ServiceLine, baseline_line, service_line_id
from turnup.services.baseline import BaselineDesign
from turnup.services.registry import services

if TYPE_CHECKING:
    from turnup.service.contract import LineDesign
    from turnup.service.order import Order, ValidLine


@dataclass(frozen=True, slots=True)
class Design:
    """What an order becomes.

    Attributes:
        lines: baselines first, then service by service, each after those on which it stands; in the order of the
            order lines.
        allocations: every value that they use, old and new.
    """

    order: Order
    lines: tuple[LineDesign, ...]
    allocations: tuple[Allocation, ...]


def make_design(
    order: Order,
    taken: tuple[Allocation, ...],
    resting: frozenset[Allocation] = frozenset(),
    reserved: frozenset[Allocation] = frozenset(),
) -> Design:
    """Design an order; the same order on the same ledger gives the same design.

    Args:
        order: an order that passed the gate.
        taken: the ledger's snapshot of what is held.
        resting: what of it is in quarantine.
        reserved: what of it was planned and not delivered.

    Raises:
        PoolExhausted: a pool has nothing left.
        DesignError: what was ordered cannot be had; says what and why.
    """
    allocator = Allocator(taken, resting, reserved)
    ids = frozenset(service_line_id(order.call_off.reference, line.order_line.id) for line in order.lines)
    for line in order.lines:
        services()[line.product.service].claim(_designing(order, line, allocator, ids, ()))
    # A place that has SIMs and nothing else has no device to manage.
    sites = dict.fromkeys(line.site.code for line in order.lines if line.site.devices)
    made: tuple[LineDesign, ...] = tuple(BaselineDesign(baseline_line(site)) for site in sites)
    for name, service in services().items():
        ordered = (line for line in order.lines if line.product.service == name)
        if service.design is not None:
            design, before = service.design, made
            made = (*made, *(design(_designing(order, line, allocator, ids, before)) for line in ordered))
    return Design(order, made, allocator.given)


def _designing(
    order: Order, line: ValidLine, allocator: Allocator, ids: frozenset[str], before: tuple[LineDesign, ...]
) -> Designing[Any]:
    return Designing(line.parameters, _service_line(order, line), line.site, order, allocator, before, ids)


def _service_line(order: Order, line: ValidLine) -> ServiceLine:
    reference = order.call_off.reference
    return ServiceLine(
        id=service_line_id(reference, line.order_line.id),
        call_off=reference,
        site=line.site.code,
        service=line.product.service,
        product=line.product.code,
    )
