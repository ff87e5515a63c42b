"""What is found on switches of two vendors, a router and an FRR router, and what we want there: generated texts."""

from __future__ import annotations

from hypothesis import strategies as st


def section(header: str, lines: st.SearchStrategy[list[str]]) -> st.SearchStrategy[str]:
    return lines.map(lambda below: "\n".join([header, *(f" {line}" for line in below)]))


def some(*lines: str, at_least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(lines), unique=True, min_size=at_least, max_size=5)


def one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


def blocks(*kinds: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*kinds), max_size=most).map("\n".join)


ports = st.integers(1, 4).map(lambda number: f"interface GigabitEthernet1/0/{number}")
trunks = st.integers(1, 3).map(lambda number: f"interface TenGigabitEthernet1/1/{number}")
vlans = st.integers(110, 114)
lists = st.lists(vlans, unique=True, min_size=1, max_size=4)
wires = st.integers(0, 2).map(lambda number: f"interface GigabitEthernet0/0/{number}")
anywhere = (
    one_of(
        "ntp server 192.0.2.123", "ntp server 203.0.113.251", "logging host 192.0.2.50", "logging host 203.0.113.250"
    ),
    one_of("snmp-server location Basement", "snmp-server location Attic", "no ip http server", "no ip domain lookup"),
    one_of("banner motd ^C\nKeep out.\n^C", "banner login ^C\n! interface Vlan1\n no shutdown\n^C"),
    one_of("aaa new-model", "aaa authentication login default local", "aaa authentication login CONSOLE none"),
    one_of("username localadmin privilege 15 secret 9 $9$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE5aV7uN2iO1"),
    one_of("archive\n path bootflash:archive", "line vty 0 4\n transport input ssh\n exec-timeout 30 0"),
    section("ip access-list standard OLD-NOC", some("10 permit 192.0.2.0 0.0.0.255", "20 deny any", at_least=1)),
    one_of("class-map match-any SCAVENGER\n match dscp cs1", "ip route 198.51.100.0 255.255.255.0 Null0 250"),
)
a_port = some(
    "description Spare",
    "description Door controller",
    "switchport access vlan 666",
    "switchport access vlan 112",
    "switchport mode access",
    "switchport voice vlan 99",
    "switchport nonegotiate",
    "storm-control broadcast level 5.00",
    "spanning-tree portfast",
    "spanning-tree guard root",
    "speed 100",
    "shutdown",
)
ONE_ON_SWITCH = (
    *anywhere,
    st.tuples(vlans, one_of("HEATING", "MGMT", "VOICE")).map(lambda v: f"vlan {v[0]}\n name {v[1]}{v[0]}"),
    one_of("vlan 99\n name MGMT", "vlan 666\n name PARKING", "vlan 665", "spanning-tree mode rapid-pvst"),
    st.builds(lambda port, lines: "\n".join([port, *(f" {line}" for line in lines)]), ports, a_port),
    st.builds(lambda port, lines: "\n".join([port, *(f" {line}" for line in lines)]), trunks, a_port),
    st.builds(
        lambda port, numbers: (
            f"{port}\n switchport trunk allowed vlan {','.join(map(str, sorted(numbers)))}\n switchport mode trunk"
        ),
        trunks,
        lists,
    ),
    one_of("interface Vlan99\n description Management\n ip address 10.255.0.11 255.255.255.0"),
    one_of(
        "interface Vlan112\n description Old lab\n shutdown", "interface Vlan113\n ip address 10.255.1.1 255.255.255.0"
    ),
    one_of("ip dhcp snooping", "ip dhcp snooping vlan 99,112", "spanning-tree vlan 99,113 priority 4096"),
    one_of("ip default-gateway 10.255.0.1", "ip routing", "cdp run", "lldp run"),
)
FOUND_ON_SWITCH = blocks(*ONE_ON_SWITCH, most=14)
eos_ports = st.integers(1, 4).map(lambda number: f"interface Ethernet{number}")
eos_trunks = st.integers(25, 27).map(lambda number: f"interface Ethernet{number}")
an_eos_port = some(
    "description Spare",
    "description Door controller",
    "switchport access vlan 666",
    "switchport access vlan 112",
    "switchport phone vlan 99",
    "switchport trunk native vlan 99",
    "storm-control broadcast level 5",
    "spanning-tree portfast",
    "spanning-tree guard root",
    "no lldp transmit",
    "speed forced 1000full",
    "shutdown",
)
ONE_ON_EOS = (
    one_of(
        "ntp server 192.0.2.123", "ntp server 203.0.113.251 prefer", "logging host 192.0.2.50", "logging trap notice"
    ),
    one_of("snmp-server location Basement", "snmp-server location Attic", "no lldp run", "no aaa root"),
    one_of("banner motd\nKeep out.\nEOF", "banner login\n! interface Vlan1\n   no shutdown\nEOF"),
    one_of("aaa authorization exec default local", "aaa authentication login default group tacacs+ local"),
    one_of("username localadmin privilege 15 role network-admin secret sha512 $6$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6"),
    one_of("management ssh\n idle-timeout 30", "interface Management1\n ip address 192.0.2.5/24"),
    section("ip access-list standard OLD-NOC", some("10 permit 192.0.2.0/24", "20 deny any", at_least=1)),
    st.tuples(vlans, one_of("HEATING", "MGMT", "VOICE")).map(lambda v: f"vlan {v[0]}\n name {v[1]}{v[0]}"),
    one_of("vlan 99\n name MGMT", "vlan 666\n name PARKING", "vlan 665", "vlan 661-663"),
    one_of("spanning-tree mode rapid-pvst", "spanning-tree mode mstp", "spanning-tree vlan-id 99,113 priority 4096"),
    st.builds(lambda port, lines: "\n".join([port, *(f" {line}" for line in lines)]), eos_ports, an_eos_port),
    st.builds(lambda port, lines: "\n".join([port, *(f" {line}" for line in lines)]), eos_trunks, an_eos_port),
    st.builds(
        lambda port, numbers: (
            f"{port}\n switchport trunk allowed vlan {','.join(map(str, sorted(numbers)))}\n switchport mode trunk"
        ),
        eos_trunks,
        lists,
    ),
    one_of("interface Vlan99\n description Management\n ip address 10.255.0.11/24"),
    one_of("interface Vlan112\n description Old lab\n shutdown", "interface Vlan113\n ip address 10.255.1.1/24"),
    one_of(
        "ip routing", "ip route 198.51.100.0/24 Null0 250", "router bgp 64496\n neighbor 192.0.2.202 remote-as 64496"
    ),
)
FOUND_ON_EOS = blocks(*ONE_ON_EOS, most=14)
ONE_ON_ROUTER = (
    *anywhere,
    one_of("vrf definition NHS\n rd 64496:900\n address-family ipv4\n  route-target export 64496:900"),
    st.builds(
        lambda port, lines: "\n".join([port, *(f" {line}" for line in lines)]),
        wires,
        some("description Spare", "ip address 192.0.2.129 255.255.255.252", "shutdown", "negotiation auto", "mtu 1600"),
    ),
    one_of("vrf definition NHS\n rd 64496:900\ninterface GigabitEthernet0/0/3\n vrf forwarding NHS"),
    one_of("router bgp 64496\n neighbor 192.0.2.202 remote-as 64496\n neighbor 192.0.2.202 description Reflector"),
    one_of(
        "vrf definition NHS\n rd 64496:900\nrouter bgp 64496\n address-family ipv4 vrf NHS\n"
        "  neighbor 192.0.2.134 remote-as 64500\n  neighbor 192.0.2.134 maximum-prefix 50"
    ),
    one_of("ip prefix-list NHS-OUT seq 5 permit 10.16.0.0/16 le 24", "ip prefix-list RBKC-OUT seq 50 deny 0.0.0.0/0"),
    one_of("interface GigabitEthernet0/0/3\n vrf forwarding RBKC\n ip address 192.0.2.9 255.255.255.252"),
    one_of(
        "ip route vrf RBKC 10.7.0.0 255.255.0.0 192.0.2.10",
        "interface GigabitEthernet0/0/2\n service-policy output SHAPE-S1",
    ),
    one_of("policy-map OLD\n class class-default\n  shape average 10000000", "interface Loopback0\n description Id"),
)
FOUND_ON_ROUTER = blocks(*ONE_ON_ROUTER, most=10)
ONE_ON_FRR = (
    one_of("hostname R1", "log syslog informational", "ip forwarding", "service integrated-vtysh-config"),
    one_of("host vrf NHS\nhost vrf NHS interface eth3", "host shaper eth1 rate-kbit 5000", "host vrf SPARE"),
    one_of("vrf NHS\n netns /run/netns/NHS", "vrf SPARE\n netns /run/netns/SPARE"),
    section("interface eth1", some("description Core", "ip address 192.0.2.129/30", "ip ospf area 0", "shutdown")),
    section("interface eth2 vrf RBKC", some("description Old", "ip address 192.0.2.133/30")),
    one_of("ip route 198.51.100.0/24 Null0 250", "ip route 10.9.0.0/16 192.0.2.130"),
    one_of("ip prefix-list NHS-OUT seq 5 permit 10.16.0.0/16 le 24", "ip prefix-list RBKC-OUT seq 50 deny any"),
    section(
        "router bgp 64496",
        some(
            "neighbor 192.0.2.202 remote-as 64496",
            "neighbor 192.0.2.202 description Reflector",
            "bgp router-id 192.0.2.1",
        ),
    ),
    one_of(
        "router bgp 64496 vrf NHS\n neighbor 192.0.2.134 remote-as 64500\n address-family ipv4 unicast\n"
        "  neighbor 192.0.2.134 maximum-prefix 50"
    ),
    one_of("router bgp 64496 vrf RBKC\n bgp log-neighbor-changes\n address-family ipv4 unicast\n  redistribute static"),
    one_of("interface eth3 vrf RBKC\n ip address 192.0.2.9/30", "host vrf RBKC interface eth3"),
    one_of("route-map OLD permit 10\n match ip address prefix-list NHS-OUT", "line vty", "ip nht resolve-via-default"),
)
FOUND_ON_FRR = blocks(*ONE_ON_FRR, most=10)


