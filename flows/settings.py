"""Settings: the environment, read once, turned into a value."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path

from tasks.workspace import Workspace

CHECKOUT = Path(__file__).resolve().parent.parent

VARIABLES = {
    "TURNUP_INVENTORY": "folder of the estate (default: inventory/ of the checkout)",
    "TURNUP_TEMPLATES": "folder of the templates (default: templates/ of the checkout)",
    "TURNUP_LEDGER": "SQLite file or SQLAlchemy URL (default: .turnup/ledger.db of the checkout)",
    "TURNUP_ENDPOINTS": "YAML file: where devices are reached instead of their own address",
    "TURNUP_EXECUTOR": "who runs it, as role@organisation (default: login@host)",
    "TURNUP_REVERT_SECONDS": "seconds that a device waits for the confirm (default: 120)",
    "TURNUP_WORKERS": "devices worked on at once (default: 20)",
}
"""Every variable that Turnup reads, with what it is for."""


def workspace(environment: Mapping[str, str] = os.environ) -> Workspace:
    """Read the settings from the environment, with defaults that fit a checkout."""
    return Workspace(
        inventory=Path(environment.get("TURNUP_INVENTORY", str(CHECKOUT / "inventory"))),
        templates=Path(environment.get("TURNUP_TEMPLATES", str(CHECKOUT / "templates"))),
        ledger=environment.get("TURNUP_LEDGER", str(CHECKOUT / ".turnup" / "ledger.db")),
        endpoints=environment.get("TURNUP_ENDPOINTS", ""),
        executor=environment.get("TURNUP_EXECUTOR", "") or _login(),
        revert_seconds=int(environment.get("TURNUP_REVERT_SECONDS", "120")),
        workers=int(environment.get("TURNUP_WORKERS", "20")),
    )


def _login() -> str:
    return f"{getpass.getuser()}@{os.uname().nodename}".lower()
