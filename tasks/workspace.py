"""Where a run finds its files and its ledger, and who runs it. A value: the flows make it from the environment."""

from __future__ import annotations

from pathlib import Path

from turnup.model import Model


class Workspace(Model):
    """The places that a run works with.

    Attributes:
        inventory: folder of the estate.
        templates: folder of the templates.
        ledger: file of an SQLite ledger, or an SQLAlchemy URL.
        endpoints: YAML file that says where devices are reached instead of their own address; empty: none.
        executor: who runs it, as `role@organisation`; must be neither the author nor the approver.
        revert_seconds: how long a device waits for the confirm before it takes itself back.
        workers: devices that a process works on at once, whatever the number of sites.
    """

    inventory: Path
    templates: Path
    ledger: str
    endpoints: str = ""
    executor: str
    revert_seconds: int = 120
    workers: int = 100
