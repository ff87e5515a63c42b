"""What most tests stand on: a copy of the estate, a signatory's key, simulated devices, a ledger."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

from lab.simulated import DeviceSpec, Fleet, factory_config
from lab.simulated.grammar import DeviceKind
from tasks.approvals.signatures import (
    call_off_statement,
    find_signatory,
    make_approval,
    plan_statement,
    record_approval,
    sign_statement,
)
from tasks.approvals.ssh_keygen import generate_key
from tasks.delivery import acknowledge, plan_from_readings
from tasks.devices import pacing
from tasks.devices.collect import collect
from tasks.devices.outcome import DeviceOutcome
from tasks.inventory.estate import Estate
from tasks.inventory.nornir_run import open_nornir
from tasks.ledger import Ledger
from tasks.order import estate_at
from tasks.planning import PlanRequest, Purpose, prepare_request
from tasks.preparation import sites_of, sites_with
from tasks.site_delivery import SiteDelivery
from tasks.workspace import Workspace
from turnup.plan import Plan
from turnup.sites import Device, DeviceRole, Platform

CHECKOUT = Path(__file__).resolve().parent.parent
PASSWORD = "a-password-that-must-not-leak-7Q"
EXECUTOR = "field-engineer@supplier.example"

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
"""The same cases for the same code, so that a commit passes or fails for what is in it; `make prove` searches."""

settings.register_profile("thorough", max_examples=10_000, deadline=None, derandomize=False)
"""`make prove`: as many cases as a release deserves, others each time."""


@pytest.fixture(autouse=True)
def device_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has the credentials that the inventory refers to, and none of the user's settings."""
    for name in list(os.environ):
        if name.startswith("TURNUP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TURNUP_USERNAME", "turnup")
    monkeypatch.setenv("TURNUP_PASSWORD", PASSWORD)


@pytest.fixture(autouse=True)
def nothing_learnt_of_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test saw a device lose tells nothing of another test's device of the same name."""
    monkeypatch.setattr(pacing, "_learnt", {})


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A copy of the example estate that a test may change."""
    copy = tmp_path / "inventory"
    shutil.copytree(CHECKOUT / "inventory", copy)
    return copy


@pytest.fixture
def one_by_one(inventory: Path) -> None:
    """The two switches of HF-LIB-01 are a redundant pair: the second waits for the first."""
    path = inventory / "sites" / "HF-LIB-01" / "hosts.yaml"
    hosts = yaml.safe_load(path.read_text())
    first, second = hosts
    hosts[first]["data"]["redundant_with"], hosts[second]["data"]["redundant_with"] = second, first
    path.write_text(yaml.safe_dump(hosts, sort_keys=False))


@pytest.fixture
def signatory_key(tmp_path: Path, inventory: Path) -> Path:
    """A key that belongs to the signatory with the highest limit of every buyer of the copied estate."""
    key = tmp_path / "keys" / "signatory"
    key.parent.mkdir()
    public = generate_key(key)
    for path in (inventory / "buyers").glob("*.yaml"):
        content = yaml.safe_load(path.read_text())
        best = max(content["signatories"], key=lambda each: float(each["limit_gbp"]))
        best["public_key"] = public
        path.write_text(yaml.safe_dump(content, sort_keys=False))
    return key


@pytest.fixture
def workspace(tmp_path: Path, inventory: Path) -> Workspace:
    """A workspace on the copied estate, with a ledger of its own."""
    return Workspace(
        inventory=inventory,
        templates=CHECKOUT / "templates",
        ledger=str(tmp_path / "ledger" / "ledger.db"),
        endpoints=str(tmp_path / "endpoints.yaml"),
        executor=EXECUTOR,
        revert_seconds=60,
    )


@pytest.fixture
def ledger(workspace: Workspace) -> Iterator[Ledger]:
    """The workspace's ledger."""
    opened = Ledger(workspace.ledger)
    yield opened
    opened.close()


def device_specs(inventory: Path, call_off: str) -> tuple[DeviceSpec, ...]:
    """The devices of a call-off and of its provider edges, as they are found on site."""
    estate = Estate(inventory)
    sites = {line.site: estate.site(line.site) for line in estate.call_off(call_off).call_off.lines}
    for site in list(sites.values()):
        if site.access_tail is not None:
            sites[site.access_tail.pe_site] = estate.site(site.access_tail.pe_site)
        if controller := site.served_by.get("wireless_controller"):
            sites[controller.site] = estate.site(controller.site)
    return tuple(_spec(device) for site in sites.values() for device in site.devices)


def _spec(device: Device) -> DeviceSpec:
    kind = DeviceKind.SWITCH if device.role is DeviceRole.SWITCH else DeviceKind.ROUTER
    kind = DeviceKind.CONTROLLER if device.role is DeviceRole.CONTROLLER else kind
    kind = DeviceKind.EOS_SWITCH if device.platform is Platform.ARISTA_EOS else kind
    if device.platform is Platform.JUNIPER_JUNOS:
        kind = DeviceKind.JUNOS_SWITCH if kind is DeviceKind.SWITCH else DeviceKind.JUNOS_ROUTER
    own = CHECKOUT / "lab" / "startup" / f"{device.name}.cfg"
    startup = (
        own.read_text()
        if own.is_file() and device.platform is not Platform.JUNIPER_JUNOS
        else factory_config(kind, device.name)
    )
    return DeviceSpec(device.name, kind, device.serial, "model", startup, "turnup", PASSWORD)


