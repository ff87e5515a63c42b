"""Where the program starts: nothing is imported before Ctrl-C is known."""

from __future__ import annotations

import sys

from flows.interrupts import leaving_at_once


def main() -> None:
    """Import the command line, run it and leave with its exit code."""
    with leaving_at_once():
        from flows.cli import app
        from flows.console import run_command
        from flows.settings import settle_prefect
    settle_prefect()
    sys.exit(run_command(app))
