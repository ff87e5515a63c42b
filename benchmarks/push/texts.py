"""What the benchmark's devices run, and what is pushed to them: 234 lines, of which 60 more are typed."""

from __future__ import annotations

PORTS = 30
ADDED_VLANS = range(200, 210)
ADDED_PORTS = range(1, 7)


def name_of(number: int) -> str:
    """Name of a device."""
    return f"BENCH-{number:04}-SW1"


def number_of(name: str) -> int:
    """Number of a device of this name."""
    return int(name.split("-")[1])


def serial_of(number: int) -> str:
    """Serial number of a device."""
    return f"FCW{number:04}BENCH"


def running_of(name: str) -> str:
    """The running configuration of a device: 234 lines, as `show running-config` prints them."""
    lines = ["version 17.9", "service timestamps log datetime msec", f"hostname {name}", "!", "vtp mode transparent"]
    lines += ["archive", " path flash:turnup", "!", "ip domain name example.net", "ip routing", "!"]
    for vlan in range(100, 110):
        lines += [f"vlan {vlan}", f" name USERS-{vlan}", "!"]
    for port in range(1, PORTS + 1):
        lines += [f"interface GigabitEthernet1/0/{port}", f" description Room {port}"]
        lines += [
            f" switchport access vlan {100 + port % 10}",
            " switchport mode access",
            " spanning-tree portfast",
            "!",
        ]
    lines += ["ip access-list standard MANAGEMENT", " permit 192.0.2.0 0.0.0.255", "!", "ntp server 192.0.2.1"]
    lines += ["ip scp server enable"]
    lines += ["line con 0", "line vty 0 4", " transport input ssh", "!"]
    lines += [f"logging host 198.51.100.{host}" for host in range(1, 234 - len(lines))]
    return "".join(f"{line}\n" for line in (*lines, "end"))


def pushed_fragment() -> str:
    """The lines that are pushed, as a template makes them: ten VLANs and six ports."""
    lines: list[str] = []
    for vlan in ADDED_VLANS:
        lines += [f"vlan {vlan}", f" name VOICE-{vlan}"]
    for port in ADDED_PORTS:
        lines += [f"interface GigabitEthernet1/0/{port}", f" switchport voice vlan {200 + port}"]
        lines += [" switchport port-security", " storm-control broadcast level 5.00"]
    return "".join(f"{line}\n" for line in lines)
