"""What no plan may hold: one thing set in two ways, and commands that touch more than what is ours."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from turnup.change.commands import check_never_typed
from turnup.change.device_change import plan_device
from turnup.change.ownership import OwnedConfig, merge_fragments
from turnup.change.platforms import LANGUAGES
from turnup.change.tree import as_text
from turnup.errors import DesignError, ForbiddenCommand, FragmentConflict
from turnup.fragments import Fragment
from turnup.render import Templates
from turnup.sites import Platform

CHECKOUT = Path(__file__).resolve().parents[3]
IOS, EOS, FRR, OVS = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR, Platform.OVS
JUNOS = Platform.JUNIPER_JUNOS
RADIUS, SBC, HOSTAPD = Platform.FREERADIUS, Platform.KAMAILIO, Platform.HOSTAPD
ONE, OTHER = "LBHF-2026-0042/L1", "LBHF-2026-0099/L7"

CONFLICTS = [
    (IOS, "hostname A", "hostname B"),
    (IOS, "spanning-tree mode rapid-pvst", "spanning-tree mode mst"),
    (IOS, "vlan 110\n name STAFF", "vlan 110\n name PUBLIC"),
    (
        IOS,
        "interface Vlan110\n ip address 10.0.0.1 255.255.255.0",
        "interface Vlan110\n ip address 10.0.1.1 255.255.255.0",
    ),
    (
        IOS,
        "interface Port-channel1\n switchport access vlan 110",
        "interface Port-channel1\n switchport access vlan 120",
    ),
    (IOS, "interface Port-channel1\n description A", "interface Port-channel1\n description B"),
    (IOS, "ip prefix-list A seq 5 permit 10.0.0.0/8", "ip prefix-list A seq 5 permit 10.0.0.0/8 le 32"),
    (IOS, "banner login ^C\nA\n^C", "banner login ^C\nB\n^C"),
    (
        IOS,
        "router bgp 1\n address-family ipv4 vrf A\n  neighbor 192.0.2.1 remote-as 2",
        "router bgp 1\n address-family ipv4 vrf A\n  neighbor 192.0.2.1 remote-as 3",
    ),
    (IOS, "policy-map P\n class C\n  shape average 1000", "policy-map P\n class C\n  shape average 2000"),
    (FRR, "host shaper eth0 rate-kbit 1000", "host shaper eth0 rate-kbit 2000"),
    (FRR, "host shaper eth0 class 1 percent 20", "host shaper eth0 class 1 priority percent 30"),
    (FRR, "host shaper eth0 class 1 dscp ef", "host shaper eth0 class 2 dscp ef"),
    (
        FRR,
        "host vrrp eth1 group 1 track 198.51.100.0 priority 110 decrement 30 return-seconds 60",
        "host vrrp eth1 group 1 track 198.51.100.0 priority 90 decrement 30 return-seconds 60",
    ),
    (FRR, "host vrf A interface eth1", "host vrf B interface eth1"),
    (FRR, "ip prefix-list A seq 5 permit 10.0.0.0/8", "ip prefix-list A seq 5 permit any"),
    (FRR, "router bgp 1 vrf A\n neighbor 192.0.2.1 remote-as 2", "router bgp 1 vrf A\n neighbor 192.0.2.1 remote-as 3"),
    (OVS, "vlan 110\n name STAFF", "vlan 110\n name PUBLIC"),
    (OVS, "port eth1\n tag 110", "port eth1\n tag 120"),
]
AGREEMENTS = [
    (FRR, "host shaper eth0 class 1 dscp ef", "host shaper eth0 class 1 dscp cs5"),
    (FRR, "host shaper eth0 rate-kbit 1000", "host shaper eth0 class 1 percent 20"),
    (IOS, "vlan 110\n name STAFF", "vlan 120\n name PUBLIC"),
    (IOS, "hostname A", "hostname A"),
    (
        IOS,
        "interface Port-channel1\n switchport trunk allowed vlan 110",
        "interface Port-channel1\n switchport trunk allowed vlan 120",
    ),
    (IOS, "ip prefix-list A seq 5 permit 10.0.0.0/8", "ip prefix-list A seq 10 permit 10.0.0.0/8"),
    (IOS, "ntp server 203.0.113.1", "ntp server 203.0.113.2"),
    (FRR, "interface eth1\n ip address 192.0.2.0/31", "interface eth1\n ip address 192.0.2.2/31"),
    (OVS, "port eth1\n trunk 110", "port eth1\n trunk 120"),
]


def fragment(line: str, platform: Platform, text: str) -> Fragment:
    return Fragment(line, "SW1", platform, f"{text}\n")


@pytest.mark.parametrize(("platform", "first", "second"), CONFLICTS)
def test_one_thing_set_in_two_ways_is_refused_with_both_lines(platform, first, second):
    fragments = (fragment(ONE, platform, first), fragment(OTHER, platform, second))
    with pytest.raises(FragmentConflict) as refused:
        merge_fragments(platform, fragments)
    said = str(refused.value)
    assert said.startswith("SW1: ")
    assert f"expected one value from {ONE} and {OTHER}" in said
    assert repr(first.splitlines()[-1].strip()) in said or "banner" in said
    assert repr(second.splitlines()[-1].strip()) in said or "banner" in said
    with pytest.raises(DesignError):
        plan_device("HF-LIB-01", "SW1", platform, "", OwnedConfig(fragments[:1]), fragments[1:])


@pytest.mark.parametrize(("platform", "first", "second"), AGREEMENTS)
def test_what_stands_side_by_side_is_merged(platform, first, second):
    merged = merge_fragments(platform, (fragment(ONE, platform, first), fragment(OTHER, platform, second)))
    text = as_text(platform, merged)
    assert {*first.splitlines(), *second.splitlines()} == set(text.splitlines())


NEVER_TYPED = {
    IOS: {
        r"no switchport trunk allowed vlan\s*$": " no switchport trunk allowed vlan",
        "(all|none|except": " switchport trunk allowed vlan all",
        "no switchport( trunk": " no switchport",
        r"no vlan \d+[,-]": "no vlan 1-4094",
        "spanning-tree) vlan": "no ip dhcp snooping vlan 1-4094",
        "no spanning-tree( mode": "no spanning-tree mode",
        r"default\b": "default interface GigabitEthernet1/0/1",
        "interface range": "interface range GigabitEthernet1/0/1 - 24",
        "no interface (?!": "no interface GigabitEthernet1/0/1",
        "do|reload": "reload in 5",
        "no (aaa new-model": "no aaa new-model",
        "no (aaa|aaa group": "no aaa group",
        "no aaa (authentication": "no aaa authentication dot1x",
        "recovery cause all": "no errdisable recovery cause all",
        r"no ip (dhcp snooping|arp inspection) vlan\s*$": "no ip dhcp snooping vlan",
        "no (snmp-server": "no snmp-server",
        "(no )?(vtp": "vtp mode client",
        "prefix-list": "no ip prefix-list RBKC-OUT",
        "no access-list": "no access-list 10",
        "resequence": "ip access-list resequence RBKC-DIA 10 10",
        r"no route-map \S+\s*$": "no route-map RBKC",
        r"no neighbor \S+\s*$": " no neighbor 192.0.2.1",
        r"no ip route\s*": "no ip route *",
        "no (address-family|bgp)": " no address-family",
        "no (track": "no ip nat inside source list RBKC-INTERNET",
        r"no (standby|vrrp) \d+": " no standby 1",
        "no (voice service": "no voice service voip",
        "no voice class( (": "no voice class codec",
        r"no (wlan|ap|wireless)\s*$": "no wireless profile policy",
        "default-": "wireless tag policy default-policy-tag",
        r"no router \S+": "no router bgp 64496",
        r"no (address-family|class) \S+": " no address-family ipv4 vrf RBKC",
        "no (ip routing": "no ip dhcp snooping",
        r"no spanning-tree mode \S+": "no spanning-tree mode rapid-pvst",
        "no (ip access-list": "no policy-map SHAPE",
        "no (aaa group server": "no radius server LAN-RADIUS-1",
        r"no route-map \S+ (": "no route-map RBKC permit 10",
        r"no vlan \d+\s*$": "no vlan 110",
        "no interface (Vlan": "no interface Vlan110",
        r"no track \d+": "no track 900",
        "no dial-peer voice": "no dial-peer voice 9001 voip",
        "no voice (class ": "no voice class codec 9001",
        "no ip address trusted list": "  no ip address trusted list",
        "no (wlan|ap profile": "no wlan RBKC-KC-TH-01-guest 22 Town Hall",
    },
    EOS: {
        r"no switchport trunk allowed vlan\s*$": "   no switchport trunk allowed vlan",
        "(all|none|except": "   switchport trunk allowed vlan all",
        "no switchport( trunk": "   no switchport",
        r"no vlan \d+[,-]": "no vlan 1-4094",
        "no spanning-tree vlan": "no spanning-tree vlan-id 1-4094",
        "no spanning-tree( mode": "no spanning-tree mode",
        r"default\b": "default interface Ethernet1",
        "interface [A-Za-z-]": "interface Ethernet1-24",
        "no interface (?!": "no interface Ethernet1",
        "(commit|abort|rollback": "rollback clean-config",
        "do|reload": "reload now",
        "no (aaa|username": "no aaa root",
        "no (dot1x|radius-server": "no radius-server",
        "no (snmp-server": "no snmp-server",
        "switchport default": "switchport default mode routed",
        "no mlag configuration": "no mlag configuration",
        "no (ip|ipv6) prefix-list": "no ip prefix-list RBKC-OUT",
        "(ip access-list standard|": "no ip access-list standard OLD-NOC",
        r"no route-map \S+\s*$": "no route-map RBKC",
        r"no neighbor \S+\s*$": "   no neighbor 192.0.2.1",
        r"no ip route\s*": "no ip route *",
        "no (address-family|bgp)": "   no address-family",
        r"no router \S+": "no router bgp 64496",
        r"no (address-family|vrf) \S+": "   no vrf RBKC",
        "no (ip routing": "no ip routing",
        r"no spanning-tree mode \S+": "no spanning-tree mode rapid-pvst",
        r"no vrf instance \S+": "no vrf instance RBKC",
        "no (aaa group server": "no policy-map type quality-of-service LAN-VIDEO",
        r"no route-map \S+ (": "no route-map RBKC permit 10",
        r"no vlan \d+\s*$": "no vlan 110",
        "no interface (Vlan": "no interface Vlan110",
    },
    JUNOS: {
        r"delete\s*(?:groups|system": "delete interfaces",
        "(?:commit|rollback": "commit confirmed 1",
        "(?:replace|rename": "rename vlans STAFF to VISITORS",
        "(?:de)?activate": "deactivate interfaces ge-0/0/1",
        "(?:version|groups": "set groups ALL system host-name A",
        ".* apply-groups": "set interfaces ge-0/0/1 apply-groups ALL",
        "(?:chassis|virtual-chassis": "delete virtual-chassis member 1",
        "(?:root-authentication|host-name": "set system host-name A",
        "(?:login|services|syslog": "delete system login user",
        "(?:radius-server|tacplus-server|name": "delete system radius-server",
        r"delete system services(?: \S+)?(?: ssh)": "delete system services netconf ssh",
        r"delete interfaces (?:vme": "delete interfaces vme",
        "ethernet-switching vlan(?: members)": "delete interfaces ge-1 unit 0 family ethernet-switching vlan members",
        r"vlan members (?:all": "set interfaces xe-0/1/0 unit 0 family ethernet-switching vlan members all",
        "(?:protocols|routing-options)": "delete routing-instances RBKC protocols",
        "(?:prefix-list|policy-statement|": "delete policy-options prefix-list",
        r"delete firewall(?: family": "delete firewall family inet",
        "delete security": "delete security policies",
        r"<\*>": "delete interfaces <*> mtu",
        r"\S+(?: unit \S+(?: family": "delete interfaces ge-0/0/1",
        r"delete vlans \S+": "delete vlans STAFF",
        r"delete routing-instances \S+\s*$": "delete routing-instances RBKC",
        r"protocols \S+(?: group": "delete protocols bgp",
        r"delete policy-options \S+ \S+\s*$": "delete policy-options prefix-list RBKC-OUT",
        r"policy-statement \S+ term": "delete policy-options policy-statement RBKC-OUT term REST",
        "(?:filter|policer)": "delete firewall family inet filter LAN-110-IN",
        "(?:interfaces|schedulers|": "delete class-of-service interfaces ge-0/0/1",
        "routing-options static": "delete routing-options static",
        "(?:storm-control-profiles": "delete forwarding-options dhcp-relay",
        r"delete snmp (?:v3": "delete snmp view NETOPS",
        "(?:zones security-zone": "delete security zones security-zone RBKC-SITE interfaces ge-0/0/1.0",
        "policies from-zone": "delete security policies from-zone RBKC-SITE to-zone RBKC-OUT policy OUT",
    },
    FRR: {
        "no (frr|service": "no service integrated-vtysh-config",
        "(clear|write": "clear bgp *",
        "prefix-list": "no ip prefix-list RBKC-OUT",
        r"no route-map \S+\s*$": "no route-map RBKC",
        "no access-list": "no access-list RBKC",
        "no (neighbor": " no neighbor 192.0.2.1",
        "no (bgp default": " no bgp default ipv4-unicast",
        "no interface (eth": "no interface eth1",
        "no (router|vrf|host vrf": "no router bgp 64496",
        r"no (interface \S+ vrf|": "no interface eth1 vrf RBKC",
    },
    OVS: {
        r"no bridge\b": "no bridge br0",
        "no port eth": "no port eth1",
        r"no datapath\b": "no datapath system",
    },
    RADIUS: {
        "DEFAULT": "no user DEFAULT",
        "include ": "include other",
        "occurrence": "no user 001010000000001 occurrence 2",
        "<(hidden": " check Cleartext-Password := <hashed:0123456789ab>",
        "[`%": ' reply Reply-Message = "%{exec:/bin/id}"',
    },
    Platform.PROVISIONING: {"file ": "no file y000000000096.cfg"},
    SBC: {
        "dialplan|": "no address 1 192.0.2.1/32",
        "occurrence": "no dialplan 1001 equal 2001 occurrence 2",
        "<hidden:": " ha1 <hidden:0123456789ab>",
        "match_len ": " match_len 3",
        r"\$[A-Za-z(]": "dialplan 1001 regex ^$var(x)",
        " did ": " did 1",
        " customer ": " customer 2",
    },
    HOSTAPD: {
        "no interface": "no interface wlan0",
        "(driver": " ctrl_interface=/tmp/open",
        "occurrence": " no wpa=2 occurrence 2",
        "<(hidden": " wpa_passphrase=<hashed:0123456789ab>",
    },
    Platform.CISCO_TP: {
        "^no ": "no xConfiguration SIP URI: x",
        "SystemUnit Name|": "xConfiguration NetworkServices SSH Mode: Off",
        r"\*\*\*": 'xConfiguration SIP Authentication Password: "***"',
        r"\|": 'xConfiguration SIP URI: "a" | resultId="b"',
    },
}
MORE_NEVER_TYPED = (
    [
        (IOS, line)
        for line in (
            "switchport trunk allowed vlan none",
            "no vlan 10,20",
            "no interface TenGigabitEthernet1/1/1",
            "no interface GigabitEthernet0/0/3.100",
            "write erase",
            "erase startup-config",
            "delete bootflash:archive",
            "format flash:",
            "configure replace bootflash:archive-1",
            "do reload",
            "no ip routing",
            "no ip ssh version 2",
            "no ip arp inspection vlan 10,20",
            "no spanning-tree vlan 1-4094 priority 8192",
            "no spanning-tree",
            "default spanning-tree mode",
            "no ip route vrf RBKC",
            "no vrf definition RBKC",
            "no class-map match-any VOICE",
            "no ip access-list extended RBKC-DIA",
            "switchport trunk allowed vlan except 10",
            "no line vty 0 4",
            "no username localadmin",
        )
    ]
    + [
        (EOS, line)
        for line in (
            "commit",
            "commit timer 00:00:01",
            "abort",
            "end",
            "configure session others",
            "bash sudo reboot",
            "write memory",
            "switchport trunk allowed vlan none",
            "switchport trunk allowed vlan except 10",
            "no vlan 10,20",
            "interface et1,3",
            "no interface Port-Channel1",
            "no management ssh",
            "no username localadmin",
            "no role network-admin",
            "no ip access-list standard OLD-NOC",
            "no spanning-tree vlan-id 110",
        )
    ]
    + [
        (JUNOS, line)
        for line in (
            "delete",
            "delete system",
            "delete protocols",
            "delete vlans",
            "load override terminal",
            "rollback 0",
            "commit check",
            "run request system reboot",
            "exit",
            "set apply-groups ALL",
            "set system root-authentication encrypted-password x",
            "delete system ntp server",
            "delete system syslog host",
            "delete interfaces fxp0 unit 0",
            "set interfaces xe-0/1/0 unit 0 family ethernet-switching vlan members 1-4094",
            "vlans { STAFF { vlan-id 110; } }",
            "delete protocols rstp",
            "delete interfaces irb unit 110",
        )
    ]
    + [(FRR, "no frr version 8.4"), (FRR, "no log syslog"), (FRR, "no line vty")]
)
TYPED = {
    IOS: [
        " switchport trunk allowed vlan 110",
        " switchport trunk allowed vlan add 110",
        " switchport trunk allowed vlan remove 110",
        "no ip prefix-list RBKC-OUT seq 5 permit 10.80.0.0/16",
        "no ip dhcp snooping vlan 110",
        "no spanning-tree vlan 110 priority 8192",
        " no switchport mode access",
        " no 10",
        " no neighbor 192.0.2.1 remote-as 65536",
    ],
    EOS: [
        "   switchport trunk allowed vlan 110",
        "   switchport trunk allowed vlan add 110",
        "   switchport trunk allowed vlan remove 110",
        "no spanning-tree vlan-id 110 priority 8192",
        "   no switchport mode trunk",
        "interface Ethernet1/1",
        "no ip route 10.80.0.0/16 10.81.16.1",
        "no logging host 203.0.113.250",
    ],
    JUNOS: [
        "set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members STAFF",
        "delete interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members STAFF",
        "delete interfaces ge-0/0/1 disable",
        "delete system ntp server 203.0.113.251",
        "delete system syslog host 203.0.113.250",
        "delete system services ssh protocol-version v2",
        "delete routing-options static route 10.80.0.0/16",
        "insert firewall family inet filter LAN-110-IN term RULE-20 after term DHCP",
        "delete policy-options prefix-list RBKC-OUT 10.80.16.0/23",
    ],
    FRR: [
        "no host shaper eth0 rate-kbit 1000",
    ],
    OVS: ["no port vlan110", "no vlan 110"],
    HOSTAPD: ["no bss wlan0-corp of wlan0", " no channel=6", " vlan_file=/etc/hostapd/vlans"],
    RADIUS: ["no user 001010000000001", " no reply Framed-IP-Address = 10.80.0.10"],
    Platform.PROVISIONING: ["no file 00005e005301.cfg", " account.1.label = Desk"],
    SBC: ["no dialplan 1001 regex ^(9)?(999|112)$", " no attrs emergency", "no address 1001 192.0.2.1/32", " did 1001"],
    Platform.CISCO_TP: [
        'xConfiguration SIP URI: "7101@lbhf.example"',
        "xConfiguration Network 1 VLAN Voice Mode: Auto",
    ],
}


@pytest.mark.parametrize("platform", Platform)
def test_every_entry_of_the_list_has_a_case(platform):
    cases = NEVER_TYPED[platform]
    language = LANGUAGES[platform]
    listed = (*language.never_typed, *language.typed_if_ours)
    patterns = [pattern.pattern for pattern in listed]
    assert len(patterns) == len(cases)
    for pattern, (part, line) in zip(patterns, cases.items(), strict=True):
        assert part in pattern
        assert sum(each.search(line) is not None for each in listed) == 1


@pytest.mark.parametrize(
    ("platform", "line"),
    [*((platform, line) for platform, lines in NEVER_TYPED.items() for line in lines.values()), *MORE_NEVER_TYPED],
)
def test_a_command_that_is_never_typed_is_refused_on_the_final_text(platform, line):
    with pytest.raises(ForbiddenCommand) as refused:
        check_never_typed(platform, "SW1", f"hostname A\n{line}\n")
    assert str(refused.value) == (
        f"SW1: command 2: expected only commands that touch what Turnup owns; found {line.strip()!r}. "
        "This is a defect of a template or of the platform's language; nothing was sent."
    )


@pytest.mark.parametrize(("platform", "line"), [(each, line) for each, lines in TYPED.items() for line in lines])
def test_a_command_about_one_thing_of_ours_passes(platform, line):
    check_never_typed(platform, "SW1", f"{line}\n")


@pytest.mark.parametrize(
    ("platform", "ours"),
    [
        (IOS, "router bgp 65536"),
        (IOS, "ip routing"),
        (IOS, "ip dhcp snooping"),
        (IOS, "interface Vlan110"),
        (IOS, "interface Loopback1"),
        (IOS, "vlan 110"),
        (IOS, "vrf definition RBKC"),
        (IOS, "policy-map SHAPE"),
        (IOS, "class-map match-any VOICE"),
        (IOS, "ip access-list extended RBKC-DIA"),
        (IOS, "route-map RBKC permit 10"),
        (EOS, "ip routing"),
        (EOS, "interface Vlan110"),
        (EOS, "vlan 110"),
        (EOS, "vrf instance RBKC"),
        (FRR, "interface eth1 vrf RBKC"),
        (FRR, "router bgp 65536"),
        (FRR, "router bgp 64496 vrf RBKC"),
        (FRR, "vrf RBKC"),
        (FRR, "host vrf RBKC"),
        (FRR, "host vrf RBKC interface eth1"),
    ],
)
def test_a_process_goes_only_when_it_is_ours_as_a_whole(platform, ours):
    with pytest.raises(ForbiddenCommand):
        check_never_typed(platform, "SW1", f"no {ours}\n", removed={(ours, "something below it")})
    check_never_typed(platform, "SW1", f"no {ours}\n", removed={(ours,)})


@pytest.mark.parametrize(
    "ours",
    [
        "interfaces irb unit 110",
        "vlans STAFF",
        "routing-instances RBKC",
        "protocols rstp",
        "routing-instances RBKC protocols bgp group SITES neighbor 198.51.100.1",
        "policy-options policy-statement RBKC-OUT",
        "firewall family inet filter LAN-110-IN term RULE-20",
    ],
)
def test_an_object_of_junos_goes_only_when_it_is_ours_as_a_whole(ours):
    with pytest.raises(ForbiddenCommand):
        check_never_typed(JUNOS, "SW1", f"delete {ours}\n", removed={(f"set {ours} something",)})
    check_never_typed(JUNOS, "SW1", f"delete {ours}\n", removed={(f"set {ours}",)})


@pytest.mark.parametrize("platform", [IOS, FRR])
def test_a_section_inside_a_section_goes_only_when_it_is_ours_as_a_whole(platform):
    process, family = "router bgp 64496", "address-family ipv4 vrf RBKC"
    commands = f"{process}\n no {family}\nexit\n"
    for removed in (frozenset(), {(process,)}, {("router bgp 65536", family)}, {(process, family, "redistribute rip")}):
        with pytest.raises(ForbiddenCommand):
            check_never_typed(platform, "SW1", commands, removed)
    check_never_typed(platform, "SW1", commands, {(process, family)})


@pytest.mark.parametrize(
    ("running", "declared"),
    [
        ("", "reload"),
        ("", "do reload"),
        ("aaa new-model", "no aaa new-model"),
        ("username localadmin privilege 15", "no username localadmin privilege 15"),
        ("ip routing", "no ip routing"),
        ("router bgp 64496\n neighbor 192.0.2.1 remote-as 64500", "no router bgp 64496"),
        ("interface GigabitEthernet1/0/1\n shutdown", "no interface GigabitEthernet1/0/1"),
        (
            "interface Port-channel1\n switchport mode trunk\n switchport trunk allowed vlan 5",
            "interface Port-channel1\n switchport trunk allowed vlan all",
        ),
    ],
)
def test_a_fragment_that_asks_for_it_cannot_be_planned(running, declared):
    with pytest.raises(ForbiddenCommand):
        plan_device("HF-LIB-01", "SW1", IOS, f"{running}\n", OwnedConfig(), (fragment(ONE, IOS, declared),))


def test_a_template_that_asks_for_it_cannot_be_planned(rbkc, tmp_path):
    folder = shutil.copytree(CHECKOUT / "templates", tmp_path / "templates")
    template = folder / "lan" / "cisco_ios.j2"
    template.write_text(f"{template.read_text()}no aaa new-model\n")
    with pytest.raises(ForbiddenCommand, match=r"KC-HUB-03-SW1: .*'no aaa new-model'"):
        replace(rbkc, templates=Templates(folder)).plan()
