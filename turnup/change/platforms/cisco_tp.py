"""The configuration language of Cisco RoomOS: `xConfiguration PATH: VALUE`, one line a setting, none below another.

A codec lists every setting, those that nobody ever set too: what we replace was there before, and is put back at the
end. It has no revert timer, no candidate and nothing to save. Source: Cisco RoomOS 11 API reference guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from turnup.change.platforms.language import Interrupts, Language, Obstacle, Scene
from turnup.change.platforms.secrets import SecretPlace

_LINE = re.compile(r"^(?:\*c )?xConfiguration (\S.*?): (.*\S)$")
_SETTING = r"^xConfiguration (.+?): "
_VLAN = "xConfiguration Network 1 VLAN Voice "
_HIDDEN = "xConfiguration SIP Authentication Password: "
_NO_TIMER = "Watch the device while it changes: each setting is in force at once, and the way back is typed by Turnup."
_VLAN_REMEDY = "Let the switch tell the VLAN (Voice Mode: Auto), or have somebody at the codec who can set it back."


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn what `xConfiguration //` printed into lines; what ends an answer is left out."""
    found = (_LINE.match(line.strip()) for line in text.replace("\r", "").split("\n"))
    return tuple((0, f"xConfiguration {match.group(1)}: {match.group(2)}") for match in found if match is not None)


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find what a codec would refuse, and say what it cannot do."""
    running = {_path_of(child.text) for child in scene.running.children}
    changes = [child.text for child in scene.declared.children if child.text not in _texts(scene)]
    for text in changes if running else ():
        if _path_of(text) not in running:
            expected = "a setting that the codec lists"
            yield Obstacle((text,), "no-such-setting", expected, "none of that name", "Look at its software release.")
    if changes:
        expected = "a device that takes a change back by itself"
        yield Obstacle((changes[0],), "no-transaction", expected, "RoomOS, which cannot", _NO_TIMER, refuses=False)
    for text in changes:
        if text.startswith(_VLAN) and not text.endswith(": Auto"):
            expected = "a codec that stays within reach"
            yield Obstacle((text,), "may-cut-access", expected, "another VLAN", _VLAN_REMEDY, refuses=False)


def _texts(scene: Scene) -> frozenset[str]:
    return frozenset(child.text for child in scene.running.children)


def _path_of(text: str) -> str:
    return text.partition(": ")[0]


CISCO_TP = Language(
    normalise=normalise,
    single_valued=((_SETTING,),),
    last=((rf"^{_VLAN}",),),
    secret_places=(SecretPlace(f'{_HIDDEN}"SECRET"', ("xConfiguration",), re.compile(rf'({_HIDDEN}")([^"]+)(")')),),
    plain_of=lambda _stored: None,
    never_typed=(
        re.compile(r"^no "),
        re.compile(
            r"^xConfiguration (?:SystemUnit Name|NetworkServices SSH|UserManagement|Security|Network 1 IPv[46])\b"
        ),
        re.compile(r'"\*\*\*"$'),
        re.compile(r"\|"),
    ),
    not_taken_over=(re.compile(rf'^{_HIDDEN}"<hashed:'),),
    obstacles=obstacles,
    interrupts=(
        Interrupts((r"^xConfiguration (SIP|NetworkServices SIP|Provisioning) ",), 0, 60, "the room registers anew"),
        Interrupts((rf"^({_VLAN})",), 30, 300, "the codec moves to another VLAN"),
    ),
    takes_back=False,
    mode_exit=False,
)
"""Cisco RoomOS."""
