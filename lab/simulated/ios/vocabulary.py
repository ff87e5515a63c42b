"""What Cisco IOS-XE understands in each configuration mode; the notation is that of `lab/simulated/vocabulary.py`."""

from __future__ import annotations

import re

from lab.simulated.arguments import interface_name
from lab.simulated.ios.vocabulary_interface import INTERFACE
from lab.simulated.ios.vocabulary_router import ROUTER
from lab.simulated.ios.vocabulary_voice import VOICE, VOICE_MODES
from lab.simulated.ios.vocabulary_wireless import CONTROLLER, CONTROLLER_MODES
from lab.simulated.vocabulary import Vocabulary

GLOBAL = (
    """
version = <rest> !preamble
service timestamps (debug|log) = <rest>
service <line>
+platform <line>
hostname = <word>
boot-start-marker
boot-end-marker
boot system <line>
% vrf definition <word> -> config-vrf !vrf_definition
logging buffered = <rest>
logging discriminator <line>
+logging console = <rest>
enable (secret|password) = <line> !enable_secret
aaa new-model !aaa_new_model
aaa group server (radius|tacacs+) <word> -> config-sg-radius
aaa authentication <word> <word> = <line>
aaa authorization commands <int> <word> = <line>
aaa authorization <word> <word> = <line>
aaa authorization console
aaa authorization config-commands
aaa accounting commands <int> <word> = <line>
aaa accounting <word> <word> = <line>
aaa accounting <line>
aaa server radius dynamic-author -> config-locsvr-da-radius
aaa session-id = <word>
clock timezone = <line>
clock summer-time = <line>
@switch switch <int> provision = <word>
@switch authentication mac-move <word>
@switch authentication critical recovery delay = <int>
@switch authentication linksec <line>
@switch authentication (command|convert-to|display|logging) <line>
@switch mab (request|logging) <line>
ip nbar <line>
+@router ip routing
@switch ip routing
+ip domain lookup
+ip domain-lookup
ip domain name = <word>
ip name-server <line>
ip host <word> = <line>
ip dhcp excluded-address <line>
ip dhcp pool <word> -> dhcp-config
@switch ip dhcp snooping
@switch ip dhcp snooping vlan = <rest> !global_vlan_set
@switch +ip dhcp snooping information option
@switch ip dhcp snooping information option allow-untrusted
@switch ip dhcp snooping information option format <line>
@switch ip dhcp snooping database = <line>
@switch ip arp inspection vlan = <rest> !global_vlan_set
@switch ip arp inspection validate = <line>
+ip cef
+ipv6 cef
ipv6 unicast-routing
+login on-success log
login block-for = <line>
vtp mode = (transparent|off|server|client)
vtp domain = <word>
key chain <word> -> config-keychain
~ crypto key <line>
crypto <line>
license <line>
diagnostic <line>
archive -> config-archive
memory free low-watermark processor = <int>
@switch dot1x system-auth-control
@switch spanning-tree mode = (rapid-pvst|pvst|mst)
@switch spanning-tree loopguard default
@switch spanning-tree portfast bpduguard default
@switch spanning-tree portfast default
@switch spanning-tree logging
@switch spanning-tree extend system-id
@switch spanning-tree vlan <word> priority = <int> !spanning_priority
@switch errdisable recovery cause <word>
@switch errdisable recovery interval = <int>
@switch errdisable detect <line>
@switch power inline consumption default = <int>
@switch power redundancy-mode <line>
@switch mls qos
username <word> = <line> !username
no username <word>
redundancy -> config-red
@switch vlan internal allocation policy = (ascending|descending)
@switch vlan access-map <line>
@switch +vlan dot1q tag native
@switch % vlan <word> -> config-vlan !vlan
lldp run
+cdp run
track <int> interface <ifname> line-protocol -> config-track !track
track <line>
no track <int>
bfd-template <line> -> config-bfd
class-map (match-any|match-all) <word> -> config-cmap !typed_class_map
class-map <word> -> config-cmap !class_map
policy-map <word> -> config-pmap !policy_map
table-map <word> -> config-tablemap
@switch device-tracking policy <word> -> config-device-tracking
% interface <ifname> -> config-if !interface
@switch ip default-gateway = <ip>
router bgp <asn> -> config-router !router_bgp
router ospf <line> -> config-router
ip forward-protocol <line>
+ip http server
+ip http secure-server
ip http <line>
ip ftp <line>
ip tftp <line>
ip scp server enable
ip bgp-community new-format
ip nat inside source list <word> interface <ifname> = <rest> !nat_source
ip nat <line>
ip tcp <line>
ip route vrf <word> <ip> <mask> <line> !static_route
ip route <ip> <mask> <line> !static_route
ip ssh version = <int>
ip ssh time-out = <int>
ip ssh authentication-retries = <int>
ip ssh source-interface = <ifname>
ip ssh server <line>
ip ssh <line>
ip tacacs source-interface = <ifname> <rest>
ip radius source-interface = <ifname> <rest>
ip access-list standard <word> -> config-std-nacl
ip access-list extended <word> -> config-ext-nacl
ip access-list resequence <line>
no ip access-list (standard|extended) <word>
% ip prefix-list <word> description = <line>
% ip prefix-list <word> seq <int> = (permit|deny) <prefix> <rest> !prefix_list
% ip prefix-list <word> (permit|deny) <prefix> <rest> !prefix_list
no ip prefix-list <word>
ip community-list <line>
ip as-path access-list <line>
ip sla <line>
logging source-interface = <ifname> <rest>
logging trap = <rest>
logging facility = <word>
logging origin-id = <line>
logging host <ip> = <rest>
logging host <ip> vrf <word> = <rest>
logging userinfo
+logging event link-status
access-list <int> <line>
route-map <word> (permit|deny) <int> -> config-route-map
no route-map <word>
~ snmp-server user <word> = <line> !snmp_user
snmp-server community <word> = <rest>
snmp-server group <line>
snmp-server view <line>
snmp-server location = <line>
snmp-server contact = <line>
snmp-server trap-source = <ifname>
snmp-server source-interface <line>
snmp-server enable traps = <rest>
snmp-server ifindex persist
snmp-server engineID <line>
snmp-server host <line>
tacacs server <word> -> config-server-tacacs
radius server <word> -> config-radius-server
radius-server dead-criteria = <line>
radius-server deadtime = <int>
radius-server <line>
tacacs-server <line>
control-plane -> config-cp
"""
    + VOICE.lstrip()
    + """banner (motd|login|exec|incoming) = <line> !banner
line con <int> -> config-line
line aux <int> -> config-line
line vty <int> = <rest> -> config-line !line_vty
mac address-table <line>
monitor session <line>
ntp source = <ifname>
ntp authenticate
ntp authentication-key <int> = <line>
ntp trusted-key <int>
ntp server vrf <word> <word> = <rest>
ntp server <word> = <rest>
ntp <line>
event manager <line>
alias <line>
file prompt <line>
netconf-yang
restconf
"""
)

