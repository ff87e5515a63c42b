"""Mobile: SIMs in the private APN of a buyer, each let in with an address of its own."""

from turnup.service.contract import Service
from turnup.services.mobile.checks import mobile_checks
from turnup.services.mobile.design import MobileDesign, design_mobile
from turnup.services.mobile.intents import MobileServer, mobile_intents
from turnup.services.mobile.parameters import MobileParameters, Sim
from turnup.services.mobile.rules import NAME, check_mobile

__all__ = ["NAME", "SERVICE", "MobileDesign", "MobileParameters", "MobileServer", "Sim"]

SERVICE = Service(
    name=NAME,
    value=MobileServer,
    intents=mobile_intents,
    parameters=MobileParameters,
    check=check_mobile,
    design=design_mobile,
    checks=mobile_checks,
)
