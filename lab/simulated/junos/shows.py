"""The `show` commands that a Junos device answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.junos.commits import Commits
from lab.simulated.junos.tree import Statement

if TYPE_CHECKING:
    from lab.simulated.device import Device

VERSION = "21.4R3-S5.4"


def version(device: Device) -> str:
    """`show version`: hostname, model, release."""
    return (
        f"Hostname: {device.hostname}\nModel: {device.spec.model.lower()}\nJunos: {VERSION}\n"
        f"JUNOS OS Kernel 64-bit  [20230809.a4f8d77_builder_stable_12_214]\n"
        f"JUNOS EX  Software Suite [{VERSION}]\n"
    )


def hardware(device: Device) -> str:
    """`show chassis hardware`: the chassis with its serial number first."""
    return (
        "Hardware inventory:\n"
        "Item             Version  Part number  Serial number     Description\n"
        f"Chassis                                {device.serial:<17} {device.spec.model}\n"
        f"Routing Engine 0          BUILTIN      BUILTIN           {device.spec.model}\n"
        f"FPC 0            REV 20   650-059881   {device.serial:<17} {device.spec.model}\n"
        "  CPU                     BUILTIN      BUILTIN           FPC CPU\n"
        f"  PIC 0          REV 20   BUILTIN      BUILTIN           24x10/100/1000 Base-T\n"
        "Power Supply 0   REV 05   640-060603   1EDN4490361       JPSU-600-AC-AFO\n"
    )


def commit_history(device: Device) -> str:
    """`show system commit`."""
    commits = device.revert
    return commits.shown() if isinstance(commits, Commits) else ""


def interfaces(device: Device) -> str:
    """`show interfaces terse`."""
    rows = ["Interface               Admin Link Proto    Local                 Remote"]
    found = device.running.root.find(("interfaces",))
    for port in found.ordered() if found else ():
        admin = "down" if port.find(("disable",)) else "up"
        link = "up" if device.is_reached(port.words[0]) and admin == "up" else "down"
        rows.append(f"{port.words[0]:<23} {admin:<5} {link}")
        rows += [_unit(port.words[0], unit, admin, link) for unit in port.ordered() if unit.words[0] == "unit"]
    return "".join(f"{row.rstrip()}\n" for row in rows)


def _unit(port: str, unit: Statement, admin: str, link: str) -> str:
    inet = unit.find(("family",), ("inet",))
    address = next((each.words[1] for each in inet.ordered() if each.words[0] == "address"), "") if inet else ""
    family = "inet" if inet else "eth-switch" if unit.find(("family",), ("ethernet-switching",)) else ""
    return f"{port}.{unit.words[1]:<{22 - len(port)}} {admin:<5} {link:<4} {family:<8} {address}"


def vlans(device: Device) -> str:
    """`show vlans`."""
    rows = ["", "Routing instance        VLAN name             Tag          Interfaces"]
    found = device.running.root.find(("vlans",))
    for vlan in found.ordered() if found else ():
        number = vlan.find(("vlan-id",))
        rows.append(f"default-switch          {vlan.words[0]:<21} {number.words[1] if number else '':<12}")
        rows += [f"{'':<59}{port}*" for port in _members(device, vlan.words[0])]
    return "".join(f"{row.rstrip()}\n" for row in rows)


def _members(device: Device, vlan: str) -> list[str]:
    found = device.running.root.find(("interfaces",))
    members = []
    for port in found.ordered() if found else ():
        for unit in (each for each in port.ordered() if each.words[0] == "unit"):
            there = unit.find(("family",), ("ethernet-switching",), ("vlan",), ("members", vlan))
            members += [f"{port.words[0]}.{unit.words[1]}"] if there else []
    return members


def log(device: Device) -> str:
    """`show log messages`."""
    return "".join(f"{line}\n" for line in device.log)


def users(device: Device) -> str:
    """`show system users`."""
    rows = ["USER     TTY      FROM                              LOGIN@  IDLE WHAT"]
    rows += [
        f"{session.user:<8} pts/{number:<4} 127.0.0.1                         9:00AM      - -cli (cli)"
        for number, session in enumerate(device.sessions)
    ]
    return "".join(f"{row}\n" for row in rows)


SHOWS: dict[str, Callable[[Device], str]] = {
    "version": version,
    "chassis hardware": hardware,
    "system commit": commit_history,
    "interfaces terse": interfaces,
    "vlans": vlans,
    "log messages": log,
    "system users": users,
    "system uptime": lambda _: f"Current time: {datetime.now(UTC):%Y-%m-%d %H:%M:%S UTC}\n",
}
"""The words after `show`, and who answers; the configuration is in `cli`."""