MODES: dict[str, str] = {
    "config": f"{GLOBAL}{CONTROLLER}end !preamble\n",
    **CONTROLLER_MODES,
    "config-if": INTERFACE,
    "config-router": ROUTER
    + """
address-family ipv4 vrf <word> -> config-router-af !bgp_vrf
address-family (ipv4|ipv6|vpnv4|vpnv6) = <rest> -> config-router-af !address_family
router-id = <ip>
passive-interface <line>
area <line>
""",
    "config-router-af": ROUTER + "exit-address-family !leave\n",
    "config-vrf": """
rd = <rd>
description = <line>
route-target (export|import|both) <rd>
address-family (ipv4|ipv6) = <rest> -> config-vrf-af !address_family
exit-vrf !leave
""",
    "config-vrf-af": """
route-target (export|import|both) <rd>
import map = <word>
export map = <word>
maximum routes = <line>
exit-address-family !leave
""",
    "config-vlan": "name = <word> !vlan_name\nshutdown\nremote-span\nstate = <word>\n",
    "config-cmap": "description = <line>\nmatch <line>\n",
    "config-track": "delay = <line>\n",
    "config-pmap": "description = <line>\nclass <word> -> config-pmap-c !policy_class\n",
    "config-pmap-c": """
priority = <rest> !class_share
bandwidth = <line> !class_share
shape average = <line>
shape peak = <line>
police = <line>
queue-limit = <line>
queue-buffers ratio = <int>
random-detect = <rest>
fair-queue = <rest>
set <word> = <line>
trust <word>
service-policy = <word> !service_policy
""",
    "config-std-nacl": "%<int> = <line> !access_entry\n(permit|deny|remark) <line> !access_entry\nno <int>\n",
    "config-ext-nacl": "%<int> = <line> !access_entry\n(permit|deny|remark) <line> !access_entry\nno <int>\n",
    "config-line": """
session-timeout = <int>
access-class <word> (in|out) = <rest>
exec-timeout = <int> <rest>
privilege level = <int>
password = <line>
logging synchronous
login = <rest>
authorization <line>
accounting <line>
length = <int>
width = <int>
history size = <int>
notify
stopbits = <int>
transport input = <line>
transport output = <line>
transport preferred = <line>
""",
    "config-archive": """
log config -> config-archive-log-cfg
path = <word>
maximum = <int>
write-memory
time-period = <int>
""",
    "config-archive-log-cfg": "logging enable\nlogging size = <int>\nhidekeys\nnotify syslog = <rest>\nrecord rc\n",
    "dhcp-config": """
vrf = <word>
network = <ip> <rest>
domain-name = <word>
default-router = <line>
dns-server = <line>
option <int> = <line>
lease = <line>
host = <line>
client-identifier = <word>
""",
    "config-route-map": """
description = <line>
match <line>
set local-preference = <int>
set metric = <line>
set as-path prepend = <line>
set extcommunity soo = <rd>
set <line>
continue = <rest>
""",
    "config-sg-radius": "server <line>\nserver-private <line>\nip <line>\ndeadtime = <int>\n",
    "config-radius-server": """
address ipv4 = <ip> <rest>
timeout = <int>
retransmit = <int>
automate-tester <line>
key = <line> !server_key
""",
    "config-server-tacacs": "address ipv4 = <ip>\nkey = <line> !server_key\ntimeout = <int>\nsingle-connection\n",
    "config-locsvr-da-radius": "client <line>\nserver-key = <line>\nport = <int>\nauth-type = <word>\n",
    "config-keychain": "key <int> -> config-keychain-key\n",
    "config-keychain-key": "key-string = <line>\n",
    "config-red": "mode = <word>\n",
    "config-cp": "service-policy input = <word>\n",
    "config-tablemap": "map <line>\ndefault = <line>\n",
    "config-device-tracking": "tracking <line>\nsecurity-level <word>\n",
    "config-bfd": "interval <line>\nauthentication <line>\n",
    **VOICE_MODES,
}
"""Mode to its rules."""

CLOSING_LINES = {"config-router-af": "exit-address-family", "config-vrf-af": "exit-address-family"}
"""What a section of a mode ends with in the running config."""

IOS = Vocabulary(
    modes=MODES,
    indentation=1,
    interface_name=interface_name,
    banner=re.compile(r"^\s*banner\s+(motd|login|exec|incoming)\s+(\S.*)$"),
    banner_end="",
    closing_lines=CLOSING_LINES,
    is_parted_by_word=False,
)
"""Cisco IOS-XE."""
