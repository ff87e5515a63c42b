"""On provider edges, controllers and voice gateways another's name is refused, wherever in the final text it stands.

What is legal is every golden text of such a device: whatever templates write there is tampered with, place by place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden.test_golden_cases import read_case
from turnup.change.device_change import DeviceChange
from turnup.errors import TenantFence
from turnup.plan import check_change, check_fence
from turnup.plan.fence_shared import check_shared
from turnup.plan.fence_tenant import Tenant
from turnup.plan.fence_voice import check_voice
from turnup.plan.fence_words import Held
from turnup.sites import Platform

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
EDGES = sorted(GOLDEN.glob("wan/*/pe-*"))
CONTROLLERS, GATEWAYS = sorted(GOLDEN.glob("wireless/cisco_ios/*")), sorted(GOLDEN.glob("landline/cisco_ios/*"))
SHARED = [*EDGES, *CONTROLLERS]
DUAL = {folder.parent.name: folder for folder in EDGES if folder.name == "pe-both-accesses"}


@dataclass(frozen=True)
class Legal:
    """A text that passes, and for whom."""

    change: DeviceChange
    tenant: Tenant

    def check(self, text: str) -> None:
        """The whole fence on another text."""
        change = replace(self.change, remediation=text, rollback="")
        check_change(change, self.tenant.vrf)
        check_voice(change, self.tenant)
        if self.change.device.startswith("LON-"):
            check_shared(change, self.tenant)


@cache
def legal(folder: Path) -> Legal:
    """A golden case as the change that it is, for the buyer whose line it is."""
    case = read_case(folder)
    texts = {name: (folder / f"{name}.txt").read_text() for name in ("running", "candidate", "remediation", "rollback")}
    nothing: dict = dict.fromkeys(("fragments", "ceased", "adds", "removes", "takeovers", "released", "overruled"), ())
    change = DeviceChange(
        site=case.intent["site"],
        device=case.intent["device"],
        platform=case.platform,
        **nothing,
        **texts,
        interruptions=(),
        diff="",
        findings=(),
    )
    live = "".join(each["text"] for each in case.intent.get("live", ()) if each["line"] == case.line.id)
    own = f"{live}\n{case.former}{case.declared}"
    return Legal(change, tenant(case.intent["device"], case.line.id.partition("/")[0], own))


def tenant(device: str, reference: str, text: str) -> Tenant:
    """A buyer who holds what his service line names, now and before."""

    def found(pattern: str) -> list[str]:
        return re.findall(pattern, text, re.MULTILINE)

    buyer = reference.partition("-")[0]
    ports = found(r"^interface (\S+)") + [".".join(each) for each in found(r"^set interfaces (\S+) unit (\S+)")]
    tagged = {(port, int(unit or 0)) for port, _, unit in (each.partition(".") for each in ports)}
    held = {
        "wlan/LON-CORE-06": found(r"^wlan \S+ (\d+)"),
        f"voice-gateway/{device}": [tag[:-2] for tag in found(r"^dial-peer voice (\d+)")],
        f"voice-peer/{device}": found(r"\bipv4[: ](10\.[\d.]+)"),
        f"analogue-port/{device}": found(r"^voice-port (\S+)"),
        "number/LDN-NET-2026": [
            number
            for pattern in found(r"(?:e164|destination-pattern|station-id number) (\+\d\S+)")
            for number in numbers(pattern)
        ],
    }
    return Tenant(
        buyer=buyer,
        vrf=buyer,
        reference=reference,
        ports=frozenset((device, port, unit) for port, unit in tagged),
        access_points=frozenset(found(r"^ap ([\da-f.]+)$")),
        peers=frozenset(found(r"\bipv4[: ](203\.[\d.]+)")),
        held={pool: Held(values) for pool, values in held.items()},
    )


def numbers(pattern: str) -> Iterator[str]:
    """All numbers of a gateway's pattern."""
    prefix, free = pattern.rstrip(".$"), pattern.count(".")
    return (f"{prefix}{number:0{free}}" if free else prefix for number in range(10**free))


