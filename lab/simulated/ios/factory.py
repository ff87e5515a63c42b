"""Configurations as they are found on site: partly made by hand, years ago."""

from __future__ import annotations

from ipaddress import IPv4Interface

from lab.simulated.kinds import DeviceKind

SWITCH_PORTS = (
    *(f"GigabitEthernet1/0/{port}" for port in range(1, 25)),
    *(f"TenGigabitEthernet1/1/{port}" for port in range(1, 5)),
)
ROUTER_PORTS = tuple(f"GigabitEthernet0/0/{port}" for port in range(4))

_HEAD = """\
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
hostname {name}
logging buffered 65536
aaa new-model
aaa authentication login default local
aaa authorization exec default local
no ip domain lookup
ip domain name lab.example
login on-success log
"""
_ARCHIVE = """\
archive
 path bootflash:archive
 maximum 14
"""
_SWITCH = """\
vtp mode transparent
spanning-tree mode rapid-pvst
spanning-tree extend system-id
username localadmin privilege 15 secret 9 $9$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE5aV7uN2iO1
vlan internal allocation policy ascending
vlan 99
 name MGMT
vlan 666
 name PARKING
class-map match-any SCAVENGER
 match dscp cs1
"""
_SWITCH_PORT = """\
interface {port}
"""
_SWITCH_TAIL = """\
interface Vlan1
 no ip address
 shutdown
interface Vlan99
 description Management
 ip address {address} {mask}
ip default-gateway {gateway}
no ip http server
no ip http secure-server
ip ssh version 2
ip access-list standard OLD-NOC
 10 permit 192.0.2.0 0.0.0.255
logging host 192.0.2.50
snmp-server location Basement comms room, key at reception
ntp server 192.0.2.123
"""
_ROUTER = """\
username localadmin privilege 15 secret 9 $9$hT3kQx0pLzW8uY$v2nQ7dJ5cXk1mB9sR4tG6yH8wP0zL3fE5aV7uN2iO1
interface Loopback0
 description Management
 ip address {address} 255.255.255.255
interface GigabitEthernet0/0/0
 description Access tail
 no ip address
 negotiation auto
interface GigabitEthernet0/0/1
 description Site LAN
 no ip address
 negotiation auto
interface GigabitEthernet0/0/2
 no ip address
 shutdown
 negotiation auto
interface GigabitEthernet0/0/3
 description Spare, patched to the old modem
 no ip address
 shutdown
 negotiation auto
no ip http server
no ip http secure-server
ip ssh version 2
ip route 198.51.100.0 255.255.255.0 Null0 250
ip access-list standard OLD-NOC
 10 permit 192.0.2.0 0.0.0.255
logging host 192.0.2.50
snmp-server location Basement comms room, key at reception
ntp server 192.0.2.123
"""
_LINES = """\
banner motd ^C
Authorised users only.
^C
line con 0
 stopbits 1
line vty 0 4
 access-class OLD-NOC in
 exec-timeout 30 0
 transport input ssh
line vty 5 15
 transport input ssh
end
"""


def device_config(
    kind: DeviceKind, name: str, interfaces: tuple[str, ...], management: IPv4Interface, *, archive: bool
) -> str:
    """Write the startup configuration of a device that has stood on site for a while.

    Args:
        kind: a switch gets 24 access ports and 4 uplinks, a router 4 ports.
        name: its hostname.
        interfaces: other physical interfaces of a switch than the usual ones.
        management: address of the management SVI (switch) or loopback (router).
        archive: whether the archive path is configured, which the revert timer needs.
    """
    network = management.network
    values = {
        "name": name,
        "address": str(management.ip),
        "mask": str(network.netmask),
        "gateway": str(network.network_address + 1),
    }
    parts = [_HEAD.format(**values), _ARCHIVE if archive else ""]
    if kind in (DeviceKind.ROUTER, DeviceKind.CONTROLLER):
        return "".join([*parts, _ROUTER.format(**values), _LINES])
    ports = [_port_lines(port) for port in interfaces or SWITCH_PORTS]
    return "".join([*parts, _SWITCH, *ports, _SWITCH_TAIL.format(**values), _LINES])


def _port_lines(port: str) -> str:
    if port.endswith("/0/24"):
        return (
            f"interface {port}\n description Door controller, ask facilities\n switchport access vlan 666\n"
            " switchport mode access\n spanning-tree portfast\n"
        )
    if port.startswith("Ten") and port.endswith("/1"):
        return f"interface {port}\n description Uplink\n switchport trunk allowed vlan 99\n switchport mode trunk\n"
    return f"interface {port}\n"
