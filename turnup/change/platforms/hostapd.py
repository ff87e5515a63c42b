"""The canonical text of an access point or wired authenticator, as its on-device agent prints it.

    interface wlan0             a radio or port with its first network: it is the image's, its settings may be ours
     country_code=GB
    bss wlan0-corp of wlan0     a further network of the radio
     ssid2="LBHF-Corp"
     auth_server 1 203.0.113.13 1812 <secret:...>

Sources: hostapd.conf of hostapd 2.10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Interrupts, Language, Obstacle, Scene
from turnup.change.platforms.records import normalise

if TYPE_CHECKING:
    from hier_config import HConfigChild

_ANY = r"^(?:interface|bss) (\S+)(?: of \S+)?$"
_REJOIN = "the access point starts its radios again: its stations lose the network and come back"
_REMEDY = "Look at the access point with whoever configured it: two settings of one name contradict each other."


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find what hostapd would refuse of ours, or take otherwise, for what others have there."""
    yield from _names_on_the_air(scene)
    for section in scene.declared.children:
        there = scene.running.children.get(section.text)
        for line in there.children if there is not None else ():
            item, second, _ = line.text.partition(" occurrence ")
            if second and item.partition("=")[0] in {each.text.partition("=")[0] for each in section.children}:
                yield Obstacle((section.text,), "one-setting", "each setting once", line.text, _REMEDY)
        radio = f"interface {section.text.split(' ')[-1]}"
        if scene.running.children and radio not in scene.running.children:
            remedy = "Correct the radios or ports in the site's file, or have the device staged with it."
            yield Obstacle((section.text,), "interface-there", radio, "no such interface on the device", remedy)


def _names_on_the_air(scene: Scene) -> Iterator[Obstacle]:
    """A radio that sends one name twice: stations would join whichever they hear."""
    owned = {path[0] for path in scene.owned}
    theirs = {
        (_radio_of(section), line.text): section
        for section in scene.running.children
        for line in section.children
        if line.text.startswith("ssid2=") and section.text not in owned
    }
    for section in scene.declared.children:
        for line in section.children:
            other = theirs.get((_radio_of(section), line.text))
            if other is not None and other.text != section.text:
                remedy = "Order another name, or have the other network taken off the radio."
                yield Obstacle(
                    (section.text, line.text), "name-on-the-air", "the name once a radio", other.text, remedy
                )


def _radio_of(section: HConfigChild) -> str:
    return section.text.split(" ")[-1]


HOSTAPD = Language(
    normalise=normalise,
    single_valued=((_ANY, r"^([a-z][a-z0-9_]*)="), (_ANY, r"^(auth|acct)_server (\d+) ")),
    first=((_ANY, r"^(no )?ssid2="),),
    never_typed=(
        re.compile(r"^no interface "),
        re.compile(r"^ (no )?(driver|ctrl_interface\w*|logger_\w+|interface|bss|bssid|ssid|(?!vlan_)\w*file)="),
        re.compile(r"\boccurrence \d+$"),
        re.compile(r"<(hidden|hashed):[0-9a-f]+>$"),
    ),
    permanent=re.compile(r"^interface "),
    obstacles=obstacles,
    interrupts=(
        Interrupts((_ANY, r"^([a-z][a-z0-9_]*)="), 2, 30, _REJOIN),
        Interrupts((_ANY, r"^(auth|acct)_server (\d+) "), 2, 30, _REJOIN),
    ),
    mode_exit=False,
)
"""hostapd."""
