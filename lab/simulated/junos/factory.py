"""Configuration of a Junos switch and of a router as they are found on site: partly made by hand, years ago."""

from __future__ import annotations

from ipaddress import IPv4Interface

SWITCH_PORTS = (*(f"ge-0/0/{port}" for port in range(24)), *(f"xe-0/1/{port}" for port in range(4)))

_HEAD = """\
set version 21.4R3-S5.4
set system host-name {name}
set system root-authentication encrypted-password "$6$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE5"
set system login user localadmin uid 2000
set system login user localadmin class super-user
set system login user localadmin authentication encrypted-password "$6$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE6"
set system services ssh root-login deny
set system syslog user * any emergency
set system syslog host 192.0.2.50 any notice
set system syslog file messages any notice
set system syslog file messages authorization info
set system ntp server 192.0.2.123
set snmp location "Basement comms room, key at reception"
set policy-options prefix-list OLD-NOC 192.0.2.0/24
set firewall family inet filter MANAGEMENT term NOC from source-prefix-list OLD-NOC
set firewall family inet filter MANAGEMENT term NOC then accept
set firewall family inet filter MANAGEMENT term TELNET from protocol tcp
set firewall family inet filter MANAGEMENT term TELNET from destination-port telnet
set firewall family inet filter MANAGEMENT term TELNET then discard
set firewall family inet filter MANAGEMENT term REST then accept
"""
_SWITCH = """\
set chassis aggregated-devices ethernet device-count 4
set interfaces ge-0/0/23 description "Door controller, ask facilities"
set interfaces ge-0/0/23 unit 0 family ethernet-switching vlan members PARKING
set interfaces xe-0/1/0 description Uplink
set interfaces xe-0/1/0 unit 0 family ethernet-switching interface-mode trunk
set interfaces xe-0/1/0 unit 0 family ethernet-switching vlan members MGMT
set interfaces irb unit 99 description Management
set interfaces irb unit 99 family inet filter input MANAGEMENT
set interfaces irb unit 99 family inet address {address}
set interfaces vme unit 0 family inet
set forwarding-options storm-control-profiles default all
set routing-options static route 0.0.0.0/0 next-hop {gateway}
set routing-options static route 0.0.0.0/0 no-readvertise
set protocols igmp-snooping vlan default
set protocols rstp interface ge-0/0/23 edge
set interfaces ge-0/0/22 unit 0 family ethernet-switching storm-control default
set vlans MGMT vlan-id 99
set vlans MGMT l3-interface irb.99
set vlans PARKING vlan-id 666
set vlans default vlan-id 1
set vlans vlan665 vlan-id 665
"""
_ROUTER = """\
set chassis fpc 0 pic 0 inline-services bandwidth 1g
set interfaces ge-0/0/3 description "Patched to the old modem"
set interfaces ge-0/0/3 unit 0 family inet address 192.0.2.129/30
set interfaces lo0 unit 0 description Management
set interfaces lo0 unit 0 family inet filter input MANAGEMENT
set interfaces lo0 unit 0 family inet address {loopback}
set routing-options static route 198.51.100.0/24 discard
"""


def switch_config(name: str, management: IPv4Interface) -> str:
    """Write the startup configuration of a switch: one port in a VLAN of others, one trunk, the others as they come.

    Args:
        name: its hostname.
        management: address of the management VLAN's interface.
    """
    bare = "".join(f"set interfaces {port} unit 0 family ethernet-switching\n" for port in SWITCH_PORTS[:23])
    return _written(_HEAD + bare + _SWITCH, name, management)


def router_config(name: str, management: IPv4Interface) -> str:
    """Write the startup configuration of a router.

    Args:
        name: its hostname.
        management: address of the loopback interface.
    """
    return _written(_HEAD + _ROUTER, name, management)


def _written(text: str, name: str, management: IPv4Interface) -> str:
    return text.format(
        name=name,
        address=management.with_prefixlen,
        loopback=f"{management.ip}/32",
        gateway=management.network.network_address + 1,
    )
