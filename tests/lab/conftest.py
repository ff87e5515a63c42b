"""The lab's devices as others configure and read them: by vtysh, ovs-vsctl, ip and tc inside each, never by Turnup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.real.lab import Lab

FOREIGN = Path(__file__).resolve().parent / "foreign"
BROWNFIELD_USERS = Path(__file__).resolve().parents[1] / "brownfield" / "freeradius" / "borough-aaa" / "users"
USERS = "/etc/freeradius/3.0/mods-config/files/authorize"
PE, AAA, PRV = "LON-PE-02", "LON-AAA-01", "LON-PRV-01"
PHONES = "/var/lib/provisioning/phones/"

Fact = tuple[str, ...]
"""One thing that a device has: a line with the headers above it, a value of a column, an address, a queue."""

CLOSING = re.compile(r"\s*(!.*|exit(-\S+)?|end|Building .*|Current .*)?")
VOLATILE = re.compile(
    r"_uuid|.*statistics|.*status|.*_state|ifindex|mac_in_use|mtu|duplex|link_.*|ofport|cfm_.*|lacp_.*|.*version"
)
"""Columns that the switch fills in."""
ROUTE_NOISE = re.compile(r" (nhid \d+|linkdown)\b| dev \S+(?=.* proto 201)")


def facts_of_text(text: str) -> frozenset[Fact]:
    """Read indented lines, each with its headers; sections close as their indentation does.

    The header of an interface is no fact of its own: FRR shows it while there is a line below it.
    """
    found, above = set(), []
    for line in text.splitlines():
        if not CLOSING.fullmatch(line):
            depth = len(line) - len(line.lstrip(" "))
            above = [(indent, words) for indent, words in above if indent < depth] + [(depth, line.strip())]
            found.add(tuple(words for _, words in above))
    return frozenset(fact for fact in found if len(fact) > 1 or not fact[0].startswith("interface "))


@dataclass(frozen=True)
class Onlooker:
    """Somebody else with a login on every device."""

    lab: Lab

    def type_in(self, device: str, script: str) -> None:
        """Run a shell script as root inside a device; the first command that fails ends it."""
        self.lab.run(device, ["bash", "-euo", "pipefail", "-s"], stdin=script)

    def configure(self, device: str, lines: str) -> None:
        """Give lines to vtysh as an operator would paste them."""
        self.lab.run(device, ["vtysh", "-f", "/dev/stdin"], stdin=f"{lines}\n")

    def printed(self, device: str) -> str:
        """All that the device prints of its configuration, and Linux under it."""
        if device == AAA:
            return self._users(device)
        if device == PRV:
            return self.lab.run(device, ["bash", "-c", f"tail -n +1 {PHONES}* 2>/dev/null || true"])
        own = self._database(device) if device.endswith("SW1") else self._running(device)
        return "\n".join([own, *(" ".join(fact) for fact in sorted(self._kernel(device)))])

    def facts(self, device: str) -> frozenset[Fact]:
        """The same as single facts."""
        if device == AAA:
            lines = self._users(device).split("\n")
            return frozenset(("users", line, str(lines[:number].count(line))) for number, line in enumerate(lines))
        if device == PRV:
            return frozenset(("telephones", line) for line in self.printed(device).splitlines())
        if device.endswith("SW1"):
            return frozenset((*self._columns(device), *self._kernel(device)))
        return facts_of_text(self._running(device)) | self._kernel(device)

    def _running(self, device: str) -> str:
        return self.lab.run(device, ["vtysh", "-c", "show running-config"])

    def _users(self, device: str) -> str:
        return self.lab.run(device, ["cat", USERS])

    def give_users(self, device: str, text: str) -> None:
        """Write the whole file of a RADIUS server as its owner's tool does, and have it read."""
        self.lab.run(device, ["tee", USERS], stdin=text)
        script = f"cd {Path(USERS).parent}; touch accounting.d-empty; chown freerad accounting.d-empty"
        self.type_in(device, f"{script}; kill -HUP $(cat /run/freeradius/freeradius.pid)")

    # --- Linux ---

    def _kernel(self, device: str) -> frozenset[Fact]:
        listed = self.lab.run(device, ["ip", "netns", "list"])
        spaces = [line.split()[0] for line in listed.splitlines() if line.strip()]
        return frozenset(
            fact
            for space in ["", *spaces]
            for fact in (*([(f"host vrf {space}",)] if space else []), *self._in_space(device, space))
        )

    def _in_space(self, device: str, space: str) -> Iterator[Fact]:
        inside = ["ip", "netns", "exec", space] if space else []
        for link in json.loads(self.lab.run(device, [*inside, "ip", "-json", "address", "show"])):
            name = link["ifname"]
            if name == "lo":
                continue
            if space:
                yield (f"host vrf {space} interface {name}",)
            yield ("link", space, name, "up" if "UP" in link["flags"] else "down")
            for each in link["addr_info"]:
                if each["scope"] == "global":
                    yield ("address", space, name, f"{each['local']}/{each['prefixlen']}")
        for queue in json.loads(self.lab.run(device, [*inside, "tc", "-json", "qdisc", "show"])):
            if queue["kind"] not in ("noqueue", "mq", "pfifo_fast", "fq_codel"):
                yield from self._queue(space, queue)
        for rule in self.lab.run(device, [*inside, "ip", "rule", "show"]).splitlines():
            if not rule.startswith(("0:", "32766:", "32767:")):
                yield ("kernel rule", " ".join(rule.partition("from all ")[2].split()))
        for route in self.lab.run(device, [*inside, "ip", "route", "show"]).splitlines():
            if "proto bgp" not in route and "proto static" not in route and "proto kernel" not in route:
                yield ("kernel route", space, " ".join(ROUTE_NOISE.sub("", route).split()))

    @staticmethod
    def _queue(space: str, queue: dict) -> Iterator[Fact]:
        if queue["kind"] == "tbf" and queue["handle"].startswith("8"):  # a handle that the kernel has chosen: ours
            yield (f"host shaper {queue['dev']} rate-kbit {round(queue['options']['rate'] * 8 / 1000)}",)
        else:
            yield ("queue", space, queue["dev"], queue["kind"], queue["handle"], json.dumps(queue["options"]))

    # --- Open vSwitch ---

    def _rows(self, device: str, table: str) -> list[dict]:
        answer = json.loads(self.lab.run(device, ["ovs-vsctl", "--format=json", "list", table]))
        return [dict(zip(answer["headings"], row, strict=True)) for row in answer["data"]]

    def _columns(self, device: str) -> frozenset[Fact]:
        """Every value of every column that somebody sets; what a new row has by itself is none."""
        tables = {table: self._rows(device, table) for table in ("Bridge", "Port", "Interface")}
        names = {row["_uuid"][1]: row["name"] for rows in tables.values() for row in rows}
        return frozenset(
            (table, row["name"], column, value)
            for table, rows in tables.items()
            for row in rows
            for column, content in row.items()
            if not VOLATILE.fullmatch(column)
            for value in _elements(content, names)
            if value not in ("0", "", "False")
        )

    def _database(self, device: str) -> str:
        return "\n".join(" ".join(fact) for fact in sorted(self._columns(device)))


