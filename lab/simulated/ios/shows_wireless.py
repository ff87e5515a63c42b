"""The `show` commands of a Catalyst 9800: networks, policies, tags, access points and whom it asks.

Formats: Catalyst 9800 Series command reference, IOS-XE 17.9. An access point is there when its hardware address is not
among the links that are down; without tags of its own it has the default ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.simulated.tree import Entry, Section

if TYPE_CHECKING:
    from lab.simulated.device import Device

_SERVER = """\
RADIUS: id {number}, priority {number}, host {address}, auth-port {auth}, acct-port {acct}, hostname {name}
     State: current {state}, duration 600s, previous duration 0s
     Dead: total time 0s, count 0
     Platform State from SMD: current {state}, duration 600s, previous duration 0s
"""


def wlans(device: Device) -> str:
    """`show wlan summary`; a network whose profile is a link that is down was told to come on, and does not."""
    found = list(device.running.root.starting("wlan"))
    rows = [
        f"\nNumber of WLANs: {len(found)}\n",
        f"{'ID':<5}{'Profile Name':<33}{'SSID':<33}Status Security",
        "-" * 178,
    ]
    for entry in sorted(found, key=lambda each: int(each.words[2])):
        section = entry.section or Section("")
        row = f"{entry.words[2]:<5}{entry.words[1]:<33}{entry.words[3]:<33}"
        rows.append(
            f"{row}{'UP' if _is_up(section) and device.is_reached(entry.words[1]) else 'DOWN':<7}{_security(section)}"
        )
    return "\n".join(rows) + "\n"


def _is_up(section: Section) -> bool:
    """A WLAN and a policy are shut until told otherwise."""
    shut = section.entries.get(("shutdown",))
    return shut is not None and shut.negated


def _security(section: Section) -> str:
    off = section.entries.get(("security", "wpa", "wpa2"))
    versions = [] if off is not None and off.negated else ["WPA2"]
    versions += ["WPA3"] if section.get("security", "wpa", "wpa3") else []
    keys = [entry.words[3].upper() for entry in section.starting("security", "wpa", "akm") if not entry.negated]
    return "".join(f"[{' + '.join(words)}]" for words in (versions, keys or ["802.1x"])) + "[AES]"


def policies(device: Device) -> str:
    """`show wireless profile policy summary`."""
    found = list(device.running.root.starting("wireless", "profile", "policy"))
    rows = [f"\nNumber of Policy Profiles: {len(found) + 1}\n"]
    rows += [f"{'Policy Profile Name':<34}{'Description':<40}Status", "-" * 89]
    rows.append(f"{'default-policy-profile':<34}{'default policy profile':<40}ENABLED")
    for entry in found:
        section = entry.section or Section("")
        state = "ENABLED" if _is_up(section) else "DISABLED"
        rows.append(f"{entry.words[3]:<34}{section.value('description'):<40}{state}")
    return "\n".join(rows) + "\n"


def policy_tag(device: Device, name: str) -> str:
    """`show wireless tag policy detailed NAME`."""
    section = device.running.section("wireless", "tag", "policy", name)
    if section is None:
        return f"% Error: Policy Tag {name} not found\n"
    maps = list(section.starting("wlan"))
    rows = [f"\nPolicy Tag Name : {name}", f"Description     : {section.value('description')}", ""]
    rows += [f"Number of WLAN-POLICY maps: {len(maps)}", f"{'WLAN Profile Name':<34}{'Policy Name':<40}", "-" * 72]
    rows += [f"{entry.words[1]:<34}{entry.value:<40}" for entry in maps]
    return "\n".join(rows) + "\n"


def _points(device: Device) -> Iterator[tuple[int, Entry]]:
    """The access points that have joined."""
    known = (entry for entry in device.running.root.starting("ap") if entry.words[1] != "profile")
    return enumerate((entry for entry in known if device.is_reached(entry.words[1])), start=1)


def _name(entry: Entry) -> str:
    return f"AP{entry.words[1].upper()}"


def access_points(device: Device) -> str:
    """`show ap summary`: those that have joined."""
    joined = list(_points(device))
    head = f"{'AP Name':<33}{'Slots':<6}{'AP Model':<21}{'Ethernet MAC':<15}{'Radio MAC':<15}{'CC':<5}{'RD':<5}"
    rows = [f"Number of APs: {len(joined)}\n", "CC = Country Code", "RD = Regulatory Domain", ""]
    rows += [f"{head}{'IP Address':<42}{'State':<13}Location", "-" * 165]
    for number, entry in joined:
        row = f"{_name(entry):<33}{'3':<6}{'C9130AXI-E':<21}{entry.words[1]:<15}{f'00a2.eefd.{number:02x}00':<15}"
        rows.append(f"{row}{'GB':<5}{'-E':<5}{f'192.0.2.{number + 100}':<42}{'Registered':<13}default location")
    return "\n".join(rows) + "\n"


def access_point_tags(device: Device) -> str:
    """`show ap tag summary`: a tag that there is not is a misconfiguration."""
    joined = list(_points(device))
    head = f"{'AP Name':<24}{'AP Mac':<17}{'Site Tag Name':<34}{'Policy Tag Name':<34}{'RF Tag Name':<34}"
    rows = [f"Number of APs: {len(joined)}\n", f"{head}{'Misconfigured':<17}Tag Source", "-" * 172]
    for _, entry in joined:
        section = entry.section or Section("")
        tags = {kind: section.value(f"{kind}-tag") for kind in ("site", "policy", "rf")}
        missing = [kind for kind, tag in tags.items() if tag and not _has_tag(device, kind, tag)]
        named = "".join(f"{tag or f'default-{kind}-tag':<34}" for kind, tag in tags.items())
        source = "Static" if any(tags.values()) else "Default"
        rows.append(f"{_name(entry):<24}{entry.words[1]:<17}{named}{'Yes' if missing else 'No':<17}{source}")
    return "\n".join(rows) + "\n"


def _has_tag(device: Device, kind: str, name: str) -> bool:
    return device.running.section("wireless", "tag", kind, name) is not None


def aaa_servers(device: Device) -> str:
    """`show aaa servers`: a server that does not answer is dead."""
    rows = []
    for number, entry in enumerate(device.running.root.starting("radius", "server"), start=1):
        words = (entry.section or Section("")).value("address", "ipv4").split()
        if len(words) == 5:
            address, _, auth, _, acct = words
            state = "UP" if device.is_reached(address) else "DEAD"
            values = {"number": number, "address": address, "auth": auth, "acct": acct, "name": entry.words[2]}
            rows.append(_SERVER.format(**values, state=state))
    return "\n".join(rows)
