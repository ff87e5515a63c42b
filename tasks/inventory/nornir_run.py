"""A Nornir over a few sites: Turnup's lazy inventory, the process's workers, nothing global."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nornir.core import Nornir
from nornir.core.configuration import Config, LoggingConfig
from nornir.core.inventory import Defaults, Groups, Hosts, Inventory
from nornir.core.state import GlobalState

from tasks.inventory.nornir_plugin import TurnupInventory
from tasks.keys import key_reference
from tasks.workers import SharedRunner

if TYPE_CHECKING:
    from tasks.workspace import Workspace
    from turnup.scalars import DeviceName, SiteCode

_Stamp = tuple[int, int] | None


class _LastRead:
    """The inventory that was read last: each site of a delivery asks for that of all its sites."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[object, ...] = ()
        self._inventory = Inventory(Hosts(), Groups(), Defaults())

    def inventory(self, workspace: Workspace, sites: tuple[SiteCode, ...]) -> Inventory:
        """Read the files, unless they are the very ones that were read last."""
        key = key_reference(workspace.ledger)
        with self._lock:
            of = (workspace.inventory, sites, workspace.endpoints, key, *_stamps(workspace, sites))
            if of != self._of:
                read = TurnupInventory(str(workspace.inventory), list(sites), workspace.endpoints).load()
                read.defaults.data["key"] = key
                self._inventory, self._of = read, of
            return self._inventory


_READ = _LastRead()


def _stamps(workspace: Workspace, sites: tuple[SiteCode, ...]) -> Iterator[_Stamp]:
    """When each file was written last, and how long it is."""
    root, endpoints = workspace.inventory, workspace.endpoints
    hosts = (root / "sites" / site / "hosts.yaml" for site in sites)
    for path in (root / "defaults.yaml", root / "groups.yaml", *hosts, *([Path(endpoints)] if endpoints else [])):
        try:
            status = path.stat()
        except OSError:
            yield None
        else:
            yield status.st_mtime_ns, status.st_size


def open_nornir(workspace: Workspace, sites: Iterable[SiteCode], devices: Iterable[DeviceName]) -> Nornir:
    """Build a Nornir for some devices of some sites.

    Args:
        workspace: where the estate is, and how many devices this process works on at once.
        sites: whose files are read.
        devices: which of their hosts are kept.

    Raises:
        FileRefused: a file of the inventory is missing or malformed.
    """
    # What InitNornir does, without its look through all installed packages for plug-ins: 10 ms a site of a sweep.
    inventory = _READ.inventory(workspace, tuple(sites))
    wanted = frozenset(devices)
    nornir = Nornir(
        inventory=inventory,
        runner=SharedRunner(workspace.workers),
        config=Config(logging=LoggingConfig(enabled=False)),
        data=GlobalState(),
    )
    return nornir.filter(filter_func=lambda host: host.name in wanted)