def _elements(content: object, names: dict[str, str]) -> Iterator[str]:
    """The values of an OVSDB column (RFC 7047, section 5.1): rows by their names, maps as `key=value`."""
    match content:
        case ["set", each]:
            for element in each:
                yield from _elements(element, names)
        case ["map", pairs]:
            for key, value in pairs:
                yield f"{key}={value}"
        case ["uuid", uuid]:
            yield names.get(uuid, uuid)
        case _:
            yield str(content)


@dataclass(frozen=True)
class Declared:
    """What a service line's text says that a device has, in the onlooker's facts."""

    device: str
    text: str

    def facts(self) -> frozenset[Fact]:
        lines = facts_of_text(self.text)
        return frozenset(fact for line in lines for fact in (_of_switch(line) if self._is_switch else _of_router(line)))

    @property
    def _is_switch(self) -> bool:
        return self.device.endswith("SW1")


def _of_router(line: Fact) -> Iterator[Fact]:
    yield line
    match [word for words in line for word in words.split()]:
        case ["interface", name, "vrf", vrf, "ip", "address", address]:
            yield ("address", vrf, name, address)
            yield ("link", vrf, name, "up")
        case ["interface", name, "ip", "address", address]:
            yield ("address", "", name, address)


def _of_switch(line: Fact) -> Iterator[Fact]:
    match [word for words in line for word in words.split()]:
        case ["vlan", vlan, "name", name]:
            yield ("Bridge", "br0", "external_ids", f"turnup-vlan-{vlan}={name}")
        case ["port", port, "tag", vlan]:
            yield ("Port", port, "tag", vlan)
        case ["port", port, "internal"]:
            yield ("Bridge", "br0", "ports", port)
            yield from (("Port", port, "name", port), ("Port", port, "interfaces", port))
            yield from (("Interface", port, "name", port), ("Interface", port, "type", "internal"))
            yield ("link", "", port, "up")
        case ["port", port, "address", address]:
            yield ("Interface", port, "external_ids", f"turnup-address={address}")
            yield ("address", "", port, address)
        case ["port", port, "mode", mode]:
            yield ("Port", port, "vlan_mode", mode)
        case ["port", port, ("permit" | "deny") as word, prefix]:
            yield ("Interface", port, "external_ids", f"turnup-{word}-{prefix}={word}")
            yield (
                "kernel rule",
                f"to {prefix} iif {port} {'lookup main' if word == 'permit' else 'prohibit'} proto 201",
            )
        case ["route", prefix, "via", hop]:
            yield ("Bridge", "br0", "external_ids", f"turnup-route-{prefix}={hop}")
            yield ("kernel route", "", f"{prefix} via {hop} proto 201")


@pytest.fixture
def strangers() -> Callable[[Lab], Onlooker]:
    """Let others configure the lab's devices first, and keep a login on them."""

    def settle(lab: Lab) -> Onlooker:
        onlooker = Onlooker(lab)
        for device in lab.topology.devices:
            if device.platform == "freeradius":
                onlooker.give_users(device.name, BROWNFIELD_USERS.read_text(encoding="utf-8"))
                continue
            if device.platform not in ("ovs", "frr"):
                continue  # its own tests put there what others would have
            kind = "ovs" if device.platform == "ovs" else "frr-pe" if device.name == PE else "frr-cpe"
            onlooker.type_in(device.name, (FOREIGN / f"{kind}.host").read_text())
            if (FOREIGN / f"{kind}.conf").exists():
                onlooker.configure(device.name, (FOREIGN / f"{kind}.conf").read_text())
        return onlooker

    return settle


@pytest.fixture
def declared_facts() -> Callable[[str, str], frozenset[Fact]]:
    """What a device has for the sake of a service line's text."""
    return lambda device, text: Declared(device, text).facts()
