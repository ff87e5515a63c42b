"""Special behaviour of BGP, static routes and prefix lists."""

from __future__ import annotations

from ipaddress import IPv4Network

from lab.simulated.configuration import Change
from lab.simulated.grammar import Refusal, match_line
from lab.simulated.ios.passwords import as_stored


def router_bgp(change: Change) -> str:
    """One BGP process a device."""
    running = next(iter(change.section.starting("router", "bgp")), None)
    if running and running.words[2] != change.match.words[2] and not change.match.negated:
        raise Refusal(f"BGP is already running; AS is {running.words[2]}\n")
    change.keep()
    if running is None and change.opened and change.opened[0].section is not None:
        change.opened[0].section.store(
            match_line("config-router", change.configuration.kind, "bgp log-neighbor-changes")
        )
    return ""


def log_changes(change: Change) -> str:
    """On in every new process, and shown both when on and when off."""
    change.section.store(change.match)
    return ""


def network(change: Change) -> str:
    """The mask of a classful network (RFC 791) is not shown."""
    match = change.match
    first = int(match.words[1].split(".")[0])
    octets = 1 if first < 128 else 2 if first < 192 else 3
    classful = ".".join(["255"] * octets + ["0"] * (4 - octets))
    if match.words[3] != classful:
        change.keep()
        return ""
    bare = match_line(change.section.mode, change.configuration.kind, f"network {match.words[1]}")
    if match.negated:
        change.section.remove(*bare.words)
    else:
        change.section.store(bare)
    return ""


def bgp_vrf(change: Change) -> str:
    """An address family of a VRF needs the VRF, with a route distinguisher."""
    name = change.match.words[3]
    vrf = change.configuration.section("vrf", "definition", name)
    if not change.match.negated and (vrf is None or vrf.get("rd") is None):
        raise Refusal(f"%VRF {name} does not exist or does not have a RD.\n")
    change.keep()
    return ""


def address_family(change: Change) -> str:
    """`unicast` is understood and not shown."""
    match = change.match
    shown = tuple(word for word in match.words if word not in ("unicast", ""))
    if match.negated:
        change.section.remove(*shown)
    else:
        change.keep_as(*shown)
    return ""


def neighbor(change: Change) -> str:
    """A neighbour begins with its AS; in a VRF that activates it too."""
    match, section = change.match, change.section
    peer = match.words[1]
    if match.negated or match.rule is None:
        section.remove(*match.key)
        if match.words[2:3] == ("remote-as",):
            section.remove("neighbor", peer)
        return ""
    in_vrf = section.mode == "config-router-af" and _is_vrf(change)
    known = section if in_vrf or section.mode == "config-router" else change.configuration.bgp() or section
    started = any(known.get("neighbor", peer, word) for word in ("remote-as", "peer-group"))
    if match.words[2] not in ("remote-as", "peer-group") and not started:
        raise Refusal("% Specify remote-as or peer-group commands first\n")
    if match.words[2] == "password":
        change.keep_as("neighbor", peer, "password", as_stored(change, match.words[3]))
        return ""
    change.keep()
    if in_vrf and match.words[2] == "remote-as":
        section.store(match_line(section.mode, change.configuration.kind, f"neighbor {peer} activate"))
    return ""


def _is_vrf(change: Change) -> bool:
    bgp = change.configuration.bgp()
    if bgp is None:
        return False
    return any(entry.section is change.section for entry in bgp.starting("address-family", "ipv4", "vrf"))


def neighbor_filter(change: Change) -> str:
    """One filter of a kind and direction: another name replaces it."""
    match, section = change.match, change.section
    if match.rule is not None and len(match.words) == 5:
        for entry in section.starting(*match.words[:3]):
            if entry.words[4] == match.words[4] and not match.negated:
                section.remove(*entry.words[:4])
    return neighbor(change)


def static_route(change: Change) -> str:
    """The network must fit its mask, and the VRF exist."""
    words = change.match.words
    at = 4 if words[2] == "vrf" else 2
    if at == 4 and change.configuration.root.get("vrf", "definition", words[3]) is None:
        raise Refusal(f"% VRF {words[3]} does not exist\n")
    network = IPv4Network(f"{words[at]}/{words[at + 1]}", strict=False)
    if str(network.network_address) != words[at]:
        raise Refusal("%Inconsistent address and mask\n")
    change.keep()
    return ""


def prefix_list(change: Change) -> str:
    """A sequence number is used once; without one the next multiple of 5 is taken."""
    match, section = change.match, change.section
    name = match.words[2]
    if match.words[3] == "seq":
        number, text = match.words[4], " ".join(word for word in match.words[5:] if word)
    else:
        number, text = "", " ".join(word for word in match.words[3:] if word)
    entries = {entry.words[4]: entry for entry in section.starting("ip", "prefix-list", name, "seq")}
    same = next((key for key, entry in entries.items() if entry.value == text), None)
    if match.negated:
        doomed = number or same
        if doomed is None or not section.remove("ip", "prefix-list", name, "seq", doomed):
            raise Refusal("%Can't find specified prefix list\n")
        return ""
    if number in entries and entries[number].value != text:
        raise Refusal(f"%Insertion failed - prefix-list entry exists:\n  seq {number} {entries[number].value}\n")
    if same is None:
        number = number or str(5 + 5 * (max((int(key) for key in entries), default=0) // 5))
        line = f"ip prefix-list {name} seq {number} {text}"
        section.store(match_line("config", change.configuration.kind, line))
    return ""


QUIRKS = {
    "router_bgp": router_bgp,
    "log_changes": log_changes,
    "network": network,
    "bgp_vrf": bgp_vrf,
    "address_family": address_family,
    "neighbor": neighbor,
    "neighbor_filter": neighbor_filter,
    "static_route": static_route,
    "prefix_list": prefix_list,
}
