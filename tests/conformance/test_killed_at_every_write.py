"""Killed before and after every single write to the ledger and to the devices; the next run finishes the job.

How many writes a delivery makes is counted in a first run, not written down here.
"""

from __future__ import annotations

import os
import queue
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.deaths import Death, Job, run
from tests.conformance.rows import ROWS, Row
from tests.conformance.scene import Scene, Stage, scene_of
from turnup.change.state import ChangeState, state_of

SLOTS = 6
NEVER = Death()
SIMULATED = [row for row in ROWS if row.another]


@pytest.fixture(params=SIMULATED, ids=[row.platform for row in SIMULATED], scope="module")
def slots(request: pytest.FixtureRequest, credentials: None, tmp_path_factory) -> Iterator[Callable[..., list[str]]]:
    """Sets of devices on which the deliveries of one plan are made side by side."""
    row: Row = request.param
    folder: Path = tmp_path_factory.mktemp(f"deaths-{row.platform}")
    with ExitStack() as exits:
        first: Stage = exits.enter_context(row.start(folder))
        free: queue.SimpleQueue[Stage] = queue.SimpleQueue()
        free.put(first)
        for number in range(1, SLOTS):
            free.put(exits.enter_context(row.another(first, folder / f"slot{number}")))

        def all_of(case: Callable[[Scene, Death], str], deaths: list[Death]) -> list[str]:
            def one(death: Death) -> str:
                stage = free.get()
                try:
                    with scene_of(stage, row.device, Path(tempfile.mkdtemp(dir=folder))) as scene:
                        return case(scene, death)
                finally:
                    free.put(stage)

            with ThreadPoolExecutor(SLOTS) as pool:
                return [complaint for complaint in pool.map(one, deaths) if complaint]

        yield all_of


def job_of(scene: Scene, death: Death = NEVER) -> Job:
    """The delivery of a scene as a process of its own."""
    stage = scene.stage
    return Job(
        workspace=scene.workspace.model_copy(update={"revert_seconds": scene.revert_seconds}),
        plan=stage.plan.as_json(),
        sites=stage.sites,
        site=scene.change.site,
        environment={name: os.environ[name] for name in ("TURNUP_USERNAME", "TURNUP_PASSWORD")},
        report=Path(scene.workspace.ledger).with_name("report.json"),
        death=death,
    )


def complaints_once_dead(scene: Scene) -> Iterator[str]:
    """What is wrong while nobody works: nothing is on a device that the ledger does not know of, nor the other way."""
    plan = scene.stage.plan
    known = {record.device: record.outcome for record in scene.ledger.devices.outcomes(plan.reference, plan.hash)}
    for change in plan.changes:
        intended = scene.ledger.devices.open_intention(change.device, change.site, plan.hash) is not None
        if scene.devices.received(change.device) and not intended and change.device not in known:
            yield f"{change.device} was written to and the ledger knows of nothing"
        if known.get(change.device) in ("changed", "unchanged"):
            yield from complaints_if_not_there(scene, change.device)


def complaints_if_not_there(scene: Scene, device: str) -> Iterator[str]:
    """What is wrong with a device of which the ledger says that it is as declared."""
    change = next(each for each in scene.stage.plan.changes if each.device == device)
    for name, text in (("running", scene.devices.running(device)), ("startup", scene.devices.startup(device))):
        if state_of(change, text) is not ChangeState.AFTER:
            yield f"{device}: ok is said, and {name} is {state_of(change, text)}"
    if scene.devices.is_armed(device):
        yield f"{device}: ok is said, and a revert timer runs"


def complaints_in_the_end(scene: Scene, told: dict | None) -> Iterator[str]:
    """What is wrong after the next run: every device is done, none was given a line twice."""
    plan = scene.stage.plan
    words = {each["device"]: each["outcome"] for each in (told or {}).get("outcomes", [])}
    for change in plan.changes:
        if words.get(change.device) not in ("changed", "unchanged"):
            yield f"{change.device}: {words.get(change.device, 'forgotten')}: {told}"
            continue
        yield from complaints_if_not_there(scene, change.device)
        if scene.ledger.devices.open_intention(change.device, change.site, plan.hash) is not None:
            yield f"{change.device}: its intention is still open"
        lines = scene.devices.received(change.device)
        most, back = (
            max(map(lines.count, marks_of(scene, change.device)), default=0),
            scene.devices.taken_back(change.device),
        )
        if most > 1 + back:
            yield f"{change.device}: a line was pushed {most} times and taken back {back} times"
    scene.ledger.audit.verify()


def marks_of(scene: Scene, device: str) -> list[str]:
    """Lines that a plan types once at a device."""
    change = next(each for each in scene.stage.plan.changes if each.device == device)
    lines = [line.strip() for line in change.remediation.splitlines()]
    return [line for line in lines if lines.count(line) == 1 and line not in scene.devices.other_lines]


def killed_then_run_again(scene: Scene, death: Death) -> str:
    """One case; gives what is wrong, or nothing."""
    where = f"killed {death.moment} write {death.number} to the {death.at}"
    told = run(job_of(scene, death))
    # Two threads may share a commit: then there are fewer, and the last is never reached.
    reached = told is None or told.get("counted", {}).get(death.at, 0) >= death.number
    found = [] if told is None or not reached else [f"it was not killed: {told}"]
    found += complaints_once_dead(scene)
    found += complaints_in_the_end(scene, run(job_of(scene)))
    return f"{where}: {'; '.join(found)}" if found else ""


def counted(slots: Callable[..., list[str]]) -> dict[str, int]:
    """How many writes a whole delivery makes."""
    counts: dict[str, int] = {}

    def count(scene: Scene, death: Death) -> str:
        told = run(job_of(scene, death)) or {}
        counts.update(told.get("counted", {}))
        return "" if "outcomes" in told else f"the delivery that nobody kills failed: {told}"

    assert slots(count, [NEVER]) == []
    return counts


@pytest.mark.parametrize("at", ["ledger", "device"])
def test_killed_at_every_write_the_next_run_finishes(slots, at: str):
    writes = counted(slots)[at]
    assert writes > 8, writes
    deaths = [Death(at, number, moment) for number in range(1, writes + 1) for moment in ("before", "after")]
    assert slots(killed_then_run_again, deaths) == []


def fails_then_runs_again(scene: Scene, death: Death) -> str:
    """One case of a ledger whose disk is full; gives what is wrong, or nothing."""
    where = f"write {death.number} to the ledger fails, {'and all later ones' if death.for_good else 'and no other'}"
    told = run(job_of(scene, death))
    found = [] if told is not None else ["it died"]
    reached = (told or {}).get("counted", {}).get(death.at, 0) >= death.number
    if death.for_good and reached and "disk is full" not in (told or {}).get("error", ""):
        found.append(f"it does not say why: {told}")
    found += complaints_once_dead(scene)
    for change in scene.stage.plan.changes:
        scene.devices.end_timer(change.device)
    found += complaints_once_dead(scene)
    found += complaints_in_the_end(scene, run(job_of(scene)))
    return f"{where}: {'; '.join(found)}" if found else ""


def test_whichever_write_to_the_ledger_fails_the_next_run_finishes(slots):
    writes = counted(slots)["ledger"]
    deaths = [
        Death("ledger", number, "instead", lasting) for number in range(1, writes + 1) for lasting in (True, False)
    ]
    assert slots(fails_then_runs_again, deaths) == []
