"""A rule of a Cisco IOS access list in two halves: other words that match the same packets.

IOS takes no rule twice, so that a rule cannot stand in its new place before it leaves the old one; its halves can.
Source: IOS-XE 17 security configuration guide, access control lists (wildcard masks).
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

_ADDRESS = r"\d+\.\d+\.\d+\.\d+"
_SPEC = rf"any|host {_ADDRESS}|{_ADDRESS} {_ADDRESS}"
_PORTS = r"(?: (?:eq|neq|lt|gt) \S+| range \S+ \S+)?"
_EXTENDED = re.compile(rf"((?:permit|deny) [a-z]\S* )({_SPEC})({_PORTS} )({_SPEC})(.*)")
_STANDARD = re.compile(rf"((?:permit|deny) )({_SPEC})( log)?")
_WHOLE = 2**32 - 1

DENIES_ONLY = {
    False: ("deny ip host 0.0.0.0 any", "deny ip host 255.255.255.255 any"),
    True: ("deny host 0.0.0.0", "deny host 255.255.255.255"),
}
"""Rules that keep a list from being empty, by whether it is a standard one: such a list denies everything."""


REMARK = "remark "
PASSES_ALL = {False: "permit ip any any", True: "permit any"}
"""The rule that lets everything pass, by whether the list is a standard one."""


def halves(rule: str) -> tuple[str, ...]:
    """Write a rule as two that match the same; none when it is about one host on each side, or no rule."""
    if match := _EXTENDED.fullmatch(rule):
        start, source, ports, destination, rest = match.groups()
        if split := _split(source):
            return tuple(f"{start}{each}{ports}{destination}{rest}" for each in split)
        return tuple(f"{start}{source}{ports}{each}{rest}" for each in _split(destination))
    if match := _STANDARD.fullmatch(rule):
        return tuple(f"{match.group(1)}{each}{match.group(3) or ''}" for each in _split(match.group(2)))
    return ()


def is_standard(rule: str) -> bool:
    """Whether a rule is one of a standard list: it names no protocol."""
    return (
        _STANDARD.fullmatch(rule) is not None or re.fullmatch(rf"(?:permit|deny) {_ADDRESS}(?: log)?", rule) is not None
    )


def _split(spec: str) -> tuple[str, ...]:
    """Halve a range of addresses; none when it is one address, or no range without holes."""
    first, _, wildcard = ("0.0.0.0 255.255.255.255" if spec == "any" else spec).partition(" ")
    try:
        low, span = int(IPv4Address(first)), int(IPv4Address(wildcard))
    except AddressValueError:
        return ()
    if not span or span & (span + 1):
        return ()
    half = span >> 1
    return tuple(_spec(address, half) for address in (low & ~span & _WHOLE, (low & ~span & _WHOLE) + half + 1))


def _spec(low: int, span: int) -> str:
    return f"{IPv4Address(low)} {IPv4Address(span)}" if span else f"host {IPv4Address(low)}"
