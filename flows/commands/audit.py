"""`turnup audit`: does the ledger hold?"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated

import typer

from flows.commands.order import JsonOption
from flows.console import err, out, print_json
from flows.settings import workspace
from turnup.errors import TurnupError

app = typer.Typer(no_args_is_help=True, help="Check the ledger.", epilog="Example: turnup audit verify")


@app.callback()
def _group() -> None:
    """Keep `verify` a sub-command while it is the only one."""


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="a head that you kept; it has to be in the chain")] = "",
    json: JsonOption = False,
) -> None:
    """Walk the chain of events and compare the tables with it.

    Example: turnup audit verify --head 5ba4f8ca293c82fe09f6f00d79d580b3acdea6a85ed17256a8d65158cae5d453
    """
    from tasks.steps.workbench import ledger_at

    if head and not re.fullmatch("[0-9a-f]{64}", head):
        remedy = "Give it whole, as `turnup audit verify --json` and `turnup accept --json` print it."
        raise TurnupError("--head", "a hash of 64 hexadecimal digits", repr(head[:80]), remedy)
    report = ledger_at(workspace().ledger).audit.verify(head)
    if json:
        print_json(asdict(report))
        return
    out.print(
        f"The chain holds: {report.events} events, head {report.head[:16]}; "
        f"{report.approvals} approvals, {report.plans} plans, {report.outcomes} outcomes, {report.backups} backups "
        f"and {report.transcripts} parts of transcripts agree with it."
    )
    if report.unopened:
        remedy = "Give the ledger's own key in TURNUP_KEY to prove those too."
        err.print(f"Not proved: {report.unopened} texts do not open with the key {report.key}. {remedy}")
