"""The kinds of argument that a command takes, and how the device writes them back."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

INTERFACE_TYPES = (
    "Loopback",
    "Tunnel",
    "Port-channel",
    "FastEthernet",
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
    "Vlan",
)
"""Interface types in the order in which a running config shows them."""

EOS_INTERFACE_TYPES = ("Port-Channel", "Ethernet", "Loopback", "Management", "Tunnel", "Vlan", "Vxlan")
"""Those of Arista EOS."""

_SHOWN_ORDER = (*EOS_INTERFACE_TYPES[:4], *INTERFACE_TYPES)
_SHORT_TYPES = {"gi": "GigabitEthernet", "te": "TenGigabitEthernet", "po": "Port-channel", "t": "Tunnel"}
_INTERFACE = re.compile(r"^([A-Za-z-]+)\s*(\d+(?:/\d+)*(?:\.\d+)?)$")


def interface_name(text: str) -> str | None:
    """Write an interface name in full: `gi1/0/1` is `GigabitEthernet1/0/1`; None when it is no interface."""
    found = _INTERFACE.match(text)
    if not found:
        return None
    typed, number = found.group(1).lower(), found.group(2)
    full = _SHORT_TYPES.get(typed)
    if full is None:
        candidates = [name for name in INTERFACE_TYPES if name.lower().startswith(typed)]
        full = candidates[0] if candidates else None
    return f"{full}{number}" if full else None


def eos_interface_name(text: str) -> str | None:
    """Write the name of an interface of Arista EOS in full: `et1` is `Ethernet1`; None when it is no interface."""
    found = _INTERFACE.match(text)
    if not found:
        return None
    typed = found.group(1).lower()
    full = next((name for name in EOS_INTERFACE_TYPES if name.lower().startswith(typed)), None)
    return f"{full}{found.group(2)}" if full else None


def short_interface_name(name: str) -> str:
    """Write an interface name as tables show it: `Gi1/0/1`, `Vl10`."""
    found = _INTERFACE.match(name)
    return f"{found.group(1)[:2]}{found.group(2)}" if found else name


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that counts numbers as numbers and interface types in the device's order."""
    parts = re.findall(r"\d+|[^\d]+", text)
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, _SHOWN_ORDER.index(part) if part in _SHOWN_ORDER else 99, part)
        for part in parts
    )


def expand_vlans(text: str) -> frozenset[int] | None:
    """Read `10-12,20`; None when it is no VLAN list or a number lies outside 1-4094."""
    numbers: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not found:
            return None
        first, last = int(found.group(1)), int(found.group(2) or found.group(1))
        if not 1 <= first <= last <= 4094:
            return None
        numbers.update(range(first, last + 1))
    return frozenset(numbers)


def compress_vlans(numbers: Iterable[int]) -> str:
    """Write VLAN numbers as the device does: two neighbours as `10,11`, three or more as `10-12`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return ",".join(parts)


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return None


def _mask(text: str) -> str | None:
    try:
        return text if ipaddress.IPv4Network(f"0.0.0.0/{text}") and text.count(".") == 3 else None
    except ValueError:
        return None


def _prefix(text: str) -> str | None:
    try:
        return str(ipaddress.IPv4Network(text, strict=False)) if "/" in text else None
    except ValueError:
        return None


def _peer(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text if re.fullmatch(r"[A-Za-z][\w.-]*", text) else None


def _address_with_length(text: str) -> str | None:
    try:
        return str(ipaddress.IPv4Interface(text)) if re.fullmatch(r"[\d.]+/\d+", text) else None
    except ValueError:
        return None


def _number(text: str) -> str | None:
    return str(int(text)) if text.isdigit() else None


def _vlan(text: str) -> str | None:
    return str(int(text)) if text.isdigit() and 1 <= int(text) <= 4094 else None


def _asn(text: str) -> str | None:
    return text if text.isdigit() and 1 <= int(text) <= 4294967295 else None


def _route_distinguisher(text: str) -> str | None:
    return text if re.fullmatch(r"[\d.]+:\d+", text) else None


def _word(text: str) -> str | None:
    return text


@dataclass(frozen=True, slots=True)
class Argument:
    """One kind of argument.

    Attributes:
        name: how the vocabulary writes it, without the angle brackets.
        read: returns the argument as the device writes it back, or None when the text is not of this kind.
        greedy: whether it takes the rest of the line.
        optional: whether it may be absent.
        loose: whether nearly any text fits, so that keywords are tried before it.
    """

    name: str
    read: Callable[[str], str | None]
    greedy: bool = False
    optional: bool = False
    loose: bool = False


ARGUMENTS = {
    argument.name: argument
    for argument in (
        Argument("ip", _address),
        Argument("mask", _mask),
        Argument("wildcard", _address),
        Argument("prefix", _prefix),
        Argument("peer", _peer, loose=True),
        Argument("int", _number),
        Argument("vlan", _vlan),
        Argument("asn", _asn),
        Argument("rd", _route_distinguisher),
        Argument("ifname", interface_name),
        Argument("port", eos_interface_name),
        Argument("cidr", _address_with_length),
        Argument("word", _word, loose=True),
        Argument("line", _word, greedy=True, loose=True),
        Argument("rest", _word, greedy=True, optional=True, loose=True),
    )
}