def our_vlan(number: int, name: str) -> str:
    return f"vlan {number}\n name {name}{number}"


OURS_ON_SWITCH = blocks(
    st.builds(our_vlan, vlans, one_of("STAFF", "PUBLIC")),
    st.builds(
        lambda number, third, text: (
            f"{our_vlan(number, 'STAFF')}\ninterface Vlan{number}\n description {text}\n"
            f" ip address 10.{number}.{third}.1 255.255.255.0\n no shutdown"
        ),
        vlans,
        st.integers(0, 2),
        one_of("STAFF", "PUBLIC"),
    ),
    st.builds(
        lambda port, number: (
            f"{our_vlan(number, 'STAFF')}\n{port}\n description STAFF\n switchport access vlan {number}\n"
            " switchport mode access\n spanning-tree portfast\n no shutdown"
        ),
        ports,
        vlans,
    ),
    st.builds(
        lambda port, numbers: "\n".join(
            [port, *(f" switchport trunk allowed vlan {number}" for number in numbers), " switchport mode trunk"]
        ),
        trunks,
        lists,
    ),
    lists.map(lambda numbers: "\n".join(f"ip dhcp snooping vlan {number}" for number in numbers)),
    lists.map(lambda numbers: "\n".join(f"spanning-tree vlan {number} priority 8192" for number in numbers)),
    one_of(
        "ntp server 203.0.113.251", "logging host 203.0.113.250", "ip dhcp snooping", "spanning-tree mode rapid-pvst"
    ),
    one_of("snmp-server location Comms room", "ip route 10.80.0.0 255.255.0.0 10.81.16.1"),
    one_of("banner login ^C\nAuthorised access only.\n^C", "banner login ^C\nGo away.\n^C"),
    most=5,
)


