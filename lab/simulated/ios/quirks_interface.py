"""Special behaviour of interfaces and their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface

from lab.simulated.configuration import PHYSICAL, Change, Configuration
from lab.simulated.grammar import Refusal
from lab.simulated.kinds import DeviceKind
from lab.simulated.tree import Section

_SUBINTERFACE_RULE = """
% Configuring IP routing on a LAN subinterface is only allowed if that
subinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,
or ISL vLAN.

"""
_SUBINTERFACE_GONE = (
    "% Not all config may be removed and may reappear after reactivating the logical-interface/sub-interfaces\n"
)


def interface(change: Change) -> str:
    """Hardware is there or is not; SVIs, loopbacks and subinterfaces come and go."""
    match, root = change.match, change.section
    name = match.words[1]
    if not _may_exist(change.configuration, name):
        raise change.refusal(1)
    if not match.negated:
        change.keep()
        return ""
    if PHYSICAL.match(name):
        raise Refusal("% Removal of physical interfaces is not permitted\n")
    root.remove("interface", name)
    return _SUBINTERFACE_GONE if "." in name else ""


def voice_port(change: Change) -> str:
    """A port of a voice card is hardware too: it is configured, and stays."""
    if change.match.negated:
        raise Refusal("% Removal of physical interfaces is not permitted\n")
    change.keep()
    return ""


def _may_exist(configuration: Configuration, name: str) -> bool:
    parent, _, number = name.partition(".")
    if number:
        return configuration.kind is DeviceKind.ROUTER and parent in configuration.hardware
    if name.startswith("Vlan"):
        return configuration.kind is DeviceKind.SWITCH and 1 <= int(name[4:]) <= 4094
    return not PHYSICAL.match(name) or name in configuration.hardware


def _addresses(section: Section) -> Iterator[IPv4Interface]:
    for entry in section.starting("ip", "address"):
        if len(entry.words) >= 4 and not entry.negated:
            yield IPv4Interface(f"{entry.words[2]}/{entry.words[3]}")


def ip_address(change: Change) -> str:
    """An address is checked against its mask and against every other interface of the VRF."""
    match, section = change.match, change.section
    if match.negated or match.rule is None:
        kept = section.value("ip", "address")
        typed = " ".join(match.words[2:4])
        if typed and match.words[-1] != "secondary" and kept and typed != kept:
            raise Refusal("% Invalid address\n")
        change.keep()
        return ""
    _check_layer_three(change)
    if len(match.words) >= 4:
        _check_address(change, IPv4Interface(f"{match.words[2]}/{match.words[3]}"))
    if match.words[-1] != "secondary":
        section.entries.pop(("ip", "address"), None)
    change.keep()
    return ""


def _check_layer_three(change: Change) -> None:
    name, section = change.name, change.section
    is_switch = change.configuration.kind is DeviceKind.SWITCH
    if is_switch and PHYSICAL.match(name) and ("switchport",) not in section.entries:
        raise change.refusal(1)
    if "." in name and not any(section.starting("encapsulation")):
        raise Refusal(_SUBINTERFACE_RULE)


def _check_address(change: Change, typed: IPv4Interface) -> None:
    network = typed.network
    if network.prefixlen < 31 and typed.ip in (network.network_address, network.broadcast_address):
        raise Refusal(f"Bad mask /{network.prefixlen} for address {typed.ip}\n")
    vrf = change.section.value("vrf", "forwarding")
    for other in change.configuration.interfaces():
        if other.section is None or other.words[1] == change.name:
            continue
        if other.section.value("vrf", "forwarding") != vrf:
            continue
        if any(address.network.overlaps(network) for address in _addresses(other.section)):
            raise Refusal(f"% {network.network_address} overlaps with {other.words[1]}\n")


def vrf_forwarding(change: Change) -> str:
    """Moving an interface into or out of a VRF takes its addresses away, and says so."""
    match, section = change.match, change.section
    former = section.value("vrf", "forwarding")
    wanted = "" if match.negated or match.rule is None else match.words[2]
    if wanted and change.configuration.root.get("vrf", "definition", wanted) is None:
        raise Refusal(f"% VRF {wanted} not configured.\n")
    if wanted == former:
        return ""
    had_address = section.remove("ip", "address")
    change.keep()
    if not had_address:
        return ""
    way, vrf = ("enabling", wanted) if wanted else ("disabling", former)
    return f"% Interface {change.name} IPv4 disabled and address(es) removed due to {way} VRF {vrf}\n"


def vrf_definition(change: Change) -> str:
    """Removing a VRF takes everything that was bound to it."""
    name, root = change.match.words[2], change.section
    if not change.match.negated:
        change.keep()
        return ""
    if not root.remove("vrf", "definition", name):
        raise Refusal(f"% No VRF named {name}\n")
    for entry in root.starting("interface"):
        if entry.section is not None and entry.section.value("vrf", "forwarding") == name:
            entry.section.remove("vrf", "forwarding")
            entry.section.remove("ip", "address")
    root.remove("ip", "route", "vrf", name)
    bgp = change.configuration.bgp()
    if bgp is not None:
        bgp.remove("address-family", "ipv4", "vrf", name)
    return f"% IPv4 and IPv6 addresses from all interfaces in VRF {name} have been removed\n"


def encapsulation(change: Change) -> str:
    """Only a subinterface is tagged, each with a number of its own."""
    match = change.match
    if "." not in change.name:
        raise change.refusal(0)
    if match.negated or match.rule is None:
        change.keep()
        return ""
    parent = change.name.partition(".")[0]
    for other in change.configuration.interfaces():
        same = other.section and other.section.value("encapsulation", "dot1Q") == match.words[2]
        if same and other.words[1] != change.name and re.match(rf"{re.escape(parent)}\.", other.words[1]):
            raise Refusal(
                "%Configuration of multiple subinterfaces of the same main\n"
                f"interface with the same VID ({match.words[2]}) is not permitted.\n"
                f"This VID is already configured on {other.words[1]}.\n"
            )
    change.keep()
    return ""


QUIRKS = {
    "interface": interface,
    "voice_port": voice_port,
    "ip_address": ip_address,
    "vrf_forwarding": vrf_forwarding,
    "vrf_definition": vrf_definition,
    "encapsulation": encapsulation,
}
