"""Wireless: networks for a buyer's own users, for guests and for those of a roaming federation, and who is let in."""

from turnup.service.contract import Service
from turnup.services.wireless.checks import wireless_checks
from turnup.services.wireless.design import WirelessDesign, design_wireless
from turnup.services.wireless.intents import wireless_intents
from turnup.services.wireless.parameters import WirelessParameters
from turnup.services.wireless.rules import NAME, check_wireless
from turnup.services.wireless.values import WirelessParts

__all__ = ["NAME", "SERVICE", "WirelessDesign", "WirelessParameters", "WirelessParts"]

SERVICE = Service(
    name=NAME,
    value=WirelessParts,
    intents=wireless_intents,
    parameters=WirelessParameters,
    check=check_wireless,
    design=design_wireless,
    checks=wireless_checks,
    after=("lan",),
)
