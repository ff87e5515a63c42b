"""Landline: a SIP trunk with its numbers, each with a place, and the emergency services always reachable."""

from turnup.service.contract import Service
from turnup.services.landline.checks import landline_checks
from turnup.services.landline.design import LandlineDesign, design_landline
from turnup.services.landline.intents import landline_intents
from turnup.services.landline.parameters import LandlineParameters
from turnup.services.landline.rules import NAME, check_landline
from turnup.services.landline.values import LandlineParts

__all__ = ["NAME", "SERVICE", "LandlineDesign", "LandlineParameters", "LandlineParts"]

SERVICE = Service(
    name=NAME,
    value=LandlineParts,
    intents=landline_intents,
    parameters=LandlineParameters,
    check=check_landline,
    design=design_landline,
    checks=landline_checks,
)
