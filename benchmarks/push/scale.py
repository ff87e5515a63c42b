"""What a second process gains, and what a thousand devices cost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.push.fleet import Devices, devices
from benchmarks.push.rooms import DEVICE_CORE, TurnupRoom, run_turnup
from benchmarks.push.turnup_job import Took

BASE_MB, DEVICE_MB = 300.0, 0.1
"""The goal for memory: so much, and so much a device."""


def thousand(count: int, per_site: int) -> Iterator[str]:
    """Many devices in one process on one core: seconds, processor time and memory."""
    with devices(count, 5, 150, DEVICE_CORE) as fleet:
        took = run_turnup("turnup_job", fleet.places, [str(per_site)])
        yield f"\n{count} devices in one process on one core, answers after 5 ms\n"
        yield "| seconds | CPU ms a device | memory at most | goal | as they should be |"
        yield "|---|---|---|---|---|"
        goal = BASE_MB + DEVICE_MB * count
        yield (
            f"| {took.seconds:.1f} | {1000 * took.cpu_seconds / count:.1f} | {took.peak_mb:.0f} MB"
            f" | {goal:.0f} MB | {_good(fleet, took.good, count)} |"
        )


def second_process(count: int, per_site: int) -> Iterator[str]:
    """The same devices: one process on one core, one that both cores pull at, and two of half the devices each."""
    yield f"\n{count} devices, answers after 5 ms, the devices on both cores too\n"
    yield "| processes | seconds | as they should be |"
    yield "|---|---|---|"
    with devices(count, 5, 150, None) as fleet:
        for words, cores in (
            ("one, on one core", ((0,),)),
            ("one, on both cores", ((0, 1),)),
            ("two, a core and half the devices each, one ledger", ((0,), (1,))),
        ):
            fleet.reset()
            took = _side_by_side(fleet, per_site, cores)
            seconds = max(each.began + each.seconds for each in took) - min(each.began for each in took)
            good = sum(each.good for each in took)
            yield f"| {words} | {seconds:.2f} | {_good(fleet, good, count)} |"


def _side_by_side(fleet: Devices, per_site: int, cores: tuple[tuple[int, ...], ...]) -> list[Took]:
    """Let as many processes as there are sets of cores share the devices and a ledger."""
    share = -(-len(fleet.places) // len(cores))
    share = -(-share // per_site) * per_site  # a site is of one process
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        rooms = []
        for number, pulled_at in enumerate(cores):
            places = fleet.places[number * share : (number + 1) * share]
            words = [str(per_site), "--ledger", str(Path(name) / "ledger.db"), "--cores", *map(str, pulled_at)]
            rooms.append(TurnupRoom("turnup_job", places, words))
            rooms[-1].wait_until_ready()
        for room in rooms:
            room.begin()
        return [room.end() for room in rooms]


def _good(fleet: Devices, told: int, count: int) -> str:
    """How many devices are as they should be, as they say themselves and as Turnup says."""
    tally = fleet.check()
    if (tally.running, tally.saved, tally.armed, told) == (count, count, 0, count):
        return "all"
    return f"{tally.running} have the lines, {tally.saved} saved, {tally.armed} wait for a confirm; told: {told}"
