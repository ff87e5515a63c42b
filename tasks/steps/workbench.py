"""What a process opens once: its ledger."""

from __future__ import annotations

from functools import lru_cache

from tasks.ledger import Ledger


@lru_cache(maxsize=4)
def ledger_at(place: str) -> Ledger:
    """The ledger at a place, opened once in this process.

    Raises:
        LedgerUnavailable: it cannot be opened.
    """
    return Ledger(place)
