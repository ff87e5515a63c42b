"""What must be true of a device at any moment while commands are typed, one line after another.

Each moment lies between what was and what shall be: nothing that stays is gone even for one line, and nothing is there
that neither was nor shall be. Beside that: what each port carries, what refers to what, and that of a line and the one
that replaces it one always stands. Where a platform leaves no other way, a table here says so, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from lab.simulated.arguments import expand_vlans
from tests.turnup.change.bare_devices import Device, Elements, Path

RESIDUE = "switchport trunk allowed vlan none"
"""Stays on a port whose first list was ours: what would clear it opens every VLAN, and is never typed."""
SELF_MADE = frozenset({"bgp log-neighbor-changes"})
"""What IOS puts into every new BGP process."""

Pairs = frozenset[tuple[Path, Path]]
"""Pairs of lines of which one replaces the other."""

GONE_FOR_A_MOMENT = (
    (
        re.compile(r"^interface \S+ / ip address "),
        re.compile(r"^interface \S+ / vrf forwarding "),
        "IOS takes the addresses away from an interface whose VRF changes; they are typed again next",
    ),
    (
        re.compile(r"^interface eth\S+( vrf \S+)?$"),
        re.compile(r"^interface eth\S+( vrf \S+)? / "),
        "FRR does not show an interface between the removal of its only line and the next one",
    ),
)
"""A line that stays and is gone for a moment, if a line like the second of its section comes or goes."""

NEITHER_FOR_A_MOMENT = (
    (re.compile(r"^ip prefix-list \S+ seq "), "IOS replaces no entry in place: the former goes first"),
    (re.compile(r"^interface \S+ / ip address "), "an address that moves is taken from its interface first"),
    (re.compile(r"^interface \S+ / vrf forwarding "), "IOS takes a VRF out with its definition"),
)
"""A line whose former goes before it comes."""

THERE_FOR_A_MOMENT = (
    (
        re.compile(r"^ip prefix-list \S+ seq \d+ deny 0\.0\.0\.0/32$"),
        "keeps a list from being empty while its only entry is replaced: an empty one permits everything",
    ),
)
"""A line that neither was nor shall be."""

_USES = (
    (re.compile(r"^service-policy (?:input |output )?(\S+)$"), "policy-map"),
    (re.compile(r"^class (?!class-default$)(\S+)$"), "class-map"),
    (re.compile(r"^vrf forwarding (\S+)$"), "vrf"),
    (re.compile(r"^ip route vrf (\S+) "), "vrf"),
    (re.compile(r"^address-family ipv4 vrf (\S+)$"), "vrf"),
    (re.compile(r"^(?:interface|router bgp) \S+ vrf (\S+)$"), "vrf"),
    (re.compile(r"^host vrf (\S+) interface "), "host vrf"),
    (re.compile(r"(?:^| )prefix-list (\S+)(?: (?:in|out))?$"), "prefix-list"),
    (re.compile(r"^(?:ip access-group|access-class) (\S+) "), "access-list"),
    (re.compile(r"^match access-group name (\S+)$"), "access-list"),
    (re.compile(r"(?:^neighbor \S+ )route-map (\S+) "), "route-map"),
    (re.compile(r"^switchport (?:access|voice|phone|trunk native) vlan (\d+)$"), "vlan"),
    (re.compile(r"^interface Vlan(\d+)$"), "vlan"),
)
"""What a line refers to, by name. A trunk lists VLANs whether they exist or not: it refers to none."""

_DEFINITIONS = (
    (re.compile(r"^policy-map (\S+)$"), "policy-map"),
    (re.compile(r"^class-map match-\S+ (\S+)$"), "class-map"),
    (re.compile(r"^vrf (?:definition )?(\S+)$"), "vrf"),
    (re.compile(r"^host vrf (\S+)$"), "host vrf"),
    (re.compile(r"^ip prefix-list (\S+) seq "), "prefix-list"),
    (re.compile(r"^ip access-list \S+ (\S+)$"), "access-list"),
    (re.compile(r"^route-map (\S+) "), "route-map"),
    (re.compile(r"^vlan (\d+)$"), "vlan"),
)

Name = tuple[str, str]
ALL_VLANS = frozenset(range(1, 4095))
_IS_PORT = re.compile(r"interface (\w*Ethernet1/|Ethernet\d)")


def type_and_watch(device: Device, commands: str, pairs: Pairs = frozenset()) -> None:
    """Type commands and look at the device after each of them."""
    moments = [("", device.elements())]
    for line in device.moments(commands):
        now = device.elements()
        if now != moments[-1][1]:
            moments.append((line, now))
    check_moments(moments, pairs)


def check_moments(moments: list[tuple[str, Elements]], pairs: Pairs = frozenset()) -> None:
    """Check every moment against the first and the last."""
    before, after = moments[0][1], moments[-1][1]
    changing = tuple(" / ".join(path) for path in before ^ after)
    exchanged = [pair for pair in _both_ways(pairs) if pair[0] in before - after and pair[1] in after - before]
    for line, now in moments[1:-1]:
        for path in (before & after) - now:
            assert _may_be_gone(path, changing), f"after {line!r} {path} is gone, and it stays"
        for path in now - before - after:
            assert _may_be_there(path), f"after {line!r} {path} is there, and neither was nor shall be"
        for old, new in exchanged:
            assert old in now or new in now or _may_be_neither(new), f"after {line!r} neither {old} nor {new}"
        _check_ports(line, before, now, after)
        _check_uses(line, before, now, after)


def _both_ways(pairs: Pairs) -> Iterator[tuple[Path, Path]]:
    for old, new in pairs:
        yield old, new
        yield new, old


def _may_be_gone(path: Path, changing: Iterable[str]) -> bool:
    joined = " / ".join(path)
    return any(
        gone.match(joined) and any(cause.match(each) and each.startswith(f"{path[0]} /") for each in changing)
        for gone, cause, _why in GONE_FOR_A_MOMENT
    )


def _may_be_there(path: Path) -> bool:
    return path[-1] == RESIDUE or any(there.match(" / ".join(path)) for there, _why in THERE_FOR_A_MOMENT)


def _may_be_neither(path: Path) -> bool:
    return any(each.match(" / ".join(path)) for each, _why in NEITHER_FOR_A_MOMENT)


def _check_ports(line: str, before: Elements, now: Elements, after: Elements) -> None:
    """No VLAN is opened that was closed and shall be, none is closed that was open and shall be."""
    was, here, shall_be = carried(before), carried(now), carried(after)
    for port, vlans in here.items():
        first, last = was.get(port, frozenset()), shall_be.get(port, frozenset())
        assert vlans <= first | last, f"after {line!r} {port} carries {sorted(vlans - first - last)[:5]}"
        assert vlans >= first & last, f"after {line!r} {port} does not carry {sorted((first & last) - vlans)[:5]}"


def carried(elements: Elements) -> dict[str, frozenset[int]]:
    """The VLANs that each port carries."""
    ports: dict[str, list[str]] = {}
    for path in elements:
        if _IS_PORT.match(path[0]):
            ports.setdefault(path[0], []).extend(path[1:2])
    return {port: _vlans_of(frozenset(lines)) for port, lines in ports.items()}


@cache
def _vlans_of(lines: frozenset[str]) -> frozenset[int]:
    if "shutdown" in lines:
        return frozenset()
    if "switchport mode trunk" not in lines:
        access = [line.split()[-1] for line in lines if line.startswith("switchport access vlan ")]
        return frozenset({int(access[0]) if access else 1})
    listed = [line.split()[-1] for line in lines if line.startswith("switchport trunk allowed vlan ")]
    if not listed:
        return ALL_VLANS
    return frozenset().union(*(expand_vlans(each) or () for each in listed))


def _check_uses(line: str, before: Elements, now: Elements, after: Elements) -> None:
    """What is used is there: made before its use, and gone after it."""
    was, here, shall_be = defined(before), defined(now), defined(after)
    for path in now:
        name = used(path)
        if name is None or name in here:
            continue
        stays_without = path in after and name not in shall_be
        assert stays_without or name not in (was if path in before else shall_be), f"after {line!r} {path} lacks {name}"


def defined(elements: Elements) -> frozenset[Name]:
    """The names that a device knows."""
    return frozenset(name for path in elements if len(path) == 1 and (name := _defines(path[0])) is not None)


@cache
def _defines(line: str) -> Name | None:
    return _name_in(_DEFINITIONS, line)


@cache
def used(path: Path) -> Name | None:
    """What a line refers to."""
    return _name_in(_USES, path[-1])


def _name_in(patterns: tuple[tuple[re.Pattern[str], str], ...], line: str) -> Name | None:
    found = ((pattern.search(line), kind) for pattern, kind in patterns)
    return next(((kind, match.group(1)) for match, kind in found if match is not None), None)