OURS_ON_EOS = blocks(
    st.builds(our_vlan, vlans, one_of("STAFF", "PUBLIC")),
    st.builds(
        lambda number, third, text: (
            f"{our_vlan(number, 'STAFF')}\ninterface Vlan{number}\n description {text}\n"
            f" ip address 10.{number}.{third}.1/24\n no shutdown"
        ),
        vlans,
        st.integers(0, 2),
        one_of("STAFF", "PUBLIC"),
    ),
    st.builds(
        lambda port, number: (
            f"{our_vlan(number, 'STAFF')}\n{port}\n description STAFF\n switchport access vlan {number}\n"
            " switchport mode access\n spanning-tree portfast\n spanning-tree bpduguard enable\n no shutdown"
        ),
        eos_ports,
        vlans,
    ),
    st.builds(
        lambda port, numbers: "\n".join(
            [port, *(f" switchport trunk allowed vlan {number}" for number in numbers), " switchport mode trunk"]
        ),
        eos_trunks,
        lists,
    ),
    lists.map(lambda numbers: "\n".join(f"spanning-tree vlan-id {number} priority 8192" for number in numbers)),
    one_of("ntp server 203.0.113.251", "logging host 203.0.113.250", "ip routing", "spanning-tree mode rapid-pvst"),
    one_of("snmp-server location Comms room", "ip route 10.80.0.0/16 10.81.16.1"),
    one_of("banner login\nAuthorised access only.\nEOF", "banner login\nGo away.\nEOF"),
    most=5,
)


