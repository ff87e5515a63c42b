"""A Nornir over a few sites: Turnup's lazy inventory, the process's workers, nothing global."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nornir.core import Nornir
from nornir.core.configuration import Config, LoggingConfig
from nornir.core.state import GlobalState

from tasks.inventory.nornir_plugin import TurnupInventory
from tasks.keys import key_reference
from tasks.workers import SharedRunner

if TYPE_CHECKING:
    from tasks.workspace import Workspace
    from turnup.scalars import DeviceName, SiteCode


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
    inventory = TurnupInventory(root=str(workspace.inventory), sites=list(sites), endpoints=workspace.endpoints).load()
    inventory.defaults.data["key"] = key_reference(workspace.ledger)
    wanted = frozenset(devices)
    nornir = Nornir(
        inventory=inventory,
        runner=SharedRunner(workspace.workers),
        config=Config(logging=LoggingConfig(enabled=False)),
        data=GlobalState(),
    )
    return nornir.filter(filter_func=lambda host: host.name in wanted)
