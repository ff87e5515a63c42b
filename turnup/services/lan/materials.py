"""What a LAN needs in hand: a lead for each access port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.service.materials import Material, MaterialKind

if TYPE_CHECKING:
    from turnup.service.intent import Surroundings
    from turnup.services.lan.design import LanDesign


def lan_materials(design: LanDesign, around: Surroundings) -> tuple[Material, ...]:
    """List the leads between access ports and outlets."""
    return tuple(
        Material(
            around.site.code,
            MaterialKind.PATCH,
            "copper patch lead, category 6A",
            1,
            f"{port.device} {port.interface}",
            f"outlet for {segment.name}, VLAN {segment.vlan}",
            design.line.id,
        )
        for segment in design.segments
        for port in segment.ports
    )
