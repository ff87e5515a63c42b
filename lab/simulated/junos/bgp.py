"""`show bgp summary` of a Junos device: neighbours are up unless a link is down, and send what is let in.

Source: Junos OS BGP User Guide, "show bgp summary": a row a peer, and below it, while the session is established, one
for each table with active, received, accepted and damped routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from lab.simulated.junos.tree import Statement

if TYPE_CHECKING:
    from lab.simulated.device import Device

_COLUMNS = (
    "Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn"
    " State|#Active/Received/Accepted/Damped..."
)


def bgp_summary(device: Device, instance: str) -> str:
    """`show bgp summary instance X`; the instance's name is read whole, for no two here begin alike."""
    root = device.running.root
    found = root.find(("routing-instances",), (instance,))
    peers = list(_peers(found)) if found else []
    states = {peer.words[1]: _state(device, peer.words[1]) for _, peer in peers}
    down = sum(state != "Establ" for state in states.values())
    rows = [
        "Threading mode: BGP I/O",
        "Default eBGP mode: advertise - accept, receive - accept",
        f"Groups: {len({group for group, _ in peers})} Peers: {len(peers)} Down peers: {down}",
        _COLUMNS,
    ]
    for _, peer in peers:
        name, state = peer.words[1], states[peer.words[1]]
        asn = peer.find(("peer-as",))
        rows.append(f"{name:<20} {asn.words[1] if asn else '':>6} {10:>10} {10:>10} {0:>7} {0:>7} {'1:00':>11} {state}")
        if state == "Establ":
            count = _let_in(root, peer)
            rows.append(f"  {instance}.inet.0: {count}/{count}/{count}/0")
    return "".join(f"{row}\n" for row in rows)


def _peers(instance: Statement) -> Iterator[tuple[str, Statement]]:
    bgp = instance.find(("protocols",), ("bgp",))
    for group in (each for each in (bgp.ordered() if bgp else ()) if each.words[0] == "group"):
        yield from ((group.words[1], each) for each in group.ordered() if each.words[0] == "neighbor")


def _state(device: Device, peer: str) -> str:
    if not device.is_reached(peer):
        return "Idle"
    interfaces = device.running.root.find(("interfaces",))
    for port in interfaces.ordered() if interfaces else ():
        for unit in (each for each in port.ordered() if each.words[0] == "unit" and not port.find(("disable",))):
            inet = unit.find(("family",), ("inet",))
            addresses = (each.words[1] for each in inet.ordered() if each.words[0] == "address") if inet else ()
            if any(IPv4Address(peer) in IPv4Interface(each).network for each in addresses):
                return "Establ"
    return "Active"


def _let_in(root: Statement, peer: Statement) -> int:
    """A neighbour sends all prefixes of the lists that its import policies accept from; without any, one."""
    policies = [each.words[1] for each in peer.ordered() if each.words[0] == "import"]
    count = 0
    for policy in (root.find(("policy-options",), ("policy-statement", name)) for name in policies):
        for term in policy.ordered() if policy else ():
            source = term.find(("from",))
            lists = (each.words[1] for each in (source.ordered() if source else ()) if each.words[0] == "prefix-list")
            for name in lists:
                found = root.find(("policy-options",), ("prefix-list", name))
                count += len(found.below) if found else 0
    return count or 1
