"""The `show` commands of a CUBE: dial peers, what answers OPTIONS, analogue ports, and where a number would go.

Formats: Cisco IOS Voice Command Reference, `show dial-peer voice`, `show dialplan number`, `show voice port`; CUBE
Configuration Guide, "OPTIONS ping group" (`show voice class sip-options-keepalive`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.simulated.tree import Entry, Section

if TYPE_CHECKING:
    from lab.simulated.device import Device

_PEERS_HEAD = r"""dial-peer hunt 0
             AD                                    PRE PASS SESS-SER-GRP\     OUT
TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET       STAT PORT    KEEPALIVE    VRF
"""
_PEERS_FOOT = "For server-grp details please execute command:show voice class server-group <tag_id>\n"
_PORTS_HEAD = """\
                                           IN       OUT
PORT            CH   SIG-TYPE   ADMIN OPER STATUS   STATUS   EC
=============== == ============ ===== ==== ======== ======== ==
"""
_KEEPALIVE = """\
Voice class sip-options-keepalive: {tag:<13}AdminStat: Up
 Description: {description}
 Transport: {transport:<21}Sip Profiles: 0
 Interval(seconds) Up: {up:<18}Down: {down}
 Retry: {retry}

  Peer Tag      Server Group    OOD SessID      OOD Stat        IfIndex
  --------      ------------    ----------      --------        -------
"""
_PEER = """\
VoiceOverIpPeer{tag}
        peer type = voice, system default peer = FALSE, information type = voice,
        description = `{description}',
        tag = {tag}, destination-pattern = `{pattern}',
        voice reg type = 0, corresponding tag = 0,
        Admin state is up, Operation state is up,
        Matched: {number}   Digits: {digits}
        Target: {target}

