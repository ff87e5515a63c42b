"""The command line as a user runs it: processes, a Prefect server on loopback, simulated devices."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.server import free_port, prefect_server, wait_for_server
from tasks.workspace import Workspace
from turnup.plan import Plan

CHECKOUT = Path(__file__).resolve().parent.parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Prefect server for all tests of this process; the environment in which it is found."""
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    with prefect_server(home, port) as environment:
        wait_for_server(port, home / "server.log")
        yield {name: environment[name] for name in ("PREFECT_API_URL", "PREFECT_HOME")}


@pytest.fixture
def environment(workspace: Workspace) -> dict[str, str]:
    """The settings of a workspace, as environment variables."""
    return {
        **os.environ,
        "TURNUP_INVENTORY": str(workspace.inventory),
        "TURNUP_LEDGER": workspace.ledger,
        "TURNUP_ENDPOINTS": workspace.endpoints,
        "TURNUP_EXECUTOR": workspace.executor,
        "TURNUP_REVERT_SECONDS": "60",
        "NO_COLOR": "1",
    }


@pytest.fixture
def turnup(environment: dict[str, str]) -> Run:
    """Run `turnup` and give back what it printed."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "flows.cli", *words),
            env={**environment, **more},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


@pytest.fixture
def approved(delivery: Any) -> Callable[[str], Plan]:
    """Plan a call-off and have it approved by what the flows call, without Prefect: what a delivery begins with."""

    def approve(call_off: str) -> Plan:
        plan = delivery.plan(call_off)
        delivery.approve(plan)
        return plan

    return approve