def with_eos_switches(inventory: Path, *sites: str) -> None:
    """Let the switches of some sites run Arista EOS: their platform, and the names of their ports."""
    for site in sites:
        folder = inventory / "sites" / site
        hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
        for host in hosts.values():
            if host["data"]["role"] == DeviceRole.SWITCH:
                host.update(platform="arista_eos", groups=["arista_eos"])
        (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts, sort_keys=False))
        text = re.sub(r"\bGigabitEthernet1/0/(\d+)", r"Ethernet\1", (folder / "site.yaml").read_text())
        text = re.sub(r"\bTenGigabitEthernet1/1/(\d+)", lambda found: f"Ethernet{24 + int(found[1])}", text)
        (folder / "site.yaml").write_text(text)


def with_junos_switches(inventory: Path, *sites: str) -> None:
    """Let the switches of some sites run Junos: their platform, and the names of their ports."""
    for site in sites:
        folder = inventory / "sites" / site
        hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
        for host in hosts.values():
            if host["data"]["role"] == DeviceRole.SWITCH:
                host.update(platform="juniper_junos", groups=["juniper_junos"])
        (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts, sort_keys=False))
        text = re.sub(r"\bGigabitEthernet1/0/(\d+)", r"ge-0/0/\1", (folder / "site.yaml").read_text())
        text = re.sub(r"\bTenGigabitEthernet1/1/(\d+)", lambda found: f"xe-0/1/{int(found[1]) - 1}", text)
        (folder / "site.yaml").write_text(text)


def with_junos_routers(inventory: Path, *sites: str) -> None:
    """Let CPEs and provider edges of some sites run Junos: their platform, and the names of their ports everywhere."""
    routers = (DeviceRole.CPE, DeviceRole.PE)
    for site in sites:
        path = inventory / "sites" / site / "hosts.yaml"
        hosts = yaml.safe_load(path.read_text())
        for host in (each for each in hosts.values() if each["data"]["role"] in routers):
            host.update(platform="juniper_junos", groups=["juniper_junos"])
            host["data"].pop("model", None)
        path.write_text(yaml.safe_dump(hosts, sort_keys=False))
    for path in (inventory / "sites").glob("*/site.yaml"):
        path.write_text(re.sub(r"\bGigabitEthernet0/0/(\d+)", r"ge-0/0/\1", path.read_text()))


@pytest.fixture
def start_fleet(workspace: Workspace) -> Iterator[Callable[..., Fleet]]:
    """Start the devices of a call-off; the endpoints file of the workspace says where they are."""
    started: list[Fleet] = []

    def start(call_off: str, *, minute_seconds: float = 4.0) -> Fleet:
        fleet = Fleet(device_specs(workspace.inventory, call_off), minute_seconds=minute_seconds)
        fleet.__enter__()
        started.append(fleet)
        write_endpoints(workspace, fleet)
        return fleet

    yield start
    for fleet in started:
        fleet.__exit__(None, None, None)


def write_endpoints(workspace: Workspace, fleet: Fleet) -> None:
    """Say where the devices of a fleet are reached."""
    places = {
        name: {"hostname": "127.0.0.1", "port": fleet.port(name), "host_key": fleet.host_key(name)}
        for name in fleet.names
    }
    Path(workspace.endpoints).write_text(yaml.safe_dump(places))


@dataclass
class Delivery:
    """The main job without Prefect: what the steps call, in the order in which the flows call it."""

    workspace: Workspace
    ledger: Ledger
    key: Path

    def plan(self, call_off: str, purpose: Purpose = Purpose.DELIVER, lines: tuple[str, ...] = (), **more: Any) -> Plan:
        request = PlanRequest(call_off=call_off, purpose=purpose, lines=lines, **more)
        prepared = prepare_request(self.workspace, self.ledger, request)
        readings = collect(open_nornir(self.workspace, sites_of(prepared), prepared.devices))
        assert readings.errors == ()
        return plan_from_readings(self.ledger, prepared, readings.running, self.workspace.executor)

    def approve(self, plan: Plan) -> None:
        order = acknowledge(self.workspace, self.ledger, plan.reference)
        who = find_signatory(order.buyer, "", self.key)
        for statement in (call_off_statement(order), plan_statement(order, plan.hash, self.ledger.head())):
            signature = sign_statement(statement, self.key)
            approval = make_approval(order, statement, who, signature, self.ledger.head(), self.ledger.now())
            record_approval(self.ledger, order, approval)

    def deliver(self, plan: Plan, *, revert_seconds: int | None = None) -> dict[tuple[str, str], DeviceOutcome]:
        bench = self.workspace
        if revert_seconds is not None:
            bench = bench.model_copy(update={"revert_seconds": revert_seconds})
        attempt = self.ledger.plans.next_attempt(plan.reference, plan.hash, EXECUTOR)
        devices = tuple({change.device for change in plan.changes})
        estate = estate_at(bench, (site for wave in plan.waves for site in wave.sites))
        site_delivery = SiteDelivery(bench, self.ledger, plan, sites_with(estate, devices), attempt)
        return {
            (outcome.site, outcome.device): outcome
            for wave in plan.waves
            for site in wave.sites
            for outcome in site_delivery.deliver(site)
        }


@pytest.fixture
def delivery(workspace: Workspace, ledger: Ledger, signatory_key: Path) -> Delivery:
    """The main job, without Prefect."""
    return Delivery(workspace, ledger, signatory_key)
