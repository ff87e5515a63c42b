"""What of an access port Cisco IOS takes off by fewer words than it shows, and what begins when it is protected.

Sources: IOS-XE 17 (Catalyst 9000) command references, the `no` form of each; security configuration guide, IEEE 802.1x
port-based authentication and dynamic ARP inspection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Obstacle, Scene
from turnup.change.platforms.switch_ports import named

if TYPE_CHECKING:
    from hier_config import HConfigChild

_SHORT = re.compile(
    r"(no (?:snmp-server user \S+ \S+ v3|storm-control (?:broadcast|multicast|unicast) level|ip arp inspection limit"
    r"|ip dhcp snooping limit rate|power inline(?= (?:auto|static|never)))) .+"
)
_INSPECTED = re.compile(r"ip arp inspection vlan (\d+)")
_AUTO = "authentication port-control auto"
_NEW_STYLE = re.compile(r"^(access-session |service-policy type control subscriber )")


def removal(line: str) -> str | None:
    """Say by which words a line of a port, or a user, is taken off; none for one that is taken off by all its words."""
    match = _SHORT.fullmatch(line)
    return None if match is None else match.group(1)


def access_begins(scene: Scene) -> Iterator[Obstacle]:
    """Find ports and VLANs in use that begin to be protected: hosts are asked who they are, or for their lease."""
    for port in named(scene.declared, "interface "):
        here = scene.running.children.get(port.text)
        if here is None or _AUTO not in port.children:
            continue
        yield from _new_style(port, here)
        access = next((each.text for each in port.children if each.text.startswith("switchport access vlan ")), "")
        if access in here.children and _AUTO not in here.children:
            yield Obstacle(
                path=(port.text, _AUTO),
                rule="authentication-begins",
                expected="a port that nobody uses yet, or that asks already",
                found=f"{access} without 802.1X",
                remedy="Its hosts are cut off until the RADIUS server lets them in: enter them there first.",
                refuses=False,
            )
    yield from _inspection_begins(scene)


def _new_style(port: HConfigChild, here: HConfigChild) -> Iterator[Obstacle]:
    """A device that was converted to the new style takes no `authentication event` and no order any more."""
    line = next((each.text for each in here.children if _NEW_STYLE.match(each.text)), "")
    if line:
        yield Obstacle(
            path=(port.text, _AUTO),
            rule="new-style-authentication",
            expected="a port whose authentication is configured in the legacy style",
            found=line,
            remedy="Set it back by hand (`authentication display legacy`), or order the port without 802.1X.",
        )


def _inspection_begins(scene: Scene) -> Iterator[Obstacle]:
    for line in scene.declared.children:
        match = _INSPECTED.fullmatch(line.text)
        if match and line.text not in scene.running.children and f"vlan {match.group(1)}" in scene.running.children:
            yield Obstacle(
                path=(line.text,),
                rule="inspection-begins",
                expected="a VLAN without hosts, or one whose leases the switch has seen",
                found=f"vlan {match.group(1)}, which is in use",
                remedy="Its hosts are cut off until they renew their lease; those with fixed addresses for good.",
                refuses=False,
            )
