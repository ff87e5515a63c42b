"""What a device understands under `interface`; the notation is that of `vocabulary.py`."""

from __future__ import annotations

INTERFACE = """
description = <line>
@switch +switchport !switchport
@switch switchport access vlan = <vlan> !access_vlan
@switch switchport trunk native vlan = <vlan> !layer_two
@switch switchport trunk allowed vlan = <line> !trunk_vlans
@switch switchport mode = (access|trunk) !layer_two
@switch switchport mode dynamic = (auto|desirable) !layer_two
@switch switchport nonegotiate !layer_two
@switch switchport voice vlan = <word> !layer_two
@switch switchport port-security <rest> !layer_two
@switch switchport block <line> !layer_two
@switch switchport protected !layer_two
@switch device-tracking attach-policy = <word>
encapsulation dot1Q = <vlan> <rest> !encapsulation
vrf forwarding = <word> !vrf_forwarding
ip address <ip> <mask> secondary !ip_address
ip address = <ip> <mask> !ip_address
ip address = dhcp !ip_address
+ip redirects
+ip unreachables
+ip proxy-arp
ip unnumbered = <ifname>
ip helper-address <ip>
ip helper-address vrf <word> <ip>
ip helper-address global <ip>
ip access-group <word> (in|out)
ip nat (inside|outside)
ip mtu = <int>
ip tcp adjust-mss = <int>
ip verify <line>
ip flow <line>
ip ospf <line>
@switch ip arp inspection trust
@switch ip arp inspection limit = <line>
bandwidth = <int>
delay = <int>
mtu = <int>
load-interval = <int>
carrier-delay = <line>
standby version = <int>
standby <int> ip = <rest>
standby <int> priority = <int>
standby <int> preempt = <rest>
standby <int> track <int> = <rest>
standby <int> <line>
vrrp <int> ip = <rest>
vrrp <int> priority = <int>
vrrp <int> preempt delay minimum = <int>
vrrp <int> track <int> = <rest>
vrrp <int> <line>
bfd interval = <line> !bfd_interval
bfd template = <word>
shutdown
negotiation auto
@switch power inline = <line>
speed = <word>
duplex = <word>
media-type = <word>
udld <line>
+lldp transmit
+lldp receive
+cdp enable
channel-group <int> mode = <word>
@switch authentication <line>
@switch access-session <line>
@switch mab = <rest>
@switch dot1x <line>
@switch auto qos <line>
@switch trust device <line>
@switch qos trust = <word>
@switch mls qos trust = <word>
@switch storm-control broadcast level = <line> !layer_two
@switch storm-control multicast level = <line> !layer_two
@switch storm-control unicast level = <line> !layer_two
@switch storm-control action = <word> !layer_two
@switch spanning-tree portfast = <rest> !portfast
@switch spanning-tree bpduguard = (enable|disable) !layer_two
@switch spanning-tree bpdufilter = (enable|disable) !layer_two
@switch spanning-tree guard = (root|loop|none) !layer_two
@switch spanning-tree cost = <int> !layer_two
@switch spanning-tree port-priority = <int> !layer_two
@switch spanning-tree link-type = <word> !layer_two
@switch spanning-tree vlan <word> <line> !layer_two
@switch logging event <line>
@switch snmp trap <line>
tunnel <line>
keepalive = <rest>
service-policy (input|output) = <word> !service_policy
crypto map <line>
ipv6 address <line>
ipv6 <line>
@switch ip dhcp snooping trust !layer_two
@switch ip dhcp snooping limit rate = <int> !layer_two
@switch ip dhcp snooping vlan <line>
arp timeout = <int>
hold-queue <line>
"""
