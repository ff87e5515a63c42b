"""The `show` commands that Arista EOS answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.configuration import PHYSICAL
from lab.simulated.eos.vlan_lists import numbers_in

if TYPE_CHECKING:
    from lab.simulated.device import Device

VERSION = "4.31.2F"


def configuration_header(device: Device, command: str) -> str:
    """What stands in front of a configuration."""
    return f"! Command: {command}\n! device: {device.hostname} ({device.spec.model}, EOS-{VERSION})\n"


def version(device: Device) -> str:
    """`show version`: model, serial number, release, uptime."""
    minutes = int((datetime.now(UTC) - device.booted_at).total_seconds() // 60)
    return (
        f"Arista {device.spec.model}\n"
        "Hardware version: 11.03\n"
        f"Serial number: {device.serial}\n"
        "Hardware MAC address: 0000.5e00.5301\n"
        "System MAC address: 0000.5e00.5301\n\n"
        f"Software image version: {VERSION}\n"
        "Architecture: i686\n"
        f"Internal build version: {VERSION}-35442176.4312F\n"
        "Image format version: 3.0\n"
        "Image optimization: Strata-4GB\n\n"
        f"Uptime: {minutes // 60} hours and {minutes % 60} minutes\n"
        "Total memory: 3952960 kB\n"
        "Free memory: 2054376 kB\n\n"
    )


def hostname(device: Device) -> str:
    """`show hostname`: the name, and the name with its domain."""
    return f"Hostname: {device.hostname}\nFQDN:     {device.hostname}\n"


def vlans(device: Device) -> str:
    """`show vlan`."""
    rows = ["VLAN  Name                             Status    Ports"]
    rows.append("----- -------------------------------- --------- -------------------------------")
    named = {1: "default"}
    for entry in device.running.root.starting("vlan"):
        number = int(entry.words[1])
        named[number] = (entry.section.value("name") if entry.section else "") or f"VLAN{number:04d}"
    for number, name in sorted(named.items()):
        rows.append(f"{number:<5} {name:<32} {'active':<9} {', '.join(_ports_in(device, number))}".rstrip())
    return "\n".join(rows) + "\n\n"


def _ports_in(device: Device, number: int) -> list[str]:
    ports = []
    for entry in device.running.interfaces():
        section = entry.section
        if section is None or not PHYSICAL.match(entry.words[1]) or not entry.words[1].startswith("Ethernet"):
            continue
        if section.value("switchport", "mode") == "trunk":
            listed = section.value("switchport", "trunk", "allowed", "vlan") or "1-4094"
            inside = listed != "none" and number in numbers_in(listed)
        else:
            inside = number == int(section.value("switchport", "access", "vlan") or 1)
        ports += [f"Et{entry.words[1].removeprefix('Ethernet')}"] if inside else []
    return ports


def logging(device: Device) -> str:
    """`show logging`."""
    head = "Syslog logging: enabled\n    Buffer logging: level debugging\n\nLog Buffer:\n"
    return head + "".join(f"{line}\n" for line in device.log)


def users(device: Device) -> str:
    """`show users`."""
    rows = ["    Line      User        Host(s)       Idle        Location"]
    rows += [
        f"   {number + 1:>2} vty {number + 2:<4} {session.user:<11} idle          00:00:01    127.0.0.1"
        for number, session in enumerate(device.sessions)
    ]
    return "\n".join(rows) + "\n"


SHOWS: dict[str, Callable[[Device], str]] = {
    "running-config": lambda device: device.running_text(),
    "startup-config": lambda device: device.startup_text(),
    "version": version,
    "hostname": hostname,
    "vlan": vlans,
    "vlan brief": vlans,
    "logging": logging,
    "users": users,
    "clock": lambda _: f"{datetime.now(UTC):%a %b %e %H:%M:%S %Y}\nTimezone: UTC\nClock source: local\n",
    "privilege": lambda _: "Current privilege level is 15\n",
}
"""The words after `show`, and who answers; what belongs to sessions is in `exec_mode`."""
