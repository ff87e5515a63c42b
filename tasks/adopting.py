"""Adopt what exists: read the devices of a call-off, and record as ours what they have of what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.delivery import load_known_order, record_order
from tasks.devices.collect import collect
from tasks.devices.masking import with_resolved
from tasks.inventory.nornir_run import open_nornir
from tasks.keys import key_reference
from tasks.ledger import LineState
from tasks.live import standing_of
from tasks.order import estate_at
from tasks.preparation import sites_with
from turnup.adopt import Adoption, Explained, adopt_device, explain, facts_of, held_already
from turnup.canonical import content_hash
from turnup.design import Allocation, make_design
from turnup.errors import PlanError
from turnup.findings import did_you_mean
from turnup.plan import DeviceReading, Estate, Standing, intents_for
from turnup.render import Templates
from turnup.scalars import DeviceName, Place, SiteCode

if TYPE_CHECKING:
    from tasks.ledger import Ledger
    from tasks.workspace import Workspace
    from turnup.errors import TurnupError
    from turnup.fragments import Fragment
    from turnup.gate import Order


@dataclass(frozen=True, slots=True)
class SiteAdoption:
    """What can be adopted for a call-off.

    Attributes:
        places: adoption by place.
        allocations: values that its lines at these sites hold.
    """

    order: Order
    sites: tuple[SiteCode, ...]
    places: Mapping[Place, Adoption]
    allocations: tuple[Allocation, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over what becomes ours: the evidence of the adoption."""
        return content_hash(
            {
                "adoption": self.order.call_off.hash(),
                "fragments": [
                    [place.device, each.service_line, each.text]
                    for place, adoption in sorted(self.places.items())
                    for each in adoption.fragments
                ],
            }
        )

    def lines_in_full(self) -> tuple[str, ...]:
        """Service lines of which every device has all that is declared."""
        ids = dict.fromkeys(each.service_line for adoption in self.places.values() for each in adoption.rest.fragments)
        return tuple(line for line in ids if not any(line in each.unfinished for each in self.places.values()))


def find_adoptions(workspace: Workspace, ledger: Ledger, source: str, wanted: tuple[str, ...] = ()) -> SiteAdoption:
    """Read the devices of a call-off's sites and find what can be adopted; records nothing.

    Args:
        workspace: where estate and templates are.
        ledger: what is held and owned already.
        source: the call-off.
        wanted: site codes; none: all sites of the call-off.

    Raises:
        FileRefused, GateRefused: the call-off may not be delivered.
        PlanError: a site is not one of the call-off's.
        DesignError: what stands cannot be brought together with what was ordered.
        DeviceError: a device cannot be read.
    """
    order = load_known_order(workspace, ledger, source)
    sites = _sites(order, wanted)
    estate = estate_at(workspace, {line.site.code for line in order.lines})
    standing = standing_of(ledger, order.call_off.reference)
    devices = _devices_at(order, estate, sites, standing)
    readings = collect(open_nornir(workspace, sites_with(estate, devices), devices))
    if readings.errors:
        raise readings.errors[0]
    platforms = estate.devices()
    facts = {name: facts_of(platforms[name].platform, text) for name, text in readings.running.items()}
    held = (*standing.taken, *held_already(order, facts, standing.taken))
    design = make_design(order, held, standing.resting, standing.reserved)
    templates = Templates(workspace.templates)
    declared: dict[Place, tuple[Fragment, ...]] = {}
    for intent in intents_for(design, estate):
        if intent.site in sites:
            place = Place(intent.site, intent.device)
            declared[place] = (*declared.get(place, ()), templates.render(intent))
    holders = {fragment.service_line for fragments in declared.values() for fragment in fragments}
    return SiteAdoption(
        order=order,
        sites=sites,
        places=dict(_adoptions(workspace, ledger, estate, declared, readings.running)),
        allocations=tuple(
            each for each in design.allocations if each.holder in holders or each.holder.startswith("buyer/")
        ),
    )


def _adoptions(
    workspace: Workspace,
    ledger: Ledger,
    estate: Estate,
    declared: Mapping[Place, tuple[Fragment, ...]],
    running: Mapping[DeviceName, str],
) -> Iterator[tuple[Place, Adoption]]:
    devices = estate.devices()
    for place, rendered in declared.items():
        fragments = with_resolved(rendered, key_reference(workspace.ledger))
        reading = DeviceReading(running[place.device], ledger.ownership.on(place.device))
        yield place, adopt_device(place, devices[place.device].platform, reading, fragments)


def _sites(order: Order, wanted: tuple[str, ...]) -> tuple[SiteCode, ...]:
    ordered = tuple(dict.fromkeys(line.site.code for line in order.lines))
    for code in wanted:
        if code not in ordered:
            raise PlanError(order.call_off.reference, "one of its sites", code, did_you_mean(code, ordered))
    return tuple(code for code in ordered if not wanted or code in wanted)


def _devices_at(
    order: Order, estate: Estate, sites: tuple[SiteCode, ...], standing: Standing
) -> tuple[DeviceName, ...]:
    """The devices of sites, and those of the provider that what is ordered there needs, whatever values it gets."""
    names = [device.name for code in sites for device in estate.sites[code].devices]
    design = make_design(order, standing.taken, standing.resting, standing.reserved)
    intents = (intent for intent in intents_for(design, estate) if intent.site in sites)
    return tuple(dict.fromkeys((*names, *(intent.device for intent in intents))))


def record_adoption(ledger: Ledger, found: SiteAdoption, actor: str) -> None:
    """Record what was found as ours: fragments, held values, lines that are there in full; no device is touched."""
    record_order(ledger, found.order, actor, dated=False)
    ledger.plans.hold(found.order.call_off.reference, found.allocations, found.hash, actor)
    for place, adoption in found.places.items():
        ledger.ownership.adopt(place.device, adoption.fragments, adoption.takeovers, found.hash, actor)
    known = {line.id: line for line in ledger.lines.lines(found.order.call_off.reference)}
    complete = [line for line in found.lines_in_full() if line in known and known[line].state is LineState.DESIGNED]
    ledger.lines.set_state(complete, LineState.DELIVERED, actor)


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """How much of one device is explained by orders; or why it could not be read."""

    site: SiteCode
    device: DeviceName
    explained: Explained | None
    error: TurnupError | None = None


def report_sites(workspace: Workspace, ledger: Ledger, sites: tuple[SiteCode, ...]) -> Iterator[DeviceReport]:
    """Say of every device of some sites how much of it orders explain; site by site, so that memory stays flat."""
    for code in sites:
        site = estate_at(workspace, (code,)).sites[code]
        readings = collect(open_nornir(workspace, (code,), [device.name for device in site.devices]))
        broken = {error.where: error for error in readings.errors}
        for device in site.devices:
            if device.name not in readings.running:
                yield DeviceReport(code, device.name, None, broken.get(device.name))
                continue
            reading = DeviceReading(readings.running[device.name], ledger.ownership.on(device.name))
            yield DeviceReport(code, device.name, explain(device.platform, reading))
