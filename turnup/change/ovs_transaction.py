"""From the remediation of an Open vSwitch switch to one atomic `ovs-vsctl` transaction.

Wire form: each element is a JSON array of strings, one `ovs-vsctl` sub-command with its arguments; the agent on the
switch runs all of them as one transaction, without a shell. Preconditions are part of it: `add-port` fails when the
port exists, `del-port`, `set` and `remove` when it does not, and then nothing at all is changed.

Where things live: tags, trunks and VLAN mode in Port, an SVI's address and filter in the Interface's external_ids, VLAN
names and routes in the Bridge's external_ids. Sources: ovs-vsctl(8), ovs-vswitchd.conf.db(5).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from ipaddress import ip_address, ip_interface, ip_network

from turnup.errors import PlanError

Command = tuple[str, ...]

_PORT = r"(?P<port>[A-Za-z][A-Za-z0-9_.-]{0,14})"
_VLAN = r"(?P<vlan>[1-9]\d{0,3})"
_NAME = r"(?P<name>[A-Za-z0-9_-]{1,32})"
_ROUTE = r"route (?P<prefix>\S+) via (?P<hop>\S+)"

_HEADER = re.compile(rf"(?P<no>no )?(port {_PORT}|vlan {_VLAN}|{_ROUTE})")
_PORT_LINE = re.compile(r"(?P<no>no )?(?P<word>internal|tag|trunk|mode|address|permit|deny)( (?P<value>\S+))?")
_MODES = ("trunk", "native-untagged")
_VLAN_LINE = re.compile(rf"(?P<no>no )?name {_NAME}")


def transaction(remediation: tuple[str, ...], bridge: str = "br0") -> tuple[str, ...]:
    """Translate remediation lines into the sub-commands of one transaction.

    Args:
        remediation: lines as the planner types them: headers, and below each its own lines indented by one space.
        bridge: the bridge that everything belongs to.

    Returns:
        one JSON array of strings for each sub-command, in the order in which they have to stand.

    Raises:
        PlanError: a line has no translation, or a value is not legal; names the line.
    """
    # What goes comes first: a line that replaces another must not be undone by the other's removal.
    sections = sorted(_sections(remediation), key=lambda section: not section[0].startswith("no "))
    commands = [command for header, lines in sections for command in _section(header, lines, bridge)]
    return tuple(json.dumps(command) for command in commands)


def _sections(remediation: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    for line in filter(str.strip, remediation):
        if not line.startswith(" "):
            sections.append((line.strip(), []))
        elif sections:
            sections[-1][1].append(line.strip())
        else:
            raise _refused(line)
    return sections


def _section(header: str, lines: list[str], bridge: str) -> list[Command]:
    found = _HEADER.fullmatch(header)
    if found is None:
        raise _refused(header)
    absent = bool(found["no"])
    if absent and lines:
        raise _refused(f"{header} / {lines[0]}")
    if found["port"]:
        return [("del-port", bridge, found["port"])] if absent else _port(found["port"], lines, bridge)
    if lines and not found["vlan"]:
        raise _refused(f"{header} / {lines[0]}")
    if found["vlan"]:
        key = f"turnup-vlan-{_vlan(found['vlan'], header)}"
        return [_forget(bridge, key)] if absent else [_remember(bridge, key, _vlan_name(header, lines))]
    key = f"turnup-route-{_checked(ip_network, found['prefix'], header)}"
    hop = _checked(ip_address, found["hop"], header)
    return [_forget(bridge, key)] if absent else [_remember(bridge, key, hop)]


def _port(port: str, lines: list[str], bridge: str) -> list[Command]:
    """Removals come first here too."""
    ordered = sorted(lines, key=lambda line: not line.startswith("no "))
    return [command for line in ordered for command in _port_line(port, line, bridge)]


def _port_line(port: str, line: str, bridge: str) -> list[Command]:
    where = f"port {port} / {line}"
    found = _PORT_LINE.fullmatch(line)
    if found is None or (found["word"] == "internal") is not (found["value"] is None):
        raise _refused(where)
    absent, word, value = bool(found["no"]), found["word"], found["value"]
    if word == "internal" and not absent:
        return [("add-port", bridge, port), ("set", "Interface", port, "type=internal")]
    if word == "tag":
        vlan = _vlan(value, where)
        return [("remove", "Port", port, "tag", vlan) if absent else ("set", "Port", port, f"tag={vlan}")]
    if word == "trunk":
        return [("remove" if absent else "add", "Port", port, "trunks", _vlan(value, where))]
    if word == "mode" and value in _MODES:
        return [("remove", "Port", port, "vlan_mode", value) if absent else ("set", "Port", port, f"vlan_mode={value}")]
    if word in ("permit", "deny"):
        return [_filter(port, word, str(_checked(ip_network, value, where)), absent=absent)]
    if word == "address":
        address = _checked(ip_interface, value, where)
        if absent:
            return [("remove", "Interface", port, "external_ids", "turnup-address")]
        return [("set", "Interface", port, f'external_ids:turnup-address="{address}"')]
    raise _refused(where)


def _filter(port: str, word: str, prefix: str, *, absent: bool) -> Command:
    """Where packets that come in at a gateway may go, and may not."""
    key = f'"turnup-{word}-{prefix}"'
    if absent:
        return ("remove", "Interface", port, "external_ids", key)
    return ("set", "Interface", port, f'external_ids:{key}="{word}"')


def _remember(bridge: str, key: str, value: str) -> Command:
    return ("set", "Bridge", bridge, f'external_ids:"{key}"="{value}"')


def _forget(bridge: str, key: str) -> Command:
    return ("remove", "Bridge", bridge, "external_ids", f'"{key}"')


def _vlan_name(header: str, lines: list[str]) -> str:
    """The name that the VLAN has afterwards; empty when it loses its own."""
    kept = ""
    for line in lines:
        found = _VLAN_LINE.fullmatch(line)
        if found is None:
            raise _refused(f"{header} / {line}")
        kept = kept if found["no"] else found["name"]
    return kept


def _vlan(text: str, where: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3}", text) or int(text) > 4094:
        raise _refused(where)
    return text


def _checked(parse: Callable[[str], object], text: str, where: str) -> str:
    try:
        return str(parse(text))
    except ValueError as error:
        raise _refused(where) from error


def _refused(line: str) -> PlanError:
    return PlanError(
        "Open vSwitch transaction",
        "port, vlan and route lines with legal values",
        repr(line.strip()),
        "Correct the template or the order; nothing was sent.",
    )