@dataclass(frozen=True)
class Place:
    """A word of a command that names something of the buyer's.

    Attributes:
        above: the headers of the command, outermost first.
        line: the command, without its indentation.
    """

    folder: Path
    above: tuple[str, ...]
    line: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.line[self.start : self.end]

    def with_word(self, word: str) -> str:
        """The command below its headers, with another word in this place."""
        lines = (*self.above, f"{self.line[: self.start]}{word}{self.line[self.end :]}")
        return "".join(f"{' ' * depth}{line}\n" for depth, line in enumerate(lines))


def lines_of(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        depth, words = len(line) - len(line.lstrip()), line.strip()
        above = [each for each in above if each[0] < depth]
        if not words.startswith(("exit", "!")):
            yield tuple(header for _, header in above), words
            above.append((depth, words))


def names_in(folder: Path, line: str) -> Iterator[tuple[int, int]]:
    """Where a command names something that is called after the buyer or its order; an SSID is what users read."""
    who = legal(folder).tenant
    ours = rf"(?:[A-Z]+-)?{who.reference}[\w-]*|(?<![\w-]){who.vrf}(?:-[\w-]+)?(?![\w-])"
    end = re.match(r"(?:no )?wlan \S+ \d+ |.*\bdescription |.*", line).end()
    for match in re.finditer(ours, line):
        if match.end() <= end and not re.search(r"\bdescription ", line[: match.start()]):
            yield match.span()


@cache
def places() -> tuple[Place, ...]:
    """Every name of the buyer's in every legal text, there and back, each command once."""
    found = {}
    for folder in SHARED:
        for text in (legal(folder).change.remediation, legal(folder).change.rollback):
            for above, line in lines_of(text):
                for start, end in names_in(folder, line):
                    found[folder.parent, above, line, start] = Place(folder, above, line, start, end)
    return tuple(found.values())


@pytest.mark.parametrize("folder", [*SHARED, *GATEWAYS], ids=lambda folder: str(folder.relative_to(GOLDEN)))
def test_what_templates_write_on_shared_devices_passes(folder: Path) -> None:
    each = legal(folder)
    for text in (each.change.remediation, each.change.rollback):
        each.check(text)


def test_every_platform_and_every_kind_of_name_is_there_to_be_tampered_with() -> None:
    assert {place.folder.parent.name for place in places()} == {"cisco_ios", "frr", "juniper_junos"}
    text = "\n".join(place.line for place in places())
    kinds = ("route-map", "class-map", "policy-map", "service-policy", "prefix-list", "vrf definition", "community add")
    kinds += ("policy-statement", "wlan", "policy-tag", "authentication-list", "aaa group", "radius server", "vrf-name")
    assert [kind for kind in kinds[:-1] if kind not in text] == []


@pytest.mark.parametrize("made", ["NHS", "RBKCX", "SWK-2026-0001-L3", "by hand"])
def test_anothers_name_at_each_place_is_refused_and_named(made: str) -> None:
    for place in places():
        who = legal(place.folder).tenant
        word = {
            "NHS": place.word.replace(who.reference, "NHS-2026-0001").replace(who.vrf, "NHS"),
            "RBKCX": re.sub(rf"(?<![A-Z]){who.vrf}(?![A-Z])", f"{who.vrf}X", place.word),
            "by hand": "OLD-NOC",
        }.get(made, made)
        with pytest.raises(TenantFence) as refused:
            legal(place.folder).check(place.with_word(word))
        assert word in str(refused.value), (place, str(refused.value))
        legal(place.folder).check(place.with_word(place.word))


ELSEWHERE = st.sampled_from(["NHS", "NHSNWL", "SWK", "rbkc", "RBKCX", "XRBKC", "QOS", "WCC2", "LBHFX"])
NAMES = st.one_of(
    st.builds("{}-{}".format, ELSEWHERE, st.from_regex(r"[A-Z][A-Z0-9-]{0,12}", fullmatch=True)),
    st.builds("QOS-{}-2026-{:04}-L{}".format, ELSEWHERE.filter(str.isupper), st.integers(0, 9999), st.integers(1, 9)),
    ELSEWHERE,
)


@given(place=st.deferred(lambda: st.sampled_from(places())), name=NAMES)
def test_whatever_another_is_called_it_is_refused(place: Place, name: str) -> None:
    with pytest.raises(TenantFence):
        legal(place.folder).check(place.with_word(name))


BELOW_BGP = "router bgp 64496\n address-family ipv4 vrf RBKC\n  "
BELOW_MAP = "route-map RBKC-A permit 10\n "
NAMES_OF_OTHERS = {
    "cisco_ios": [
        "no route-map NHS-IN permit 10",
        f"{BELOW_BGP}neighbor 192.0.2.1 route-map NHS-IN in",
        f"{BELOW_BGP}redistribute static route-map NHS-IN",
        f"{BELOW_MAP}match ip address prefix-list RBKC-A NHS-IN",
        f"{BELOW_MAP}match ip address NHS-IN",
        f"{BELOW_MAP}match ip next-hop RBKC-A NHS-IN",
        f"{BELOW_MAP}match community RBKC-A NHS-IN",
        f"{BELOW_MAP}match extcommunity NHS-IN",
        f"{BELOW_MAP}match as-path NHS-IN",
        f"{BELOW_MAP}set comm-list NHS-IN delete",
        "ipv6 prefix-list NHS-IN seq 5 permit 2001:db8::/32",
        f"{BELOW_BGP}neighbor 192.0.2.1 prefix-list NHS-IN in",
        "ip access-list extended NHS-IN\n 5 permit ip any any",
        "no ip access-list standard NHS-IN",
        "ip as-path access-list NHS-IN permit .*",
        "ip community-list standard NHS-IN permit 64496:1",
        "no ip extcommunity-list expanded NHS-IN permit .*",
        f"{BELOW_BGP}neighbor 192.0.2.1 distribute-list NHS-IN in",
        f"{BELOW_BGP}distribute-list prefix NHS-IN in",
        f"{BELOW_BGP}neighbor 192.0.2.1 filter-list NHS-IN out",
        f"{BELOW_BGP}neighbor 192.0.2.1 peer-group NHS-IN",
        f"{BELOW_BGP}neighbor 192.0.2.1 inherit peer-policy NHS-IN",
        f"{BELOW_BGP}neighbor 192.0.2.1 unsuppress-map NHS-IN",
        "vrf definition RBKC\n address-family ipv4\n  import map NHS-IN",
        "vrf definition RBKC\n address-family ipv4\n  export ipv4 unicast map NHS-IN",
        "class-map match-all NHS-IN\n match dscp ef",
        "no class-map NHS-IN",
        "class-map type inspect match-any NHS-IN",
        "class-map RBKC-A\n match not class-map NHS-IN",
        "class-map RBKC-A\n match access-group name NHS-IN",
        "no policy-map type queueing NHS-IN",
        "policy-map RBKC-A\n class NHS-IN\n  priority percent 90",
        "policy-map RBKC-A\n class class-default\n  no service-policy NHS-IN",
        "interface GigabitEthernet0/0/3.211\n service-policy type control input NHS-IN",
        "interface GigabitEthernet0/0/3.211\n ip access-group NHS-IN in",
        "interface GigabitEthernet0/0/3.211\n ip policy route-map NHS-IN",
        "interface GigabitEthernet0/0/3.211\n bfd template NHS-IN",
        "interface GigabitEthernet0/0/3.211\n ip ospf authentication key-chain NHS-IN",
    ],
    "frr": [
        "access-list NHS-IN seq 5 permit 10.0.0.0/8",
        "bgp community-list standard NHS-IN seq 5 permit 64496:1",
        "no bgp large-community-list expanded NHS-IN permit .*",
        "bgp as-path access-list NHS-IN seq 5 permit .*",
        "route-map WCC-A permit 10\n match large-community NHS-IN",
        "route-map WCC-A permit 10\n on-match next\n match ip address prefix-list NHS-IN",
        "router bgp 64496 vrf WCC\n neighbor 198.51.100.1 bfd profile NHS-IN",
        "router bgp 64496 vrf WCC\n neighbor 198.51.100.1 peer-group NHS-IN",
        "router bgp 64496 vrf WCC\n address-family ipv4 unicast\n  redistribute connected route-map NHS-IN",
    ],
    "juniper_junos": [
        "delete policy-options community NHS-IN",
        "set policy-options as-path-group NHS-IN as-path ALL .*",
        "set policy-options policy-statement RBKC-A term 1 from prefix-list-filter NHS-IN exact",
        "set policy-options policy-statement RBKC-A term 1 from community [ RBKC-A NHS-IN ]",
        "set policy-options policy-statement RBKC-A term 1 from policy NHS-IN",
        "set policy-options policy-statement RBKC-A term 1 then community delete NHS-IN",
        "set routing-instances RBKC vrf-import NHS-IN",
        "set routing-instances RBKC vrf-export [ RBKC-A NHS-IN ]",
        "set routing-instances RBKC protocols bgp group SITES neighbor 198.51.100.1 export NHS-IN",
        "delete class-of-service schedulers NHS-IN",
        "set class-of-service classifiers dscp NHS-IN import default",
        "set class-of-service forwarding-classes class NHS-IN queue-num 3",
        "set class-of-service scheduler-maps RBKC-A forwarding-class best-effort scheduler NHS-IN",
        "set class-of-service scheduler-maps RBKC-A forwarding-class NHS-IN scheduler RBKC-A",
        "set class-of-service interfaces ge-0/0/3 unit 211 scheduler-map NHS-IN",
        "set class-of-service interfaces ge-0/0/3 unit 211 output-traffic-control-profile NHS-IN",
        "set class-of-service interfaces ge-0/0/3 unit 211 rewrite-rules dscp NHS-IN",
        "delete firewall policer NHS-IN",
        "delete firewall family inet filter NHS-IN term 1",
        "set interfaces ge-0/0/3 unit 211 family inet filter input-list [ RBKC-A NHS-IN ]",
        "set firewall family inet filter RBKC-A term 1 then policer NHS-IN",
        "set routing-instances RBKC apply-groups NHS-IN",
        "set routing-instances RBKC routing-options interface-routes rib-group inet NHS-IN",
    ],
}


@pytest.mark.parametrize(
    ("platform", "text"), [(platform, text) for platform, texts in NAMES_OF_OTHERS.items() for text in texts]
)
def test_a_name_in_words_that_templates_do_not_use_yet_is_read_too(platform: str, text: str) -> None:
    own = legal(DUAL[platform])
    with pytest.raises(TenantFence, match=r"expected only (?:names of|prefix lists named) .*; found NHS-IN\."):
        own.check(text)
    own.check(re.sub("NHS-IN", f"{own.tenant.vrf}-IN", text))


IOS, FRR, JUNOS = (
    EDGES[0],
    *(next(each for each in EDGES if each.parent.name == name) for name in ("frr", "juniper_junos")),
)
OF_NO_KNOWN_KIND = [
    (IOS, "router bgp 64496\n neighbor 192.0.2.202 shutdown\n"),
    (IOS, "router bgp 64496\n no neighbor 192.0.2.202\n"),
    (IOS, "router bgp 64496\n address-family vpnv4\n  no neighbor 192.0.2.202 activate\n"),
    (IOS, "ip route 0.0.0.0 0.0.0.0 Null0\n"),
    (IOS, "ip route vrf RBKC 0.0.0.0 0.0.0.0 192.0.2.1 global\n"),
    (IOS, "vrf definition RBKC\n no router bgp 64496\n"),
    (IOS, "route-map RBKC-A permit 10\n interface Loopback0\n  shutdown\n"),
    (IOS, "line vty 0 4\n access-class RBKC-IN in\n"),
    (IOS, "no snmp-server location Basement\n"),
    (IOS, "vlan 110\n"),
    (FRR, "router bgp 64496\n neighbor 192.0.2.202 shutdown\n"),
    (FRR, "ip route 10.0.0.0/8 blackhole\n"),
    (FRR, "bfd\n profile FAST\n  transmit-interval 10\n"),
    (FRR, "bfd\n peer 192.0.2.1\n"),
    (FRR, "no debug bgp updates\n"),
    (JUNOS, "delete protocols bgp group RR\n"),
    (JUNOS, "set routing-options static route 0.0.0.0/0 discard\n"),
    (JUNOS, "set groups RBKC-ALL interfaces ge-0/0/1 disable\n"),
    (JUNOS, "delete policy-options\n"),
    (JUNOS, "delete interfaces\n"),
]


@pytest.mark.parametrize(("folder", "text"), OF_NO_KNOWN_KIND, ids=lambda each: getattr(each, "name", each))
def test_what_is_of_no_known_kind_is_nobodys_and_refused(folder: Path, text: str) -> None:
    with pytest.raises(
        TenantFence, match=r"expected a command that is known to be about what is \w+'s; found one of no"
    ):
        legal(folder).check(text)


PORTS = [
    ("cisco_ios", "interface GigabitEthernet0/0/1\n no shutdown\n", "GigabitEthernet0/0/1, a port of NHS-NWL"),
    ("cisco_ios", "no interface GigabitEthernet0/0/3.300\n", "GigabitEthernet0/0/3.300, a port of NHSNWL"),
    ("cisco_ios", "interface GigabitEthernet0/0/3\n shutdown\n", "GigabitEthernet0/0/3, with GigabitEthernet0/0/3.300"),
    ("cisco_ios", "interface GigabitEthernet0/0/0\n shutdown\n", "GigabitEthernet0/0/0, which no circuit"),
    ("cisco_ios", "interface Loopback0\n no ip address\n", "Loopback0, which no circuit"),
    ("frr", "interface eth9 vrf WCC\n ip address 198.51.100.8/31\n", "eth9, which no circuit"),
    ("frr", "host vrf WCC interface eth7\n", "eth7, a port of NHSNWL"),
    ("frr", "no host shaper eth7 rate-kbit 10000\n", "eth7, a port of NHSNWL"),
    ("juniper_junos", "delete interfaces ge-0/0/1 unit 0\n", "ge-0/0/1.0, a port of NHS-NWL"),
    ("juniper_junos", "delete interfaces ge-0/0/3\n", "ge-0/0/3, with ge-0/0/3.300 of others on it"),
    ("juniper_junos", "delete interfaces ge-0/0/3 flexible-vlan-tagging\n", "ge-0/0/3, with ge-0/0/3.300"),
    (
        "juniper_junos",
        "set class-of-service interfaces ge-0/0/3 unit 300 shaping-rate 1m\n",
        "ge-0/0/3.300, a port of NHSNWL",
    ),
    ("juniper_junos", "set routing-instances RBKC interface ge-0/0/3.300\n", "ge-0/0/3.300, a port of NHSNWL"),
]
OTHERS_THERE = {
    "cisco_ios": "interface GigabitEthernet0/0/3.300\n vrf forwarding NHSNWL\n",
    "frr": "host vrf NHSNWL interface eth7\n",
    "juniper_junos": (
        "set interfaces ge-0/0/3 unit 300 vlan-id 300\nset routing-instances NHSNWL interface ge-0/0/3.300\n"
    ),
}


@pytest.mark.parametrize(("platform", "text", "found"), PORTS)
def test_a_port_of_others_is_left_alone(platform: str, text: str, found: str) -> None:
    own = legal(DUAL[platform])
    there = replace(own.change, running=own.change.running + OTHERS_THERE[platform])
    with pytest.raises(TenantFence, match=rf"expected only ports of circuits of \w+; found {re.escape(found)}"):
        Legal(there, own.tenant).check(text)


def test_a_port_that_the_buyer_leaves_is_known_by_its_vrf() -> None:
    """The estate does not name it any more, but the device does."""
    own = legal(DUAL["cisco_ios"])
    running = f"{own.change.running}interface GigabitEthernet0/0/6\n vrf forwarding RBKC\n"
    text = "interface GigabitEthernet0/0/6\n no vrf forwarding RBKC\n"
    Legal(replace(own.change, running=running), own.tenant).check(text)
    with pytest.raises(TenantFence, match="which no circuit of its sites has"):
        own.check(text)


def test_a_port_that_the_buyer_leaves_is_his_when_all_its_units_are() -> None:
    own = legal(DUAL["juniper_junos"])
    his = "set interfaces ge-0/0/6 unit 0 family inet\nset routing-instances RBKC interface ge-0/0/6.0\n"
    text = "delete class-of-service interfaces ge-0/0/6 shaping-rate 100m\n"
    Legal(replace(own.change, running=own.change.running + his), own.tenant).check(text)
    for others in ("", f"{his}set interfaces ge-0/0/6 unit 300 vlan-id 300\n"):
        with pytest.raises(TenantFence, match="found ge-0/0/6, which no circuit of its sites has"):
            Legal(replace(own.change, running=own.change.running + others), own.tenant).check(text)


TAKEN = [
    ("cisco_ios", "interface GigabitEthernet0/0/0\n vrf forwarding RBKC\n"),
    ("frr", "host vrf WCC interface eth9\ninterface eth9 vrf WCC\n"),
    ("juniper_junos", "set interfaces et-0/0/9 unit 0 disable\nset routing-instances RBKC interface et-0/0/9.0\n"),
]


@pytest.mark.parametrize(("platform", "text"), TAKEN)
def test_a_port_is_not_the_buyers_because_the_change_puts_it_into_its_vrf(platform: str, text: str) -> None:
    """Such as the way to the core, which is in no VRF."""
    own = legal(DUAL[platform])
    taken = replace(own.change, candidate=own.change.candidate + text)
    with pytest.raises(TenantFence, match="which no circuit of its sites has"):
        Legal(taken, own.tenant).check(text)


@pytest.mark.parametrize(
    ("others", "text", "passes"),
    [
        ("", "set routing-options autonomous-system 64497", False),
        ("", "set routing-options autonomous-system 64496", True),
        ("", "delete routing-options autonomous-system 64496", True),
        ("set routing-instances NHSNWL instance-type vrf\n", "delete routing-options autonomous-system 64496", False),
        ("set protocols bgp group RR type internal\n", "delete routing-options autonomous-system", False),
    ],
)
def test_the_autonomous_system_of_an_edge_stays_while_others_speak_bgp(others: str, text: str, passes: bool) -> None:
    own = legal(DUAL["juniper_junos"])
    ours = "set routing-options autonomous-system 64496\nset routing-instances RBKC instance-type vrf\n"
    there = Legal(replace(own.change, running=ours + others), own.tenant)
    if passes:
        there.check(f"{text}\n")
        return
    with pytest.raises(
        TenantFence, match="expected the autonomous system to stay as it is; found a change of it, with"
    ):
        there.check(f"{text}\n")


CONTROLLER = next(each for each in CONTROLLERS if each.name == "networks-change")
ON_A_CONTROLLER = [
    ("no ap 0000.5e00.5377\n", "found 0000.5e00.5377"),
    ("ap 0000.5e00.5366\n policy-tag LBHF-HF-LIB-01\n", "0000.5e00.5366, which has NHSNWL-WARD"),
    ("wlan LBHF-HF-LIB-01-guest 77 Anybody\n", "only numbers of networks that LBHF holds; found 77"),
    ("wireless tag policy LBHF-HF-LIB-01\n wlan LBHF-HF-LIB-01-guest policy NHSNWL-guest\n", "found NHSNWL-guest"),
    ("aaa group server radius LBHF-HF-LIB-01-RADIUS\n no server name NHSNWL-LON-AAA-01\n", "found NHSNWL-LON-AAA-01"),
    ("wireless tag rf LBHF-HF-LIB-01\n 5ghz-rf-policy NHSNWL-rf\n", "found NHSNWL-rf"),
    ("wireless management interface Vlan10\n", "one of no known kind"),
    ("vlan 110\n name STAFF\n", "one of no known kind"),
    ("ap profile default-ap-profile\n country US\n", "found default-ap-profile"),
]


@pytest.mark.parametrize(("text", "found"), ON_A_CONTROLLER)
def test_what_is_of_others_on_a_controller_is_left_alone(text: str, found: str) -> None:
    own = legal(CONTROLLER)
    running = f"{own.change.running}ap 0000.5e00.5366\n policy-tag NHSNWL-WARD\n site-tag NHSNWL-WARD\n"
    with pytest.raises(TenantFence, match=re.escape(found)):
        Legal(replace(own.change, running=running), own.tenant).check(text)


GATEWAY = next(each for each in GATEWAYS if each.name == "numbers-change")
ON_A_GATEWAY = [
    ("no dial-peer voice 101 voip\n", "found 101"),
    ("dial-peer voice 9103 voip\n max-conn 1\n", "found 9103"),
    ("voice class server-group 9202\n ipv4 10.80.160.10 preference 1\n", "found 9202"),
    ("dial-peer voice 9003 voip\n session server-group 9102\n", "found 9102"),
    ("dial-peer voice 9003 voip\n voice-class codec 1\n", "found 1"),
    ("dial-peer voice 9012 voip\n voice-class sip options-keepalive profile 9101\n", "found 9101"),
    ("dial-peer voice 9002 voip\n translation-profile incoming OLD-DOORS\n", "found OLD-DOORS"),
    ("no voice translation-profile TRUNK-91\n", "found TRUNK-91"),
    ("voice translation-profile TRUNK-90\n translate called 1\n", "found 1"),
    ("voice-port 0/1/3\n shutdown\n", "found 0/1/3"),
    ("dial-peer voice 9050 pots\n port 0/1/3\n", "found 0/1/3"),
    ("dial-peer voice 9050 pots\n destination-pattern +442079460999$\n", "found +442079460999"),
    ("voice class e164-pattern-map 9001\n e164 +4420794602..$\n", "found +4420794602"),
    ("voice class e164-pattern-map 9001\n e164 +442079460[2-9]..$\n", "found +442079460[2-9]..$"),
    ("voice class e164-pattern-map 9001\n e164 +[1-9]T\n", "found +[1-9]T"),
    ("voice class e164-pattern-map 9001\n e164 999$\n", "found 999$"),
    ("dial-peer voice 9050 pots\n destination-pattern +44T\n", "found +44T"),
    ("dial-peer voice 9003 voip\n session target dns:pbx.example\n", "found dns"),
    ("voice service voip\n ip address trusted list\n  no ipv4 192.0.2.200\n", "found 192.0.2.200"),
    ("voice class uri 9002 sip\n host ipv4:10.80.160.99\n", "found 10.80.160.99"),
]


@pytest.mark.parametrize(("text", "found"), ON_A_GATEWAY)
def test_what_is_of_others_on_a_gateway_is_left_alone(text: str, found: str) -> None:
    with pytest.raises(TenantFence, match=rf"expected only .*RBKC(?: holds)?; {re.escape(found)}\."):
        legal(GATEWAY).check(text)


def test_a_shared_gateway_knows_no_other_words() -> None:
    own = legal(GATEWAY)
    shared = Legal(replace(own.change, device="LON-SBC-02"), own.tenant)
    for text in ("voice service voip\n no allow-connections sip to sip\n", "voice service voip\n sip\n", "sip-ua\n"):
        shared_text = text if "allow" not in text else "voice service voip\n mode border-element\n"
        with pytest.raises(TenantFence, match="one of no known kind"):
            shared.check(shared_text)


def test_a_shared_device_of_a_platform_without_words_is_refused(rbkc) -> None:
    plan = rbkc.plan()
    edge = next(change for change in plan.changes if change.device == "LON-PE-01")
    for platform in (Platform.ARISTA_EOS, Platform.OVS, Platform.CISCO_TP):
        there = SimpleNamespace(**{name: getattr(edge, name) for name in edge.__slots__})
        there.platform, there.changes_something = platform, True
        with pytest.raises(TenantFence, match="a platform on which the fence knows whose things are"):
            check_fence(replace(plan, changes=(there,)), rbkc.estate)


@pytest.mark.parametrize(
    ("process", "passes"),
    [
        ("", True),
        (" address-family ipv4 vrf RBKC\n  neighbor 198.51.100.1 remote-as 65536\n exit-address-family\n", True),
        (" bgp log-neighbor-changes\n", False),
        (" neighbor 203.0.113.9 remote-as 64496\n address-family ipv4 vrf RBKC\n", False),
        (" address-family ipv4 vrf RBKC\n exit-address-family\n address-family ipv4 vrf NHSNWL\n", False),
        (" !\n address-family vpnv4\n  neighbor 203.0.113.9 activate\n", False),
    ],
)
def test_bgp_goes_from_an_edge_only_with_its_last_user(process: str, passes: bool) -> None:
    own = legal(DUAL["cisco_ios"])
    edge = Legal(replace(own.change, running=f"hostname PE\nrouter bgp 64496\n{process}line con 0\n"), own.tenant)
    if passes:
        edge.check("no router bgp 64496\n")
        return
    with pytest.raises(TenantFence, match=r"no router bgp 64496.*expected BGP of the edge to stay"):
        edge.check("no router bgp 64496\n")
