"""The plan: all device changes of an order in their order of application, known by a hash.

The hash is SHA-256 of the canonical bytes of the plan's content: the call-off's hash, waves, allocations, and for
each device the lines, commands there and back, and takeovers. Times, paths and the text of running configurations
are left out: the same order on the same devices has the same hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from turnup.allocation import Allocation
from turnup.canonical import canonical_bytes, content_hash
from turnup.change.device_change import DeviceChange
from turnup.findings import Finding, errors_of
from turnup.scalars import DeviceName, Place, SiteCode
from turnup.service.checks import ServiceCheck
from turnup.service.materials import Material

NOT_HASHED = frozenset({"diff", "running", "candidate"})
"""Fields of a device change that depend on what is not ours."""

LATER_FIELDS = ("tiers", "pairs", "takes_back", "checks")
"""Fields that plans of earlier versions do not have: empty, they are no part of the hash, so that old hashes hold."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Sites that are changed together; the first wave is the canary."""

    number: int
    sites: tuple[SiteCode, ...]


@dataclass(frozen=True, slots=True)
class SiteTiers:
    """The devices that change for a site, in tiers: those of one tier at once, the next one after they are good."""

    site: SiteCode
    tiers: tuple[tuple[DeviceName, ...], ...]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A service line as the plan knows it."""

    id: str
    site: SiteCode
    service: str
    product: str


@dataclass(frozen=True)
class Plan:
    """What will be done for one revision of a call-off.

    Attributes:
        call_off_hash: SHA-256 of the canonical bytes of the revision.
        buyer: code of the buyer.
        vrf: the buyer's VRF: the only one that the plan may name on shared devices.
        waves: canary first.
        lines: the service lines that it brings to life.
        ceased: the service lines that it ends.
        changes: in order of application.
        allocations: what the service lines hold.
        released: what they hold no more.
        tiers: of each site; plans of earlier versions have none, and change one device after the other.
        pairs: redundant pairs of which both members change; never both at once.
        takes_back: hash of the delivered plan that it takes back; most take none back.
        checks: what devices have to answer when the lines work.
        materials: what the sites need in hand; no part of the hash, for it says what to carry and not what to do.
    """

    reference: str
    revision: int
    call_off_hash: str
    buyer: str
    vrf: str
    waves: tuple[Wave, ...]
    lines: tuple[PlannedLine, ...]
    ceased: tuple[PlannedLine, ...]
    changes: tuple[DeviceChange, ...]
    allocations: tuple[Allocation, ...]
    released: tuple[Allocation, ...]
    tiers: tuple[SiteTiers, ...] = ()
    pairs: tuple[tuple[DeviceName, DeviceName], ...] = ()
    takes_back: str = ""
    checks: tuple[ServiceCheck, ...] = ()
    materials: tuple[Material, ...] = ()

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical content."""
        return content_hash(self.content())

    def content(self) -> dict[str, Any]:
        """What the hash covers, as JSON."""
        whole = _ADAPTER.dump_python(self, mode="json")
        for change in whole["changes"]:
            for name in NOT_HASHED:
                del change[name]
            if not change["slots"]:  # as in plans of before there were any
                del change["slots"]
        del whole["materials"]
        for name in LATER_FIELDS:
            if not whole[name]:
                del whole[name]
        return dict(whole)

    def canonical(self) -> bytes:
        """The bytes that the hash is of."""
        return canonical_bytes(self.content())

    def as_json(self) -> bytes:
        """The whole plan, texts included, for the ledger."""
        return _ADAPTER.dump_json(self)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all device changes."""
        return tuple(finding for change in self.changes for finding in change.findings)

    @property
    def refused(self) -> bool:
        """Whether a finding forbids the plan."""
        return bool(errors_of(self.findings))

    @property
    def changes_something(self) -> bool:
        """Whether any device has to be changed."""
        return any(change.changes_something for change in self.changes)

    def changes_at(self, site: SiteCode) -> tuple[DeviceChange, ...]:
        """The device changes for one site, in order of application."""
        return tuple(change for change in self.changes if change.site == site)

    def checks_at(self, site: SiteCode) -> tuple[ServiceCheck, ...]:
        """What proves the service lines of one site."""
        return self._checks_by_site.get(site, ())

    @cached_property
    def _checks_by_site(self) -> dict[SiteCode, tuple[ServiceCheck, ...]]:
        found: dict[SiteCode, list[ServiceCheck]] = {}
        for check in self.checks:
            found.setdefault(check.site, []).append(check)
        return {site: tuple(checks) for site, checks in found.items()}

    def tiers_at(self, site: SiteCode) -> tuple[tuple[DeviceChange, ...], ...]:
        """The device changes for one site, tier by tier."""
        changes = {change.device: change for change in self.changes_at(site)}
        tiers = next((each.tiers for each in self.tiers if each.site == site), tuple((name,) for name in changes))
        return tuple(tuple(changes[name] for name in tier) for tier in tiers)

    def before_at_device(self, place: Place) -> tuple[Place, ...]:
        """The changes of the same device, or of its peer, that come earlier in the same wave."""
        return self._before_at_device[place]

    @cached_property
    def _before_at_device(self) -> dict[Place, tuple[Place, ...]]:
        wave_of = {site: wave.number for wave in self.waves for site in wave.sites}
        seen: dict[tuple[int, DeviceName], tuple[Place, ...]] = {}
        before: dict[Place, tuple[Place, ...]] = {}
        for change in self.changes:
            # A pair counts as one device, under the name of its first member.
            pair = next((pair for pair in self.pairs if change.device in pair), (change.device,))
            key = wave_of[change.site], pair[0]
            before[change.place] = seen.get(key, ())
            seen[key] = (*before[change.place], change.place)
        return before

    def peer_of(self, device: DeviceName) -> DeviceName | None:
        """The other member of a redundant pair, if it changes too."""
        return next((name for pair in self.pairs if device in pair for name in pair if name != device), None)


_ADAPTER: TypeAdapter[Plan] = TypeAdapter(Plan)


def plan_from_json(stored: bytes | str) -> Plan:
    """Read a plan that `Plan.as_json` wrote."""
    return _ADAPTER.validate_json(stored)
