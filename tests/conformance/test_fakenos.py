"""FakeNOS answers errors, or nothing, and keeps no line: many tools call that a success; here it never is one."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
import yaml

from tasks.ledger import Ledger
from tasks.site_delivery import SiteDelivery
from tests.conformance.rows import ROWS
from tests.conformance.scene import Stage
from tests.conftest import CHECKOUT
from turnup.change.device_change import DeviceChange
from turnup.plan.plan import SiteTiers

OWN_PYTHON = CHECKOUT / ".venv" / "fakenos" / "bin" / "python"
SERVE = Path(__file__).parent / "fakenos" / "serve.py"
SITE = "HF-LIB-01"
EACH = {"cisco_ios": 8, "arista_eos": 8, "flatterer": 4}
"""How many devices of which kind."""


def kind_of(name: str) -> str:
    return next(kind for kind in EACH if kind.replace("_", "-").upper() in name)


@pytest.fixture
def changes(stage_for) -> tuple[DeviceChange, ...]:
    """The change of a library's switch for 20 devices, by the platform that each claims to be."""
    planned = {row.platform: stage_for(row).plan.changes[0] for row in ROWS if row.another}
    return tuple(
        replace(planned.get(kind, planned["cisco_ios"]), device=f"{kind.replace('_', '-').upper()}-{number:02}")
        for kind, count in EACH.items()
        for number in range(1, count + 1)
    )


@pytest.fixture
def served(changes: tuple[DeviceChange, ...]) -> Iterator[dict[str, int]]:
    """The devices, up; their ports by name."""
    if not OWN_PYTHON.exists():
        subprocess.run(("make", "fakenos"), cwd=CHECKOUT, check=True)
    hosts = []
    with ExitStack() as taken:
        for change in changes:
            free = taken.enter_context(socket.create_server(("127.0.0.1", 0)))
            more = {"serial": serial_of(change.device), "running": change.running, "port": free.getsockname()[1]}
            hosts.append({"name": change.device, "kind": kind_of(change.device), **more})
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen((OWN_PYTHON, SERVE), text=True, **pipes) as process:
        process.stdin.write(json.dumps({"password": os.environ["TURNUP_PASSWORD"], "hosts": hosts}) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        yield {host["name"]: host["port"] for host in hosts}
        process.kill()


def serial_of(name: str) -> str:
    return f"FCW{name[-2:]}00X000"


async def host_keys(ports: dict[str, int]) -> dict[str, str]:
    """What each shows, as `TYPE BASE64`."""
    keys = {name: await asyncssh.get_server_host_key("127.0.0.1", port) for name, port in ports.items()}
    return {name: key.export_public_key().decode().strip() for name, key in keys.items() if key is not None}


def test_no_device_that_keeps_nothing_is_reported_good(stage_for, tmp_path, changes, served, impatient):
    stage: Stage = stage_for(ROWS[0])
    keys = asyncio.run(host_keys(served))
    site = tmp_path / "inventory" / "sites" / SITE
    subprocess.run(("cp", "-r", stage.workspace.inventory, tmp_path / "inventory"), check=True)
    listed = {
        change.device: {
            "hostname": "203.0.113.99",
            "platform": str(change.platform),
            "groups": [str(change.platform)],
            "data": {"role": "switch", "serial": serial_of(change.device)},
        }
        for change in changes
    }
    (site / "hosts.yaml").write_text(yaml.safe_dump(listed))
    about = yaml.safe_load((site / "site.yaml").read_text())
    del about["switches"]
    (site / "site.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    places = {name: {"hostname": "127.0.0.1", "port": port, "host_key": keys[name]} for name, port in served.items()}
    (tmp_path / "endpoints.yaml").write_text(yaml.safe_dump(places))
    own = {"inventory": tmp_path / "inventory", "ledger": str(tmp_path / "ledger" / "ledger.db")}
    workspace = stage.workspace.model_copy(update={**own, "endpoints": str(tmp_path / "endpoints.yaml")})
    tiers = (SiteTiers(SITE, (tuple(change.device for change in changes),)),)
    plan = replace(stage.plan, changes=changes, tiers=tiers)
    ledger = Ledger(workspace.ledger)
    outcomes = SiteDelivery(workspace.model_copy(update={"revert_seconds": 1}), ledger, plan, (SITE,), 1).deliver(SITE)

    assert len(outcomes) == sum(EACH.values())
    told = {each.device: (each.outcome, each.detail) for each in outcomes}
    for name, (outcome, detail) in told.items():
        # A flatterer loses characters too, so it depends on where the push finds it out.
        allowed = ("failed", "rolled_back", "unknown") if kind_of(name) == "flatterer" else ("failed",)
        assert outcome in allowed, (name, outcome, detail)
        assert "expected " in detail, (name, detail)
    recorded = {record.device: record.outcome for record in ledger.devices.outcomes(plan.reference)}
    assert recorded == {name: outcome for name, (outcome, _) in told.items()}
    ledger.close()
