"""Save what a plan needs of devices and ledger, so that it can be made where neither is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.delivery import load_known_order
from tasks.devices.collect import collect
from tasks.inventory.nornir_run import open_nornir
from tasks.live import standing_of
from tasks.preparation import prepare, sites_of
from tasks.saved import standing_now, write_saved

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.ledger import Ledger
    from tasks.workspace import Workspace


def save_devices(workspace: Workspace, ledger: Ledger, source: str, folder: Path) -> tuple[Path, ...]:
    """Read the devices that a call-off touches and write what they have, with how things stand.

    Raises:
        FileRefused, GateRefused: the call-off, or the folder, is not as it should be.
        DeviceError: a device cannot be read; nothing is written.
    """
    order = load_known_order(workspace, ledger, source)
    prepared = prepare(workspace, order, standing_of(ledger, order.call_off.reference))
    readings = collect(open_nornir(workspace, sites_of(prepared), prepared.devices))
    if readings.errors:
        raise readings.errors[0]
    return write_saved(folder, readings.running, standing_now(ledger, prepared.devices))
