"""Ctrl-C before and outside a delivery: one line, the same at every moment, and exit code 130."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = "Stopped. It is safe to run the same command again."
INTERRUPTED = 130


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """End the process on Ctrl-C, as while Python imports: nothing has begun that would have to be ended."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        sys.stderr.write(f"{STOPPED}\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
