"""Behaviour that no table can say, gathered by name."""

from __future__ import annotations

from collections.abc import Callable

from lab.simulated.configuration import Change
from lab.simulated.ios import (
    quirks_access,
    quirks_edge,
    quirks_interface,
    quirks_routing,
    quirks_system,
    quirks_vlan,
    quirks_wireless,
)

Quirk = Callable[[Change], str]
"""Puts one line where it belongs; returns what the device says, or raises a Refusal."""

QUIRKS: dict[str, Quirk] = {
    **quirks_system.QUIRKS,
    **quirks_vlan.QUIRKS,
    **quirks_access.QUIRKS,
    **quirks_interface.QUIRKS,
    **quirks_routing.QUIRKS,
    **quirks_edge.QUIRKS,
    **quirks_wireless.QUIRKS,
}
