"""Design an order, or the end of one, and get ready to plan it: no ledger, no device, no Prefect in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tasks.order import estate_at
from tasks.parallel import map_on_all_cores
from tasks.requests import PlanRequest, Purpose
from tasks.workspace import Workspace
from turnup.design import Allocation, make_design
from turnup.errors import InputRefused, PlanError
from turnup.findings import did_you_mean
from turnup.gate import Order
from turnup.plan import (
    NOTHING_STANDS,
    DeviceReading,
    Estate,
    LiveLine,
    Plan,
    PlanSubject,
    Standing,
    Undoing,
    check_as_delivered,
    check_fence,
    check_nothing_stands_on,
    devices_of,
    intents_for,
    make_cease,
    make_plan,
    make_restoration,
    make_rollback,
)
from turnup.render import Templates
from turnup.scalars import DeviceName, SiteCode

MakePlan = Callable[[Mapping[DeviceName, DeviceReading]], Plan]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be planned as soon as the devices are read.

    Attributes:
        sites: for whose sake devices change.
        devices: what has to be read.
    """

    order: Order
    estate: Estate
    sites: tuple[SiteCode, ...]
    devices: tuple[DeviceName, ...]
    plan: MakePlan


def prepare(workspace: Workspace, order: Order, standing: Standing = NOTHING_STANDS) -> Prepared:
    """Design an order; what is live of it and not ordered any more ends with the plan.

    Args:
        workspace: where estate and templates are.
        order: passed the gate.
        standing: what the ledger knows; nothing unless given.

    Raises:
        DesignError: pool exhausted, value held by somebody else, no template.
    """
    sites = _sites(tuple(line.site.code for line in order.lines), standing.live)
    estate = estate_at(workspace, sites)
    design = make_design(order, standing.taken, standing.resting, standing.reserved)
    intents = intents_for(design, estate)
    templates = Templates(workspace.templates)

    def plan(readings: Mapping[DeviceName, DeviceReading]) -> Plan:
        return _fenced(make_plan(design, estate, templates, intents, readings, standing, map_on_all_cores), estate)

    return Prepared(order, estate, sites, devices_of(intents, standing.live), plan)


def prepare_for(
    workspace: Workspace, order: Order, request: PlanRequest, standing: Standing, live: tuple[LiveLine, ...]
) -> Prepared:
    """Get ready for what is asked.

    Args:
        workspace: where estate and templates are.
        order: the call-off of the request, which passed the gate.
        request: what is asked.
        standing: what is held, and the live lines of the call-off.
        live: all live lines of the estate.

    Raises:
        PlanError: there is nothing to cease or to put back, or no such line.
        InputRefused: another line stands on one that would end.
        DesignError: see `prepare`.
    """
    if request.purpose is Purpose.DELIVER:
        return prepare(workspace, order, standing)
    if not standing.live:
        remedy = f"Deliver it first: turnup plan {order.call_off.reference}"
        raise PlanError(order.call_off.reference, "service lines in force", "none", remedy)
    if request.purpose is Purpose.RESTORE:
        return prepare_restoration(workspace, order, standing)
    ending = _ending(order, standing.live, request.lines)
    gone = {each.line.id for each in ending}
    staying = tuple(each for each in live if each.line.id not in gone)
    return prepare_cease(workspace, order, ending, staying, standing)


def _ending(order: Order, live: tuple[LiveLine, ...], wanted: tuple[str, ...]) -> tuple[LiveLine, ...]:
    if not wanted:
        return live
    by_name = {each.line.id.rpartition("/")[2]: each for each in live}
    for name in wanted:
        if name not in by_name:
            remedy = did_you_mean(name, by_name)
            raise PlanError(order.call_off.reference, "the id of a line in force", name, remedy)
    return tuple(by_name[name] for name in dict.fromkeys(wanted))


