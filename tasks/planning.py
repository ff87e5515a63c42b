"""What a plan is asked for: to deliver a call-off, to cease lines of it, to put back what drifted."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tasks.delivery import acknowledge, background_of
from tasks.live import live_lines, standing_of
from tasks.order import load_order
from tasks.preparation import Prepared, prepare, prepare_cease, prepare_restoration
from turnup.errors import PlanError
from turnup.findings import did_you_mean
from turnup.model import Model

if TYPE_CHECKING:
    from tasks.ledger import Ledger
    from tasks.workspace import Workspace
    from turnup.gate import Order
    from turnup.plan import LiveLine


class Purpose(StrEnum):
    """Why a plan is made."""

    DELIVER = "deliver"
    CEASE = "cease"
    RESTORE = "restore"


class PlanRequest(Model):
    """What somebody asks a plan for.

    Attributes:
        call_off: its reference or its file.
        lines: order lines to cease, such as `L2`; none: all of them.
    """

    call_off: str
    purpose: Purpose = Purpose.DELIVER
    lines: tuple[str, ...] = ()


def prepare_request(workspace: Workspace, ledger: Ledger, request: PlanRequest) -> Prepared:
    """Let the call-off pass the gate and say what has to be read for the plan.

    Raises:
        FileRefused, GateRefused: the call-off may not be delivered.
        PlanError: there is nothing to cease or to put back, or no such line.
        InputRefused: another line stands on one that would end.
        DesignError: see `prepare`.
    """
    if request.purpose is Purpose.DELIVER:
        order = acknowledge(workspace, ledger, request.call_off)
        return prepare(workspace, order, standing_of(ledger, order.call_off.reference))
    framework = load_order(workspace, request.call_off).framework.reference
    order = load_order(workspace, request.call_off, background_of(ledger, framework))
    standing = standing_of(ledger, order.call_off.reference)
    if not standing.live:
        remedy = f"Deliver it first: turnup plan {order.call_off.reference}"
        raise PlanError(order.call_off.reference, "service lines in force", "none", remedy)
    if request.purpose is Purpose.RESTORE:
        return prepare_restoration(workspace, order, standing)
    ending = _ending(order, standing.live, request.lines)
    gone = {each.line.id for each in ending}
    staying = tuple(each for each in live_lines(ledger) if each.line.id not in gone)
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
