"""Who wants to watch: steps announce what they do, and whoever displays it listens.

Prefect runs steps in threads of its own; a listener must be quick and safe to call from any of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_listeners: list[Callable[[Event], None]] = []
_lock = threading.Lock()
_stop = threading.Event()


@dataclass(frozen=True, slots=True)
class Event:
    """Something began or ended at a device.

    Attributes:
        site: site code.
        device: device name; empty for the site as a whole.
        stage: the stage that begins, such as `apply`; empty when it ended.
        outcome: the outcome word when it ended, else empty.
        detail: what to know about the outcome.
        lines_pushed: command lines that it took.
        said: a line for whoever watches, such as how long a canary soaks; neither begins nor ends anything.
    """

    site: str
    device: str = ""
    stage: str = ""
    outcome: str = ""
    detail: str = ""
    lines_pushed: int = 0
    said: str = ""


def announce(event: Event) -> None:
    """Tell all listeners."""
    with _lock:
        for listener in _listeners:
            listener(event)


@contextmanager
def listening(listener: Callable[[Event], None]) -> Iterator[None]:
    """Listen for as long as the block lasts."""
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def request_stop() -> None:
    """Ask that no further device is started; those that have begun come to their end."""
    _stop.set()


def stop_requested() -> bool:
    """Say whether somebody asked to stop."""
    return _stop.is_set()


def wait_for_stop(seconds: float) -> bool:
    """Wait for so long, or until somebody asks to stop; says whether somebody did."""
    return _stop.wait(seconds)


def clear_stop() -> None:
    """Forget an earlier request: a new run begins."""
    _stop.clear()
