"""LAN: VLANs, gateways, access ports and trunks on the switches of a site."""

from turnup.service.contract import Service
from turnup.services.lan.checks import lan_checks
from turnup.services.lan.design import claim_asked_vlans, design_lan
from turnup.services.lan.designs import LanDesign, SegmentDesign
from turnup.services.lan.intents import lan_intents
from turnup.services.lan.materials import lan_materials
from turnup.services.lan.parameters import LanParameters, Segment
from turnup.services.lan.rules import NAME, asked_segments, check_lans
from turnup.services.lan.values import LanSwitch

__all__ = ["NAME", "SERVICE", "LanDesign", "LanParameters", "LanSwitch", "Segment", "SegmentDesign", "asked_segments"]

SERVICE = Service(
    name=NAME,
    value=LanSwitch,
    intents=lan_intents,
    parameters=LanParameters,
    check=check_lans,
    claim=claim_asked_vlans,
    design=design_lan,
    checks=lan_checks,
    materials=lan_materials,
)
