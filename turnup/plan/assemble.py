"""From what is wanted at each place, and what the devices have, to the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms.entries import hide_numbers
from turnup.change.tree import lists_without_numbers
from turnup.plan.live import Wanted
from turnup.plan.plan import Plan, PlannedLine, SiteTiers, Wave
from turnup.plan.waves import WAVE_SITES, arrange_tiers, arrange_waves, pairs_among
from turnup.scalars import Place
from turnup.sites import ROLE_ORDER, Device, DeviceRole

if TYPE_CHECKING:
    from turnup.design import Allocation
    from turnup.scalars import DeviceName, SiteCode
    from turnup.service.checks import ServiceCheck
    from turnup.service.materials import Material


@dataclass(frozen=True, slots=True)
class DeviceReading:
    """What a device has, and what of it is ours.

    Attributes:
        running: its answer, as it is.
        owned: what the ledger says that Turnup applied.
    """

    running: str
    owned: OwnedConfig = field(default_factory=OwnedConfig)


@dataclass(frozen=True, slots=True)
class PlanSubject:
    """What a plan is about.

    Attributes:
        reference, revision, call_off_hash: the call-off, as signed.
        buyer: its code.
        vrf: the only VRF that the plan may name on shared devices.
        lines: service lines that it brings to life or keeps.
        ceased: service lines that it ends.
        allocations: values that are held afterwards.
        released: values that are not held any more.
        wave_sites: how many sites each wave has, the canary's 1 first.
        device_orders: in which order the devices of each site are changed, where the inventory says.
        takes_back: hash of the delivered plan that is taken back, if it is about that.
        checks: what devices have to answer when the lines work.
        materials: what the sites need in hand.
    """

    reference: str
    revision: int
    call_off_hash: str
    buyer: str
    vrf: str
    lines: tuple[PlannedLine, ...] = ()
    ceased: tuple[PlannedLine, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    released: tuple[Allocation, ...] = ()
    wave_sites: tuple[int, ...] = WAVE_SITES
    device_orders: Mapping[SiteCode, tuple[DeviceRole, ...]] = field(default_factory=dict)
    takes_back: str = ""
    checks: tuple[ServiceCheck, ...] = ()
    materials: tuple[Material, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """All that is wanted of one device, site by site, each step on top of the one before: planned by itself."""

    device: Device
    steps: tuple[tuple[Place, Wanted], ...]
    reading: DeviceReading


class Run(Protocol):
    """How chains are planned: `map`, or a process pool's map; answers come in the order of the chains."""

    def __call__(
        self, plan: Callable[[Chain], tuple[DeviceChange, ...]], chains: Iterable[Chain], /
    ) -> Iterable[tuple[DeviceChange, ...]]:
        """Plan each chain."""


def assemble_plan(
    subject: PlanSubject,
    wanted: Mapping[Place, Wanted],
    devices: Mapping[DeviceName, Device],
    readings: Mapping[DeviceName, DeviceReading],
    run: Run = map,
) -> Plan:
    """Plan all device changes.

    A device that changes for several sites is planned once for each, in wave order, each change on top of the one
    before: so the canary's part of a provider edge is pushed with the canary, and no more.

    Args:
        subject: what the plan is about.
        wanted: what is wanted at each place.
        devices: the devices of the places, by name.
        readings: what each of them has.
        run: how the devices are planned; they do not depend on each other.

    Raises:
        FragmentConflict: two service lines want one thing differently.
        ForbiddenCommand: commands would touch more than what is ours.
    """
    waves = _waves(wanted, subject.wave_sites)
    tiers = tuple(_tiers(site, wanted, devices, subject) for wave in waves for site in wave.sites)
    places = tuple(Place(each.site, name) for each in tiers for tier in each.tiers for name in tier)
    chains = (
        Chain(
            devices[name],
            tuple((place, wanted[place]) for place in places if place.device == name),
            readings[name],
        )
        for name in dict.fromkeys(place.device for place in places)
    )
    changes = {change.place: change for planned in run(plan_chain, chains) for change in planned}
    return Plan(
        reference=subject.reference,
        revision=subject.revision,
        call_off_hash=subject.call_off_hash,
        buyer=subject.buyer,
        vrf=subject.vrf,
        waves=waves,
        lines=subject.lines,
        ceased=subject.ceased,
        changes=tuple(changes[place] for place in places),
        allocations=subject.allocations,
        released=subject.released,
        tiers=tiers,
        takes_back=subject.takes_back,
        checks=subject.checks,
        materials=subject.materials,
        pairs=pairs_among(devices[name] for name in {place.device for place in places}),
    )


def plan_chain(chain: Chain) -> tuple[DeviceChange, ...]:
    """Plan the changes of one device, in the order of its steps."""
    now, changes = chain.reading, []
    for place, wanted in chain.steps:
        change = _change(place, chain.device, wanted, now)
        shown = hide_numbers(change.candidate, lists_without_numbers(change.platform, now.running))
        now = DeviceReading(shown, owned_afterwards(change, now.owned))
        changes.append(change)
    return tuple(changes)


def _waves(wanted: Mapping[Place, Wanted], sizes: tuple[int, ...]) -> tuple[Wave, ...]:
    sites = {place.site for place in wanted}
    counts = {site: sum(1 for place in wanted if place.site == site) for site in sites}
    return arrange_waves(counts, frozenset(site for site in sites if _only_ends(site, wanted)), sizes)


def _only_ends(site: SiteCode, wanted: Mapping[Place, Wanted]) -> bool:
    return all(here.only_ends for place, here in wanted.items() if place.site == site)


def _tiers(
    site: SiteCode, wanted: Mapping[Place, Wanted], devices: Mapping[DeviceName, Device], subject: PlanSubject
) -> SiteTiers:
    here = (devices[place.device] for place in wanted if place.site == site)
    return SiteTiers(
        site, arrange_tiers(here, subject.device_orders.get(site, ROLE_ORDER), ends=_only_ends(site, wanted))
    )


def _change(place: Place, device: Device, wanted: Wanted, reading: DeviceReading) -> DeviceChange:
    return plan_device(
        site=place.site,
        device=device.name,
        platform=device.platform,
        running_text=reading.running,
        owned=reading.owned,
        fragments=wanted.fragments,
        ceased=wanted.ceased,
        findings=wanted.findings,
    )
