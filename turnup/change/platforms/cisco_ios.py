"""The configuration language of Cisco IOS and IOS-XE.

Sources: Cisco IOS-XE 17 configuration guides and command references (interface and hardware, layer 2, IP routing
BGP, MPLS layer-3 VPN, QoS); what `show running-config` hides or compresses was compared with devices.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hier_config import HConfigChild

_VOLATILE = re.compile(
    r"^(Building configuration|Current configuration|! |!$|version |end$|ntp clock-period |"
    r"\s+!|\s+no ip address$|\s*exit-address-family$)"
)
_TRUNK_LIST = re.compile(r"^switchport trunk allowed vlan (?:add )?([\d,-]+|none|all)$")
_SNOOPED = re.compile(r"^ip dhcp snooping vlan ([\d,-]+)$")
_CLASSFUL_NETWORK = re.compile(r"^network (\d+)(\.\d+\.\d+\.\d+)$")
_ROOT_PRIORITY = re.compile(r"^spanning-tree vlan ([\d,-]+) priority (\d+)$")
_VLAN_HEADER = re.compile(r"^vlan ([\d]+[,-][\d,-]*)$")
_BANNER = re.compile(r"^banner \S+ (\S+?)(?:\s|$)")
_ALL_VLANS = "switchport trunk allowed vlan all"


def expand_ranges(spec: str) -> tuple[int, ...]:
    """Expand `10-12,20` to (10, 11, 12, 20)."""
    numbers: list[int] = []
    for part in spec.split(","):
        low, _, high = part.partition("-")
        numbers.extend(range(int(low), int(high or low) + 1))
    return tuple(numbers)


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `show running-config` into comparable lines: one element a line, banners whole, the rest as it is."""
    return tuple(_with_trunk_defaults(tuple(_expanded(_joined_banners(text)))))


def _joined_banners(text: str) -> Iterator[str]:
    """Join the lines of each banner into one, newlines kept."""
    lines = iter(text.replace("\r", "").splitlines())
    for line in lines:
        match = _BANNER.match(line)
        if match is None:
            yield line.rstrip()
            continue
        delimiter = match.group(1)[:2] if match.group(1).startswith("^") else match.group(1)[0]
        block = [line]
        rest = line.split(delimiter, 1)[1]
        while delimiter not in rest:
            following = next(lines, None)
            if following is None:
                break
            block.append(following)
            rest = following
        yield "\n".join(block)


