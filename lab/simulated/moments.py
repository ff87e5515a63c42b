"""Times as the device writes them."""

from __future__ import annotations

from datetime import datetime


def clock_words(moment: datetime) -> str:
    """A time in the device's order: `15:23:17 UTC Tue Nov 24 2026`."""
    return f"{moment:%H:%M:%S UTC %a %b} {moment.day} {moment.year}"
