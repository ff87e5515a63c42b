"""`turnup rollback`: plan to take back what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.completion import complete_site
from flows.commands.order import CallOffArgument, JsonOption
from flows.commands.plan import SavedOption, made_for, offer_plan, print_plan
from flows.console import err
from flows.settings import workspace
from turnup.errors import TurnupError

if TYPE_CHECKING:
    from turnup.plan import Plan


def rollback(
    call_off: CallOffArgument,
    site: Annotated[
        list[str] | None,
        typer.Option(
            help="site at which to take it back; may be given again; all unless given", autocompletion=complete_site
        ),
    ] = None,
    plan_hash: Annotated[
        str, typer.Option("--plan", help="hash of the delivered plan to take back; the last one unless given")
    ] = "",
    saved: SavedOption = None,
    json: JsonOption = False,
) -> None:
    """Plan to take back the last delivered change of a call-off, days later too, if it is still what is there.

    Each device shall have again what the call-off's service lines declared before it; what others did elsewhere stays.
    Where somebody changed what would be taken back, or a later change stands on it, nothing is planned and each line
    is named. The plan is approved and delivered like any other; the lines are then where they were before.

    Example: turnup rollback RBKC-2026-0007 --site KC-LIB-02
    """
    from tasks.requests import PlanRequest, Purpose

    request = PlanRequest(
        call_off=call_off, purpose=Purpose.ROLLBACK, sites=tuple(site or ()), plan_hash=_checked(plan_hash)
    )
    if saved is not None:
        from tasks.planning import rollback_from
        from tasks.steps.workbench import ledger_at

        bench = workspace()
        print_plan(rollback_from(bench, ledger_at(bench.ledger), request, saved), json=json)
        return
    made = made_for(request)
    if not json:
        _say_what(made)
    offer_plan(made, json=json)


def _say_what(made: Plan) -> None:
    sites = ", ".join(dict.fromkeys(change.site for change in made.changes))
    err.print(f"Takes back plan {made.takes_back[:12]} of {made.reference} at {sites}.")


def _checked(plan_hash: str) -> str:
    """The beginning of a hash.

    Raises:
        TurnupError: it is none.
    """
    if plan_hash and (len(plan_hash) < 6 or any(letter not in "0123456789abcdef" for letter in plan_hash)):
        remedy = "Give its first 6 digits or more, as `turnup show` prints them."
        raise TurnupError("--plan", "the hash of a plan", repr(plan_hash[:80]), remedy)
    return plan_hash
