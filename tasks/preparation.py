"""Design an order and get ready to plan it: no ledger, no device, no Prefect in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tasks.order import estate_of
from tasks.workspace import Workspace
from turnup.design import Allocation, make_design
from turnup.gate import Order
from turnup.plan import DeviceReading, Estate, Plan, check_fence, devices_of, intents_for, make_plan
from turnup.render import Templates
from turnup.scalars import DeviceName, SiteCode


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order with its design and the devices that it touches."""

    order: Order
    estate: Estate
    devices: tuple[DeviceName, ...]
    plan: Callable[[Mapping[DeviceName, DeviceReading]], Plan]


def prepare(workspace: Workspace, order: Order, taken: tuple[Allocation, ...] = ()) -> Prepared:
    """Design an order; the plan is made as soon as the devices are read.

    Args:
        workspace: where estate and templates are.
        order: passed the gate.
        taken: what the ledger says is held; nothing unless given.

    Raises:
        DesignError: pool exhausted, value held by somebody else, no template.
    """
    estate = estate_of(workspace, order)
    design = make_design(order, taken)
    intents = intents_for(design, estate)
    templates = Templates(workspace.templates)

    def plan(readings: Mapping[DeviceName, DeviceReading]) -> Plan:
        made = make_plan(design, estate, templates, intents, readings)
        check_fence(made, estate)
        return made

    return Prepared(order, estate, devices_of(intents), plan)


def sites_of(prepared: Prepared) -> tuple[SiteCode, ...]:
    """Sites in which the devices of a design stand: what has to be read of the inventory."""
    wanted = set(prepared.devices)
    return tuple(
        code for code, site in prepared.estate.sites.items() if any(device.name in wanted for device in site.devices)
    )
