"""What Arista EOS understands in each configuration mode; the notation is that of `lab/simulated/vocabulary.py`.

Source: EOS User Manual 4.31, the command descriptions of each chapter; the order is that of `show running-config`.
"""

from __future__ import annotations

import re

from lab.simulated.arguments import eos_interface_name
from lab.simulated.vocabulary import Vocabulary

GLOBAL = """
boot system <line>
+aaa root
username <word> = <line>
no username <word>
switchport default mode = (access|routed)
alias <line>
daemon <word> -> config-daemon
event-handler <word> -> config-handler
transceiver qsfp default-mode = <word>
service routing protocols model = <word>
service <line>
agent <line>
load-interval default = <int>
lldp timer = <int>
+lldp run
logging buffered = <rest>
+logging console
logging trap = <rest>
logging facility = <word>
logging format <line>
logging source-interface = <port> <rest>
logging vrf <word> host <ip> = <rest>
logging host <ip> = <rest>
logging <line>
hostname = <word>
ip name-server vrf <word> <line>
ip name-server <ip>
dns domain = <word>
ip domain-name = <word>
ntp local-interface = <line>
ntp authenticate
ntp authentication-key <int> = <line>
ntp trusted-key = <line>
ntp server vrf <word> <word> = <rest>
ntp server <word> = <rest>
ptp <line>
poe (reboot|shutdown) action = (maintain|power-off)
radius-server deadtime = <int>
radius-server host <ip> vrf <word> = <rest> !server_key
radius-server host <ip> = <rest> !server_key
radius-server <line>
tacacs-server host <ip> = <rest> !server_key
tacacs-server <line>
sflow <line>
snmp-server engineID <line>
snmp-server contact = <line>
snmp-server location = <line>
snmp-server local-interface = <port>
snmp-server view <line>
snmp-server community <word> = <rest>
snmp-server group <word> v3 (auth|noauth|priv) = <rest>
snmp-server user <word> = <line> !snmp_user
snmp-server host <word> vrf <word> = <line>
snmp-server host <word> = <line>
snmp-server enable traps = <rest>
snmp-server vrf <word>
spanning-tree mode = (mstp|rapid-pvst|rstp|none|backup)
spanning-tree edge-port bpduguard default
spanning-tree edge-port bpdufilter default
spanning-tree mst configuration -> config-mst
spanning-tree mst <word> priority = <int>
spanning-tree priority = <int>
spanning-tree vlan-id <word> priority = <int> !spanning_priority
spanning-tree <line>
system l1 -> config-system-l1
aaa group server (radius|tacacs+) <word> -> config-sg
aaa authentication login (default|console) = <line>
aaa authentication enable default = <line>
aaa authentication dot1x default = <line>
aaa authentication policy <line>
aaa authorization exec default = <line>
aaa authorization serial-console
aaa authorization commands <word> default = <line>
aaa accounting <word> default = <line>
aaa accounting <line>
enable password <line>
role <word> -> config-role
dot1x system-auth-control
dot1x protocol <line>
dot1x dynamic-authorization
dot1x -> config-dot1x
clock timezone = <line>
errdisable <line>
% vlan <word> -> config-vlan !vlan
vrf instance <word> -> config-vrf
queue-monitor <line>
% interface <port> -> config-if !interface
mac address-table <line>
ip access-list standard <word> -> config-std-acl
ip access-list <word> -> config-acl
mac access-list <word> -> config-acl
ip dhcp relay <line>
ip dhcp snooping
ip dhcp snooping <line>
ip arp inspection vlan <line>
ip routing !ip_routing
ip routing vrf <word>
ipv6 unicast-routing
% ip prefix-list <word> -> config-ip-pfx
monitor session <line>
mlag configuration -> config-mlag
ip route vrf <word> <prefix> <line>
ip route <prefix> <line>
% route-map <word> (permit|deny) <int> -> config-route-map
router bgp <asn> -> config-router-bgp
router ospf <line> -> config-router-ospf
ip virtual-router mac-address = <word>
qos <line>
policy-map type quality-of-service <word> -> config-pmap
policy-map <line>
class-map type qos match-any <word> -> config-cmap
class-map <line>
banner (login|motd) = <line>
management api http-commands -> config-mgmt-api-http-cmds
management api gnmi -> config-mgmt-api
management console -> config-mgmt-console
management ssh -> config-mgmt-ssh
management telnet -> config-mgmt-telnet
management security -> config-mgmt-security
end !nothing
"""

