"""From the design of any service line to what it wants of devices: the one place that knows all services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.design.service_lines import BaselineDesign, LanDesign, LineDesign, MobileDesign
from turnup.services.baseline import baseline_intents
from turnup.services.lan import lan_intents
from turnup.services.mobile import mobile_intents
from turnup.services.wan import wan_intents

if TYPE_CHECKING:
    from turnup.provider import Provider
    from turnup.services.intent import DeviceIntent, Surroundings


def intents_of(design: LineDesign, around: Surroundings, provider: Provider) -> tuple[DeviceIntent, ...]:
    """Say what a service line wants of each device that it touches."""
    if isinstance(design, BaselineDesign):
        return baseline_intents(design, around, provider)
    if isinstance(design, LanDesign):
        return lan_intents(design, around)
    if isinstance(design, MobileDesign):
        return mobile_intents(design, around)
    return wan_intents(design, around)
