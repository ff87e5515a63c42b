"""The configuration language of Arista EOS.

Source: EOS User Manual 4.31, the command descriptions of each chapter. Where EOS means by a word what IOS means, the
rule is shared: `trunks`, `switch_ports`, `in_use`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.arista_eos_forbidden import NEVER_TYPED, TYPED_IF_OURS
from turnup.change.platforms.arista_eos_obstacles import obstacles, occupies
from turnup.change.platforms.arista_eos_secrets import SECRET_PLACES, plain_of
from turnup.change.platforms.arista_eos_text import normalise
from turnup.change.platforms.folded import AS_EOS
from turnup.change.platforms.language import Interrupts, Language, Unique
from turnup.change.platforms.switch_ports import FORMER_SUBNET_GOES, NATIVE_MOVES, PHONES_MOVE
from turnup.change.platforms.trunks import LISTED, carries_all, typed_element, voids

if TYPE_CHECKING:
    from hier_config import HConfigChild

_LOCAL_LOGIN = re.compile(r"(aaa (?:authentication login|authorization exec) \S+) local(?: .*)?")


def satisfied(child: HConfigChild, siblings: frozenset[str]) -> bool:
    """Say whether a broader line is there already: every VLAN on a trunk, or a login that falls back to `local`."""
    if match := _LOCAL_LOGIN.fullmatch(child.text):
        grouped = re.compile(rf"{re.escape(match.group(1))} group .*\blocal\b.*")
        return any(grouped.fullmatch(each) for each in siblings)
    return carries_all(child.text, siblings)


def typed(line: str, section: frozenset[str]) -> str:
    """Say a line as it is typed.

    - elements of lists by `add` and `remove`;
    - a banner, a limit of a port and an entry of an access list are taken away by their name or number alone;
    - an entry that replaces another one of its number comes after it has gone.
    """
    text, indent = line.strip(), line[: len(line) - len(line.lstrip(" "))]
    if short := _SHORT.fullmatch(text):
        return f"{indent}{short.group(1)}"
    if entry := _ENTRY.fullmatch(text):
        number = entry.group(1)
        standing = any(_ENTRY.fullmatch(each) and each.split()[0] == number and each != text for each in section)
        return f"{indent}no {number}\n{line}" if standing else line
    if line.startswith("no banner "):
        return " ".join(line.split()[:3])
    element = typed_element(line, section)
    return line if element is None else element


_SHORT = re.compile(
    r"(no (?:snmp-server user \S+ \S+ v3|storm-control \S+ level|poe limit|dot1x timeout \S+"
    r"|(?:radius|tacacs)-server host \S+|\d+(?= (?:permit|deny|remark)))) .+"
)
_ENTRY = re.compile(r"(\d+) (?:permit|deny|remark) .+")
_INTERFACE = r"^interface "
_PORT = r"^interface (?!Vlan)"
_SVI = r"^interface Vlan"

ARISTA_EOS = Language(
    normalise=normalise,
    single_valued=(
        (r"^hostname ",),
        (r"^banner (login|motd)\b",),
        (r"^snmp-server (location|contact) ",),
        (r"^snmp-server group (\S+ v\S+)(?: |$)",),
        (r"^snmp-server user (\S+) \S+ v3(?: |$)",),
        (r"^ntp server ((?:vrf \S+ )?\S+)(?: |$)",),
        (r"^logging host (\S+)(?: |$)",),
        (r"^ip route ((?:vrf \S+ )?\S+ \S+)(?: |$)",),
        (r"^aaa authentication login (\S+) ",),
        (r"^aaa authorization exec (\S+) ",),
        (r"^spanning-tree mode ",),
        (r"^spanning-tree vlan-id (\d+) priority ",),
        (r"^vlan (\d+)$", r"^name "),
        (_INTERFACE, r"^description "),
        (_INTERFACE, r"^ip address (?!virtual |.* secondary$)"),
        (_INTERFACE, r"^vrf "),
        (_INTERFACE, r"^mtu "),
        (_INTERFACE, r"^switchport mode "),
        (_INTERFACE, r"^switchport access vlan "),
        (_INTERFACE, r"^switchport phone vlan "),
        (_INTERFACE, r"^switchport trunk native vlan "),
        (_INTERFACE, r"^spanning-tree (portfast|bpduguard)"),
        (_INTERFACE, r"^ip access-group \S+ (in|out)$"),
        (_INTERFACE, r"^storm-control (\S+) level "),
        (_INTERFACE, r"^poe limit "),
        (_INTERFACE, r"^qos trust "),
        (_INTERFACE, r"^service-policy type qos (input|output) "),
        (_INTERFACE, r"^dot1x (pae|port-control|host-mode|timeout \S+|reauthorization request limit) "),
        (r"^ip access-list ", r"^(\d+) "),
        (r"^policy-map ", r"^class ", r"^set (\S+) "),
        (r"^class-map ", r"^match (ip|ipv6|vlan|cos) "),
        (r"^(?:radius|tacacs)-server host (\S+)(?: |$)",),
        (r"^radius-server deadtime ",),
        (r"^aaa authentication dot1x (\S+) ",),
        (r"^dot1x$", r"^aaa unresponsive (action|phone action) "),
    ),
    first=(
        (_INTERFACE, r"^no ip address .* secondary$"),
        (r"^vrf instance ",),
        (r"^vlan \d",),
        (r"^ip access-list ",),
        (r"^class-map ",),
        (r"^policy-map ",),
        (r"^snmp-server group ",),
        (r"^radius-server host ",),
        (r"^tacacs-server host ",),
        (r"^aaa group server ",),
        (_INTERFACE, r"^shutdown$"),
        (_INTERFACE, r"^vrf "),
    ),
    last=(
        (r"^no interface ",),
        (r"^no policy-map ",),
        (r"^no class-map ",),
        (r"^no ip access-list ",),
        (r"^no snmp-server group ",),
        (r"^no aaa group server ",),
        (r"^no (radius|tacacs)-server host ",),
        (r"^no vlan ",),
        (r"^no vrf instance ",),
        (_INTERFACE, r"^no switchport mode "),
        (_INTERFACE, r"^switchport trunk allowed vlan "),
        (_INTERFACE, r"^no switchport trunk allowed vlan "),
        (_INTERFACE, r"^switchport mode trunk$"),
        (_INTERFACE, r"^no shutdown$"),
    ),
    satisfied=satisfied,
    voids=voids,
    typed=typed,
    sets=LISTED,
    folded=AS_EOS,
    wipes=re.compile(r"^(no )?vrf \S+$"),
    wiped=re.compile(r"^ip(v6)? address "),
    occupies=occupies,
    secret_places=SECRET_PLACES,
    plain_of=plain_of,
    never_typed=NEVER_TYPED,
    typed_if_ours=TYPED_IF_OURS,
    permanent=re.compile(r"^(interface (?!Vlan|Loopback|Tunnel)|management |vlan 1$|dot1x$)"),
    hidden_if_empty=re.compile(r"^dot1x$"),
    obstacles=obstacles,
    unique=(
        Unique(((_INTERFACE, r"^ip address (?:virtual )?(?P<subnet>\d\S+)"),), beside=r"^vrf (\S+)$"),
        Unique(((r"^vlan \d+$", r"^name (.+)$"),)),
    ),
    not_taken_over=(
        re.compile(r"^aaa (authentication|authorization|accounting) "),
        re.compile(r"^spanning-tree mode "),
        re.compile(r"^vlan \d+ / name "),
        re.compile(r"^interface \S+ / (ip address|vrf) "),
    ),
    interrupts=(
        Interrupts((_PORT, r"^ip address "), 10, 90, "the link gets another address: its BGP session starts anew"),
        Interrupts((_SVI, r"^ip address .* secondary$"), 0, 86_400, FORMER_SUBNET_GOES, as_it_goes=True),
        Interrupts(
            (_SVI, r"^ip address "), 1, 5, "the gateway moves: hosts ask for its address again", wherever_it_comes=True
        ),
        Interrupts((_INTERFACE, r"^switchport trunk native vlan "), 1, 60, NATIVE_MOVES),
        Interrupts((_INTERFACE, r"^switchport phone vlan "), 5, 60, PHONES_MOVE),
        Interrupts(
            (_INTERFACE, r"^switchport access vlan "),
            1,
            5,
            "ports change their VLAN: hosts need a new address, reconnect them or wait for their lease to be renewed",
        ),
    ),
)
"""Arista EOS."""
