"""What hosts of a segment may reach: their own segment, those that were ordered for them, and all beyond the site.

Between two segments nothing passes unless it was ordered; a rule keeps its number while others come and go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.services.lan.values import LanFilter, LanRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from turnup.services.lan.designs import LanDesign, SegmentDesign
    from turnup.sites import Site

_FIRST_OWN, _FIRST_REACHED, _ROOM, _REST = 20, 10_000, 10, 100_000


def filter_of(segment: SegmentDesign, design: LanDesign, site: Site) -> LanFilter | None:
    """Work out the filter of a segment; none where the site has no address plan to be kept apart in."""
    if site.addresses is None:
        return None
    reached = reachable(design)[segment.name]
    return LanFilter(
        f"LAN-{segment.vlan}-IN",
        (
            *(
                LanRule(_FIRST_OWN + _ROOM * place, permits=True, to=subnet)
                for place, subnet in enumerate(segment.subnets)
            ),
            *(
                LanRule(_FIRST_REACHED + _ROOM * other.vlan + place, permits=True, to=subnet)
                for other in sorted(design.segments, key=lambda each: each.vlan)
                if other.name in reached
                for place, subnet in enumerate(other.subnets)
            ),
            LanRule(_REST, permits=False, to=site.addresses.lan),
            LanRule(_REST + _ROOM, permits=True),
        ),
    )


def reachable(design: LanDesign) -> dict[str, frozenset[str]]:
    """Which other segments each one reaches: answers have to come back, so it holds both ways."""
    pairs = frozenset(_pairs(design))
    return {each.name: frozenset(other for one, other in pairs if one == each.name) for each in design.ordered.segments}


def _pairs(design: LanDesign) -> Iterator[tuple[str, str]]:
    for segment in design.ordered.segments:
        for other in segment.reaches:
            yield segment.name, other
            yield other, segment.name
