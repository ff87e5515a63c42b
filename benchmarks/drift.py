"""Drift that is none: delivered devices, polled through reboots, with nobody at them. Not one line may be reported.

Repeat: .venv/bin/python -m benchmarks.drift [--fleets 5] [--polls 100] [--reboots 9]

A fleet is the ten devices of two example call-offs, delivered by real pushes. A session is used until the device's next
reboot, from which it comes back with its startup configuration.
"""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivered import Delivered, delivered
from lab.simulated import Fleet, Reboot
from tasks.devices.collect import target_of
from tasks.devices.drift import Watched
from tasks.devices.login import open_session
from tasks.devices.platforms import PLATFORMS, check_identity
from tasks.devices.session import Target
from tasks.drift import watch_of
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Ledger
from tasks.workspace import Workspace
from turnup.change.drift import Drift
from turnup.errors import DeviceError
from turnup.scalars import DeviceName

CALL_OFFS = ("RBKC-2026-0007", "LBHF-2026-0042")
REBOOT_SECONDS = 0.2
BACK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Polled:
    """What polling one device came to."""

    polls: int
    drifts: tuple[Drift, ...]


def watched_devices(workspace: Workspace, ledger: Ledger) -> Iterator[tuple[Target, Watched]]:
    """Everything that was delivered: where it is reached, and what is compared there."""
    for here in watch_of(workspace, ledger, "").rounds:
        for host in open_nornir(workspace, (here.site,), here.devices).inventory.hosts.values():
            yield target_of(host), Watched(ledger.ownership.on(host.name), here.lines)


def poll_through_reboots(fleet: Fleet, target: Target, watched: Watched, polls: int, reboots: int) -> Polled:
    """Poll one device; it restarts so many times in between."""
    done, drifts = 0, tuple[Drift, ...]()
    for restarts in range(reboots + 1):
        share = polls * (restarts + 1) // (reboots + 1) - done
        drifts += _poll_when_back(target, watched, share)
        done += share
        if restarts < reboots:
            fleet.inject(target.name, Reboot(REBOOT_SECONDS))
    return Polled(done, drifts)


def _poll_when_back(target: Target, watched: Watched, polls: int) -> tuple[Drift, ...]:
    """Poll a device over one session, as soon as it answers."""
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        try:
            return tuple(_poll(target, watched, polls))
        except DeviceError:
            if time.monotonic() > deadline:
                raise
            time.sleep(REBOOT_SECONDS)


def _poll(target: Target, watched: Watched, polls: int) -> Iterator[Drift]:
    platform, name = PLATFORMS[target.platform], DeviceName(target.name)
    with open_session(target, platform.read_list) as session:
        check_identity(session, platform)
        for _ in range(polls):
            yield from watched.drifts(target.platform, name, platform.collect(session))


def poll_fleet(here: Delivered, polls: int, reboots: int) -> tuple[Polled, ...]:
    """Poll all devices of a fleet at once."""
    watched = tuple(watched_devices(here.workspace, here.ledger))
    with ThreadPoolExecutor(len(watched)) as threads:
        waiting = [threads.submit(poll_through_reboots, here.fleet, *each, polls, reboots) for each in watched]
        return tuple(each.result() for each in waiting)


def main() -> int:
    """Measure and print; 1 if there was false drift."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fleets", type=int, default=5)
    parser.add_argument("--polls", type=int, default=100)
    parser.add_argument("--reboots", type=int, default=9)
    chosen = parser.parse_args()
    os.environ["TURNUP_USERNAME"], os.environ["TURNUP_PASSWORD"] = "turnup", secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, ThreadPoolExecutor(chosen.fleets) as threads:
        contexts = [delivered(Path(folder) / str(number), CALL_OFFS) for number in range(chosen.fleets)]
        began = time.monotonic()
        fleets = list(threads.map(stack.enter_context, contexts))
        ready = time.monotonic()
        answers = threads.map(lambda each: poll_fleet(each, chosen.polls, chosen.reboots), fleets)
        polled = [each for answer in answers for each in answer]
        ended = time.monotonic()
    polls, drifts = sum(each.polls for each in polled), [drift for each in polled for drift in each.drifts]
    print(f"{len(polled)} devices delivered in {ready - began:.0f} s")
    print(f"{polls} polls, {chosen.reboots} reboots of each, in {ended - ready:.0f} s: {len(drifts)} false drifts")
    for drift in drifts[:10]:
        print(drift)
    return 1 if drifts else 0


if __name__ == "__main__":
    raise SystemExit(main())
