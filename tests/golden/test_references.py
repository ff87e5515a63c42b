"""No golden refers to an object that it does not define, defines one that nothing uses, or holds a line that no
device of its platform knows.

What defines and what uses an object is data, a table a platform, in the words of the vendor; none of it is shared with
the code that made the goldens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, hardware_of
from lab.simulated.grammar import DeviceKind, Refusal
from lab.simulated.junos.configuration import JunosConfiguration
from lab.simulated.junos.tree import StatementError

HERE = Path(__file__).resolve().parent
ALWAYS_THERE = {
    "vlan": {"1"},
    "class map": {"class-default"},
    "server group": {"radius", "tacacs+"},
    "vrf": {"default"},
    "vlan by name": {"all"},
    "classifier": {"default"},
    "forwarding class": {"best-effort", "expedited-forwarding", "assured-forwarding", "network-control"},
    "AP profile": {"default-ap-profile"},
    "flex profile": {"default-flex-profile"},
    "policy tag": {"default-policy-tag"},
    "site tag": {"default-site-tag"},
    "RF tag": {"default-rf-tag"},
}
"""Objects that every device has."""
MAY_LIE_IDLE = {
    "vlan",
    "zone",
    "VLAN of access points",
    "interface",
    "logical interface",
    "snmp user",
}
"""Kinds that are of use by being there."""


@dataclass(frozen=True)
class Words:
    """How a platform defines objects and refers to them: kind, and a pattern of a line whose groups are the name.

    A line is written with the headers above it, `header > line`. The pattern of a definition matches all of that, that
    of a use may match the line alone.
    """

    defines: tuple[tuple[str, str], ...]
    uses: tuple[tuple[str, str], ...]


IOS = Words(
    defines=(
        ("vlan", r"vlan ([\d,-]+)"),
        ("interface", r"interface (\S+)"),
        ("access list", r"ip access-list (?:standard|extended) (\S+)"),
        ("access list", r"access-list (\d+) .*"),
        ("class map", r"class-map (?:match-\w+ )?(\S+)"),
        ("policy map", r"policy-map (\S+)"),
        ("prefix list", r"ip prefix-list (\S+) .*"),
        ("route map", r"route-map (\S+) (?:permit|deny) \d+"),
        ("vrf", r"vrf definition (\S+)"),
        ("server group", r"aaa group server \S+ (\S+)"),
        ("server", r"(?:radius|tacacs) server (\S+)"),
        ("snmp group", r"snmp-server group (\S+) .*"),
        ("snmp user", r"snmp-server user (\S+) .*"),
        ("tracked object", r"track (\d+) .*"),
        ("802.1X list", r"aaa authentication dot1x (?!default )(\S+) .*"),
        ("WLAN", r"wlan (\S+) \d+ .+"),
        ("policy profile", r"wireless profile policy (\S+)"),
        ("flex profile", r"wireless profile flex (\S+)"),
        ("AP profile", r"ap profile (\S+)"),
        ("policy tag", r"wireless tag policy (\S+)"),
        ("site tag", r"wireless tag site (\S+)"),
        ("RF tag", r"wireless tag rf (\S+)"),
        ("VLAN of access points", r"wireless profile flex \S+ > vlan-name \S+ > vlan-id (\d+)"),
        ("BGP neighbour", r"router bgp \d+ > (?:(address-family ipv4 vrf \S+) > )?neighbor (\S+) remote-as \d+"),
        ("rule of calls", r"voice translation-rule (\d+)"),
        ("profile of calls", r"voice translation-profile (\S+)"),
        ("URI of calls", r"voice class uri (\S+) sip"),
        ("codecs", r"voice class codec (\d+)"),
        ("numbers", r"voice class e164-pattern-map (\d+)"),
        ("servers of calls", r"voice class server-group (\d+)"),
        ("ping of servers", r"voice class sip-options-keepalive (\d+)"),
    ),
    uses=(
        ("VLAN of access points", r"wireless profile policy \S+ > vlan (\d+)"),
        ("BGP neighbour", r"router bgp \d+ > (?:(address-family ipv4 vrf \S+) > )?neighbor (\S+) (?!remote-as ).*"),
        ("rule of calls", r"voice translation-profile \S+ > translate \S+ (\d+)"),
        ("profile of calls", r"translation-profile (?:incoming|outgoing) (\S+)"),
        ("URI of calls", r"incoming uri \S+ (\S+)"),
        ("codecs", r"voice-class codec (\d+)"),
        ("numbers", r"destination e164-pattern-map (\d+)"),
        ("servers of calls", r"session server-group (\d+)"),
        ("ping of servers", r"voice-class sip options-keepalive profile (\d+)"),
        ("802.1X list", r"security dot1x authentication-list (\S+)"),
        ("WLAN", r"wlan (\S+) policy \S+"),
        ("policy profile", r"wlan \S+ policy (\S+)"),
        ("flex profile", r"flex-profile (\S+)"),
        ("AP profile", r"ap-profile (\S+)"),
        ("policy tag", r"policy-tag (\S+)"),
        ("site tag", r"site-tag (\S+)"),
        ("RF tag", r"rf-tag (\S+)"),
        ("vlan", r"switchport (?:access|voice|trunk native|trunk allowed) vlan (?:add )?([\d,-]+)"),
        ("vlan", r"(?:ip dhcp snooping|ip arp inspection|spanning-tree) vlan ([\d,-]+)(?: priority \d+)?"),
        ("vlan", r"authentication event .* vlan (\d+)"),
        ("vlan", r"interface Vlan(\d+)"),
        ("interface", r"(?:.* )?(?:interface|source-interface) ([A-Z]\S+\d)(?: .*)?"),
        ("interface", r"interface (\S+)\.\d+"),
        ("interface", r"ip route .* ([A-Z][A-Za-z]+Ethernet\S+)(?: .*)?"),
        ("access list", r"(?:ip access-group|access-class) (\S+) (?:in|out)"),
        ("access list", r"match access-group name (\S+)"),
        ("access list", r"match ip address (?!prefix-list )(\S+)"),
        ("access list", r"ip nat inside source list (\S+) .*"),
        ("access list", r"snmp-server community \S+ \S+ (\S+)"),
        ("class map", r"class (\S+)"),
        ("policy map", r"service-policy (?:input |output )?(\S+)"),
        ("prefix list", r".* prefix-list (\S+)(?: in| out)?"),
        ("route map", r"(?:neighbor|redistribute|aggregate-address) .*route-map (\S+)(?: in| out)?"),
        ("vrf", r"(?:vrf forwarding|address-family ipv4 vrf|ip route vrf) (\S+)(?: .*)?"),
        ("vrf", r"ip nat .* vrf (\S+)(?: .*)?"),
        ("server group", r"aaa .* group (\S+)(?: .*)?"),
        ("server", r"server name (\S+)"),
        ("snmp group", r"snmp-server user \S+ (\S+) v3(?: .*)?"),
        ("snmp user", r"snmp-server host \S+ version 3 priv (\S+)"),
        ("tracked object", r"(?:standby|vrrp) \d+ track (\d+)(?: .*)?"),
        ("tracked object", r"ip route .* track (\d+)(?: .*)?"),
    ),
)
EOS = Words(
    defines=(
        ("vlan", r"vlan ([\d,-]+)"),
        ("interface", r"interface (\S+)"),
        ("access list", r"ip access-list (?:standard )?(\S+)"),
        ("class map", r"class-map type qos match-any (\S+)"),
        ("policy map", r"policy-map type quality-of-service (\S+)"),
        ("prefix list", r"ip prefix-list (\S+)"),
        ("route map", r"route-map (\S+) (?:permit|deny) \d+"),
        ("vrf", r"vrf instance (\S+)"),
        ("server group", r"aaa group server \S+ (\S+)"),
        ("server", r"(?:radius|tacacs)-server host (\S+)(?: .*)?"),
        ("snmp group", r"snmp-server group (\S+) .*"),
        ("snmp user", r"snmp-server user (\S+) .*"),
    ),
    uses=(
        ("vlan", r"switchport (?:access|phone|trunk native|trunk allowed) vlan (?:add )?([\d,-]+)"),
        ("vlan", r"spanning-tree vlan-id ([\d,-]+) priority \d+"),
        ("vlan", r"(?:aaa unresponsive|dot1x) .* vlan (\d+)"),
        ("vlan", r"interface Vlan(\d+)"),
        ("access list", r"(?:ip access-group|match ip access-group) (\S+)(?: in| out)?"),
        ("class map", r"class (\S+)"),
        ("policy map", r"service-policy type qos (?:input|output) (\S+)"),
        ("prefix list", r".* prefix-list (\S+)(?: in| out)?"),
        ("route map", r"neighbor .* route-map (\S+) (?:in|out)"),
        ("vrf", r"(?:vrf|ip route vrf) (\S+)(?: .*)?"),
        ("server group", r"aaa .* group (\S+)(?: .*)?"),
        ("server", r"server (\S+)(?: vrf \S+)?"),
        ("snmp group", r"snmp-server user \S+ (\S+) v3(?: .*)?"),
        ("snmp user", r"snmp-server host \S+ version 3 priv (\S+)"),
    ),
)
JUNOS = Words(
    defines=(
        ("vlan by name", r"set vlans (\S+)(?: .*)?"),
        ("logical interface", r"set interfaces (\S+ unit \d+) .*"),
        ("prefix list", r"set policy-options prefix-list (\S+) .*"),
        ("policy", r"set policy-options policy-statement (\S+) .*"),
        ("community", r"set policy-options community (\S+) .*"),
        ("filter", r"set firewall family \S+ filter (\S+) .*"),
        ("storm profile", r"set forwarding-options storm-control-profiles (\S+)(?: .*)?"),
        ("relay servers", r"set forwarding-options dhcp-relay server-group (\S+) .*"),
        ("zone", r"set security zones security-zone (\S+) .*"),
        ("access profile", r"set access profile (\S+) .*"),
        ("access server", r"set access radius-server (\S+) .*"),
        ("scheduler map", r"set class-of-service scheduler-maps (\S+) .*"),
        ("traffic profile", r"set class-of-service traffic-control-profiles (\S+) .*"),
        ("scheduler", r"set class-of-service schedulers (\S+) .*"),
        ("classifier", r"set class-of-service classifiers dscp (\S+) .*"),
        ("forwarding class", r"set class-of-service forwarding-classes class (\S+) .*"),
        ("snmp view", r"set snmp view (\S+) .*"),
        ("snmp target", r"set snmp v3 target-parameters (\S+) .*"),
        ("snmp group", r"set snmp v3 vacm access group (\S+) .*"),
        ("snmp user", r"set snmp v3 usm local-engine user (\S+) .*"),
        ("snmp tag", r"set snmp v3 notify \S+ tag (\S+)"),
    ),
    uses=(
        ("vlan by name", r"set interfaces \S+ unit \d+ family ethernet-switching vlan members (\S+)"),
        ("vlan by name", r"set switch-options voip interface \S+ vlan (\S+)"),
        ("vlan by name", r"set protocols dot1x .* vlan-name (\S+)"),
        ("vlan by name", r"set protocols igmp-snooping vlan (\S+)"),
        ("logical interface", r"set (?:vlans \S+ l3-interface|routing-instances \S+ interface) (\S+)"),
        ("logical interface", r"set .* vrrp-group \d+ track interface (\S+) .*"),
        ("prefix list", r"set .* (?:source-)?prefix-list (?!.* )(\S+)"),
        ("policy", r"set (?:routing-instances \S+ )?protocols .* (?:import|export) (\S+)"),
        ("community", r"set policy-options policy-statement .* (?:from community|then community add) (\S+)"),
        ("filter", r"set interfaces .* filter (?:input|output) (\S+)"),
        ("zone", r"set security policies from-zone (\S+) .*"),
        ("zone", r"set security policies from-zone \S+ to-zone (\S+) .*"),
        ("zone", r"set security nat source rule-set \S+ (?:from|to) zone (\S+)"),
        ("logical interface", r"set security zones security-zone \S+ interfaces (\S+)(?: .*)?"),
        ("storm profile", r"set interfaces .* storm-control (\S+)"),
        ("relay servers", r"set forwarding-options dhcp-relay .*active-server-group (\S+)"),
        ("access profile", r"set protocols dot1x authenticator authentication-profile-name (\S+)"),
        ("access server", r"set access profile \S+ radius authentication-server (\S+)"),
        ("scheduler map", r"set class-of-service interfaces .* scheduler-map (\S+)"),
        ("traffic profile", r"set class-of-service interfaces .* output-traffic-control-profile (\S+)"),
        ("scheduler", r"set class-of-service scheduler-maps .* scheduler (\S+)"),
        ("classifier", r"set class-of-service interfaces .* classifiers dscp (\S+)"),
        ("forwarding class", r"set class-of-service (?:scheduler-maps|classifiers dscp) \S+ forwarding-class (\S+) .*"),
        ("forwarding class", r"set switch-options voip .* forwarding-class (\S+)"),
        ("snmp view", r"set snmp v3 .* (?:read|notify|write)-view (\S+)"),
        ("snmp target", r"set snmp v3 target-address \S+ target-parameters (\S+)"),
        ("snmp group", r"set snmp v3 vacm security-to-group .* group (\S+)"),
        ("snmp user", r"set snmp v3 .* security-name (\S+)(?: group \S+)?"),
        ("snmp tag", r"set snmp v3 target-address \S+ tag-list (\S+)"),
    ),
)
WORDS = {"cisco_ios": IOS, "arista_eos": EOS, "juniper_junos": JUNOS}
TEXTS = sorted(
    path
    for platform in WORDS
    for name in ("candidate", "running")
    for path in HERE.glob(f"*/{platform}/*/{name}.txt")
    if "error: " not in (path.parent / "findings.txt").read_text()  # a refused plan is never typed
)


def named(words: tuple[tuple[str, str], ...], lines: list[str], above: str = "") -> set[tuple[str, str]]:
    """Kind and name of every object that lines define, or use.

    Args:
        words: kinds and patterns.
        lines: as `with_headers` gives them.
        above: pattern of what may stand before what the patterns match.
    """
    found = set()
    for line in lines:
        for kind, pattern in words:
            if match := re.fullmatch(f"{above}(?:{pattern})", line):
                found.update((kind, name) for name in names_in(kind, " ".join(filter(None, match.groups()))))
    return found


def used_by(words: Words, lines: list[str]) -> set[tuple[str, str]]:
    return named(words.uses, lines, above="(?:.* > )?")


def names_in(kind: str, text: str) -> Iterator[str]:
    if kind == "logical interface":
        yield text.replace(" unit ", ".")
        return
    if kind != "vlan":
        yield text
        return
    for part in text.split(","):
        low, _, high = part.partition("-")
        yield from map(str, range(int(low), int(high or low) + 1))


def read(path: Path) -> tuple[Words, list[str], DeviceKind]:
    kind = yaml.safe_load((path.parent / "intent.yaml").read_text())["kind"]
    return WORDS[path.parent.parent.name], list(with_headers(path.read_text())), DeviceKind(kind)


def with_headers(text: str) -> Iterator[str]:
    """Give each line behind the headers that it stands under."""
    section: list[tuple[int, str]] = []
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        section = [header for header in section if header[0] < depth] + [(depth, line.strip())]
        yield " > ".join(each for _, each in section)


def name_of(path: Path) -> str:
    return str(path.relative_to(HERE).with_suffix(""))


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_what_is_referred_to_is_defined_and_what_is_defined_is_used(path):
    words, lines, _ = read(path)
    defined, used = named(words.defines, lines), used_by(words, lines)
    undefined = {(kind, name) for kind, name in used - defined if name not in ALWAYS_THERE.get(kind, ())}
    assert {each for each in undefined if not is_group_of_users(each, defined)} == set()
    if "snmp user" not in {kind for kind, _ in used & defined}:
        used |= {("snmp group", name) for kind, name in used if kind == "snmp user"}
    assert {(kind, name) for kind, name in defined - used if kind not in MAY_LIE_IDLE} == set()


def is_group_of_users(reference: tuple[str, str], defined: set[tuple[str, str]]) -> bool:
    """Users of SNMPv3 that are made by hand are called after their group, and shown nowhere."""
    kind, name = reference
    return kind == "snmp user" and ("snmp group", name) in defined


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_a_device_of_the_platform_knows_every_line(path):
    text = path.read_text()
    words, lines, kind = read(path)
    if words is JUNOS:
        assert refused_by_junos(lines) == []
        return
    device = Configuration(kind, hardware_of(text))
    for name in sorted(device.hardware):
        Editor(device).take(f"interface {name}")
    take(device, text)  # what refers to something may stand before it
    assert take(device, text) == []


def refused_by_junos(lines: list[str]) -> list[str]:
    """The lines that a device does not take, and what its commit would find."""
    device, refused = JunosConfiguration(), []
    for line in (each for each in lines if each and not each.startswith("#")):
        try:
            device.carry_out(line)
        except StatementError as error:
            refused.append(f"{line}: {error.words}")
    return refused + device.complaints().splitlines()


def up_last(text: str) -> str:
    """A text in which each section ends with its `no shutdown`, as a device shows it: what comes new stands last."""
    return re.sub(r"(?m)^( no shutdown\n)((?: .*\n)+)", r"\2\1", text)


def take(device: Configuration, text: str) -> list[tuple[str, str]]:
    """Load a text as a device boots with it; the lines that it refuses, with its words."""
    editor, refused = Editor(device), []
    for line in up_last(text).splitlines():
        if not editor.collecting and (line.strip() in ("", "exit", "end") or line.lstrip().startswith("!")):
            continue
        try:
            editor.take(line)
        except Refusal as refusal:
            refused.append((line, refusal.words))
    return refused


@pytest.mark.parametrize(
    ("platform", "line", "missing"),
    [
        ("cisco_ios", "switchport access vlan 110", ("vlan", "110")),
        ("cisco_ios", "switchport trunk allowed vlan add 10-11", ("vlan", "11")),
        ("cisco_ios", "ip access-group A in", ("access list", "A")),
        ("cisco_ios", "aaa authentication dot1x default group A", ("server group", "A")),
        ("cisco_ios", "service-policy output A", ("policy map", "A")),
        (
            "cisco_ios",
            "ip route vrf A 0.0.0.0 0.0.0.0 GigabitEthernet0/2 203.0.113.1",
            ("interface", "GigabitEthernet0/2"),
        ),
        ("cisco_ios", "interface GigabitEthernet0/0/3.211", ("interface", "GigabitEthernet0/0/3")),
        ("cisco_ios", "translation-profile incoming A", ("profile of calls", "A")),
        ("cisco_ios", "incoming uri via 1", ("URI of calls", "1")),
        ("cisco_ios", "session server-group 1", ("servers of calls", "1")),
        ("arista_eos", "match ip access-group A", ("access list", "A")),
        ("arista_eos", "server 203.0.113.61", ("server", "203.0.113.61")),
        ("juniper_junos", "set vlans A l3-interface irb.110", ("logical interface", "irb.110")),
        ("juniper_junos", "set policy-options policy-statement P from prefix-list A", ("prefix list", "A")),
        ("juniper_junos", "set protocols bgp group G neighbor 192.0.2.1 import A", ("policy", "A")),
    ],
)
def test_a_reference_without_its_object_is_seen(platform, line, missing):
    assert missing in used_by(WORDS[platform], [line])
    assert missing in used_by(WORDS[platform], [f"header > {line}"])