def our_edge(wire: str, host: int, rate: int, entries: int, limit: int) -> str:
    lists = "\n".join(
        f"ip prefix-list RBKC-S{host}-IN seq {5 * n} permit 10.80.{n + limit // 50}.0/24" for n in range(1, entries + 1)
    )
    peer = f"198.51.100.{2 * host + 1}"
    return f"""\
vrf definition RBKC
 rd 64496:100
 address-family ipv4
  route-target export 64496:100
  route-target import 64496:100
policy-map SHAPE-S{host}
 class class-default
  shape average {rate}
{wire}
 description ACT-{host}
 vrf forwarding RBKC
 ip address 198.51.100.{2 * host} 255.255.255.254
 service-policy output SHAPE-S{host}
 no shutdown
ip prefix-list RBKC-OUT seq 5 permit 10.80.0.0/16 le 32
{lists}
router bgp 64496
 address-family ipv4 vrf RBKC
  neighbor {peer} remote-as 65536
  neighbor {peer} description ACT-{host}
  neighbor {peer} activate
  neighbor {peer} prefix-list RBKC-S{host}-IN in
  neighbor {peer} prefix-list RBKC-OUT out
  neighbor {peer} maximum-prefix {limit}"""


OURS_ON_ROUTER = blocks(
    st.builds(our_edge, wires, st.integers(0, 2), one_of("100000000", "200000000"), st.integers(1, 3), one_of(20, 50)),
    one_of("ntp server 203.0.113.251", "logging host 203.0.113.250", "banner login ^C\nAuthorised access only.\n^C"),
    most=2,
)


FRR_CLASSES = (
    ("class 1 priority percent 20", "class 1 dscp ef"),
    ("class 1 percent 30", "class 1 dscp af41", "class 2 priority percent 10", "class 2 dscp ef"),
)


def our_frr_edge(port: str, host: int, rate: int, classes: tuple[str, ...], entries: int, limit: int) -> str:
    shaper = "\n".join(f"host shaper {port} {words}" for words in (f"rate-kbit {rate}", *classes))
    lists = "\n".join(
        f"ip prefix-list RBKC-S{host}-IN seq {5 * n} permit 10.80.{n + limit // 50}.0/24" for n in range(1, entries + 1)
    )
    peer = f"198.51.100.{2 * host + 1}"
    return f"""\
host vrf RBKC
host vrf RBKC interface {port}
{shaper}
vrf RBKC
 netns /run/netns/RBKC
interface {port} vrf RBKC
 description ACT-{host}
 ip address 198.51.100.{2 * host}/31
ip prefix-list RBKC-OUT seq 5 permit 10.80.0.0/16 le 32
{lists}
router bgp 64496 vrf RBKC
 neighbor {peer} remote-as 65536
 neighbor {peer} description ACT-{host}
 address-family ipv4 unicast
  neighbor {peer} prefix-list RBKC-S{host}-IN in
  neighbor {peer} prefix-list RBKC-OUT out
  neighbor {peer} maximum-prefix {limit}"""


