"""What commands on a shared network device may begin with, and which of their words are names that somebody made.

They are read from the final text, in the words of each platform, and know nothing of templates: a template that is
wrong must not be able to be wrong here too. A command that begins with none of these is nobody's, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from turnup.plan.fence_tenant import Command
from turnup.sites import Platform


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one platform.

    Attributes:
        begins: what a command of the top level may begin with, after `no`.
        below: where a header alone does not say whose it is: what may stand below it, headers joined by ` / `.
        names: find names; a group may hold several, with spaces between them and brackets around.
        nobodys: names of the platform itself.
        never_below: what a section takes that is not its own; the device leaves the section for it.
    """

    begins: re.Pattern[str]
    below: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    names: re.Pattern[str]
    nobodys: re.Pattern[str]
    never_below: re.Pattern[str] = re.compile(r"(?!)")

    def knows(self, command: Command) -> bool:
        """Whether a command is of a kind of which it is known whose it is."""
        if any(self.never_below.match(line) for line in command[1:]):
            return False
        path = " / ".join(command)
        return self.begins.match(path) is not None and all(
            allowed.match(path) for header, allowed in self.below if header.match(path)
        )

    def named(self, command: Command) -> Iterator[str]:
        """The names in a command that are somebody's."""
        for match in self.names.finditer(command[-1]):
            for name in (name for group in match.groups() if group for name in group.strip("[] ").split()):
                if not self.nobodys.fullmatch(name):
                    yield name


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns))


_ROUTING = (
    r"\broute-map (\S+)",
    r"\bmatch ip(?:v6)? (?:address|next-hop|route-source) prefix-list (.+)",
    r"\bmatch ip(?:v6)? (?:address|next-hop|route-source) (?!prefix-list)(.+)",
    r"\bmatch (?:\S*community|as-path) (.+)",
    r"\bset comm-list (\S+)",
    r"\bprefix-list (?:seq )?(\S+)",
    r"\b(?:as-path )?access-list (?:standard |extended )?(\S+)",
    r"\b(?:\w+)?community-list (?:standard |expanded )?(\S+)",
    r"\b(?:distribute|filter)-list (?:prefix )?(\S+)",
    r"\b(?:peer-group|peer-policy|peer-session|unsuppress-map|advertise-map|exist-map|non-exist-map) (\S+)",
    r"^(?:import|export) (?:ipv4 \w+ )?map (\S+)",
)
"""Of routers that are configured by indented lines."""

_IOS = Words(
    begins=_any(
        r"(?:no )?vrf definition ",
        r"(?:no )?ip(?:v6)? prefix-list ",
        r"(?:no )?(?:class|policy)-map ",
        r"(?:no )?route-map ",
        r"(?:no )?ip(?:v6)? access-list (?:standard|extended) ",
        r"(?:no )?ip (?:ext)?community-list ",
        r"(?:no )?ip as-path access-list ",
        r"(?:no )?ip(?:v6)? route vrf ",
        r"router bgp \d+(?: / |$)",
        r"no router bgp \d+$",
        r"(?:no )?interface \S+(?: / |$)",
        r"(?:no )?radius server ",
        r"(?:no )?aaa group server radius ",
        r"(?:no )?aaa authentication dot1x \S+ group ",
        r"(?:no )?wireless (?:profile (?:flex|policy)|tag (?:policy|site|rf)) ",
        r"(?:no )?wlan ",
        r"(?:no )?ap (?:profile )?\S+(?: / |$)",
        r"voice service voip(?: / |$)",
        r"(?:no )?voice (?:class \S+|translation-rule|translation-profile) ",
        r"voice-port ",
        r"(?:no )?dial-peer voice ",
    ),
    below=(
        (
            re.compile(r"router bgp "),
            re.compile(r"router bgp \d+(?: / (?:no )?address-family ipv[46] (?:\w+ )?vrf |$)"),
        ),
        (re.compile(r"(?:no )?ip(?:v6)? route vrf "), re.compile(r"(?!.* global(?: |$))")),
        (
            re.compile(r"voice service "),
            re.compile(r"voice service voip(?:$| / ip address trusted list(?:$| / )| / allow-connections sip to sip$)"),
        ),
    ),
    names=_any(
        *_ROUTING,
        r"^(?:no )?class-map (?:type \S+ )?(?:match-(?:any|all) )?(\S+)",
        r"^(?:no )?policy-map (?:type \S+ )?(\S+)",
        r"^(?:no )?class (?:type \S+ )?(\S+)",
        r"\bmatch (?:not )?class-map (\S+)",
        r"\bmatch (?:not )?access-group (?:name )?(\S+)",
        r"\bservice-policy (?:type \S+ )?(?:(?:input|output) )?(\S+)",
        r"\baccess-group (?!name )(\S+)",
        r"\bbfd template (\S+)",
        r"\bkey-chain (\S+)",
        r"^(?:no )?radius server (\S+)",
        r"^(?:no )?aaa group server radius (\S+)",
        r"^(?:no )?server name (\S+)",
        r"^(?:no )?aaa authentication dot1x (\S+) group (\S+)",
        r"\bauthentication-list (\S+)",
        r"^(?:no )?wireless (?:profile|tag) \w+ (\S+)",
        r"^(?:no )?wlan (\S+)(?: policy (\S+))?",
        r"^(?:no )?ap profile (\S+)",
        r"^(?:no )?(?:policy|site|rf)-tag (\S+)",
        r"^(?:no )?(?:ap|flex)-profile (\S+)",
        r"-rf-policy (\S+)",
    ),
    nobodys=_any(r"class-default", r"in|out"),
    never_below=re.compile(r"(?:no )?(?:router|interface|vrf definition|ip route|hostname|line) "),
)

