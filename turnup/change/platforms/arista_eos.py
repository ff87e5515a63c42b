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
from turnup.change.platforms.language import Interrupts, Language, Unique
from turnup.change.platforms.switch_ports import FORMER_SUBNET_GOES
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
    """Say a line as it is typed: elements of lists by `add` and `remove`, a banner taken away by its name alone."""
    if line.startswith("no banner "):
        return " ".join(line.split()[:3])
    element = typed_element(line, section)
    return line if element is None else element


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
    ),
    first=(
        (_INTERFACE, r"^no ip address .* secondary$"),
        (r"^vrf instance ",),
        (r"^vlan \d",),
        (_INTERFACE, r"^shutdown$"),
        (_INTERFACE, r"^vrf "),
    ),
    last=(
        (r"^no interface ",),
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
    wipes=re.compile(r"^(no )?vrf \S+$"),
    wiped=re.compile(r"^ip(v6)? address "),
    occupies=occupies,
    secret_places=SECRET_PLACES,
    plain_of=plain_of,
    never_typed=NEVER_TYPED,
    typed_if_ours=TYPED_IF_OURS,
    permanent=re.compile(r"^(interface (?!Vlan|Loopback|Tunnel)|management |vlan 1$)"),
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
        Interrupts(
            (_INTERFACE, r"^switchport access vlan "),
            1,
            5,
            "ports change their VLAN: hosts need a new address, reconnect them or wait for their lease to be renewed",
        ),
    ),
)
"""Arista EOS."""
