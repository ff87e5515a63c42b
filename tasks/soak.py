"""The soak: the wait after the canary, counted from when the canary was changed, whoever waits and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.devices.outcome import Outcome
from tasks.progress import Event, announce, wait_for_stop
from turnup.clock import LONDON

if TYPE_CHECKING:
    from tasks.ledger import OutcomeRecord
    from turnup.scalars import SiteCode

TICK_SECONDS = 1.0
KEEP_SECONDS = 60.0


def soak_end(records: Iterable[OutcomeRecord], canary: SiteCode, minutes: float) -> datetime | None:
    """When the soak of a canary ends, in UTC; none if nothing was changed there.

    Args:
        records: outcomes of the plan, of all attempts.
        canary: the site.
        minutes: how long it shall soak, from the last device of it that was changed.
    """
    changed = [each.at for each in records if each.site == canary and each.outcome == Outcome.CHANGED]
    return max(changed) + timedelta(minutes=minutes) if changed else None


def soak(canary: SiteCode, end: datetime, now: Callable[[], datetime], keep: Callable[[], None]) -> bool:
    """Wait until the soak of a canary ends, or somebody stops it.

    Args:
        canary: the site.
        end: when it ends.
        now: the clock.
        keep: called about once a minute, to hold on to what must not be lost meanwhile.

    Returns:
        whether it ended; false if it was stopped.
    """
    left = (end - now()).total_seconds()
    until = f"{end.astimezone(LONDON):%a %d %b %H:%M:%S}"
    announce(Event(canary, said=f"{canary} soaks until {until} London time ({countdown(left)} left)"))
    kept = left
    while left > 0:
        announce(Event(canary, stage=f"soak, {countdown(left)} left"))
        if wait_for_stop(min(left, TICK_SECONDS)):
            return False
        left = (end - now()).total_seconds()
        if kept - left >= KEEP_SECONDS:
            keep()
            kept = left
    return True


def countdown(seconds: float) -> str:
    """A time that is left, such as `4:05` or `1:02:30`; begun seconds count."""
    whole = max(0, -int(-seconds // 1))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
