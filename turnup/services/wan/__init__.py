"""WAN: the segments of a site routed to the other sites of its buyer, over the CPE and the provider edge."""

from turnup.service.contract import Service
from turnup.services.lan import NAME as LAN
from turnup.services.wan.checks import wan_checks
from turnup.services.wan.design import WanDesign, design_wan
from turnup.services.wan.intents import wan_intents
from turnup.services.wan.parameters import WanParameters
from turnup.services.wan.rules import NAME, check_wans
from turnup.services.wan.values import WanParts

__all__ = ["NAME", "SERVICE", "WanDesign", "WanParameters", "WanParts"]

SERVICE = Service(
    name=NAME,
    value=WanParts,
    intents=wan_intents,
    parameters=WanParameters,
    check=check_wans,
    design=design_wan,
    checks=wan_checks,
    after=(LAN,),
)
