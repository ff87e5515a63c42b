"""Delivered devices to measure on: a copy of the example estate, simulated devices, real pushes."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.simulated import DeviceKind, DeviceSpec, Fleet, factory_config
from lab.simulated.fleet_file import write_endpoints
from tasks.delivery import plan_from_readings
from tasks.devices.collect import collect
from tasks.devices.outcome import GOOD
from tasks.inventory.estate import Estate
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Ledger
from tasks.order import estate_at
from tasks.planning import PlanRequest, prepare_request
from tasks.preparation import sites_of, sites_with
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.plan import Plan
from turnup.sites import DeviceRole

CHECKOUT = Path(__file__).resolve().parent.parent
_OPENING = threading.Lock()
EXECUTOR = "field-engineer@supplier.example"


@dataclass(frozen=True, slots=True)
class Delivered:
    """An estate whose call-offs are in force on devices that answer."""

    workspace: Workspace
    ledger: Ledger
    fleet: Fleet


@contextmanager
def delivered(folder: Path, call_offs: tuple[str, ...]) -> Iterator[Delivered]:
    """Deliver call-offs of the example estate to simulated devices; the login is in the environment."""
    shutil.copytree(CHECKOUT / "inventory", folder / "inventory")
    workspace = Workspace(
        inventory=folder / "inventory",
        templates=CHECKOUT / "templates",
        ledger=str(folder / "ledger.db"),
        endpoints=str(folder / "endpoints.yaml"),
        executor=EXECUTOR,
    )
    with _OPENING:  # Alembic brings one schema up to date at a time in a process
        ledger = Ledger(workspace.ledger)
    with Fleet(tuple(_specs(workspace, call_offs)), minute_seconds=60.0) as fleet:
        write_endpoints(fleet, folder / "endpoints.yaml")
        for call_off in call_offs:
            deliver(workspace, ledger, call_off)
        yield Delivered(workspace, ledger, fleet)
    ledger.close()


def _specs(workspace: Workspace, call_offs: tuple[str, ...]) -> Iterator[DeviceSpec]:
    files = Estate(workspace.inventory)
    codes = dict.fromkeys(line.site for each in call_offs for line in files.call_off(each).call_off.lines)
    for site in estate_at(workspace, codes).sites.values():
        for device in site.devices:
            kind = DeviceKind.SWITCH if device.role is DeviceRole.SWITCH else DeviceKind.ROUTER
            own = CHECKOUT / "lab" / "startup" / f"{device.name}.cfg"
            startup = own.read_text() if own.is_file() else factory_config(kind, device.name)
            login, password = os.environ["TURNUP_USERNAME"], os.environ["TURNUP_PASSWORD"]
            yield DeviceSpec(device.name, kind, device.serial, "model", startup, login, password)


def deliver(workspace: Workspace, ledger: Ledger, call_off: str) -> Plan:
    """Plan a call-off and push it to its devices, as the flows do.

    Raises:
        RuntimeError: a device did not become what was planned.
    """
    prepared = prepare_request(workspace, ledger, PlanRequest(call_off=call_off))
    readings = collect(open_nornir(workspace, sites_of(prepared), prepared.devices))
    plan = plan_from_readings(ledger, prepared, readings.running, workspace.executor)
    attempt = ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor)
    estate = estate_at(workspace, (site for wave in plan.waves for site in wave.sites))
    devices = tuple({change.device for change in plan.changes})
    delivery = SiteDelivery(workspace, ledger, plan, sites_with(estate, devices), attempt)
    for site in (site for wave in plan.waves for site in wave.sites):
        bad = [each for each in delivery.deliver(site) if each.outcome not in GOOD]
        if bad:
            raise RuntimeError(f"{bad[0].device}: {bad[0].outcome} {bad[0].detail}")
    return plan
