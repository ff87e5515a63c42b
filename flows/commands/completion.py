"""Completion of what a delivery touched: asked of the ledger, and silent where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # it reads the annotations of what completes

from flows.commands.order import has_ledger
from flows.settings import workspace
from turnup.errors import TurnupError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.ledger import OutcomeRecord


def complete_site(context: typer.Context, incomplete: str) -> list[str]:
    """Complete sites at which something of the call-off was delivered, or tried."""
    return _beginning_with(incomplete, (record.site for record in _outcomes(context)))


def complete_device(context: typer.Context, incomplete: str) -> list[str]:
    """Complete devices to which something of the call-off was pushed, or tried."""
    return _beginning_with(incomplete, (record.device for record in _outcomes(context)))


def _beginning_with(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})


def _outcomes(context: typer.Context) -> tuple[OutcomeRecord, ...]:
    bench = workspace()
    if not has_ledger(bench):
        return ()
    from tasks.steps.workbench import ledger_at

    try:
        return ledger_at(bench.ledger).devices.outcomes(str(context.params.get("call_off") or ""))
    except TurnupError:
        return ()
