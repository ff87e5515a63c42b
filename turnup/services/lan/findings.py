"""What a platform cannot do of a LAN, and what becomes of hosts while a subnet changes: said in the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from turnup.findings import Finding, Severity
from turnup.service.intent import cannot
from turnup.sites import Platform

if TYPE_CHECKING:
    from turnup.services.lan.designs import SegmentDesign
    from turnup.services.lan.values import LanSwitch
    from turnup.sites import Device


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a platform cannot do.

    Attributes:
        wanted: whether the LAN asks for it on this switch.
    """

    feature: str
    consequence: str
    wanted: Callable[[LanSwitch], bool] = lambda _switch: True


_SNOOPING = Lack("DHCP snooping", "A rogue DHCP server on an access port is not stopped here.")
_INSPECTION = Lack("ARP inspection", "A host can take another's address here.", lambda switch: bool(switch.inspected))
_LACKS: dict[Platform, tuple[Lack, ...]] = {
    Platform.OVS: (
        _SNOOPING,
        Lack("spanning-tree portfast and bpduguard", "Do not cable loops behind access ports."),
        Lack("DHCP relay", "Put a relay or a DHCP server into the segment.", lambda switch: _relays(switch)),
        Lack(
            "storm control",
            "A host can flood its segment.",
            lambda switch: any(port.broadcast_percent or port.multicast_percent for port in switch.ports),
        ),
        _INSPECTION,
        Lack(
            "802.1X",
            "Whoever is plugged in is in the segment: lock the comms room.",
            lambda switch: switch.authentication is not None,
        ),
        Lack(
            "PoE", "Power the devices by injectors.", lambda switch: any(port.poe_milliwatts for port in switch.ports)
        ),
        Lack("a marking policy", "Marks of hosts are kept as they are.", lambda switch: bool(switch.policies)),
    ),
    Platform.ARISTA_EOS: (_SNOOPING, _INSPECTION),
    Platform.HOSTAPD: (
        Lack("VLANs", "All its ports are in one: give the port of the switch before it that VLAN, untagged."),
        _SNOOPING,
        _INSPECTION,
        Lack(
            "authentication by hardware address",
            "What cannot answer by 802.1X is not let in.",
            lambda switch: _asks(switch),
        ),
        Lack(
            "ports that open while no RADIUS server answers",
            "Nobody new is let in until one does.",
            lambda switch: any(port.critical_vlan is not None for port in switch.ports),
        ),
        Lack(
            "storm control",
            "A host can flood its segment.",
            lambda switch: any(port.broadcast_percent or port.multicast_percent for port in switch.ports),
        ),
        Lack(
            "PoE", "Power the devices by injectors.", lambda switch: any(port.poe_milliwatts for port in switch.ports)
        ),
        Lack("a marking policy", "Marks of hosts are kept as they are.", lambda switch: bool(switch.policies)),
    ),
    Platform.JUNIPER_JUNOS: (
        Lack(
            "limits of DHCP and ARP packets for each port",
            "A host can flood the switch with them up to what `ddos-protection` lets through.",
            lambda switch: any(port.dhcp_rate or port.arp_rate for port in switch.ports),
        ),
        Lack(
            "another limit for multicast than for broadcast",
            "The lower one holds for both together.",
            lambda switch: any(port.broadcast_percent and port.multicast_percent for port in switch.ports),
        ),
        Lack(
            "power that is kept for a port",
            "It is the most that the port gives; what is kept follows the class of the device.",
            lambda switch: any(port.poe_milliwatts for port in switch.ports),
        ),
        Lack(
            "a marking policy",
            "Marks of hosts are kept as they are, and served as best effort.",
            lambda switch: bool(switch.policies),
        ),
    ),
}
"""EOS' snooping only adds option 82, its inspection knows only addresses that were typed: User Manual, DHCP, ARP.

Junos: a storm control profile has one bandwidth (`storm-control-profiles`), `maximum-power` is a limit in class mode, a
layer 2 filter of EX sets no DSCP (`then`, family ethernet-switching).
"""


def _asks(switch: LanSwitch) -> bool:
    return any(port.authenticated for port in switch.ports)


def _relays(switch: LanSwitch) -> bool:
    return any(svi.dhcp_server is not None for svi in switch.svis)


def findings_for(segments: tuple[SegmentDesign, ...], switch: LanSwitch, device: Device) -> tuple[Finding, ...]:
    """Say what one switch cannot do, and what moves on it."""
    lacks = (each for each in _LACKS.get(device.platform, ()) if each.wanted(switch))
    return (
        *(cannot(device.name, device.platform, each.feature, each.consequence) for each in lacks),
        *(_moves(segments, device) if switch.svis else ()),
    )


_ONE_ADDRESS = frozenset({Platform.OVS})
"""Platforms on which a gateway has one address only."""


def _moves(segments: tuple[SegmentDesign, ...], device: Device) -> Iterator[Finding]:
    """Say of each segment that gets another subnet what becomes of hosts that still have an address of the former."""
    for segment in segments:
        for former in segment.former_gateways:
            yield Finding(
                file=device.name,
                line=0,
                field=f"segment {segment.name}",
                rule="subnet-changes",
                expected=f"{former.network}, which it had",
                found=f"{segment.subnet}",
                remedy=_remedy(device.platform),
                severity=Severity.WARNING,
            )


def _remedy(platform: Platform) -> str:
    if platform in _ONE_ADDRESS:
        return "This switch holds one address a VLAN: hosts are cut off until they have a new one; renew their leases."
    return (
        "Both are in force from now on. Hosts move as their leases are renewed; when none has an address of the former"
        " any more, plan and deliver this revision once more: then it goes."
    )
