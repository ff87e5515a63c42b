"""What IOS and EOS have in common about the ports and VLANs of a switch, and what of others stands in the way there.

Sources: IOS-XE 17 layer 2 command reference and EOS User Manual 4.31 (VLANs, Port Channels), `switchport`,
`channel-group`, `vlan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Obstacle, Scene

if TYPE_CHECKING:
    from hier_config import HConfig, HConfigChild

FORMER_SUBNET_GOES = "a former subnet goes: hosts that still have an address of it wait for their lease to be renewed"
NATIVE_MOVES = "untagged frames of a link go to another VLAN: spanning tree blocks it until both ends agree"
PHONES_MOVE = "telephones change their VLAN: they register anew"
FREE_IT = "Somebody else uses it: free it on the device or order another value."


def named(root: HConfig, prefix: str) -> Iterator[HConfigChild]:
    """The sections, or lines, of the top level that begin with a prefix."""
    return (child for child in root.children if child.text.startswith(prefix))


def value_in(section: HConfigChild | None, prefix: str) -> str:
    """What follows the prefix in the first line of a section that has it; empty when none has."""
    lines = () if section is None else section.children
    return next((line.text.removeprefix(prefix) for line in lines if line.text.startswith(prefix)), "")


def members_of_channels(scene: Scene) -> Iterator[Obstacle]:
    """IOS suspends a member of a channel whose VLANs differ from the channel's."""
    for port in named(scene.declared, "interface "):
        line = next((each.text for each in port.children if each.text.startswith("switchport ")), "")
        channel = value_in(scene.running.children.get(port.text), "channel-group ").split(" ")[0]
        if line and channel:
            yield Obstacle(
                path=(port.text, line),
                rule="channel-member",
                expected="a port that is no member of a channel",
                found=f"channel-group {channel}",
                remedy=f"Name Port-channel{channel} in the site's description in the place of its members.",
            )


def vlans_of_others(scene: Scene) -> Iterator[Obstacle]:
    """A VLAN without a name is somebody's too: IOS makes such ones when a port is put into them."""
    for vlan in named(scene.declared, "vlan "):
        here = scene.running.children.get(vlan.text)
        if here is not None and (vlan.text,) not in scene.owned and not value_in(here, "name "):
            yield Obstacle((vlan.text,), "not-taken-over", "no such VLAN", f"{vlan.text} without a name", FREE_IT)


def routed_ports(scene: Scene) -> Iterator[Obstacle]:
    """A port that somebody made a routed one switches nothing."""
    for port in named(scene.declared, "interface "):
        here = scene.candidate.children.get(port.text)
        line = next((each.text for each in port.children if each.text.startswith("switchport ")), "")
        if here is not None and line and "no switchport" in here.children:
            yield Obstacle((port.text, line), "routed-port", "a switch port", "no switchport", FREE_IT)


def value_at_top(root: HConfig, prefix: str) -> str:
    """What follows the prefix in the first line of the top level that has it; empty when none has."""
    return next((child.text.removeprefix(prefix) for child in named(root, prefix)), "")
