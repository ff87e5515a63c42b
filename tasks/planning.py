"""From a request to what has to be read for its plan, with what the ledger knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.delivery import acknowledge, load_known_order
from tasks.devices.masking import hidden
from tasks.live import live_lines, standing_of, with_baselines
from tasks.preparation import Prepared, prepare_for, prepare_rollback
from tasks.requests import PlanRequest, Purpose
from tasks.saved import read_configurations
from tasks.undoing import undoing_of
from turnup.errors import PlanError
from turnup.plan import DeviceReading

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.ledger import Ledger
    from tasks.workspace import Workspace
    from turnup.gate import Order
    from turnup.plan import Plan

__all__ = ["PlanRequest", "Purpose", "prepare_request", "rollback_from"]


def prepare_request(workspace: Workspace, ledger: Ledger, request: PlanRequest) -> Prepared:
    """Let the call-off pass the gate and say what has to be read for the plan.

    Raises:
        FileRefused, GateRefused: the call-off may not be delivered.
        PlanError, InputRefused, DesignError: see `prepare_for`.
    """
    order = _order(workspace, ledger, request)
    if request.purpose is Purpose.ROLLBACK:
        return prepare_rollback(workspace, order, undoing_of(ledger, order, request))
    standing = standing_of(ledger, order.call_off.reference)
    if request.purpose is Purpose.RESTORE:
        # A baseline belongs to its site: it comes back with whatever call-off is live there.
        standing = replace(standing, live=with_baselines(ledger, standing.live))
    return prepare_for(workspace, order, request, standing, live_lines(ledger))


def rollback_from(workspace: Workspace, ledger: Ledger, request: PlanRequest, saved: Path) -> Plan:
    """Plan against saved configurations to take a change back; the ledger knows what was delivered, nothing is stored.

    Raises:
        FileRefused: the folder lacks devices; names them all.
        InputRefused, PlanError: as with devices.
    """
    prepared = prepare_request(workspace, ledger, request)
    platforms, key = prepared.estate.devices(), ledger.store.seals.reference
    texts = read_configurations(saved, prepared.devices)
    return prepared.plan(
        {
            device: DeviceReading(hidden(platforms[device].platform, text, key), ledger.ownership.on(device))
            for device, text in texts.items()
        }
    )


def _order(workspace: Workspace, ledger: Ledger, request: PlanRequest) -> Order:
    """The order, recorded and its clock started if it is to be delivered."""
    if request.purpose is Purpose.DELIVER:
        return acknowledge(workspace, ledger, request.call_off)
    order = load_known_order(workspace, ledger, request.call_off)
    _check_recorded(ledger, order)
    return order


def _check_recorded(ledger: Ledger, order: Order) -> None:
    """A plan belongs to a revision that the ledger knows: what was edited since has to be planned first."""
    call_off = order.call_off
    recorded = ledger.orders.revisions(call_off.reference)
    if recorded and call_off.revision not in recorded:
        raise PlanError(
            f"{call_off.reference} r{call_off.revision}",
            f"a revision that was planned: r{max(recorded)}",
            "one that the ledger does not know",
            f"Run `turnup plan {call_off.reference}` first, or put the file of r{max(recorded)} back.",
        )
