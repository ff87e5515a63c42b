"""A Nornir over a few sites: Turnup's lazy inventory, Nornir's threaded runner, nothing global."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nornir import InitNornir
from nornir.core.plugins.inventory import InventoryPluginRegister

from tasks.inventory.nornir_plugin import TurnupInventory

if TYPE_CHECKING:
    from nornir.core import Nornir

    from tasks.workspace import Workspace
    from turnup.scalars import DeviceName, SiteCode


def open_nornir(workspace: Workspace, sites: Iterable[SiteCode], devices: Iterable[DeviceName]) -> Nornir:
    """Build a Nornir for some devices of some sites.

    Args:
        workspace: where the estate is, and how many devices are worked on at once.
        sites: whose files are read.
        devices: which of their hosts are kept.

    Raises:
        FileRefused: a file of the inventory is missing or malformed.
    """
    InventoryPluginRegister.register("TurnupInventory", TurnupInventory)
    wanted = frozenset(devices)
    nornir = InitNornir(
        inventory={
            "plugin": "TurnupInventory",
            "options": {
                "root": str(workspace.inventory),
                "sites": list(sites),
                "endpoints": workspace.endpoints,
            },
        },
        runner={"plugin": "threaded", "options": {"num_workers": workspace.workers}},
        logging={"enabled": False},
    )
    return nornir.filter(filter_func=lambda host: host.name in wanted)
