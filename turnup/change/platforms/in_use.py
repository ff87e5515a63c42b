"""What IOS, EOS and FRR have in common about names: a definition that others still refer to must not go with us.

IOS takes `vrf forwarding`, routes and BGP families of a VRF away with its definition, and a policy off every interface;
an empty prefix list permits everything (IOS-XE 17 command references; FRRouting user manual).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import STILL_IN_USE, Obstacle, Scene

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

_VLAN_USE = (
    r"^(?:interface Vlan|switchport (?:access|voice|phone|trunk native) vlan |authentication event .* vlan"
    r" |(?:aaa unresponsive|dot1x) .* vlan ){name}$"
)
_DEFINITIONS = (
    (re.compile(r"^vrf definition (\S+)$"), r"(?:^| )vrf (?:forwarding )?{name}(?: |$)"),
    (re.compile(r"^vrf instance (\S+)$"), r"(?:^| )vrf {name}(?: |$)"),
    (re.compile(r"^host vrf (\S+)$"), r"(?:^| )vrf {name}(?: |$)"),
    (re.compile(r"^vrf (\S+)$"), r"^(?:interface|router) .* ?vrf {name}$"),
    (re.compile(r"^policy-map (\S+)$"), r"^service-policy (?:input |output )?{name}$"),
    (re.compile(r"^class-map (?:match-\S+ )?(\S+)$"), r"^(?:class|match class-map) {name}$"),
    (re.compile(r"^route-map (\S+) "), r"(?:^| )route-map {name}(?: |$)"),
    (re.compile(r"^ip access-list \S+ (\S+)$"), r"(?:^ip access-group|^access-class|access-group name) {name}(?: |$)"),
    (re.compile(r"^vlan (\d+)$"), _VLAN_USE),
    (
        re.compile(r"^ip access-list (?!standard |extended )(\S+)$"),
        r"^ip access-group {name} |^match ip access-group {name}$",
    ),
    (re.compile(r"^policy-map type \S+ (\S+)$"), r"^service-policy type \S+ (?:input |output ){name}$"),
    (re.compile(r"^class-map type \S+ match-any (\S+)$"), r"^class {name}$"),
    (re.compile(r"^aaa group server \S+ (\S+)$"), r"^aaa .* group {name}(?: |$)"),
    (re.compile(r"^(?:radius|tacacs) server (\S+)$"), r"^server name {name}$"),
    (re.compile(r"^ip prefix-list (\S+) "), r"(?:^| )prefix-list {name}(?: |$)"),
)


def definitions_still_in_use(scene: Scene) -> Iterator[Obstacle]:
    """Find lines of others that refer to something whose definition is ours and goes."""
    for definition, use in _DEFINITIONS:
        there, stays = _defined(scene.running, definition), _defined(scene.candidate, definition)
        for name in sorted(there.keys() - stays.keys()):
            user = _first_use(scene.candidate, re.compile(use.format(name=re.escape(name))))
            if user is not None:
                yield Obstacle(
                    path=(there[name],),
                    rule=STILL_IN_USE,
                    expected="nobody else to use what goes with the service line",
                    found=" / ".join(user.path()),
                    remedy="Free it on the device first: the device would change the other's line too.",
                )


def _defined(root: HConfig, definition: re.Pattern[str]) -> dict[str, str]:
    found = ((definition.match(child.text), child.text) for child in root.children)
    return {match.group(1): text for match, text in found if match is not None}


def _first_use(node: HConfig | HConfigChild, use: re.Pattern[str]) -> HConfigChild | None:
    for child in node.children:
        below = child if use.search(child.text) else _first_use(child, use)
        if below is not None:
            return below
    return None
