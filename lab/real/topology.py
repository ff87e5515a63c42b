"""What the lab is made of: devices, cables and hosts, read from one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TOPOLOGY_FILE = Path(__file__).with_name("topology.yaml")


@dataclass(frozen=True, slots=True)
class Port:
    """One end of a cable: a port of a device or host."""

    node: str
    interface: str

    @classmethod
    def parse(cls, text: str) -> Port:
        """Read `NODE INTERFACE`."""
        node, interface = text.split()
        return cls(node, interface)


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the lab.

    Attributes:
        platform: what it runs, such as `frr`, `ovs` or `freeradius`.
        serial: what it says when asked.
        vrf_backend: `netns` when its VRFs are network namespaces; empty when it has none.
        vrrp: whether it is one of two; FRR's vrrpd shows interfaces that have nothing, and runs on no other.
        addresses: of its ports that have one before anybody configures it, as `ADDRESS/PREFIX`.
        ports: what hostapd has: `radio` for an access point with two radios, `wired` for ports; empty for none.
    """

    name: str
    platform: str
    serial: str
    vrf_backend: str = ""
    vrrp: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)
    ports: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """The whole lab.

    Attributes:
        hosts: plain hosts, each with the switch port that it is plugged into.
    """

    devices: tuple[Device, ...]
    cables: tuple[tuple[Port, Port], ...]
    hosts: tuple[tuple[str, Port], ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Names of all devices and hosts."""
        return (*(device.name for device in self.devices), *(name for name, _ in self.hosts))

    @property
    def links(self) -> tuple[tuple[Port, Port], ...]:
        """All cables, those of the hosts included; a host's port is its `eth0`."""
        return (*self.cables, *((port, Port(name, "eth0")) for name, port in self.hosts))


def load_topology(path: Path = TOPOLOGY_FILE) -> Topology:
    """Read a topology file; its author is this repository, so a mistake in it raises as it is."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Topology(
        devices=tuple(Device(name=name, **fields) for name, fields in content["devices"].items()),
        cables=tuple((Port.parse(one), Port.parse(other)) for one, other in content["cables"]),
        hosts=tuple((name, Port.parse(port)) for name, port in content["hosts"].items()),
    )
