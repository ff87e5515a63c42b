"""The wire is cut at random bytes of a delivery; whatever was on its way, device and ledger agree in the end.

`TURNUP_CUTS=500` cuts as often; `TURNUP_CUTS_SEED` begins with another number.
"""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest
import yaml

from tasks.devices.connection import QuickTransport
from tasks.devices.outcome import DeviceOutcome
from tests.conformance.rows import ROWS, Row
from tests.conformance.scene import Scene, scene_of
from tests.conformance.wire import Accident, Cut, Wire

CUTS = int(os.environ.get("TURNUP_CUTS", "9"))
SEED = int(os.environ.get("TURNUP_CUTS_SEED", "20261125"))
LIMIT_SECONDS = 25.0
"""Beyond what the shortened patience allows: the revert timer, patience, and one last session that nobody answers."""

SIMULATED = [pytest.param(row, id=row.platform) for row in ROWS if row.another]


def lay(scene: Scene, port: int) -> None:
    """Let Turnup reach the device over the wire."""
    path = Path(scene.workspace.endpoints)
    places = yaml.safe_load(path.read_text())
    places[scene.device]["port"] = port
    path.write_text(yaml.safe_dump(places))


def port_of(scene: Scene) -> int:
    return int(yaml.safe_load(Path(scene.workspace.endpoints).read_text())[scene.device]["port"])


def accidents(row: Row, most_bytes: int) -> list[Accident]:
    """Where and how the wire is cut, the same every time; no byte comes twice as often as another."""
    chance = random.Random(f"{SEED} {row.platform}")
    ways = [*Cut] * (CUTS // len(Cut) + 1)
    return [
        Accident(chance.randrange(1, most_bytes), cut, chance.choice((0.0, 0.0, 0.3)))
        for cut in chance.sample(ways, CUTS)
    ]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("row", SIMULATED)
def test_wherever_the_wire_is_cut_device_and_ledger_agree(stage_for, tmp_path, row: Row):
    stage = stage_for(row)
    with scene_of(stage, row.device, tmp_path / "whole") as scene, Wire(port_of(scene)) as wire:
        lay(scene, wire.port)
        assert scene.deliver().outcome == "changed"
        whole = wire.passed

    for number, accident in enumerate(accidents(row, whole)):
        with scene_of(stage, row.device, tmp_path / str(number)) as scene, Wire(port_of(scene)) as wire:
            lay(scene, wire.port)
            wire.mend(accident)
            try:
                check(scene, wire)
            except AssertionError as error:
                raise AssertionError(f"{accident} of {whole} bytes: {error}") from error


def in_time(scene: Scene, wire: Wire) -> DeviceOutcome:
    """Deliver while the wire is cut; a wait without an end is ended here, and told."""
    began = time.monotonic()
    watchdog = threading.Timer(LIMIT_SECONDS, wire.mend)
    watchdog.start()
    try:
        outcome = scene.deliver()
    finally:
        watchdog.cancel()
    took = time.monotonic() - began
    assert took < LIMIT_SECONDS, f"{took:.0f} s for {outcome}"
    return outcome


def readers() -> list[threading.Thread]:
    """Threads that still read from a device, later than a reader looks at the latest whether it was told to end."""
    left = [each for each in threading.enumerate() if isinstance(each, QuickTransport)]
    for each in left:
        each.join(2 * QuickTransport._active_check_timeout)  # there is no other word for it
    return [each for each in left if each.is_alive()]


def check(scene: Scene, wire: Wire) -> None:
    """Deliver while the wire is cut, and once more after it was mended."""
    outcome = in_time(scene, wire)
    assert readers() == []
    assert outcome.outcome != "skipped", outcome
    if outcome.outcome == "failed":
        assert scene.devices.received(scene.device) == (), outcome
    scene.check(outcome, says="")
    wire.mend()
    again = scene.deliver()
    assert again.outcome == ("unchanged" if outcome.outcome == "changed" else "changed"), (outcome, again)
    scene.check(again, says="")
