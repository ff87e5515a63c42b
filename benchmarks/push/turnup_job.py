"""Turnup's job in the benchmark: a plan for all devices, delivered through the ledger, Nornir and the push.

Run by the benchmark as `python -m benchmarks.push.turnup_job PER_SITE`, with the devices' places on the first line of
its standard input; says that it is ready, and begins when it is sent another line.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from benchmarks.push.device import LOGIN, PASSWORD
from benchmarks.push.fleet import Place
from benchmarks.push.texts import number_of, pushed_fragment, running_of, serial_of
from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger, RevisionRecord
from tasks.site_delivery import SiteDelivery
from tasks.steps.workbench import ledger_at
from tasks.workspace import Workspace
from turnup.canonical import text_hash
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
        seconds: from the first byte to the last record of the push.
        cpu_seconds: processor time of this process meanwhile.
        good: devices that are as they should be.
        began: on the clock that all processes of the machine share.
        whole_seconds: with every site read once more, and what the user interface shows; 0: that was not done.
        whole_cpu_seconds: processor time for all of it.
        peak_mb: the most memory that the process ever held.
    """

    seconds: float
    cpu_seconds: float
    good: int
    began: float
    whole_seconds: float = 0.0
    whole_cpu_seconds: float = 0.0
    peak_mb: float = 0.0


Deliver = Callable[[Workspace, Ledger, Plan], Took]


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
    for place in places:
        number = number_of(place.name)
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
    with ThreadPoolExecutor(len(sites)) as pool:
        list(pool.map(delivery.deliver, sites))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    return Took(seconds, cpu_seconds, count_good(ledger, plan, attempt), began)


def count_good(ledger: Ledger, plan: Plan, attempt: int) -> int:
    """Count the devices that were changed; says of some others what became of them."""
    records = ledger.devices.outcomes(plan.reference, plan.hash, attempt)
    bad = [each for each in records if each.outcome != Outcome.CHANGED]
    for each in bad[:3]:
        print(f"{each.device}: {each.outcome} {each.detail}", file=sys.stderr)
    return len(records) - len(bad)


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


def record(ledger: Ledger, plan: Plan, actor: str) -> None:
    """Record an order and its plan, so that the ledger can hold what becomes of them."""
    words = "the benchmark's order"
    order = RevisionRecord(
        plan.reference, plan.revision, "LDN-NET-2026", plan.buyer, actor, text_hash(words), words, ledger.now()
    )
    ledger.orders.record(order, (), actor)
    ledger.plans.store(plan, actor)


def run(how: Deliver) -> None:
    """Deliver to devices whose places are on standard input, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("per_site", type=int)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--cores", type=int, nargs="+", default=[0])
    parser.add_argument("--ledger", default="", help="a ledger that it shares with others")
    chosen = parser.parse_args()
    os.sched_setaffinity(0, set(chosen.cores))
    places = tuple(Place(**each) for each in json.loads(sys.stdin.readline()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_estate(folder / "inventory", places, chosen.per_site)
        workspace = workspace_in(folder, chosen.workers)
        if chosen.ledger:
            workspace = workspace.model_copy(update={"ledger": chosen.ledger})
        plan = plan_of(tuple(change_of(number_of(each.name), each.name, chosen.per_site) for each in places))
        ledger = ledger_at(workspace.ledger)
        record(ledger, plan, workspace.executor)
        print("ready", flush=True)
        sys.stdin.readline()
        took = how(workspace, ledger, plan)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(json.dumps(asdict(replace(took, peak_mb=peak_mb))), flush=True)
        ledger.close()


if __name__ == "__main__":
    run(deliver)
