"""Settings: the environment, read once, turned into a value."""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from tasks.workspace import Workspace
from turnup.errors import TurnupError

CHECKOUT = Path(__file__).resolve().parent.parent

VARIABLES = {
    "TURNUP_INVENTORY": "folder of the estate (default: inventory/ of the checkout)",
    "TURNUP_TEMPLATES": "folder of the templates (default: templates/ of the checkout)",
    "TURNUP_LEDGER": "SQLite file or SQLAlchemy URL (default: .turnup/ledger.db of the checkout)",
    "TURNUP_KEY": "key for texts at rest, as file:PATH or env:NAME (default: ledger.key beside the ledger)",
    "TURNUP_ENDPOINTS": "YAML file: where devices are reached instead of their own address",
    "TURNUP_EXECUTOR": "who runs it, as role@organisation (default: login@host)",
    "TURNUP_REVERT_SECONDS": "seconds that a device waits for the confirm (default: 120)",
    "TURNUP_WORKERS": "devices that a process works on at once, over all sites (default: 100)",
}
"""Every variable that Turnup reads, with what it is for."""


def workspace(environment: Mapping[str, str] = os.environ) -> Workspace:
    """Read the settings from the environment, with defaults that fit a checkout."""
    return Workspace(
        inventory=Path(environment.get("TURNUP_INVENTORY", "") or CHECKOUT / "inventory"),
        templates=Path(environment.get("TURNUP_TEMPLATES", "") or CHECKOUT / "templates"),
        ledger=environment.get("TURNUP_LEDGER", str(CHECKOUT / ".turnup" / "ledger.db")),
        endpoints=environment.get("TURNUP_ENDPOINTS", ""),
        executor=environment.get("TURNUP_EXECUTOR", "") or _login(),
        revert_seconds=_whole(environment, "TURNUP_REVERT_SECONDS", 120, 5, 3600),
        workers=_whole(environment, "TURNUP_WORKERS", 100, 1, 1000),
    )


def _whole(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Read a whole number; an empty variable is none.

    Raises:
        TurnupError: it is something else, or out of range.
    """
    words = environment.get(name, "") or str(default)
    if not words.isascii() or not words.isdigit() or not least <= int(words[:9]) <= most:
        expected = f"a whole number from {least} to {most}: {VARIABLES[name]}"
        raise TurnupError(f"setting {name}", expected, repr(words), "Correct it, or unset it.")
    return int(words)


def settle_prefect(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let the settings of `prefect.toml` hold wherever a command is typed: Prefect reads that file only where it is.

    What the environment says already stands. Called before Prefect is imported.
    """
    for name, value in _variables(("PREFECT",), tomllib.loads((CHECKOUT / "prefect.toml").read_text("utf-8"))):
        environment.setdefault(name, value)


def _variables(path: tuple[str, ...], value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _variables((*path, name), below)
    else:
        yield "_".join(path).upper(), str(value).lower() if isinstance(value, bool) else str(value)


def _login() -> str:
    return f"{getpass.getuser()}@{os.uname().nodename}".lower()
