"""A drift sweep of many devices: is it bounded by the connections, or by Python?

Repeat: .venv/bin/python -m benchmarks.sweep [--devices 1000] [--per-process 200] [--sites-at-once 16]

The devices are copies of two that were delivered to, simulated in processes of their own; each is read once, through
the functions that the steps of the drift flow call. Python's work is `time.process_time` of this process, in which all
threads take turns; the rest of the time it waited for connections. A second sweep, with texts at hand in the place of
sessions, says how much of Python's work is Turnup's own; the rest is the SSH library's: connecting and reading.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from benchmarks.delivered import CHECKOUT, EXECUTOR, delivered
from flows.server import running
from tasks.devices import drift as drift_task
from tasks.devices.platforms.cisco_ios import CiscoIos
from tasks.drift import DriftReport, compare_site, watch_of
from tasks.ledger import Ledger, LineRecord, LineState
from tasks.workspace import Workspace
from turnup.change.device_change import DeviceChange
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

CALL_OFF, SITE = "LBHF-2026-0042", "HF-LIB-01"
READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Original:
    """A delivered device, to be copied."""

    change: DeviceChange
    running: str


def originals(folder: Path) -> tuple[Original, ...]:
    """Deliver the example call-off of one site, and take what came of it."""
    with delivered(folder, (CALL_OFF,)) as here:
        plan = here.ledger.plans.latest(CALL_OFF, 1)
        changes = plan.changes if plan is not None else ()
        return tuple(Original(each, here.fleet.running_config(each.device)) for each in changes)


def copied(original: Original, number: int) -> Original:
    """The same device at another site."""
    site = f"HF-X{number}"
    fragments = tuple(
        replace(each, service_line=_line_of(each.service_line, number), device=DeviceName(_at(each.device, site)))
        for each in original.change.fragments
    )
    name = DeviceName(_at(original.change.device, site))
    change = replace(original.change, site=SiteCode(site), device=name, fragments=fragments)
    return Original(change, original.running.replace(SITE, site))


def _at(name: str, site: str) -> str:
    return name.replace(SITE, site)


def _line_of(line: str, number: int) -> str:
    return _at(line, f"HF-X{number}").replace(CALL_OFF, f"LBHF-2026-{number}")


def serial_of(name: str) -> str:
    """A serial number of its own for each device."""
    return name.upper().replace("HF-X", "FCW").replace("-", "")


def start_devices(folder: Path, devices: tuple[Original, ...], stack: ExitStack, number: int) -> Path:
    """Start one process of simulated devices; its endpoints file is there when all of them listen."""
    entries = []
    for each in devices:
        startup = folder / f"{each.change.device}.cfg"
        startup.write_text(each.running)
        entries.append({
            "name": each.change.device,
            "kind": "switch",
            "serial": serial_of(each.change.device),
            "username": "env:TURNUP_USERNAME",
            "password": "env:TURNUP_PASSWORD",
            "startup_file": startup.name,
        })  # fmt: skip
    fleet, ready = folder / f"fleet-{number}.yaml", folder / f"ready-{number}.yaml"
    fleet.write_text(yaml.safe_dump({"devices": entries}))
    command = (sys.executable, "-m", "lab.simulated", str(fleet), "--ready", str(ready))
    stack.enter_context(running(command, dict(os.environ), folder / f"devices-{number}.log"))
    return ready


def wait_for(files: list[Path]) -> dict[str, dict[str, str]]:
    """Wait until all devices listen, and say where.

    Raises:
        TimeoutError: they do not.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not all(each.is_file() for each in files):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the simulated devices do not listen within {READY_SECONDS:.0f} s")
        time.sleep(0.5)
    return {name: place for each in files for name, place in yaml.load(each.read_text(), yaml.CSafeLoader).items()}


def write_inventory(root: Path, devices: tuple[Original, ...], places: dict[str, dict[str, str]]) -> None:
    """Write the files of the copied sites, as an estate has them."""
    site_file = (root / "sites" / SITE / "site.yaml").read_text()
    hosts: dict[str, dict[str, object]] = {}
    for each in devices:
        name, place = each.change.device, places[each.change.device]
        hosts.setdefault(each.change.site, {})[name] = {
            "hostname": place["hostname"],
            "port": place["port"],
            "platform": str(each.change.platform),
            "groups": [str(each.change.platform)],
            "data": {"role": "switch", "serial": serial_of(name), "host_key": place["host_key"]},
        }
    for site, entries in hosts.items():
        folder = root / "sites" / site
        folder.mkdir()
        folder.joinpath("site.yaml").write_text(_at(site_file, site))
        folder.joinpath("hosts.yaml").write_text(yaml.safe_dump(entries, width=1000))


