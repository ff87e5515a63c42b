"""The main job on real daemons: two buyers' call-offs, from the order to packets that arrive, or rightly do not."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from lab.real.lab import Lab
from tasks.devices.outcome import Outcome
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

WCC, SWK = "WCC-2026-0003", "SWK-2026-0001"
LIBRARY, HUB, PECKHAM = "WCC-LIB-01", "WCC-HUB-02", "SWK-LIB-05"
CONVERGENCE_SECONDS = 90


@pytest.fixture
def lab(tmp_path: Path, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab of its own, whose endpoints and login the workspace knows."""
    with Lab(tmp_path / "lab") as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        yield lab


def gateway(plan: Plan, site: str) -> IPv4Interface:
    """The gateway of the segment that the first access port of a site is in, as planned."""
    text = next(change.candidate for change in plan.changes if change.device == f"{site}-SW1")
    vlan = re.search(r"^port eth1\n tag (\d+)$", text, re.MULTILINE)
    assert vlan is not None
    found = re.search(rf"^port vlan{vlan[1]}\n(?: .*\n)*? address (\S+)$", text, re.MULTILINE)
    assert found is not None
    return IPv4Interface(found[1])


def plug_in(lab: Lab, plan: Plan, site: str) -> str:
    """Give the first host of a site the tenth address of its segment, and say which that is."""
    router = gateway(plan, site)
    address = str(router.network[10])
    lab.address_host(f"{site}-h1", f"{address}/{router.network.prefixlen}", str(router.ip))
    return address


def test_two_buyers_are_delivered_and_each_reaches_its_own_sites_only(lab: Lab, delivery) -> None:
    plan = delivery.plan(WCC)
    library, hub = plug_in(lab, plan, LIBRARY), plug_in(lab, plan, HUB)
    assert not lab.ping(f"{LIBRARY}-h1", hub)
    outcomes = delivery.deliver(plan)
    assert {place: each.outcome for place, each in outcomes.items() if each.outcome is not Outcome.CHANGED} == {}

    other = delivery.plan(SWK)
    peckham = plug_in(lab, other, PECKHAM)
    assert peckham == library, "overlap across VRFs is legal, and the sharper test"
    assert {each.outcome for each in delivery.deliver(other).values()} == {Outcome.CHANGED}

    assert lab.ping(f"{LIBRARY}-h1", hub, attempts=CONVERGENCE_SECONDS)
    assert lab.ping(f"{HUB}-h1", library)
    assert lab.ping(f"{PECKHAM}-h1", str(gateway(other, PECKHAM).ip))
    assert not lab.ping(f"{PECKHAM}-h1", hub, attempts=3)
    assert not delivery.plan(WCC).changes_something
    assert not delivery.plan(SWK).changes_something