OURS_ON_FRR = blocks(
    st.builds(
        our_frr_edge,
        *(one_of("eth1", "eth2"), st.integers(0, 2), one_of(1000, 2000), one_of((), *FRR_CLASSES)),
        *(st.integers(1, 3), one_of(20, 50)),
    ),
    section("interface eth1", some("description LAN", "ip address 10.81.16.1/31", at_least=1)),
    one_of("ip route 10.80.16.0/23 10.81.16.0", "ip route 10.80.18.0/24 10.81.16.0"),
    most=3,
)


junos_ports = st.integers(1, 4).map(lambda number: f"ge-0/0/{number}")
junos_trunks = st.integers(0, 2).map(lambda number: f"xe-0/1/{number}")
SWITCHING = "unit 0 family ethernet-switching"


def statements(start: str, lines: st.SearchStrategy[list[str]]) -> st.SearchStrategy[str]:
    return lines.map(lambda ends: "\n".join(f"set {start} {end}" for end in ends))


def a_vlan(number: int, name: str) -> str:
    return f"set vlans {name}{number} vlan-id {number}"


ONE_ON_JUNOS = (
    one_of(
        "set system ntp server 192.0.2.123",
        "set system ntp server 203.0.113.251 prefer",
        "set system syslog host 192.0.2.50 any notice",
        'set system login message "Keep out; no entry"',
    ),
    one_of(
        'set snmp location "Basement, key at reception"', "set snmp location Attic", "set protocols lldp interface all"
    ),
    one_of(
        "set system services ssh root-login deny",
        "set system name-server 192.0.2.53",
        "set chassis alarm management-ethernet link-down ignore",
    ),
    one_of('set system login user localadmin authentication encrypted-password "$6$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4"'),
    vlans.map(lambda number: a_vlan(number, "HEATING")),
    one_of("set vlans MGMT vlan-id 99", "set vlans PARKING vlan-id 666", "set vlans vlan665 vlan-id 665"),
    st.tuples(
        junos_ports,
        some(
            "description Spare",
            'description "Door controller, ask"',
            "disable",
            "mtu 1600",
            SWITCHING,
            "unit 0",
            f"{SWITCHING} recovery-timeout 60",
            f"{SWITCHING} interface-mode access",
        ),
    ).map(lambda each: "\n".join(f"set interfaces {each[0]} {line}" for line in each[1])),
    junos_ports.map(
        lambda port: (
            f"set vlans PARKING vlan-id 666\nset interfaces {port} {SWITCHING} vlan members PARKING\n"
            f"set interfaces {port} {SWITCHING} storm-control default\n"
            "set forwarding-options storm-control-profiles default all"
        )
    ),
    junos_trunks.map(
        lambda port: (
            f"set vlans MGMT vlan-id 99\nset interfaces {port} {SWITCHING} interface-mode trunk\n"
            f"set interfaces {port} {SWITCHING} vlan members MGMT\nset protocols rstp interface {port}"
        )
    ),
    one_of(
        "set protocols rstp", "set protocols rstp bridge-priority 16k", "set protocols rstp interface ge-0/0/1 edge"
    ),
    one_of(
        "set interfaces irb unit 99 family inet address 10.255.0.11/24",
        'set interfaces irb unit 112 description "Old lab"\ndeactivate interfaces irb unit 112',
        "set interfaces irb unit 113 family inet address 10.255.1.1/24",
    ),
    one_of(
        "set policy-options prefix-list NOC 192.0.2.0/24\nset firewall family inet filter MANAGEMENT term NOC from"
        " source-prefix-list NOC\nset firewall family inet filter MANAGEMENT term NOC then accept\n"
        "set firewall family inet filter MANAGEMENT term REST then discard",
        "set policy-options policy-statement OLD term A from protocol [ direct static ]\n"
        "set policy-options policy-statement OLD term A then accept\n"
        "set policy-options policy-statement OLD then reject",
    ),
    one_of("set routing-options static route 198.51.100.0/24 discard", "set routing-options router-id 192.0.2.9"),
    one_of("set groups ALL system time-zone Europe/London\nset apply-groups ALL", "set poe interface all"),
    one_of(
        "set security zones security-zone TRUST interfaces lo0.0\n"
        "set security policies from-zone TRUST to-zone TRUST policy OLD match application any\n"
        "set security policies from-zone TRUST to-zone TRUST policy OLD then deny",
        "set security zones security-zone RBKC tcp-rst",
        "set security zones security-zone TRUST interfaces lo0.0\n"
        "set security nat source rule-set OLD from zone TRUST\n"
        "set security nat source rule-set OLD rule R1 then source-nat off",
    ),
)
FOUND_ON_JUNOS = blocks(*ONE_ON_JUNOS, most=14)


