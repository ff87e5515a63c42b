"""Run flows in this process with a terminal in front: progress instead of log lines, errors once."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from flows.console import err
from flows.interrupts import INTERRUPTED
from tasks.progress import Event, clear_stop, listening, request_stop, stop_requested

LEAVE_SECONDS = 3.0
"""How long Prefect may take to write down that a run was left."""


@contextmanager
def quiet_prefect(title: str, devices: int = 0, *, writes: bool = False) -> Iterator[None]:
    """Show what steps announce while flows run; a terminal gets a progress bar, anything else plain lines.

    Args:
        title: what is going on.
        devices: how many devices have to come to an end; 0: unknown.
        writes: whether devices are changed, so that the first Ctrl-C waits for those in flight.
    """
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Its services complain of what a stopped run left in them, in a logger that looks at no level but the settings'.
    for handler in logging.getLogger("prefect._internal").handlers:
        handler.setLevel(logging.CRITICAL)
    for variable in ("PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL"):  # of the server that it may start
        os.environ.setdefault(variable, "CRITICAL")
    with _stop_on_interrupt() if writes else nullcontext():
        if err.is_terminal:
            with _bar(title, devices):
                yield
        else:
            with listening(_plain_line):
                yield


def _plain_line(event: Event) -> None:
    if event.said:
        err.print(event.said)
    if event.outcome:
        words = " ".join(word for word in (event.site, event.device, event.outcome) if word)
        err.print(words + (f" ({event.lines_pushed} lines)" if event.lines_pushed else ""))


@contextmanager
def _bar(title: str, devices: int) -> Iterator[None]:
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    row = progress.add_task(title, total=devices or None)

    def listener(event: Event) -> None:
        if event.said:
            progress.console.print(f"  {event.said}")
        elif event.outcome:
            progress.console.print(
                f"  {event.site} {event.device} [bold]{event.outcome}[/bold]"
                + (f" ({event.lines_pushed} lines)" if event.lines_pushed else "")
            )
            progress.advance(row, 1 if event.device else 0)
        else:
            progress.update(row, description=f"{title}: {event.site} {event.device} {event.stage}")

    with progress, listening(listener):
        yield


@contextmanager
def _stop_on_interrupt() -> Iterator[None]:
    """The first Ctrl-C lets devices in flight come to their end; the second leaves at once."""
    clear_stop()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stop_requested():
            _leave_soon()
            raise KeyboardInterrupt
        request_stop()
        err.print("Stopping after the devices in flight; Ctrl-C again leaves at once (they take themselves back).")

    before = signal.signal(signal.SIGINT, on_interrupt)
    terminate = signal.signal(signal.SIGTERM, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, terminate)


def _leave_soon() -> None:
    """Leave even when a thread waits for a device: what it had begun is settled by the device and the next run."""

    def leave() -> None:
        err.print("Left. Devices in flight take themselves back; run the same command again to go on.")
        sys.stdout.flush()
        os._exit(INTERRUPTED)

    timer = threading.Timer(LEAVE_SECONDS, leave)
    timer.daemon = True
    timer.start()