"""


def _peers(device: Device) -> Iterator[tuple[Entry, Section]]:
    peers = device.running.root.starting("dial-peer", "voice")
    return ((entry, entry.section) for entry in sorted(peers, key=lambda each: int(each.words[2])) if entry.section)


def _addresses(device: Device, group: str) -> list[str]:
    """The servers of a group."""
    found = device.running.section("voice", "class", "server-group", group)
    return [entry.words[1] for entry in found.starting("ipv4")] if found else []


def _patterns(device: Device, peer: Section) -> list[str]:
    """What is called by a peer: its own pattern, or those of its map."""
    own = peer.value("destination-pattern")
    found = device.running.section("voice", "class", "e164-pattern-map", peer.value("destination", "e164-pattern-map"))
    return [own] if own else [entry.words[1] for entry in found.starting("e164")] if found else []


def _targets(device: Device, peer: Section) -> list[str]:
    group = peer.value("session", "server-group")
    target = peer.value("session", "target").removeprefix("ipv4:")
    return _addresses(device, group) if group else [target] if target else []


def _works(device: Device, kind: str, peer: Section) -> bool:
    """A peer is up that can send a call somewhere, or that can be found for one that comes."""
    if peer.get("shutdown"):
        return False
    if kind == "pots":
        return bool(peer.value("destination-pattern") and _port_works(device, peer.value("port")))
    uris = [entry.value for entry in peer.starting("incoming", "uri")]
    known = [uri for uri in uris if device.running.section("voice", "class", "uri", uri, "sip")]
    return bool(known or peer.get("incoming", "called-number") or (_patterns(device, peer) and _targets(device, peer)))


def _port_works(device: Device, port: str) -> bool:
    section = device.running.section("voice-port", port)
    return section is not None and not section.get("shutdown") and device.is_reached(port)


def _keepalive(device: Device, peer: Section) -> str:
    if not peer.get("voice-class", "sip", "options-keepalive"):
        return ""
    answered = [device.is_reached(target) for target in _targets(device, peer)]
    return "active" if all(answered) else "partial" if any(answered) else "busyout"


def dial_peers(device: Device) -> str:
    """`show dial-peer voice summary`."""
    rows = [_PEERS_HEAD]
    for entry, peer in _peers(device):
        tag, kind = entry.words[2], entry.words[3]
        admin = "down" if peer.get("shutdown") else "up"
        oper = "up" if _works(device, kind, peer) else "down"
        mapped = peer.value("destination", "e164-pattern-map")
        called = peer.value("destination-pattern") or (f"map:{mapped}" if mapped else "")
        row = f"{tag:<6} {kind:<5} {admin:<4} {oper:<4} {'':<9} {called:<18} {peer.value('preference') or '0':<3}"
        group, port = peer.value("session", "server-group"), peer.value("port")
        if kind == "pots":
            rows.append(f"{row}{'':<23} {oper:<4} {port}\n")
            continue
        target = f"SESS-SVR-GRP: {group}" if group else peer.value("session", "target")
        rows.append(f"{row} syst {target:<30} {_keepalive(device, peer):<10} NA\n")
    return "".join((*rows, _PEERS_FOOT))


def voice_ports(device: Device) -> str:
    """`show voice port summary`; a port in which nothing is called is dormant."""
    rows = [_PORTS_HEAD]
    for entry in device.running.root.starting("voice-port"):
        admin = "down" if entry.section and entry.section.get("shutdown") else "up"
        oper = "dorm" if _port_works(device, entry.words[1]) else "down"
        rows.append(f"{entry.words[1]:<15} --   fxs-ls     {admin:<5} {oper:<4} on-hook  idle     y\n")
    return "".join(rows)


def options_keepalive(device: Device, tag: str) -> str:
    """`show voice class sip-options-keepalive TAG`: the peers of a profile, and whether their servers answer."""
    profile = device.running.section("voice", "class", "sip-options-keepalive", tag)
    if profile is None:
        return f"voice class sip-options-keepalive {tag} does not exist\n"
    rows = [
        _KEEPALIVE.format(
            tag=tag,
            description=profile.value("description"),
            transport=profile.value("transport") or "system",
            up=profile.value("up-interval") or "60",
            down=profile.value("down-interval") or "30",
            retry=profile.value("retry") or "5",
        )
    ]
    words = f"profile {tag}"
    peers = [each for each in _peers(device) if each[1].value("voice-class", "sip", "options-keepalive") == words]
    groups = dict.fromkeys(peer.value("session", "server-group") for _, peer in peers)
    for entry, peer in peers:
        group = peer.value("session", "server-group")
        rows.append(f"  {entry.words[2]:<13} {group:<31} {_group_state(device, group):<15} {entry.words[2]}\n")
    rows += [_group_rows(device, group) for group in groups]
    return "".join((*rows, "\n------------------------------------------------------\n"))


def _group_state(device: Device, group: str) -> str:
    return "Active" if any(map(device.is_reached, _addresses(device, group))) else "Busy"


def _group_rows(device: Device, group: str) -> str:
    state, addresses = _group_state(device, group), _addresses(device, group)
    rows = [f"\n  Server Group: {group:<17}OOD Stat: {state}\n   OOD SessID   OOD Stat\n   ----------   --------\n"]
    each = [(number, "Active" if device.is_reached(at) else "Busy") for number, at in enumerate(addresses, start=1)]
    rows += [f"   {number:<13}{state}\n" for number, state in each]
    return "".join(rows)


def dialplan(device: Device, number: str) -> str:
    """`show dialplan number NUMBER`: the peers that a call would take, the most specific first; nothing is dialled."""
    found = []
    for entry, peer in _peers(device):
        for pattern in _patterns(device, peer):
            if _works(device, entry.words[3], peer) and _fits(pattern, number):
                digits = len(re.match(r"\+?\d*", pattern)[0])  # type: ignore[index]  # it matches nothing, too
                found.append((-digits, int(peer.value("preference") or 0), int(entry.words[2]), pattern, peer))
    if not found:
        return f"Macro Exp.: {number}\nNo match, result=-1(NO_MATCH)\n"
    rows = [
        _PEER.format(
            tag=tag,
            description=peer.value("description"),
            pattern=pattern,
            number=number,
            digits=-digits,
            target=", ".join(_targets(device, peer)),
        )
        for digits, _, tag, pattern, peer in sorted(found, key=lambda each: each[:3])
    ]
    return "".join((f"Macro Exp.: {number}\n\n", *rows))


def _fits(pattern: str, number: str) -> bool:
    """Cisco IOS Voice Command Reference, `destination-pattern`: `.` a digit, `T` more digits, `$` no more."""
    expression = re.sub(r"[+*]", r"\\\g<0>", pattern.rstrip("$")).replace(".", r"\d")
    expression = re.sub(r"T$", r"\\d*", expression)
    return re.fullmatch(expression, number) is not None
