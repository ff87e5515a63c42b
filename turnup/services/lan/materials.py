"""What a LAN needs in hand: a lead for each access port, and the power that its ports give to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.service.materials import Material, MaterialKind, copper_lead
from turnup.services.lan.parameters import POE_MILLIWATTS

if TYPE_CHECKING:
    from turnup.service.intent import Surroundings
    from turnup.services.lan.designs import LanDesign


def lan_materials(design: LanDesign, around: Surroundings) -> tuple[Material, ...]:
    """List the leads between access ports and outlets, and the power over them."""
    return (*_leads(design, around), *_power(design, around))


def _leads(design: LanDesign, around: Surroundings) -> Iterator[Material]:
    for segment in design.segments:
        for port in segment.ports:
            place, outlet = f"{port.device} {port.interface}", f"outlet for {segment.name}, VLAN {segment.vlan}"
            yield copper_lead(around.site.code, place, outlet, design.line.id)


def _power(design: LanDesign, around: Surroundings) -> Iterator[Material]:
    """Say for each switch how many watts its power supplies have to have for others."""
    milliwatts: Counter[str] = Counter()
    for ordered, segment in zip(design.ordered.segments, design.segments, strict=True):
        for port in segment.ports:
            milliwatts[port.device] += POE_MILLIWATTS[ordered.poe_watts]
    for device, total in milliwatts.items():
        if total:
            item, watts = "power over Ethernet that is promised to ports", -(-total // 1000)
            yield Material(around.site.code, MaterialKind.POWER, item, watts, device, "", design.line.id)
