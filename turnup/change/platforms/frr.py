"""The configuration language of FRRouting, with the host lines that its agent adds for what FRR cannot hold.

Sources: FRRouting user manual (zebra, bgpd, vtysh), `frr-reload.py`; output compared with FRR 8.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from turnup.change.platforms.bgp import bgp_runs_with_another_as
from turnup.change.platforms.forms import Rewriter
from turnup.change.platforms.frr_forms import LINE_FORMS
from turnup.change.platforms.in_use import definitions_still_in_use
from turnup.change.platforms.language import Interrupts, Language, Obstacle, Scene, Unique
from turnup.change.platforms.secrets import SecretPlace

_CLOSING = re.compile(r"^\s*([!#].*|exit(-[a-z-]+)?|end|Building configuration.*|Current configuration.*)?\s*$")

_PREFIX_ENTRY = re.compile(r"^(ip(?:v6)? prefix-list \S+) (?:seq (\d+) )?((?:permit|deny) .*)$")
_REWRITER = Rewriter(LINE_FORMS)
_HIDDEN_IF_EMPTY = re.compile(r"^interface ")
"""FRR, vtysh/vtysh_config.c: "Don't print empty sections for interface"."""


def normalise(text: str) -> tuple[tuple[int, str], ...]:
    """Turn `vtysh -c 'show running-config'` into comparable lines: closing words, comments and preamble left out."""
    return tuple(_without_empty_interfaces(tuple(_lines(text))))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    header = ""
    for line in _numbered(text.replace("\r", "").split("\n")):
        if not _CLOSING.match(line):
            indent = len(line) - len(line.lstrip(" "))
            header = header if indent else line
            yield from ((indent, each) for each in _REWRITER.lines(line.strip(), header))


def _numbered(lines: list[str]) -> Iterator[str]:
    """Give the entries of a prefix list that have no number the next multiple of 5, as FRR does."""
    highest: dict[str, int] = {}
    for line in lines:
        match = _PREFIX_ENTRY.match(line) if line.startswith("ip") else None
        if match is None:
            yield line
            continue
        start, number, rule = match.groups()
        taken = int(number) if number else (highest.get(start, 0) // 5 + 1) * 5
        highest[start] = max(taken, highest.get(start, 0))
        yield f"{start} seq {taken} {rule}"


def _without_empty_interfaces(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
    """What is not shown is not compared either; an interface of LDP is a line of its own and needs none below it."""
    for (indent, line), following in zip(lines, (*lines[1:], (0, "")), strict=False):
        if indent or following[0] or not _HIDDEN_IF_EMPTY.match(line):
            yield indent, line


def obstacles(scene: Scene) -> Iterator[Obstacle]:
    """Find all that stands in the way of what is declared."""
    yield from bgp_runs_with_another_as(scene)
    yield from definitions_still_in_use(scene)


_BGP = r"^router bgp "
_FAMILY = r"^address-family "

_NEW_KEY = "a BGP session gets another password: it starts anew unless both ends change within its hold time"
_NEW_QUEUE = "the queue is made anew: packets in it are lost"
SECRET_PLACES = (
    SecretPlace("neighbor 192.0.2.1 password SECRET", ("neighbor",), re.compile(r"(neighbor \S+ password )(.+)()")),
    SecretPlace("password SECRET", ("password",), re.compile(r"(password (?:8 )?)(\S+)()")),
    SecretPlace("enable password SECRET", ("enable",), re.compile(r"(enable password (?:8 )?)(\S+)()")),
    SecretPlace("key-string SECRET", ("key-string",), re.compile(r"(key-string )(.+)()")),
    SecretPlace(
        "ip ospf message-digest-key 1 md5 SECRET",
        ("ip",),
        re.compile(r"(ip ospf message-digest-key \d+ md5 )(\S+)(.*)"),
    ),
    SecretPlace("ip ospf authentication-key SECRET", ("ip",), re.compile(r"(ip ospf authentication-key )(\S+)(.*)")),
)
"""The lines that hold secrets; FRR stores them as they are."""

FRR = Language(
    normalise=normalise,
    single_valued=(
        (r"^hostname ",),
        (r"^ip prefix-list (\S+) seq (\d+) ",),
        (r"^ip prefix-list (\S+) description ",),
        (r"^host shaper (\S+) (rate-kbit) ",),
        (r"^host shaper (\S+) (class \d+) (?:priority )?percent ",),
        (r"^host shaper (\S+) class \d+ (dscp \S+)$",),
        (r"^host vrrp (\S+) group (\d+) (address|track) ",),
        (r"^host vrf \S+ interface (\S+)$",),
        (r"^vrf (\S+)$", r"^netns "),
        (r"^interface ", r"^description "),
        (r"^interface ", r"^vrrp (\d+) (priority|version) "),
        (r"^bfd$", r"^profile ", r"^(transmit-interval|receive-interval|detect-multiplier) "),
        (r"^route-map ", r"^set (local-preference|metric|as-path prepend) "),
        (_BGP, r"^neighbor (\S+) bfd profile "),
        (_BGP, r"^bgp router-id "),
        (_BGP, r"^neighbor (\S+) (remote-as|description|password|timers) "),
        (_BGP, _FAMILY, r"^neighbor (\S+) maximum-prefix "),
        (_BGP, _FAMILY, r"^neighbor (\S+) prefix-list \S+ (in|out)$"),
        (_BGP, _FAMILY, r"^neighbor (\S+) route-map \S+ (in|out)$"),
    ),
    exits=(
        ((_BGP, _FAMILY), "exit-address-family"),
        ((r"^bfd$", r"^profile "), "exit"),
        ((_BGP, _FAMILY, r"^vni "), "exit-vni"),
        ((_BGP, r"^vnc "), "exit-vnc"),
        ((_BGP, r"^vrf-policy "), "exit-vrf-policy"),
        ((r"^mpls ldp$", _FAMILY), "exit-address-family"),
        ((r"^interface ", r"^link-params$"), "exit-link-params"),
        ((r"^vrf ",), "exit-vrf"),
    ),
    first=((r"^host vrf \S+$",), (r"^host vrf ",), (r"^vrf ",), (r"^ip prefix-list ",), (r"^route-map ",)),
    last=((r"^no route-map ",), (r"^no ip prefix-list ",), (r"^no vrf ",), (r"^no host vrf \S+ ",), (r"^no host ",)),
    never_typed=(
        re.compile(r"^\s*no (frr|service|log|line|hostname|agentx|zebra|debug)\b"),
        re.compile(r"^\s*(clear|write|copy|configure|do)\b"),
        re.compile(r"^\s*no (ip|ipv6) prefix-list \S+\s*$"),
        re.compile(r"^\s*no route-map \S+\s*$"),
        re.compile(r"^\s*no access-list \S+\s*$"),
        re.compile(r"^\s*no (neighbor \S+|bgp|address-family)\s*$"),
        re.compile(r"^\s*no (bgp default|ip forwarding|ipv6 forwarding)\b"),
        re.compile(r"^\s*no interface (eth\S+|lo)\s*$"),
    ),
    typed_if_ours=(
        re.compile(r"^\s*no (router|vrf|host vrf|address-family) \S+"),
        re.compile(r"^no (interface \S+ vrf|route-map \S+ (permit|deny)) "),
    ),
    permanent=re.compile(r"^(interface eth|line )"),
    hidden_if_empty=_HIDDEN_IF_EMPTY,
    closed_when_empty=re.compile(r"^vrf "),
    obstacles=obstacles,
    unique=(
        Unique(((r"^interface \S+(?: vrf (\S+))?$", r"^ip address (?P<subnet>\S+)$"),)),
        Unique(((r"^ip prefix-list (\S+) seq \d+ ((?:permit|deny) .+)$",),)),
        Unique(((_BGP, r"^neighbor (\S+) remote-as (\d+)$"),)),
    ),
    not_taken_over=(
        re.compile(r"^host vrf \S+ interface "),
        re.compile(r"^vrf \S+ / netns "),
    ),
    secret_places=SECRET_PLACES,
    interrupts=(
        Interrupts((r"^host vrf \S+ interface \S+$",), 10, 90, "the link changes its VRF: its BGP session starts anew"),
        Interrupts(
            (r"^interface ", r"^ip address "), 10, 90, "the link gets another address: its BGP session starts anew"
        ),
        Interrupts((_BGP, r"^neighbor \S+ remote-as "), 10, 90, "a BGP session starts anew", wherever_it_comes=True),
        Interrupts((_BGP, r"^neighbor (\S+) password "), 0, 90, _NEW_KEY),
        Interrupts((r"^ip prefix-list (\S+) seq",), 0, 1, "routes are filtered anew"),
        Interrupts((r"^host shaper (\S+) (rate-kbit) ",), 0, 1, _NEW_QUEUE),
        Interrupts((r"^host shaper (\S+) (class \d+) (?:priority )?percent ",), 0, 1, _NEW_QUEUE),
        Interrupts((r"^host shaper (\S+) class \d+ (dscp \S+)$",), 0, 1, _NEW_QUEUE),
    ),
)
"""FRRouting."""
