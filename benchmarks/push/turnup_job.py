"""Turnup's job in the benchmark: a plan for all devices, delivered through the ledger, Nornir and the push."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from benchmarks.push.device import LOGIN, PASSWORD
from benchmarks.push.fleet import Place
from benchmarks.push.texts import pushed_fragment, running_of, serial_of
from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.change.device_change import DeviceChange, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.fragments import Fragment
from turnup.plan import Plan
from turnup.plan.plan import SiteTiers, Wave
from turnup.scalars import DeviceName, SiteCode
from turnup.sites import Platform

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Took:
    """What a job took.

    Attributes:
        seconds: from the first byte to the last record.
        cpu_seconds: processor time of this process meanwhile.
        good: devices that are as they should be.
        peak_mb: the most memory that the process ever held.
    """

    seconds: float
    cpu_seconds: float
    good: int
    peak_mb: float


def site_of(number: int, per_site: int) -> SiteCode:
    """The site at which a device stands."""
    return SiteCode(f"BENCH-S{number // per_site:04}")


SITE = """\
code: {0}
name: Benchmark
buyer: LBHF
uprn: 34000101
postcode: W6 7AT
rooms: [Comms room]
access_hours: []
users: 75
addresses: {{lan: 10.64.16.0/20, transit: 10.65.16.0/28, vlans: [110, 199], transit_vlans: [900, 909]}}
"""


def write_estate(root: Path, places: Iterable[Place], per_site: int) -> None:
    """Write an inventory of the devices, some at each site."""
    shutil.copytree(CHECKOUT / "inventory", root)
    hosts: dict[str, dict[str, object]] = {}
    for number, place in enumerate(places):
        hosts.setdefault(site_of(number, per_site), {})[place.name] = {
            "hostname": "127.0.0.1",
            "port": place.port,
            "platform": "cisco_ios",
            "groups": ["cisco_ios"],
            "data": {"role": "switch", "serial": serial_of(number), "host_key": place.host_key},
        }
    for site, entries in hosts.items():
        folder = root / "sites" / site
        folder.mkdir(parents=True)
        folder.joinpath("hosts.yaml").write_text(yaml.safe_dump(entries, width=1000))
        folder.joinpath("site.yaml").write_text(SITE.format(site))


def change_of(number: int, name: str, per_site: int, running: str = "") -> DeviceChange:
    """Plan the change of one device."""
    device = DeviceName(name)
    fragment = Fragment("LBHF-2026-0900/L1", device, Platform.CISCO_IOS, pushed_fragment())
    text = running or running_of(name)
    return plan_device(site_of(number, per_site), device, Platform.CISCO_IOS, text, OwnedConfig((), ()), (fragment,))


def plan_of(changes: tuple[DeviceChange, ...]) -> Plan:
    """One wave of all sites."""
    sites = tuple(dict.fromkeys(change.site for change in changes))
    tiers = tuple(SiteTiers(site, (tuple(each.device for each in changes if each.site == site),)) for site in sites)
    return Plan("LBHF-2026-0900", 1, "0" * 64, "LBHF", "LBHF", (Wave(1, sites),), (), (), changes, (), (), tiers)


def deliver(workspace: Workspace, ledger: Ledger, plan: Plan) -> Took:
    """Deliver a plan as the flow does, without Prefect."""
    sites = tuple(site for wave in plan.waves for site in wave.sites)
    began, worked = time.perf_counter(), time.process_time()
    attempt = ledger.plans.next_attempt(plan.reference, plan.hash, workspace.executor)
    delivery = SiteDelivery(workspace, ledger, plan, sites, attempt)
    if closed := [words for site in sites if (words := delivery.not_due(site))]:
        raise SystemExit(f"a site may not be changed now: {closed[0]}")
    with ThreadPoolExecutor(workspace.workers) as pool:
        outcomes = [each for made in pool.map(delivery.deliver, sites) for each in made]
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    bad = [each for each in outcomes if each.outcome is not Outcome.CHANGED]
    for each in bad[:3]:
        print(f"{each.device}: {each.outcome} {each.detail}", file=sys.stderr)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return Took(seconds, cpu_seconds, len(outcomes) - len(bad), peak_mb)


def workspace_in(folder: Path, workers: int) -> Workspace:
    """A workspace for the benchmark; the devices' login is in the environment."""
    os.environ["TURNUP_USERNAME"], os.environ["TURNUP_PASSWORD"] = LOGIN, PASSWORD
    return Workspace(
        inventory=folder / "inventory",
        templates=CHECKOUT / "templates",
        ledger=str(folder / "ledger.db"),
        executor="field-engineer@supplier.example",
        workers=workers,
    )


def main(per_site: int, workers: int = 200) -> None:
    """Deliver to devices whose places are on standard input, and print what it took."""
    os.sched_setaffinity(0, {0})
    places = tuple(Place(**each) for each in json.loads(sys.stdin.read()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_estate(folder / "inventory", places, per_site)
        workspace = workspace_in(folder, workers)
        plan = plan_of(tuple(change_of(number, each.name, per_site) for number, each in enumerate(places)))
        ledger = Ledger(workspace.ledger)
        print(json.dumps(asdict(deliver(workspace, ledger, plan))))
        ledger.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
