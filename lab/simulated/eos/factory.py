"""Configuration of a switch with Arista EOS as it is found on site: partly made by hand, years ago."""

from __future__ import annotations

from ipaddress import IPv4Interface

SWITCH_PORTS = tuple(f"Ethernet{port}" for port in range(1, 29))

_HEAD = """\
no aaa root
!
username localadmin privilege 15 role network-admin secret sha512 $6$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE5
!
logging host 192.0.2.50
!
hostname {name}
!
ntp server 192.0.2.123
!
snmp-server location Basement comms room, key at reception
!
spanning-tree mode rapid-pvst
!
vlan 99
   name MGMT
!
vlan 665
!
vlan 666
   name PARKING
!
"""
_TAIL = """\
interface Management1
   description Out of band, patched to the old modem
!
interface Vlan99
   description Management
   ip address {address}
!
ip access-list standard OLD-NOC
   10 permit 192.0.2.0/24
!
no ip routing
!
ip route 0.0.0.0/0 {gateway}
!
banner motd
Authorised users only.
EOF
!
management ssh
   idle-timeout 30
   ip access-group OLD-NOC in
!
end
"""


def switch_config(name: str, interfaces: tuple[str, ...], management: IPv4Interface) -> str:
    """Write the startup configuration: ports as they come, one in a VLAN of others, one trunk.

    Args:
        name: its hostname.
        interfaces: other physical interfaces than the usual 28.
        management: address of the management SVI.
    """
    values = {
        "name": name,
        "address": management.with_prefixlen,
        "gateway": str(management.network.network_address + 1),
    }
    ports = [_port_lines(port) for port in interfaces or SWITCH_PORTS]
    return "".join([_HEAD.format(**values), *ports, _TAIL.format(**values)])


def _port_lines(port: str) -> str:
    if port == "Ethernet24":
        return (
            f"interface {port}\n   description Door controller, ask facilities\n   switchport access vlan 666\n"
            "   spanning-tree portfast\n!\n"
        )
    if port == "Ethernet25":
        return (
            f"interface {port}\n   description Uplink\n   switchport trunk allowed vlan 99\n"
            "   switchport mode trunk\n!\n"
        )
    return f"interface {port}\n!\n"
