"""The dial plan of rooms: emergency calls, then the numbers of the rooms and of their bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.dialplan import Matching, Priority, Rule, outside_rules
from turnup.services.uc.dial_plan import HOUSE, extension_route

if TYPE_CHECKING:
    from turnup.services.video.parameters import VideoParameters


def dial_rules(asked: VideoParameters, realm: str) -> tuple[Rule, ...]:
    """Emergency calls first; then each number and DDI to whoever registered as it."""
    emergency = (rule for rule in outside_rules(asked.outside_prefix or "") if rule.priority == Priority.EMERGENCY)
    route = extension_route(realm, voicemail=False)
    own = (
        Rule(HOUSE, Matching.EQUAL, dialled, each.number, route)
        for each in asked.reached
        for dialled in (each.number, each.ddi)
    )
    return (*emergency, *own)
