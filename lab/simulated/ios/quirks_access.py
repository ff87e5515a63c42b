"""Special behaviour of what protects and feeds an access port: 802.1X, storm control, PoE, rate limits, access lists.

Sources: Catalyst 9000 (IOS-XE 17) security, layer 2 and interface and hardware configuration guides and command
references; what a port shows of it was compared with configurations of devices.
"""

from __future__ import annotations

import re

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.ios.passwords import as_stored
from lab.simulated.ios.quirks_vlan import layer_two

_HIDDEN = frozenset(
    {
        "authentication control-direction both",
        "authentication host-mode single-host",
        "authentication violation shutdown",
        "dot1x timeout tx-period 30",
        "dot1x timeout quiet-period 60",
        "dot1x timeout supp-timeout 30",
        "dot1x max-req 2",
        "dot1x max-reauth-req 2",
        "ip arp inspection limit rate 15",
        "ip arp inspection limit rate 15 burst interval 1",
    }
)
"""Defaults: taken, and not shown."""

_WATTS = re.compile(r"max (\d+)")
_LEAST_MILLIWATTS, _MOST_MILLIWATTS = 4000, 60000


def port_default(change: Change) -> str:
    """A line of a switch port whose default is hidden."""
    layer_two(change)
    if change.match.text in _HIDDEN:
        change.section.remove(*change.match.key)
    return ""


def port_control(change: Change) -> str:
    """802.1X is for static access ports: "not supported on trunk ports, dynamic ports" (security guide, 802.1x)."""
    match, section = change.match, change.section
    wanted = "" if match.negated or match.rule is None else match.words[-1]
    if wanted not in ("", "force-authorized") and section.value("switchport", "mode") != "access":
        raise Refusal(f"Command rejected: 802.1x is not supported on dynamic or trunk port {change.name}\n")
    layer_two(change)
    if wanted == "force-authorized":
        section.remove(*match.key)
    return ""


def voice_vlan(change: Change) -> str:
    """Port Fast comes with a voice VLAN by itself, and does not go with it (Catalyst 9000 VLAN guide, voice VLANs)."""
    layer_two(change)
    if (
        not change.match.negated
        and change.match.rule is not None
        and not change.section.get("spanning-tree", "portfast")
    ):
        change.section.store(match_line(change.section.mode, change.configuration.kind, "spanning-tree portfast"))
    return ""


def storm_level(change: Change) -> str:
    """A level in percent is shown with two decimals; packets or bits a second replace it, and are replaced by it."""
    match, section = change.match, change.section
    start = match.words[:3]
    if match.negated or match.rule is None:
        layer_two(change)
        section.remove(*start)
        return ""
    words = match.words
    if words[3] not in ("pps", "bps"):
        levels = [word for word in (words[3], *words[4].split()) if word] if len(words) > 4 else [words[3]]
        if not all(re.fullmatch(r"\d{1,3}(\.\d{1,2})?", level) and float(level) <= 100 for level in levels):
            raise change.refusal(3)
        words = (*start, f"{float(levels[0]):.2f}", " ".join(f"{float(level):.2f}" for level in levels[1:]))
    layer_two(change)
    section.remove(*start)
    if words[3:] != ("100.00", ""):
        section.store(match, words)
    return ""


def power_inline(change: Change) -> str:
    """Power of a port: between 4000 and 60000 milliwatts, and `auto` is what every port does."""
    match, section = change.match, change.section
    if match.negated or match.rule is None:
        section.entries.pop(("power", "inline"), None)
        return ""
    most = _WATTS.fullmatch(match.words[3]) if len(match.words) > 3 and match.words[3] else None
    if len(match.words) > 3 and match.words[3] and most is None:
        raise change.refusal(3)
    if most is not None and not _LEAST_MILLIWATTS <= int(most[1]) <= _MOST_MILLIWATTS:
        raise change.refusal(3)
    layer_two(change)
    if match.text == "power inline auto":
        section.entries.pop(("power", "inline"), None)
    return ""


def access_group(change: Change) -> str:
    """One access list a direction: another one replaces it."""
    match, section = change.match, change.section
    for entry in section.starting("ip", "access-group"):
        if not match.negated and entry.words[3] == match.words[3]:
            section.entries.pop(entry.words, None)
    change.keep()
    return ""


def server_key(change: Change) -> str:
    """The key of a server is obscured as every password is."""
    match = change.match
    if match.negated or match.rule is None:
        change.keep()
    else:
        change.keep_as("key", as_stored(change, match.words[1]))
    return ""


QUIRKS = {
    "port_default": port_default,
    "port_control": port_control,
    "voice_vlan": voice_vlan,
    "storm_level": storm_level,
    "power_inline": power_inline,
    "access_group": access_group,
    "server_key": server_key,
}