def write_ledger(ledger: Ledger, devices: tuple[Original, ...]) -> None:
    """Record that the copies are in force."""
    lines = {
        each.service_line: device.change.site
        for device in devices
        for each in device.change.fragments
        if "BASELINE" not in each.service_line
    }
    ledger.lines.record(tuple(_line_record(line, site) for line, site in lines.items()), EXECUTOR)
    with ledger.store.writing() as connection:
        for each in devices:
            ledger.ownership.record(connection, each.change, "0" * 64, EXECUTOR)


def _line_record(line: str, site: SiteCode) -> LineRecord:
    return LineRecord(line, line.partition("/")[0], 1, site, "lan", "LAN-SITE", LineState.DELIVERED, 15)


def resident_mb() -> float:
    """Memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def sweep(workspace: Workspace, ledger: Ledger, sites_at_once: int) -> Iterator[DriftReport]:
    """Compare everything, a few sites at once."""
    rounds = watch_of(workspace, ledger, "").rounds
    with ThreadPoolExecutor(sites_at_once) as threads:
        for begin in range(0, len(rounds), sites_at_once):
            batch = rounds[begin : begin + sites_at_once]
            yield from threads.map(lambda here: compare_site(workspace, ledger, here), batch)


class _Session:
    """A session that has been held already."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""


class _Texts(CiscoIos):
    """A platform whose devices are texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def collect(self, session: Any) -> str:
        """The text of a device."""
        return self.texts[session.name]


def own_work(workspace: Workspace, ledger: Ledger, devices: tuple[Original, ...], sites_at_once: int) -> float:
    """Seconds of Python that a sweep takes without its connections."""
    texts = _Texts({each.change.device: each.running for each in devices})
    with (
        patch.object(drift_task, "open_session", lambda target, *_: _Session(target.name)),
        patch.object(drift_task, "check_identity", lambda *_: None),
        patch.object(drift_task, "PLATFORMS", dict.fromkeys(Platform, texts)),
    ):
        worked = time.process_time()
        report = sum(sweep(workspace, ledger, sites_at_once), DriftReport())
        if report.devices != len(devices) or report.found:
            raise SystemExit(f"the sweep without connections differs: {report}")
        return time.process_time() - worked


def measure(workspace: Workspace, ledger: Ledger, devices: int, sites_at_once: int) -> DriftReport:
    """Sweep once and print where the time went."""
    report, early_mb = DriftReport(), 0.0
    began, worked = time.perf_counter(), time.process_time()
    for each in sweep(workspace, ledger, sites_at_once):
        report += each
        if not early_mb and report.devices >= devices // 5:
            early_mb = resident_mb()
    wall, python = time.perf_counter() - began, time.process_time() - worked
    print(f"{report}; {len(report.unread)} not read; {sites_at_once} sites at once")
    print(f"{wall:6.1f} s in all, {report.devices / wall:.1f} devices a second")
    print(f"{wall - python:6.1f} s waiting for connections ({1 - python / wall:.0%})")
    print(f"{python:6.1f} s of Python ({python / wall:.0%}), {python / max(report.devices, 1) * 1000:.0f} ms a device")
    print(f"{early_mb:6.0f} MB held after a fifth of the devices, {resident_mb():.0f} MB at the end")
    return report


def main() -> int:
    """Measure and print; 1 if a device was not read or false drift was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--per-process", type=int, default=200)
    parser.add_argument("--sites-at-once", type=int, default=16)
    chosen = parser.parse_args()
    os.environ["TURNUP_USERNAME"], os.environ["TURNUP_PASSWORD"] = "turnup", secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        source = originals(folder)
        devices = tuple(copied(each, number) for number in range(chosen.devices // 2) for each in source)
        starts = range(0, len(devices), chosen.per_process)
        ready = [start_devices(folder, devices[at : at + chosen.per_process], stack, at) for at in starts]
        write_inventory(folder / "inventory", devices, wait_for(ready))
        workspace = Workspace(
            inventory=folder / "inventory",
            templates=CHECKOUT / "templates",
            ledger=str(folder / "many.db"),
            executor=EXECUTOR,
        )
        ledger = Ledger(workspace.ledger)
        write_ledger(ledger, devices)
        report = measure(workspace, ledger, len(devices), chosen.sites_at_once)
        own = own_work(workspace, ledger, devices, chosen.sites_at_once)
        print(f"{own:6.1f} s of Python are Turnup's own, {own / len(devices) * 1000:.0f} ms a device")
    return 1 if report.unread or report.found or report.devices != len(devices) else 0


if __name__ == "__main__":
    raise SystemExit(main())
