"""Landline: the trunk on the provider's SBC, and on the site's own voice gateway where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import Matching, Priority, Rule, outside_rules
from turnup.service.intent import DeviceIntent, Surroundings
from turnup.services.landline.gateway import gateway_of
from turnup.services.landline.values import LandlineParts, LandlineSbc, PlacedBlock
from turnup.sites import DeviceRole, VoiceEdge

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.services.landline.design import LandlineDesign

SIP_PORT = 5060


def landline_intents(design: LandlineDesign, around: Surroundings, _provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a trunk wants of each SBC, all the same, and of the site's own voice gateway.

    Raises:
        DesignError: the site names no SBC.
    """
    site, edge = around.site.code, around.site.voice_edge
    sbcs = tuple(
        DeviceIntent(
            design.line,
            site,
            device.name,
            device.platform,
            LandlineParts(sbc=sbc_of(design, edge)),
        )
        for device in around.serving("landline", DeviceRole.SBC)
    )
    if edge is None:
        return sbcs
    gateway = around.devices[edge.device]
    value = LandlineParts(gateway=gateway_of(design, edge))
    return (*sbcs, DeviceIntent(design.line, site, gateway.name, gateway.platform, value))


def sbc_of(design: LandlineDesign, edge: VoiceEdge | None) -> LandlineSbc:
    """The trunk as the SBC has it."""
    return LandlineSbc(
        dialplan=design.dialplan,
        name=design.line.id,
        peer=design.pbx if edge is None else edge.address,
        peer_port=design.pbx_port if edge is None else SIP_PORT,
        main_number=design.main_number,
        channels=design.channels,
        blocks=_blocks(design),
        rules=rules_of(design),
    )


def rules_of(design: LandlineDesign) -> tuple[Rule, ...]:
    """The whole dialplan of a trunk: to its own numbers, and out."""
    own = (_own(block, f"trunk:{design.dialplan}") for block in _blocks(design))
    return (*own, *outside_rules(design.outside_prefix, design.barred))


def _own(block: PlacedBlock, route: str) -> Rule:
    if block.free == 0:
        return Rule(Priority.OWN, Matching.EQUAL, block.prefix, block.prefix, route)
    return Rule(Priority.OWN, Matching.REGEX, block.expression, r"\1", route)


def _blocks(design: LandlineDesign) -> tuple[PlacedBlock, ...]:
    return tuple(
        PlacedBlock(block.prefix, block.expression, block.free, placed.uprn, placed.postcode)
        for placed in sorted(design.ranges, key=lambda each: each.numbers)
        for block in placed.numbers.blocks()
    )