def our_terms(number: int, which: list[str]) -> str:
    terms = "\n".join(
        f"set firewall family inet filter LAN-{number} term {name} from destination-address 10.{number}.{place}.0/24\n"
        f"set firewall family inet filter LAN-{number} term {name} then {'accept' if place else 'discard'}"
        for place, name in enumerate(sorted(which))
    )
    return (
        f"{terms}\n{a_vlan(number, 'STAFF')}\nset vlans STAFF{number} l3-interface irb.{number}\n"
        f"set interfaces irb unit {number} family inet filter input LAN-{number}"
    )


def our_breakout(number: int, which: list[int]) -> str:
    rules = "set security nat source rule-set RBKC-TRANSLATED"
    each = "\n".join(
        f"{rules} rule 10-80-{third}-0-24 match source-address 10.80.{third}.0/24\n"
        f"{rules} rule 10-80-{third}-0-24 then source-nat interface"
        for third in which
    )
    policy = "set security policies from-zone RBKC to-zone RBKC policy WITHIN"
    return (
        f"set security zones security-zone RBKC interfaces irb.{number} host-inbound-traffic protocols bgp\n"
        f"{policy} match source-address any\n{policy} then permit\n"
        f"{rules} from zone RBKC\n{rules} to zone RBKC\n{each}"
    )


OURS_ON_JUNOS = blocks(
    st.builds(our_breakout, vlans, st.lists(st.integers(1, 4), unique=True, min_size=1, max_size=3)),
    st.builds(a_vlan, vlans, one_of("STAFF", "PUBLIC")),
    st.builds(
        lambda number, third, text: (
            f"{a_vlan(number, 'STAFF')}\nset vlans STAFF{number} l3-interface irb.{number}\n"
            f'set interfaces irb unit {number} description "{text} L1"\n'
            f"set interfaces irb unit {number} family inet address 10.{number}.{third}.1/24"
        ),
        vlans,
        st.integers(0, 2),
        one_of("STAFF", "PUBLIC"),
    ),
    st.builds(
        lambda port, number, percent: (
            f"{a_vlan(number, 'STAFF')}\ndelete interfaces {port} disable\nset interfaces {port} description STAFF\n"
            f"set interfaces {port} {SWITCHING} interface-mode access\n"
            f"set interfaces {port} {SWITCHING} vlan members STAFF{number}\n"
            f"set forwarding-options storm-control-profiles LAN-{percent} all bandwidth-percentage {percent}\n"
            f"set interfaces {port} {SWITCHING} storm-control LAN-{percent}\nset protocols rstp interface {port} edge"
        ),
        junos_ports,
        vlans,
        one_of(5, 10),
    ),
    st.builds(
        lambda port, numbers: "\n".join(
            [
                f"set interfaces {port} {SWITCHING} interface-mode trunk",
                *(f"{a_vlan(n, 'STAFF')}\nset interfaces {port} {SWITCHING} vlan members STAFF{n}" for n in numbers),
            ]
        ),
        junos_trunks,
        lists,
    ),
    st.builds(our_terms, vlans, st.lists(one_of("A", "B", "C", "D"), unique=True, min_size=1, max_size=4)),
    one_of("set protocols rstp bpdu-block-on-edge", "set protocols rstp bridge-priority 8k"),
    one_of("set system ntp server 203.0.113.251", "set system syslog host 203.0.113.250 any notice"),
    one_of('set snmp location "Comms room"', "set routing-options static route 10.80.0.0/16 next-hop 10.81.16.1"),
    one_of('set system login message "Authorised access only."', 'set system login message "Go away."'),
    most=5,
)
