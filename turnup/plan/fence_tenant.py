"""For whom a plan is, and what that tells of names: whose they are, and what the fence says if they are another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.errors import TenantFence
from turnup.plan.fence_words import Held

if TYPE_CHECKING:
    from turnup.plan.make import Estate
    from turnup.plan.plan import Plan
    from turnup.sites import AccessTail, Site

Command = tuple[str, ...]
"""A command with the headers above it, outermost first; spaces made one, without what is free text."""

_MADE_BY_ORDER = re.compile(r"(?:[A-Z]+-)?([A-Z]{2,8}-\d{4}-\d{4})-")
"""Names made from a service line, such as `QOS-RBKC-2026-0007-L2`: of that order, whatever else they begin with."""
_FREE_TEXT = re.compile(r"\bdescription .*$")
_CLOSES = re.compile(r"exit(?:-\S+)?$|end$|!")


@dataclass(frozen=True, slots=True)
class Tenant:
    """The buyer of a plan.

    Attributes:
        vrf: its VRF, with which its names begin.
        reference: its call-off, of which names are made.
        ports: port and tag (0: the port is the circuit's alone) of its circuits, by provider edge.
        access_points: hardware addresses of its sites' access points.
        peers: addresses of the SBCs that its sites' voice gateways call.
        held: what it holds or held, by pool.
    """

    buyer: str
    vrf: str
    reference: str
    ports: frozenset[tuple[str, str, int]]
    access_points: frozenset[str]
    peers: frozenset[str]
    held: Mapping[str, Held]

    def owns(self, name: str) -> bool:
        """Whether a name is one of the buyer's: made of its VRF, or of this order."""
        made = _MADE_BY_ORDER.match(name)
        if made is not None:
            return made[1] == self.reference
        return name == self.vrf or name.startswith(f"{self.vrf}-")

    def holds(self, pool: str) -> Held:
        """What it holds of one pool."""
        return self.held.get(pool, _NOTHING)


_NOTHING = Held(())


def tenant_of(plan: Plan, estate: Estate) -> Tenant:
    """For whom a plan is, with what the estate gives to its sites."""
    sites = [site for site in estate.sites.values() if site.buyer == plan.buyer]
    values: dict[str, list[str]] = {}
    for each in (*plan.allocations, *plan.released):
        values.setdefault(each.pool, []).append(each.value)
    return Tenant(
        buyer=plan.buyer,
        vrf=plan.vrf,
        reference=plan.reference,
        ports=frozenset((tail.pe, tail.pe_interface, tail.s_vlan or 0) for site in sites for tail in _tails(site)),
        access_points=frozenset(
            point.mac.lower()
            for site in sites
            for point in (site.wireless.access_points if site.wireless is not None else ())
            if point.mac is not None
        ),
        peers=frozenset(str(site.voice_edge.sbc) for site in sites if site.voice_edge is not None),
        held={pool: Held(found) for pool, found in values.items()},
    )


def _tails(site: Site) -> tuple[AccessTail, ...]:
    return tuple(tail for tail in (site.access_tail, site.second_tail) if tail is not None)


def commands(text: str) -> Iterator[Command]:
    """The commands of an indented text, each with the headers above it; what only closes a section is none."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        words = _FREE_TEXT.sub("description", " ".join(line.split()))
        if not words or _CLOSES.match(words):
            continue
        depth = len(line) - len(line.lstrip())
        above = [each for each in above if each[0] < depth]
        above.append((depth, words))
        yield tuple(header for _, header in above)


def refused(device: str, command: Command, expected: str, found: str) -> TenantFence:
    """A command names something that is not the buyer's, or nothing that is known to be."""
    remedy = "Nothing was sent. The order, the inventory or a template names what is of others, or of nobody."
    return TenantFence(f"{device}: {' / '.join(command)!r}", expected, found, remedy)