INTERFACE = """
description = <line>
+ip icmp redirect
shutdown
mtu = <int>
load-interval = <int>
logging event <line>
speed = <line>
flowcontrol <line>
error-correction encoding = <line>
+switchport !switchport
switchport access vlan = <vlan> !access_vlan
switchport trunk native vlan = <word> !layer_two
switchport phone vlan = <vlan> !layer_two
switchport phone trunk = <line> !layer_two
switchport trunk allowed vlan = <line> !trunk_vlans
switchport mode = (access|trunk|dot1q-tunnel) !layer_two
switchport mode = trunk phone !layer_two
switchport trunk group <word>
switchport port-security <rest>
switchport source-interface <line>
switchport tap <line>
channel-group <int> mode = (active|on|passive)
lacp timer = (fast|normal)
lacp <line>
port-channel <line>
vrf = <word> !vrf
ip proxy-arp
ip local-proxy-arp
ip address <cidr> secondary !ip_address
ip address = <cidr> !ip_address
ip address = dhcp
ip address virtual = <cidr>
ip helper-address <ip> <rest>
ip virtual-router address <ip>
ip access-group <word> in !access_group
ip access-group <word> out !access_group
ip dhcp snooping <line>
ip arp inspection <line>
ip ospf <line>
ip igmp <line>
ip attached-host <line>
ipv6 <line>
arp aging timeout = <int>
mac access-group <word> (in|out)
mac <line>
+lldp transmit
+lldp receive
poe disabled
poe limit = <line> !poe_limit
poe priority = (critical|high|medium|low)
poe (reboot|shutdown) action = (maintain|power-off)
poe link down action = <line>
poe negotiation lldp disabled
poe legacy detect
qos trust = <word>
qos <line>
service-policy type qos (input|output) = <word>
service-policy <line>
storm-control broadcast level = <line> !storm_level
storm-control multicast level = <line> !storm_level
storm-control unknown-unicast level = <line> !storm_level
storm-control all level = <line> !storm_level
dot1x pae = (authenticator|supplicant)
dot1x authentication failure action traffic = <line>
dot1x reauthentication
dot1x port-control = (auto|force-authorized|force-unauthorized) !port_control
dot1x host-mode = (single-host|multi-host) <rest>
dot1x mac based authentication = <rest>
dot1x timeout (tx-period|quiet-period|idle-host|reauth-period) = <line>
dot1x reauthorization request limit = <int>
dot1x (eapol|aaa|unauthorized) <line>
sflow <line>
+sflow enable
spanning-tree portfast = <rest>
spanning-tree bpduguard = (enable|disable)
spanning-tree bpdufilter = (enable|disable)
spanning-tree guard = (root|loop|none)
spanning-tree cost = <int>
spanning-tree port-priority = <int>
spanning-tree link-type = <word>
spanning-tree <line>
+autostate
mlag = <int>
vxlan <line>
bfd <line>
pim <line>
isis <line>
"""

BGP = """
router-id = <ip>
+bgp default ipv4-unicast
bgp <line>
maximum-paths <line>
timers <line>
distance <line>
graceful-restart <line>
%neighbor <peer> peer group = <rest>
%neighbor <peer> remote-as = <asn>
%neighbor <peer> <line>
no neighbor <peer>
network <prefix> = <rest>
redistribute <word> = <rest>
aggregate-address <line>
rd <line>
route-target <line>
vlan <int> -> config-router-bgp-vlan
vrf <word> -> config-router-bgp-vrf
address-family <line> -> config-router-bgp-af
"""

FREE = "<line>\n"
"""Sections of which the device only has to keep what others put there."""

MODES: dict[str, str] = {
    "config": GLOBAL,
    "config-if": INTERFACE,
    "config-vlan": "name = <word>\nstate = (active|suspend)\ntrunk group <word>\nprivate-vlan <line>\n",
    "config-vrf": "description = <line>\nrd = <rd>\n",
    "config-std-acl": "counters per-entry\n%<int> = <line>\nno <int>\n",
    "config-acl": "counters per-entry\n%<int> = (permit|deny|remark) <line> !acl_entry\nno <int>\n",
    "config-ip-pfx": "%seq <int> = (permit|deny) <prefix> <rest>\n",
    "config-route-map": "description = <line>\nmatch <line>\nset <line>\ncontinue = <rest>\n",
    "config-router-bgp": BGP,
    "config-router-bgp-vrf": BGP,
    "config-router-bgp-af": BGP,
    "config-router-bgp-vlan": FREE,
    "config-router-ospf": FREE,
    "config-mgmt-ssh": "idle-timeout = <int>\nauthentication mode = <line>\nconnection <line>\n"
    "hostkey <line>\nip access-group <word> in\nip access-group <word> vrf <word> in\nvrf <word> -> config-mgmt-vrf\n"
    "cipher <line>\n+shutdown\nlog-level = <word>\n",
    "config-mgmt-api-http-cmds": "protocol <line>\n+shutdown\nvrf <word> -> config-mgmt-vrf\n",
    "config-mgmt-vrf": "+shutdown\n<line>\n",
    "config-mst": "instance <int> vlan = <line>\nname = <word>\nrevision = <int>\n",
    "config-mlag": "<word> = <line>\n",
    "config-sg": "server <line>\n",
    "config-role": "%<int> = <line>\n",
    "config-pmap": "class <word> -> config-pmap-c\n",
    "config-pmap-c": "set (dscp|cos|traffic-class|drop-precedence) = <word>\npolice <line>\n",
    "config-cmap": "match (ip|ipv6) access-group = <word>\nmatch (vlan|cos) = <word>\n",
    "config-dot1x": """
aaa unresponsive phone action traffic = (allow|drop)
aaa unresponsive action traffic = <line>
aaa unresponsive eap response = (success|disabled)
aaa unresponsive recovery action = reauthenticate
mac based authentication (delay|hold period) = <int> seconds
(supplicant|radius|captive-portal|mac-based-auth) <line>
""",
    **dict.fromkeys(
        (
            "config-daemon",
            "config-handler",
            "config-system-l1",
            "config-mgmt-api",
            "config-mgmt-console",
            "config-mgmt-telnet",
            "config-mgmt-security",
        ),
        FREE,
    ),
}
"""Mode to its rules."""

EOS = Vocabulary(
    modes=MODES,
    indentation=3,
    interface_name=eos_interface_name,
    banner=re.compile(r"^\s*banner\s+(motd|login)\s*$"),
    banner_end="EOF",
    closing_lines={},
    is_parted_by_word=True,
)
"""Arista EOS."""
