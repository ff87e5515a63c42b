"""Look for drift: what is watched, what was found there, and whose plan puts it back."""

from tasks.drift.report import DriftReport, FailedCheck, FoundDrift, compare_site
from tasks.drift.restorations import Restorations, restorations
from tasks.drift.watch import Round, Unread, Watch, watch_of

__all__ = [
    "DriftReport",
    "FailedCheck",
    "FoundDrift",
    "Restorations",
    "Round",
    "Unread",
    "Watch",
    "compare_site",
    "restorations",
    "watch_of",
]
