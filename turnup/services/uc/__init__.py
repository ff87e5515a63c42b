"""Unified communications: a site's extensions, hunt groups and telephones on the session border controllers."""

from turnup.service.contract import Service
from turnup.services.uc.checks import uc_checks
from turnup.services.uc.design import UcDesign, design_uc
from turnup.services.uc.intents import UcParts, UcTelephones, uc_intents
from turnup.services.uc.materials import uc_materials
from turnup.services.uc.parameters import UcParameters
from turnup.services.uc.rules import NAME, check_uc

__all__ = ["NAME", "SERVICE", "UcDesign", "UcParameters", "UcTelephones"]

SERVICE = Service(
    name=NAME,
    value=UcParts,
    intents=uc_intents,
    parameters=UcParameters,
    check=check_uc,
    design=design_uc,
    checks=uc_checks,
    materials=uc_materials,
)
