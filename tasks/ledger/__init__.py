"""The ledger: what was ordered, approved, planned, allocated, pushed and accepted, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tasks.ledger.audit import AuditBook, AuditReport
from tasks.ledger.break_glass import BreakGlassBook
from tasks.ledger.checks import CheckBook
from tasks.ledger.devices import DeviceBook, new_intention
from tasks.ledger.leases import LeaseBook, this_process
from tasks.ledger.lines import LineBook
from tasks.ledger.orders import OrderBook
from tasks.ledger.ownership import OwnershipBook
from tasks.ledger.past import PastBook
from tasks.ledger.plans import PlanBook
from tasks.ledger.records import (
    Approval,
    ApprovalKind,
    AttemptRecord,
    BreakGlass,
    CheckRecord,
    HoldRecord,
    Intention,
    Lease,
    LineRecord,
    LineState,
    LotCommitment,
    MilestoneRecord,
    OutcomeRecord,
    OwnedPlace,
    RevisionRecord,
    TranscriptPart,
)
from tasks.ledger.store import Store, utc_now
from tasks.ledger.transcripts import TranscriptBook


class Ledger:
    """All books of one ledger.

    Args:
        place: file of an SQLite database, or an SQLAlchemy URL.
        now: the clock.
        key: reference of the key of its texts; the one of the place unless given.

    Raises:
        LedgerUnavailable: it cannot be opened.
    """

    def __init__(self, place: str, now: Callable[[], datetime] = utc_now, key: str = "") -> None:
        self.store = Store(place, now, key)
        self.orders = OrderBook(self.store)
        self.plans = PlanBook(self.store)
        self.devices = DeviceBook(self.store)
        self.ownership = OwnershipBook(self.store)
        self.lines = LineBook(self.store)
        self.leases = LeaseBook(self.store)
        self.past = PastBook(self.store)
        self.transcripts = TranscriptBook(self.store)
        self.checks = CheckBook(self.store)
        self.break_glass = BreakGlassBook(self.store)
        self.audit = AuditBook(self.store)

    def now(self) -> datetime:
        """The time now, in UTC."""
        return self.store.now()

    def head(self) -> str:
        """Hash of the last event."""
        return self.store.head()

    def has_been_at(self, head: str) -> bool:
        """Say whether the chain ever ended in this hash."""
        return self.store.has_been_at(head)

    def close(self) -> None:
        """Close all connections."""
        self.store.engine.dispose()


__all__ = [
    "Approval",
    "ApprovalKind",
    "AttemptRecord",
    "AuditReport",
    "BreakGlass",
    "CheckRecord",
    "HoldRecord",
    "Intention",
    "Lease",
    "Ledger",
    "LineRecord",
    "LineState",
    "LotCommitment",
    "MilestoneRecord",
    "OutcomeRecord",
    "OwnedPlace",
    "RevisionRecord",
    "TranscriptPart",
    "new_intention",
    "this_process",
]
