"""Behaviour of Arista EOS that no table can say.

Source: EOS User Manual 4.31, chapters VLANs, Spanning Tree Protocol, IPv4. Words that the manual does not print, such
as those about overlapping subnets, are near to what devices say and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Interface

from lab.simulated.configuration import PHYSICAL, Change
from lab.simulated.eos.vlan_lists import compress, numbers_in
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.tree import Section

ALL_VLANS = frozenset(range(1, 4095))
_DEFAULT_VLAN = 1
_STORM = re.compile(r"(100(\.0+)?|\d{1,2}(\.\d+)?|pps \d+)")
_WATTS = re.compile(r"(?:(?P<watts>\d+(?:\.\d+)?) watts|(?P<class>class \d))(?P<fixed> fixed)?")


def nothing(_change: Change) -> str:
    """`end` comes with a loaded file and changes nothing."""
    return ""


def vlan(change: Change) -> str:
    """`vlan 10,20` makes both and stands in both; VLAN 1 cannot be removed."""
    numbers = numbers_in(change.match.words[1])
    if change.match.negated:
        if _DEFAULT_VLAN in numbers:
            raise Refusal("% Default VLAN cannot be deleted\n")
        for number in numbers:
            change.section.remove("vlan", str(number))
        return ""
    for number in sorted(numbers):
        known = change.section.get("vlan", str(number))
        change.open(known or change.section.store(change.match, ("vlan", str(number))))
        if number == _DEFAULT_VLAN and known is None:
            del change.section.entries["vlan", str(number)]
    return ""


def interface(change: Change) -> str:
    """Hardware is there or is not; others come and go. `no` on hardware clears what is below it."""
    name = change.match.words[1]
    if PHYSICAL.match(name) and name not in change.configuration.hardware:
        raise change.refusal(1)
    if name.startswith("Vlan") and not 1 <= int(name[4:]) <= 4094:
        raise change.refusal(1)
    if not change.match.negated:
        change.keep()
        return ""
    entry = change.section.get("interface", name)
    if PHYSICAL.match(name) and entry is not None and entry.section is not None:
        entry.section.entries.clear()
        return ""
    change.section.remove("interface", name)
    return ""


def ip_routing(change: Change) -> str:
    """Off unless switched on; both are shown."""
    change.section.entries.pop(("ip", "routing"), None)
    if not change.match.negated:
        change.keep()
    return ""


def _addresses(section: Section) -> Iterator[IPv4Interface]:
    for entry in section.starting("ip", "address"):
        if len(entry.words) >= 3 and "/" in entry.words[2] and not entry.negated:
            yield IPv4Interface(entry.words[2])


def ip_address(change: Change) -> str:
    """An address is checked against its mask and every other interface of the VRF; a switched port keeps it unused."""
    match, section = change.match, change.section
    if match.negated or match.rule is None:
        change.keep()
        return ""
    _check_address(change, IPv4Interface(match.words[2]))
    if match.words[-1] != "secondary":
        section.entries.pop(("ip", "address"), None)
    change.keep()
    routed = not change.name.startswith(("Ethernet", "Port-Channel")) or ("switchport",) in section.entries
    said = f"! IP configuration will be ignored while interface {change.name} is not a routed port.\n"
    return "" if routed else said


def _check_address(change: Change, typed: IPv4Interface) -> None:
    network = typed.network
    if network.prefixlen < 31 and typed.ip in (network.network_address, network.broadcast_address):
        raise Refusal(f"% Invalid address {typed}: it is that of the subnet or of its broadcast\n")
    vrf = change.section.value("vrf")
    for other in change.configuration.interfaces():
        if other.section is None or other.words[1] == change.name or other.section.value("vrf") != vrf:
            continue
        if any(address.network.overlaps(network) for address in _addresses(other.section)):
            raise Refusal(f"% Address {typed} overlaps with an address of interface {other.words[1]}\n")


def vrf(change: Change) -> str:
    """An interface that changes its VRF loses its addresses."""
    former = change.section.value("vrf")
    change.keep()
    if change.section.value("vrf") != former:
        change.section.remove("ip", "address")
    return ""


def layer_two(change: Change) -> str:
    """Lines of a switch port; other interfaces do not know them, and defaults are not shown."""
    _check_port(change)
    change.keep()
    words = change.match.words
    if words[-2:] == ("mode", "access") or (words[-2:] == ("vlan", "1") and "native" in words):
        change.section.remove(*change.match.key)
    return ""


def _check_port(change: Change) -> None:
    if not change.name.startswith(("Ethernet", "Port-Channel")):
        raise change.refusal(0)


def switchport(change: Change) -> str:
    """`no switchport` makes a routed port; what was configured for switching is kept."""
    _check_port(change)
    change.keep()
    return ""


def access_vlan(change: Change) -> str:
    """A port may be put into a VLAN that is not there; VLAN 1 is not shown."""
    _check_port(change)
    change.keep()
    if change.match.words[-1] == "1":
        change.section.remove(*change.match.key)
    return ""


def trunk_vlans(change: Change) -> str:
    """The allowed list of a trunk: a bare list replaces, `add` and `remove` change it, `no` opens every VLAN."""
    _check_port(change)
    match, section = change.match, change.section
    start = match.words[:4]
    if match.negated or match.rule is None:
        section.remove(*start)
        return ""
    verb, _, text = match.words[4].partition(" ")
    shown = section.value(*start)
    present = frozenset[int]() if shown == "none" else numbers_in(shown) if shown else ALL_VLANS
    wanted = {
        "add": lambda: present | numbers_in(text),
        "remove": lambda: present - numbers_in(text),
        "except": lambda: ALL_VLANS - numbers_in(text),
        "none": lambda: frozenset[int](),
        "all": lambda: ALL_VLANS,
    }.get(verb, lambda: numbers_in(match.words[4]))()
    if wanted == ALL_VLANS:
        section.remove(*start)
    else:
        section.store(match, (*start, compress(wanted) or "none"))
    return ""


def spanning_priority(change: Change) -> str:
    """Priorities come in steps of 4096; VLANs of one priority are shown as one list."""
    match, section = change.match, change.section
    typed = numbers_in(match.words[2])
    if match.rule is not None and not match.negated and int(match.words[4]) % 4096:
        raise Refusal("% Bridge priority must be in increments of 4096\n")
    by_priority = {
        entry.words[4]: set(numbers_in(entry.words[2])) for entry in section.starting("spanning-tree", "vlan-id")
    }
    for vlans in by_priority.values():
        vlans -= typed
    if match.rule is not None and not match.negated and match.words[4] != "32768":
        by_priority.setdefault(match.words[4], set()).update(typed)
    section.remove("spanning-tree", "vlan-id")
    for priority, vlans in by_priority.items():
        if vlans:
            line = f"spanning-tree vlan-id {compress(vlans)} priority {priority}"
            section.store(match_line("config", change.configuration.kind, line))
    return ""


def port_control(change: Change) -> str:
    """Ports let everybody in unless told otherwise; that is not shown."""
    _check_port(change)
    change.keep()
    if change.match.words[-1] == "force-authorized":
        change.section.remove(*change.match.key)
    return ""


def storm_level(change: Change) -> str:
    """A level is a share of the bandwidth, or packets a second."""
    _check_port(change)
    if not change.match.negated and not _STORM.fullmatch(change.match.words[-1]):
        raise change.refusal()
    change.keep()
    return ""


def poe_limit(change: Change) -> str:
    """Watts are shown with two decimals."""
    match = change.match
    _check_port(change)
    if match.negated or match.rule is None:
        change.keep()
        return ""
    typed = _WATTS.fullmatch(match.words[-1])
    if typed is None or (typed["watts"] and not 4 <= float(typed["watts"]) <= 90):
        raise change.refusal()
    watts = f"{float(typed['watts']):.2f} watts" if typed["watts"] else typed["class"]
    change.keep_as("poe", "limit", f"{watts}{typed['fixed'] or ''}")
    return ""


def access_group(change: Change) -> str:
    """One access list a direction: another one replaces it."""
    for entry in change.section.starting("ip", "access-group"):
        if not change.match.negated and entry.words[3] == change.match.words[3]:
            change.section.entries.pop(entry.words, None)
    change.keep()
    return ""


def acl_entry(change: Change) -> str:
    """A number is used once; an entry goes by its number."""
    match, section = change.match, change.section
    number = match.words[0]
    standing = section.get(number)
    if match.negated:
        section.remove(number)
        return ""
    if standing is not None and standing.words != match.words:
        raise Refusal(f"% Duplicate sequence number {number}\n")
    change.keep()
    return ""


def server_key(change: Change) -> str:
    """A key that is typed in the clear is enciphered; a slot, which golden cases type, stands for itself."""
    *start, rest = change.match.words
    typed = re.fullmatch(r"(.*\bkey) (?:0 )?(\S+)", rest)
    if change.match.negated or typed is None or typed.group(2).startswith("<"):
        change.keep()
    else:
        change.keep_as(*start, f"{typed.group(1)} 7 {typed.group(2).encode().hex().upper()}")
    return ""


def snmp_user(change: Change) -> str:
    """Keys of users are bound to the engine and shown so; a slot, which golden cases type, stands for itself."""
    match = change.match
    if match.negated or match.rule is None:
        change.section.remove("snmp-server", "user", match.words[2])
        return ""
    typed = re.fullmatch(r"(\S+ v3) auth (md5|sha\d*) (\S+)(?: priv (des|aes\d*) (\S+))?", match.words[3])
    if typed is None:
        raise change.refusal(3)
    if typed.group(3).startswith("<"):
        change.keep()
        return ""
    keys = [sha256(each.encode()).hexdigest()[:40] for each in (typed.group(3), typed.group(5) or "")]
    words = f"{typed.group(1)} localized f5717f001c730f4c1200 auth {typed.group(2)} {keys[0]}"
    change.keep_as(
        "snmp-server", "user", match.words[2], words + (f" priv {typed.group(4)} {keys[1]}" if typed.group(4) else "")
    )
    return ""


QUIRKS = {
    "snmp_user": snmp_user,
    "port_control": port_control,
    "storm_level": storm_level,
    "poe_limit": poe_limit,
    "access_group": access_group,
    "acl_entry": acl_entry,
    "server_key": server_key,
    "nothing": nothing,
    "vlan": vlan,
    "interface": interface,
    "ip_routing": ip_routing,
    "ip_address": ip_address,
    "vrf": vrf,
    "layer_two": layer_two,
    "switchport": switchport,
    "access_vlan": access_vlan,
    "trunk_vlans": trunk_vlans,
    "spanning_priority": spanning_priority,
}
"""Name to behaviour."""
