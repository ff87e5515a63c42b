"""Planning many devices: how much faster on two processes than on one, and how memory grows with their number.

Repeat: .venv/bin/python -m benchmarks.planning_many [--devices 1000] [--lines 1000]

Devices are made as they are needed and results are dropped as they come, as a sweep does it. Memory is the largest
resident set of the planning process and of its workers together, each in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.planning import declared_text, running_text
from tasks.parallel import in_processes
from turnup.fragments import Fragment
from turnup.plan import Chain, DeviceReading, plan_chain
from turnup.plan.live import Wanted
from turnup.scalars import DeviceName, Place, SiteCode
from turnup.sites import Device, DeviceRole, Platform

SITE = SiteCode("HF-LIB-01")


def chains(devices: int, lines: int) -> Iterator[Chain]:
    """So many switches of so many lines, each with a change of about 60 lines."""
    running, declared = running_text(lines), declared_text()
    for number in range(devices):
        name = DeviceName(f"HF-LIB-01-SW{number}")
        fragment = Fragment("LBHF-2026-0042/L1", name, Platform.CISCO_IOS, declared)
        reading = DeviceReading(running.replace("HF-LIB-01-SW1", name, 1))
        device = Device(name=name, platform=Platform.CISCO_IOS, role=DeviceRole.SWITCH, serial="FCW2600T001")
        yield Chain(device, ((Place(SITE, name), Wanted((fragment,))),), reading)


def plan_all(devices: int, lines: int, processes: int) -> tuple[float, int]:
    """Seconds and kilobytes that planning takes; starting the processes is counted."""
    began = time.perf_counter()
    source = chains(devices, lines)
    results = in_processes(plan_chain, source, processes) if processes > 1 else map(plan_chain, source)
    commands = sum(change.command_count for planned in results for change in planned)
    if commands < devices:
        raise SystemExit(f"{commands} commands for {devices} devices: nothing was planned")
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter() - began, usage[0] + processes * usage[1] * (processes > 1)


def measured(devices: int, lines: int, processes: int) -> tuple[float, int]:
    """The same in a process of its own, so that memory of an earlier run does not count."""
    command = [sys.executable, "-m", "benchmarks.planning_many", "--once", str(devices), str(lines), str(processes)]
    seconds, kilobytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), int(kilobytes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--once", nargs=3, type=int, metavar=("DEVICES", "LINES", "PROCESSES"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.once:
        seconds, kilobytes = plan_all(*chosen.once)
        print(seconds, kilobytes)
        return
    one, _ = measured(chosen.devices, chosen.lines, 1)
    two, most = measured(chosen.devices, chosen.lines, 2)
    _, least = measured(chosen.devices // 4, chosen.lines, 2)
    print(f"{chosen.devices} devices of {chosen.lines} lines, a change of 60 lines each")
    print(f"one process   {one:7.1f} s, {chosen.devices / one:5.0f} devices/s")
    print(f"two processes {two:7.1f} s, {chosen.devices / two:5.0f} devices/s, {one / two:.2f} times as fast")
    print(f"memory for {chosen.devices // 4} devices {least / 1024:.0f} MB, for {chosen.devices} {most / 1024:.0f} MB")


if __name__ == "__main__":
    main()
