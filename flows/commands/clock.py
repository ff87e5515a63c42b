"""`turnup clock`: working-day arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

import typer

from flows.console import out, print_json, table
from turnup.errors import InputRefused, TurnupError
from turnup.findings import Finding

app = typer.Typer(
    no_args_is_help=True,
    help="Working-day arithmetic of the delivery clock (England).",
    epilog="Example: turnup clock due --from 2026-12-24T16:30 --working-days 10",
)

_COMMAND = "turnup clock due"
_Word = TypeVar("_Word")
_Value = TypeVar("_Value")


@app.callback()
def _group() -> None:
    """Keep `due` a sub-command while it is the only one."""


class _Reader:
    """Reads options and keeps what is wrong with them, so that all of it is said at once."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def read(self, option: str, parse: Callable[[_Word], _Value], word: _Word) -> tuple[_Value, ...]:
        """The value that was typed, alone in a tuple; an empty one when it is none."""
        try:
            return (parse(word),)
        except TurnupError as error:
            wrong = Finding(_COMMAND, 0, option, "option", error.expected, error.found, error.remedy)
            self._findings.append(wrong)
            return ()

    def refuse_if_wrong(self) -> None:
        """Go on only if every option was right.

        Raises:
            InputRefused: with every finding.
        """
        if self._findings:
            raise InputRefused(_COMMAND, tuple(self._findings))


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
    from turnup.clock import (
        WorkingCalendar,
        check_lead_time,
        due_answer,
        parse_cut_off,
        parse_date,
        parse_hold,
        parse_instant,
    )

    options = _Reader()
    instant = options.read("--from", parse_instant, acknowledged)
    lead_time = options.read("--working-days", check_lead_time, working_days)
    at = options.read("--cut-off", parse_cut_off, cut_off)
    holds = tuple(each for words in hold or () for each in options.read("--hold", parse_hold, words))
    ready = options.read("--completed", lambda words: parse_date(words, "completed"), completed) if completed else ()
    options.refuse_if_wrong()
    answer = due_answer(instant[0], lead_time[0], at[0], holds, ready[0] if ready else None, WorkingCalendar())
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
