"""Service lines that are in force, and where: what a plan changes, ends or leaves alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.findings import Finding
from turnup.plan.plan import PlannedLine
from turnup.scalars import DeviceName, Place
from turnup.services.registry import services

if TYPE_CHECKING:
    from turnup.fragments import Fragment


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan wants at one place.

    Attributes:
        fragments: what its service lines declare there.
        ceased: service lines that declare nothing there any more.
        findings: what the platform cannot do of it.
    """

    fragments: tuple[Fragment, ...] = ()
    ceased: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def only_ends(self) -> bool:
        """Whether nothing is made at the place, and something ends."""
        return bool(self.ceased) and not self.fragments


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A service line with configuration in force.

    Attributes:
        devices: where its fragments are.
    """

    line: PlannedLine
    devices: tuple[DeviceName, ...]

    def places(self) -> Iterator[Place]:
        """The places that it has."""
        return (Place(self.line.site, device) for device in self.devices)


def endings(live: Collection[LiveLine], wanted: Mapping[Place, Wanted]) -> dict[Place, tuple[str, ...]]:
    """Find where live lines have configuration that is not wanted there any more."""
    found: dict[Place, tuple[str, ...]] = {}
    for each in live:
        for place in each.places():
            here = wanted.get(place)
            if here is None or all(fragment.service_line != each.line.id for fragment in here.fragments):
                found[place] = (*found.get(place, ()), each.line.id)
    return found


def check_nothing_stands_on(ending: Collection[LiveLine], staying: Collection[LiveLine]) -> tuple[Finding, ...]:
    """Find lines that would lose the service of their site on which they stand, such as a WAN its LAN.

    Args:
        ending: lines that end.
        staying: all other live lines at their sites, of any call-off.
    """
    there = {(each.line.site, each.line.service) for each in staying}
    return tuple(
        _still_used(each.line, user.line)
        for each in ending
        if (each.line.site, each.line.service) not in there
        for user in staying
        if user.line.site == each.line.site and each.line.service in services()[user.line.service].after
    )


def _still_used(line: PlannedLine, user: PlannedLine) -> Finding:
    return Finding(
        file=line.id,
        line=0,
        field=line.service.upper(),
        rule="still-used",
        expected=f"no {user.service.upper()} that stands on it",
        found=f"{user.id}, live",
        remedy=f"Cease {user.id} with it, or first.",
    )
