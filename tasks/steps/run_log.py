"""What steps write into the log of their run, as the Prefect UI shows it; every line names call-off, site, device."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging import get_run_logger

from tasks.devices.outcome import GOOD
from tasks.progress import Event, listening
from turnup.redact import redact
from turnup.scalars import SiteCode

_FINE = frozenset({*GOOD, "verified", "read"})


def log_line(*words: str, level: int = logging.INFO) -> None:
    """Write one line into the log of the step that runs in this thread."""
    get_run_logger().log(level, "%s", redact(" ".join(word for word in words if word)))


@contextmanager
def logged(reference: str, site: SiteCode) -> Iterator[None]:
    """Write each stage and each outcome of a site into the log of the step that runs in this thread.

    Devices are worked on in threads that know no run: the logger is taken here and used there.
    """
    logger = get_run_logger()

    def write(event: Event) -> None:
        if event.site == site:
            logger.log(_level(event), "%s", redact(f"{reference} {_words(event)}"))

    with listening(write):
        yield


def _level(event: Event) -> int:
    return logging.INFO if not event.outcome or event.outcome in _FINE else logging.WARNING


def _words(event: Event) -> str:
    pushed = f"({event.lines_pushed} lines)" if event.lines_pushed else ""
    detail = f"- {event.detail}" if event.detail else ""
    words = (event.said,) if event.said else (event.site, event.device, event.stage or event.outcome, pushed, detail)
    return " ".join(word for word in words if word)
