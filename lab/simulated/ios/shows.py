"""The `show` commands that a device answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from lab.simulated.arguments import compress_vlans, expand_vlans, short_interface_name
from lab.simulated.configuration import PHYSICAL
from lab.simulated.ios import shows_voice, shows_wireless
from lab.simulated.ios.revert import ArchiveTimer
from lab.simulated.kinds import DeviceKind
from lab.simulated.moments import clock_words
from lab.simulated.tree import Entry, Section

if TYPE_CHECKING:
    from lab.simulated.device import Device

VERSION = "17.9"


def version(device: Device) -> str:
    """`show version`: release, uptime, model and serial number."""
    spec = device.spec
    minutes = int((datetime.now(UTC) - device.booted_at).total_seconds() // 60)
    family = "CAT9K_IOSXE" if spec.kind is DeviceKind.SWITCH else "X86_64_LINUX_IOSD-UNIVERSALK9-M"
    return (
        f"Cisco IOS XE Software, Version {VERSION}.04a\n"
        f"Cisco IOS Software [Cupertino], {family} Software, Version {VERSION}.4a, RELEASE SOFTWARE (fc3)\n\n"
        "ROM: IOS-XE ROMMON\n"
        f"{device.hostname} uptime is {minutes // 60} hours, {minutes % 60} minutes\n"
        "Uptime for this control processor is 0 minutes\n"
        "System returned to ROM by reload\n"
        'System image file is "bootflash:packages.conf"\n\n'
        f"cisco {spec.model} processor with 1392780K/6147K bytes of memory.\n"
        f"Processor board ID {device.serial}\n"
        f"{len(device.hardware)} Ethernet interfaces\n"
        "32768K bytes of non-volatile configuration memory.\n\n"
        "Configuration register is 0x2102\n\n"
    )


def inventory(device: Device) -> str:
    """`show inventory`."""
    spec = device.spec
    return (
        f'NAME: "Chassis", DESCR: "Cisco {spec.model} Chassis"\n'
        f"PID: {spec.model:<18}, VID: V01  , SN: {device.serial}\n\n"
    )


def clock(_device: Device) -> str:
    """`show clock`."""
    now = datetime.now(UTC)
    return f"*{now:%H:%M:%S}.{now.microsecond // 1000:03d} {clock_words(now).split(' ', 1)[1]}\n"


def _access_ports(device: Device) -> dict[int, list[str]]:
    ports: dict[int, list[str]] = {}
    if device.spec.kind is DeviceKind.SWITCH:
        for entry in device.running.interfaces():
            section = entry.section
            if section is None or not PHYSICAL.match(entry.words[1]) or ("switchport",) in section.entries:
                continue
            if section.value("switchport", "mode") != "trunk":
                number = int(section.value("switchport", "access", "vlan") or 1)
                ports.setdefault(number, []).append(short_interface_name(entry.words[1]))
    return ports


def vlan_brief(device: Device) -> str:
    """`show vlan brief`: also what the running configuration does not show, such as VLAN 1."""
    ports = _access_ports(device)
    rows = ["", "VLAN Name                             Status    Ports"]
    rows.append("---- -------------------------------- --------- -------------------------------")
    for number, name in device.running.vlans().items():
        status = "act/unsup" if 1002 <= number <= 1005 else "active"
        names = ports.get(number, [])
        chunks = [", ".join(names[at : at + 4]) for at in range(0, len(names), 4)] or [""]
        rows.append(f"{number:<4} {name:<32} {status:<9} {chunks[0]}".rstrip())
        rows += [f"{'':48}{chunk}" for chunk in chunks[1:]]
    return "\n".join(rows) + "\n"


def _is_up(device: Device, entry: Entry) -> bool:
    name, section = entry.words[1], entry.section
    if section is None or section.get("shutdown"):
        return False
    if name.startswith("Vlan") and int(name[4:]) not in device.running.vlans():
        return False
    return device.is_reached(name)


def interface_brief(device: Device) -> str:
    """`show ip interface brief`."""
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for entry in device.running.interfaces():
        section = entry.section
        if section is None:
            continue
        address = section.value("ip", "address").split(" ")[0] or "unassigned"
        status = "up" if _is_up(device, entry) else "down"
        shown = "administratively down" if section.get("shutdown") else status
        method = "NVRAM" if address != "unassigned" else "unset"
        rows.append(f"{entry.words[1]:<23}{address:<15} YES {method:<6} {shown:<21} {status}")
    return "\n".join(rows) + "\n"


def interfaces_status(device: Device) -> str:
    """`show interfaces status`."""
    rows = ["", "Port         Name               Status       Vlan       Duplex  Speed Type"]
    for entry in device.running.interfaces():
        section = entry.section
        if section is None or not PHYSICAL.match(entry.words[1]):
            continue
        up = "connected" if _is_up(device, entry) else "notconnect"
        status = "disabled" if section.get("shutdown") else up
        mode = section.value("switchport", "mode")
        vlan = "trunk" if mode == "trunk" else section.value("switchport", "access", "vlan") or "1"
        vlan = "routed" if ("switchport",) in section.entries else vlan
        port = short_interface_name(entry.words[1])
        name = section.value("description")[:18]
        rows.append(f"{port:<12} {name:<18} {status:<12} {vlan:<10} a-full a-1000 10/100/1000BaseTX")
    return "\n".join(rows) + "\n"


def interfaces_trunk(device: Device) -> str:
    """`show interfaces trunk`: mode, native VLAN and allowed list of every trunk."""
    trunks = [
        entry
        for entry in device.running.interfaces()
        if entry.section and entry.section.value("switchport", "mode") == "trunk" and _is_up(device, entry)
    ]
    rows = ["", "Port           Mode             Encapsulation  Status        Native vlan"]
    allowed = ["", "Port           Vlans allowed on trunk"]
    active = ["", "Port           Vlans allowed and active in management domain"]
    for entry in trunks:
        section, port = entry.section or Section(""), short_interface_name(entry.words[1])
        native = section.value("switchport", "trunk", "native", "vlan") or "1"
        listed = section.value("switchport", "trunk", "allowed", "vlan") or "1-4094"
        known = (expand_vlans(listed) or frozenset()) & device.running.vlans().keys()
        rows.append(f"{port:<14} {'on':<16} {'802.1q':<14} {'trunking':<13} {native}")
        allowed.append(f"{port:<14} {listed}")
        active.append(f"{port:<14} {compress_vlans(known) or 'none'}")
    return "\n".join([*rows, *allowed, *active, ""])


def archive(device: Device) -> str:
    """`show archive`."""
    timer = _timer_of(device)
    if not timer.archive_path():
        return "Archive feature not enabled\n"
    section = device.running.section("archive")
    most = int((section.value("maximum") if section else "") or 10)
    rows = [
        f"The maximum archive configurations allowed is {most}.",
        f"The next archive file will be named {timer.archive_path()}-<timestamp>-{device.archived}",
        " Archive #  Name",
    ]
    for number in range(1, most + 1):
        name = device.archive[number - 1] if number <= len(device.archive) else ""
        newest = " <- Most Recent" if number == len(device.archive) else ""
        rows.append(f"   {number:<7} {name}{newest}".rstrip())
    return "\n".join(rows) + "\n"


def _timer_of(device: Device) -> ArchiveTimer:
    timer = device.revert
    assert isinstance(timer, ArchiveTimer)
    return timer


def rollback_timer(device: Device) -> str:
    """`show archive config rollback timer`."""
    return _timer_of(device).shown()


def _neighbors(section: Section) -> list[tuple[str, str]]:
    return [(entry.words[1], entry.value) for entry in section.starting("neighbor") if entry.words[2] == "remote-as"]


def bgp_summary(device: Device, vrf: str = "") -> str:
    """`show ip bgp summary` and `show ip bgp vpnv4 vrf X summary`; neighbours are up unless a link is down."""
    bgp = device.running.bgp()
    if bgp is None:
        return "% BGP not active\n"
    if vrf and device.running.root.get("vrf", "definition", vrf) is None:
        return f"% VRF {vrf} does not exist\n"
    asn = next(entry.words[2] for entry in device.running.root.starting("router", "bgp"))
    family = bgp.get("address-family", "ipv4", "vrf", vrf) if vrf else None
    section = (family.section if family else Section("")) if vrf else bgp
    router_id = bgp.value("bgp", "router-id") or "0.0.0.0"
    rows = [f"BGP router identifier {router_id}, local AS number {asn}", ""]
    rows.append("Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd")
    for peer, remote in _neighbors(section or Section("")):
        stopped = section is not None and section.get("neighbor", peer, "shutdown") is not None
        state = "Idle (Admin)" if stopped else _peer_state(device, peer)
        up = "00:01:00" if state.isdigit() else "never"
        state = _let_in(device, section, peer) if state.isdigit() else state
        rows.append(f"{peer:<15} 4 {remote:>12}      10      10        1    0    0 {up} {state:>12}")
    return "\n".join(rows) + "\n"


def _let_in(device: Device, section: Section | None, peer: str) -> str:
    """A neighbour sends all single prefixes that its inbound list lets in; where there is no such list, one."""
    names = [
        entry.words[3]
        for entry in (section.starting("neighbor", peer, "prefix-list") if section else ())
        if entry.words[-1] == "in"
    ]
    rules = [entry.value for name in names for entry in device.running.root.starting("ip", "prefix-list", name, "seq")]
    return str(len([rule for rule in rules if re.fullmatch(r"permit \S+", rule)]) or 1)


def _peer_state(device: Device, peer: str) -> str:
    if not device.is_reached(peer) or peer.count(".") != 3:
        return "Idle"
    for entry in device.running.interfaces():
        address = entry.section.value("ip", "address") if entry.section else ""
        if not re.fullmatch(r"[\d.]+ [\d.]+", address) or not _is_up(device, entry):
            continue
        if IPv4Address(peer) in IPv4Interface(address.replace(" ", "/")).network:
            return "1"
    return "Active"


def users(device: Device) -> str:
    """`show users`."""
    rows = ["    Line       User       Host(s)              Idle       Location"]
    rows += [
        f"  {number + 1:>2} vty {number:<4}   {session.user:<10} idle                 00:00:00 127.0.0.1"
        for number, session in enumerate(device.sessions)
    ]
    return "\n".join(rows) + "\n"


def logging(device: Device) -> str:
    """`show logging`."""
    head = "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited)\n\n"
    return head + "Log Buffer (16384 bytes):\n\n" + "".join(f"{line}\n" for line in device.log)


_SNMP_USER = """
User name: {name}
Engine ID: 800000090300
storage-type: nonvolatile\t active
Authentication Protocol: {authentication}
Privacy Protocol: {privacy}
Group-name: {group}
"""


def snmp_user(device: Device) -> str:
    """`show snmp user`: the only place that shows SNMPv3 users."""
    return "".join(
        _SNMP_USER.format(
            name=entry.words[2],
            group=entry.words[3].split()[0],
            authentication=_protocol(entry.words[3], r"\bauth (\S+)"),
            privacy=_protocol(entry.words[3], r"\bpriv (aes \d+|3?des)"),
        )
        for entry in device.running.root.starting("snmp-server", "user")
    )


def _protocol(words: str, pattern: str) -> str:
    found = re.search(pattern, words)
    return found.group(1).replace(" ", "").upper() if found else "None"


def vrfs(device: Device) -> str:
    """`show vrf`."""
    rows = ["  Name                             Default RD            Protocols   Interfaces"]
    for entry in device.running.root.starting("vrf", "definition"):
        rd = entry.section.value("rd") if entry.section else ""
        bound = [
            short_interface_name(other.words[1])
            for other in device.running.interfaces()
            if other.section and other.section.value("vrf", "forwarding") == entry.words[2]
        ]
        rows.append(f"  {entry.words[2]:<32} {rd or '<not set>':<21} ipv4        {', '.join(bound)}".rstrip())
    return "\n".join(rows) + "\n"


SHOWS: dict[str, Callable[[Device], str]] = {
    "running-config": lambda device: device.running_text(),
    "startup-config": lambda device: device.startup_text(),
    "version": version,
    "inventory": inventory,
    "clock": clock,
    "vlan brief": vlan_brief,
    "vlan": vlan_brief,
    "vrf": vrfs,
    "ip vrf": vrfs,
    "ip interface brief": interface_brief,
    "interfaces status": interfaces_status,
    "interfaces trunk": interfaces_trunk,
    "archive config rollback timer": rollback_timer,
    "archive": archive,
    "ip bgp summary": bgp_summary,
    "users": users,
    "logging": logging,
    "snmp user": snmp_user,
    "privilege": lambda _: "Current privilege level is 15\n",
}
"""The words after `show`, and who answers."""

OF_KIND: dict[DeviceKind, dict[str, Callable[[Device], str]]] = {
    DeviceKind.ROUTER: {
        "dial-peer voice summary": shows_voice.dial_peers,
        "voice port summary": shows_voice.voice_ports,
    },
    DeviceKind.CONTROLLER: {
        "wlan summary": shows_wireless.wlans,
        "wireless profile policy summary": shows_wireless.policies,
        "ap summary": shows_wireless.access_points,
        "ap tag summary": shows_wireless.access_point_tags,
        "aaa servers": shows_wireless.aaa_servers,
    },
}
"""Of kinds of devices that have more to show."""

NAMED: dict[DeviceKind, dict[str, Callable[[Device, str], str]]] = {
    DeviceKind.ROUTER: {
        "dialplan number": shows_voice.dialplan,
        "voice class sip-options-keepalive": shows_voice.options_keepalive,
    },
    DeviceKind.CONTROLLER: {"wireless tag policy detailed": shows_wireless.policy_tag},
}
"""The same, where the name of one thing follows."""