def prepare_cease(
    workspace: Workspace, order: Order, ending: tuple[LiveLine, ...], staying: tuple[LiveLine, ...], standing: Standing
) -> Prepared:
    """Get ready to end service lines of an order.

    Args:
        workspace: where the estate is.
        order: whose lines end.
        ending: live lines that end.
        staying: all other live lines of the estate.
        standing: what the ledger knows.

    Raises:
        InputRefused: another line stands on one that would end.
    """
    if findings := check_nothing_stands_on(ending, staying):
        raise InputRefused(f"cease {order.call_off.reference}", findings)
    sites = _sites((), ending)
    estate = estate_at(workspace, sites)
    subject, held = _subject(order, estate), _held(order, standing)

    def plan(readings: Mapping[DeviceName, DeviceReading]) -> Plan:
        return _fenced(make_cease(subject, ending, held, estate.devices(), readings, map_on_all_cores), estate)

    return Prepared(order, estate, sites, devices_of((), ending), plan)


def prepare_restoration(workspace: Workspace, order: Order, standing: Standing) -> Prepared:
    """Get ready to put back on devices what an order's live lines were given."""
    sites = _sites((), standing.live)
    estate = estate_at(workspace, sites)
    subject, held = _subject(order, estate), _held(order, standing)

    def plan(readings: Mapping[DeviceName, DeviceReading]) -> Plan:
        return _fenced(
            make_restoration(subject, standing.live, held, estate.devices(), readings, map_on_all_cores), estate
        )

    return Prepared(order, estate, sites, devices_of((), standing.live), plan)


def prepare_rollback(workspace: Workspace, order: Order, undoing: Undoing) -> Prepared:
    """Get ready to take a delivered change back.

    Args:
        workspace: where the estate is.
        order: the call-off.
        undoing: what shall be taken back.
    """
    sites = tuple(dict.fromkeys(place.site for place in undoing.former))
    devices = tuple(sorted({place.device for place in undoing.former}))
    estate = estate_at(workspace, sites)
    subject = _subject(order, estate)

    def plan(readings: Mapping[DeviceName, DeviceReading]) -> Plan:
        if findings := check_as_delivered(undoing, readings):
            raise InputRefused(f"rollback {order.call_off.reference}", findings)
        return _fenced(make_rollback(subject, undoing, estate.devices(), readings, map_on_all_cores), estate)

    return Prepared(order, estate, sites, devices, plan)


def _sites(ordered: tuple[SiteCode, ...], live: tuple[LiveLine, ...]) -> tuple[SiteCode, ...]:
    return tuple(dict.fromkeys((*ordered, *(each.line.site for each in live))))


def _fenced(plan: Plan, estate: Estate) -> Plan:
    check_fence(plan, estate)
    return plan


def _subject(order: Order, estate: Estate) -> PlanSubject:
    call_off = order.call_off
    return PlanSubject(
        reference=call_off.reference,
        revision=call_off.revision,
        call_off_hash=call_off.hash(),
        buyer=order.buyer.code,
        vrf=order.buyer.vrf,
        wave_sites=order.framework.rules.wave_sites,
        device_orders=estate.device_orders(),
    )


def _held(order: Order, standing: Standing) -> tuple[Allocation, ...]:
    """What the lines of a call-off and its buyer hold; what they let go of earlier rests, and is not taken again."""
    ours = f"{order.call_off.reference}/"
    buyer = f"buyer/{order.buyer.code}"
    held = (each for each in standing.taken if each.holder.startswith(ours) or each.holder == buyer)
    return tuple(each for each in held if each not in standing.resting)


def sites_of(prepared: Prepared) -> tuple[SiteCode, ...]:
    """Sites in which the devices of a plan stand: what has to be read of the inventory."""
    return sites_with(prepared.estate, prepared.devices)


def sites_with(estate: Estate, devices: tuple[DeviceName, ...]) -> tuple[SiteCode, ...]:
    """The sites of an estate in which certain devices stand."""
    wanted = set(devices)
    return tuple(code for code, site in estate.sites.items() if any(each.name in wanted for each in site.devices))
