"""What a person sees: results on standard output, errors and progress on standard error, JSON when asked."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any

import typer
import typer.core
from rich.console import Console
from rich.measure import Measurement
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from flows.interrupts import INTERRUPTED, STOPPED
from turnup.errors import InputRefused, TurnupError
from turnup.findings import Finding, Severity, counted

OK, FAILED, CHANGES, PARTIAL = 0, 1, 2, 3
"""Exit codes: done or nothing to do; error, refused or wrong usage; valid with changes; stopped half way."""

_WIDE = None if sys.stdout.isatty() else 160
"""Columns where nobody looks at a screen: a log or a pipe shall not be folded."""

out = Console(highlight=False, soft_wrap=True, width=_WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(content: Any) -> None:
    """Print a result as JSON, one object, keys in the order in which a reader wants them."""
    sys.stdout.write(json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n")


def print_error(error: TurnupError) -> None:
    """Print an error as `where: expected, found, remedy`; every finding of an input on a line of its own."""
    if isinstance(error, InputRefused):
        print_findings(error.findings)
        err.print(f"{counted(len(error.findings), 'finding')}; nothing was changed.", style="bold red")
        return
    err.print(Text.assemble(("error ", "bold red"), str(error)))


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, errors in red and warnings in yellow."""
    for finding in findings:
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        err.print(Text.assemble((f"{finding.severity} ", f"bold {colour}"), str(finding)))


def print_diff(text: str) -> None:
    """Print a unified diff, coloured when the terminal can."""
    if not out.is_terminal:
        sys.stdout.write(text)
        return
    out.print(Syntax(text, "diff", background_color="default", word_wrap=True))


def table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    """Build a table with plain cells: nothing in them is read as markup."""
    built = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        built.add_column(column, no_wrap=True)
    for row in rows:
        built.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    return built


def print_whole(built: Table) -> None:
    """Print a table without cutting a cell: a screen folds its lines, a pipe gets them as long as they are."""
    if out.is_terminal:
        for column in built.columns:
            column.no_wrap, column.overflow = False, "fold"
        out.print(built)
    else:
        Console(highlight=False, soft_wrap=True, width=_widest(built), file=out.file).print(built)


def _widest(built: Table) -> int:
    return Measurement.get(out, out.options.update(width=_NO_END), built).maximum


_NO_END = 100_000

_STYLES: dict[str, str] = {
    "changed": "green",
    "unchanged": "green",
    "rolled_back": "yellow",
    "skipped": "yellow",
    "failed": "bold red",
    "unknown": "bold red",
    "late": "bold red",
    "jeopardy": "yellow",
    "met": "green",
}


def _style(cell: str) -> str:
    return _STYLES.get(cell.split(" ", 1)[0], "")


class _Stopped(Exception):
    """Ctrl-C, under a name that typer does not know: it would make an exit code of it and say nothing."""


class StoppableGroup(typer.core.TyperGroup):
    """Commands that say so when they are stopped."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Stopped from None


def _stopped() -> int:
    err.print(STOPPED, style="bold yellow")
    return INTERRUPTED


def run_command(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run the command line and turn whatever happens into an exit code and words.

    Returns:
        one of the exit codes above; wrong usage is 1.
    """
    _quiet_libraries()
    try:
        result = app(args=arguments, standalone_mode=False)
    except TurnupError as error:
        print_error(error)
        return FAILED
    except (KeyboardInterrupt, _Stopped):
        return _stopped()
    except Exception as error:  # noqa: BLE001  the command line is one of the two places that catch everything
        return _other_exit(error)
    return result if isinstance(result, int) else OK


def _quiet_libraries() -> None:
    """What libraries log about a failure is told once, by the error that it becomes; of a new key everybody hears."""
    for name in ("nornir", "netmiko", "paramiko", "tasks"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    keys = logging.getLogger("turnup.keys")
    if not keys.handlers:
        keys.addHandler(_OnStandardError())
        keys.propagate = False


class _OnStandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        err.print(Text(record.getMessage(), style="yellow"))


def _other_exit(error: Exception) -> int:
    """Typer's own exceptions carry their words; anything else is a defect of ours and says so."""
    show: Callable[[], None] | None = getattr(error, "show", None)
    if show is not None:
        show()
        return FAILED
    code = getattr(error, "exit_code", None)
    if isinstance(code, int):
        return code
    if type(error).__name__ == "Abort":
        return _stopped()
    err.print(Text(f"{type(error).__name__}: {error}", style="bold red"))
    err.print("This is a defect of Turnup. Run with TURNUP_TRACEBACK=1 for its traceback, and report it.")
    _traceback_if_wanted()
    return FAILED


def _traceback_if_wanted() -> None:
    import os

    if os.environ.get("TURNUP_TRACEBACK"):
        err.print_exception(show_locals=False)
