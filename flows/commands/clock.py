"""`turnup clock`: working-day arithmetic."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.console import out, print_json, table

app = typer.Typer(no_args_is_help=True, help="Working-day arithmetic of the delivery clock (England).")


@app.callback()
def _group() -> None:
    """Keep `due` a sub-command while it is the only one."""


@app.command()
def due(
    acknowledged: Annotated[str, typer.Option("--from", help="when the order was acknowledged; London time")],
    working_days: Annotated[int, typer.Option(help="lead time in net working days after day 0")],
    cut_off: Annotated[str, typer.Option(help="later than this counts for the next working day")] = "16:00",
    hold: Annotated[list[str] | None, typer.Option(help="relief hold FROM..TO, both inside; may be repeated")] = None,
    completed: Annotated[str, typer.Option(help="completion day")] = "",
    json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Say when something is due, and how late it was.

    Example: turnup clock due --from 2026-11-02T10:00 --working-days 40 --hold 2026-11-16..2026-11-27
    """
    from turnup.clock import WorkingCalendar, due_answer, parse_cut_off, parse_date, parse_hold, parse_instant

    answer = due_answer(
        parse_instant(acknowledged),
        working_days,
        parse_cut_off(cut_off),
        tuple(parse_hold(each) for each in hold or ()),
        parse_date(completed, "completed") if completed else None,
        WorkingCalendar(),
    )
    shown = asdict(answer)
    if not completed:
        shown = {name: shown[name] for name in ("day_zero", "due", "relief_working_days", "adjusted_due")}
    if json:
        print_json({name: str(value) if hasattr(value, "isoformat") else value for name, value in shown.items()})
        return
    rows = (
        (name.replace("_", " "), "none while on hold" if value is None else str(value)) for name, value in shown.items()
    )
    out.print(table("", ("", ""), rows))