_FRR = Words(
    begins=_any(
        r"(?:no )?host \S+ \S+",
        r"(?:no )?vrf \S+(?: / |$)",
        r"(?:no )?ip(?:v6)? prefix-list ",
        r"(?:no )?route-map ",
        r"(?:no )?(?:ip(?:v6)? )?access-list ",
        r"(?:no )?bgp [\w-]*community-list ",
        r"(?:no )?bgp as-path access-list ",
        r"(?:no )?interface \S+ vrf ",
        r"(?:no )?router bgp \d+ vrf ",
        r"(?:no )?ip(?:v6)? route .* vrf ",
        r"(?:no )?bfd(?: / |$)",
    ),
    below=((re.compile(r"(?:no )?bfd(?: / |$)"), re.compile(r"(?:no )?bfd(?:$| / (?:no )?profile BFD-\d+(?:$| / ))")),),
    names=_any(*_ROUTING, r"\bbfd profile (\S+)"),
    nobodys=_any(r"BFD-\d+", r"in|out"),
)
"""A profile of BFD is named after its interval, and is the same for all who name it."""

_JUNOS = Words(
    begins=_any(
        r"\w+ interfaces \S+",
        r"\w+ class-of-service interfaces \S+",
        r"\w+ class-of-service (?:scheduler-maps|schedulers|traffic-control-profiles|drop-profiles) ",
        r"\w+ class-of-service (?:classifiers|rewrite-rules) \S+ ",
        r"\w+ class-of-service forwarding-classes class ",
        r"\w+ policy-options (?:prefix-list|policy-statement|\w*community|as-path|as-path-group) ",
        r"\w+ routing-instances ",
        r"\w+ firewall (?:family \S+ )?(?:filter|policer) ",
        r"\w+ routing-options autonomous-system(?: |$)",
    ),
    below=(),
    names=_any(
        r"\bpolicy-options (?:prefix-list|policy-statement|\w*community|as-path|as-path-group) (\S+)",
        r"\bfrom (?:prefix-list|prefix-list-filter|community|as-path|as-path-group) (\[.*\]|\S+)",
        r"\bcommunity (?:add|set|delete) (\S+)",
        r"\brib-group (?:inet6? )?(\S+)",
        r"\bfrom policy (\[.*\]|\S+)",
        r"\b(?:vrf-)?(?:import|export) (?!target:)(\[.*\]|\S+)",
        r"\bclass-of-service (?:scheduler-maps|schedulers|traffic-control-profiles|drop-profiles) (\S+)",
        r"\bclass-of-service (?:classifiers|rewrite-rules) \S+ (\S+)",
        r"\bforwarding-classes class (\S+)",
        r"\b(?:scheduler-map|scheduler|forwarding-class|output-traffic-control-profile) (\S+)",
        r"\bunit \S+ (?:classifiers|rewrite-rules) \S+ (\S+)",
        r"\bfirewall (?:family \S+ )?(?:filter|policer) (\S+)",
        r"\bfilter (?:input|output|input-list|output-list) (\[.*\]|\S+)",
        r"\bthen policer (\S+)",
        r"\bapply-(?:groups|path|macro)(?:-except)? (\[.*\]|\S+)",
    ),
    nobodys=_any(r"best-effort", r"expedited-forwarding", r"assured-forwarding", r"network-control", r"default"),
)

WORDS: dict[Platform, Words] = {
    Platform.CISCO_IOS: _IOS,
    Platform.FRR: _FRR,
    Platform.JUNIPER_JUNOS: _JUNOS,
}
"""Network devices that many buyers share: provider edges, controllers, gateways."""
