"""A LAN as it was designed, looked at once more before any text is made of it.

The design takes each value from a pool that holds it, so this finds what an inventory that changed since, or a defect,
made of it: it shares nothing with how the values are given out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.scalars import RESERVED_VLANS

if TYPE_CHECKING:
    from turnup.services.lan.designs import LanDesign
    from turnup.sites import Site

_LAST_VLAN = 4094
_PROBLEM = tuple[str, str, str, str]


def check_sound(design: LanDesign, site: Site) -> None:
    """Check VLANs, subnets and gateways of a LAN.

    Raises:
        DesignError: names the segment and the rule that it breaks.
    """
    for segment, rule, expected, found in (*_vlans(design), *_subnets(design, site), *_overlaps(design)):
        raise DesignError(
            f"{design.line.id}: segment {segment}: [{rule}]",
            expected,
            found,
            f"Correct inventory/sites/{site.code}/site.yaml, or cease the segment and order it anew.",
        )


def _vlans(design: LanDesign) -> Iterator[_PROBLEM]:
    native = design.ordered.native_vlan
    seen: dict[int, str] = {} if native is None else {native: "untagged frames"}
    for segment in design.segments:
        if not 1 < segment.vlan <= _LAST_VLAN or segment.vlan in RESERVED_VLANS:
            yield segment.name, "vlan-legal", "a VLAN of 2-1001 or 1006-4094", str(segment.vlan)
        if segment.vlan in seen:
            yield segment.name, "vlan-unique", "a VLAN of its own", f"{segment.vlan}, that of {seen[segment.vlan]}"
        seen[segment.vlan] = segment.name


def _subnets(design: LanDesign, site: Site) -> Iterator[_PROBLEM]:
    for segment in design.segments:
        subnet, gateway = segment.subnet, segment.gateway
        if site.addresses is not None and not subnet.subnet_of(site.addresses.lan):
            yield segment.name, "subnet-in-plan", f"a subnet of {site.addresses.lan}", str(subnet)
        if gateway.network != subnet or gateway.ip in (subnet.network_address, subnet.broadcast_address):
            yield segment.name, "gateway-inside", f"a host address of {subnet}", str(gateway)


def _overlaps(design: LanDesign) -> Iterator[_PROBLEM]:
    subnets = [(segment.name, subnet) for segment in design.segments for subnet in segment.subnets]
    for (one, first), (other, second) in combinations(subnets, 2):
        if first.overlaps(second):
            yield other, "no-overlap", f"a subnet apart from {first} of {one}", str(second)
