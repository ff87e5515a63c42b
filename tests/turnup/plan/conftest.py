"""Plans of the example call-offs on devices as they are found on site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lab.simulated import factory_config
from lab.simulated.grammar import DeviceKind
from tasks.inventory.estate import Estate as EstateFiles
from turnup.design import Design, make_design
from turnup.gate import View, examine
from turnup.plan import DeviceReading, Estate, Plan, devices_of, intents_for, make_plan
from turnup.render import Templates
from turnup.sites import DeviceRole, Platform, Site

CHECKOUT = Path(__file__).resolve().parents[3]
FILES = EstateFiles(CHECKOUT / "inventory")


@dataclass(frozen=True)
class Bench:
    """A design with all that planning needs; any part of it may be replaced."""

    design: Design
    estate: Estate
    readings: Mapping[str, DeviceReading]
    templates: Templates

    def plan(self) -> Plan:
        intents = intents_for(self.design, self.estate)
        return make_plan(self.design, self.estate, self.templates, intents, self.readings)

    def with_running(self, device: str, edit: Callable[[str], str]) -> Bench:
        """The same, with another running configuration of one device."""
        reading = self.readings[device]
        edited = edit(reading.running)
        assert edited != reading.running, "the edit changes nothing"
        return replace(self, readings={**self.readings, device: replace(reading, running=edited)})

    def with_site(self, site: Site) -> Bench:
        """The same, with one site described differently."""
        return replace(self, estate=replace(self.estate, sites={**self.estate.sites, site.code: site}))


def make_bench(reference: str) -> Bench:
    loaded = FILES.call_off(reference)
    call_off = loaded.call_off
    sites = {line.site: FILES.site(line.site) for line in call_off.lines}
    framework = FILES.framework(call_off.framework)
    bodies = FILES.eligible_buyers(call_off.framework)
    verdict = examine(call_off, loaded.positions, View(framework, bodies, FILES.buyer(call_off.buyer), sites))
    assert verdict.order is not None, verdict.findings
    for site in tuple(sites.values()):
        sites[site.access_tail.pe_site] = FILES.site(site.access_tail.pe_site)
    design, estate = make_design(verdict.order, ()), Estate(sites, FILES.provider())
    names = devices_of(intents_for(design, estate))
    readings = {name: DeviceReading(found_on_site(estate, name)) for name in names}
    return Bench(design, estate, readings, Templates(CHECKOUT / "templates"))


def found_on_site(estate: Estate, name: str) -> str:
    device = estate.devices()[name]
    if device.platform is not Platform.CISCO_IOS:
        return f"hostname {name}\n" if device.platform is Platform.FRR else "bridge br0\n"
    own = CHECKOUT / "lab" / "startup" / f"{name}.cfg"
    kind = DeviceKind.SWITCH if device.role is DeviceRole.SWITCH else DeviceKind.ROUTER
    return own.read_text() if own.is_file() else factory_config(kind, name)


@pytest.fixture(scope="session")
def rbkc() -> Bench:
    """Three sites on Cisco IOS with one provider edge."""
    return make_bench("RBKC-2026-0007")


@pytest.fixture(scope="session")
def wcc() -> Bench:
    """Two sites on FRR and Open vSwitch with one provider edge."""
    return make_bench("WCC-2026-0003")