def _expanded(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        text = line.strip(" ")
        if not text or _VOLATILE.match(line):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if match := _TRUNK_LIST.match(text):
            for vlan in _trunk_elements(match.group(1)):
                yield indent, f"switchport trunk allowed vlan {vlan}"
        elif match := _SNOOPED.match(text):
            for number in expand_ranges(match.group(1)):
                yield indent, f"ip dhcp snooping vlan {number}"
        elif match := _ROOT_PRIORITY.match(text):
            for number in expand_ranges(match.group(1)):
                yield indent, f"spanning-tree vlan {number} priority {match.group(2)}"
        elif match := _CLASSFUL_NETWORK.match(text):
            yield indent, f"{text} mask {_classful_mask(int(match.group(1)))}"
        elif match := _VLAN_HEADER.match(text):
            for number in expand_ranges(match.group(1)):
                yield indent, f"vlan {number}"
        else:
            yield indent, text


def _classful_mask(first_octet: int) -> str:
    """The mask that IOS hides: that of the address class."""
    return "255.0.0.0" if first_octet < 128 else "255.255.0.0" if first_octet < 192 else "255.255.255.0"


def _trunk_elements(spec: str) -> tuple[str, ...]:
    if spec == "none":
        return ()
    if spec == "all":
        return ("all",)
    return tuple(str(number) for number in expand_ranges(spec))


def _with_trunk_defaults(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
    """Say in words what IOS hides: a trunk without a list allows every VLAN."""
    starts = [index for index, (indent, _) in enumerate(lines) if indent == 0] or [0]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        section = lines[start:stop]
        yield from section
        texts = [text for _, text in section]
        listed = any(text.startswith("switchport trunk allowed vlan ") for text in texts)
        if texts and texts[0].startswith("interface ") and "switchport mode trunk" in texts and not listed:
            yield 1, _ALL_VLANS


def satisfied(child: HConfigChild, siblings: frozenset[str]) -> bool:
    """Say whether a trunk that allows every VLAN already carries the declared one."""
    return child.text.startswith("switchport trunk allowed vlan ") and _ALL_VLANS in siblings


def typed(line: str, section: frozenset[str]) -> str:
    """Type an element of a trunk's list by `add` and `remove`; only a port without a list gets a first one.

    A banner is taken away by its name alone.
    """
    text = line.strip()
    if match := re.match(r"no banner \S+", text):
        return match.group()
    if match := re.fullmatch(r"no switchport trunk allowed vlan (\d+)", text):
        return f"{_indent(line)}switchport trunk allowed vlan remove {match.group(1)}"
    if match := re.fullmatch(r"switchport trunk allowed vlan (\d+)", text):
        word = "add " if any(each.startswith("switchport trunk allowed vlan ") for each in section) else ""
        return f"{_indent(line)}switchport trunk allowed vlan {word}{match.group(1)}"
    return line


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


_INTERFACE = r"^interface "
_BGP = r"^router bgp "
_FAMILY = r"^address-family "

CISCO_IOS = Language(
    normalise=normalise,
    single_valued=(
        (r"^hostname ",),
        (r"^ip ssh version ",),
        (r"^banner (\S+) ",),
        (r"^snmp-server (location|contact) ",),
        (r"^aaa authentication login (\S+) ",),
        (r"^aaa authorization exec (\S+) ",),
        (r"^spanning-tree mode ",),
        (r"^spanning-tree vlan (\d+) priority ",),
        (r"^ip prefix-list (\S+) seq (\d+) ",),
        (r"^ip prefix-list (\S+) description ",),
        (r"^vlan (\d+)$", r"^name "),
        (r"^vrf definition (\S+)$", r"^rd "),
        (r"^vrf definition (\S+)$", r"^description "),
        (_INTERFACE, r"^description "),
        (_INTERFACE, r"^ip address \S+ \S+$"),
        (_INTERFACE, r"^vrf forwarding "),
        (_INTERFACE, r"^bandwidth "),
        (_INTERFACE, r"^service-policy (input|output) "),
        (_INTERFACE, r"^switchport mode "),
        (_INTERFACE, r"^switchport access vlan "),
        (_INTERFACE, r"^switchport voice vlan "),
        (_INTERFACE, r"^switchport trunk native vlan "),
        (_INTERFACE, r"^spanning-tree (portfast|bpduguard)"),
        (r"^policy-map ", r"^class ", r"^shape average "),
        (_BGP, r"^bgp router-id "),
        (_BGP, r"^neighbor (\S+) (remote-as|description|password|timers) "),
        (_BGP, r"^neighbor (\S+) (prefix-list) \S+ (in|out)$"),
        (_BGP, _FAMILY, r"^neighbor (\S+) (remote-as|description|maximum-prefix|timers) "),
        (_BGP, _FAMILY, r"^neighbor (\S+) prefix-list \S+ (in|out)$"),
        (_BGP, _FAMILY, r"^neighbor (\S+) route-map \S+ (in|out)$"),
    ),
    exits=(((_BGP, _FAMILY), "exit-address-family"), ((r"^vrf definition ", _FAMILY), "exit-address-family")),
    first=(
        (r"^vrf definition ",),
        (r"^vlan \d",),
        (r"^ip access-list ",),
        (r"^ip prefix-list ",),
        (r"^class-map ",),
        (r"^policy-map ",),
        (r"^route-map ",),
        (_INTERFACE, r"^vrf forwarding "),
        (_INTERFACE, r"^switchport mode "),
    ),
    last=(
        (r"^no vlan ",),
        (r"^no vrf definition ",),
        (r"^no ip prefix-list ",),
        (r"^no policy-map ",),
        (r"^no interface Vlan",),
        (_INTERFACE, r"^no shutdown$"),
    ),
    satisfied=satisfied,
    typed=typed,
    never_typed=(
        re.compile(r"^\s*no switchport trunk allowed vlan\s*$"),
        re.compile(r"^\s*switchport trunk allowed vlan (all|none)\s*$"),
        re.compile(r"^\s*no router bgp\b"),
        re.compile(r"^\s*no vlan \d+[,-]"),
        re.compile(r"^\s*default interface\b"),
        re.compile(r"^\s*no interface (?!Vlan|Loopback|Tunnel)", re.IGNORECASE),
        re.compile(r"^\s*(reload|write erase|erase|delete|format|configure replace)\b"),
        re.compile(r"^\s*no (aaa new-model|ip routing|ip ssh|line|username)\b"),
    ),
    permanent=re.compile(r"^(interface (?!Vlan|Loopback|Tunnel)|router bgp |line |vlan 1$)"),
    not_taken_over=(
        re.compile(r"^vlan \d+ / name "),
        re.compile(r"^interface \S+ / (ip address|vrf forwarding) "),
        re.compile(r"^vrf definition \S+ / rd "),
    ),
)
"""Cisco IOS and IOS-XE."""
