"""The configuration language of Cisco IOS and IOS-XE.

Sources: Cisco IOS-XE 17 configuration guides and command references (interface and hardware, layer 2, IP routing
BGP, MPLS layer-3 VPN, QoS); what `show running-config` hides or compresses was compared with devices.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from turnup.change.platforms.access_lists import typed_entries
from turnup.change.platforms.cisco_ios_forbidden import NEVER_TYPED, TYPED_IF_OURS
from turnup.change.platforms.cisco_ios_obstacles import obstacles, occupies
from turnup.change.platforms.cisco_ios_ports import removal
from turnup.change.platforms.cisco_ios_secrets import SECRET_PLACES, plain_of
from turnup.change.platforms.cisco_ios_text import ENTRY_LISTS, normalise
from turnup.change.platforms.cisco_ios_voice import FIRST as VOICE_FIRST
from turnup.change.platforms.cisco_ios_voice import INTERRUPTS as VOICE_INTERRUPTS
from turnup.change.platforms.cisco_ios_voice import LAST as VOICE_LAST
from turnup.change.platforms.cisco_ios_voice import PERMANENT as VOICE_PERMANENT
from turnup.change.platforms.cisco_ios_voice import SHOWN_ABSENCES as VOICE_ABSENCES
from turnup.change.platforms.cisco_ios_voice import SINGLE_VALUED as VOICE_SINGLE_VALUED
from turnup.change.platforms.cisco_ios_wireless import (
    PARTS_FIRST,
    PARTS_LAST,
    SHOWN_OFF,
    SINGLE_VALUED,
    shut_once,
    typed_in_wlan,
)
from turnup.change.platforms.folded import AS_IOS
from turnup.change.platforms.language import Interrupts, Language, Unique
from turnup.change.platforms.numbered import typed_entry
from turnup.change.platforms.switch_ports import FORMER_SUBNET_GOES, NATIVE_MOVES, PHONES_MOVE
from turnup.change.platforms.trunks import LISTED, carries_all, typed_element, voids

if TYPE_CHECKING:
    from hier_config import HConfigChild

_LOCAL_LOGIN = re.compile(r"(aaa (?:authentication login|authorization exec) \S+) local(?: .*)?")
_BANNER = re.compile(r"(banner \S+) \^C(.*)\^C", re.DOTALL)
BANNER_DELIMITERS = "@|~$%#"
"""Tried in this order: a banner is typed between the first one that its text does not contain."""


def satisfied(child: HConfigChild, siblings: frozenset[str]) -> bool:
    """Say whether a broader line is there already.

    - A trunk that allows every VLAN carries the declared one.
    - A login by a group of servers that falls back to `local` (an authorization: to who has logged in) lets us in
      when the servers are away: it is not taken from who uses it.
    """
    if match := _LOCAL_LOGIN.fullmatch(child.text):
        grouped = re.compile(rf"{re.escape(match.group(1))} group .*(local|if-authenticated)\b.*")
        return any(grouped.fullmatch(each) for each in siblings)
    return carries_all(child.text, siblings)


def typed(line: str, section: frozenset[str]) -> str:
    """Say a line as it is typed.

    - an element of a trunk's list by `add` and `remove`; only a port without a list gets a first one;
    - a banner between characters that its text does not contain, for `^C` as shown is one character that cannot be
      pasted (`^` and `C` would become part of it); taken away by its name alone;
    - an entry of a prefix list or access list after the removal of those in its way;
    - a limit of a port is taken off by its name alone;
    - what a WLAN asks of stations while it is shut, for the controller refuses it else;
    - a translation of addresses is taken away with `forced`: while it is in use the device asks back otherwise.
    """
    text, indent = line.strip(), line[: len(line) - len(line.lstrip(" "))]
    element = typed_element(line, section)
    if element is not None:
        return element
    if text.startswith("no ip nat inside source list "):
        return f"{line} forced"
    if short := removal(text):
        return f"{indent}{short}"
    if wireless := typed_in_wlan(line, section):
        return wireless
    if text.startswith("no banner "):
        return " ".join(text.split()[:3])
    if match := _BANNER.fullmatch(text):
        return _typed_banner(match.group(1), match.group(2))
    entry = typed_entry(text, section)
    return line if entry is None else "\n".join(f"{indent}{each}" for each in entry)


def _typed_banner(header: str, text: str) -> str:
    delimiter = next((each for each in BANNER_DELIMITERS if each not in text), "\x03")
    return f"{header} {delimiter}{text}{delimiter}"


_INTERFACE = r"^interface "
_PORT = r"^interface (?!Vlan)"
_SVI = r"^interface Vlan"
_BGP = r"^router bgp "
_FAMILY = r"^address-family "

_NEW_KEY = "a BGP session gets another password: it starts anew unless both ends change within its hold time"

CISCO_IOS = Language(
    normalise=normalise,
    single_valued=(
        (r"^hostname ",),
        (r"^service timestamps (log|debug) ",),
        (r"^ip ssh version ",),
        (r"^banner (\S+) ",),
        (r"^snmp-server (location|contact) ",),
        (r"^snmp-server group (\S+ v\S+(?: (?:no)?auth| priv)?)(?: |$)",),
        (r"^snmp-server user (\S+) \S+ v3(?: |$)",),
        (r"^ntp server (\S+)(?: |$)",),
        (r"^ip route ((?:vrf \S+ )?\S+ \S+ \S+)(?: |$)",),
        (r"^aaa authentication login (\S+) ",),
        (r"^aaa authorization exec (\S+) ",),
        (r"^aaa authentication dot1x (\S+) ",),
        (r"^aaa authorization network (\S+) ",),
        (r"^radius-server (deadtime|dead-criteria) ",),
        (r"^line ", r"^transport (input|output) "),
        (r"^(?:radius|tacacs) server ", r"^(address ipv4|key|timeout|retransmit) "),
        (r"^spanning-tree mode ",),
        (r"^spanning-tree vlan (\d+) priority ",),
        (r"^ip prefix-list (\S+) seq (\d+) ",),
        (r"^ip prefix-list (\S+) description ",),
        (r"^ip access-list ", r"^(\d+) "),
        (r"^track (\d+) ",),
        (r"^ip nat inside source list (\S+) ",),
        (r"^vlan (\d+)$", r"^name "),
        (r"^vrf definition (\S+)$", r"^rd "),
        (r"^vrf definition (\S+)$", r"^description "),
        (_INTERFACE, r"^description "),
        (_INTERFACE, r"^ip address (?!.* secondary$)"),
        (_INTERFACE, r"^vrf forwarding "),
        (_INTERFACE, r"^bandwidth "),
        (_INTERFACE, r"^service-policy (input|output) "),
        (_INTERFACE, r"^switchport mode "),
        (_INTERFACE, r"^switchport access vlan "),
        (_INTERFACE, r"^switchport voice vlan "),
        (_INTERFACE, r"^switchport trunk native vlan "),
        (_INTERFACE, r"^spanning-tree (portfast|bpduguard)"),
        (_INTERFACE, r"^encapsulation "),
        (_INTERFACE, r"^ip access-group \S+ (in|out)$"),
        (_INTERFACE, r"^bfd interval "),
        (_INTERFACE, r"^standby version "),
        (_INTERFACE, r"^(?:standby|vrrp) (\d+) (ip(?= \S+$)|priority|preempt|version|track \d+)(?: |$)"),
        (r"^policy-map ", r"^class ", r"^shape average "),
        (r"^policy-map ", r"^class ", r"^(priority|bandwidth|service-policy)(?: |$)"),
        (r"^route-map ", r"^set (local-preference|metric|as-path prepend|extcommunity soo) "),
        (_INTERFACE, r"^ip dhcp snooping (limit rate) "),
        (_INTERFACE, r"^ip arp inspection (limit) "),
        (_INTERFACE, r"^power inline (?=auto|static|never)"),
        (_INTERFACE, r"^storm-control (\S+) level "),
        (_INTERFACE, r"^authentication (host-mode|order|priority|port-control|violation|timer reauthenticate) "),
        (_INTERFACE, r"^authentication event server dead action (?:authorize|reinitialize) (vlan) "),
        (_INTERFACE, r"^dot1x (timeout \S+|pae) "),
        (r"^policy-map ", r"^class ", r"^set (dscp|cos|precedence) "),
        (_BGP, r"^bgp router-id "),
        (_BGP, r"^neighbor (\S+) (remote-as|description|password|timers) "),
        (_BGP, r"^neighbor (\S+) (prefix-list) \S+ (in|out)$"),
        (_BGP, _FAMILY, r"^neighbor (\S+) (remote-as|description|maximum-prefix|password|timers|fall-over|soo) "),
        (_BGP, _FAMILY, r"^network (\S+ mask \S+)(?: |$)"),
        (_BGP, _FAMILY, r"^neighbor (\S+) prefix-list \S+ (in|out)$"),
        (_BGP, _FAMILY, r"^neighbor (\S+) route-map \S+ (in|out)$"),
        *VOICE_SINGLE_VALUED,
        *SINGLE_VALUED,
    ),
    exits=(((_BGP, _FAMILY), "exit-address-family"), ((r"^vrf definition ", _FAMILY), "exit-address-family")),
    first=(
        (_INTERFACE, r"^no ip address .* secondary$"),
        (_INTERFACE, r"^no (standby|vrrp) \d+ "),
        (r"^vrf definition ",),
        (r"^vlan \d",),
        (r"^ip access-list ",),
        (r"^ip prefix-list ",),
        (r"^class-map ",),
        (r"^policy-map QOS-",),
        (r"^policy-map ",),
        (r"^route-map ",),
        (r"^track ",),
        (r"^snmp-server group ",),
        (r"^(radius|tacacs) server ",),
        (r"^aaa group server ",),
        *VOICE_FIRST,
        *PARTS_FIRST,
        (_INTERFACE, r"^shutdown$"),
        (_INTERFACE, r"^encapsulation "),
        (_INTERFACE, r"^no authentication port-control "),
        (_INTERFACE, r"^vrf forwarding "),
    ),
    last=(
        *VOICE_LAST,
        (r"^ip access-list ", r"^no "),
        (r"^no ip nat ",),
        *PARTS_LAST,
        (r"^no interface ",),
        (r"^no track ",),
        (r"^no route-map ",),
        (r"^no policy-map (?!QOS-)",),
        (r"^no policy-map ",),
        (r"^no class-map ",),
        (r"^no ip prefix-list ",),
        (r"^no ip access-list ",),
        (r"^no vlan ",),
        (r"^no snmp-server group ",),
        (r"^no aaa group server ",),
        (r"^no (radius|tacacs) server ",),
        (r"^no vrf definition ",),
        (_INTERFACE, r"^no vrf forwarding "),
        (_INTERFACE, r"^(switchport mode (access|dynamic)|no switchport mode )"),
        (_INTERFACE, r"^authentication port-control "),
        (_INTERFACE, r"^switchport trunk allowed vlan "),
        (_INTERFACE, r"^no switchport trunk allowed vlan "),
        (_INTERFACE, r"^switchport mode trunk$"),
        (_INTERFACE, r"^no shutdown$"),
        (_BGP, r"^no neighbor \S+ remote-as "),
        (_BGP, _FAMILY, r"^no neighbor \S+ remote-as "),
    ),
    satisfied=satisfied,
    voids=voids,
    typed=typed,
    arranged=shut_once,
    folded=AS_IOS,
    shown_absences=re.compile(rf"no ip dhcp snooping information option$|(?:.* / )?{VOICE_ABSENCES}|{SHOWN_OFF}"),
    sets=LISTED,
    wipes=re.compile(r"^(no )?vrf forwarding "),
    wiped=re.compile(r"^ip(v6)? address "),
    occupies=occupies,
    generated=(
        (r"^aaa session-id common$",),
        (_BGP, r"^bgp log-neighbor-changes$"),
        (_BGP, r"^address-family ipv4 vrf ", r"^neighbor \S+ activate$"),
    ),
    secret_places=SECRET_PLACES,
    plain_of=plain_of,
    entry_lists=ENTRY_LISTS,
    typed_entries=typed_entries,
    never_typed=NEVER_TYPED,
    typed_if_ours=TYPED_IF_OURS,
    permanent=re.compile(rf"^(interface (?!Vlan|Loopback|Tunnel)[^.]*$|line |vlan 1$|{VOICE_PERMANENT})"),
    obstacles=obstacles,
    unique=(
        Unique(((_INTERFACE, r"^ip address (?P<subnet>\S+ \S+)"),), beside=r"^vrf forwarding (\S+)$"),
        Unique(((r"^vlan \d+$", r"^name (.+)$"),)),
        Unique(((r"^vrf definition ", r"^rd (\S+)$"),)),
        Unique(((r"^ip prefix-list (\S+) seq \d+ ((?:permit|deny) .+)$",),)),
        Unique(
            (
                (_BGP, r"^neighbor (\S+) remote-as (\d+)$"),
                (_BGP, _FAMILY, r"^neighbor (\S+) remote-as (\d+)$"),
            )
        ),
    ),
    not_taken_over=(
        re.compile(r"^aaa (authentication|authorization|accounting) "),
        re.compile(r"^spanning-tree mode "),
        re.compile(r"^router bgp \d+ / (address-family [^/]+ / )?neighbor \S+ remote-as "),
        re.compile(r"^ip (prefix-list \S+ seq|access-list \S+ \S+ / \d+) "),
        re.compile(r"^vlan \d+ / name "),
        re.compile(r"^interface \S+ / (ip address|vrf forwarding) "),
        re.compile(r"^vrf definition \S+ / rd "),
        re.compile(r"^track \d+ "),
        re.compile(r"^interface \S+ / (encapsulation|(standby|vrrp) \d+ ip|ip access-group) "),
    ),
    interrupts=(
        Interrupts((_INTERFACE, r"^vrf forwarding "), 10, 90, "the link changes its VRF: its BGP session starts anew"),
        Interrupts((_PORT, r"^ip address "), 10, 90, "the link gets another address: its BGP session starts anew"),
        Interrupts(
            (_BGP, _FAMILY, r"^neighbor \S+ remote-as "), 10, 90, "a BGP session starts anew", wherever_it_comes=True
        ),
        Interrupts((_BGP, _FAMILY, r"^neighbor (\S+) password "), 0, 90, _NEW_KEY),
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
        Interrupts((_INTERFACE, r"^switchport trunk native vlan "), 1, 60, NATIVE_MOVES),
        Interrupts((_INTERFACE, r"^switchport voice vlan "), 5, 60, PHONES_MOVE),
        *VOICE_INTERRUPTS,
        Interrupts((r"^ip prefix-list (\S+) seq",), 0, 1, "routes are filtered anew"),
        Interrupts((r"^policy-map ", r"^class ", r"^shape average "), 0, 0, "the rate changes without a pause"),
        Interrupts((_INTERFACE, r"^encapsulation "), 10, 90, "the link gets another tag: its BGP session starts anew"),
        Interrupts((_INTERFACE, r"^(?:standby|vrrp) (\d+) ip "), 1, 10, "the virtual gateway gets another address"),
    ),
)
"""Cisco IOS and IOS-XE."""
