"""The row of Cisco RoomOS, which has no transaction: what it cannot show, and what is said instead."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from lab.simulated import CutAccess, DeviceKind, DeviceSpec, Fleet, Reboot, RejectLine, factory_config
from tasks.delivery import plan_from_readings
from tasks.devices.collect import collect
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Ledger
from tasks.order import estate_at
from tasks.planning import PlanRequest, Purpose, prepare_request
from tasks.preparation import sites_of, sites_with
from tasks.workspace import Workspace
from tests.conformance.scene import Stage
from tests.conformance.simulated import COMMON, Simulated, both, inject, spoil, touched_since, typed
from tests.conformance.table import CHANGED, RETURNS, UNKNOWN, Cell, Way
from tests.conftest import CHECKOUT, EXECUTOR, PASSWORD, write_endpoints

CALL_OFF, SITE, CODEC, SERIAL = "WCC-2026-0008", "WCC-LIB-08", "WCC-LIB-08-CX1", "FOC2643T043"
LOUDER = "xConfiguration Audio DefaultVolume: 70"
LOST = ("- xConfiguration Audio DefaultVolume: 50", f"+ {LOUDER}")
THEIRS = 'xConfiguration SIP URI: "room@elsewhere.example"'

_NO_TIMER = "it has no timer: there is nothing to confirm"
_SAVED = "a setting is kept as it is taken"
_NO_MODE = "it has no configuration mode"

ROOMOS: dict[str, Cell] = COMMON | {
    "the session drops after the lines": "each line is answered before the next is typed",
    "the session drops as we confirm, and the confirm is lost": _NO_TIMER,
    "the session drops as we confirm, and only its answer is lost": _NO_TIMER,
    "the session drops as we save": _SAVED,
    "the device reboots after the confirm and before the save": Way(
        inject(Reboot(0.3), at="save"), outcome=CHANGED, says="", why=_SAVED
    ),
    "our own lines cut our access": Way(
        spoil(CutAccess, "middle"), outcome=UNKNOWN, says=RETURNS, why="nothing on the device takes it back"
    ),
    "the device does not take itself back": "it never does",
    "the confirm is answered and not taken": _NO_TIMER,
    "the revert timer runs out as we confirm": _NO_TIMER,
    "the save fails": _SAVED,
    "the save fails, and so does the way back": _SAVED,
    "another operator is in configuration mode": _NO_MODE,
    "a change of somebody else waits for its confirm": _NO_TIMER,
    "a change of somebody else takes the timer after ours": _NO_TIMER,
    "what the plan touches was changed since": Way(
        touched_since(THEIRS, 'xConfiguration SIP URI: ""'), lost=(f"+ {THEIRS}",)
    ),
    "something else was changed since the plan": Way(typed(LOUDER), lost=LOST),
    "somebody changes something else before we confirm": Way(typed(LOUDER, at="verify"), lost=LOST),
    "somebody changes something else, and our lines are taken back": Way(
        both(typed(LOUDER, at="apply"), spoil(RejectLine, "last")),
        says="former values were typed",
        lost=LOST,
        why="only ours are typed back, theirs stay",
    ),
}


@contextmanager
def roomos_stage(folder: Path) -> Iterator[Stage]:
    """A room's codec with the plan of its settings; but for its password, which no device shows."""
    inventory, templates = folder / "inventory", folder / "templates"
    shutil.copytree(CHECKOUT / "inventory", inventory)
    shutil.copytree(CHECKOUT / "templates", templates)
    _only_the_room(inventory, templates / "video" / "cisco_tp.j2")
    workspace = Workspace(
        inventory=inventory,
        templates=templates,
        ledger=str(folder / "first" / "ledger.db"),
        endpoints=str(folder / "endpoints.yaml"),
        executor=EXECUTOR,
    )
    startup = factory_config(DeviceKind.ROOM_CODEC, CODEC)
    spec = DeviceSpec(CODEC, DeviceKind.ROOM_CODEC, SERIAL, "Cisco Room Kit", startup, "turnup", PASSWORD)
    with pytest.MonkeyPatch.context() as patch, Fleet((spec,)) as fleet:
        for name in ("ROOM", "ROOM_HA1", "BRIDGE", "BRIDGE_HA1"):
            patch.setenv(f"TURNUP_SECRET_{name}", "0123456789abcdef0123456789abcdef")
        write_endpoints(workspace, fleet)
        yield _stage(workspace, Simulated(fleet, lambda: write_endpoints(workspace, fleet))).only(CODEC)


def _only_the_room(inventory: Path, template: Path) -> None:
    """Leave of the library's order its room, and of its site the codec."""
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"
    order = yaml.safe_load(path.read_text())
    order["lines"] = [line for line in order["lines"] if line["product"] == "VIDEO-ROOM"]
    path.write_text(yaml.safe_dump(order, sort_keys=False))
    place = inventory / "sites" / SITE
    hosts, site = (yaml.safe_load((place / f"{name}.yaml").read_text()) for name in ("hosts", "site"))
    (place / "hosts.yaml").write_text(yaml.safe_dump({CODEC: hosts[CODEC]}))
    kept = ("code", "name", "buyer", "uprn", "postcode", "rooms", "access_hours", "served_by")
    (place / "site.yaml").write_text(yaml.safe_dump({name: site[name] for name in kept}, sort_keys=False))
    lines = template.read_text().splitlines(keepends=True)
    template.write_text("".join(line for line in lines if "Authentication Password" not in line))


def _stage(workspace: Workspace, devices: Simulated) -> Stage:
    """Plan with the codec as it is and a session border controller that nobody asks."""
    ledger = Ledger(workspace.ledger)
    prepared = prepare_request(workspace, ledger, PlanRequest(call_off=CALL_OFF, purpose=Purpose.DELIVER, lines=()))
    readings = collect(open_nornir(workspace, sites_of(prepared), (CODEC,)))
    assert readings.errors == ()
    running = {**dict.fromkeys(prepared.devices, ""), **readings.running}
    plan = plan_from_readings(ledger, prepared, running, workspace.executor)
    ledger.close()
    sites = sites_with(estate_at(workspace, (site for wave in plan.waves for site in wave.sites)), (CODEC,))
    return Stage(workspace, plan, sites, Path(workspace.ledger), devices)
