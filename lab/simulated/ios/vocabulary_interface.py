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
@switch switchport voice vlan = (<vlan>|dot1p|none|untagged) !voice_vlan
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
ip access-group <word> in !access_group
ip access-group <word> out !access_group
ip nat (inside|outside)
ip mtu = <int>
ip tcp adjust-mss = <int>
ip verify <line>
ip flow <line>
ip ospf <line>
@switch ip arp inspection trust !layer_two
@switch ip arp inspection limit = none !port_default
@switch ip arp inspection limit = rate <int> <rest> !port_default
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
@switch power inline port priority = (low|high|critical)
@switch power inline port <line>
@switch power inline police = <rest>
@switch power inline consumption = <int>
@switch power inline = never !power_inline
@switch power inline = (auto|static) <rest> !power_inline
speed = <word>
duplex = <word>
media-type = <word>
udld <line>
+lldp transmit
+lldp receive
+cdp enable
channel-group <int> mode = <word>
@switch authentication control-direction = (in|both) !port_default
@switch authentication event fail = <line>
@switch authentication event no-response action authorize vlan = <vlan>
@switch authentication event server dead action (authorize|reinitialize) vlan = <vlan>
@switch authentication event server dead action authorize voice
@switch authentication event server alive action reinitialize
@switch authentication fallback = <word>
@switch authentication host-mode = (single-host|multi-auth|multi-domain|multi-host) !port_default
@switch authentication linksec policy = <word>
@switch authentication open
@switch authentication order = (dot1x|mab|webauth) <rest>
@switch authentication priority = (dot1x|mab|webauth) <rest>
@switch authentication port-control = (auto|force-authorized|force-unauthorized) !port_control
@switch authentication periodic
@switch authentication timer reauthenticate = (server|<int>)
@switch authentication timer restart = <int>
@switch authentication timer inactivity = <line>
@switch authentication violation = (protect|replace|restrict|shutdown) !port_default
@switch access-session <line>
@switch mab = <rest>
@switch dot1x pae = (authenticator|supplicant|both)
@switch dot1x timeout (quiet-period|server-timeout|supp-timeout|tx-period|held-period) = <int> !port_default
@switch dot1x (max-req|max-reauth-req) = <int> !port_default
@switch dot1x <line>
@switch auto qos <line>
@switch trust device <line>
@switch qos trust = <word>
@switch mls qos trust = <word>
@switch storm-control broadcast level (pps|bps) = <word> <rest> !storm_level
@switch storm-control broadcast level = <word> <rest> !storm_level
@switch storm-control multicast level (pps|bps) = <word> <rest> !storm_level
@switch storm-control multicast level = <word> <rest> !storm_level
@switch storm-control unicast level (pps|bps) = <word> <rest> !storm_level
@switch storm-control unicast level = <word> <rest> !storm_level
@switch storm-control action = (shutdown|trap) !layer_two
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
